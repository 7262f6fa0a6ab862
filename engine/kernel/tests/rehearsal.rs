//! The tests of apps, run as `gemba test` runs them: what is right passes, what is wrong is told in plain sentences.

use std::path::Path;
use std::sync::Arc;

use gemba_kernel::trial::{Failure, Report, rehearse, run_tests};
use language::model::App;
use language::read_app;

fn app(yaml: &str) -> Arc<App> {
    let read = read_app(yaml, None);
    Arc::new(read.value.unwrap_or_else(|| panic!("{:#?}", read.diagnostics)))
}

fn reports(yaml: &str) -> Vec<Report> {
    run_tests(&app(yaml), &[], &Arc::default())
}

#[test]
fn the_examples_pass_their_own_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let site = std::fs::read_to_string(folder.join("site.yaml")).expect("the examples have a site");
    let site = Arc::new(language::read_site(&site).value.expect("the site is right"));
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the examples are part of the repository") {
        let path = entry.expect("it can be listed").path();
        let source = std::fs::read_to_string(&path).unwrap_or_default();
        if !source.starts_with("app:") {
            continue;
        }
        let read = read_app(&source, Some(&site));
        let app = Arc::new(read.value.unwrap_or_else(|| panic!("{:#?}", read.diagnostics)));
        for report in run_tests(&app, &[], &site) {
            assert!(report.failures.is_empty(), "{}: {report:#?}", path.display());
            count += 1;
        }
    }
    assert!(count > 5, "only {count} tests were found");
}

const APP: &str = r#"
app: Release
inputs:
  - text: Order
tables:
  - table: Orders
    key: order
    columns: [order, checked_by]
steps:
  - hold: line-3
    why: "{order}"
  - form: Measure
    to: operator
    within: 20 min
    late:
      - after: 0 min
        tell: team leader
    fields:
      - measure: Length
        limits: 9 to 11 mm
      - check: Surface
  - form: Release
    to: inspector
    not_by: measure
    sign: released
    fields:
      - tick: Marked
  - save: Orders
    values:
      checked_by: = release.signed_by
  - find: Orders
    where: order = "A"
    as: known
  - release: line-3
tests:
"#;

fn with(tests: &str) -> Vec<Report> {
    reports(&format!("{APP}{tests}"))
}

/// Title, failures in English and in Chinese of each test.
fn said(reports: &[Report]) -> Vec<(&str, Vec<&str>, Vec<&str>)> {
    let mut said = Vec::new();
    for Report { title, failures, .. } in reports {
        let en = failures.iter().map(|failure| failure.en.as_str()).collect();
        let zh = failures.iter().map(|failure| failure.zh.as_str()).collect();
        said.push((title.as_str(), en, zh));
    }
    said
}

#[test]
fn an_expected_course_passes() {
    let reports = with(
        r#"
  - test: Good
    start: {order: A}
    answer:
      - measure: {length: 10, surface: pass}
      - release: {marked: yes, signed_by: wang}
    expect:
      outcome: finished
      held: []
      told: []
      open: []
      records: {orders: 1}
      values: {length: 10, release.signed_by: wang, count(known): 1}
  - test: Late
    start: {order: A}
    pass: 20 min
    expect: {outcome: waiting, told: [team leader], open: [measure], held: [line-3]}
"#,
    );
    for report in reports {
        assert!(report.failures.is_empty(), "{report:#?}");
        assert!(!report.timeline.is_empty());
    }
}

#[test]
fn what_is_not_as_expected_is_told_in_plain_sentences() {
    let reports = with(
        r#"
  - test: Everything else
    start: {order: A}
    answer:
      - measure: {length: 12, surface: pass}
      - release: {marked: yes, signed_by: wang}
    expect:
      outcome: failed
      held: [line-3]
      told: [team leader]
      open: [measure]
      records: {orders: 2}
      values: {length: 10, length is ok: yes}
  - test: Not open
    start: {order: A}
    answer:
      - release: {marked: yes}
  - test: Refused
    start: {order: A}
    answer:
      - measure: {length: long, surface: maybe}
  - test: The same person
    start: {order: A}
    answer:
      - measure: {length: 10, surface: pass, by: li}
      - release: {marked: yes, signed_by: li}
  - test: Nothing listens
    start: {order: A}
    send: {message: other}
"#,
    );
    insta::assert_json_snapshot!(said(&reports));
}

#[test]
fn called_apps_run_beside() {
    let caller = app(r#"
app: Caller
steps:
  - call: callee
    id: other
    with: {number: = 20}
  - set: Take
    values:
      got: = other.values.twice
tests:
  - test: It comes back
    pass: 10 min
    expect: {outcome: finished, values: {got: 40}}
  - test: It is waited for
    expect: {outcome: waiting, open: []}
"#);
    let callee = app(r#"
app: Callee
inputs:
  - number: Number
steps:
  - wait: 5 min
  - set: Double
    values:
      twice: = number * 2
"#);
    for report in run_tests(&caller, &[callee], &Arc::default()) {
        assert!(report.failures.is_empty(), "{report:#?}");
    }
    let alone = run_tests(&caller, &[], &Arc::default());
    assert_eq!(
        said(&alone)[1].1,
        ["app 'callee' is called, but it is not among the apps of this check"]
    );
}

#[test]
fn working_time_counts_only_the_shifts_of_the_site() {
    let site = language::read_site(
        "site: Plant\ntime_zone: UTC\nroles: [operator, team leader, manager]\nshifts:\n  - shift: Early\n    days: mon-fri\n    from: \"06:00\"\n    to: \"14:00\"\n    breaks: [\"09:00-09:15\"]\n",
    );
    let site = Arc::new(site.value.expect("the site is right"));
    // It begins on Monday at 08:00: two hours of work end at 10:15, four more on Tuesday at 06:15.
    let yaml = r#"
app: Look at the press
steps:
  - form: Look
    to: operator
    within: 2 h working time
    late:
      - after: 10 min
        tell: team leader
      - after: 4 h working time
        tell: manager
    fields:
      - tick: Done
  - wait: 8 h working time
tests:
  - test: Not late yet
    pass: 134 min
    expect: {told: [], open: [look]}
  - test: Ten minutes of the clock after it
    pass: 145 min
    expect: {told: [team leader], open: [look]}
  - test: The manager hears of it on Tuesday
    pass: 22 h 14 min
    expect: {told: [team leader]}
  - test: At a quarter past six
    pass: 22 h 15 min
    expect: {told: [team leader, manager]}
  - test: A wait of a shift
    answer: [look: {done: yes}]
    pass: 24 h 14 min
    expect: {outcome: waiting}
  - test: It is over after a shift
    answer: [look: {done: yes}]
    pass: 24 h 15 min
    expect: {outcome: finished}
"#;
    let read = read_app(yaml, Some(&site));
    let app = Arc::new(read.value.unwrap_or_else(|| panic!("{:#?}", read.diagnostics)));
    for report in run_tests(&app, &[], &site) {
        assert!(report.failures.is_empty(), "{report:#?}");
    }
    // The same app where nobody works stops with a sentence instead of waiting for ever.
    let stopped = run_tests(&app, &[], &Arc::default());
    assert!(stopped.iter().all(|report| !report.failures.is_empty()));
}

#[test]
fn what_is_there_and_who_answers() {
    let reports = with(
        r#"
  - test: Records, roles, crashes and the timeline
    records:
      orders: [{order: B, checked_by: li}]
    start: {order: A, by: zhao, at: qc-1}
    answer:
      - crash: yes
      - measure: {length: 10, surface: pass, by: operator}
      - crash: yes
      - release: {marked: yes, by: measure}
      - crash: yes
    expect:
      outcome: finished
      records:
        orders: {A: {checked_by: measure}, B: {checked_by: li}, C: none}
      timeline: [held, measure: [opened, answered], release: answered, saved, released, ended]
  - test: What must be refused is
    start: {order: A}
    answer:
      - measure: {length: long, refused: {length: wrong-type, surface: missing}}
      - measure: {length: 10, surface: pass, by: li}
      - release: {marked: yes, by: li, refused: second-person-needed}
      - release: {marked: yes, by: inspector}
    expect:
      outcome: finished
      records:
        orders: [{order: A}]
  - test: A start that must be refused
    start: {refused: {order: missing}}
  - test: Told in words
    start: {order: A}
    pass: 20 min
    expect:
      told: [{team leader: "Late…"}]
"#,
    );
    for report in reports {
        assert!(report.failures.is_empty(), "{report:#?}");
    }
}

#[test]
fn what_is_not_as_the_test_says_is_told_with_its_line() {
    let tests = r#"
  - test: Records
    start: {order: A}
    answer:
      - measure: {length: 10, surface: pass}
      - release: {marked: yes, by: wang}
    expect:
      records:
        orders: [{order: A, checked_by: li}]
  - test: Records by key
    records:
      orders: [{order: B}]
    start: {order: A}
    answer:
      - measure: {length: 10, surface: pass}
      - release: {marked: yes, by: wang}
    expect:
      records:
        orders: {A: {checked_by: li}, B: none, C: {order: C}}
  - test: Another role
    start: {order: A}
    answer:
      - measure: {length: 10, surface: pass, by: inspector}
  - test: Not refused
    start: {order: A}
    answer:
      - measure: {length: 10, surface: pass, refused: {length: out-of-range}}
  - test: Refused for another reason
    start: {order: A}
    answer:
      - measure: {length: long, refused: {length: out-of-range}}
  - test: The timeline
    start: {order: A}
    expect:
      timeline: [measure: answered]
  - test: Told in other words
    start: {order: A}
    pass: 20 min
    expect:
      told: [{team leader: Come here}]
"#;
    let reports = with(tests);
    insta::assert_json_snapshot!(said(&reports));
    let source = format!("{APP}{tests}");
    let lines: Vec<usize> = reports
        .iter()
        .flat_map(|report| &report.failures)
        .map(|failure| line_of(&source, failure))
        .collect();
    insta::assert_json_snapshot!(lines);
}

/// The line that a failure points to.
fn line_of(source: &str, failure: &Failure) -> usize {
    let span = failure.span.expect("every failure of a test has its line");
    language::line_and_column(source, span.start).0
}

#[test]
fn coverage_counts_steps_and_ways() {
    let flow = |tests: &str| {
        app(&format!(
            r#"
app: Ways
steps:
  - repeat: Measure until it is right
    until: length is ok
    at_most: 2 times
    steps:
      - form: Measure
        within: 5 min
        late:
          - after: 0 min
            tell: team leader
        fields:
          - measure: Length
            limits: 9 to 11 mm
    otherwise:
      - tell: team leader
        message: Not right
  - if: length is ok
    steps:
      - tell: inspector
        if: length > 10 mm
        message: Long
  - choose: By length
    ways:
      - when: length > 10.5 mm
        steps: [{{tell: inspector, message: Very long}}]
      - when: length > 9.5 mm
        steps: [{{finish: Usual}}]
  - wait_for: press-ready
    within: 5 min
    otherwise:
      - finish: No press
tests:
{tests}"#
        ))
    };
    let none = "  - test: Nothing\n    expect: {outcome: waiting}\n";
    let none = rehearse(&flow(none), &[], &Arc::default()).coverage;
    assert_eq!((none.steps(), none.ways(), none.percent()), ((2, 10), (0, 13), 0));
    let some = "  - test: Right at once
    answer: [{measure: {length: 10}}]
    expect: {outcome: Usual}
";
    let some = rehearse(&flow(some), &[], &Arc::default()).coverage;
    let missed: Vec<_> = some
        .points
        .iter()
        .filter(|point| !point.reached)
        .map(|point| {
            let way = point.way.as_ref().map_or("never done", |way| way.0.as_str());
            format!("{}: {way}", point.step)
        })
        .collect();
    insta::assert_json_snapshot!(missed);
    let all = r#"
  - test: Long, at the second time, and late
    pass: 5 min
    answer: [{measure: {length: 12}}, {measure: {length: 10.6}}, {send: {message: press-ready}}]
    expect: {outcome: finished}
  - test: Usual
    answer: [{measure: {length: 10}}]
    expect: {outcome: Usual}
  - test: Never right, and no press
    answer: [{measure: {length: 8}}, {measure: {length: 8}}, {pass: 5 min}]
    expect: {outcome: No press}
"#;
    let all = rehearse(&flow(all), &[], &Arc::default());
    assert!(all.reports.iter().all(|report| report.failures.is_empty()), "{all:#?}");
    assert_eq!(all.coverage.percent(), 100, "{:#?}", all.coverage);
}

#[test]
fn tests_answer_for_machines_and_other_systems() {
    let site = language::read_site(
        "site: Plant\ntime_zone: UTC\nareas:\n  - area: a\n    lines:\n      - line: line-3\n        stations: [op-10]\nroles: [operator, team leader]\nnumbers:\n  - series: NCR\n    format: NCR-{year}-{0001}\nsignals:\n  - signal: Spindle speed\n    at: op-10\nconnections:\n  - connection: erp\n    address: https://erp.example/api\n",
    );
    let site = Arc::new(site.value.expect("the site is right"));
    let yaml = r#"
app: Ask outside
steps:
  - number: NCR
    as: ncr
  - http: Ask the order system
    connection: erp
    get: /orders/{ncr}
    within: 10 s
    as: answer
    retry: 1 times, from 1 s
    on_error:
      - tell: team leader
        message: "no answer: {ask_the_order_system.error.kind}"
      - finish: No answer
  - print: Label
    content:
      - text: "{answer.body.part}"
  - emit: asked
    with: {part: = answer.body.part}
  - wait_for: Spindle stands
    signal: Spindle speed
    where: value = 0
    within: 10 min
    otherwise:
      - finish: It runs
tests:
  - test: Prepared before the start
    reply:
      ask_the_order_system: {status: 200, body: {part: S-10}}
    answer:
      - signal: {Spindle speed: 1200}
      - crash: yes
      - signal: {Spindle speed: {value: 0, quality: bad}}
      - signal: {Spindle speed: 0}
    expect:
      outcome: finished
      numbers: [NCR-2026-0001]
      printed: [label]
      emitted: [asked]
      values: {answer.body.part: S-10}
      timeline: [number taken, ask_the_order_system: [asked, done], emitted, spindle_stands: waiting]
  - test: Answered later, the second time
    answer:
      - fail: {ask_the_order_system: unreachable}
      - pass: 2 s
      - crash: yes
      - reply:
          ask_the_order_system: {status: 200, body: {part: S-11}}
      - pass: 10 min
    expect: {outcome: It runs, values: {answer.body.part: S-11}}
  - test: Nobody answers, twice
    pass: 22 s
    expect: {outcome: No answer, told: [{team leader: "no answer: timeout"}]}
  - test: The printer has no paper, and nobody said what to do then
    reply:
      ask_the_order_system: {status: 200, body: {part: S-10}}
    fail: {label: refused}
    expect: {outcome: stopped}
"#;
    let read = read_app(yaml, Some(&site));
    let app = Arc::new(read.value.unwrap_or_else(|| panic!("{:#?}", read.diagnostics)));
    let played = rehearse(&app, &[], &site);
    for report in &played.reports {
        assert!(report.failures.is_empty(), "{report:#?}");
    }
    assert_eq!(played.coverage.percent(), 100, "{:#?}", played.coverage);
}

const SITE: &str = r#"
site: Plant
time_zone: UTC
areas:
  - area: machining
    lines:
      - line: line-3
        stations: [qc-1]
roles: [operator, team leader]
shifts:
  - shift: Early
    days: mon-fri
    from: "06:00"
    to: "14:00"
tables:
  - table: Gauges
    key: gauge
    columns: [gauge, calibrated_until]
"#;

/// At a site with a shift, a station and a table of its own.
fn at_site(yaml: &str) -> (Vec<Report>, Vec<String>) {
    let site = language::read_site(SITE);
    let site = Arc::new(site.value.unwrap_or_else(|| panic!("{:#?}", site.diagnostics)));
    let read = read_app(yaml, Some(&site));
    let app = Arc::new(read.value.unwrap_or_else(|| panic!("{:#?}", read.diagnostics)));
    let rehearsal = rehearse(&app, &[], &site);
    let missed = rehearsal.coverage.points.iter().filter(|point| !point.reached);
    let missed = missed.map(|point| match &point.way {
        Some((way, _)) => format!("{}: {way}", point.step),
        None => point.step.to_string(),
    });
    (rehearsal.reports, missed.collect())
}

#[test]
fn a_test_says_what_starts_its_run() {
    let (reports, _) = at_site(
        r#"
app: Round
start:
  - message: order-released
    where: line = "line-3"
  - every: 3 h
  - at: "10:30"
    days: tue
  - shift: Early
inputs:
  - text: Order
    optional: yes
steps:
  - set: Begin
    values:
      at: = string(run.started_at)
      by: = run.started_by
  - wait: 1 min
tests:
  - test: By a message, whose members fill the inputs
    start: {message: order-released, line: line-3, order: "4711"}
    expect: {values: {order: "4711"}}
  - test: By a message that is not for it
    start: {message: order-released, line: line-4}
  - test: Again and again
    start: {every: 3 h}
    expect: {values: {at: "2026-01-05T09:00:00Z"}}
  - test: On Tuesday
    start: {at: "10:30"}
    expect: {values: {at: "2026-01-06T10:30:00Z"}}
  - test: With the next shift
    start: {shift: Early}
    expect: {values: {at: "2026-01-06T06:00:00Z"}}
"#,
    );
    let not_for_it = "the message 'order-released' starts nothing: its `where` is not fulfilled";
    let failures: Vec<(&str, Vec<&str>)> = said(&reports).into_iter().map(|(title, en, _)| (title, en)).collect();
    let expected: Vec<(&str, Vec<&str>)> = vec![
        ("By a message, whose members fill the inputs", vec![]),
        ("By a message that is not for it", vec![not_for_it]),
        ("Again and again", vec![]),
        ("On Tuesday", vec![]),
        ("With the next shift", vec![]),
    ];
    assert_eq!(failures, expected);
}

#[test]
fn rows_buttons_and_the_two_ways_of_an_approval_are_covered_one_by_one() {
    let app = |tests: &str| {
        format!(
            r#"
app: Sampling
inputs:
  - whole: Pieces
steps:
  - decide: How many
    inputs: [pieces]
    gives: sample
    rows:
      - {{when: < 100, then: 5}}
      - {{when: "[100..500]", then: 20}}
    otherwise: 50
  - form: Look
    fields:
      - text: Note
        optional: yes
    buttons: [Good, Send back]
  - approve: Release
tests:
{tests}"#
        )
    };
    let (reports, missed) = at_site(&app(r#"
  - test: Few
    start: {pieces: 10}
    answer:
      - look: {button: Good}
      - release: {accepted: yes}
"#));
    assert!(reports.iter().all(|report| report.failures.is_empty()), "{reports:#?}");
    let expected = [
        "how_many: row 2 fits",
        "how_many: no row fits",
        "look: sent as 'Send back'",
        "release: sent as 'Refuse'",
    ];
    assert_eq!(missed, expected);
    let (reports, missed) = at_site(&app(r#"
  - test: Few
    start: {pieces: 10}
    answer:
      - look: {button: Good}
      - release: {accepted: yes}
  - test: Some
    start: {pieces: 100}
    answer:
      - look: {button: Send back}
      - release: {accepted: no, comment: Too many}
  - test: Many
    start: {pieces: 1000}
"#));
    assert!(reports.iter().all(|report| report.failures.is_empty()), "{reports:#?}");
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn columns_come_first_and_the_run_says_its_own_by_name() {
    let (reports, missed) = at_site(
        r#"
app: Earlier orders
inputs:
  - text: Order
  - text: Result
    optional: yes
tables:
  - table: Orders
    key: number
    columns: [number, order, result]
steps:
  - find: Orders
    where: order = run.order
    as: before
  - set: Count
    values:
      all: = count(before)
      accepted: = count(before[result = "accepted"])
      without: = count(before[result is empty])
  - wait_for: order-done
    where: order = run.order
    within: = duration("PT10M")
    late:
      - after: 5 min
        tell: here
    otherwise:
      - save: Gauges
        values: {gauge: = order, calibrated_until: = today()}
tests:
  - test: Only its own orders and its own message
    records:
      orders: [{number: 1, order: A, result: accepted}, {number: 2, order: B, result: accepted}, {number: 3, order: A}]
    start: {order: A, result: accepted, at: qc-1}
    answer:
      - send: {message: order-done, order: A}
    expect: {outcome: finished, values: {all: 2, accepted: 1, without: 1}, told: [], records: {gauges: 0}}
  - test: Nothing comes, and whoever is where it began hears of it
    start: {order: A, at: qc-1}
    pass: 15 min
    expect: {outcome: finished, told: [qc-1], records: {gauges: [{gauge: A, calibrated_until: 2026-01-05}]}}
  - test: Begun elsewhere, nobody is told
    start: {order: A}
    pass: 15 min
    expect: {outcome: finished, told: [], timeline: [late, nobody told]}
"#,
    );
    for report in &reports {
        assert!(report.failures.is_empty(), "{report:#?}");
    }
    assert!(missed.is_empty(), "{missed:?}");
}
