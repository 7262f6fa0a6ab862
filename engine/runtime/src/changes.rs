//! What was committed, for those who want to know of it: in commit order, from a place they choose, never more than is
//! kept. It says *that* something changed and whose it is; what it is now is read, and a read after it sees it.
//!
//! How it is kept is in [`crate::feed`]; how it comes about in [`crate::noted`].

use crate::Error;
use crate::feed::{After, Kept};
use kernel::{Assignee, Status};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::Arc;
use store::rows::RunId;
use tokio::sync::watch;

/// One thing that a commit changed. Once for each thing, however often the commit changed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    Task {
        run: RunId,
        task: u32,
        app: String,
        /// Where its run was started.
        station: Option<String>,
        /// Whom it is offered to now; when it was closed, whom it was offered to.
        to: Assignee,
        what: TaskChange,
    },
    /// What was typed into a task was kept.
    Draft {
        run: RunId,
        task: u32,
        app: String,
        station: Option<String>,
        /// Whom the task is offered to.
        to: Assignee,
        version: u32,
    },
    /// A run began, moved or ended; its journal goes up to `seq` now.
    Run {
        run: RunId,
        app: String,
        station: Option<String>,
        seq: u64,
        status: Status,
    },
    Hold {
        target: String,
        run: RunId,
        app: String,
        station: Option<String>,
        what: HoldChange,
    },
    /// Someone was told something.
    Notice {
        run: RunId,
        app: String,
        station: Option<String>,
        to: Assignee,
    },
    /// A version of an app was published.
    App { app: String, version: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskChange {
    Opened,
    /// Reserved, given back, late, offered to someone else.
    Changed,
    /// Answered or withdrawn.
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldChange {
    Put,
    Released,
}

impl Change {
    /// The run it belongs to; `None` for an app.
    pub fn run(&self) -> Option<RunId> {
        match self {
            Change::Task { run, .. }
            | Change::Draft { run, .. }
            | Change::Run { run, .. }
            | Change::Hold { run, .. }
            | Change::Notice { run, .. } => Some(*run),
            Change::App { .. } => None,
        }
    }
}

/// A place in the order of changes: behind the change of that number. As text `<epoch>-<number>`, to be kept and sent
/// around, not to be made or taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Another one at each start of the engine: numbers of an earlier one mean nothing.
    pub(crate) epoch: u64,
    pub(crate) number: u64,
}

impl Display for Position {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        write!(to, "{:016x}-{}", self.epoch, self.number)
    }
}

impl FromStr for Position {
    type Err = Error;

    /// Takes nothing but what [`Position`] is written as.
    fn from_str(text: &str) -> Result<Position, Error> {
        let read = || {
            let (epoch, number) = text.split_once('-')?;
            let position = Position {
                epoch: u64::from_str_radix(epoch, 16).ok()?,
                number: number.parse().ok()?,
            };
            (position.to_string() == text).then_some(position)
        };
        read().ok_or_else(|| Error::Invalid("this is no position of a change".to_owned()))
    }
}

/// What a reader of [`Changes`] is told next.
#[derive(Clone, Debug)]
pub enum News {
    Commit(Commit),
    /// What happened since the reader's position is not kept any more, or was before this start of the engine: what was
    /// read before has to be read again. It goes on with what is committed from now on.
    Reset,
}

/// What one commit changed; when a reader began in the middle of it, the rest. Shared by all readers.
#[derive(Clone, Debug)]
pub struct Commit {
    epoch: u64,
    entry: Arc<Entry>,
    from: usize,
}

/// The changes of one commit as they are kept.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Number of the first change.
    pub(crate) first: u64,
    pub(crate) changes: Vec<Change>,
    pub(crate) bytes: usize,
}

impl Commit {
    /// The same for all readers of this commit, and another for each commit.
    pub fn id(&self) -> Position {
        self.at(self.entry.first)
    }

    /// All that the commit changed, in order, each with the position behind it.
    pub fn whole(&self) -> impl ExactSizeIterator<Item = (Position, &Change)> {
        let numbers = self.entry.first..;
        let changes = self.entry.changes.iter().enumerate();
        changes.map(move |(place, change)| (self.at(numbers.start + place as u64), change))
    }

    /// How many changes of [`Commit::whole`] the reader had seen before.
    pub fn seen(&self) -> usize {
        self.from
    }

    /// What is new to the reader, in order; never nothing.
    pub fn changes(&self) -> &[Change] {
        &self.entry.changes[self.from..]
    }

    fn at(&self, number: u64) -> Position {
        let epoch = self.epoch;
        Position { epoch, number }
    }
}

/// A reader of what is committed; see [`crate::Engine::changes`]. It keeps a position, not what it has not read: a reader
/// that is too slow is told [`News::Reset`].
pub struct Changes {
    kept: Arc<Kept>,
    grew: watch::Receiver<()>,
    /// Of the last change that was read; `None` when the next news is a reset.
    number: Option<u64>,
}

impl Changes {
    /// What is committed from now on.
    pub(crate) fn new(kept: Arc<Kept>, grew: watch::Receiver<()>) -> Changes {
        let number = Some(kept.newest());
        Changes { kept, grew, number }
    }

    pub(crate) fn after(kept: Arc<Kept>, grew: watch::Receiver<()>, position: Position) -> Changes {
        let known = position.epoch == kept.epoch && position.number <= kept.newest();
        let number = known.then_some(position.number);
        Changes { kept, grew, number }
    }

    /// Begins with a reset.
    pub(crate) fn lost(kept: Arc<Kept>, grew: watch::Receiver<()>) -> Changes {
        let number = None;
        Changes { kept, grew, number }
    }

    /// Whether a reset comes next, because the position that it was to go on from is not known.
    pub fn is_lost(&self) -> bool {
        match self.number {
            Some(number) => matches!(self.kept.after(number), After::Gone(_)),
            None => true,
        }
    }

    /// Behind what was read last: where another reader goes on when this one is no more. Of a reader that
    /// [is lost](Changes::is_lost) it counts only once the reset was read.
    pub fn position(&self) -> Position {
        Position {
            epoch: self.kept.epoch,
            number: self.number.unwrap_or_else(|| self.kept.newest()),
        }
    }

    /// Of all that is committed.
    pub fn newest(&self) -> Position {
        Position {
            epoch: self.kept.epoch,
            number: self.kept.newest(),
        }
    }

    /// What there is already.
    pub fn try_next(&mut self) -> Option<News> {
        let after = match self.number {
            Some(number) => self.kept.after(number),
            None => After::Gone(self.kept.newest()),
        };
        match after {
            After::Nothing => None,
            After::Gone(newest) => {
                self.number = Some(newest);
                Some(News::Reset)
            }
            After::Entry(entry) => {
                // The entry is the one that the change after `number` is in.
                let from = self.number.map_or(0, |number| number + 1 - entry.first) as usize;
                self.number = Some(entry.first + entry.changes.len() as u64 - 1);
                let epoch = self.kept.epoch;
                Some(News::Commit(Commit { epoch, entry, from }))
            }
        }
    }

    /// Waits for the next commit that changes something; `None` when the engine has stopped and all of it was read.
    /// May be dropped while it waits, without losing anything.
    pub async fn next(&mut self) -> Option<News> {
        loop {
            if let Some(news) = self.try_next() {
                return Some(news);
            }
            if self.grew.changed().await.is_err() {
                return self.try_next();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_was_written_and_in_no_other_way() {
        let position = Position {
            epoch: 0xbeef,
            number: 17,
        };
        let text = position.to_string();
        assert_eq!(text, "000000000000beef-17");
        assert_eq!(text.parse::<Position>().ok(), Some(position));
        for wrong in [
            "",
            "-",
            "beef-17",
            "000000000000BEEF-17",
            "000000000000beef-+17",
            "000000000000beef-017",
        ] {
            assert!(wrong.parse::<Position>().is_err(), "{wrong}");
        }
    }
}
