//! Starts that come by themselves (`every`, `at`, `shift`).
//!
//! The next moment of each is a timer, under an id that follows from the app's and that no run can have; its number is
//! the place of the start in the file. So it is kept in the commit that publishes the app, wakes the writer as any
//! timer does, and moves on in the commit that starts the run: one start for each moment, whatever breaks in between.
//! A newer version replaces the moments of the one before.

use crate::apps::Version;
use crate::batch::Batch;
use crate::moves::Beginning;
use crate::{Engine, Error, limits};
use kernel::{Actor, StartCause, Timestamp, next_start};
use language::model::{Site, Start};
use serde_json::Map;
use sha2::{Digest, Sha256};
use store::rows::{RunId, TimerRow, Write};

/// What starters and actors are called.
const SCHEDULE: &str = "schedule";

/// Runs have ids of version 7; this is of version 8, which is free for such things.
pub(crate) fn id_of(app: &str) -> RunId {
    let digest = Sha256::digest(format!("gemba schedule {app}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Whether timers of this id may be those of a schedule.
pub(crate) fn may_be(run: RunId) -> bool {
    run.get_version_num() == 8
}

impl Batch<'_> {
    /// The moments of a version that was just published, instead of those of the version before.
    pub(crate) fn schedule(&mut self, version: &Version, before: Option<&Version>) -> Result<(), Error> {
        let run = id_of(&version.row.app);
        // What is not understood any more may have had as many starts as there can be.
        let had = before.map_or(0, |before| {
            let compiled = before.compiled();
            compiled.map_or(language::limits::STARTS_MAX, |compiled| compiled.app.starts.len())
        });
        for timer in 0..had as u32 {
            self.push(Write::DropTimer { run, timer });
        }
        let compiled = version.compiled()?;
        for (place, start) in compiled.app.starts.iter().enumerate() {
            self.set_next(run, place as u32, compiled.program.site(), start, self.now);
        }
        Ok(())
    }

    fn set_next(&mut self, run: RunId, timer: u32, site: &Site, start: &Start, after: Timestamp) {
        if let Some(at) = next_start(site, start, after, self.shared.zone.at(after)) {
            let at_ms = at.0;
            self.push(Write::PutTimer(TimerRow { run, timer, at_ms }));
        }
    }

    /// The moment of a scheduled start has come. Of several that passed while nobody was there, the last one counts.
    pub(crate) async fn start_by_schedule(&mut self, app: &str, timer: &TimerRow) -> Result<(), Error> {
        self.push(Write::DropTimer {
            run: timer.run,
            timer: timer.timer,
        });
        let compiled = match self.compiled(app, None) {
            Ok((compiled, _)) => compiled,
            Err(error @ Error::App(_)) => {
                tracing::error!(app, %error, "an app that starts by itself is not understood any more");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let Some(start) = compiled.app.starts.get(timer.timer as usize) else {
            return Ok(());
        };
        let site = compiled.program.site();
        let (at, missed) = self.last_moment(site, start, Timestamp(timer.at_ms));
        self.set_next(timer.run, timer.timer, site, start, self.now.max(at));
        let beginning = Beginning {
            app: app.to_owned(),
            version: None,
            cause: StartCause::Schedule { at, missed },
            station: None,
            inputs: Map::new(),
            by: Actor {
                person: None,
                via: SCHEDULE.to_owned(),
                confirmed: None,
            },
            started_by: SCHEDULE.to_owned(),
            parent: None,
            paused: None,
        };
        let changes = self.changes();
        match self.begin(beginning).await {
            Ok(_) => Ok(()),
            Err(error @ Error::Refused(_)) if self.changes() == changes => {
                tracing::error!(app, %error, "a scheduled start was refused");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// The last moment that has come, and how many came before it.
    fn last_moment(&self, site: &Site, start: &Start, first: Timestamp) -> (Timestamp, u32) {
        let (mut at, mut missed) = (first, 0);
        while missed < limits::MISSED_STARTS_COUNTED_MAX {
            match next_start(site, start, at, self.shared.zone.at(at)) {
                Some(next) if next <= self.now => at = next,
                _ => break,
            }
            missed += 1;
        }
        (at, missed)
    }
}

impl Engine {
    /// When the newest version of an app starts by itself next: the place of the start in the file, and the moment.
    pub async fn next_starts(&self, app: &str) -> Result<Vec<(u32, Timestamp)>, Error> {
        let rows = self.shared().store.timers_of(id_of(app)).await?;
        Ok(rows.into_iter().map(|row| (row.timer, Timestamp(row.at_ms))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_schedule_is_no_runs_id() {
        assert!(may_be(id_of("first_piece")));
        assert_ne!(id_of("first_piece"), id_of("首件"));
        assert!(!may_be(RunId::now_v7()));
    }
}
