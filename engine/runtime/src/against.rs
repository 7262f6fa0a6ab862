//! Recorded runs, played once more by a changed app before it is published: what would have come out otherwise.
//!
//! Journals are read page by page while those that were read are played on all cores; only what differs is kept.

use crate::apps::{Catalogue, Compiled, errors_of};
use crate::engine::Engine;
use crate::{Error, journal, limits, site};
use kernel::{Difference, Recorded, replay_against};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::AnyStore;
use store::rows::{JournalRow, Page, RunFilter, RunId, RunRow};
use tokio::task::JoinSet;

/// Which recorded runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replaying {
    /// Whose runs; the app's own where `None`.
    pub app: Option<String>,
    /// Runs that began at this moment or later.
    pub since_ms: i64,
    /// And before this one.
    pub until_ms: Option<i64>,
    /// Where a call before this one has stopped.
    pub after: Option<String>,
    /// Runs of one call; all when `None`.
    pub at_most: Option<u32>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Replayed {
    pub app: String,
    pub runs: u64,
    /// Runs that would be what they were.
    pub same: u64,
    /// Runs that would not; a run that cannot be compared is not among them.
    pub differ: u64,
    /// Runs that were put right by hand, or that need what the record does not have.
    pub unknown: u64,
    /// How many runs have a difference of each kind: `ends`, `hangs`, `asks`, `refuses`, `judges`, `stops`, `unknown`.
    pub kinds: BTreeMap<String, u64>,
    /// Each difference, with how many runs have it; the most frequent first, at most so many.
    pub differences: Vec<Counted>,
    /// Where the next call goes on; `None` when all runs of the time were played.
    pub next: Option<String>,
}

/// One difference of many runs.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Counted {
    #[serde(flatten)]
    pub difference: Difference,
    pub kind: &'static str,
    pub en: String,
    pub zh: String,
    pub runs: u64,
    /// Some of them.
    pub examples: Vec<RunId>,
}

/// Differences, counted.
#[derive(Default)]
struct Tally {
    replayed: Replayed,
    differences: BTreeMap<Difference, (u64, Vec<RunId>)>,
}

impl Tally {
    fn add(&mut self, run: RunId, found: Vec<Difference>) {
        self.replayed.runs += 1;
        let is_known = found.iter().any(|difference| difference.kind() != "unknown");
        match (found.is_empty(), is_known) {
            (true, _) => self.replayed.same += 1,
            (false, true) => self.replayed.differ += 1,
            (false, false) => self.replayed.unknown += 1,
        }
        let kinds: std::collections::BTreeSet<&str> = found.iter().map(Difference::kind).collect();
        for kind in kinds {
            *self.replayed.kinds.entry(kind.to_owned()).or_default() += 1;
        }
        for difference in found {
            let is_full = self.differences.len() >= limits::REPLAY_DIFFERENCES_KEPT_MAX;
            if is_full && !self.differences.contains_key(&difference) {
                continue;
            }
            let (count, examples) = self.differences.entry(difference).or_default();
            *count += 1;
            if examples.len() < limits::REPLAY_EXAMPLES_MAX {
                examples.push(run);
            }
        }
    }

    fn finish(mut self) -> Replayed {
        let all = self.differences.into_iter().map(|(difference, (runs, examples))| {
            let (en, zh) = difference.message();
            Counted {
                kind: difference.kind(),
                difference,
                en,
                zh,
                runs,
                examples,
            }
        });
        let mut all: Vec<Counted> = all.collect();
        all.sort_by_key(|counted| std::cmp::Reverse(counted.runs));
        all.truncate(limits::REPLAY_DIFFERENCES_TOLD_MAX);
        self.replayed.differences = all;
        self.replayed
    }
}

impl Engine {
    /// Plays recorded runs by this source. Reads only.
    pub async fn replay_against(&self, source: &str, asked: &Replaying) -> Result<Replayed, Error> {
        let shared = self.shared();
        let compiled = read(source, &shared.site)?;
        let at_most = asked.at_most.unwrap_or(limits::REPLAYED_AT_ONCE_MAX);
        let asked = Replaying {
            at_most: Some(at_most.min(limits::REPLAYED_AT_ONCE_MAX)),
            ..asked.clone()
        };
        play(&shared.store, compiled, &asked, &|_| {}).await
    }
}

/// The same beside a stopped server, with as many runs as there are; `progress` is told how many were played.
pub async fn replay_stored(
    store: &AnyStore,
    source: &str,
    asked: &Replaying,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Replayed, Error> {
    let catalogue = Catalogue::new(store.apps().await?)?;
    let site = catalogue.newest_site().unwrap_or_default();
    play(store, read(source, &site)?, asked, progress).await
}

fn read(source: &str, site: &Arc<language::model::Site>) -> Result<Arc<Compiled>, Error> {
    let read = language::read_app(source, site::declared(site));
    let app = read.value.ok_or_else(|| Error::App(errors_of(read.diagnostics)))?;
    Ok(Arc::new(Compiled::new(Arc::new(app), site)))
}

async fn play(
    store: &AnyStore,
    compiled: Arc<Compiled>,
    asked: &Replaying,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Replayed, Error> {
    let app = asked.app.clone().unwrap_or_else(|| compiled.app.id.to_string());
    let filter = RunFilter {
        app: Some(app.clone()),
        ..RunFilter::default()
    };
    let mut tally = Tally::default();
    tally.replayed.app = app;
    let mut page = Page {
        after: asked.after.clone(),
        limit: limits::REPLAY_PAGE_RUNS,
    };
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let mut playing: JoinSet<Vec<(RunId, Vec<Difference>)>> = JoinSet::new();
    let mut begun = 0_u32;
    'pages: loop {
        let runs = store.runs(&filter, &page).await?;
        let is_last = runs.len() < limits::REPLAY_PAGE_RUNS as usize;
        let mut records = Vec::with_capacity(limits::REPLAY_PART_RUNS);
        for run in &runs {
            if run.started_at_ms < asked.since_ms {
                hand_over(&mut playing, &compiled, &mut records);
                break 'pages;
            }
            if asked.until_ms.is_some_and(|until| run.started_at_ms >= until) {
                continue;
            }
            if asked.at_most.is_some_and(|at_most| begun >= at_most) {
                hand_over(&mut playing, &compiled, &mut records);
                tally.replayed.next = page.after.take();
                break 'pages;
            }
            begun += 1;
            page.after = Some(run.cursor());
            records.push((run.clone(), whole(store, run).await?));
            if records.len() == limits::REPLAY_PART_RUNS {
                while playing.len() > workers {
                    gather(&mut playing, &mut tally, progress).await?;
                }
                hand_over(&mut playing, &compiled, &mut records);
            }
        }
        hand_over(&mut playing, &compiled, &mut records);
        match runs.last() {
            Some(last) if !is_last => page.after = Some(last.cursor()),
            _ => break,
        }
    }
    while !playing.is_empty() {
        gather(&mut playing, &mut tally, progress).await?;
    }
    Ok(tally.finish())
}

fn hand_over(
    playing: &mut JoinSet<Vec<(RunId, Vec<Difference>)>>,
    compiled: &Arc<Compiled>,
    records: &mut Vec<(RunRow, Vec<JournalRow>)>,
) {
    let records = std::mem::take(records);
    if records.is_empty() {
        return;
    }
    let compiled = compiled.clone();
    playing.spawn_blocking(move || {
        let played = records.iter().map(|(run, rows)| (run.id, play_one(&compiled, rows)));
        played.collect()
    });
}

async fn gather(
    playing: &mut JoinSet<Vec<(RunId, Vec<Difference>)>>,
    tally: &mut Tally,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<(), Error> {
    let Some(played) = playing.join_next().await else {
        return Ok(());
    };
    let played = played.map_err(|failure| Error::Invalid(format!("a replay failed: {failure}")))?;
    for (run, found) in played {
        tally.add(run, found);
    }
    progress(tally.replayed.runs);
    Ok(())
}

/// A run's journal; one that is too long to be played is cut, and told as such.
async fn whole(store: &AnyStore, run: &RunRow) -> Result<Vec<JournalRow>, store::Error> {
    let mut rows: Vec<JournalRow> = Vec::new();
    loop {
        let after = rows.last().map_or(0, |row| row.seq);
        let more = store.journal(run.id, after, limits::REPLAY_ENTRIES_AT_ONCE).await?;
        let is_last = more.len() < limits::REPLAY_ENTRIES_AT_ONCE as usize;
        rows.extend(more);
        if is_last || rows.len() > limits::REPLAY_ENTRIES_MAX {
            return Ok(rows);
        }
    }
}

fn play_one(compiled: &Compiled, rows: &[JournalRow]) -> Vec<Difference> {
    let not_comparable = |why: String| vec![Difference::NotComparable { why }];
    if rows.len() > limits::REPLAY_ENTRIES_MAX {
        return not_comparable(format!("it has more than {} entries", limits::REPLAY_ENTRIES_MAX));
    }
    let mut record = Vec::with_capacity(rows.len());
    for row in rows {
        match journal::recorded(row) {
            Ok(Some((event, facts))) => record.push(Recorded { event, facts }),
            Ok(None) => {}
            Err(problem) => return not_comparable(problem),
        }
    }
    replay_against(&compiled.program, &record)
}

impl Replayed {
    /// Whether nobody has to look at it before the app is published.
    pub fn is_same(&self) -> bool {
        self.differ == 0 && self.unknown == 0
    }

    /// Adds what a further call found.
    pub fn add(&mut self, more: Replayed) {
        self.runs += more.runs;
        self.same += more.same;
        self.differ += more.differ;
        self.unknown += more.unknown;
        for (kind, count) in more.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        for counted in more.differences {
            match self
                .differences
                .iter_mut()
                .find(|known| known.difference == counted.difference)
            {
                Some(known) => known.runs += counted.runs,
                None => self.differences.push(counted),
            }
        }
        self.next = more.next;
    }
}
