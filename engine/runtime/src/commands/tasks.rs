//! What people do with tasks: take, give back, type, complete.

use super::actor;
use crate::Error;
use crate::batch::Batch;
use crate::command::Reply;
use crate::moves::with_kernels_words;
use crate::requests::{Caller, Complete, SaveDraft, TaskRef};
use crate::views::DraftView;
use kernel::{Event, EventKind, Refusal, TaskSpec};
use serde_json::{Map, Value};
use store::rows::{DraftRow, Write};

impl Batch<'_> {
    pub(super) async fn claim(&mut self, task: &TaskRef, caller: &Caller) -> Result<Reply, Error> {
        if caller.person.is_none() {
            return Err(Refusal::PersonMissing.into());
        }
        self.change_task(task, EventKind::TaskClaimed { task: task.task }, caller)
            .await
    }

    pub(super) async fn give_back(&mut self, task: &TaskRef, caller: &Caller) -> Result<Reply, Error> {
        self.change_task(task, EventKind::TaskReturned { task: task.task }, caller)
            .await
    }

    async fn change_task(&mut self, task: &TaskRef, kind: EventKind, caller: &Caller) -> Result<Reply, Error> {
        self.open_task(task).await?;
        self.move_run(task.run, kind, actor(caller)).await?;
        let view = self.known_run(task.run).task_view(task.task);
        let view = view.ok_or(Refusal::NoSuchTask { task: task.task })?;
        Ok(Reply::Task(Box::new(view)))
    }

    /// The task as it stands, when it is open and the caller saw it so.
    async fn open_task(&mut self, task: &TaskRef) -> Result<&TaskSpec, Error> {
        let loaded = self.run(task.run).await?;
        let Some(open) = loaded.tasks.get(&task.task) else {
            return Err(match loaded.has_ended() {
                true => Refusal::RunEnded.into(),
                false => Refusal::NoSuchTask { task: task.task }.into(),
            });
        };
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
        let spec = self.open_task(&task).await?;
        if let Some(person) = &spec.reserved_by
            && caller.person.as_ref() != Some(person)
        {
            return Err(Refusal::ReservedBy { person: person.clone() }.into());
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

    fn put_draft(&mut self, task: &TaskRef, answers: &Map<String, Value>, version: u32, caller: &Caller) {
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

    /// Refused answers leave the task open, and what was typed as its draft.
    pub(super) async fn complete(&mut self, answer: &Complete, caller: &Caller) -> Result<Result<Reply, Error>, Error> {
        let task = &answer.task;
        let spec = self.open_task(task).await?;
        let names_a_person = !spec.not_by.is_empty() || spec.sign.is_some() || spec.reserved_by.is_some();
        if names_a_person && caller.person.is_none() {
            return Err(Refusal::PersonMissing.into());
        }
        let step = spec.step.clone();
        let mut answers = answer.answers.clone();
        let compiled = self.known_run(task.run).compiled()?;
        let wrong = compiled.form(&step).map(|checker| checker.refusals(&mut answers));
        let wrong = wrong.unwrap_or_default();
        let kind = EventKind::TaskCompleted {
            task: task.task,
            answers,
        };
        let done = if wrong.is_empty() {
            self.move_run(task.run, kind, actor(caller)).await
        } else {
            let event = Event {
                at: self.now,
                zone: self.zone,
                by: actor(caller),
                kind,
            };
            let mut scratch = self.known_run(task.run).state.clone();
            Err(with_kernels_words(&compiled.program, &mut scratch, &event, wrong))
        };
        match done {
            Ok(()) => Ok(Ok(Reply::Run(Box::new(self.known_run(task.run).view())))),
            Err(refused @ Error::Refused(Refusal::Answers { .. })) => {
                let kept = self.draft(task.run, task.task).await?.map_or(0, |draft| draft.version);
                self.put_draft(task, &answer.answers, kept + 1, caller);
                Ok(Err(refused))
            }
            Err(error) => Err(error),
        }
    }
}
