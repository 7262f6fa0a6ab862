//! A form's answers: which fields are shown, what each answer means, what is wrong with it.
//!
//! The same code runs when a task is completed and, compiled to WASM, in the page while someone types.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use expression::{Context, Scope, Value};
use language::fields::{Asks, FieldKind};
use language::model::{Field, Id, Objection};
use language::steps::Button;
use serde_json::{Map, Value as Json};

use crate::clock::Clock;
use crate::{FieldRefusal, Looked, fields, limits};

/// Around a form: where it stands, what it reads from outside, who answers and when.
pub struct Asking<'a> {
    /// The form's step, so that its formulas may say `step.field` too.
    pub step: Option<&'a Id>,
    /// [`crate::TaskSpec::context`].
    pub context: &'a BTreeMap<String, Value>,
    pub at: Clock,
    /// Who answers, as far as known.
    pub person: Option<&'a str>,
    /// What the world knew.
    pub known: Looked<'a>,
}

/// What came out of a check.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// Of every field that asks something: its answer, typed, with its verdict. Not shown and not answered is
    /// empty; a measured or checked field that was shown and not answered is undefined, never ok.
    pub values: BTreeMap<Id, Value>,
    /// Everything that is wrong, in the order of the fields. Empty: the form can be sent.
    pub refused: Vec<FieldRefusal>,
    /// What is to be confirmed before it is taken, in the order of the fields; code `warning`.
    pub warned: Vec<FieldRefusal>,
    /// The fields that are shown, in order, those that only tell something included.
    pub shown: Vec<Id>,
}

/// Checks answers against the fields of a form. Only fields that are shown may be answered; all problems are
/// reported at once.
pub fn check(form: &[Field], answers: &Map<String, Json>, asking: &Asking<'_>) -> Checked {
    check_below(form, answers, asking, None, "")
}

/// The same for one row: `around` is what the form around it has been answered, `path` stands before the names of its
/// fields.
pub(crate) fn check_below(
    form: &[Field],
    answers: &Map<String, Json>,
    asking: &Asking<'_>,
    around: Option<&dyn Scope>,
    path: &str,
) -> Checked {
    let mut read = Read::new(form, path, asking);
    let below = RefCell::new(Vec::new());
    let mut shown = settle(&read, asking, around);
    // A measurement may ask which gauge it was taken with, and rows for all the other answers of the form.
    for turn in [Turn::First, Turn::AfterOthers, Turn::Last] {
        let of_this_turn = |field: &Field| turn_of(&field.kind) == turn;
        if turn != Turn::First && form.iter().any(of_this_turn) {
            shown = settle(&read, asking, around);
        }
        let cells = cells_of(&shown);
        for (index, field) in form.iter().enumerate().filter(|(_, field)| of_this_turn(field)) {
            let Some(answer) = answers.get(field.id.as_str()).filter(|answer| !is_unanswered(answer)) else {
                continue;
            };
            let path = format!("{path}{}", field.id);
            let scope = FormScope {
                read: &read,
                shown: &cells,
                asking,
                around,
            };
            let place = fields::Place {
                path: &path,
                asking,
                around: &scope,
                warned: &below,
            };
            let typed = fields::accept(field, answer, &place);
            read.put(index, typed);
        }
    }
    let shown = settle(&read, asking, around);
    let mut checked = Checked::default();
    let below = below.into_inner();
    for (index, (field, is_shown)) in form.iter().zip(&shown).enumerate() {
        let answered = answers
            .get(field.id.as_str())
            .is_some_and(|answer| !is_unanswered(answer));
        if *is_shown {
            checked.shown.push(field.id.clone());
        }
        if field.kind.asks() == Asks::Nobody && !answered {
            continue;
        }
        let place = format!("{path}{}", field.id);
        let refused = checked.refused.len();
        let value = read.outcome(index, (*is_shown, answered), &place, &mut checked.refused);
        if *is_shown && checked.refused.len() == refused {
            let scope = FormScope {
                read: &read,
                shown: &cells_of(&shown),
                asking,
                around,
            };
            let inside = format!("{place}[");
            checked.warned.extend(
                below
                    .iter()
                    .filter(|warning| warning.field.starts_with(&inside))
                    .cloned(),
            );
            object(field, &place, &scope, &mut checked);
        }
        checked.values.insert(field.id.clone(), value);
    }
    refuse_unknown(&read.by_name, answers, path, &mut checked.refused);
    checked
}

/// Adds what the button answers, as if it had been answered like any other field.
pub fn press(buttons: &[Button], pressed: &Id, answers: &mut Map<String, Json>) -> Result<(), FieldRefusal> {
    let Some(button) = buttons.iter().find(|button| button.id == *pressed) else {
        let known: Vec<&str> = buttons.iter().map(|button| button.id.as_str()).collect();
        let (en, zh) = match known.as_slice() {
            [] => ("this form has no buttons".to_owned(), "该表单没有按钮".to_owned()),
            known => {
                let known = known.join(", ");
                (
                    format!("the buttons of this form are {known}"),
                    format!("该表单的按钮有 {known}"),
                )
            }
        };
        return Err(FieldRefusal::new("button", "not-an-option", &en, &zh));
    };
    let field = button.field.as_str();
    match answers.get(field) {
        Some(answer) if !is_unanswered(answer) && *answer != button.answer => Err(FieldRefusal::new(
            field,
            "not-an-option",
            "this contradicts the button that was pressed",
            "与所按的按钮矛盾",
        )),
        _ => {
            answers.insert(field.to_owned(), button.answer.clone());
            Ok(())
        }
    }
}

/// When an answer is read: later ones may ask for earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    First,
    AfterOthers,
    Last,
}

fn turn_of(kind: &FieldKind) -> Turn {
    match kind {
        FieldKind::Measure(measure) if measure.gauge.is_some() => Turn::AfterOthers,
        kind if !kind.below().is_empty() => Turn::Last,
        _ => Turn::First,
    }
}

/// `refuse_if` and `warn_if`. Only what is true speaks against an answer.
fn object(field: &Field, place: &str, scope: &FormScope<'_>, checked: &mut Checked) {
    let holds = |objection: &&Objection| {
        let outcome = objection.condition.value.evaluate(scope, &scope.asking.at);
        matches!(outcome.map(|outcome| outcome.value), Ok(Value::Bool(true)))
    };
    let refusal = |code: &str, objection: &Objection, en: &str, zh: &str| {
        let said = |language: &str, otherwise: String| {
            let Some(message) = &objection.message else {
                return otherwise;
            };
            let template = message.by_language.get(language).unwrap_or(&message.default);
            template.render(scope, &scope.asking.at)
        };
        let condition = objection.condition.value.source();
        let (en, zh) = (format!("{en}: {condition}"), format!("{zh}：{condition}"));
        FieldRefusal::new(place, code, &said("en", en), &said("zh", zh))
    };
    if let Some(objection) = field.refuse_if.as_ref().filter(holds) {
        let refusal = refusal("refused", objection, "this cannot be taken", "不能接受");
        return checked.refused.push(refusal);
    }
    if let Some(objection) = field.warn_if.as_ref().filter(holds) {
        let warning = refusal(
            "warning",
            objection,
            "look at this once more and confirm it",
            "请再次确认",
        );
        checked.warned.push(warning);
    }
}

/// Not answered: absent, null, or nothing but spaces. An empty list is an answer: none of them.
fn is_unanswered(answer: &Json) -> bool {
    match answer {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn refuse_unknown(
    known: &BTreeMap<&str, usize>,
    answers: &Map<String, Json>,
    path: &str,
    refused: &mut Vec<FieldRefusal>,
) {
    if answers.len() > limits::ANSWERS_MAX {
        let max = limits::ANSWERS_MAX;
        let en = format!("at most {max} answers are taken at once");
        refused.push(FieldRefusal::new(
            path,
            "too-many",
            &en,
            &format!("一次最多提交 {max} 个答案"),
        ));
        return;
    }
    // In the order of names, so that the same answers in another order are refused in the same words.
    let names: BTreeSet<&String> = answers.keys().collect();
    for name in names {
        if !known.contains_key(name.as_str()) {
            let en = "this form has no such field";
            refused.push(FieldRefusal::new(
                &format!("{path}{name}"),
                "unknown-field",
                en,
                "表单中没有该字段",
            ));
        }
    }
}

/// Which fields are shown, in their order, and what the computed ones are worth. A field that is not shown counts as not
/// answered for the others, so all of them are asked in the order of the fields until nothing changes.
fn settle(read: &Read<'_>, asking: &Asking<'_>, around: Option<&dyn Scope>) -> Vec<bool> {
    // Always from the same beginning, so that conditions in a circle end the same way however often they are asked.
    for (field, computed) in read.form.iter().zip(&read.computed) {
        if let FieldKind::Formula(_) = field.kind {
            computed.replace(Value::Null);
        }
    }
    let always: Vec<bool> = read.form.iter().map(|field| field.show_if.is_none()).collect();
    let shown = cells_of(&always);
    let scope = FormScope {
        read,
        shown: &shown,
        asking,
        around,
    };
    for _ in 0..limits::SHOWN_PASSES_MAX {
        let mut changed = false;
        for ((field, is_shown), computed) in read.form.iter().zip(&shown).zip(&read.computed) {
            if let FieldKind::Formula(formula) = &field.kind {
                let value = fields::formula::compute(formula, &scope, &asking.at);
                changed |= computed.replace(value.clone()) != value;
            }
            let Some(condition) = &field.show_if else { continue };
            let outcome = condition.value.evaluate(&scope, &asking.at);
            let show = matches!(outcome.map(|outcome| outcome.value), Ok(Value::Bool(true)));
            changed |= is_shown.replace(show) != show;
        }
        if !changed {
            break;
        }
    }
    shown.into_iter().map(Cell::into_inner).collect()
}

fn cells_of(shown: &[bool]) -> Vec<Cell<bool>> {
    shown.iter().map(|shown| Cell::new(*shown)).collect()
}

/// Answers as they were read, before it is known which of them count. Fields are found by their name, once for all
/// formulas: a page asks at every keystroke.
struct Read<'a> {
    form: &'a [Field],
    by_name: BTreeMap<&'a str, usize>,
    /// In the order of the fields.
    parsed: Vec<Result<Value, Vec<FieldRefusal>>>,
    /// What a field is worth that was not answered, made when a formula asks for it.
    unanswered: Vec<OnceCell<Value>>,
    /// What nobody answers.
    computed: Vec<RefCell<Value>>,
}

impl<'a> Read<'a> {
    fn new(form: &'a [Field], path: &str, asking: &Asking<'_>) -> Read<'a> {
        let given = |field: &Field| fields::given(&field.kind, &format!("{path}{}", field.id), asking);
        let names = form.iter().enumerate();
        Read {
            form,
            // The first of a name counts.
            by_name: names.rev().map(|(index, field)| (field.id.as_str(), index)).collect(),
            parsed: form.iter().map(|_| Ok(Value::Null)).collect(),
            unanswered: vec![OnceCell::new(); form.len()],
            computed: form.iter().map(|field| RefCell::new(given(field))).collect(),
        }
    }

    fn put(&mut self, index: usize, typed: Result<Value, Vec<FieldRefusal>>) {
        if let Some(place) = self.parsed.get_mut(index) {
            *place = typed;
        }
    }

    /// What a field is worth in the end; whatever is wrong with it is added to `refused`.
    fn outcome(
        &self,
        index: usize,
        (is_shown, answered): (bool, bool),
        path: &str,
        refused: &mut Vec<FieldRefusal>,
    ) -> Value {
        let Some(field) = self.form.get(index) else {
            return Value::Null;
        };
        let mut refuse = |code: &str, en: &str, zh: &str| refused.push(FieldRefusal::new(path, code, en, zh));
        match (is_shown, answered, self.parsed.get(index)) {
            (false, true, _) => {
                let en = "this field is not shown with these answers, so it cannot be answered";
                refuse("not-shown", en, "按当前答案该字段不显示，不能填写");
                Value::Null
            }
            (false, false, _) => Value::Null,
            (true, true, Some(Err(wrong))) => {
                refused.extend(wrong.iter().cloned());
                fields::unanswered(&field.kind)
            }
            (true, false, _) if field.kind.asks() == Asks::Person => {
                if !field.optional || matches!(field.kind, FieldKind::Warning(_)) {
                    refuse("missing", "an answer is needed here", "此处必须填写");
                }
                fields::unanswered(&field.kind)
            }
            (true, _, _) => self.answer(index),
        }
    }

    /// Of a field that is shown.
    fn answer(&self, index: usize) -> Value {
        if let (Some(field), Some(computed)) = (self.form.get(index), self.computed.get(index))
            && field.kind.asks() == Asks::TheWorld
        {
            return computed.borrow().clone();
        }
        match self.parsed.get(index) {
            Some(Ok(value)) if !matches!(value, Value::Null) => value.clone(),
            _ => match (self.form.get(index), self.unanswered.get(index)) {
                (Some(field), Some(known)) => known.get_or_init(|| fields::unanswered(&field.kind)).clone(),
                _ => Value::Null,
            },
        }
    }
}

/// What the formulas of a form see: its own answers first, then what was captured from outside.
struct FormScope<'a> {
    read: &'a Read<'a>,
    shown: &'a [Cell<bool>],
    asking: &'a Asking<'a>,
    around: Option<&'a dyn Scope>,
}

impl FormScope<'_> {
    fn answer(&self, index: usize) -> Value {
        match self.shown.get(index).is_some_and(Cell::get) {
            true => self.read.answer(index),
            false => Value::Null,
        }
    }
}

impl Scope for FormScope<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        let own_step = self.asking.step.is_some_and(|step| step.as_str() == name);
        // What was captured from outside under the name of a field is meant by it: an input of the same name comes first.
        if !own_step
            && self.around.is_none()
            && let Some(value) = self.asking.context.get(name)
        {
            return Some(value.clone());
        }
        if let Some(index) = self.read.by_name.get(name) {
            return Some(self.answer(*index));
        }
        if let Some(around) = self.around {
            return around.get(name);
        }
        own_step.then(|| {
            let mut members = match self.asking.context.get(name) {
                Some(Value::Context(earlier)) => (**earlier).clone(),
                _ => Context::new(),
            };
            let own = self.read.form.iter().enumerate();
            members.extend(own.map(|(index, field)| (field.id.0.clone(), self.answer(index))));
            Value::Context(Arc::new(members))
        })
    }
}

/// Whether a record can be chosen for a field, as far as its `where` says.
pub fn can_be_picked(kind: &FieldKind, record: &crate::Record, around: &dyn Scope, at: &Clock) -> bool {
    match kind {
        FieldKind::Pick(pick) => fields::pick::can_be_picked(pick, record, around, at),
        _ => true,
    }
}

/// Size of all answers, as a state weighs them.
pub(crate) fn weight_bytes(checked: &Checked) -> u64 {
    checked.values.values().map(crate::state::weight_bytes).sum()
}

/// The refusal of what is too large to be kept.
pub(crate) fn too_large(field: &str) -> FieldRefusal {
    let max = limits::VALUES_BYTES_MAX / 1000;
    let en = format!("with this the values of the run would grow over {max} kB");
    FieldRefusal::new(
        field,
        "too-large",
        &en,
        &format!("加上这些内容，运行数据将超过 {max} kB"),
    )
}

/// Whether the answers contain a signature.
pub(crate) fn signs(form: &[Field], checked: &Checked) -> bool {
    form.iter().any(|field| {
        matches!(field.kind, FieldKind::Sign(_) | FieldKind::Verify(_))
            && checked
                .values
                .get(&field.id)
                .is_some_and(|value| !matches!(value, Value::Null))
    })
}

/// The verdicts of all measured and checked fields, by field.
pub(crate) fn verdicts(checked: &Checked) -> Json {
    let judged = checked.values.iter().filter_map(|(field, value)| match value {
        Value::Judged(judged) => Some((field.to_string(), serde_json::json!(judged.verdict))),
        _ => None,
    });
    Json::Object(judged.collect())
}
