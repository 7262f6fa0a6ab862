//! The apps that ship: right, tested, and ready to be taken as templates.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::support::{Place, gemba};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// Standard output and exit code.
fn said(folder: &Path, arguments: &[&str]) -> (String, i32) {
    let output = gemba().current_dir(folder).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.code().unwrap())
}

#[test]
fn all_examples_check_without_notices_and_their_tests_come_to_nine_tenths() {
    let examples = examples();
    let (text, code) = said(&examples, &["check", "."]);
    assert!(
        code == 0 && text.contains("no errors, no warnings, no notices"),
        "{text}"
    );
    let (text, code) = said(&examples, &["test", ".", "--least", "90"]);
    assert!(code == 0, "{text}");
    let apps = text.lines().filter(|line| line.contains("covers ")).count();
    assert_eq!(apps, 25, "{text}");
}

#[test]
fn every_template_can_be_taken_as_it_is() {
    let (list, code) = said(Path::new("."), &["new", "--list"]);
    assert_eq!(code, 0);
    let names: Vec<&str> = list
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(names.len(), 25, "{list}");
    let place = Place::new(&[]);
    for name in names {
        let (text, code) = said(place.path(), &["new", "app", "--from", name, "--folder", "ours"]);
        assert!(code == 0 && text.contains("wrote "), "{name}: {text}");
    }
    let (text, code) = said(place.path(), &["check", "ours"]);
    assert!(
        code == 0 && text.contains("26 files checked: no errors, no warnings, no notices"),
        "{text}"
    );
    let (text, code) = said(place.path(), &["test", "ours", "--least", "90"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn a_template_gets_the_names_of_the_site() {
    let place = Place::new(&[]);
    let from = ["new", "app", "Line 9", "--from", "first-piece", "--folder", "ours"];
    let (text, code) = said(place.path(), &[&from[..], &["--set", "line=line-7"]].concat());
    assert!(
        code == 0 && text.contains("ours/site.yaml") && text.contains("ours/line-9.yaml"),
        "{text}"
    );
    let app = fs::read_to_string(place.path().join("ours/line-9.yaml")).unwrap();
    assert!(
        app.contains("app: Line 9\n") && app.contains("hold: line-7") && !app.contains("line-3"),
        "{app}"
    );
    // Written again it is there already; what the site does not know is refused, and so is what nobody asked.
    for (set, code, says) in [
        ("line=line-7", 2, "is there already"),
        ("line=line-70", 1, "line-3, line-7"),
        ("oprator=worker", 1, "operator"),
        ("operator", 1, "name=value"),
        ("shaft_diameter=a: b", 1, "cannot be put in"),
    ] {
        let (text, found) = said(place.path(), &[&from[..], &["--set", set]].concat());
        assert!(found == code && text.contains(says), "{set}: {text} [{found}]");
    }
    let (text, code) = said(place.path(), &["new", "app", "--from", "frist-piece-inspection"]);
    assert!(
        code == 1 && text.contains("is 'first-piece-inspection' meant?"),
        "{text}"
    );
}

/// Ends the watching program, also when the test fails.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watching_tests_again_what_an_editor_has_replaced() {
    let place = Place::new(&[]);
    let (_, code) = said(place.path(), &["new", "app", "--from", "kanban", "--folder", "ours"]);
    assert_eq!(code, 0);
    let (_, code) = said(place.path(), &["new", "app", "--from", "near-miss", "--folder", "ours"]);
    assert_eq!(code, 0);
    let mut child = gemba()
        .current_dir(place.path())
        .args(["test", "ours", "--watch"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let _watching = Watching(child);
    let mut next = || {
        let mut text = String::new();
        for line in lines.by_ref() {
            let line = line.unwrap();
            if line.starts_with("waiting for changes") {
                return text;
            }
            text.push_str(&line);
            text.push('\n');
        }
        panic!("it has ended: {text}");
    };
    let first = next();
    assert!(
        first.contains("kanban.yaml") && first.contains("near-miss.yaml") && first.contains("0 failed"),
        "{first}"
    );
    // A new file in the place of the old one, as many editors write.
    let path = place.path().join("ours/kanban.yaml");
    let source = fs::read_to_string(&path).unwrap();
    let beside = place.path().join("ours/.kanban.yaml.new");
    fs::write(
        &beside,
        source.replace("outcome: Already on its way", "outcome: waiting"),
    )
    .unwrap();
    fs::rename(&beside, &path).unwrap();
    let second = next();
    assert!(
        second.contains("FAILED Scanned twice") && !second.contains("near-miss.yaml"),
        "{second}"
    );
    // Put right in place; an error in between would be told with its line.
    fs::write(&path, source.replace("steps:", "stepps:")).unwrap();
    let third = next();
    assert!(
        third.contains("steps:") && third.contains("not tested because of errors"),
        "{third}"
    );
    fs::write(&path, source).unwrap();
    let fourth = next();
    assert!(fourth.contains("0 failed"), "{fourth}");
}
