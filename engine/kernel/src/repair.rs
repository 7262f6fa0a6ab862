//! What someone who supervises does by hand to a run that is stuck or went wrong: pass over a step, give the result that
//! it waits for, correct values, take the run back. Who and why is told with each.
//!
//! What was not measured never passes by any of these: a step that is passed over leaves nothing behind, a correction of a
//! measured value is judged like any other, and what nobody measured cannot be corrected into a measurement. What `set`
//! and `decide` have computed is not corrected by hand either: their inputs are, and the run is taken back to them.

use std::collections::BTreeMap;

use expression::{Scope, Type, Value, Verdict};
use language::fields::{Asks, FieldKind};
use language::model::{Field, Id};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::forms::Asking;
use crate::formula::{View, told};
use crate::interpret::Run;
use crate::program::Program;
use crate::rewind::{self, not_this_way};
use crate::state::{RUN_FRAME, RunState, Wait};
use crate::steps::{Op, call, form, wait_for};
use crate::{
    Ending, Event, Fact, FactKind, FieldRefusal, Known, Looked, Refusal, Status, asks, fields, limits, slots, tasks,
};

/// A `place` is where a run is at the same time as at others: the number that [`RunState::places`] tells. `step` is the
/// step in which it waits there, so that nothing happens to a run that has gone on meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Repair {
    /// The step, or one around it, is passed over: what it would have filled is empty.
    Skip { place: u32, step: Id },
    /// The result that the step waits for, checked like the real one: of a form its answers, of a message its members, of
    /// `call` `{outcome?, status?, values?}`, of what is asked outside what would have been answered.
    Answer {
        place: u32,
        step: Id,
        value: Json,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        button: Option<Id>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        warnings_seen: Vec<String>,
        #[serde(default, skip_serializing_if = "Known::is_empty")]
        known: Known,
    },
    /// Values by their name, `step.field` where a name alone is not unique; `null` takes an answer away. Inside a
    /// `for_each` the element is that of the place.
    Edit {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<u32>,
        values: Map<String, Json>,
        #[serde(default, skip_serializing_if = "Known::is_empty")]
        known: Known,
    },
    /// Back to before a step that was entered earlier.
    Rewind(Box<rewind::Target>),
}

/// One place at which a run waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub place: u32,
    /// The innermost step, and those around it that may be passed over with it.
    pub steps: Vec<Id>,
    /// Round of the innermost loop, from 1; 0 outside loops.
    pub round: u32,
    pub waiting: crate::Waiting,
}

/// Every place at which the run waits for something.
pub fn places(program: &Program, state: &RunState) -> Vec<Place> {
    let tokens = state.tokens.iter();
    let waiting = tokens.filter_map(|(number, token)| {
        let waiting = match token.wait {
            Wait::Group(group) => state.closing(group),
            _ => state.waiting(token),
        };
        Some(Place {
            place: *number,
            steps: program.steps_around(token.at).map(|span| span.step.clone()).collect(),
            round: token.rounds.last().copied().unwrap_or(token.outer_round),
            waiting: waiting?,
        })
    });
    waiting.collect()
}

/// The task that an answer to this place is for.
pub fn task_at(state: &RunState, place: u32) -> Option<u32> {
    match state.tokens.get(&place)?.wait {
        Wait::Task(task) => Some(task),
        _ => None,
    }
}

pub(crate) fn repair(run: &mut Run<'_>, repair: &Repair, why: &str, event: &Event) -> Result<(), Refusal> {
    let by = event.by.person.as_ref();
    match repair {
        Repair::Skip { place, step } => skip(run, *place, step, by, why),
        Repair::Answer {
            place,
            step,
            value,
            button,
            warnings_seen,
            known,
        } => {
            let sent = Sent {
                value,
                button: button.as_ref(),
                warnings_seen,
                known,
            };
            answer(run, (*place, step), &sent, why, event)
        }
        Repair::Edit { place, values, known } => Edit::of(run, *place, known, event)?.edit(run, values, why),
        Repair::Rewind(target) => rewind::rewind(run, target, why, by),
    }
}

fn no_such_place(place: u32, step: &Id) -> Refusal {
    Refusal::NoSuchPlace {
        place,
        step: step.to_string(),
    }
}

fn skip(run: &mut Run<'_>, place: u32, step: &Id, by: Option<&String>, why: &str) -> Result<(), Refusal> {
    let program = run.program;
    let token = run.state.tokens.get(&place);
    let token = token.ok_or_else(|| no_such_place(place, step))?;
    let span = program.steps_around(token.at).find(|span| span.step == *step);
    let span = span.ok_or_else(|| no_such_place(place, step))?;
    let round = run.round(place);
    run.let_go(place);
    run.skipped(place, &span.fills);
    run.out.facts.push(Fact {
        step: Some(step.clone()),
        round,
        kind: FactKind::PassedOver {
            by: by.cloned(),
            why: why.to_owned(),
        },
    });
    run.withdraw_rest_between(place, span.first, program.target(span.end));
    if let Some(token) = run.state.tokens.get_mut(&place) {
        token.rounds.truncate(span.rounds);
        token.alone.truncate(span.alone);
    }
    run.resume_at(place, span.end);
    Ok(())
}

struct Sent<'a> {
    value: &'a Json,
    button: Option<&'a Id>,
    warnings_seen: &'a [String],
    known: &'a Known,
}

fn answer(
    run: &mut Run<'_>,
    (place, step): (u32, &Id),
    sent: &Sent<'_>,
    why: &str,
    event: &Event,
) -> Result<(), Refusal> {
    let program = run.program;
    let token = run.state.tokens.get(&place);
    let token = token.filter(|_| run.step_of(place).as_ref() == Some(step));
    let token = token.ok_or_else(|| no_such_place(place, step))?;
    let wait = token.wait.clone();
    let op = program.op(token.at).map(|placed| &placed.op);
    let told = Fact {
        step: Some(step.clone()),
        round: run.round(place),
        kind: FactKind::AnsweredFor {
            by: event.by.person.clone(),
            why: why.to_owned(),
            answer: match wait {
                // Told with the answers and verdicts, as of any form.
                Wait::Task(_) => Json::Null,
                _ => sent.value.clone(),
            },
        },
    };
    let facts_before = run.out.facts.len();
    match (op, wait) {
        (Some(Op::Form(_)), Wait::Task(task)) => answer_form(run, task, sent, event)?,
        (Some(Op::WaitFor(_)), Wait::Message(_)) => {
            let members = sent.value.as_object().ok_or_else(|| object_expected(step))?;
            wait_for::answered_for(run, place, members)?;
        }
        (Some(Op::Call(_)), Wait::Call(number)) => {
            let ending = ending_of(sent.value, step)?;
            let app = run.state.calls.get(&number).map(|call| call.app.clone());
            call::ended(run, number, "", &ending)?;
            if let Some(app) = app {
                run.out.facts.insert(
                    facts_before,
                    Fact {
                        step: Some(step.clone()),
                        round: 0,
                        kind: FactKind::CallLeftRunning { app },
                    },
                );
            }
        }
        (
            Some(op @ (Op::Http(_) | Op::Run(_) | Op::Publish(_) | Op::Write(_) | Op::Print(_))),
            Wait::Ask(_) | Wait::Retry { .. } | Wait::Repair { .. },
        ) => {
            let name = match op {
                Op::Http(http) => http.slot,
                Op::Run(plugin) => plugin.slot,
                _ => None,
            };
            result_fits(program, name, step, sent.value)?;
            asks::answered_for(run, place, sent.value)
                .map_err(|failure| refused(step.as_str(), "wrong-type", &failure.message, &failure.message))?;
        }
        _ => {
            return Err(not_this_way(
                "nothing is asked here that someone could answer: retry, skip, edit values or rewind",
                "此处没有可代答的内容：请重试、跳过、修改数值或回退",
            ));
        }
    }
    run.out.facts.insert(facts_before, told);
    Ok(())
}

/// Who repairs has it in hand, whoever has reserved it; four eyes and signatures hold for them as for everyone.
fn answer_form(run: &mut Run<'_>, task: u32, sent: &Sent<'_>, event: &Event) -> Result<(), Refusal> {
    let answers = sent.value.as_object().ok_or(Refusal::OutOfPlace)?;
    let open = run.state.tasks.get_mut(&task);
    let reserved = open.and_then(|open| open.spec.reserved_by.take());
    let all = tasks::Sent {
        answers,
        button: sent.button,
        warnings_seen: sent.warnings_seen,
        known: sent.known,
    };
    let done = tasks::complete(run, task, &event.by, &all);
    if done.is_err()
        && let Some(open) = run.state.tasks.get_mut(&task)
    {
        open.spec.reserved_by = reserved;
    }
    done
}

fn refused(field: &str, code: &str, en: &str, zh: &str) -> Refusal {
    Refusal::Answers {
        fields: vec![FieldRefusal::new(field, code, en, zh)],
    }
}

fn object_expected(step: &Id) -> Refusal {
    refused(
        step.as_str(),
        "wrong-type",
        "an object with named values is expected",
        "此处应为带名称的值",
    )
}

fn ending_of(value: &Json, step: &Id) -> Result<Ending, Refusal> {
    let members = value.as_object().ok_or_else(|| object_expected(step))?;
    let wrong = |member: &str| {
        let en = "outcome is a text, status is finished, failed or cancelled, values is an object";
        refused(
            &format!("{step}.{member}"),
            "wrong-type",
            en,
            "outcome 为文本，status 为 finished、failed 或 cancelled，values 为对象",
        )
    };
    let mut ending = Ending {
        status: Status::Finished,
        outcome: None,
        values: BTreeMap::new(),
    };
    for (member, value) in members {
        match (member.as_str(), value) {
            ("outcome", Json::String(text)) => ending.outcome = Some(text.clone()),
            ("outcome", Json::Null) => {}
            ("status", Json::String(word)) => {
                ending.status = match word.as_str() {
                    "finished" => Status::Finished,
                    "failed" => Status::Failed,
                    "cancelled" => Status::Cancelled,
                    _ => return Err(wrong(member)),
                }
            }
            ("values", Json::Object(values)) => {
                ending.values = values
                    .iter()
                    .map(|(name, value)| (name.clone(), Value::from_json(value)))
                    .collect();
            }
            _ => return Err(wrong(member)),
        }
    }
    Ok(ending)
}

/// Whether a result is what the app's formulas take it for.
fn result_fits(program: &Program, slot: Option<u32>, step: &Id, value: &Json) -> Result<(), Refusal> {
    let Some(slot) = slot.and_then(|slot| program.slots.get(slot)) else {
        return Ok(());
    };
    let names = language::names_at(program.app(), &Id::new("")).names;
    match names.get(&slot.name) {
        Some(kind) if !fits(value, kind) => {
            let en = format!("this is not what {} is used as", slot.name);
            let zh = format!("与 {} 的用法不符", slot.name);
            Err(refused(step.as_str(), "wrong-type", &en, &zh))
        }
        _ => Ok(()),
    }
}

/// Whether JSON may stand for a value of this type. Nothing but null, where the type does not say.
fn fits(value: &Json, kind: &Type) -> bool {
    match (kind, value) {
        (_, Json::Null) | (Type::Any, _) => true,
        (Type::Bool, Json::Bool(_)) | (Type::Number, Json::Number(_)) | (Type::Text, Json::String(_)) => true,
        (Type::OneOf(words), Json::String(word)) => words.iter().any(|known| **known == **word),
        (Type::List(inner), Json::Array(items)) => items.iter().all(|item| fits(item, inner)),
        (Type::Context(members), Json::Object(given)) => given
            .iter()
            .all(|(name, value)| members.get(name.as_str()).is_none_or(|kind| fits(value, kind))),
        _ => false,
    }
}

// --- values

/// What may be corrected, and where it is asked.
enum Correctable<'p> {
    Field {
        form: &'p form::Op,
        field: &'p Field,
        slot: u32,
    },
    Input {
        field: &'p Field,
        slot: u32,
    },
    Result {
        slot: u32,
    },
}

/// Which fields a correction asks about, by the names that it uses: what has to be looked up for it.
pub(crate) fn edited_fields<'p>(program: &'p Program, values: &Map<String, Json>) -> Vec<(String, &'p Field)> {
    let fields = values.keys().filter_map(|name| {
        let field = match find(program, name)? {
            Correctable::Field { field, .. } | Correctable::Input { field, .. } => field,
            Correctable::Result { .. } => return None,
        };
        Some((name.clone(), field))
    });
    fields.collect()
}

fn find<'p>(program: &'p Program, name: &str) -> Option<Correctable<'p>> {
    for (_, placed) in program.ops() {
        let Op::Form(form) = &placed.op else { continue };
        for (id, slot) in &form.slots.fields {
            let known = program.slots.get(*slot)?;
            let full = name
                .strip_prefix(form.step.as_str())
                .and_then(|rest| rest.strip_prefix('.'));
            if *known.name == *name || full == Some(id.as_str()) {
                let field = form.fields.iter().find(|field| field.id == *id)?;
                return Some(Correctable::Field {
                    form,
                    field,
                    slot: *slot,
                });
            }
        }
    }
    let id = Id::new(name);
    let slot = program.slots.shared(&id)?;
    if let Some(field) = program.app().inputs.iter().find(|input| input.id == id) {
        return Some(Correctable::Input { field, slot });
    }
    let answered = program.ops().any(|(_, placed)| match &placed.op {
        Op::Http(http) => http.slot == Some(slot),
        Op::Run(plugin) => plugin.slot == Some(slot),
        _ => false,
    });
    answered.then_some(Correctable::Result { slot })
}

/// A correction: all of it or nothing.
struct Edit<'e> {
    frame: u32,
    known: &'e Known,
    event: &'e Event,
    why: String,
    changed: Vec<Changed>,
}

struct Changed {
    name: String,
    step: Option<Id>,
    home: u32,
    slot: u32,
    rounds: Option<(u32, Id)>,
    value: Value,
}

impl<'e> Edit<'e> {
    fn of(run: &Run<'_>, place: Option<u32>, known: &'e Known, event: &'e Event) -> Result<Edit<'e>, Refusal> {
        let frame = match place {
            None => RUN_FRAME,
            Some(place) => {
                let token = run.state.tokens.get(&place);
                token.ok_or_else(|| no_such_place(place, &Id::new("")))?.frame
            }
        };
        Ok(Edit {
            frame,
            known,
            event,
            why: String::new(),
            changed: Vec::new(),
        })
    }

    fn edit(mut self, run: &mut Run<'_>, values: &Map<String, Json>, why: &str) -> Result<(), Refusal> {
        self.why = why.to_owned();
        if values.is_empty() || values.len() > limits::ANSWERS_MAX {
            return Err(Refusal::OutOfPlace);
        }
        let mut wrong = Vec::new();
        let mut forms: Vec<&form::Op> = Vec::new();
        // Measurements last: they may be judged by another answer that is corrected with them.
        let mut in_order: Vec<(&String, &Json)> = values.iter().collect();
        let program = run.program;
        in_order.sort_by_key(|(name, _)| {
            matches!(find(program, name), Some(Correctable::Field { field, .. }) if matches!(field.kind, FieldKind::Measure(_)))
        });
        for (name, answer) in in_order {
            let Some(known) = find(program, name) else {
                let en = "no answer or result of this run has this name; what is computed is corrected by correcting what \
                          it is computed from";
                let zh = "运行中没有此名称的答案或结果；计算出的值请修改其来源";
                wrong.push(FieldRefusal::new(name, "not-editable", en, zh));
                continue;
            };
            match self.one(run, name, &known, answer) {
                Ok(changed) => self.changed.push(changed),
                Err(mut refused) => wrong.append(&mut refused),
            }
            if let Correctable::Field { form, .. } = known
                && !forms.iter().any(|other| other.step == form.step)
            {
                forms.push(form);
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::Answers { fields: wrong });
        }
        let more: u64 = self
            .changed
            .iter()
            .map(|changed| crate::state::weight_bytes(&changed.value))
            .sum();
        if !run.has_room(2 * more) {
            return Err(Refusal::Answers {
                fields: vec![crate::forms::too_large("")],
            });
        }
        let changed = std::mem::take(&mut self.changed);
        for changed in changed {
            self.write(run, changed, Some(why));
        }
        for form in forms {
            self.recompute(run, form);
        }
        refresh_tasks(run);
        Ok(())
    }

    fn one(
        &self,
        run: &Run<'_>,
        name: &str,
        known: &Correctable<'_>,
        answer: &Json,
    ) -> Result<Changed, Vec<FieldRefusal>> {
        let refuse = |code: &str, en: &str, zh: &str| vec![FieldRefusal::new(name, code, en, zh)];
        let slot = match known {
            Correctable::Field { slot, .. } | Correctable::Input { slot, .. } | Correctable::Result { slot } => *slot,
        };
        let home = slots::home(run.state, &run.program.slots, self.frame, slot);
        let around = run.program.slots.get(slot).and_then(|slot| slot.around.last());
        let here = run.state.frames.get(&home).and_then(|frame| frame.of);
        if around.copied() != here {
            return Err(refuse(
                "not-editable",
                "this belongs to one element of a loop: say at which place",
                "该值属于循环中的一个元素：请指明位置",
            ));
        }
        let old = run.state.frames.get(&home).and_then(|frame| frame.values.get(&slot));
        let (value, step, rounds) = match known {
            Correctable::Field { form, field, .. } => {
                let value = self.field(run, name, Some(form), field, old, answer)?;
                let rounds = form.slots.rounds.map(|rounds| (rounds, field.id.clone()));
                (value, Some(form.step.clone()), rounds)
            }
            Correctable::Input { field, .. } => (self.field(run, name, None, field, old, answer)?, None, None),
            Correctable::Result { .. } => {
                if result_fits(run.program, Some(slot), &Id::new(name), answer).is_err() {
                    return Err(refuse(
                        "wrong-type",
                        "this is not what the app uses it as",
                        "与应用中的用法不符",
                    ));
                }
                (Value::from_json(answer), None, None)
            }
        };
        if crate::state::nesting(&value) > limits::NESTING_MAX {
            return Err(refuse("too-deep", "this is nested too deep", "嵌套过深"));
        }
        Ok(Changed {
            name: name.to_owned(),
            step,
            home,
            slot,
            rounds,
            value,
        })
    }

    /// An answer, as its field means it. A verdict is made, never typed; and it is made only of what was measured.
    fn field(
        &self,
        run: &Run<'_>,
        name: &str,
        form: Option<&form::Op>,
        field: &Field,
        old: Option<&Value>,
        answer: &Json,
    ) -> Result<Value, Vec<FieldRefusal>> {
        let refuse = |code: &str, en: &str, zh: &str| vec![FieldRefusal::new(name, code, en, zh)];
        let by_hand = field.kind.asks() == Asks::Person
            && !matches!(
                field.kind,
                FieldKind::Sign(_) | FieldKind::Verify(_) | FieldKind::Warning(_) | FieldKind::Gauge(_)
            )
            && !field.kind.below().iter().any(|field| is_judged(&field.kind));
        if !by_hand {
            let en = "this cannot be corrected by hand: take the run back to its step";
            return Err(refuse("not-editable", en, "此项不能手工修改：请回退到该步骤"));
        }
        if !was_judged(field, old, answer) {
            let en = "this was not measured, so there is nothing to correct: take the run back to its step";
            return Err(refuse("not-measured", en, "未测量，无可修改：请回退到该步骤"));
        }
        if matches!(answer, Json::Null) {
            if !field.optional {
                return Err(refuse("missing", "an answer is needed here", "此处必须填写"));
            }
            return Ok(fields::unanswered(&field.kind));
        }
        let around = Around {
            edit: self,
            run,
            form,
            own: None,
        };
        let none = BTreeMap::new();
        let asking = Asking {
            step: form.map(|form| &form.step),
            context: &none,
            at: run.clock,
            person: self.event.by.person.as_deref(),
            known: Looked::Up(self.known),
        };
        let warned = std::cell::RefCell::default();
        let place = fields::Place {
            path: name,
            asking: &asking,
            around: &around,
            warned: &warned,
        };
        let value = fields::accept(field, answer, &place)?;
        let with_it = Around {
            own: Some((&field.id, &value)),
            ..around
        };
        if let Some(objection) = &field.refuse_if {
            let outcome = objection.condition.value.evaluate(&with_it, &run.clock);
            if matches!(outcome.map(|outcome| outcome.value), Ok(Value::Bool(true))) {
                let condition = objection.condition.value.source();
                let (en, zh) = (
                    format!("this cannot be taken: {condition}"),
                    format!("不能接受：{condition}"),
                );
                return Err(refuse("refused", &en, &zh));
            }
        }
        Ok(value)
    }

    fn write(&self, run: &mut Run<'_>, changed: Changed, why: Option<&str>) {
        let Changed {
            name,
            step,
            home,
            slot,
            rounds,
            value,
        } = changed;
        let new = told(&value);
        let before = run.put(home, slot, value.clone()).unwrap_or(Value::Null);
        let old = told(&before);
        if let Some((rounds, field)) = rounds {
            in_last_round(run, rounds, &field, &before, &value);
        }
        run.out.facts.push(Fact {
            step,
            round: 0,
            kind: match why {
                Some(why) => FactKind::ValueEdited {
                    name,
                    old,
                    new,
                    by: self.event.by.person.clone(),
                    why: why.to_owned(),
                },
                None => FactKind::ValueRecomputed { name, old, new },
            },
        });
    }

    /// The computed fields of a form, until nothing changes any more.
    fn recompute(&self, run: &mut Run<'_>, form: &form::Op) {
        for _ in 0..limits::SHOWN_PASSES_MAX {
            let mut changed = Vec::new();
            for (id, slot) in &form.slots.fields {
                let field = form.fields.iter().find(|field| field.id == *id);
                let Some(FieldKind::Formula(formula)) = field.map(|field| &field.kind) else {
                    continue;
                };
                let home = slots::home(run.state, &run.program.slots, self.frame, *slot);
                let Some(old) = run.state.frames.get(&home).and_then(|frame| frame.values.get(slot)) else {
                    continue;
                };
                let around = Around {
                    edit: self,
                    run,
                    form: Some(form),
                    own: None,
                };
                let value = fields::formula::compute(formula, &around, &run.clock);
                // What was empty because the field was not shown stays so.
                if *old != value && !matches!(old, Value::Null) {
                    changed.push(Changed {
                        name: id.to_string(),
                        step: Some(form.step.clone()),
                        home,
                        slot: *slot,
                        rounds: form.slots.rounds.map(|rounds| (rounds, id.clone())),
                        value,
                    });
                }
            }
            if changed.is_empty() {
                return;
            }
            for changed in changed {
                self.write(run, changed, None);
            }
        }
    }
}

fn is_judged(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Measure(_) | FieldKind::Check(_) | FieldKind::Gauge(_) | FieldKind::Signal(_)
    )
}

/// Whether a field that is judged was, in as many samples as are given now: what nobody measured is not made up.
fn was_judged(field: &Field, old: Option<&Value>, answer: &Json) -> bool {
    if !is_judged(&field.kind) {
        return true;
    }
    let Some(Value::Judged(judged)) = old else { return false };
    match &field.kind {
        FieldKind::Measure(_) => {
            let taken = match judged.details.get("samples") {
                Some(Value::List(samples)) => samples.len(),
                _ => 0,
            };
            let given = answer.as_array().map_or(1, Vec::len);
            taken > 0 && given <= taken
        }
        _ => judged.verdict != Verdict::Undefined,
    }
}

/// The same value among the rounds of its step: the newest that was the same.
fn in_last_round(run: &mut Run<'_>, rounds: u32, field: &Id, before: &Value, value: &Value) {
    let Some(Value::List(all)) = run
        .state
        .frames
        .get(&RUN_FRAME)
        .and_then(|frame| frame.values.get(&rounds))
        .cloned()
    else {
        return;
    };
    let mut all = (*all).clone();
    for round in all.iter_mut().rev() {
        let Value::Context(members) = round else { continue };
        if members.get(field.as_str()) == Some(before) {
            let mut members = (**members).clone();
            members.insert(field.0.clone(), value.clone());
            *round = Value::Context(members.into());
            run.put(RUN_FRAME, rounds, Value::List(all.into()));
            return;
        }
    }
}

/// What a corrected answer sees: the other answers of its form as they are, then what the form reads from outside.
struct Around<'a, 'r> {
    edit: &'a Edit<'a>,
    run: &'a Run<'r>,
    form: Option<&'a form::Op>,
    own: Option<(&'a Id, &'a Value)>,
}

impl Scope for Around<'_, '_> {
    fn get(&self, name: &str) -> Option<Value> {
        let form = self.form?;
        if let Some((id, value)) = self.own
            && id.as_str() == name
        {
            return Some(value.clone());
        }
        if let Some((_, slot)) = form.slots.fields.iter().find(|(id, _)| id.as_str() == name) {
            let earlier = self.edit.changed.iter().find(|changed| changed.slot == *slot);
            let value = match earlier {
                Some(changed) => Some(changed.value.clone()),
                None => slots::read(self.run.state, &self.run.program.slots, self.edit.frame, *slot).cloned(),
            };
            return Some(value.unwrap_or(Value::Null));
        }
        let view = View {
            state: self.run.state,
            slots: &self.run.program.slots,
            frame: self.edit.frame,
            names: &form.context,
            first: None,
        };
        view.get(name)
    }
}

/// Open forms show what has changed around them.
pub(crate) fn refresh_tasks(run: &mut Run<'_>) {
    let open: Vec<(u32, u32)> = run.state.tasks.iter().map(|(task, open)| (*task, open.token)).collect();
    for (number, token) in open {
        let op = run.state.tokens.get(&token).and_then(|token| run.program.op(token.at));
        let Some(Op::Form(form)) = op.map(|placed| &placed.op) else {
            continue;
        };
        let context = tasks::context(run, token, form);
        // What cannot be computed any more is shown as it was.
        let show = form.shown(run, token).ok();
        let not_by = form.people_excluded(run);
        let Some(task) = run.state.tasks.get_mut(&number) else {
            continue;
        };
        let mut spec = task.spec.clone();
        spec.context = context;
        spec.show = show.unwrap_or(spec.show);
        spec.not_by = not_by;
        if spec == task.spec {
            continue;
        }
        let before = std::mem::replace(&mut task.spec, spec.clone());
        before.context.values().for_each(|value| run.lighter(value));
        spec.context.values().for_each(|value| run.heavier(value));
        run.effect(crate::Effect::UpdateTask(spec));
    }
}
