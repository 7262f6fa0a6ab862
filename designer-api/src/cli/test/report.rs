//! What came out of the tests, for people and for programs.

use kernel::trial::{Coverage, Failure, Point, Report};
use serde_json::{Value, json};

use super::Tested;
use crate::cli::check::counted;
use crate::cli::files::File;
use crate::cli::out::say;

/// How much is said of what no test has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    Lines,
    Everything,
}

pub(super) fn for_people(tested: &[Tested<'_>], wrong: usize, least: Option<u32>, detail: Detail) {
    for one in tested {
        say(format_args!("{}", one.file.path.display()));
        if one.rehearsal.reports.is_empty() {
            say(format_args!("  has no tests"));
        }
        for report in &one.rehearsal.reports {
            print_test(one.file, report);
        }
        print_coverage(one, least, detail);
    }
    let all: usize = tested.iter().map(|one| one.rehearsal.reports.len()).sum();
    let failed: usize = tested.iter().map(|one| one.failed().count()).sum();
    let not_tested = match wrong {
        0 => String::new(),
        _ => format!("; {} not tested because of errors", counted(wrong, "file")),
    };
    let uncovered = match tested.iter().filter(|one| !one.covers(least)).count() {
        0 => String::new(),
        count => format!(
            "; {} covered less than {} %",
            counted(count, "app"),
            least.unwrap_or_default()
        ),
    };
    let passed = all - failed;
    say(format_args!(
        "{}: {passed} passed, {failed} failed{not_tested}{uncovered}",
        counted(all, "test")
    ));
}

fn print_test(file: &File, report: &Report) {
    let passed = report.failures.is_empty();
    say(format_args!(
        "  {} {}",
        if passed { "ok    " } else { "FAILED" },
        report.title
    ));
    for failure in &report.failures {
        let place = line_of(file, failure).map_or_else(String::new, |line| format!("line {line}: "));
        say(format_args!("           {place}{}", failure.en));
    }
    if !passed {
        say(format_args!("         what happened:"));
        for fact in &report.timeline {
            say(format_args!("           {}", told(fact)));
        }
    }
}

/// `covered 12 of 12 steps, 17 of 19 ways (89 %)`, and what is missing.
fn print_coverage(one: &Tested<'_>, least: Option<u32>, detail: Detail) {
    if one.rehearsal.reports.is_empty() && least.is_none() && detail == Detail::Lines {
        return;
    }
    let coverage = &one.rehearsal.coverage;
    let missed: Vec<&Point> = coverage.points.iter().filter(|point| !point.reached).collect();
    let mut lines: Vec<usize> = missed.iter().map(|point| line_at(one.file, point.span.start)).collect();
    lines.sort_unstable();
    lines.dedup();
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let lines = match (detail, lines.len()) {
        (Detail::Everything, _) | (_, 0) => String::new(),
        (_, 1) => format!("; not line {}", lines[0]),
        _ => format!("; not lines {}", lines.join(", ")),
    };
    let little = if one.covers(least) { "  " } else { "! " };
    say(format_args!("  {little}covers {}{lines}", summed_up(coverage)));
    if detail == Detail::Everything {
        for point in missed {
            let line = line_at(one.file, point.span.start);
            let way = point.way.as_ref().map_or("never done", |way| &way.0);
            say(format_args!("      line {line}, {}: {way}", point.step));
        }
    }
}

fn summed_up(coverage: &Coverage) -> String {
    let ((done, steps), (gone, ways)) = (coverage.steps(), coverage.ways());
    let percent = coverage.percent();
    format!(
        "{done} of {}, {gone} of {} ({percent} %)",
        counted(steps, "step"),
        counted(ways, "way")
    )
}

fn line_at(file: &File, at: usize) -> usize {
    language::line_and_column(&file.source, at).0
}

fn line_of(file: &File, failure: &Failure) -> Option<usize> {
    Some(line_at(file, failure.span?.start))
}

/// `step, round 2: task_completed {"person": "wang", …}`
fn told(fact: &kernel::Fact) -> String {
    let step = fact.step.as_ref().map_or("the run", |step| step.as_str());
    let round = if fact.round > 0 {
        format!(", round {}", fact.round)
    } else {
        String::new()
    };
    // A fact is plain data: it always has a JSON form.
    let mut members = serde_json::to_value(&fact.kind).unwrap_or_default();
    let what = members
        .as_object_mut()
        .and_then(|members| members.shift_remove("what"))
        .unwrap_or_default();
    let what = what.as_str().unwrap_or_default().replace('_', " ");
    match members.as_object() {
        Some(members) if !members.is_empty() => format!("{step}{round}: {what} {}", Value::Object(members.clone())),
        _ => format!("{step}{round}: {what}"),
    }
}

pub(super) fn for_programs(tested: &[Tested<'_>], wrong: &[&File], least: Option<u32>) -> Value {
    let test = |file: &File, report: &Report| {
        json!({
            "title": report.title,
            "line": line_at(file, report.span.start),
            "failures": report.failures.iter().map(|failure| &failure.en).collect::<Vec<_>>(),
            "failures_zh": report.failures.iter().map(|failure| &failure.zh).collect::<Vec<_>>(),
            "lines": report.failures.iter().map(|failure| line_of(file, failure)).collect::<Vec<_>>(),
            "timeline": report.timeline,
        })
    };
    let file = |one: &Tested<'_>| {
        let reports = &one.rehearsal.reports;
        json!({
            "file": one.file.path,
            "tests": reports.iter().map(|report| test(one.file, report)).collect::<Vec<_>>(),
            "coverage": covered(one),
        })
    };
    json!({
        "ok": wrong.is_empty() && tested.iter().all(|one| one.is_right(least)),
        "files": tested.iter().map(file).collect::<Vec<_>>(),
        "not_tested": wrong.iter().map(|file| &file.path).collect::<Vec<_>>(),
    })
}

fn covered(one: &Tested<'_>) -> Value {
    let coverage = &one.rehearsal.coverage;
    let share = |(reached, all): (usize, usize)| json!({"reached": reached, "all": all});
    let missed = coverage.points.iter().filter(|point| !point.reached).map(|point| {
        json!({
            "line": line_at(one.file, point.span.start),
            "step": point.step,
            "way": point.way.as_ref().map(|way| &way.0),
            "way_zh": point.way.as_ref().map(|way| &way.1),
        })
    });
    json!({
        "percent": coverage.percent(),
        "steps": share(coverage.steps()),
        "ways": share(coverage.ways()),
        "not_reached": missed.collect::<Vec<_>>(),
    })
}
