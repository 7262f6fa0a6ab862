//! Input that is made to hurt: refused with one clear message, in bounded work.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use gemba_language::{limits, read_app, read_site};

/// The only diagnostic, for both readers of files.
fn only(source: &str) -> (&'static str, String) {
    let app = read_app(source, None);
    assert!(app.value.is_none());
    assert_eq!(
        app.diagnostics.len(),
        1,
        "{:?}",
        &app.diagnostics[..app.diagnostics.len().min(3)]
    );
    let site = read_site(source);
    assert!(site.value.is_none());
    assert_eq!(site.diagnostics.len(), 1);
    assert_eq!(site.diagnostics[0].code, app.diagnostics[0].code);
    (app.diagnostics[0].code, app.diagnostics[0].message.0.clone())
}

#[test]
fn a_file_that_is_too_large() {
    let (code, message) = only(&"a: b\n".repeat(1_000_000));
    assert_eq!(
        (code, message.as_str()),
        ("G0101", "the file has 5000000 bytes; at most 1000000 can be read")
    );
}

#[test]
fn ten_thousand_levels() {
    let blocks: String = (0..1300).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert!(blocks.len() < limits::FILE_BYTES_MAX);
    assert_eq!(only(&blocks).0, "G0104");
    assert_eq!(only(&"- ".repeat(10_000)).0, "G0104");
    assert_eq!(
        only(&format!("{}{}", "[".repeat(10_000), "]".repeat(10_000))).0,
        "G0104"
    );
    assert_eq!(
        only(&format!("app: {}1{}", "{a: ".repeat(10_000), "}".repeat(10_000))).0,
        "G0104"
    );
}

#[test]
fn openings_without_end() {
    assert_eq!(only(&"{a: ".repeat(16_384)).0, "G0104");
    assert_eq!(only(&"[".repeat(200_000)).0, "G0104");
    assert_eq!(only(&"- ".repeat(100_000)).0, "G0104");
    assert_eq!(only(&"? ".repeat(100_000)).0, "G0104");
}

#[test]
fn too_many_of_everything() {
    let list = format!("app: x\nsteps: [{}]\n", "1,".repeat(20_000));
    assert_eq!(only(&list).0, "G0106");
    let keys: String = (0..1_001).map(|key| format!("k{key}: 1\n")).collect();
    assert_eq!(only(&keys).0, "G0107");
    let nodes = format!("app: x\nsteps:\n{}", "- [1,2,3,4,5,6,7,8,9,0,1,2]\n".repeat(9_000));
    assert_eq!(only(&nodes).0, "G0105");
    let text = format!("app: {}\n", "x".repeat(100_001));
    assert_eq!(only(&text).0, "G0108");
}

#[test]
fn many_mistakes_are_counted_not_listed() {
    let source = format!("app: x\nsteps:\n{}", "- frm: x\n".repeat(1_900));
    let found = read_app(&source, None).diagnostics;
    assert_eq!(found.len(), limits::DIAGNOSTICS_MAX + 1);
    assert_eq!(found.last().unwrap().code, "G0109");
    let steps = format!("app: x\nsteps:\n{}", "- wait: 1 min\n".repeat(limits::STEPS_MAX + 1));
    assert!(read_app(&steps, None).diagnostics.iter().any(|one| one.code == "G0224"));
}

#[test]
fn a_formula_of_100_kb() {
    let source = format!(
        "app: x\nsteps:\n  - finish: Done\n    if: {}1 = 1\n",
        "1 + ".repeat(24_000)
    );
    let found = read_app(&source, None);
    assert!(found.value.is_none());
    assert_eq!(found.diagnostics.len(), 1);
    assert_eq!(found.diagnostics[0].code, "G0519");
}

#[test]
fn nothing_and_noise() {
    for source in ["", "\n\n", "# only a comment\n", "\u{feff}", "---\n", "...\n"] {
        assert_eq!(only(source).0, "G0102", "{source:?}");
    }
    for source in [
        "\0",
        "\u{1}\u{2}",
        "%",
        "@",
        "`",
        "%YAML 9.9\n---\n",
        "\"",
        "'",
        "|",
        "]",
        "}",
        "a: |\n\tb\n",
    ] {
        let read = read_app(source, None);
        assert!(read.value.is_none() && !read.diagnostics.is_empty(), "{source:?}");
    }
}
