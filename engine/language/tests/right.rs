//! Right apps are read as they are meant. The outline of each model is kept as a snapshot.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fs;
use std::path::PathBuf;

use gemba_language::diagnostic::Severity;
use gemba_language::model::{App, Site};
use gemba_language::{format, read_app, read_site, render_human};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/right"))
}

fn site() -> Site {
    read_site(&fs::read_to_string(folder().join("site.yaml")).unwrap())
        .value
        .unwrap()
}

fn sources() -> Vec<(String, String)> {
    let mut paths: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "yaml") && path.file_stem().unwrap() != "site");
    paths.sort();
    let read = |path: PathBuf| {
        (
            path.file_stem().unwrap().to_str().unwrap().to_owned(),
            fs::read_to_string(&path).unwrap(),
        )
    };
    paths.into_iter().map(read).collect()
}

fn app(name: &str, source: &str, site: &Site) -> App {
    let read = read_app(source, Some(site));
    for one in &read.diagnostics {
        println!(
            "{}",
            render_human(source, name, one, gemba_language::diagnostic::Language::En)
        );
    }
    read.value.unwrap_or_else(|| panic!("{name} is refused"))
}

#[test]
fn right_apps_are_read_as_meant() {
    let site = site();
    for (name, source) in sources() {
        let app = app(&name, &source, &site);
        insta::assert_snapshot!(format!("app_{name}"), outline(&app));
    }
}

#[test]
fn right_apps_get_no_warning() {
    let site = site();
    for (name, source) in sources() {
        let found = read_app(&source, Some(&site)).diagnostics;
        let loud: Vec<_> = found.iter().filter(|one| one.severity != Severity::Notice).collect();
        assert!(loud.is_empty(), "{name}: {loud:?}");
        assert!(found.is_empty() || name == "as-typed-in-china", "{name}: {found:?}");
    }
}

#[test]
fn the_site_is_read() {
    insta::assert_snapshot!("site", format!("{:#?}", site()));
}

#[test]
fn layout_of_what_was_typed_in_china() {
    let source = fs::read_to_string(folder().join("as-typed-in-china.yaml")).unwrap();
    insta::assert_snapshot!(format(&source).unwrap());
}

/// The model as a compact outline: no byte positions, formulas and sentences by their text.
fn outline(app: &App) -> String {
    let text = format!("{app:#?}");
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let indent = line.len() - line.trim_start().len();
        let (head, block) = line
            .trim_start()
            .rsplit_once(' ')
            .map_or_else(|| ("", line.trim_start()), |(h, _)| (h, line.trim_start()));
        let end = || {
            let closes = |other: &&str| other.len() > indent && other[indent..].starts_with(['}', ')', ']']);
            at + lines[at + 1..].iter().position(closes).unwrap_or(0) + 1
        };
        let name = line
            .trim_start()
            .split(": ")
            .next()
            .filter(|_| line.contains(": "))
            .map(|n| format!("{n}: "))
            .unwrap_or_default();
        let pad = " ".repeat(indent / 2);
        if block.ends_with("Span {") {
            at = end() + 1;
        } else if block.ends_with("Formula {") || block.ends_with("Template {") {
            let sign = if block.ends_with("Formula {") { "= " } else { "" };
            let source = lines[at + 1]
                .trim_start()
                .trim_start_matches("source: ")
                .trim_end_matches(',');
            out.push_str(&format!("{pad}{name}{sign}{source}\n"));
            at = end() + 1;
        } else if block.ends_with("Text(") && lines[at + 1].ends_with("Template {") {
            let source = lines[at + 2]
                .trim_start()
                .trim_start_matches("source: ")
                .trim_end_matches(',');
            out.push_str(&format!("{pad}{name}{source}\n"));
            at = end() + 1;
        } else if block.ends_with("Id(") || block.ends_with("Text(") && head.is_empty() {
            let rest = lines[end()].trim().trim_start_matches(')').trim_end_matches(',');
            out.push_str(&format!(
                "{pad}{name}{}{rest}\n",
                lines[at + 1].trim().trim_end_matches(',')
            ));
            at = end() + 1;
        } else {
            let line = line.trim_start();
            let nothing = matches!(line, "}" | "}," | ")" | ")," | "]" | "],");
            if !nothing && !line.ends_with(": None,") && !line.ends_with(": [],") && !line.ends_with(": {},") {
                out.push_str(&format!("{pad}{}\n", line.trim_end_matches([' ', '{', '(', '[', ','])));
            }
            at += 1;
        }
    }
    out
}
