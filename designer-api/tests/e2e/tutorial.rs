//! The tutorial, as it stands there: every command is run, every file is written, and what it says comes out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{FIRST_PIECE, Place, SITE};

const EN: &str = include_str!("../../docs/tutorial.en.md");
const ZH: &str = include_str!("../../docs/tutorial.zh.md");

/// A fenced block: what stands behind the fence, and the text.
struct Block<'a> {
    info: &'a str,
    text: &'a str,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (info, after) = after.split_once('\n').unwrap();
        let (text, after) = after.split_once("\n```").unwrap();
        found.push(Block { info, text });
        rest = after;
    }
    found
}

/// What is exported and defined in one block holds in the next, so all of them are one shell; a line of its own tells
/// where the output of each begins.
const MARK: &str = "----- next block -----";

fn follow(page: &str) {
    let place = Place::new(&[("first-piece-inspection.yaml", FIRST_PIECE), ("site.yaml", SITE)]);
    let server = place.start();
    let folder = place.path();
    fs::create_dir(folder.join("examples")).unwrap();
    fs::write(folder.join("examples/site.yaml"), SITE).unwrap();
    let binaries = Path::new(env!("CARGO_BIN_EXE_gemba")).parent().unwrap();

    let mut script = String::from("set -e\nexec 2>&1\n");
    let mut promised: Vec<Vec<&str>> = Vec::new();
    for (number, block) in blocks(page).iter().enumerate() {
        match block.info.split_once(' ').unwrap_or((block.info, "")) {
            ("sh", _) => {
                script.push_str(&format!("echo '{MARK}'\n{}\n", block.text));
                promised.push(Vec::new());
            }
            ("yaml", file) => {
                let kept = folder.join(format!("block-{number}"));
                fs::write(&kept, format!("{}\n", block.text)).unwrap();
                script.push_str(&format!("cp '{}' '{file}'\n", kept.display()));
            }
            ("text", _) => promised.last_mut().unwrap().extend(block.text.lines()),
            other => panic!("a block of a kind that is not tried: {other:?}"),
        }
    }
    let script = script
        .replace("<the token that make run printed>", place.token())
        .replace("http://127.0.0.1:7878", &format!("http://{}", server.address))
        .replace("$PWD/target/release", &binaries.display().to_string());
    let output = Command::new("bash")
        .args(["-c", &script])
        .env("LC_ALL", "C.UTF-8")
        .env_remove("GEMBA_TOKEN_FILE")
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");

    let parts: Vec<&str> = said.split(MARK).skip(1).collect();
    assert_eq!(parts.len(), promised.len(), "{said}");
    for (part, lines) in parts.iter().zip(&promised) {
        let mut rest = *part;
        for line in lines {
            let Some(found) = rest.find(line) else {
                panic!("the tutorial promises {line:?}, which is missing in:\n{rest}\n\nall of it:\n{said}");
            };
            rest = &rest[found + line.len()..];
        }
    }
    // Both publications are there, and the run that the text lets people start can be.
    let app = server.client().get("/apps/near_miss_report").with(200);
    assert_eq!(app["version"], 2);
    let run = server
        .client()
        .post("/runs", &serde_json::json!({"app": "near_miss_report"}));
    assert_eq!(run.with(201)["status"], "waiting");
}

#[test]
fn the_tutorial_does_what_it_says() {
    follow(EN);
}

#[test]
fn the_chinese_tutorial_does_what_it_says() {
    follow(ZH);
}

/// Whose cards are pressed, and what proves who signs.
const DEMONSTRATION: &[&str] = &[
    "Zhao Min 赵敏",
    "Wang Lei 王磊",
    "Zhou Yan 周燕",
    "Administrator 管理员",
    "3846",
    "shop-floor-demo",
];

#[test]
fn the_tutorial_knows_the_people_of_the_demonstration() {
    let made = include_str!("../../src/cli/demo.rs");
    for word in DEMONSTRATION {
        assert!(
            made.contains(&format!("\"{word}\"")),
            "{word} is not of the demonstration any more"
        );
        assert!(EN.contains(word) && ZH.contains(word), "{word}");
    }
}

/// `**…**` in the text outside of blocks.
fn bold(page: &str) -> BTreeSet<&str> {
    let mut outside = true;
    let lines = page.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        if is_fence {
            outside = !outside;
        }
        outside && !is_fence
    });
    lines
        .flat_map(|line| line.split("**").skip(1).step_by(2))
        // What ends a sentence is said for weight; what does not is written on a button.
        .filter(|word| !word.ends_with(['.', '。']) && *word != "API token")
        .collect()
}

#[test]
fn what_the_tutorial_lets_people_press_is_what_the_pages_say() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/core/locales");
    for (page, files) in [(EN, ["en.ts", "pages.en.ts"]), (ZH, ["zh.ts", "pages.zh.ts"])] {
        let words: String = files
            .iter()
            .map(|file| fs::read_to_string(web.join(file)).unwrap())
            .collect();
        for label in bold(page) {
            let is_said = words.contains(&format!("': '{label}'"));
            assert!(is_said, "no page says {label:?}");
        }
    }
}
