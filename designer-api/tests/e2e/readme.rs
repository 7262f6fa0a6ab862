//! The quick start of the README, as it stands there.

use std::fs;
use std::process::Command;

use crate::support::{FIRST_PIECE, Place, SITE};

const README: &str = include_str!("../../../README.md");

/// The blocks marked `sh`, in order, as one script.
fn quick_start() -> String {
    let blocks = README.split("\n```sh\n").skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap_or(block))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_quick_start_does_what_it_says() {
    let place = Place::new(&[("first-piece-inspection.yaml", FIRST_PIECE), ("site.yaml", SITE)]);
    let server = place.start();
    fs::create_dir(place.path().join("examples")).unwrap();
    fs::write(place.path().join("examples/first-piece-inspection.yaml"), FIRST_PIECE).unwrap();
    let written = quick_start();
    let script = written
        .replace("<the token that make run printed>", place.token())
        .replace("http://127.0.0.1:7878", &format!("http://{}", server.address));
    assert!(
        script.contains(&server.address.to_string()) && script.contains(place.token()),
        "{written}"
    );

    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(place.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    // What the text around the blocks promises, in its order.
    let mut rest = said.as_ref();
    for promised in [
        r#""target":"line-3""#,
        r#""step":"measure_the_first_piece""#,
        // Not ok: asked again.
        r#""round":2"#,
        r#""code":"answers-refused""#,
        r#""serial_number":"A2""#,
        r#""step":"release_for_series""#,
        r#""code":"second-person-needed""#,
        r#""status":"finished""#,
        r#"{"items":[],"next":null}"#,
        r#""released_by":"wang""#,
        r#""what":"decided""#,
        r#""version":2"#,
        "is not measured, line-3 waits",
    ] {
        let Some(found) = rest.find(promised) else {
            panic!("{promised} is missing in what followed:\n{rest}\n\nall of it:\n{said}");
        };
        rest = &rest[found + promised.len()..];
    }
}
