//! Fields that follow from what a form says of itself: the buttons it is sent with, and the yes or no of an approval.

use std::collections::BTreeMap;

use expression::{Formula, Names, Template};
use serde_json::Value as Json;

use crate::catalogue as c;
use crate::fields::{Choose, FieldKind};
use crate::limits;
use crate::model::{Condition, Field, Id, Located, Span, Text};
use crate::read::ids::id_of;
use crate::read::{Reader, Report};
use crate::tree::NodeId;

/// What a form with several buttons calls the one that was taken.
pub(super) const BUTTON: &str = "button";

/// One of several ways to send a form: whoever presses it answers `field` with `answer`.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    pub id: Id,
    pub title: Text,
    pub field: Id,
    /// As it is sent.
    pub answer: Json,
    /// Nothing else is asked when it is pressed.
    pub without_answers: bool,
}

/// The choice of a button behind the other fields; where one needs no answers, nothing else is asked with it.
pub(super) fn add(reader: &mut Reader<'_>, node: NodeId, fields: &mut Vec<Field>) -> Vec<Button> {
    let mut buttons: Vec<Button> = Vec::new();
    let nodes = reader.tree.list(node).map(<[NodeId]>::to_vec);
    let nodes = nodes.unwrap_or_else(|| reader.entries(node, "buttons"));
    let written = nodes.len();
    for node in nodes {
        let Some(button) = button(reader, node) else { continue };
        if buttons.iter().any(|other| other.id == button.id) {
            let found = button.title.default.source().to_owned();
            let report = Report::new(c::BUTTON_TWICE, reader.head(node)).arg("found", found);
            reader.push(report);
            continue;
        }
        buttons.push(button);
    }
    let span = reader.span(node);
    if !(2..=limits::BUTTONS_MAX).contains(&written) {
        let report = Report::new(c::BUTTONS_COUNT, reader.head(node)).arg("max", limits::BUTTONS_MAX.to_string());
        reader.push(report);
        return Vec::new();
    }
    for button in buttons.iter().filter(|button| button.without_answers) {
        let text = button.title.default.source();
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        let Ok(other) = Formula::parse(&format!("{BUTTON} != \"{text}\""), &Names::default()) else {
            continue;
        };
        let other = Located { value: other, span };
        for field in fields.iter_mut() {
            field.show_if = Some(both(field.show_if.as_ref(), &other));
        }
    }
    let from = buttons.iter().map(|button| button.title.clone()).collect();
    let title = in_both("Send it as", "提交为");
    fields.push(field(
        Id::new(BUTTON),
        title,
        FieldKind::Choose(Box::new(Choose { from })),
        span,
    ));
    buttons
}

fn button(reader: &mut Reader<'_>, node: NodeId) -> Option<Button> {
    if reader.tree.map(node).is_none() {
        let text = reader.words(node, "buttons")?;
        return Some(of_choice(plain(&text)));
    }
    let keys = reader.keys(node, &[super::form::BUTTON], "a button")?;
    let Some(text) = keys.get("button") else {
        reader.missing(&keys, "button", "Send back", c::KEY_MISSING);
        return None;
    };
    let title = reader.sentence(text, "button");
    let without_answers = keys
        .get("without_answers")
        .is_some_and(|node| reader.yes_no(node, "without_answers"));
    Some(Button {
        without_answers,
        ..of_choice(title)
    })
}

/// A button of `buttons`: its text is the choice.
fn of_choice(title: Text) -> Button {
    Button {
        id: id_of("button", title.default.source()),
        field: Id::new(BUTTON),
        answer: title.default.source().into(),
        title,
        without_answers: false,
    }
}

/// A button of a yes-or-no field.
pub(super) fn of_yes_no(id: &str, (en, zh): (&str, &str), field: &Id, answer: Answer) -> Button {
    Button {
        id: Id::new(id),
        title: in_both(en, zh),
        field: field.clone(),
        answer: Json::Bool(matches!(answer, Answer::Yes)),
        without_answers: false,
    }
}

pub(super) enum Answer {
    Yes,
    No,
}

/// What is shown only when both hold.
pub(super) fn both(one: Option<&Condition>, other: &Condition) -> Condition {
    let joined = one.and_then(|one| {
        let text = format!("({}) and ({})", one.value.source(), other.value.source());
        Formula::parse(&text, &Names::default()).ok()
    });
    Located {
        value: joined.unwrap_or_else(|| other.value.clone()),
        span: other.span,
    }
}

/// A field that nobody has written.
pub(super) fn field(id: Id, title: Text, kind: FieldKind, span: Span) -> Field {
    Field {
        id,
        title,
        optional: false,
        show_if: None,
        hint: None,
        default: None,
        warn_if: None,
        refuse_if: None,
        from_last: false,
        kind,
        span,
    }
}

fn plain(text: &str) -> Text {
    let text = text.replace('{', "{{").replace('}', "}}");
    Text {
        default: Template::parse(&text, &Names::default()).unwrap_or_else(|_| crate::read::no_text().default),
        by_language: BTreeMap::new(),
    }
}

/// A sentence of our own in both languages.
pub(super) fn in_both(en: &str, zh: &str) -> Text {
    let (en, zh) = (plain(en).default, plain(zh).default);
    Text {
        default: en.clone(),
        by_language: BTreeMap::from([("en".to_owned(), en), ("zh".to_owned(), zh)]),
    }
}
