//! Compares the end of a test with what it expects. What is not written is not checked.

use expression::{Formula, Names, Value};
use language::model::Expect;
use serde_json::Value as Json;

use super::Failure;
use super::world::World;
use crate::{Assignee, Status, Waiting};

pub(super) fn compare(expect: &Expect, world: &World) -> Vec<Failure> {
    let mut failures = Vec::new();
    failures.extend(expect.outcome.as_ref().and_then(|expected| outcome(expected, world)));
    failures.extend(stopped(expect, world));
    let lists = [
        ("held", "占用", expect.held.clone().map(sorted), sorted(world.held())),
        (
            "told",
            "通知",
            expect.told.clone(),
            world.told.iter().map(name_of).collect(),
        ),
        (
            "open",
            "待办",
            expect.open.as_ref().map(|open| sorted(texts(open))),
            sorted(open(world)),
        ),
    ];
    for (what, zh, expected, found) in lists {
        if let Some(expected) = expected
            && !same_names(&expected, &found)
        {
            let (expected, found) = (listed(&expected), listed(&found));
            failures.push((
                format!("{what}: expected {}, found {}", expected.0, found.0),
                format!("{zh}：预期{}，实际{}", expected.1, found.1),
            ));
        }
    }
    for (name, expected) in &expect.values {
        failures.extend(value(name, expected, world));
    }
    for (table, expected) in &expect.records {
        let found = world.records(table);
        if found as u64 != *expected {
            let en = format!("table '{table}': expected {expected} records, found {found}");
            failures.push((en, format!("数据表“{table}”：预期 {expected} 条记录，实际 {found} 条")));
        }
    }
    failures
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
    Some((en, format!("结果：预期 {expected}，实际 {found}")))
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
                Some((en, format!("运行停在“{step}”：{message}")))
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
        Err(why) => return Some((format!("value {name}: {why}"), format!("值 {name}：{why}"))),
    };
    let plain = match &found {
        Value::Judged(judged) => judged.value.clone(),
        other => other.clone(),
    };
    if plain == Value::from_json(expected) || plain.to_json() == *expected {
        return None;
    }
    let (expected, found) = (Value::from_json(expected).display(), found.display());
    let en = format!("value {name}: expected {expected}, found {found}");
    Some((en, format!("值 {name}：预期 {expected}，实际 {found}")))
}

fn name_of(assignee: &Assignee) -> String {
    match assignee {
        Assignee::Role(name) | Assignee::Person(name) | Assignee::Station(name) | Assignee::Channel(name) => {
            name.clone()
        }
        Assignee::Everyone => "everyone".into(),
    }
}

/// `team leader` and `team_leader` are the same name: a sentence and its id.
fn same_names(expected: &[String], found: &[String]) -> bool {
    expected.len() == found.len() && expected.iter().zip(found).all(|(a, b)| fold(a) == fold(b))
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn texts(ids: &[language::model::Id]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_by_key(|name| fold(name));
    names
}

fn listed(names: &[String]) -> Failure {
    if names.is_empty() {
        return ("nothing".into(), "无".into());
    }
    (names.join(", "), names.join("、"))
}
