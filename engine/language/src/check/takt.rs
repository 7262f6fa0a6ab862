//! More questions than the takt allows.
//!
//! What an answer costs at least is counted by the keystroke-level model (Card, Moran, Newell, Communications of the ACM
//! 23(7), 1980): 1.35 s to make up one's mind, 1.1 s to point, 0.28 s for a key of an average typist. Looking, gauging and
//! walking are not counted, so what is noted takes longer indeed.

use std::collections::BTreeMap;

use expression::{Duration, Value};

use super::{head, tell};
use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::model::{App, Condition, Field, Party, Step};
use crate::names::Index;
use crate::read::{Reader, Report};
use crate::steps::StepKind;

const MIND_MS: i64 = 1_350;
const POINT_MS: i64 = 1_100;
const KEY_MS: i64 = 280;
/// Keys of a number, a word and a PIN.
const KEYS_OF_NUMBER: i64 = 3;
const KEYS_OF_TEXT: i64 = 8;
const KEYS_OF_PIN: i64 = 4;

/// How the condition begins that a button without answers gives to the fields of its form.
const BUTTON_IS_NOT: &str = "button != ";

/// Milliseconds that whoever is asked has needed so far.
type Needed = BTreeMap<String, i64>;

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let Some(takt) = app.takt else { return };
    if let Some((step, needed_ms)) = over(&app.steps, takt.as_ms(), &mut Needed::new()) {
        let report = Report::new(c::QUESTIONS_OVER_TAKT, head(reader, step))
            .arg("found", shown(needed_ms))
            .arg("takt", Value::Duration(takt).display());
        tell(reader, index, step, report);
    }
}

/// The first form at which someone has been asked for longer than the takt, whatever way is taken to it.
fn over<'a>(steps: &'a [Step], takt_ms: i64, needed: &mut Needed) -> Option<(&'a Step, i64)> {
    for step in steps {
        if let StepKind::Form(form) = &step.kind {
            let own_ms: i64 = form.fields.iter().map(answered_in_ms).sum();
            let signed_ms = i64::from(form.sign.is_some()) * (MIND_MS + POINT_MS + KEYS_OF_PIN * KEY_MS);
            let all_ms = own_ms + signed_ms + needed.get(&who(form.to.as_ref())).copied().unwrap_or(0);
            if all_ms > takt_ms {
                return Some((step, all_ms));
            }
            if step.condition.is_none() {
                needed.insert(who(form.to.as_ref()), all_ms);
            }
        }
        // The first round of a loop is always done; of the other ways in only one may be.
        let rounds = matches!(step.kind, StepKind::Repeat(_)) && step.condition.is_none();
        for (number, block) in step.blocks().iter().enumerate() {
            let mut aside = needed.clone();
            let found = match rounds && number == 0 {
                true => over(block.steps, takt_ms, needed),
                false => over(block.steps, takt_ms, &mut aside),
            };
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Tells those who are asked apart.
fn who(to: Option<&Party>) -> String {
    match to {
        None => String::new(),
        Some(Party::Here) => "here".to_owned(),
        Some(Party::Role(id)) => format!("role {id}"),
        Some(Party::Station(id)) => format!("station {id}"),
        Some(Party::Channel(id)) => format!("channel {id}"),
        Some(Party::Person(id)) => format!("person {id}"),
        Some(Party::Leader) => "leader".to_owned(),
        Some(Party::Several(parties)) => {
            let each: Vec<String> = parties.iter().map(|party| who(Some(party))).collect();
            each.join(", ")
        }
        Some(Party::Formula(formula)) => format!("= {}", formula.value.source()),
    }
}

/// At least; nothing for what may be left out.
fn answered_in_ms(field: &Field) -> i64 {
    // A button that needs no answers is not the usual one.
    let is_usual = |shown: &Condition| shown.value.source().starts_with(BUTTON_IS_NOT);
    let is_shown = field.show_if.as_ref().is_none_or(is_usual);
    if field.optional || !is_shown || field.kind.answer().is_none() {
        return 0;
    }
    let tap = MIND_MS + POINT_MS;
    match &field.kind {
        FieldKind::Measure(measure) => tap + i64::from(measure.samples.max(1)) * KEYS_OF_NUMBER * KEY_MS,
        FieldKind::Whole(_) | FieldKind::Number(_) | FieldKind::Percent(_) | FieldKind::Money(_) => {
            tap + KEYS_OF_NUMBER * KEY_MS
        }
        FieldKind::Text(_) | FieldKind::LongText(_) => tap + KEYS_OF_TEXT * KEY_MS,
        FieldKind::Sign(_) | FieldKind::Verify(_) => tap + KEYS_OF_PIN * KEY_MS,
        // Opened, then taken.
        FieldKind::Photo(_) | FieldKind::Video(_) | FieldKind::Audio(_) | FieldKind::File(_) => tap + POINT_MS,
        _ => tap,
    }
}

fn shown(ms: i64) -> String {
    let whole_s = Duration::from_ms(ms / 1000 * 1000);
    Value::Duration(whole_s).display()
}
