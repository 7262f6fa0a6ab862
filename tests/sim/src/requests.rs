//! What people and machines ask of the engine, and whether what it answers is true.

use crate::watch::{TABLET, Watch};
use runtime::{
    AnswerFor, Caller, Complete, EditValues, Engine, Error, Mended, Message, Migration, RunView, SaveDraft,
    SignalReading, Skip, Start, TaskRef, TaskView,
};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::memory::MemoryStore;
use store::rows::RunId;

#[derive(Clone, Debug)]
pub enum Request {
    Start(Start),
    Claim(TaskRef),
    GiveBack(TaskRef),
    Draft(SaveDraft),
    Complete(Complete),
    Send(Message),
    Cancel(RunId),
    Retry(RunId),
    Release(String, RunId),
    Signals(Vec<SignalReading>),
    SiteRecord(String, Map<String, Json>),
    Skip(Mended, Skip),
    AnswerFor(Mended, AnswerFor),
    Edit(Mended, EditValues),
    /// To the step that comes so late in the list of those to which the run can be taken back.
    Rewind(Mended, usize),
    Migrate(Migration),
    UndoMigration(String),
}

impl Request {
    /// Whether a run has moved when it was acknowledged.
    fn moves(&self) -> bool {
        use Request::*;
        matches!(
            self,
            Start(_)
                | Claim(_)
                | GiveBack(_)
                | Complete(_)
                | Cancel(_)
                | Retry(_)
                | Skip(..)
                | AnswerFor(..)
                | Edit(..)
                | Rewind(..)
        )
    }

    /// Whether it is done run by run, so that a part of it may be done when it fails.
    fn is_done_in_parts(&self) -> bool {
        matches!(self, Request::Migrate(_) | Request::UndoMigration(_))
    }

    pub fn told(&self) -> String {
        match self {
            Request::Start(start) => format!("starts {} with {}", start.app, Json::Object(start.inputs.clone())),
            Request::Claim(task) => format!("claims task {} of {}", task.task, short(task.run)),
            Request::GiveBack(task) => format!("gives back task {} of {}", task.task, short(task.run)),
            Request::Draft(draft) => format!("types into task {} of {}", draft.task.task, short(draft.task.run)),
            Request::Complete(answer) => {
                let (task, run) = (answer.task.task, short(answer.task.run));
                let answers = Json::Object(answer.answers.clone());
                format!(
                    "answers task {task} of {run} with {answers}, button {:?}",
                    answer.button
                )
            }
            Request::Send(message) => format!("sends '{}' {}", message.name, Json::Object(message.body.clone())),
            Request::Cancel(run) => format!("cancels {}", short(*run)),
            Request::Retry(run) => format!("retries {}", short(*run)),
            Request::Release(target, run) => format!("releases '{target}' of {} by hand", short(*run)),
            Request::Signals(readings) => {
                let told: Vec<String> = readings
                    .iter()
                    .map(|one| format!("{} = {}", one.signal, one.reading.value))
                    .collect();
                format!("tells {}", told.join(", "))
            }
            Request::Skip(mended, skip) => format!("passes over {} of {}", skip.step, short(mended.run)),
            Request::AnswerFor(mended, given) => {
                format!("gives {} for {} of {}", given.value, given.step, short(mended.run))
            }
            Request::Edit(mended, edit) => {
                format!(
                    "corrects {} in {}",
                    Json::Object(edit.values.clone()),
                    short(mended.run)
                )
            }
            Request::Rewind(mended, place) => format!("takes {} back by {place} steps", short(mended.run)),
            Request::Migrate(migration) => format!("takes the runs of {} over to the newest version", migration.app),
            Request::UndoMigration(app) => format!("takes the runs of {app} back to where they were"),
            Request::SiteRecord(key, _) => format!("writes part {key} into the site's table"),
        }
    }
}

/// Enough of an id to know it again.
pub fn short(run: RunId) -> String {
    let id = run.simple().to_string();
    format!("run {}", &id[id.len() - 6..])
}

/// What was asked, and what came of it.
#[derive(Default)]
pub struct Ledger {
    asked: BTreeMap<String, Asked>,
    /// Tasks as they were last seen on some tablet, perhaps long ago.
    pub seen: Vec<TaskView>,
    pub runs: Vec<RunId>,
    pub acknowledged: u64,
    pub refused: u64,
    pub unanswered: u64,
    /// What was heard, for the story.
    pub heard: Vec<String>,
}

#[derive(Default)]
struct Asked {
    first: Option<Json>,
    /// An answer was heard that said it was done.
    is_done: bool,
}

/// What an answer is held against.
#[derive(Clone)]
pub struct Desk {
    pub ledger: Arc<Mutex<Ledger>>,
    pub watch: Arc<Mutex<Watch>>,
    pub disk: Arc<MemoryStore>,
    pub tells: bool,
}

impl Desk {
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks, and looks at the answer the moment it comes.
    pub async fn ask(self, engine: Engine, request: Request, caller: Caller) {
        let answer = answer(&engine, &request, &caller).await;
        drop(engine);
        self.hear(&request, &caller, answer);
    }

    fn hear(&self, request: &Request, caller: &Caller, answer: Result<Json, Error>) {
        let has_moved = self.watch().has_moved(&caller.name);
        let told = match &answer {
            Ok(_) => "done".to_owned(),
            Err(error) => error.to_string(),
        };
        if self.tells {
            let heard = format!("{} hears: {told}", caller.name);
            self.ledger().heard.push(heard);
        }
        match answer {
            Ok(reply) => {
                if request.moves() && !has_moved {
                    self.watch().problem(format!(
                        "'{}' was told that it {} is done, and nothing of it is kept",
                        caller.name,
                        request.told()
                    ));
                }
                if let Request::Draft(draft) = request {
                    self.look_for(draft, &caller.name);
                }
                self.note(caller, reply);
            }
            Err(Error::Store(_) | Error::Busy) => self.ledger().unanswered += 1,
            Err(Error::Stopping) => {
                self.watch().problem("the engine has ended by itself".to_owned());
            }
            Err(Error::Invalid(why)) if why.contains("please report") => {
                self.watch()
                    .problem(format!("the kernel panicked when '{}' {}", caller.name, request.told()));
            }
            Err(Error::KeyReused) => self.ledger().refused += 1,
            Err(error) => {
                self.ledger().refused += 1;
                if has_moved && !request.is_done_in_parts() {
                    let (name, told) = (&caller.name, request.told());
                    self.watch()
                        .problem(format!("'{name}' {told}: refused ({error}), and done all the same"));
                }
            }
        }
    }

    fn look_for(&self, draft: &SaveDraft, name: &str) {
        let disk = self.disk.committed();
        let key = (draft.task.run, draft.task.task);
        if disk.tasks.contains_key(&key) && !disk.drafts.contains_key(&key) {
            drop(disk);
            self.watch()
                .problem(format!("'{name}' was told that a draft is kept, and it is not"));
        }
    }

    fn note(&self, caller: &Caller, reply: Json) {
        let mut ledger = self.ledger();
        ledger.acknowledged += 1;
        if let Ok(view) = serde_json::from_value::<runtime::RunView>(reply.clone()) {
            ledger.runs.push(view.id);
            ledger.seen.extend(view.tasks);
        } else if let Ok(view) = serde_json::from_value::<TaskView>(reply.clone()) {
            ledger.seen.push(view);
        }
        let asked = ledger.asked.entry(caller.name.clone()).or_default();
        asked.is_done = true;
        if caller.key.is_none() {
            return;
        }
        match &asked.first {
            None => asked.first = Some(reply),
            Some(first) if *first == reply => {}
            Some(first) => {
                let problem = format!("'{}' was first told {first}, and then {reply}", caller.name);
                drop(ledger);
                self.watch().problem(problem);
            }
        }
    }
}

impl Ledger {
    /// Requests that were said to be done.
    pub fn done(&self) -> impl Iterator<Item = &String> {
        self.asked
            .iter()
            .filter(|(_, asked)| asked.is_done)
            .map(|(name, _)| name)
    }
}

/// A name that no other request has.
pub fn name(number: usize) -> String {
    format!("{TABLET}{number}")
}

async fn rewound(engine: &Engine, mended: Mended, place: usize, caller: &Caller) -> Result<RunView, Error> {
    let places = engine.rewind_places(mended.run).await?.items;
    let Some(place) = places.get(place % places.len().max(1)) else {
        return Err(Error::Invalid("there is no step to go back to".to_owned()));
    };
    engine.rewind(mended, place.to, caller).await
}

async fn answer(engine: &Engine, request: &Request, caller: &Caller) -> Result<Json, Error> {
    let json = |reply: serde_json::Result<Json>| reply.unwrap_or(Json::Null);
    Ok(match request.clone() {
        Request::Start(start) => json(serde_json::to_value(engine.start(start, caller).await?.run)),
        Request::Claim(task) => json(serde_json::to_value(engine.claim(task, caller).await?)),
        Request::GiveBack(task) => json(serde_json::to_value(engine.give_back(task, caller).await?)),
        Request::Draft(draft) => json(serde_json::to_value(engine.save_draft(draft, caller).await?)),
        Request::Complete(answer) => json(serde_json::to_value(engine.complete(answer, caller).await?)),
        Request::Send(message) => json(serde_json::to_value(engine.send(message, caller).await?)),
        Request::Cancel(run) => json(serde_json::to_value(
            engine.cancel(run, "enough".to_owned(), caller).await?,
        )),
        Request::Retry(run) => json(serde_json::to_value(engine.retry(run, caller).await?)),
        Request::Release(target, run) => {
            engine
                .release_hold(&target, run, "it must go on".to_owned(), caller)
                .await?;
            Json::Null
        }
        Request::Signals(readings) => {
            engine.tell_signals(readings, caller).await?;
            Json::Null
        }
        Request::Skip(mended, skip) => json(serde_json::to_value(engine.skip_step(mended, skip, caller).await?)),
        Request::AnswerFor(mended, given) => {
            json(serde_json::to_value(engine.answer_for(mended, given, caller).await?))
        }
        Request::Edit(mended, edit) => json(serde_json::to_value(engine.edit_values(mended, edit, caller).await?)),
        Request::Rewind(mended, place) => json(serde_json::to_value(rewound(engine, mended, place, caller).await?)),
        Request::Migrate(migration) => {
            engine.migrate(&migration, caller).await?;
            Json::Null
        }
        Request::UndoMigration(app) => {
            engine.undo_migration(&app, None, caller).await?;
            Json::Null
        }
        Request::SiteRecord(key, values) => {
            engine.put_site_record("parts", &key, &values, caller).await?;
            Json::Null
        }
    })
}
