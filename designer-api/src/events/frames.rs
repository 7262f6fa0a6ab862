//! Commits as they are sent: written by the first listener that needs one, shared by all others.

use axum::body::Bytes;
use kernel::{Assignee, Status};
use runtime::{Change, Commit, HoldChange, Position, TaskChange};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use store::rows::RunId;

use crate::limits;

/// Those of the newest commits.
#[derive(Default)]
pub(super) struct Frames(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    frames: BTreeMap<Position, Arc<Frame>>,
    bytes: usize,
}

/// One commit as server-sent events.
pub(super) struct Frame {
    text: Bytes,
    /// For each change, whose run it is and where its event ends.
    ends: Vec<(Option<RunId>, usize)>,
}

impl Frames {
    pub(super) fn of(&self, commit: &Commit) -> Arc<Frame> {
        // Nothing is left half done in there.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(frame) = kept.frames.get(&commit.id()) {
            return frame.clone();
        }
        let frame = Arc::new(Frame::new(commit));
        kept.bytes += frame.bytes();
        kept.frames.insert(commit.id(), frame.clone());
        while kept.bytes > limits::EVENT_FRAMES_KEPT_BYTES_MAX {
            let Some((_, oldest)) = kept.frames.pop_first() else {
                break;
            };
            kept.bytes -= oldest.bytes();
        }
        frame
    }
}

impl Frame {
    fn new(commit: &Commit) -> Frame {
        let mut text = String::new();
        let mut ends = Vec::with_capacity(commit.whole().len());
        for (position, change) in commit.whole() {
            write_event(&mut text, position, &Told::of(change));
            ends.push((change.run(), text.len()));
        }
        Frame {
            text: text.into(),
            ends,
        }
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<(Option<RunId>, usize)>()
    }

    /// All but the first `seen` events.
    pub(super) fn after(&self, seen: usize) -> Bytes {
        self.text.slice(self.begin(seen)..)
    }

    /// Of those, what belongs to one run; `None` when nothing does.
    pub(super) fn of_run(&self, seen: usize, run: RunId) -> Option<Bytes> {
        let mut own = (seen..self.ends.len())
            .filter(|place| self.ends[*place].0 == Some(run))
            .map(|place| self.begin(place)..self.ends[place].1)
            .peekable();
        let first = own.next()?;
        if own.peek().is_none() {
            return Some(self.text.slice(first));
        }
        let mut text = self.text[first].to_vec();
        own.for_each(|event| text.extend_from_slice(&self.text[event]));
        Some(text.into())
    }

    fn begin(&self, place: usize) -> usize {
        place.checked_sub(1).map_or(0, |before| self.ends[before].1)
    }
}

fn write_event(text: &mut String, position: Position, told: &Told<'_>) {
    // Neither can fail: ids, words and numbers are JSON, and JSON text has no line breaks.
    let data = serde_json::to_string(told).expect("what is told is JSON");
    write!(text, "id: {position}\nevent: change\ndata: {data}\n\n").expect("a text takes everything");
}

/// A change as the API tells it.
#[derive(Default, Serialize)]
struct Told<'c> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'c str>,
    app: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    station: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'c Assignee>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
}

impl Told<'_> {
    fn of(change: &Change) -> Told<'_> {
        match change {
            Change::Task {
                run,
                task,
                app,
                station,
                to,
                what,
            } => Told {
                kind: "task",
                run: Some(*run),
                task: Some(format!("{run}.{task}")),
                app,
                station: station.as_deref(),
                to: Some(to),
                what: Some(match what {
                    TaskChange::Opened => "opened",
                    TaskChange::Changed => "changed",
                    TaskChange::Closed => "closed",
                }),
                ..Told::default()
            },
            Change::Draft {
                run,
                task,
                app,
                station,
                to,
                version,
            } => Told {
                kind: "draft",
                run: Some(*run),
                task: Some(format!("{run}.{task}")),
                app,
                station: station.as_deref(),
                to: Some(to),
                version: Some(*version),
                ..Told::default()
            },
            Change::Run {
                run,
                app,
                station,
                seq,
                status,
            } => Told {
                kind: "run",
                run: Some(*run),
                app,
                station: station.as_deref(),
                status: Some(*status),
                seq: Some(*seq),
                ..Told::default()
            },
            Change::Hold {
                target,
                run,
                app,
                station,
                what,
            } => Told {
                kind: "hold",
                run: Some(*run),
                target: Some(target),
                app,
                station: station.as_deref(),
                what: Some(match what {
                    HoldChange::Put => "put",
                    HoldChange::Released => "released",
                }),
                ..Told::default()
            },
            Change::Notice { run, app, station, to } => Told {
                kind: "notice",
                run: Some(*run),
                app,
                station: station.as_deref(),
                to: Some(to),
                ..Told::default()
            },
            Change::App { app, version } => Told {
                kind: "app",
                app,
                version: Some(*version),
                ..Told::default()
            },
        }
    }
}
