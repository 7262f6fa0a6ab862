//! Compares the end of a test with what it expects. What is not written is not checked.

use std::collections::BTreeMap;

use expression::{Formula, Names, Value};
use language::model::{Expect, ExpectedRecords, ExpectedTold, Id};
use serde_json::Value as Json;

use super::Failure;
use super::world::{World, fold};
use crate::{Assignee, Fact, Record, Status, Waiting};

pub(super) fn compare(expect: &Expect, world: &World) -> Vec<Failure> {
    let at = |place: &str| expect.spans.get(place);
    let mut failures = Vec::new();
    let outcome = expect.outcome.as_ref().and_then(|expected| outcome(expected, world));
    failures.extend(outcome.map(|failure| failure.at(at("outcome"))));
    failures.extend(stopped(expect, world));
    let lists = [
        ("held", "占用", expect.held.clone().map(sorted), sorted(world.held())),
        (
            "told",
            "通知",
            expect
                .told
                .as_ref()
                .map(|told| told.iter().map(|one| one.to.clone()).collect()),
            world.told.iter().map(|(to, _)| name_of(to)).collect(),
        ),
        ("numbers", "编号", expect.numbers.clone(), world.numbers.clone()),
        (
            "printed",
            "打印",
            expect.printed.as_deref().map(texts),
            texts(&world.printed),
        ),
        ("emitted", "上报", expect.emitted.clone(), world.emitted.clone()),
        (
            "open",
            "待办",
            expect.open.as_ref().map(|open| sorted(texts(open.as_slice()))),
            sorted(open(world)),
        ),
    ];
    for (what, zh, expected, found) in lists {
        if let Some(expected) = expected
            && !same_names(&expected, &found)
        {
            let (expected, found) = (listed(&expected), listed(&found));
            let failure = Failure::new(
                format!("{what}: expected {}, found {}", expected.0, found.0),
                format!("{zh}：预期{}，实际{}", expected.1, found.1),
            );
            failures.push(failure.at(at(what)));
        }
    }
    for (expected, (_, text)) in expect.told.iter().flatten().zip(&world.told) {
        failures.extend(said(expected, text).map(|failure| failure.at(at("told"))));
    }
    for (name, expected) in &expect.values {
        let failure = value(name, expected, world);
        failures.extend(failure.map(|failure| failure.at(at(&format!("values.{name}")))));
    }
    for (table, expected) in &expect.records {
        let span = at(&format!("records.{table}"));
        let found = records(table, expected, &world.records(table));
        failures.extend(found.into_iter().map(|failure| failure.at(span)));
    }
    failures.extend(timeline(expect, world).map(|failure| failure.at(at("timeline"))));
    failures
}

/// What was told, where the test says it.
fn said(expected: &ExpectedTold, found: &str) -> Option<Failure> {
    let text = expected.text.as_deref()?;
    let plain = |text: &str| text.replace("...", "…");
    let pattern = plain(text);
    let fits = match (pattern.strip_prefix('…'), pattern.strip_suffix('…')) {
        (Some(_), Some(_)) => found.contains(pattern.trim_matches('…')),
        (Some(end), None) => found.ends_with(end),
        (None, Some(begin)) => found.starts_with(begin),
        (None, None) => found == text,
    };
    let to = &expected.to;
    (!fits).then(|| {
        Failure::new(
            format!("told: expected '{text}' to {to}, found '{found}'"),
            format!("通知 {to}：预期“{text}”，实际“{found}”"),
        )
    })
}

/// Every expected line has to come behind the one before it.
fn timeline(expect: &Expect, world: &World) -> Option<Failure> {
    let mut facts = world.timeline.iter();
    for expected in &expect.timeline {
        let fits = |fact: &Fact| {
            expected
                .step
                .as_ref()
                .is_none_or(|step| fact.step.as_ref() == Some(step))
                && what_of(fact) == expected.what
        };
        if !facts.any(fits) {
            let step = expected
                .step
                .as_ref()
                .map_or_else(|| "the run".to_owned(), ToString::to_string);
            let what = expected.what.replace('_', " ");
            return Some(Failure::new(
                format!("timeline: expected '{step}: {what}' after the lines before it, found none"),
                format!("时间线：在前面各行之后应有“{step}：{what}”，实际没有"),
            ));
        }
    }
    None
}

/// The name of a fact: `task_opened`.
fn what_of(fact: &Fact) -> String {
    // A fact is plain data: it always has a JSON form with its name.
    let data = serde_json::to_value(&fact.kind).unwrap_or_default();
    data.get("what").and_then(Json::as_str).unwrap_or_default().to_owned()
}

type Columns = BTreeMap<Id, Json>;

fn records(table: &Id, expected: &ExpectedRecords, found: &BTreeMap<String, Record>) -> Vec<Failure> {
    let failure =
        |en: String, zh: String| Failure::new(format!("table '{table}': {en}"), format!("数据表“{table}”：{zh}"));
    let count = |expected: u64| {
        let found = found.len() as u64;
        (found != expected).then(|| {
            failure(
                format!("expected {expected} records, found {found}"),
                format!("预期 {expected} 条记录，实际 {found} 条"),
            )
        })
    };
    match expected {
        ExpectedRecords::Count(expected) => count(*expected).into_iter().collect(),
        ExpectedRecords::Exactly(expected) => {
            if let Some(wrong) = count(expected.len() as u64) {
                return vec![wrong];
            }
            let missing = expected
                .iter()
                .filter(|columns| !found.values().any(|record| differing(columns, record).is_none()));
            let missing = missing.map(|columns| {
                let shown = serde_json::json!(columns).to_string();
                let is = shown_records(found);
                failure(
                    format!("no record has {shown}; found {is}"),
                    format!("没有符合 {shown} 的记录；实际为 {is}"),
                )
            });
            missing.collect()
        }
        ExpectedRecords::ByKey(expected) => {
            let wrong = expected
                .iter()
                .filter_map(|(key, columns)| match (columns, found.get(key)) {
                    (None, None) => None,
                    (None, Some(_)) => Some(failure(
                        format!("expected no record '{key}', found one"),
                        format!("不应有记录“{key}”，实际有"),
                    )),
                    (Some(_), None) => Some(failure(
                        format!("expected the record '{key}', found none"),
                        format!("应有记录“{key}”，实际没有"),
                    )),
                    (Some(columns), Some(record)) => differing(columns, record).map(|(column, expected, found)| {
                        failure(
                            format!("record '{key}', {column}: expected {expected}, found {found}"),
                            format!("记录“{key}”的 {column}：预期 {expected}，实际 {found}"),
                        )
                    }),
                });
            wrong.collect()
        }
    }
}

/// The first column that is not as expected: what was expected, what is there.
fn differing(expected: &Columns, record: &Record) -> Option<(String, String, String)> {
    expected.iter().find_map(|(column, expected)| {
        let found = record.get(column).unwrap_or(&Value::Null);
        (!same_value(expected, found)).then(|| {
            let expected = Value::from_json(expected).display();
            (column.to_string(), expected, found.display())
        })
    })
}

fn shown_records(found: &BTreeMap<String, Record>) -> String {
    const SHOWN_MAX: usize = 5;
    let one = |record: &Record| {
        let columns: Vec<String> = record
            .iter()
            .filter(|(_, value)| !matches!(value, Value::Null))
            .map(|(column, value)| format!("{column}: {}", value.display()))
            .collect();
        format!("{{{}}}", columns.join(", "))
    };
    let mut shown: Vec<String> = found.values().take(SHOWN_MAX).map(one).collect();
    if found.len() > SHOWN_MAX {
        shown.push("…".into());
    }
    shown.join(", ")
}

/// Whether a value is what a test says, in the words of a test: `yes` for true, a date as its text.
fn same_value(expected: &Json, found: &Value) -> bool {
    let plain = match found {
        Value::Judged(judged) => &judged.value,
        other => other,
    };
    if *plain == Value::from_json(expected) || plain.to_json() == *expected {
        return true;
    }
    match (plain, expected) {
        (Value::Bool(found), Json::String(text)) => match text.as_str() {
            "yes" | "是" => *found,
            "no" | "否" => !*found,
            _ => false,
        },
        _ => false,
    }
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Waiting => "waiting",
        Status::Stopped => "stopped",
        Status::Finished => "finished",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
    }
}

fn outcome(expected: &str, world: &World) -> Option<Failure> {
    let run = world.runs.first()?;
    let status = status_name(run.state.status());
    let sentence = run.ending.as_ref().and_then(|ending| ending.outcome.as_deref());
    // A `fail` tells its reason behind its sentence.
    let says = |sentence: &str| {
        let rest = sentence.strip_prefix(expected);
        rest.is_some_and(|rest| rest.is_empty() || run.state.status() == Status::Failed && rest.starts_with(": "))
    };
    if expected == status || sentence.is_some_and(says) {
        return None;
    }
    let found = sentence.map_or_else(|| status.to_string(), |sentence| format!("{status} ({sentence})"));
    let en = format!("outcome: expected {expected}, found {found}");
    Some(Failure::new(en, format!("结果：预期 {expected}，实际 {found}")))
}

/// A run that stopped by itself is never as expected, unless the test says so.
fn stopped(expect: &Expect, world: &World) -> Vec<Failure> {
    if expect.outcome.as_deref() == Some("stopped") {
        return Vec::new();
    }
    let waiting = world.runs.iter().flat_map(|run| run.state.waiting_for());
    waiting
        .filter_map(|waiting| match waiting {
            Waiting::Repair { step, message } => {
                let en = format!("the run stopped at '{step}': {message}");
                Some(Failure::new(en, format!("运行停在“{step}”：{message}")))
            }
            _ => None,
        })
        .collect()
}

fn open(world: &World) -> Vec<String> {
    world
        .runs
        .iter()
        .take(1)
        .flat_map(|run| run.state.tasks())
        .map(|task| task.step.to_string())
        .collect()
}

fn value(name: &str, expected: &Json, world: &World) -> Option<Failure> {
    let run = world.runs.first()?;
    let found = match Formula::parse(name, &Names::default()) {
        Ok(formula) => run
            .program
            .look_up(&run.state, &formula, &world.clock())
            .map_err(|problem| problem.message),
        Err(problems) => Err(problems
            .first()
            .map(|problem| problem.message.clone())
            .unwrap_or_default()),
    };
    let found = match found {
        Ok(found) => found,
        Err(why) => {
            return Some(Failure::new(
                format!("value {name}: {why}"),
                format!("值 {name}：{why}"),
            ));
        }
    };
    if same_value(expected, &found) {
        return None;
    }
    let (expected, found) = (Value::from_json(expected).display(), found.display());
    let en = format!("value {name}: expected {expected}, found {found}");
    Some(Failure::new(en, format!("值 {name}：预期 {expected}，实际 {found}")))
}

fn name_of(assignee: &Assignee) -> String {
    match assignee {
        Assignee::Role(name) | Assignee::Person(name) | Assignee::Station(name) | Assignee::Channel(name) => {
            name.clone()
        }
        Assignee::Everyone => "everyone".into(),
        Assignee::Several(each) => {
            let names: Vec<String> = each.iter().map(name_of).collect();
            names.join(", ")
        }
    }
}

/// `team leader` and `team_leader` are the same name: a sentence and its id.
fn same_names(expected: &[String], found: &[String]) -> bool {
    expected.len() == found.len() && expected.iter().zip(found).all(|(a, b)| fold(a) == fold(b))
}

fn texts(ids: &[language::model::Id]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_by_key(|name| fold(name));
    names
}

fn listed(names: &[String]) -> (String, String) {
    if names.is_empty() {
        return ("nothing".into(), "无".into());
    }
    (names.join(", "), names.join("、"))
}
