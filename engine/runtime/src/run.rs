//! A run in memory: its row, the kernel's state and its open tasks, all as of the last event.

use crate::Error;
use crate::apps::Compiled;
use crate::views::{RunView, TaskView};
use kernel::{Assignee, RunState, Status, TaskSpec};
use language::diagnostic::Diagnostic;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::rows::{RunId, RunRow, TaskRow};

pub(crate) struct Loaded {
    /// `state` is empty here; it is written from the state below.
    pub(crate) row: RunRow,
    pub(crate) state: RunState,
    /// The diagnostics when this version of Gemba does not understand the run's app any more: then it can be read, and
    /// its holds can be released, but it cannot move.
    pub(crate) compiled: Result<Arc<Compiled>, Vec<Diagnostic>>,
    pub(crate) tasks: BTreeMap<u32, OpenTask>,
    /// The `seq` that the store has; `None` before the run was written.
    pub(crate) stored_seq: Option<u64>,
    /// It has moved since it was last handed to the transaction.
    pub(crate) is_moved: bool,
    /// Size of the state as it was last written or read.
    pub(crate) state_bytes: usize,
}

pub(crate) struct OpenTask {
    pub(crate) version: u32,
    pub(crate) spec: TaskSpec,
}

impl Loaded {
    pub(crate) fn compiled(&self) -> Result<Arc<Compiled>, Error> {
        self.compiled.clone().map_err(Error::App)
    }

    /// The stations at which a task is shown: a line or an area is all of its stations, by the site of the version.
    fn stations(&self, spec: &TaskSpec) -> Vec<String> {
        let Ok(compiled) = &self.compiled else {
            return spec.at.iter().map(ToString::to_string).collect();
        };
        let site = compiled.program.site();
        let mut stations: Vec<String> = Vec::new();
        let mut add = |place: &str| {
            let below = site.stations_of(place);
            let known = below.iter().map(|id| id.as_str());
            // A place that the site does not know is shown as it is written.
            for station in known.chain((below.is_empty()).then_some(place)) {
                if !stations.iter().any(|other| other == station) {
                    stations.push(station.to_owned());
                }
            }
        };
        spec.at.iter().for_each(|place| add(place.as_str()));
        for to in spec.to.each() {
            if let Assignee::Station(place) = to
                && spec.to.each().len() == 1
            {
                add(place);
            }
        }
        stations
    }

    pub(crate) fn has_ended(&self) -> bool {
        !matches!(self.state.status(), Status::Waiting | Status::Stopped)
    }

    /// About what it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        const ROW_BYTES: usize = 512;
        const TASK_BYTES: usize = 1_024;
        // Values in memory take about three times their JSON text.
        ROW_BYTES + self.state_bytes * 3 + self.tasks.len() * TASK_BYTES
    }

    pub(crate) fn view(&self) -> RunView {
        let mut view = run_view(&self.row, self.state.status());
        view.waiting_for = waiting_for(&self.state);
        view.tasks = self
            .tasks
            .iter()
            .map(|(task, open)| self.view_of(*task, open))
            .collect();
        view
    }

    pub(crate) fn task_view(&self, task: u32) -> Option<TaskView> {
        self.tasks.get(&task).map(|open| self.view_of(task, open))
    }

    fn view_of(&self, task: u32, open: &OpenTask) -> TaskView {
        TaskView {
            run: self.row.id,
            task,
            version: open.version,
            app: self.row.app.clone(),
            app_version: self.row.app_version,
            spec: open.spec.clone(),
        }
    }

    /// As the store keeps an open task.
    pub(crate) fn task_row(&self, open: &OpenTask) -> TaskRow {
        let spec = &open.spec;
        let (to_kind, to_id) = assignee(&spec.to);
        TaskRow {
            run: self.row.id,
            task: spec.task,
            app: self.row.app.clone(),
            app_version: self.row.app_version,
            step: spec.step.to_string(),
            to_kind,
            to_id,
            at: self.stations(spec),
            reserved_by: spec.reserved_by.clone(),
            opened_at_ms: spec.opened_at.0,
            due_at_ms: spec.due_at.map(|due| due.0),
            late: spec.late,
            version: open.version,
            // A specification is made of text, numbers and values: there is nothing JSON cannot say.
            spec: serde_json::to_vec(spec).expect("a task specification is JSON"),
        }
    }
}

/// Without what needs the state.
pub(crate) fn run_view(row: &RunRow, status: Status) -> RunView {
    RunView {
        id: row.id,
        app: row.app.clone(),
        app_version: row.app_version,
        status,
        outcome: row.outcome.clone(),
        station: row.station.clone(),
        started_by: row.started_by.clone(),
        started_at_ms: row.started_at_ms,
        updated_at_ms: row.updated_at_ms,
        ended_at_ms: row.ended_at_ms,
        seq: row.seq,
        waiting_for: serde_json::Value::Null,
        tasks: Vec::new(),
    }
}

pub(crate) fn waiting_for(state: &RunState) -> serde_json::Value {
    // Kinds, ids, moments and text: there is nothing JSON cannot say.
    serde_json::to_value(state.waiting_for()).expect("what a run waits for is JSON")
}

pub(crate) fn task_view(row: &TaskRow) -> Result<TaskView, store::Error> {
    Ok(TaskView {
        run: row.run,
        task: row.task,
        version: row.version,
        app: row.app.clone(),
        app_version: row.app_version,
        spec: spec_of(row)?,
    })
}

pub(crate) fn spec_of(row: &TaskRow) -> Result<TaskSpec, store::Error> {
    serde_json::from_slice(&row.spec)
        .map_err(|problem| store::Error::Damaged(format!("task {} of run {}: {problem}", row.task, row.run)))
}

/// As rows name it: kind and id.
pub(crate) fn assignee(to: &Assignee) -> (String, String) {
    let (kind, id) = match to {
        Assignee::Role(id) => ("role", id.as_str()),
        Assignee::Person(id) => ("person", id.as_str()),
        Assignee::Station(id) => ("station", id.as_str()),
        Assignee::Channel(id) => ("channel", id.as_str()),
        Assignee::Everyone => ("everyone", ""),
        Assignee::Several(_) => ("several", ""),
    };
    (kind.to_owned(), id.to_owned())
}

pub(crate) fn assignee_of(kind: &str, id: &str) -> Assignee {
    match kind {
        "role" => Assignee::Role(id.to_owned()),
        "person" => Assignee::Person(id.to_owned()),
        "station" => Assignee::Station(id.to_owned()),
        "channel" => Assignee::Channel(id.to_owned()),
        _ => Assignee::Everyone,
    }
}

pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Waiting => "waiting",
        Status::Stopped => "stopped",
        Status::Finished => "finished",
        Status::Failed => "failed",
        Status::Cancelled => "cancelled",
    }
}

pub(crate) fn status_of(word: &str) -> Result<Status, store::Error> {
    Ok(match word {
        "waiting" => Status::Waiting,
        "stopped" => Status::Stopped,
        "finished" => Status::Finished,
        "failed" => Status::Failed,
        "cancelled" => Status::Cancelled,
        other => return Err(store::Error::Damaged(format!("'{other}' is no status of a run"))),
    })
}

/// The run by whom something was done, as actors and starters name it.
pub(crate) fn by_run(run: RunId) -> String {
    format!("run {run}")
}
