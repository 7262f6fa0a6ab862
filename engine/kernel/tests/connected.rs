//! Looking at what is connected with a changed answer, and at nothing else, sees what looking at the whole form sees.

mod support;

use std::collections::BTreeMap;

use gemba_kernel::forms::{self, Asking, Checked};
use gemba_kernel::{Clock, FieldRefusal, Looked, NOTHING, Zone, connected};
use language::fields::{self, FieldKind, MeasuredWith, TableName};
use language::model::{Field, Objection};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use support::BEGIN;
use support::build::*;

const FIELDS: usize = 9;

fn name(place: usize) -> String {
    format!("f{}", place % FIELDS)
}

fn condition(way: u8, about: usize) -> String {
    let about = name(about);
    match way % 5 {
        0 => format!("{about} is filled"),
        1 => format!("{about} is not ok"),
        2 => format!("here.{about} is empty"),
        3 => format!("{about} = 12"),
        _ => format!("{about} = \"words\""),
    }
}

/// What is written of one field: its kind, and what of others it reads.
#[derive(Clone, Debug)]
struct Written {
    kind: u8,
    reads: usize,
    shown: Option<(u8, usize)>,
    refused: Option<(u8, usize)>,
    warned: Option<(u8, usize)>,
}

fn written() -> impl Strategy<Value = Written> {
    let rule = || prop::option::weighted(0.25, (0..5u8, 0..FIELDS));
    (0..7u8, 0..FIELDS, rule(), rule(), rule()).prop_map(|(kind, reads, shown, refused, warned)| Written {
        kind,
        reads,
        shown,
        refused,
        warned,
    })
}

fn kind_of(kind: u8, reads: usize) -> FieldKind {
    match kind {
        0 => measure(2),
        1 => measured_with(&name(reads)),
        2 => check(),
        3 => FieldKind::Gauge(Box::new(fields::Gauge {
            from: TableName::App(id("gauges")),
        })),
        4 => FieldKind::Formula(Box::new(fields::Formula {
            is: formula(&format!("if {} then 1 else 2", condition(0, reads))),
            unit: None,
        })),
        5 => FieldKind::Rows(Box::new(fields::Rows {
            columns: vec![
                shown_if(field("a", words()), &condition(0, reads)),
                field("b", measured_with(&name(reads + 1))),
            ],
            at_least: 0,
            at_most: 3,
        })),
        _ => words(),
    }
}

fn measured_with(gauge: &str) -> FieldKind {
    let FieldKind::Measure(plain) = measure(1) else {
        unreachable!("a measure is one");
    };
    FieldKind::Measure(Box::new(fields::Measure {
        gauge: Some(MeasuredWith {
            field: id(gauge),
            number: "G1".into(),
            table: TableName::App(id("gauges")),
        }),
        ..*plain
    }))
}

fn form_of(written: &[Written]) -> Vec<Field> {
    let objection = |(way, about): (u8, usize)| Objection {
        condition: formula(&condition(way, about)),
        message: Some(text(&format!("see {{{}}}", name(about + 1)))),
    };
    let fields = written.iter().enumerate().map(|(place, one)| Field {
        show_if: one.shown.map(|(way, about)| formula(&condition(way, about))),
        refuse_if: one.refused.map(objection),
        warn_if: one.warned.map(objection),
        ..field(&name(place), kind_of(one.kind, one.reads))
    });
    fields.collect()
}

fn answer() -> impl Strategy<Value = Json> {
    prop::sample::select(vec![
        json!(null),
        json!(12),
        json!("10"),
        json!([10, 12]),
        json!("pass"),
        json!("fail"),
        json!("words"),
        json!([{ "a": "words", "b": 10 }]),
        json!([{ "b": 12 }, { "a": "" }]),
    ])
}

fn look(form: &[Field], answers: &Map<String, Json>) -> Checked {
    let at = Clock {
        at: BEGIN,
        zone: Zone {
            offset_s: 0,
            next: None,
        },
    };
    let asking = Asking {
        step: Some(&id("here")),
        context: &BTreeMap::new(),
        at,
        person: Some("li"),
        known: Looked::NotYet(NOTHING),
    };
    forms::check(form, answers, &asking)
}

/// In the order of the form, as a whole check says it.
fn merged(parts: &[Checked], form: &[Field]) -> Checked {
    let place = |path: &str| {
        let name = path.split(['[', '.']).next();
        form.iter().position(|field| Some(field.id.as_str()) == name)
    };
    let in_order = |of: fn(&Checked) -> &Vec<FieldRefusal>| {
        let mut all: Vec<FieldRefusal> = parts.iter().flat_map(of).cloned().collect();
        all.sort_by_key(|one| place(&one.field));
        all
    };
    let mut shown: Vec<_> = parts.iter().flat_map(|part| part.shown.clone()).collect();
    shown.sort_by_key(|id| place(id.as_str()));
    Checked {
        values: parts.iter().flat_map(|part| part.values.clone()).collect(),
        refused: in_order(|part| &part.refused),
        warned: in_order(|part| &part.warned),
        shown,
    }
}

proptest! {
    #[test]
    fn a_part_sees_what_the_whole_form_sees(
        written in prop::collection::vec(written(), FIELDS),
        edits in prop::collection::vec((0..FIELDS, answer()), 1..12),
    ) {
        let form = form_of(&written);
        let places = connected(&form, Some(&id("here")));
        let parts: Vec<Vec<Field>> = places
            .iter()
            .map(|part| part.iter().map(|place| form[*place].clone()).collect())
            .collect();
        let mut answers: Vec<Map<String, Json>> = vec![Map::new(); parts.len()];
        let mut seen: Vec<Checked> = parts.iter().map(|part| look(part, &Map::new())).collect();
        for (place, answer) in edits {
            let part = places.iter().position(|part| part.contains(&place)).expect("every field is in a part");
            answers[part].insert(name(place), answer);
            seen[part] = look(&parts[part], &answers[part]);
            let all = answers.iter().flatten().map(|(name, answer)| (name.clone(), answer.clone())).collect();
            prop_assert_eq!(merged(&seen, &form), look(&form, &all));
        }
    }
}

#[test]
fn fields_are_apart_unless_something_reads_of_both() {
    let form = [
        field("length", measure(1)),
        shown_if(field("remark", words()), "length is not ok"),
        field("width", measure(1)),
        shown_if(field("note", words()), "here.width is filled"),
        field("lone", words()),
    ];
    assert_eq!(connected(&form, Some(&id("here"))), [vec![0, 1], vec![2, 3], vec![4]]);
    // Of another step of that name it says nothing.
    assert_eq!(connected(&form, None), [vec![0, 1], vec![2], vec![3], vec![4]]);
    let mut all = form.to_vec();
    all.push(shown_if(field("last", words()), "here is filled"));
    assert_eq!(connected(&all, Some(&id("here"))), [vec![0, 1, 2, 3, 4, 5]]);
    assert!(connected(&[], None).is_empty());
}
