//! `form`: asks people.
use expression::{Formula, Type};

use super::StepOf;
use super::buttons::{self, Button};
use super::handling::Handling;
use crate::catalogue as c;
use crate::fields::{FieldKind, Info};
use crate::model::{Condition, Deadline, Field, Id, Located, Party, Text, Within};
use crate::read::ids::id_of;
use crate::read::keys::{Key, Kind, Shape, key, required};
use crate::read::{At, Entry, Reader, Report, Wants};
use crate::tree::NodeId;

/// Asks people; opens one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Without it, whoever is at the station, else everyone.
    pub to: Option<Party>,
    pub at: Vec<Id>,
    pub deadline: Option<Deadline>,
    /// Asked only as long as this holds: it comes and goes as values of the run change.
    pub while_: Option<Condition>,
    /// Steps whose answering person may not answer this one (four eyes); [`super::ANY_STEP`] is all of them.
    pub not_by: Vec<Id>,
    /// How it is given out, and what may be done with it besides answering it.
    pub handling: Handling,
    /// Meaning of the signature that completes the form.
    pub sign: Option<Text>,
    /// Shown read-only above the fields.
    pub show: Vec<Located<Formula>>,
    pub fields: Vec<Field>,
    /// The parts in which the fields are asked; without any, all of them are one.
    pub pages: Vec<Page>,
    /// Ways to send it; without any, there is one.
    pub buttons: Vec<Button>,
}

/// One entry of `pages`.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The field that tells its title.
    pub heading: Id,
    pub fields: Vec<Id>,
}

/// One entry of `late`.
pub(crate) const RUNG: &[Key] = &[
    required("after", Shape::Duration, "How long after `within` has passed."),
    key(
        "tell",
        Shape::Parties,
        "Who is told; `here` is the station where the run was started.",
    ),
    key("move_to", Shape::Party, "Who gets the task instead."),
    key("message", Shape::Sentence, "What they are told."),
];

/// Keys of whatever asks people.
macro_rules! asking_keys {
    ($($more:expr),* $(,)?) => {
        &[
            key(
                "to",
                Shape::Parties,
                "Who is asked: a role, a station, `here`, a person, `leader` (of who started it) or a formula; any of several.",
            ),
            key("at", Shape::Words, "Stations where it is asked."),
            key(
                "within",
                Shape::Duration,
                "How long there is to answer; a formula is worked out when it is asked.",
            ),
            key(
                "late",
                Shape::Entries(RUNG),
                "What happens when `within` has passed: a ladder.",
            ),
            key(
                "not_by",
                Shape::Words,
                "Steps whose answering person may not answer this one (four eyes); `any step` is all of them.",
            ),
            key(
                "same_as",
                Shape::Words,
                "Whoever answered this step gets it; `any step`: whoever has worked on this run last.",
            ),
            key("skill", Shape::Words, "What whoever does it must be able to do: skills of the site, all of them."),
            key(
                "give",
                Shape::Word,
                "How one person is found: `offer` (or nothing), `round robin`, `random`, `shortest queue`, \
                 `who did it last`, `by hand` (a supervisor says who), `reserve` or `start` (for one person).",
            ),
            key(
                "lease",
                Shape::Duration,
                "Given back when whoever has it does nothing for so long; what is typed is kept.",
            ),
            key("skippable", Shape::YesNo, "`yes`: whoever has it may skip it with a reason."),
            key("private", Shape::YesNo, "`yes`: once somebody has it, only they and who supervises see it."),
            key(
                "sign",
                Shape::Sentence,
                "What is promised by the signature that completes the form.",
            ),
            key("show", Shape::Formulas, "Values shown above the fields."),
            key("fields", Shape::Fields, "What is asked."),
            key("pages", Shape::Entries(PAGE), "What is asked, in parts; instead of `fields`."),
            key(
                "while",
                Shape::Condition,
                "Asked only as long as this is true: it comes and goes as the values of the run change.",
            ),
            $($more),*
        ]
    };
}

const FORM: &[Key] = asking_keys![key(
    "buttons",
    Shape::WordsOrEntries(BUTTON),
    "Ways to send the form; `step.button` is the one that was taken."
)];
/// Keys of an `approve`.
pub(crate) const APPROVE: &[Key] = asking_keys![];

/// One entry of `pages`.
const PAGE: &[Key] = &[
    required("page", Shape::Sentence, "What the page is about."),
    key("show_if", Shape::Condition, "The page is asked only when this is true."),
    required("fields", Shape::Fields, "What is asked."),
];

/// One entry of `buttons`.
pub(super) const BUTTON: &[Key] = &[
    required("button", Shape::Sentence, "What stands on the button."),
    key(
        "without_answers",
        Shape::YesNo,
        "`yes`: nothing else is asked when this button is taken.",
    ),
];

impl StepOf for Form {
    const KIND: Kind = Kind {
        word: "form",
        shape: Shape::Sentence,
        doc: "Asks people; one task for one person.",
        keys: FORM,
        example: "- form: Measure the first piece\n  to: operator\n  within: 20 min\n  late:\n    - after: 0 min\n      tell: team leader\n  fields:\n    - measure: Shaft diameter\n      limits: 24.95 to 25.05 mm",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let mut form = Form::asking(reader, entry);
        if let Some(node) = entry.keys.get("buttons") {
            form.buttons = buttons::add(reader, node, &mut form.fields);
        }
        if form.fields.is_empty() && form.sign.is_none() && entry.keys.get("fields").is_none() {
            nothing_asked(reader, entry);
        }
        Some(form)
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

impl Form {
    /// What a `form` and an `approve` have in common.
    pub(super) fn asking(reader: &mut Reader<'_>, entry: &Entry) -> Form {
        let keys = &entry.keys;
        let to = keys.get("to").and_then(|node| reader.asked_parties(node, "to"));
        let at = keys.get("at").map(|node| reader.places(node)).unwrap_or_default();
        let deadline = reader.deadline(keys);
        if let (Some(node), Some(Within::For(within))) =
            (keys.get("within"), deadline.as_ref().map(|deadline| &deadline.within))
        {
            crate::check::outlives_shift(reader, node, *within);
        }
        let while_ = keys.get("while").map(|node| reader.condition(node, "while"));
        let not_by = keys
            .get("not_by")
            .map(|node| reader.step_names(node, "not_by"))
            .unwrap_or_default();
        let handling = reader.handling(keys, to.as_ref(), &not_by);
        let sign = keys.get("sign").map(|node| reader.sentence(node, "sign"));
        let mut show = Vec::new();
        if let Some(node) = keys.get("show") {
            for node in reader.one_or_more(node) {
                show.push(reader.bare_formula(node, "show", Wants::Column));
            }
        }
        let mut pages = Vec::new();
        let fields = reader.at(At::After(entry.start), |reader| {
            let mut fields = keys
                .get("fields")
                .map(|node| reader.fields(node, "fields"))
                .unwrap_or_default();
            if let Some(slot) = keys.slot("pages") {
                if keys.get("fields").is_some() {
                    let report = Report::new(c::FIELDS_AND_PAGES, reader.span(slot.key));
                    reader.push(report);
                }
                for node in reader.entries(slot.value, "pages") {
                    let mut asked = page(reader, node);
                    if let [heading, asked @ ..] = asked.as_slice() {
                        pages.push(Page {
                            heading: heading.id.clone(),
                            fields: asked.iter().map(|field| field.id.clone()).collect(),
                        });
                    }
                    fields.append(&mut asked);
                }
                fields = reader.unique_fields(fields);
            }
            fields
        });
        Form {
            to,
            at,
            deadline,
            while_,
            not_by,
            handling,
            sign,
            show,
            fields,
            pages,
            buttons: Vec::new(),
        }
    }
}

/// The fields of a page under its title; all of them are asked only when the page is.
fn page(reader: &mut Reader<'_>, node: NodeId) -> Vec<Field> {
    let Some(keys) = reader.keys(node, &[PAGE], "a page") else {
        return Vec::new();
    };
    let Some(title) = keys.get("page") else {
        reader.missing(&keys, "page", "First side", c::KEY_MISSING);
        return Vec::new();
    };
    let title = reader.sentence(title, "page");
    let condition = keys.get("show_if").map(|node| reader.condition(node, "show_if"));
    let Some(fields) = keys.get("fields") else {
        reader.missing(&keys, "fields", "[{tick: Done}]", c::KEY_MISSING);
        return Vec::new();
    };
    let mut fields = reader.fields(fields, "fields");
    let id = id_of("page", title.default.source());
    // Its title tells what follows; it is no answer, and its id is nobody's.
    let id = Id::new(&format!("{id}_page"));
    let heading = buttons::field(id, title, FieldKind::Info(Box::new(Info {})), reader.span(node));
    fields.insert(0, heading);
    if let Some(condition) = condition {
        for field in &mut fields {
            field.show_if = Some(buttons::both(field.show_if.as_ref(), &condition));
        }
    }
    fields
}

fn nothing_asked(reader: &mut Reader<'_>, entry: &Entry) {
    let (span, place) = reader.entry_start(&entry.keys);
    let mut report = Report::new(c::FORM_WITHOUT_FIELDS, span);
    if let Some((end, column)) = place {
        let indent = " ".repeat(column);
        let text = format!("\n{indent}fields:\n{indent}  - text: What do you see?");
        report = report.insert(end, end, text);
    }
    reader.push(report);
}
