//! What reading, checking and laying out apps costs: one of 200 lines, and a whole site of 1,000 of them.

use std::fmt::Write;
use std::hint::black_box;
use std::thread;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gemba_language::catalogue::EXAMPLE_SITE;
use gemba_language::model::App;
use gemba_language::{Together, format, read_app, read_site};

/// Apps of the site.
const APPS: usize = 1_000;
/// Cores that a small server has.
const THREADS: usize = 2;

/// A part of an app: people are asked, something is decided, held, kept and told. 33 lines.
fn part(number: usize) -> String {
    format!(
        r#"  - hold: line-3
    why: Piece {number} of {{work_order}} is not released
  - repeat: Measure {number} until it is right
    until: diameter_{number} is ok and surface_{number} is ok
    at_most: 3 times
    steps:
      - form: Measure piece {number}
        to: operator
        within: 20 min
        late:
          - after: 0 min
            tell: team leader
        fields:
          - scan: Serial number {number}
          - measure: Diameter {number}
            limits: 24.95 to 25.05 mm
            samples: 3
          - check: Surface {number}
          - whole: Scratches {number}
            max: 9
    otherwise:
      - release: line-3
      - fail: Not right after three rounds
  - decide: Class {number}
    inputs: [scratches_{number}]
    gives: class_{number}
    rows:
      - {{when: "< 3", then: A}}
      - {{when: "[3..9]", then: B}}
  - save: Pieces
    if: class_{number} = "A" and run.station != "qc-2"
    values: {{serial_number: = serial_number_{number}, diameter: = diameter_{number}, kept_by: = measure_piece_{number}.answered_by}}
  - release: line-3
"#
    )
}

/// An app of 200 lines that is right.
fn app(number: usize) -> String {
    let mut text = format!(
        "app: Inspection {number}\nabout: The line stays on hold until all pieces are released.\ninputs:\n  - order: Work order\ntables:\n  - table: Pieces\n    key: serial_number\n    columns: [serial_number, work_order, diameter, kept_by]\nsteps:\n"
    );
    for piece in 1..=6 {
        text.push_str(&part(piece));
    }
    let _ = write!(
        text,
        "  - tell: team leader\n    message: Inspection of {{work_order}} is done\n"
    );
    text
}

fn apps(bench: &mut Criterion) {
    let site = read_site(EXAMPLE_SITE).value;
    let site = site.as_ref();
    let one = app(1);
    let read = read_app(&one, site);
    assert!(read.diagnostics.is_empty(), "{:#?}", read.diagnostics);
    assert!(
        (200..=210).contains(&one.lines().count()),
        "{} lines",
        one.lines().count()
    );
    let mistaken = one
        .replacen("fields:", "fileds:", 1)
        .replace("surface_4 is ok", "surfcae_4 is ok");
    bench.bench_function("check an app of 200 lines", |b| {
        b.iter(|| read_app(black_box(&one), site))
    });
    bench.bench_function("check it with two mistakes", |b| {
        b.iter(|| read_app(black_box(&mistaken), site))
    });
    bench.bench_function("lay it out", |b| b.iter(|| format(black_box(&one))));

    let all: Vec<String> = (0..APPS).map(app).collect();
    let mut group = bench.benchmark_group("site");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    group.throughput(Throughput::Elements(APPS as u64));
    group.bench_function("check 1,000 apps of 200 lines", |b| {
        b.iter(|| {
            let read = |sources: &[String]| -> Vec<App> {
                sources
                    .iter()
                    .filter_map(|source| read_app(source, site).value)
                    .collect()
            };
            let apps: Vec<App> = thread::scope(|scope| {
                let parts = all.chunks(APPS / THREADS).map(|part| scope.spawn(move || read(part)));
                let parts: Vec<_> = parts.collect();
                parts
                    .into_iter()
                    .flat_map(|part| part.join().expect("reading does not panic"))
                    .collect()
            });
            assert_eq!(apps.len(), APPS);
            let together = Together::of(&apps);
            let found = all
                .iter()
                .zip(&apps)
                .map(|(source, app)| together.check(source, app).len());
            found.sum::<usize>()
        });
    });
    group.finish();
    println!("peak memory: {}", peak_memory());
}

/// Of this process, as Linux tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not known here".to_owned(), |line| line.trim().to_owned())
}

criterion_group!(benches, apps);
criterion_main!(benches);
