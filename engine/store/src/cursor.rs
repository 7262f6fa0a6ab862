//! Cursors: the place of a row in its list, as text that a caller hands back.

use crate::Error;
use crate::limits::{PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX};
use crate::rows::{NoticeRow, Page, RecordRow, RunId, RunRow, TaskRow};

impl RunRow {
    /// For [`Page::after`] in a list of runs.
    pub fn cursor(&self) -> String {
        self.id.to_string()
    }
}

impl TaskRow {
    /// For [`Page::after`] in a list of tasks.
    pub fn cursor(&self) -> String {
        format!(
            "{}.{}.{}.{}",
            rank(self.late, self.due_at_ms),
            self.opened_at_ms,
            self.run,
            self.task
        )
    }
}

impl RecordRow {
    /// For [`Page::after`] in a list of records.
    pub fn cursor(&self) -> String {
        self.key.clone()
    }
}

impl NoticeRow {
    /// For [`Page::after`] in a list of notices.
    pub fn cursor(&self) -> String {
        self.id.to_string()
    }
}

/// Late and due time as one number, the most urgent first: late before not late, and within both the earliest due time
/// first and none last.
pub(crate) fn rank(late: bool, due_at_ms: Option<i64>) -> i64 {
    const NEVER: i64 = 1 << 61;
    let due = due_at_ms.unwrap_or(NEVER).clamp(-NEVER, NEVER);
    if late { due - (1 << 62) } else { due }
}

/// A task's place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskPlace {
    pub(crate) rank: i64,
    pub(crate) opened_at_ms: i64,
    pub(crate) run: RunId,
    pub(crate) task: u32,
}

impl Page {
    pub(crate) fn rows(&self) -> Result<u32, Error> {
        match self.limit {
            0 => Ok(PAGE_ROWS_DEFAULT),
            limit => page_rows(limit),
        }
    }

    pub(crate) fn after_run(&self) -> Result<Option<RunId>, Error> {
        self.parsed(|text| text.parse().ok())
    }

    pub(crate) fn after_notice(&self) -> Result<Option<i64>, Error> {
        self.parsed(|text| text.parse().ok().filter(|id| *id >= 0))
    }

    pub(crate) fn after_task(&self) -> Result<Option<TaskPlace>, Error> {
        self.parsed(|text| {
            let mut parts = text.split('.');
            let place = TaskPlace {
                rank: parts.next()?.parse().ok()?,
                opened_at_ms: parts.next()?.parse().ok()?,
                run: parts.next()?.parse().ok()?,
                task: parts.next()?.parse().ok()?,
            };
            parts.next().is_none().then_some(place)
        })
    }

    fn parsed<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Error> {
        self.after
            .as_deref()
            .map(|text| {
                read(text).ok_or_else(|| {
                    let shown: String = text.chars().take(100).collect();
                    Error::Invalid(format!("{shown:?} is not a cursor of this list"))
                })
            })
            .transpose()
    }
}

/// A number of rows that may be asked for at once.
pub(crate) fn page_rows(limit: u32) -> Result<u32, Error> {
    if limit > PAGE_ROWS_MAX {
        return Err(Error::Invalid(format!(
            "{limit} rows at once; at most {PAGE_ROWS_MAX} are given"
        )));
    }
    Ok(limit)
}
