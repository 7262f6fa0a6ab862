//! What is said about the order of steps: holds, waits, signatures, loops, ways, and what is not asked on some way.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use gemba_language::diagnostic::Diagnostic;
use gemba_language::{apply_fixes, read_app};

fn diagnostics(source: &str) -> Vec<Diagnostic> {
    let read = read_app(source, None);
    assert!(read.value.is_some(), "{source}\n{:#?}", read.diagnostics);
    read.diagnostics
}

fn codes(source: &str) -> Vec<&'static str> {
    diagnostics(source).iter().map(|one| one.code).collect()
}

fn indent(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

/// Asks everything that the cases below decide by.
const ASK: &str = "- form: Ask\n  fields:\n    - yes_no: Again\n    - yes_no: Other\n    - choose: What now\n      from: [go on, stop]\n    - measure: Depth\n      limits: 1 to 2 mm\n";

fn app(steps: &str) -> String {
    format!("app: A\nsteps:\n{}{}", indent(ASK, 2), indent(steps, 2))
}

const HOLD: &str = "- hold: line-3\n  why: x\n";
const FREE: &str = "- release: line-3\n";
const STOP: &str = "- finish: Stopped\n  if: again = true\n";

#[test]
fn what_is_held_is_released_on_every_way() {
    let stop = indent("- finish: Stopped", 4);
    let free = indent("- release: line-3", 4);
    let wait = indent("- wait: 1 min", 4);
    let ways = |one: &str, other: &str| format!("- if: again = true\n  steps:\n{one}  otherwise:\n{other}");
    let rounds = |inside: &str, otherwise: &str| {
        format!("- repeat: R\n  until: other = true\n  at_most: 3\n  steps:\n{inside}  otherwise:\n{otherwise}")
    };
    let branches = |join: &str, one: &str, other: &str| {
        let branch = |name: &str, steps: &str| format!("    - branch: {name}\n      steps:\n{}", indent(steps, 4));
        format!(
            "- together: T\n  wait_for: {join}\n  branches:\n{}{}",
            branch("a", one),
            branch("b", other)
        )
    };
    for steps in [
        format!("{HOLD}{FREE}"),
        format!("{HOLD}{FREE}{STOP}"),
        format!("{STOP}{HOLD}{FREE}"),
        format!("{HOLD}{}", ways(&free, &free)),
        format!("{HOLD}{}{FREE}", ways(&wait, &wait)),
        format!("{HOLD}{}", rounds(&free, &wait)),
        format!("{HOLD}{}", branches("all", &free, &wait)),
        format!("{HOLD}{}", branches("first", &free, &free)),
        format!("{}{HOLD}{FREE}", ways(&stop, &wait)),
        // The same condition at both.
        "- hold: line-3\n  why: x\n  if: again = true\n- release: line-3\n  if: again = true\n".to_owned(),
        "- if: again = true and other = true\n  steps:\n    - hold: line-3\n      why: x\n- release: line-3\n  if: again = true\n".to_owned(),
        format!("- if: again = true\n  steps:\n{}{}", indent(HOLD, 4), free),
        // What is computed cannot be followed.
        format!("{HOLD}- release: = \"line-3\"\n{STOP}"),
    ] {
        assert_eq!(codes(&app(&steps)), Vec::<&str>::new(), "{steps}");
    }
    for (steps, path) in [
        (format!("{HOLD}{STOP}{FREE}"), "step 3 'Stopped' ends the run"),
        (
            format!("{HOLD}{}", ways(&free, &wait)),
            "step 3 'if again = true' goes to `otherwise`, the app ends",
        ),
        (
            format!("{HOLD}{}", ways(&wait, &free)),
            "step 3 'if again = true' is true, the app ends",
        ),
        (
            format!("{HOLD}{}{FREE}", ways(&stop, &wait)),
            "step 3 'if again = true' is true, step 4 'Stopped' ends the run",
        ),
        (
            format!("{HOLD}- release: line-3\n  if: again = true\n"),
            "step 3 'release line-3' is not done, the app ends",
        ),
        (
            format!("{HOLD}{}{FREE}", rounds(&wait, &stop)),
            "step 3 'R' has used up its rounds, step 5 'Stopped' ends the run",
        ),
        (format!("{HOLD}{}", branches("first", &free, &wait)), "the app ends"),
        (
            "- hold: line-3\n  why: x\n  if: again = true\n- release: line-3\n  if: other = true\n".to_owned(),
            "step 3 'release line-3' is not done, the app ends",
        ),
        (
            format!("{HOLD}- for_each: E\n  in: = [1, 2]\n  steps:\n{free}"),
            "step 3 'E' is not done, the app ends",
        ),
        (
            format!("{HOLD}- wait_for: m\n  within: 1 h\n  otherwise:\n{stop}{FREE}"),
            "step 3 'wait_for m' goes to `otherwise`, step 4 'Stopped' ends the run",
        ),
    ] {
        let found = diagnostics(&app(&steps));
        let said: Vec<&str> = found.iter().map(|one| one.message.0.as_str()).collect();
        assert_eq!(said, [format!("`line-3` stays held on this way: {path}")], "{steps}");
        assert_eq!(found[0].code, "G0613");
    }
}

#[test]
fn a_test_shows_that_it_is_meant_to_stay_held() {
    let source = app(&format!("{HOLD}{STOP}{FREE}"));
    let with_test = |outcome: &str, held: &str| {
        format!("{source}tests:\n  - test: t\n    expect:\n      outcome: {outcome}\n      held: {held}\n")
    };
    assert!(codes(&with_test("Stopped", "[line-3]")).is_empty());
    assert_eq!(codes(&with_test("Stopped", "[line-4]")), ["G0613"]);
    assert_eq!(codes(&with_test("finished", "[]")), ["G0613"]);
    assert_eq!(codes(&source), ["G0613"]);
}

#[test]
fn the_release_that_is_offered_is_right() {
    let source = app(&format!("{HOLD}{STOP}{FREE}"));
    let fixed = apply_fixes(&source, &diagnostics(&source));
    assert!(
        fixed.contains("  - release: line-3\n    if: again = true\n  - finish: Stopped\n"),
        "{fixed}"
    );
    assert!(codes(&fixed).is_empty());
}

#[test]
fn what_may_not_have_been_asked_is_no_pass() {
    let look = "- form: Look for cracks\n  fields:\n    - check: Crack\n";
    let guarded = "- form: Look for cracks\n  if: again = true\n  fields:\n    - check: Crack\n";
    let decide = |condition: &str| format!("- finish: Scrapped\n  if: {condition}\n- finish: Good\n");
    let in_if =
        |steps: &str, otherwise: &str| format!("- if: again = true\n  steps:\n{steps}  otherwise:\n{otherwise}");
    let wait = indent("- wait: 1 min", 4);
    let stop = indent("- finish: Stopped", 4);
    let inside = indent(look, 4);
    let no = decide("crack is not ok");
    for steps in [
        format!("{look}{no}"),
        format!("{guarded}{}", decide("again = true and crack is not ok")),
        format!("{guarded}{}", decide("crack is not ok or crack is empty")),
        format!("{guarded}- finish: Good\n  if: crack is ok\n"),
        format!(
            "{guarded}- if: again = true\n  steps:\n{}",
            indent("- finish: Scrapped\n  if: crack is not ok", 4)
        ),
        in_if(&format!("{inside}{}", indent(&no, 4)), &wait),
        format!("{}{no}", in_if(&inside, &stop)),
        format!(
            "- repeat: R\n  until: other = true\n  at_most: 2\n  steps:\n{inside}{}",
            no
        ),
        format!(
            "- together: T\n  branches:\n    - branch: a\n      steps:\n{}    - branch: b\n      steps: [{{wait: 1 min}}]\n{no}",
            indent(look, 8)
        ),
        format!("{look}- set: S\n  values:\n    result: '= if crack is not ok then \"bad\" else \"good\"'\n"),
    ] {
        let found = codes(&app(&steps));
        assert!(!found.contains(&"G0536"), "{found:?}\n{steps}");
    }
    for steps in [
        format!("{guarded}{no}"),
        format!("{guarded}{}", decide("crack = \"fail\"")),
        format!("{guarded}{}", decide("other = true and crack is not ok")),
        format!("{guarded}{}", decide("look_for_cracks.crack is not ok")),
        format!(
            "{guarded}{}",
            decide(
                "not(crack is ok or crack is not ok) or again = true and crack is not ok or other = true and crack is not ok"
            )
        ),
        format!("{}{no}", in_if(&inside, &wait)),
        format!(
            "- choose: C\n  ways:\n    - when: other = true\n      steps:\n{}{no}",
            indent(look, 8)
        ),
        format!(
            "- together: T\n  wait_for: first\n  branches:\n    - branch: a\n      steps:\n{}    - branch: b\n      steps: [{{wait: 1 min}}]\n{no}",
            indent(look, 8)
        ),
        format!(
            "- repeat: R\n  until: other = true\n  at_most: 2\n  steps:\n{}{inside}",
            indent("- wait: 1 min\n  if: crack is not ok", 4)
        ),
        format!("{guarded}- set: S\n  values:\n    result: '= if crack is not ok then \"bad\" else \"good\"'\n"),
    ] {
        let found = codes(&app(&steps));
        assert!(found.contains(&"G0536"), "{found:?}\n{steps}");
    }
}

#[test]
fn the_mean_of_samples_hides_a_bad_one() {
    let ask = "- form: Measure\n  fields:\n    - measure: Width\n      limits: 1 to 2 mm\n      samples: 3\n    - measure: Length\n      limits: 1 to 2 mm\n";
    let with = |condition: &str| codes(&app(&format!("{ask}- finish: Done\n  if: {condition}\n")));
    for condition in [
        "width > 1.5 mm",
        "measure.width < 1 mm",
        "1.5 mm < width",
        "width between 1 mm and 1.5 mm",
        "width is ok and width >= 1.2 mm",
    ] {
        assert_eq!(with(condition), ["G0537"], "{condition}");
    }
    for condition in [
        "width is ok",
        "width.max > 1.5 mm",
        "width.mean > 1.5 mm",
        "length > 1.5 mm",
        "count(width.samples) = 3",
    ] {
        assert_eq!(with(condition), Vec::<&str>::new(), "{condition}");
    }
}

#[test]
fn loops_for_a_verdict_say_what_happens_without_it() {
    let rounds = |until: &str, rest: &str| {
        codes(&app(&format!(
            "- repeat: R\n  until: {until}\n  at_most: 3\n  steps:\n    - form: Measure\n      fields:\n        - measure: Width\n          limits: 1 to 2 mm\n{rest}"
        )))
    };
    assert_eq!(rounds("width is ok", ""), ["G0621"]);
    assert!(rounds("width is ok", "  otherwise:\n    - fail: No\n").is_empty());
    assert!(rounds("width > 1 mm", "").is_empty());
}

#[test]
fn signatures_of_two_people_are_of_two_people() {
    let first = "- form: Weigh\n  to: operator\n  sign: weighed\n  fields:\n    - number: Weight\n";
    let second = |rest: &str| codes(&app(&format!("{first}- form: Witness\n  sign: seen\n{rest}")));
    assert_eq!(second("  to: operator\n"), ["G0620"]);
    assert!(second("  to: inspector\n").is_empty());
    assert!(second("  to: operator\n  not_by: weigh\n").is_empty());
    // Who signs what they answered themselves is no second pair of eyes.
    assert!(second("  to: operator\n  fields:\n    - tick: Seen\n").is_empty());
    assert_eq!(
        codes(&app("- form: W\n  sign: weighed\n  fields:\n    - sign: Witness\n")),
        ["G0619"]
    );
}

#[test]
fn waits_end_and_somebody_hears_of_them() {
    let with = |steps: &str| codes(&app(steps));
    assert_eq!(with("- wait_for: m\n"), ["G0615"]);
    assert_eq!(with("- wait_for: m\n  within: 1 h\n"), ["G0617"]);
    assert!(with("- wait_for: m\n  within: 1 h\n  otherwise: [{wait: 1 min}]\n").is_empty());
    let form = |late: &str| {
        with(&format!(
            "- form: F\n  to: operator\n  within: 1 h\n{late}  fields:\n    - tick: Done\n"
        ))
    };
    assert_eq!(form(""), ["G0617"]);
    assert_eq!(form("  late:\n    - after: 0 min\n      tell: operator\n"), ["G0618"]);
    assert!(form("  late:\n    - after: 0 min\n      tell: [operator, team leader]\n").is_empty());
    assert!(
        form("  late:\n    - after: 0 min\n      tell: operator\n    - after: 1 h\n      move_to: team leader\n")
            .is_empty()
    );
}

#[test]
fn ways_that_are_never_taken() {
    let with = |steps: &str| codes(&app(steps));
    let way = |when: &str| format!("    - when: {when}\n      steps: [{{wait: 1 min}}]\n");
    let choose = |first: &str, second: &str| with(&format!("- choose: C\n  ways:\n{}{}", way(first), way(second)));
    assert_eq!(choose("again = true", "again  =  true"), ["G0616"]);
    assert!(choose("again = true", "other = true").is_empty());
    let nested = |inner: &str| {
        with(&format!(
            "- if: again = true\n  steps: [{{wait: 1 min}}]\n  otherwise:\n    - if: {inner}\n      steps: [{{wait: 1 min}}]\n"
        ))
    };
    assert_eq!(nested("again = true"), ["G0616"]);
    assert!(nested("other = true").is_empty());
    let behind = |steps: &str| with(&format!("{steps}- wait: 1 min\n"));
    assert_eq!(behind("- finish: Done\n"), ["G0610"]);
    assert_eq!(
        behind("- repeat: R\n  until: again = true\n  at_most: 2\n  steps:\n    - finish: Done\n"),
        ["G0610"]
    );
    assert_eq!(
        behind(
            "- together: T\n  branches:\n    - branch: a\n      steps:\n        - finish: Done\n    - branch: b\n      steps: [{wait: 1 min}]\n"
        ),
        ["G0610"]
    );
    assert!(behind("- finish: Done\n  if: again = true\n").is_empty());
    assert_eq!(with("- call: a\n"), ["G0614"]);
    assert!(with("- call: a\n  if: again = true\n").is_empty());
}

#[test]
fn ways_that_leave_a_case_out() {
    let ask =
        "- form: Look\n  fields:\n    - choose: Defect\n      from: [scratch, dent, rust]\n    - check: Surface\n";
    let choose = |ways: &[&str], rest: &str| {
        let ways: String = ways
            .iter()
            .map(|way| format!("    - when: {way}\n      steps: [{{wait: 1 min}}]\n"))
            .collect();
        codes(&app(&format!("{ask}- choose: C\n  ways:\n{ways}{rest}")))
    };
    let (scratch, dent, rust) = ("defect = \"scratch\"", "defect = \"dent\"", "defect = \"rust\"");
    assert_eq!(choose(&[scratch, dent], ""), ["G0622"]);
    assert_eq!(choose(&["look.defect = \"scratch\""], ""), ["G0622"]);
    assert_eq!(choose(&["surface = \"pass\""], ""), ["G0622"]);
    assert!(choose(&[scratch, dent, rust], "").is_empty());
    assert!(choose(&[scratch, "defect = \"dent\" or defect = \"rust\""], "").is_empty());
    assert!(choose(&[scratch], "  otherwise: [{wait: 1 min}]\n").is_empty());
    assert!(choose(&[scratch, "again = true"], "").is_empty());
}

#[test]
fn comparisons_that_the_field_decides_beforehand() {
    let ask = "- form: Count\n  fields:\n    - whole: Pieces\n      min: 1\n      max: 500\n    - percent: Fill level\n    - number: Weight\n      min: 2\n      unit: kg\n    - whole: Any\n";
    let with = |condition: &str| {
        let found = diagnostics(&app(&format!("{ask}- finish: Done\n  if: {condition}\n")));
        found
            .into_iter()
            .map(|one| format!("{} {}", one.code, one.message.0))
            .collect::<Vec<_>>()
    };
    for (condition, said) in [
        ("pieces > 500", "never true: `pieces` can only be typed from 1 to 500"),
        ("pieces >= 1", "always true: `pieces`"),
        ("count.pieces < 1", "never true: `count.pieces`"),
        ("pieces = 0", "never true: `pieces`"),
        (
            "fill_level > 100",
            "never true: `fill_level` can only be typed from 0 to 100",
        ),
        ("weight < 2 kg", "never true: `weight` can only be typed from 2"),
        ("again = true and pieces <= 500", "always true: `pieces`"),
    ] {
        let found = with(condition);
        assert!(
            found.len() == 1 && found[0].starts_with("G0538") && found[0].contains(said),
            "{condition}: {found:?}"
        );
    }
    for condition in [
        "pieces > 499",
        "pieces < 2",
        "pieces > 500 / 2",
        "pieces + any > 500",
        "any > 500",
        "any - pieces > 500",
        "pieces = 1",
        "weight > 100 kg",
    ] {
        assert_eq!(with(condition), Vec::<String>::new(), "{condition}");
    }
}

#[test]
fn questions_are_held_against_the_takt() {
    let app = |takt: &str, steps: &str| format!("app: A\n{takt}steps:\n{steps}");
    let form = |title: &str, to: &str| {
        format!(
            "  - form: {title}\n    to: {to}\n    fields:\n      - scan: Serial of {title}\n      - measure: Diameter of {title}\n        limits: 1 to 2 mm\n"
        )
    };
    let (one, two) = (form("One", "operator"), form("Two", "operator"));
    // A scan is a tap of 2.45 s, a number that and three keys: 3.29 s.
    for (takt, steps, expected) in [
        ("", one.clone() + &two, None),
        ("takt: 6 s\n", one.clone(), None),
        ("takt: 5 s\n", one.clone(), Some("- form: One")),
        ("takt: 10 s\n", one.clone() + &two, Some("- form: Two")),
        ("takt: 10 s\n", one.clone() + &form("Two", "inspector"), None),
        (
            "takt: 10 s\n",
            one.clone() + &two.replace("to: operator", "to: operator\n    if: run.station = \"qc-1\""),
            Some("- form: Two"),
        ),
        (
            "takt: 10 s\n",
            format!(
                "  - if: run.station = \"qc-1\"\n    steps:\n{}    otherwise:\n{}",
                indent(&one, 4),
                indent(&two, 4)
            ),
            None,
        ),
        ("takt: 5 s\n", one.replace("mm\n", "mm\n        optional: yes\n"), None),
    ] {
        let source = app(takt, &steps);
        let read = read_app(&source, None);
        let found: Vec<_> = read
            .diagnostics
            .iter()
            .map(|one| (one.code, source[..one.span.start].lines().count()))
            .collect();
        let line = expected.map(|text| source.lines().position(|line| line.contains(text)).unwrap() + 1);
        assert_eq!(
            found,
            line.map(|line| ("G0623", line)).into_iter().collect::<Vec<_>>(),
            "{source}\n{:#?}",
            read.diagnostics
        );
    }
}

#[test]
fn a_task_does_not_outlive_its_shift() {
    let site = gemba_language::read_site(gemba_language::catalogue::EXAMPLE_SITE).value;
    for (within, expected) in [
        ("8 h", None),
        ("8 h 1 min", Some("8 h 1 min working time")),
        ("2 days", None),
        ("30 h", Some("30 h working time")),
        ("30 h working time", None),
    ] {
        let app = format!(
            "app: A\nsteps:\n  - form: Look\n    within: {within}\n    late:\n      - after: 0 min\n        tell: team leader\n    fields:\n      - tick: Done\n"
        );
        let found = read_app(&app, site.as_ref()).diagnostics;
        let codes: Vec<_> = found.iter().map(|one| one.code).collect();
        assert_eq!(
            codes,
            expected.map(|_| "G0624").into_iter().collect::<Vec<_>>(),
            "{within}"
        );
        if let Some(expected) = expected {
            assert!(gemba_language::apply_fixes(&app, &found).contains(expected), "{within}");
        }
    }
    let zh = "应用: 甲\n步骤:\n  - 表单: 看\n    限时: 10 小时\n    超时:\n      - 再过: 0 分钟\n        通知: team leader\n    填写项:\n      - 打勾: 好\n";
    let found = read_app(zh, site.as_ref()).diagnostics;
    let mended = gemba_language::apply_fixes(zh, &found);
    assert!(found.iter().any(|one| one.code == "G0624"), "{found:#?}");
    assert!(mended.contains("10 小时 工作时间"), "{mended}");
}

#[test]
fn two_approvals_are_of_two_people() {
    let app =
        "app: A\nsteps:\n  - approve: Release\n    to: inspector\n  - approve: Release again\n    to: inspector\n";
    let found = read_app(app, None).diagnostics;
    assert_eq!(
        found.iter().map(|one| one.code).collect::<Vec<_>>(),
        ["G0620"],
        "{found:#?}"
    );
    assert!(
        read_app(&gemba_language::apply_fixes(app, &found), None)
            .diagnostics
            .is_empty()
    );
}
