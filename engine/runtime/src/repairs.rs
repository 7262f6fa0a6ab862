//! What someone who supervises does by hand to a run: each with a reason, in the run's journal, shown before it is done
//! where it takes something back.

use crate::batch::Batch;
use crate::command::{Command, Reply};
use crate::commands::actor;
use crate::engine::Engine;
use crate::moves::with_kernels_words;
use crate::past::Past;
use crate::requests::Caller;
use crate::views::{ListOf, RunView, TimelineEntry};
use crate::{Error, bodies, limits};
use kernel::rewind::Target;
use kernel::{Event, EventKind, FactKind, Refusal, Repair, RunState};
use language::model::Id;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::rows::RunId;

/// Where, why, and as what the caller saw the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Mended {
    pub run: RunId,
    pub why: String,
    /// Refused when the run has moved on from this entry of its journal.
    pub seq: Option<u64>,
}

/// The step that is passed over: the one in which the run waits at this place, or one around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Skip {
    pub place: u32,
    pub step: String,
}

/// What a step waits for, as [`kernel::Repair::Answer`] says.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerFor {
    pub place: u32,
    pub step: String,
    pub value: Value,
    pub button: Option<String>,
    pub warnings_seen: Vec<String>,
}

/// Values by name; of an element of a `for_each` with the place that is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct EditValues {
    pub place: Option<u32>,
    pub values: Map<String, Value>,
}

/// A step that was entered: the entry of the journal, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RewindTo {
    pub seq: u64,
    pub op: u32,
}

impl std::fmt::Display for RewindTo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.seq, self.op)
    }
}

impl std::str::FromStr for RewindTo {
    type Err = ();
    fn from_str(text: &str) -> Result<RewindTo, ()> {
        let (seq, op) = text.split_once('.').ok_or(())?;
        Ok(RewindTo {
            seq: seq.parse().map_err(drop)?,
            op: op.parse().map_err(drop)?,
        })
    }
}

/// One place to which a run can be taken back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    pub to: RewindTo,
    pub step: String,
    /// Of the step, by language tag.
    pub title: Vec<(String, String)>,
    /// Round of the innermost loop, from 1; 0 outside loops.
    pub round: u32,
    pub at_ms: i64,
    /// Who has made the run go there.
    pub person: Option<String>,
}

/// What would happen if the run were taken back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RewindPreview {
    pub place: Place,
    /// As of this entry of the journal.
    pub seq: u64,
    /// Steps whose `undo` is done first, in this order.
    pub undoing: Vec<String>,
    /// Tasks that are closed: the step and who has it in hand.
    pub closed: Vec<(String, Option<String>)>,
    /// What is asked outside and not waited for any more, by step.
    pub not_waited_for: Vec<String>,
    /// Apps of called runs that go on by themselves.
    pub left_running: Vec<String>,
    pub released: Vec<String>,
    pub held_again: Vec<String>,
    /// Steps that people have done since, and who: they are asked again.
    pub again: Vec<(String, Option<String>)>,
    pub stays: Stays,
}

/// What was done since and cannot be taken back.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stays {
    /// Records that were saved or removed: table and key.
    pub records: Vec<(String, String)>,
    pub numbers: Vec<String>,
    pub messages: Vec<String>,
    /// Steps that have done something outside, and their word.
    pub asked: Vec<(String, String)>,
    /// How many messages went to people.
    pub told: u32,
}

/// A repair on its way to the writer.
#[derive(Clone)]
pub(crate) struct Repairing {
    pub(crate) run: RunId,
    pub(crate) why: String,
    pub(crate) seq: Option<u64>,
    pub(crate) repair: Repair,
}

impl Repairing {
    /// What the caller has asked for, to know it again.
    pub(crate) fn asked(&self) -> Value {
        let repair = match &self.repair {
            // The state follows from the place.
            Repair::Rewind(target) => json!(["rewind", target.seq, target.op]),
            other => json!(other),
        };
        json!([self.run, self.why, repair])
    }
}

impl Engine {
    /// Passes over a step; what it would have filled is empty.
    pub async fn skip_step(&self, mended: Mended, skip: Skip, caller: &Caller) -> Result<RunView, Error> {
        let repair = Repair::Skip {
            place: skip.place,
            step: Id::new(&skip.step),
        };
        self.repair(mended, repair, 0, caller).await
    }

    /// Gives the result that a step waits for, checked like the real one.
    pub async fn answer_for(&self, mended: Mended, answer: AnswerFor, caller: &Caller) -> Result<RunView, Error> {
        bodies::check_value("an answer", &answer.value)?;
        let bytes = answer.value.to_string().len();
        let repair = Repair::Answer {
            place: answer.place,
            step: Id::new(&answer.step),
            value: answer.value,
            button: answer.button.as_deref().map(Id::new),
            warnings_seen: answer.warnings_seen,
            known: kernel::Known::default(),
        };
        self.repair(mended, repair, bytes, caller).await
    }

    /// Corrects values; verdicts are made anew.
    pub async fn edit_values(&self, mended: Mended, edit: EditValues, caller: &Caller) -> Result<RunView, Error> {
        let bytes = bodies::check_body("values", &edit.values)?;
        let repair = Repair::Edit {
            place: edit.place,
            values: edit.values,
            known: kernel::Known::default(),
        };
        self.repair(mended, repair, bytes, caller).await
    }

    /// The steps to which the run can be taken back, the newest first.
    pub async fn rewind_places(&self, run: RunId) -> Result<ListOf<Place>, Error> {
        let past = Past::of(self.shared(), run).await?;
        let mut steps = past.steps(limits::REWIND_PLACES_MAX).await?;
        steps.reverse();
        let items = steps.into_iter().map(|step| place(&past, step)).collect();
        Ok(ListOf { items, next: None })
    }

    /// What taking the run back would do; nothing is done.
    pub async fn rewind_preview(&self, run: RunId, to: RewindTo) -> Result<RewindPreview, Error> {
        let past = Past::of(self.shared(), run).await?;
        let (target, place, since) = target(&past, to).await?;
        let now = past.state()?;
        let mut after = now.clone();
        let event = Event {
            at: self.now(),
            zone: self.shared().zone.at(self.now()),
            by: kernel::Actor {
                person: None,
                via: "preview".to_owned(),
                confirmed: None,
            },
            kind: EventKind::Repaired {
                why: String::new(),
                repair: Box::new(Repair::Rewind(Box::new(target.clone()))),
            },
        };
        let advance = kernel::advance(&past.compiled.program, &mut after, &event)?;
        Ok(preview(
            place,
            past.row.seq,
            &now,
            &target.state,
            &advance.facts,
            &since,
        ))
    }

    /// Takes the run back to before a step.
    pub async fn rewind(&self, mended: Mended, to: RewindTo, caller: &Caller) -> Result<RunView, Error> {
        let mut tries = 0;
        loop {
            let past = Past::of(self.shared(), mended.run).await?;
            if let Some(named) = mended.seq
                && named != past.row.seq
            {
                let now = past.row.seq;
                return Err(Error::RunMoved { named, now });
            }
            let (target, ..) = target(&past, to).await?;
            let asked = Mended {
                seq: Some(past.row.seq),
                ..mended.clone()
            };
            let bytes = past.row.state.len();
            tries += 1;
            match self
                .repair(asked, Repair::Rewind(Box::new(target)), bytes, caller)
                .await
            {
                // Somebody was quicker: from where the run is now.
                Err(Error::RunMoved { .. }) if mended.seq.is_none() && tries < limits::REWIND_TRIES_MAX => {}
                done => return done,
            }
        }
    }

    async fn repair(&self, mended: Mended, repair: Repair, bytes: usize, caller: &Caller) -> Result<RunView, Error> {
        bodies::check_text("reason", &mended.why, limits::REASON_CHARACTERS_MAX)?;
        if mended.why.trim().is_empty() {
            return Err(Error::Invalid("a repair needs a reason".to_owned()));
        }
        let command = Command::Repair(Box::new(Repairing {
            run: mended.run,
            why: mended.why,
            seq: mended.seq,
            repair,
        }));
        match self.submit(command, caller, bytes).await? {
            Reply::Run(run) => Ok(*run),
            other => Err(crate::engine::unexpected(&other)),
        }
    }
}

fn place(past: &Past<'_>, step: crate::past::Step) -> Place {
    Place {
        to: RewindTo {
            seq: step.seq,
            op: step.entered.op,
        },
        title: title_of(&past.compiled.app.steps, &step.entered.step),
        step: step.entered.step.to_string(),
        round: step.entered.round,
        at_ms: step.at_ms,
        person: step.person,
    }
}

/// As it is written, without values; by language tag, the default first.
pub(crate) fn title_of(steps: &[language::model::Step], id: &Id) -> Vec<(String, String)> {
    for step in steps {
        if step.id == *id {
            let title = &step.title;
            let mut all = vec![("und".to_owned(), title.default.source().to_owned())];
            let others = title.by_language.iter();
            all.extend(others.map(|(tag, text)| (tag.clone(), text.source().to_owned())));
            return all;
        }
        for block in step.blocks() {
            let found = title_of(block.steps, id);
            if !found.is_empty() {
                return found;
            }
        }
    }
    Vec::new()
}

/// The run as it was there; refused when the run is not on that way any more.
async fn target(past: &Past<'_>, to: RewindTo) -> Result<(Target, Place, Vec<TimelineEntry>), Error> {
    if past.row.ended_at_ms.is_some() {
        return Err(Refusal::RunEnded.into());
    }
    let steps = past.steps(limits::REWIND_PLACES_MAX).await?;
    let found = steps
        .into_iter()
        .find(|step| (step.seq, step.entered.op) == (to.seq, to.op));
    let step = found.ok_or_else(|| Error::NotFound {
        what: "place to go back to",
        id: to.to_string(),
        nearest: None,
    })?;
    let (state, since) = past.before(to.seq, to.op).await?;
    let target = Target {
        seq: to.seq,
        op: to.op,
        step: step.entered.step.clone(),
        state,
    };
    Ok((target, place(past, step), since))
}

fn preview(
    place: Place,
    seq: u64,
    now: &RunState,
    then: &RunState,
    told: &[kernel::Fact],
    since: &[TimelineEntry],
) -> RewindPreview {
    let step = |fact: &kernel::Fact| fact.step.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut preview = RewindPreview {
        place,
        seq,
        undoing: Vec::new(),
        closed: Vec::new(),
        not_waited_for: Vec::new(),
        left_running: Vec::new(),
        released: missing(now.holds(), then.holds()),
        held_again: missing(then.holds(), now.holds()),
        again: Vec::new(),
        stays: Stays::default(),
    };
    for fact in told {
        match &fact.kind {
            FactKind::Undoing { steps } => preview.undoing.extend(steps.iter().map(ToString::to_string)),
            FactKind::TaskWithdrawn { task } => {
                let open = now.tasks().find(|open| open.task == *task);
                let by = open.and_then(|open| open.reserved_by.clone());
                preview.closed.push((step(fact), by));
            }
            FactKind::AskWithdrawn { .. } => preview.not_waited_for.push(step(fact)),
            FactKind::CallLeftRunning { app } => preview.left_running.push(app.to_string()),
            _ => {}
        }
    }
    for fact in since.iter().flat_map(|entry| &entry.facts) {
        let stays = &mut preview.stays;
        match &fact.kind {
            FactKind::TaskCompleted { person, .. } => preview.again.push((step(fact), person.clone())),
            FactKind::Saved { table, key, .. } | FactKind::Removed { table, key } => {
                stays.records.push((table.to_string(), key.clone()));
            }
            FactKind::NumberTaken { number, .. } => stays.numbers.push(number.clone()),
            FactKind::Emitted { name, .. } => stays.messages.push(name.clone()),
            FactKind::Asked { word, .. } => stays.asked.push((step(fact), word.clone())),
            FactKind::Told { .. } => stays.told += 1,
            _ => {}
        }
    }
    preview
}

fn missing(from: &[String], others: &[String]) -> Vec<String> {
    from.iter().filter(|one| !others.contains(one)).cloned().collect()
}

impl Batch<'_> {
    pub(crate) async fn repair(&mut self, repairing: &Repairing, caller: &Caller) -> Result<Reply, Error> {
        caller.may_intervene()?;
        let run = repairing.run;
        let loaded = self.run(run).await?;
        let now = loaded.row.seq;
        if let Some(named) = repairing.seq
            && named != now
        {
            return Err(Error::RunMoved { named, now });
        }
        let compiled = loaded.compiled()?;
        let mut kind = EventKind::Repaired {
            why: repairing.why.clone(),
            repair: Box::new(repairing.repair.clone()),
        };
        let needs = kernel::needs(&compiled.program, &self.known_run(run).state, &kind);
        if !needs.is_empty() {
            let app = self.known_run(run).row.app.clone();
            let looked_up = self.look_up(&app, &compiled.program, &needs).await?;
            if let EventKind::Repaired { repair, .. } = &mut kind
                && let Repair::Answer { known, .. } | Repair::Edit { known, .. } = &mut **repair
            {
                *known = looked_up;
            }
        }
        self.check_answer(run, &kind, caller)?;
        self.move_run(run, kind, actor(caller)).await?;
        Ok(Reply::Run(Box::new(self.known_run(run).view())))
    }

    /// A form that is answered for is checked as when it is answered: by its schema, and with its signature.
    fn check_answer(&mut self, run: RunId, kind: &EventKind, caller: &Caller) -> Result<(), Error> {
        let EventKind::Repaired { repair, .. } = kind else {
            return Ok(());
        };
        let Repair::Answer {
            place,
            step,
            value: Value::Object(answers),
            button,
            ..
        } = &**repair
        else {
            return Ok(());
        };
        let loaded = self.known_run(run);
        let compiled = loaded.compiled()?;
        let Some(task) = kernel::repair::task_at(&loaded.state, *place) else {
            return Ok(());
        };
        let Some(spec) = loaded
            .tasks
            .get(&task)
            .map(|open| &open.spec)
            .filter(|spec| spec.step == *step)
        else {
            return Ok(());
        };
        let mut answers = answers.clone();
        if let (Some(button), Some(form)) = (button, compiled.asked(step)) {
            let pressed = kernel::forms::press(&form.buttons, button, &mut answers);
            pressed.map_err(|refused| Refusal::Answers { fields: vec![refused] })?;
        }
        let unconfirmed = caller.must_confirm() && (spec.sign.is_some() || compiled.signs(step, &answers));
        let wrong = compiled.form(step).map(|checker| checker.refusals(&mut answers));
        let wrong = wrong.unwrap_or_default();
        if wrong.is_empty() {
            return if unconfirmed {
                Err(Error::SignatureNeeded)
            } else {
                Ok(())
            };
        }
        let event = Event {
            at: self.now,
            zone: self.zone,
            by: actor(caller),
            kind: kind.clone(),
        };
        let mut scratch = self.known_run(run).state.clone();
        Err(with_kernels_words(&compiled.program, &mut scratch, &event, wrong))
    }
}
