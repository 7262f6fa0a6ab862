//! Edits change what was meant and nothing else.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fs;

use gemba_language::diagnostic;
use gemba_language::edits::{Edit, Refused, edit};
use gemba_language::{Keywords, apply_fixes, format, format_in, freeze_ids, read_app};
use serde_json::{Value as Json, json};

const APP: &str = "\
# Made by wang, 2026
app: First piece   # as on the board
tables:
  - table: First pieces
    key: serial
    columns: [serial, order]

steps:
  # Nobody may start.
  - hold: line-3
    why: \"not released\"

  # The measuring itself.
  - form: Measure the piece
    to: operator # day and night
    fields:
      # With the micrometer.
      - measure: Shaft diameter
        limits: 24.95 to 25.05 mm   # drawing 4711
        # three pieces
        samples: 3
      - choose: What now
        from: [Adjust, 'Stop the line']

  - if: shaft_diameter is ok
    steps:
      - tell: inspector
        message: It is right
      - release: line-3
";

fn set(path: &str, value: Json) -> Edit {
    let path = path.to_owned();
    Edit::Set { path, value }
}
fn insert(path: &str, at: usize, value: Json) -> Edit {
    let path = path.to_owned();
    Edit::Insert { path, at, value }
}
fn paste(path: &str, at: usize, yaml: &str) -> Edit {
    let (path, yaml) = (path.to_owned(), yaml.to_owned());
    Edit::Paste { path, at, yaml }
}
fn carry(path: &str, to: &str, at: usize) -> Edit {
    let (path, to) = (path.to_owned(), to.to_owned());
    Edit::Move { path, to, at }
}
fn remove(path: &str) -> Edit {
    let path = path.to_owned();
    Edit::Remove { path }
}

/// Lines that went (`-`) and came (`+`), in order.
fn difference(before: &str, after: &str) -> Vec<String> {
    let (a, b): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut common = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
        } else if j >= b.len() || i < a.len() && common[i + 1][j] >= common[i][j + 1] {
            out.push(format!("-{}", a[i]));
            i += 1;
        } else {
            out.push(format!("+{}", b[j]));
            j += 1;
        }
    }
    out
}

#[track_caller]
fn changes(edits: &[Edit], lines: &[&str]) -> String {
    changes_of(APP, edits, lines)
}

#[track_caller]
fn changes_of(source: &str, edits: &[Edit], lines: &[&str]) -> String {
    let done = edit(source, edits).unwrap_or_else(|refused| panic!("{refused}"));
    assert_eq!(difference(source, &done.source), lines, "\n{}", done.source);
    assert_eq!(patched(source, &done.patches), done.source);
    done.source
}

fn patched(source: &str, patches: &[diagnostic::Edit]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for patch in patches {
        out.push_str(&source[at..patch.start]);
        out.push_str(&patch.text);
        at = patch.end;
    }
    out + &source[at..]
}

#[test]
fn a_value_is_replaced_where_it_stands() {
    changes(
        &[set(
            "steps/measure_the_piece/fields/shaft_diameter/limits",
            json!("24.9 to 25.1 mm"),
        )],
        &[
            "-        limits: 24.95 to 25.05 mm   # drawing 4711",
            "+        limits: 24.9 to 25.1 mm   # drawing 4711",
        ],
    );
    // Quotes stay as they are, and are put where they are needed.
    changes(
        &[set("steps/hold_line_3/why", json!("see \"board\""))],
        &["-    why: \"not released\"", "+    why: \"see \\\"board\\\"\""],
    );
    changes(
        &[set(
            "steps/measure_the_piece/fields/what_now/from/1",
            json!("Don't go on"),
        )],
        &[
            "-        from: [Adjust, 'Stop the line']",
            "+        from: [Adjust, 'Don''t go on']",
        ],
    );
    changes(
        &[set("steps/measure_the_piece/to", json!("# 7"))],
        &["-    to: operator # day and night", "+    to: \"# 7\" # day and night"],
    );
    changes(
        &[set("steps/measure_the_piece/fields/shaft_diameter/samples", json!(5))],
        &["-        samples: 3", "+        samples: 5"],
    );
    assert_eq!(
        edit(APP, &[set("app", json!("First piece"))]).unwrap().patches,
        Vec::new()
    );
}

#[test]
fn a_key_comes_where_it_belongs() {
    changes(
        &[set("steps/measure_the_piece/fields/shaft_diameter/unit", json!("mm"))],
        &["+        unit: mm"],
    );
    changes(
        &[set("steps/measure_the_piece/fields/what_now/optional", json!(true))],
        &["+        optional: yes"],
    );
    let late = json!([{"after": "0 min", "tell": "team leader"}, {"after": "15 min", "move_to": "inspector"}]);
    let done = changes(
        &[
            set("steps/measure_the_piece/within", json!("20 min")),
            set("steps/measure_the_piece/late", late),
        ],
        &[
            "+    within: 20 min",
            "+    late:",
            "+      - after: 0 min",
            "+        tell: team leader",
            "+      - after: 15 min",
            "+        move_to: inspector",
        ],
    );
    assert!(done.contains("night\n    within: 20 min\n    late:\n"), "{done}");
    changes(
        &[remove("steps/measure_the_piece/fields/shaft_diameter/samples")],
        &["-        # three pieces", "-        samples: 3"],
    );
}

#[test]
fn entries_come_and_go_with_their_comments() {
    let done = changes(
        &[insert(
            "steps/measure_the_piece/fields",
            1,
            json!({"check": "Surface", "not_applicable": true}),
        )],
        &["+      - check: Surface", "+        not_applicable: yes"],
    );
    assert!(done.contains("samples: 3\n      - check"), "{done}");
    changes(
        &[insert(
            "steps/measure_the_piece/fields/what_now/from",
            9,
            json!("Ask, then go on"),
        )],
        &[
            "-        from: [Adjust, 'Stop the line']",
            "+        from: [Adjust, 'Stop the line', \"Ask, then go on\"]",
        ],
    );
    changes(
        &[remove("steps/measure_the_piece/fields/shaft_diameter")],
        &[
            "-      # With the micrometer.",
            "-      - measure: Shaft diameter",
            "-        limits: 24.95 to 25.05 mm   # drawing 4711",
            "-        # three pieces",
            "-        samples: 3",
        ],
    );
    // Steps with blank lines between them get one more.
    changes(
        &[insert("steps", 1, json!({"wait": "1 min"}))],
        &["+  - wait: 1 min", "+"],
    );
    changes(
        &[paste(
            "steps/if_shaft_diameter_is_ok/steps",
            0,
            "# Told first\n- form: Look\n  fields:\n    - tick: Seen # with eyes\n",
        )],
        &[
            "+      # Told first",
            "+      - form: Look",
            "+        fields:",
            "+          - tick: Seen # with eyes",
        ],
    );
    // The last one leaves brackets, and what comes next takes their place.
    let emptied = edit(APP, &[remove("tables/first_pieces")]).unwrap().source;
    assert!(emptied.contains("\ntables: []\n\nsteps:\n"), "{emptied}");
    let again = edit(
        &emptied,
        &[insert("tables", 0, json!({"table": "T", "key": "a", "columns": ["a"]}))],
    );
    assert!(
        again
            .unwrap()
            .source
            .contains("\ntables:\n  - table: T\n    key: a\n    columns: [a]\n\nsteps:\n")
    );
}

#[test]
fn a_step_is_carried_with_its_comments() {
    let done = edit(
        APP,
        &[carry(
            "steps/measure_the_piece",
            "steps/if_shaft_diameter_is_ok/steps",
            1,
        )],
    )
    .unwrap();
    assert!(
        done.source.contains(
            "\n        message: It is right\n      # The measuring itself.\n      - form: Measure the piece\n        to: operator # day and night\n        fields:\n          # With the micrometer.\n          - measure: Shaft diameter\n            limits: 24.95 to 25.05 mm   # drawing 4711\n            # three pieces\n            samples: 3\n          - choose"
        ),
        "{}",
        done.source
    );
    let back = edit(&done.source, &[carry("steps/measure_the_piece", "steps", 1)]).unwrap();
    assert_eq!(back.source, APP);
    // Into a step that has none yet.
    let otherwise = edit(
        APP,
        &[carry(
            "steps/tell_inspector",
            "steps/if_shaft_diameter_is_ok/otherwise",
            0,
        )],
    )
    .unwrap();
    assert!(
        otherwise
            .source
            .contains("    otherwise:\n      - tell: inspector\n        message: It is right\n"),
        "{}",
        otherwise.source
    );
    let inside = edit(
        APP,
        &[carry(
            "steps/if_shaft_diameter_is_ok",
            "steps/if_shaft_diameter_is_ok/steps",
            0,
        )],
    );
    assert_eq!(inside, Err(Refused::IntoItself));
}

#[test]
fn ids_stay_when_sentences_change() {
    changes(
        &[set(
            "steps/measure_the_piece/fields/shaft_diameter/measure",
            json!("Shaft, Ø"),
        )],
        &[
            "-      - measure: Shaft diameter",
            "+      - measure: Shaft, Ø",
            "+        id: shaft_diameter",
        ],
    );
    let two = edit(
        APP,
        &[
            set("steps/measure_the_piece/form", json!("量一量")),
            set(
                "steps/measure_the_piece/fields/what_now/choose",
                json!({"en": "What now", "zh": "怎么办"}),
            ),
        ],
    )
    .unwrap()
    .source;
    assert!(two.contains("  - form: 量一量\n    id: measure_the_piece\n"), "{two}");
    assert!(
        two.contains("choose:\n          en: What now\n          zh: 怎么办\n        from"),
        "{two}"
    );
    // Only the sentence's case: the id is the same.
    changes(
        &[set("steps/measure_the_piece/form", json!("MEASURE the piece"))],
        &["-  - form: Measure the piece", "+  - form: MEASURE the piece"],
    );
    // Who gives another id means it.
    changes(&[set("steps/measure_the_piece/id", json!("m1"))], &["+    id: m1"]);
    changes(
        &[set("tables/first_pieces/table", json!("Pieces"))],
        &[
            "-  - table: First pieces",
            "+  - table: Pieces",
            "+    id: first_pieces",
        ],
    );
}

#[test]
fn what_cannot_be_done_is_refused_with_the_reason() {
    let no = |edits: &[Edit]| edit(APP, edits).unwrap_err();
    assert!(matches!(no(&[set("steps/x/to", json!("a"))]), Refused::NoSuchPlace { part, .. } if part == "x"));
    assert!(matches!(no(&[insert("app", 0, json!("a"))]), Refused::NoList { .. }));
    assert!(matches!(
        no(&[remove("steps/measure_the_piece/form")]),
        Refused::Needed { .. }
    ));
    assert!(matches!(no(&[remove("app")]), Refused::Needed { .. }));
    assert_eq!(no(&[paste("steps", 0, "- form: [")]), Refused::Piece);
    assert_eq!(edit("app: \"x", &[set("app", json!("y"))]), Err(Refused::NotReadable));
    assert_eq!(
        edit("应用：首件\n", &[set("app", json!("y"))]),
        Err(Refused::NotReadable)
    );
    assert_eq!(no(&[set("app", json!("x\u{0}y"))]), Refused::NotAlone);
    // All or nothing.
    let half = edit(APP, &[set("app", json!("New")), set("steps/x/to", json!("a"))]);
    assert!(half.is_err());
    for refused in [
        Refused::NotReadable,
        Refused::Piece,
        Refused::TooLarge,
        Refused::NotAlone,
        Refused::IntoItself,
    ] {
        let (en, zh) = refused.message();
        assert!(!en.is_empty() && !zh.is_ascii());
    }
}

#[test]
fn the_words_of_the_file_are_used() {
    let source = "应用: 首件\n步骤:\n  - 表单: 量一量\n    填写项:\n      - 测量: 轴径\n        限值: 1 到 2 mm\n";
    changes_of(
        source,
        &[set("steps/量一量/fields/轴径/optional", json!(true))],
        &["+        可不填: 是"],
    );
    changes_of(
        source,
        &[insert(
            "steps/量一量/fields",
            1,
            json!({"choose": "怎么办", "from": ["调整：再来", "停线"]}),
        )],
        &["+      - 选择: 怎么办", "+        选项: [\"调整：再来\", 停线]"],
    );
    changes_of(
        source,
        &[set("步骤/量一量/填写项/轴径/测量", json!("直径"))],
        &["-      - 测量: 轴径", "+      - 测量: 直径", "+        代号: 轴径"],
    );
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    for text in [
        "yes",
        "null",
        "~",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "[a]",
        "{order}",
        "= 1 + 1",
        "'",
        "\"",
        "1.10",
        "007",
        "12:30",
        "1e3",
        "0x1F",
        "Null",
        "true",
        "*a",
        "&a",
        "!a",
        "%",
        "@",
        "`",
        " a ",
        "",
        "a\nb",
        "a\n\nb\n",
        "\ta",
        "a:",
        "“wide”",
        "原因：请说明",
        "🔧",
        "---",
        "...",
        "? a",
        "|",
        ">",
    ] {
        let done = edit(
            APP,
            &[set(
                "tests",
                json!([{"test": "t", "start": {"order": text}, "expect": {"outcome": "failed"}}]),
            )],
        );
        let done = done.unwrap_or_else(|refused| panic!("{text:?}: {refused}")).source;
        let value: Json = serde_yaml::from_str(&done).unwrap();
        let back = &value["tests"][0]["start"]["order"];
        // What would be written back as something else is a text here.
        let digits = !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || b".x".contains(&byte));
        assert!(*back == json!(text) || digits && back.is_number(), "{done}");
    }
    for value in [
        json!(5),
        json!(25.05),
        json!(true),
        json!(null),
        json!([]),
        json!([1, "1"]),
        json!({"a": {"b": [{"c": 1}]}}),
    ] {
        let done = edit(APP, &[set("tests", json!([{"test": "t", "start": {"order": value}}]))])
            .unwrap()
            .source;
        let read: Json = serde_yaml::from_str(&done).unwrap();
        assert_eq!(read["tests"][0]["start"]["order"], value, "{done}");
    }
}

/// Right files of all folders.
fn right_files() -> Vec<(String, String)> {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut found = Vec::new();
    for folder in ["tests/right", "tests/wrong", "../../examples"] {
        let mut paths: Vec<_> = fs::read_dir(format!("{root}/{folder}"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
            .collect();
        paths.sort();
        for (number, path) in paths.into_iter().enumerate() {
            // The larger ones of the corpus are much alike.
            if folder == "tests/wrong" && number % 24 != 0 {
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            if source.len() > 20_000 {
                continue;
            }
            let mended = apply_fixes(&source, &read_app(&source, None).diagnostics);
            let text = if folder.ends_with("wrong") { mended } else { source };
            if let Some(tidy) = format(&text) {
                found.push((path.display().to_string(), tidy));
            }
        }
    }
    assert!(found.len() > 20);
    found
}

/// Paths to all values of a file, and to its lists.
fn paths(value: &Json, path: &str, out: &mut Vec<(String, Json)>) {
    out.push((path.to_owned(), value.clone()));
    match value {
        Json::Array(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                paths(entry, &format!("{path}/{at}"), out);
            }
        }
        Json::Object(members) => {
            for (key, entry) in members {
                paths(
                    entry,
                    &format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")),
                    out,
                );
            }
        }
        _ => {}
    }
}

fn data(source: &str) -> Json {
    serde_yaml::from_str(source).unwrap()
}

fn comments(source: &str) -> usize {
    source
        .lines()
        .filter(|line| line.trim_start().starts_with('#') || line.contains(" # "))
        .count()
}

#[test]
fn any_value_of_any_right_file_can_be_set_and_set_back() {
    let (mut done_count, mut refused_count, mut turn) = (0, 0, 0);
    for (name, source) in right_files() {
        let mut all = Vec::new();
        paths(&data(&source), "", &mut all);
        for (path, value) in all.iter().filter(|(path, _)| !path.is_empty()) {
            turn += 1;
            if !value.is_string() || path.ends_with("/id") || turn % 32 != 0 {
                continue;
            }
            let Ok(there) = edit(&source, &[set(path, json!("changed: here"))]) else {
                refused_count += 1;
                continue;
            };
            done_count += 1;
            // One place, apart from ids that were kept.
            let lines = difference(&source, &there.source);
            let gone = lines.iter().filter(|line| line.starts_with('-')).count();
            let source_lines = value.as_str().unwrap_or_default().trim_end().matches('\n').count() + 2;
            assert!(gone <= source_lines, "{name} {path}: {lines:#?}");
            assert_eq!(comments(&source), comments(&there.source), "{name} {path}");
            let back = edit(&there.source, &[set(path, value.clone())])
                .unwrap_or_else(|refused| panic!("{name} {path}: {refused}\n{}", there.source));
            let ids = |text: &str| text.matches("id:").count() + text.matches("代号:").count();
            if ids(&there.source) == ids(&source) {
                assert_eq!(&data(&back.source), &data(&source), "{name} {path}");
            }
        }
    }
    assert!(done_count > 40, "{done_count}");
    assert!(refused_count * 50 < done_count, "{refused_count} of {done_count}");
}

#[test]
fn any_entry_of_any_right_file_can_be_taken_out_and_pasted_back() {
    let (mut count, mut turn) = (0, 0);
    for (name, source) in right_files() {
        let mut all = Vec::new();
        paths(&data(&source), "", &mut all);
        for (path, value) in &all {
            let Json::Array(entries) = value else { continue };
            if entries.len() < 2 {
                continue;
            }
            for (at, entry) in entries.iter().enumerate() {
                turn += 1;
                if turn % 16 != 0 {
                    continue;
                }
                let one = format!("{path}/{at}");
                let without =
                    edit(&source, &[remove(&one)]).unwrap_or_else(|refused| panic!("{name} {one}: {refused}"));
                let mut wanted = data(&source);
                wanted.pointer_mut(path).unwrap().as_array_mut().unwrap().remove(at);
                let got = data(&without.source);
                if without.source.lines().filter(|line| line.contains("id:")).count()
                    == source.lines().filter(|line| line.contains("id:")).count()
                {
                    assert_eq!(got, wanted, "{name} {one}");
                }
                let back = edit(&without.source, &[insert(path, at, entry.clone())])
                    .unwrap_or_else(|refused| panic!("{name} {one}: {refused}"));
                let put_back = data(&back.source).pointer(path).unwrap()[at].clone();
                assert_eq!(put_back.is_object(), entry.is_object(), "{name} {one}");
                // To the end and back again gives every byte.
                let last = entries.len() - 1;
                let there = edit(&source, &[carry(&one, path, last)])
                    .unwrap_or_else(|refused| panic!("{name} {one}: {refused}"));
                assert_eq!(comments(&there.source), comments(&source), "{name} {one}");
                count += 1;
            }
        }
    }
    assert!(count > 30, "{count}");
}

#[test]
fn layout_is_settled_after_one_time_and_keeps_the_words() {
    for (name, source) in right_files() {
        let laid_out = format(&source).unwrap();
        assert_eq!(format(&laid_out).as_deref(), Some(laid_out.as_str()), "{name}");
        let chinese = format_in(&laid_out, Keywords::Zh).unwrap();
        assert_eq!(
            format_in(&chinese, Keywords::En).unwrap(),
            format_in(&laid_out, Keywords::En).unwrap(),
            "{name}"
        );
        assert_eq!(comments(&laid_out), comments(&source), "{name}");
    }
}

#[test]
fn ids_are_written_back_where_sentences_were_changed() {
    let now = APP
        .replace("form: Measure the piece", "form: Measure it, twice")
        .replace("measure: Shaft diameter", "measure: Diameter")
        .replace("table: First pieces", "table: Pieces");
    let frozen = freeze_ids(&now, APP).unwrap();
    assert_eq!(
        difference(&now, &frozen),
        [
            "+    id: first_pieces",
            "+    id: measure_the_piece",
            "+        id: shaft_diameter"
        ]
    );
    assert_eq!(freeze_ids(&frozen, APP).unwrap(), frozen);
    assert_eq!(freeze_ids(APP, APP).unwrap(), APP);
    // A new one, or one of another kind, is no renamed one.
    let other = APP.replace(
        "measure: Shaft diameter\n        limits: 24.95 to 25.05 mm   # drawing 4711\n        # three pieces\n        samples: 3",
        "text: Diameter",
    );
    assert_ne!(other, APP);
    assert_eq!(freeze_ids(&other, APP).unwrap(), other);
    let more = APP.replace(
        "      - choose: What now",
        "      - choose: What else\n        from: [a, b]\n      - choose: What then",
    );
    assert_eq!(freeze_ids(&more, APP).unwrap(), more);
}
