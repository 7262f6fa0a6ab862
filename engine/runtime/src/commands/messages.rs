//! A message: heard by the runs that listen, and by the apps that start with it, in one transaction.

use super::actor;
use crate::batch::Batch;
use crate::command::Reply;
use crate::moves::{Beginning, Chain, plain_reason};
use crate::requests::{Caller, Message};
use crate::views::{Delivered, NotStarted};
use crate::{Error, limits};
use expression::{Scope, Value};
use kernel::{Actor, Clock, EventKind, Refusal, StartCause};
use language::model::{App, Condition, Start};
use serde_json::Map;
use store::rows::RunId;

/// Who sends a message.
pub(crate) struct Sender {
    pub(crate) actor: Actor,
    /// As runs that it starts name who started them.
    pub(crate) starter: String,
}

impl Batch<'_> {
    pub(super) async fn send(&mut self, message: &Message, caller: &Caller) -> Result<Reply, Error> {
        let by = Sender {
            actor: actor(caller),
            starter: caller.person.as_ref().unwrap_or(&caller.name).clone(),
        };
        let mut chain = Chain::default();
        let delivered = self.deliver(message, &by, &mut chain).await?;
        self.follow(&mut chain).await?;
        Ok(Reply::Delivered(delivered))
    }

    /// To every run that it is for, and to the apps that start with it. What that causes goes to `chain`.
    pub(crate) async fn deliver(
        &mut self,
        message: &Message,
        by: &Sender,
        chain: &mut Chain,
    ) -> Result<Delivered, Error> {
        let listeners = self.listeners(&message.name).await?;
        let starts = self.starts(message);
        let (waiting, max) = (listeners.len(), limits::LISTENERS_PER_MESSAGE_MAX);
        if waiting > max {
            let name = &message.name;
            return Err(Error::Invalid(format!(
                "{waiting} runs wait for '{name}'; at most {max} can be asked"
            )));
        }
        self.load(listeners.clone()).await?;
        let mut delivered = Delivered::default();
        for run in listeners {
            if self.hear(run, message, by, chain).await? {
                delivered.resumed.push(run);
                check_moved(&delivered, message)?;
            }
        }
        for (app, inputs) in starts {
            let changes = self.changes();
            match self.begin_in(beginning(&app, message, inputs, by), chain).await {
                Ok(run) => {
                    delivered.started.push(run);
                    check_moved(&delivered, message)?;
                }
                // One app that cannot take the message does not keep it from the others; the sender is told.
                Err(error @ Error::Refused(_)) if self.changes() == changes => {
                    delivered.not_started.push(NotStarted {
                        app,
                        why: plain_reason(&error),
                    });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(delivered)
    }

    /// Runs that listen to the name, each once, in order of their start.
    async fn listeners(&mut self, name: &str) -> Result<Vec<RunId>, Error> {
        self.listeners_named(name).await
    }

    /// The same, by the name that the store has.
    pub(crate) async fn listeners_named(&mut self, name: &str) -> Result<Vec<RunId>, Error> {
        self.see_listeners().await?;
        let rows = self.unit().await?.listeners(name).await?;
        let mut runs: Vec<RunId> = rows.into_iter().map(|row| row.run).collect();
        runs.sort_unstable();
        runs.dedup();
        Ok(runs)
    }

    /// False when the message is not for this run, or the run cannot be read.
    async fn hear(&mut self, run: RunId, message: &Message, by: &Sender, chain: &mut Chain) -> Result<bool, Error> {
        match self.run(run).await {
            Ok(_) => {}
            Err(Error::Store(failure)) => return Err(Error::Store(failure)),
            Err(error) => {
                tracing::error!(%run, %error, "a run that listens cannot be read");
                return Ok(false);
            }
        }
        let kind = EventKind::MessageArrived {
            name: message.name.clone(),
            body: message.body.clone(),
        };
        let changes = self.changes();
        match self.advance(run, kind, by.actor.clone(), chain).await {
            Ok(()) => Ok(true),
            Err(Error::Refused(Refusal::NotForThisRun | Refusal::RunEnded)) if self.changes() == changes => Ok(false),
            Err(error @ Error::App(_)) if self.changes() == changes => {
                tracing::error!(%run, %error, "a run that listens has an app that is not understood");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Apps that the message starts, with the inputs it gives them.
    fn starts(&self, message: &Message) -> Vec<(String, Map<String, serde_json::Value>)> {
        let published = self.new_versions().iter();
        let overridden = |id: &str| self.new_versions().iter().any(|new| new.row.app == id);
        let mut newest = self.shared.catalogue.newest();
        newest.retain(|version| !overridden(&version.row.app));
        for version in published {
            newest.retain(|older| older.row.app != version.row.app);
            newest.push(version.clone());
        }
        let mut starts = Vec::new();
        for version in newest {
            let Ok(compiled) = version.compiled() else {
                continue;
            };
            if self.is_started_by(&compiled.app, message) {
                starts.push((version.row.app.clone(), inputs_of(&compiled.app, &message.body)));
            }
        }
        starts
    }

    fn is_started_by(&self, app: &App, message: &Message) -> bool {
        app.starts.iter().any(|start| match start {
            Start::Message { name, condition } => {
                *name == message.name
                    && condition
                        .as_ref()
                        .is_none_or(|condition| self.holds_for(condition, message))
            }
            Start::Button { .. } | Start::Every { .. } | Start::At { .. } | Start::Shift { .. } => false,
        })
    }

    /// Only `true` fulfils a condition.
    fn holds_for(&self, condition: &Condition, message: &Message) -> bool {
        let host = Clock {
            at: self.now,
            zone: self.zone,
        };
        let outcome = condition.value.evaluate(&Members(&message.body), &host);
        outcome.is_ok_and(|outcome| outcome.value == Value::Bool(true))
    }
}

fn beginning(app: &str, message: &Message, inputs: Map<String, serde_json::Value>, by: &Sender) -> Beginning {
    Beginning {
        app: app.to_owned(),
        version: None,
        cause: StartCause::Message {
            name: message.name.clone(),
        },
        station: None,
        inputs,
        by: by.actor.clone(),
        started_by: by.starter.clone(),
        parent: None,
        paused: None,
    }
}

/// A message that would move too many at once moves nobody.
fn check_moved(delivered: &Delivered, message: &Message) -> Result<(), Error> {
    let max = limits::RUNS_PER_MESSAGE_MAX;
    if delivered.resumed.len() + delivered.started.len() > max {
        let name = &message.name;
        return Err(Error::Invalid(format!(
            "more than {max} runs would move with '{name}' at once"
        )));
    }
    Ok(())
}

/// Members with the id of an input fill it; the others are for conditions.
fn inputs_of(app: &App, body: &Map<String, serde_json::Value>) -> Map<String, serde_json::Value> {
    let given = app.inputs.iter().filter_map(|field| {
        let id = field.id.as_str();
        body.get(id).map(|value| (id.to_owned(), value.clone()))
    });
    given.collect()
}

/// A message's members by name. One that is not there is empty, as an unanswered field is.
struct Members<'m>(&'m Map<String, serde_json::Value>);

impl Scope for Members<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        Some(self.0.get(name).map_or(Value::Null, Value::from_json))
    }
}
