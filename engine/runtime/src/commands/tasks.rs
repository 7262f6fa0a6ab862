//! What people do with tasks: take, give back, type, complete.

use super::actor;
use crate::batch::Batch;
use crate::command::Reply;
use crate::moves::{guarded, with_kernels_words};
use crate::requests::{Caller, Complete, SaveDraft, TaskRef};
use crate::views::DraftView;
use crate::{Error, last};
use kernel::{Event, EventKind, Refusal, TaskSpec};
use language::model::Id;
use language::steps::Give;
use serde_json::{Map, Value};
use std::sync::Arc;
use store::rows::{DraftRow, Write};

impl Batch<'_> {
    /// Who supervises takes a task from who has reserved it; both is in the journal.
    pub(super) async fn claim(&mut self, task: &TaskRef, caller: &Caller) -> Result<Reply, Error> {
        let person = caller.person.as_ref().ok_or(Refusal::PersonMissing)?;
        let open = self.open_task(task, caller).await?;
        let takes_over = |other: &String| caller.takes_over() || caller.is_or_stands_for(other);
        let others = |spec: &TaskSpec| {
            spec.reserved_by
                .as_ref()
                .is_some_and(|other| other != person && takes_over(other))
        };
        // What was delegated goes back from one to the other.
        let mut returns = open.handling.delegated_by.len() + 1;
        while returns > 0
            && self
                .known_run(task.run)
                .tasks
                .get(&task.task)
                .is_some_and(|open| others(&open.spec))
        {
            let returned = EventKind::TaskReturned { task: task.task };
            self.move_run(task.run, returned, actor(caller)).await?;
            returns -= 1;
        }
        self.change_task(task, EventKind::TaskClaimed { task: task.task }, caller)
            .await
    }

    pub(super) async fn give_back(&mut self, task: &TaskRef, caller: &Caller) -> Result<Reply, Error> {
        let open = self.open_task(task, caller).await?;
        if caller.may_intervene().is_err() {
            not_anothers(open, caller)?;
        }
        self.change_task(task, EventKind::TaskReturned { task: task.task }, caller)
            .await
    }

    /// Only after [`Batch::open_task`].
    pub(super) async fn change_task(
        &mut self,
        task: &TaskRef,
        kind: EventKind,
        caller: &Caller,
    ) -> Result<Reply, Error> {
        self.move_run(task.run, kind, actor(caller)).await?;
        let view = self.known_run(task.run).task_view(task.task);
        let view = view.ok_or(Refusal::NoSuchTask { task: task.task })?;
        Ok(Reply::Task(Box::new(view)))
    }

    /// The task as it stands, when it is open, the caller saw it so, and may act on it.
    pub(super) async fn open_task(&mut self, task: &TaskRef, caller: &Caller) -> Result<&TaskSpec, Error> {
        let loaded = self.run(task.run).await?;
        let Some(open) = loaded.tasks.get(&task.task) else {
            return Err(match loaded.has_ended() {
                true => Refusal::RunEnded.into(),
                false => Refusal::NoSuchTask { task: task.task }.into(),
            });
        };
        let site = match &loaded.compiled {
            Ok(compiled) => Arc::clone(compiled.program.site()),
            Err(_) => Arc::default(),
        };
        caller.may_act_on(&open.spec, &site)?;
        match task.version {
            Some(named) if named != open.version => Err(Error::Stale {
                named,
                now: open.version,
            }),
            _ => Ok(&open.spec),
        }
    }

    pub(super) async fn save_draft(&mut self, draft: &SaveDraft, caller: &Caller) -> Result<Reply, Error> {
        let task = TaskRef {
            version: None,
            ..draft.task.clone()
        };
        let open = self.open_task(&task, caller).await?;
        if !open
            .handling
            .helpers
            .iter()
            .any(|helper| caller.is_or_stands_for(helper))
        {
            not_anothers(open, caller)?;
        }
        let now = self.draft(task.run, task.task).await?.map_or(0, |kept| kept.version);
        if let Some(named) = draft.draft_version
            && named != now
        {
            return Err(Error::StaleDraft { named, now });
        }
        self.put_draft(&draft.task, &draft.answers, now + 1, caller);
        Ok(Reply::Draft(Box::new(DraftView {
            version: now + 1,
            person: caller.person.clone(),
            at_ms: self.now.0,
            answers: draft.answers.clone(),
        })))
    }

    pub(super) fn put_draft(&mut self, task: &TaskRef, answers: &Map<String, Value>, version: u32, caller: &Caller) {
        self.push(Write::PutDraft(DraftRow {
            run: task.run,
            task: task.task,
            person: caller.person.clone(),
            version,
            at_ms: self.now.0,
            // A map with text keys is JSON.
            body: serde_json::to_vec(answers).expect("answers are JSON"),
        }));
    }

    /// Refused answers, and a signature that is not confirmed, leave the task open, and what was typed as its draft.
    pub(super) async fn complete(&mut self, answer: &Complete, caller: &Caller) -> Result<Result<Reply, Error>, Error> {
        let task = &answer.task;
        let spec = self.open_task(task, caller).await?;
        let names_a_person = !spec.not_by.is_empty() || spec.sign.is_some() || spec.reserved_by.is_some();
        if names_a_person && caller.person.is_none() {
            return Err(Refusal::PersonMissing.into());
        }
        let (step, signed) = (spec.step.clone(), spec.sign.is_some());
        let is_noted = spec.handling.give == Give::LastDone;
        let mut answers = answer.answers.clone();
        let compiled = self.known_run(task.run).compiled()?;
        let button = answer.button.as_deref().map(|button| Id(button.into()));
        if let (Some(button), Some(form)) = (&button, compiled.asked(&step)) {
            let pressed = kernel::forms::press(&form.buttons, button, &mut answers);
            pressed.map_err(|refused| Refusal::Answers { fields: vec![refused] })?;
        }
        let unconfirmed = caller.must_confirm() && (signed || compiled.signs(&step, &answers));
        let wrong = compiled.form(&step).map(|checker| checker.refusals(&mut answers));
        let wrong = wrong.unwrap_or_default();
        let last = last::of_fields(compiled.fields(&step).unwrap_or_default(), &answers);
        let mut kind = EventKind::TaskCompleted {
            task: task.task,
            answers,
            button,
            warnings_seen: answer.warnings_seen.clone(),
            known: kernel::Known::default(),
        };
        let needs = {
            let loaded = self.known_run(task.run);
            kernel::needs(&compiled.program, &loaded.state, &kind)
        };
        if !needs.is_empty() || !answer.verified.is_empty() {
            let app = self.known_run(task.run).row.app.clone();
            let mut looked_up = self.look_up(&app, &compiled.program, &needs).await?;
            looked_up.verified.clone_from(&answer.verified);
            if let EventKind::TaskCompleted { known, .. } = &mut kind {
                *known = looked_up;
            }
        }
        let done = if wrong.is_empty() && !unconfirmed {
            self.move_run(task.run, kind, actor(caller)).await
        } else {
            let event = Event {
                at: self.now,
                zone: self.zone,
                by: actor(caller),
                kind,
            };
            let mut scratch = self.known_run(task.run).state.clone();
            // What is wrong with the answers is said first: nobody signs what is refused.
            Err(if wrong.is_empty() {
                let checked = guarded(&compiled.program, &mut scratch, &event);
                checked.map_or_else(|error| error, |_| Error::SignatureNeeded)
            } else {
                with_kernels_words(&compiled.program, &mut scratch, &event, wrong)
            })
        };
        match done {
            Ok(()) => {
                if let Some(person) = caller.person.as_deref().filter(|_| is_noted) {
                    self.note_done(task.run, &step, person).await?;
                }
                self.keep_last(task.run, &step, last, caller);
                Ok(Ok(Reply::Run(Box::new(self.known_run(task.run).view()))))
            }
            Err(refused @ (Error::Refused(Refusal::Answers { .. }) | Error::SignatureNeeded)) => {
                let kept = self.draft(task.run, task.task).await?.map_or(0, |draft| draft.version);
                self.put_draft(task, &answer.answers, kept + 1, caller);
                Ok(Err(refused))
            }
            Err(error) => Err(error),
        }
    }
}

/// A task that someone has reserved is in nobody else's hands.
pub(super) fn not_anothers(task: &TaskSpec, caller: &Caller) -> Result<(), Refusal> {
    match &task.reserved_by {
        Some(person) if !caller.is_or_stands_for(person) => Err(Refusal::ReservedBy { person: person.clone() }),
        _ => Ok(()),
    }
}
