//! What people type by habit is understood, told as a notice, and written as it should be by the formatter.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use gemba_language::diagnostic::Severity;
use gemba_language::{format, read_app};

/// Codes of the notices, and the canonical layout. Nothing else may be said.
fn tolerated(source: &str) -> (Vec<&'static str>, String) {
    let read = read_app(source, None);
    assert!(read.value.is_some(), "{:#?}", read.diagnostics);
    assert!(
        read.diagnostics.iter().all(|one| one.severity == Severity::Notice),
        "{:#?}",
        read.diagnostics
    );
    let mut codes: Vec<&'static str> = read.diagnostics.iter().map(|one| one.code).collect();
    codes.dedup();
    let layout = format(source).unwrap();
    assert!(read_app(&layout, None).diagnostics.is_empty(), "{layout}");
    (codes, layout)
}

const CANONICAL: &str = "app: Look\nsteps:\n  - form: Look around\n    fields:\n      - tick: Done\n";

#[test]
fn tabs_and_wide_spaces_in_front_of_lines() {
    for source in [
        "app: Look\nsteps:\n\t- form: Look around\n\t  fields:\n\t\t\t- tick: Done\n",
        "app: Look\nsteps:\n-\tform: Look around\n\tfields:\n\t- tick: Done\n",
        "app: Look\nsteps:\n    - form: Look around\n\t  fields:\n\t\t- tick: Done\n",
        "app: Look\nsteps:\n　- form: Look around\n　　fields:\n　　　- tick: Done\n",
        "app: Look\nsteps:\n\u{a0}\u{a0}- form: Look around\n\u{a0}\u{a0}\u{a0}\u{a0}fields:\n    - tick: Done\n",
    ] {
        let (codes, layout) = tolerated(source);
        assert_eq!((codes, layout.as_str()), (vec!["G0120"], CANONICAL), "{source}");
    }
}

#[test]
fn punctuation_of_a_chinese_keyboard() {
    for source in [
        "app：Look\nsteps：\n  - form：Look around\n    fields：\n      - tick：Done\n",
        "app： Look\nsteps:\n  — form: Look around\n    fields:\n      • tick: Done\n",
    ] {
        let (codes, layout) = tolerated(source);
        assert_eq!((codes, layout.as_str()), (vec!["G0121"], CANONICAL), "{source}");
    }
    let (codes, layout) = tolerated("app: “Look”\nsteps:\n  - form: ”看：这里“\n    fields:\n      - tick: Done\n");
    assert_eq!(codes, ["G0122"]);
    assert!(
        layout.starts_with("app: \"Look\"\nsteps:\n  - form: \"看：这里\"\n"),
        "{layout}"
    );
    let (codes, layout) = tolerated(
        "app: Look\nsteps:\n  - form: Look\n    fields:\n      - choose: 原因\n        from: [“划伤”，凹坑， “其他，请说明”]\n",
    );
    assert_eq!(codes, ["G0121"]);
    assert!(layout.contains("from: [\"划伤\", 凹坑, \"其他，请说明\"]"), "{layout}");
}

#[test]
fn wide_punctuation_inside_sentences_stays() {
    let source = "app: Look\nsteps:\n  - form: 注意：戴手套，再“看”\n    note: |\n      fields：这里\n      \tx\n    fields:\n      - choose: 原因\n        from:\n          - 其他：请说明\n          - 你好，世界\n          - no\n";
    assert!(
        read_app(source, None).diagnostics.is_empty(),
        "{:#?}",
        read_app(source, None).diagnostics
    );
    assert_eq!(format(source).unwrap(), source);
}

#[test]
fn a_missing_dash_before_a_single_entry() {
    for source in [
        "app: Look\nsteps:\n  form: Look around\n  fields:\n    - tick: Done\n",
        "app: Look\nsteps:\n  - form: Look around\n    fields:\n      tick: Done\n",
        "app: Look\nsteps:\n  form: Look around\n  fields:\n    tick: Done\n",
    ] {
        let (codes, layout) = tolerated(source);
        assert_eq!((codes, layout.as_str()), (vec!["G0216"], CANONICAL), "{source}");
    }
    let (codes, layout) = tolerated("app: Look\nsteps: {wait: 1 min}\n");
    assert_eq!(
        (codes, layout.as_str()),
        (vec!["G0216"], "app: Look\nsteps: [{wait: 1 min}]\n")
    );
}

#[test]
fn one_for_many_and_many_for_one() {
    let source = "app: Look\nstep:\n  - form: Look around\n    field:\n      - tick: Done\n";
    let (codes, layout) = tolerated(source);
    assert_eq!((codes, layout.as_str()), (vec!["G0206"], CANONICAL));
}

#[test]
fn layout_of_comments_blank_lines_and_brackets() {
    let source = "# about this app\n\n\n\napp:   Look   # its name\nsteps:\n# first\n- form: Look around\n  # who\n  to: operator\n\n\n  fields:\n   # what\n   -   tick:  Done\n   - choose: What now\n     from: [ a,b ,  c ]\n     hint: >-\n         Two lines\n         of text\n  # the end of the form\n# the end\n";
    let expected = "# about this app\n\napp: Look   # its name\nsteps:\n  # first\n  - form: Look around\n    # who\n    to: operator\n\n    fields:\n      # what\n      - tick: Done\n      - choose: What now\n        from: [a, b, c]\n        hint: >-\n          Two lines\n          of text\n    # the end of the form\n# the end\n";
    assert_eq!(format(source).unwrap(), expected);
    assert_eq!(format(expected).unwrap(), expected);
}

#[test]
fn files_with_errors_are_left_alone() {
    assert_eq!(format("app: Look\nstpes:\n  - wait: 1 min\n"), None);
}
