//! Fields that follow from what a form says of itself: the buttons it is sent with, and the yes or no of an approval.

use std::collections::BTreeMap;

use expression::{Formula, Names, Template};

use crate::catalogue as c;
use crate::fields::{Choose, FieldKind};
use crate::limits;
use crate::model::{Condition, Field, Id, Located, Span, Text};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

/// What a form with several buttons calls the one that was taken.
pub(super) const BUTTON: &str = "button";

/// A button and whether it is taken without answers.
struct Button {
    text: String,
    without_answers: bool,
}

/// The choice of a button behind the other fields; where one needs no answers, nothing else is asked with it.
pub(super) fn add(reader: &mut Reader<'_>, node: NodeId, fields: &mut Vec<Field>) {
    let mut buttons: Vec<Button> = Vec::new();
    let nodes = reader.tree.list(node).map(<[NodeId]>::to_vec);
    for node in nodes.unwrap_or_else(|| reader.entries(node, "buttons")) {
        let Some(button) = button(reader, node) else { continue };
        if buttons.iter().any(|other| other.text == button.text) {
            let report = Report::new(c::BUTTON_TWICE, reader.head(node)).arg("found", button.text);
            reader.push(report);
            continue;
        }
        buttons.push(button);
    }
    let span = reader.span(node);
    if !(2..=limits::BUTTONS_MAX).contains(&buttons.len()) {
        let report = Report::new(c::BUTTONS_COUNT, reader.head(node)).arg("max", limits::BUTTONS_MAX.to_string());
        reader.push(report);
        return;
    }
    for button in buttons.iter().filter(|button| button.without_answers) {
        let text = button.text.replace('\\', "\\\\").replace('"', "\\\"");
        let Ok(other) = Formula::parse(&format!("{BUTTON} != \"{text}\""), &Names::default()) else {
            continue;
        };
        let other = Located { value: other, span };
        for field in fields.iter_mut() {
            field.show_if = Some(both(field.show_if.as_ref(), &other));
        }
    }
    let from = buttons.iter().map(|button| plain(&button.text)).collect();
    let title = in_both("Send it as", "提交为");
    fields.push(field(
        Id::new(BUTTON),
        title,
        FieldKind::Choose(Box::new(Choose { from })),
        span,
    ));
}

fn button(reader: &mut Reader<'_>, node: NodeId) -> Option<Button> {
    if reader.tree.map(node).is_none() {
        let text = reader.words(node, "buttons")?;
        return Some(Button {
            text,
            without_answers: false,
        });
    }
    let keys = reader.keys(node, &[super::form::BUTTON], "a button")?;
    let Some(text) = keys.get("button") else {
        reader.missing(&keys, "button", "Send back", c::KEY_MISSING);
        return None;
    };
    let text = reader.words(text, "button")?;
    let without_answers = keys
        .get("without_answers")
        .is_some_and(|node| reader.yes_no(node, "without_answers"));
    Some(Button { text, without_answers })
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
