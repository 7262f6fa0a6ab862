//! Decision tables: what is proved of their rows, and what nothing is said of.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use gemba_language::diagnostic::Diagnostic;
use gemba_language::read_app;

const FIELDS: &str = "app: A\nsteps:\n  - form: Look\n    fields:\n      - whole: Defects\n        min: 0\n        max: 20\n      - number: Weight\n        decimals: 1\n      - measure: Size\n        limits: 0 to 5 mm\n      - text: Remark\n      - choose: Where\n        from: [Left, Right, Top]\n      - yes_no: Painted\n      - date: Made on\n      - duration: Took\n      - check: Surface\n";

/// What is said of a table: columns, rule, rows (tests by `;` and what is given by `->`).
fn said(inputs: &str, rule: &str, rows: &[&str], otherwise: bool) -> Vec<Diagnostic> {
    let mut app = format!(
        "{FIELDS}  - decide: What to do\n    inputs: [{inputs}]\n    gives: verdict\n    rule: {rule}\n    rows:\n"
    );
    for row in rows {
        let (when, then) = row.split_once(" -> ").unwrap_or((row, "x"));
        let cells: Vec<String> = when.split("; ").map(|cell| format!("'{cell}'")).collect();
        app.push_str(&format!("      - when: [{}]\n        then: {then}\n", cells.join(", ")));
    }
    if otherwise {
        app.push_str("    otherwise: z\n");
    }
    read_app(&app, None).diagnostics
}

fn codes_and_examples(found: &[Diagnostic]) -> Vec<(&str, String)> {
    found
        .iter()
        .map(|one| {
            let message = &one.message.0;
            let example = message.split_once(" when ").map_or("", |(_, rest)| rest);
            let example = example.split([';', ',']).next().unwrap();
            (one.code, example.to_owned())
        })
        .collect()
}

#[test]
fn what_is_open_and_what_is_said_twice_is_shown_by_an_example() {
    type Case<'c> = (&'c str, &'c [&'c str], &'c [(&'c str, &'c str)]);
    let cases: &[Case<'_>] = &[
        // Ends.
        ("size", &["< 2 mm", ">= 2 mm"], &[]),
        ("size", &["< 2 mm", "> 2 mm"], &[("G1107", "size = 2 mm")]),
        ("size", &["<= 2 mm", ">= 2 mm"], &[("G1105", "size = 2 mm")]),
        ("size", &["[0..2] mm", "]2..5] mm", "> 5 mm"], &[]),
        (
            "size",
            &["[0..2) mm", "(2..5] mm", "> 5 mm"],
            &[("G1107", "size = 2 mm")],
        ),
        (
            "size",
            &["[0..2] mm", "[2..5] mm", "> 5 mm"],
            &[("G1105", "size = 2 mm")],
        ),
        (
            "size",
            &["[0..2] mm", "[2.5..5] mm", "> 5 mm"],
            &[("G1107", "size = 2.1 mm")],
        ),
        (
            "size",
            &["[0..2] mm", "[1..5] mm", "> 5 mm"],
            &[("G1105", "size = 1 mm")],
        ),
        // Whole numbers in their range, and numbers with as many decimals as can be typed.
        ("defects", &["0", "[1..5]", "[6..20]"], &[]),
        ("defects", &["0", "[1..5]", "> 6"], &[("G1107", "defects = 6")]),
        ("defects", &["< 5", "> 4"], &[]),
        ("weight", &["<= 5", ">= 5.1"], &[]),
        ("weight", &["<= 5", ">= 5.2"], &[("G1107", "weight = 5.1")]),
        // Words.
        ("where", &["\"Left\"", "\"Right\", \"Top\""], &[]),
        ("where", &["\"Left\"", "\"Right\""], &[("G1107", "where = \"Top\"")]),
        ("where", &["\"Left\"", "not(\"Left\")"], &[]),
        (
            "where",
            &["\"Left\"", "not(\"Top\")", "\"Top\""],
            &[("G1105", "where = \"Left\"")],
        ),
        ("surface", &["\"pass\"", "\"fail\""], &[]),
        ("surface", &["\"pass\""], &[("G1107", "surface = \"fail\"")]),
        ("remark", &["\"a\"", "\"b\""], &[("G1107", "remark = \"…\"")]),
        ("remark", &["\"a\"", "not(\"a\")"], &[]),
        ("painted", &["true", "false"], &[]),
        ("painted", &["true"], &[("G1107", "painted = false")]),
        // Days and times.
        ("made_on", &["< @\"2026-05-01\"", "> @\"2026-04-30\""], &[]),
        (
            "made_on",
            &["< @\"2026-05-01\"", "> @\"2026-05-01\""],
            &[("G1107", "made_on = 2026-05-01")],
        ),
        ("took", &["< 20 min", ">= 20 min"], &[]),
        ("took", &["<= 20 min", ">= 20 min"], &[("G1105", "took = 20 min")]),
        // Several columns.
        (
            "painted, where",
            &["true; any", "false; \"Left\"", "false; not(\"Left\")"],
            &[],
        ),
        (
            "painted, where",
            &["true; any", "false; \"Left\"", "false; \"Top\""],
            &[("G1107", "painted = false and where = \"Right\"")],
        ),
        (
            "painted, defects",
            &["true; < 5", "any; [3..9]", "true; > 9", "false; < 3", "false; > 9"],
            &[("G1105", "painted = true and defects = 3")],
        ),
        // A row that nobody can tell about may fit all or nothing.
        ("size", &["< 2 mm", "> weight * 1 mm"], &[]),
        (
            "size, painted",
            &["< 2 mm; true", "> 2 mm; true", "< 1 mm; false"],
            &[("G1107", "size = 1 mm and painted = false")],
        ),
        // A column that is computed has values of its own; the same name in two columns is no two values.
        ("defects * 2", &["< 5", "> 5"], &[]),
        ("defects * 2", &["<= 5", ">= 5"], &[]),
        ("size, size", &["< 2 mm; any", "any; >= 2 mm"], &[]),
        ("size is ok, size is not ok", &["true; any", "any; true"], &[]),
        ("size is ok", &["true", "false"], &[]),
        ("size is ok", &["true"], &[("G1107", "size is ok = false")]),
    ];
    let mut failures = Vec::new();
    for (inputs, rows, expected) in cases {
        let found = said(inputs, "unique", rows, false);
        let shown = codes_and_examples(&found);
        let expected: Vec<(&str, String)> = expected.iter().map(|(code, at)| (*code, (*at).to_owned())).collect();
        if shown != expected {
            failures.push(format!("{inputs}: {rows:?}\n  {shown:?}\n  {expected:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_rule_says_what_may_be() {
    let cases: &[(&str, &[&str], bool, &[&str])] = &[
        ("unique", &["< 5 -> a", "< 5 -> a"], true, &["G1105"]),
        ("any", &["< 5 -> a", "< 7 -> a"], true, &[]),
        ("any", &["< 5 -> a", "< 7 -> b"], true, &["G1106"]),
        ("any", &["< 5 -> a", "< 7 -> = remark"], true, &[]),
        ("first", &["< 5", "< 7", "any"], false, &[]),
        ("first", &["< 7", "< 5", "any"], false, &["G1108"]),
        ("first", &["< 5", ">= 5", "any"], false, &[]),
        ("first", &["any", "< 5"], false, &["G1108"]),
        ("first", &["< 5", ">= 5", "[3..6]"], false, &["G1108"]),
        ("first", &["< 5", "> weight", "[3..6]"], true, &[]),
        ("first", &["not(5)", "5", "any"], true, &[]),
        ("all", &["< 5", "< 7"], false, &[]),
        ("count", &["< 5", "< 7"], false, &[]),
        ("sum", &["< 5 -> 1", "< 7 -> 2"], false, &["G1107"]),
        ("sum", &["< 5 -> 1", "< 7 -> 2"], true, &[]),
    ];
    for (rule, rows, otherwise, expected) in cases {
        let found = said("defects", rule, rows, *otherwise);
        let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
        assert_eq!(&codes, expected, "{rule} {rows:?}\n{found:#?}");
    }
}

#[test]
fn rows_that_meet_at_one_value_are_parted_by_the_fix() {
    for (rows, part) in [
        (["<= 5", ">= 5"], "> 5'"),
        (["[0..5]", "[5..20]"], "]5..20]"),
        (["[5..20]", "[0..5]"], "[0..5["),
        ([">= 5", "<= 5"], "'< 5"),
    ] {
        let found = said("defects", "unique", &rows, true);
        assert_eq!(found.len(), 1, "{found:#?}");
        let one = &found[0];
        assert_eq!((one.code, one.fix.len()), ("G1105", 1), "{rows:?}");
        // The same text as in `said`, mended.
        let source = {
            let mut text = format!(
                "{FIELDS}  - decide: What to do\n    inputs: [defects]\n    gives: verdict\n    rule: unique\n    rows:\n"
            );
            for row in &rows {
                text.push_str(&format!("      - when: ['{row}']\n        then: x\n"));
            }
            text + "    otherwise: z\n"
        };
        let app = gemba_language::apply_fixes(&source, &found);
        assert!(app.contains(part), "{app}");
        assert!(read_app(&app, None).diagnostics.is_empty(), "{app}");
    }
}

#[test]
fn large_tables_are_given_up_rather_than_waited_for() {
    // Each row fits one case of twelve columns of two: 4,096 cases, of which one is missing.
    let fields: String = (0..12).map(|field| format!("      - yes_no: F{field}\n")).collect();
    let inputs: Vec<String> = (0..12).map(|field| format!("f{field}")).collect();
    let mut app = format!(
        "app: A\nsteps:\n  - form: Look\n    fields:\n{fields}  - decide: D\n    inputs: [{}]\n    gives: d\n    rows:\n",
        inputs.join(", ")
    );
    for row in 0..400_u32 {
        let cells: Vec<&str> = (0..12)
            .map(|bit| if row >> bit & 1 == 1 { "\"true\"" } else { "\"false\"" })
            .collect();
        app.push_str(&format!("      - when: [{}]\n        then: 1\n", cells.join(", ")));
    }
    let found = read_app(&app, None).diagnostics;
    assert_eq!(
        found.iter().map(|one| one.code).collect::<Vec<_>>(),
        ["G1107"],
        "{found:#?}"
    );
}
