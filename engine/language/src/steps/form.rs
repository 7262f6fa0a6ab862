//! `form`: asks people.
use expression::{Formula, Type};

use super::StepOf;
use crate::catalogue as c;
use crate::model::{Deadline, Field, Id, Located, Party, Text};
use crate::read::keys::{Key, Kind, Shape, key, required};
use crate::read::{At, Entry, Reader, Report};

/// Asks people; opens one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Without it, whoever is at the station, else everyone.
    pub to: Option<Party>,
    pub at: Vec<Id>,
    pub deadline: Option<Deadline>,
    /// Steps whose answering person may not answer this one (four eyes).
    pub not_by: Vec<Id>,
    /// Meaning of the signature that completes the form.
    pub sign: Option<Text>,
    /// Shown read-only above the fields.
    pub show: Vec<Located<Formula>>,
    pub fields: Vec<Field>,
}

/// One entry of `late`.
pub(crate) const RUNG: &[Key] = &[
    required("after", Shape::Duration, "How long after `within` has passed."),
    key("tell", Shape::Parties, "Who is told."),
    key("move_to", Shape::Party, "Who gets the task instead."),
    key("message", Shape::Sentence, "What they are told."),
];

impl StepOf for Form {
    const KIND: Kind = Kind {
        word: "form",
        shape: Shape::Sentence,
        doc: "Asks people; one task for one person.",
        keys: &[
            key(
                "to",
                Shape::Party,
                "Who is asked: a role, a station, a person or a formula.",
            ),
            key("at", Shape::Words, "Stations where it is asked."),
            key("within", Shape::Duration, "How long there is to answer."),
            key(
                "late",
                Shape::Entries(RUNG),
                "What happens when `within` has passed: a ladder.",
            ),
            key(
                "not_by",
                Shape::Words,
                "Steps whose answering person may not answer this one (four eyes).",
            ),
            key(
                "sign",
                Shape::Sentence,
                "What is promised by the signature that completes the form.",
            ),
            key("show", Shape::Formulas, "Values shown above the fields."),
            key("fields", Shape::Fields, "What is asked."),
        ],
        example: "- form: Measure the first piece\n  to: operator\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: team leader\n  fields:\n    - measure: Shaft diameter\n      limits: 24.95 to 25.05 mm",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let keys = &entry.keys;
        let to = keys.get("to").and_then(|node| reader.asked_party(node, "to"));
        let at = keys.get("at").map(|node| reader.places(node)).unwrap_or_default();
        let deadline = reader.deadline(keys);
        let not_by = keys
            .get("not_by")
            .map(|node| reader.step_names(node))
            .unwrap_or_default();
        let sign = keys.get("sign").map(|node| reader.sentence(node, "sign"));
        let mut show = Vec::new();
        if let Some(node) = keys.get("show") {
            for node in reader.one_or_more(node) {
                show.push(reader.bare_formula(node, "show"));
            }
        }
        let fields = match keys.get("fields") {
            Some(node) => reader.at(At::After(entry.start), |reader| reader.fields(node, "fields")),
            None => {
                if sign.is_none() {
                    let (span, _) = reader.entry_start(keys);
                    let mut report = Report::new(c::FORM_WITHOUT_FIELDS, span);
                    if let (_, Some((end, column))) = reader.entry_start(keys) {
                        let indent = " ".repeat(column);
                        let text = format!("\n{indent}fields:\n{indent}  - text: What do you see?");
                        report = report.insert(end, end, text);
                    }
                    reader.push(report);
                }
                Vec::new()
            }
        };
        Some(Form {
            to,
            at,
            deadline,
            not_by,
            sign,
            show,
            fields,
        })
    }

    fn members(&self) -> Option<Type> {
        let mut members = crate::fields::types(&self.fields);
        members.insert("answered_by".into(), Type::Text);
        members.insert("answered_at".into(), Type::DateTime);
        if self.sign.is_some() {
            members.insert("signed_by".into(), Type::Text);
            members.insert("signed_at".into(), Type::DateTime);
        }
        Some(Type::Context(members))
    }
}
