//! Starting, cancelling and retrying runs.

use super::actor;
use crate::Error;
use crate::apps::{Compiled, nearest};
use crate::batch::Batch;
use crate::command::Reply;
use crate::moves::Beginning;
use crate::requests::{Caller, Start};
use crate::rights::starting_place;
use kernel::{EventKind, StartCause};
use language::model::{self, Level, Site};
use store::rows::RunId;

impl Batch<'_> {
    pub(super) async fn start(&mut self, start: &Start, caller: &Caller) -> Result<Reply, Error> {
        let station = starting_place(start.station.as_deref(), caller.acting.as_ref())?;
        if let Some(station) = &station {
            check_station(&self.shared.site, station)?;
        }
        if start.paused {
            caller.may_intervene()?;
        }
        let from_button = start.from_button || caller.may_intervene().is_err();
        if from_button {
            let (compiled, _) = self.compiled(&start.app, start.version)?;
            check_button(&compiled, station.as_deref())?;
        }
        let cause = if from_button {
            StartCause::Button
        } else {
            StartCause::Api
        };
        let beginning = Beginning {
            app: start.app.clone(),
            version: start.version,
            cause,
            station,
            inputs: start.inputs.clone(),
            by: actor(caller),
            started_by: caller.person.as_ref().unwrap_or(&caller.name).clone(),
            parent: None,
            paused: start.paused.then(|| caller.person.clone()),
        };
        let run = self.begin(beginning).await?;
        Ok(Reply::Run(Box::new(self.known_run(run).view())))
    }

    pub(super) async fn cancel(&mut self, run: RunId, why: &str, caller: &Caller) -> Result<Reply, Error> {
        let kind = EventKind::Cancelled { why: why.to_owned() };
        self.moved_view(run, kind, caller).await
    }

    pub(super) async fn retry(&mut self, run: RunId, caller: &Caller) -> Result<Reply, Error> {
        self.moved_view(run, EventKind::Retried, caller).await
    }

    async fn moved_view(&mut self, run: RunId, kind: EventKind, caller: &Caller) -> Result<Reply, Error> {
        caller.may_intervene()?;
        self.run(run).await?;
        self.move_run(run, kind, actor(caller)).await?;
        Ok(Reply::Run(Box::new(self.known_run(run).view())))
    }
}

fn check_station(site: &Site, station: &str) -> Result<(), Error> {
    let stations = || site.equipment.iter().filter(|place| place.level == Level::Station);
    if stations().any(|place| place.id.as_str() == station) {
        return Ok(());
    }
    let nearest = nearest(station, stations().map(|place| place.id.as_str()));
    Err(Error::NotFound {
        what: "station",
        id: station.to_owned(),
        nearest,
    })
}

/// An app without any start has a button that everyone sees.
pub(crate) fn check_button(compiled: &Compiled, station: Option<&str>) -> Result<(), Error> {
    let (app, site) = (&compiled.app, compiled.program.site());
    if app.starts.is_empty() {
        return Ok(());
    }
    let buttons = app.starts.iter().filter_map(|start| match start {
        model::Start::Button { at, .. } => Some(at),
        _ => None,
    });
    let mut allowed: Vec<&str> = Vec::new();
    let mut any = false;
    for at in buttons {
        if at.is_empty() || station.is_some_and(|here| at.iter().any(|id| site.is_within(here, id.as_str()))) {
            return Ok(());
        }
        any = true;
        allowed.extend(at.iter().map(|id| id.as_str()));
    }
    if !any {
        return Err(Error::Invalid(format!("the app '{}' has no start button", app.id)));
    }
    let allowed = allowed.join(", ");
    Err(Error::Invalid(match station {
        Some(here) => {
            format!("the start button of '{}' is not at '{here}' but at {allowed}", app.id)
        }
        None => format!("the start button of '{}' is at {allowed}: a station is needed", app.id),
    }))
}
