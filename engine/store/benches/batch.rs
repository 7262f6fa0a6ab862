//! CPU time of a batch: `start` writes new runs, each with its journal entry and the answer to its request; `wake`
//! moves sleeping runs on, each with an entry, a task that is done and the next one. Counted is the CPU time of the
//! whole process, SQLite's thread included, not the wait for the disk; divide by the number of runs.
//! `tasks` and `counts` are reads.

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gemba_store::conformance::samples::{id, request, run, task};
use gemba_store::rows::*;
use gemba_store::sqlite::Options;
use gemba_store::{AnyStore, Unit};
use rustix::time::{ClockId, clock_gettime};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;

const STATE_BYTES: usize = 600;
const ENTRY_BYTES: usize = 1_500;

/// CPU time of all threads of the process.
struct CpuTime(WallTime);

impl Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    }

    fn end(&self, start: Duration) -> Duration {
        self.start() - start
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        self.0.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self.0.formatter()
    }
}

fn entry(run: RunId, seq: u64) -> Write {
    Write::Journal(JournalRow {
        run,
        seq,
        at_ms: 1_760_000_000_000,
        body: vec![b'j'; ENTRY_BYTES],
        hash: [9; 32],
    })
}

fn started(number: u64) -> [Write; 3] {
    let row = RunRow {
        state: vec![b's'; STATE_BYTES],
        ..run(number)
    };
    let answer = AnsweredRow {
        // Keys of callers are spread, not in order.
        key: request(&format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))),
        fingerprint: [3; 32],
        reply: vec![b'r'; 100],
        at_ms: 1_760_000_000_000,
    };
    [
        entry(row.id, 1),
        Write::InsertRun(Box::new(row)),
        Write::PutAnswered(answer),
    ]
}

fn woken(row: &RunRow, at_ms: i64) -> [Write; 4] {
    let next = RunRow {
        seq: row.seq + 1,
        ..row.clone()
    };
    let number = u32::try_from(row.seq).expect("few entries");
    let task = TaskRow {
        run: row.id,
        task: number + 1,
        opened_at_ms: at_ms,
        spec: vec![b't'; STATE_BYTES],
        ..task(1, "operator")
    };
    [
        entry(row.id, next.seq),
        Write::UpdateRun {
            row: Box::new(next),
            expected_seq: row.seq,
        },
        Write::DropTask {
            run: row.id,
            task: number,
        },
        Write::PutTask(Box::new(task)),
    ]
}

async fn open(folder: &std::path::Path) -> AnyStore {
    Options::new(folder).open().await.expect("it opens")
}

async fn begin(store: &AnyStore) -> Box<dyn Unit> {
    store.begin().await.expect("it begins")
}

async fn start(store: &AnyStore, next: &AtomicU64, runs: u64) {
    let first = next.fetch_add(runs, Ordering::Relaxed);
    let mut unit = begin(store).await;
    let writes = (first..first + runs).flat_map(started).collect();
    unit.write(writes).await.expect("it is written");
    unit.commit().await.expect("it is committed");
}

async fn wake(store: &AnyStore, next: &AtomicU64, runs: u64, sleeping: u64) {
    let first = next.fetch_add(runs, Ordering::Relaxed);
    // Runs far apart from each other, none twice.
    let ids: Vec<RunId> = (first..first + runs)
        .map(|number| id(1 + (number * 7_919) % sleeping))
        .collect();
    let mut unit = begin(store).await;
    let rows = unit.runs(&ids).await.expect("they are read");
    let at_ms = 1_770_000_000_000 + first as i64;
    let writes = rows.iter().flat_map(|row| woken(row, at_ms)).collect();
    unit.write(writes).await.expect("it is written");
    unit.commit().await.expect("it is committed");
}

fn batches(criterion: &mut Criterion<CpuTime>) {
    let runtime = Runtime::new().expect("a runtime");
    for sleeping in [20_000_u64, 300_000] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = runtime.block_on(open(folder.path()));
        let next = AtomicU64::new(1);
        while next.load(Ordering::Relaxed) <= sleeping {
            runtime.block_on(start(&store, &next, 1_000));
        }
        for (name, is_start) in [("start", true), ("wake", false)] {
            let mut group = criterion.benchmark_group(format!("{name} among {sleeping}"));
            for runs in [1_u64, 10, 100] {
                group.throughput(Throughput::Elements(runs));
                group.bench_function(BenchmarkId::from_parameter(runs), |bencher| {
                    bencher.iter(|| match is_start {
                        true => runtime.block_on(start(&store, &next, runs)),
                        false => runtime.block_on(wake(&store, &next, runs, sleeping)),
                    });
                });
            }
            group.finish();
        }
        runtime.block_on(store.close());
    }
}

/// A page of 50 tasks, for who asks at a station, among a thousand open tasks and among 70,000.
fn lists(criterion: &mut Criterion<CpuTime>) {
    let runtime = Runtime::new().expect("a runtime");
    for open_tasks in [1_000_u64, 70_000] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = runtime.block_on(open(folder.path()));
        for first in (0..open_tasks).step_by(1_000) {
            let put = |number: u64| {
                let at = vec![format!("qc-{}", number % 40)];
                let role = ["operator", "setter", "inspector"][number as usize % 3];
                let spec = vec![b't'; STATE_BYTES];
                Write::PutTask(Box::new(TaskRow {
                    at,
                    spec,
                    ..task(number, role)
                }))
            };
            runtime.block_on(async {
                let mut unit = begin(&store).await;
                unit.write((first..first + 1_000).map(put).collect())
                    .await
                    .expect("it is written");
                unit.commit().await.expect("it is committed");
            });
        }
        let filter = TaskFilter {
            roles: vec!["operator".to_owned(), "setter".to_owned()],
            person: Some("wang".to_owned()),
            station: Some("qc-7".to_owned()),
            ..TaskFilter::default()
        };
        let page = Page { after: None, limit: 50 };
        criterion.bench_function(&format!("50 tasks of {open_tasks}"), |bencher| {
            bencher.iter(|| runtime.block_on(store.tasks(&filter, &page)).expect("they are listed"));
        });
        criterion.bench_function(&format!("counts with {open_tasks} tasks"), |bencher| {
            bencher.iter(|| runtime.block_on(store.counts()).expect("they are counted"));
        });
        runtime.block_on(store.close());
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(CpuTime(WallTime))
        .measurement_time(Duration::from_secs(3))
        .sample_size(20);
    targets = batches, lists
}
criterion_main!(benches);
