//! A run started again as new: the same inputs at the same station, in the newest version of its app or in its own. Each of
//! the two tells of the other.

use crate::batch::Batch;
use crate::command::{Command, Reply};
use crate::commands::actor;
use crate::engine::Engine;
use crate::journal::{self, Entry};
use crate::moves::Beginning;
use crate::past::Past;
use crate::requests::Caller;
use crate::views::RunView;
use crate::{Error, bodies, limits};
use kernel::{EventKind, StartCause};
use serde_json::{Map, Value, json};
use store::rows::RunId;

/// What the new run begins with.
#[derive(Clone)]
pub(crate) struct Restarting {
    pub(crate) run: RunId,
    why: String,
    app: String,
    version: Option<u32>,
    station: Option<String>,
    inputs: Map<String, Value>,
}

impl Restarting {
    /// What the caller has asked for, to know it again.
    pub(crate) fn asked(&self) -> Value {
        json!([self.run, self.why, self.version])
    }
}

impl Engine {
    /// The run itself stays as it is: who wants it to end cancels it.
    pub async fn restart(
        &self,
        run: RunId,
        same_version: bool,
        why: String,
        caller: &Caller,
    ) -> Result<RunView, Error> {
        bodies::check_text("reason", &why, limits::REASON_CHARACTERS_MAX)?;
        if why.trim().is_empty() {
            return Err(Error::Invalid("a restart needs a reason".to_owned()));
        }
        let past = Past::of(self.shared(), run).await?;
        let mut inputs = None;
        past.play(|_, event| {
            let kind = event.map(|event| event.kind);
            inputs = match kind {
                Some(EventKind::Held { of, .. }) => inputs_of(*of),
                Some(kind) => inputs_of(kind),
                None => None,
            };
            Ok(std::ops::ControlFlow::Break(()))
        })
        .await?;
        let row = &past.row;
        let restarting = Restarting {
            run,
            why,
            app: row.app.clone(),
            version: same_version.then_some(row.app_version),
            station: row.station.clone(),
            inputs: inputs.ok_or_else(|| Error::Invalid(format!("run {run} has no beginning")))?,
        };
        match self.submit(Command::Restart(Box::new(restarting)), caller, 0).await? {
            Reply::Run(run) => Ok(*run),
            other => Err(crate::engine::unexpected(&other)),
        }
    }
}

fn inputs_of(kind: EventKind) -> Option<Map<String, Value>> {
    match kind {
        EventKind::Started { inputs, .. } => Some(inputs),
        _ => None,
    }
}

impl Batch<'_> {
    pub(crate) async fn restart(&mut self, restarting: &Restarting, caller: &Caller) -> Result<Reply, Error> {
        caller.may_intervene()?;
        let beginning = Beginning {
            app: restarting.app.clone(),
            version: restarting.version,
            cause: StartCause::Api,
            station: restarting.station.clone(),
            inputs: restarting.inputs.clone(),
            by: actor(caller),
            started_by: caller.person.as_ref().unwrap_or(&caller.name).clone(),
            parent: None,
            paused: None,
        };
        self.run(restarting.run).await?;
        let new = self.begin(beginning).await?;
        let why = &restarting.why;
        let by = caller.person.as_deref().unwrap_or(&caller.name);
        let there = format!("started again as run {new} by {by}: {why}");
        self.write_entry(restarting.run, &Entry::Noted { note: &there });
        let here = format!("run {} started again as new by {by}: {why}", restarting.run);
        self.write_entry(new, &journal::Entry::Noted { note: &here });
        Ok(Reply::Run(Box::new(self.known_run(new).view())))
    }
}
