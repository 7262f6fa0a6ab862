//! `gemba-sim`: simulates, and when something is wrong says what, as a story and as a command that repeats it.

use clap::Parser;
use gemba_sim::minimise::smallest;
use gemba_sim::world::{Outcome, Plan, run};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Simulates Gemba: people, machines, clocks, disks and power cuts by one seed, with everything checked.
#[derive(Parser)]
#[command(name = "gemba-sim", version)]
struct Arguments {
    /// The first seed; each further plant takes the next one.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many things happen in all.
    #[arg(long, default_value_t = 2_000)]
    events: u64,
    /// How many things happen in one plant before the next one is built.
    #[arg(long, default_value_t = 2_000)]
    per_plant: u64,
    /// Plants at the same time.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Apps to run instead of drawn ones: a folder of YAML files.
    #[arg(long)]
    apps: Option<PathBuf>,
    /// Prints what happens, also when nothing is wrong.
    #[arg(long)]
    tell: bool,
    /// Breaks something on purpose, to see that it is found.
    #[arg(long = "break", value_enum)]
    broken: Option<gemba_sim::control::Broken>,
    /// Prints the apps of the first plant and ends.
    #[arg(long)]
    show_apps: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let given = match given_apps(&arguments) {
        Ok(given) => given,
        Err(problem) => {
            eprintln!("gemba-sim: {problem}");
            return ExitCode::FAILURE;
        }
    };
    if arguments.show_apps {
        for app in Plan::of(arguments.seed, 0, &given).apps {
            println!("---\n{}", app.text());
        }
        return ExitCode::SUCCESS;
    }
    let began = Instant::now();
    let next = AtomicU64::new(0);
    let plants = arguments.events.div_ceil(arguments.per_plant.max(1));
    let all = Mutex::new((Outcome::default(), None::<(Plan, Outcome)>));
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let plant = next.fetch_add(1, Ordering::Relaxed);
                    let has_failed = all.lock().unwrap_or_else(PoisonError::into_inner).1.is_some();
                    if plant >= plants || has_failed {
                        return;
                    }
                    let left = arguments.events - plant * arguments.per_plant;
                    let events = left.min(arguments.per_plant) as usize;
                    let plan = Plan {
                        broken: arguments.broken,
                        ..Plan::of(arguments.seed + plant, events, &given)
                    };
                    let outcome = run(&plan, arguments.tell);
                    if arguments.tell {
                        outcome.story.iter().for_each(|line| println!("{line}"));
                    }
                    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                    add(&mut all.0, &outcome);
                    if !outcome.problems.is_empty() && all.1.is_none() {
                        all.1 = Some((plan, outcome));
                    }
                }
            });
        }
    });
    let (sum, failed) = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    report(&sum, plants, began.elapsed().as_secs_f64());
    match failed {
        None => ExitCode::SUCCESS,
        Some((plan, outcome)) => {
            explain(&plan, &outcome, &arguments);
            ExitCode::FAILURE
        }
    }
}

fn given_apps(arguments: &Arguments) -> Result<Vec<String>, String> {
    let Some(folder) = &arguments.apps else {
        return Ok(Vec::new());
    };
    let entries = std::fs::read_dir(folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "yaml") && !file.ends_with("site.yaml"));
    files.sort();
    let mut apps = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|problem| format!("{}: {problem}", file.display()))?;
        // Those of another plant name what this one does not have.
        if language::read_app(&text, Some(&gemba_sim::site::site()))
            .value
            .is_some()
        {
            apps.push(text);
        } else {
            eprintln!(
                "gemba-sim: {} does not fit the simulated plant and is left out",
                file.display()
            );
        }
    }
    if apps.is_empty() {
        return Err(format!(
            "{} holds no app that fits the simulated plant",
            folder.display()
        ));
    }
    Ok(apps)
}

fn add(sum: &mut Outcome, one: &Outcome) {
    sum.events += one.events;
    sum.entries += one.entries;
    sum.commits += one.commits;
    sum.crashes += one.crashes;
    sum.faults += one.faults;
    sum.uses += one.uses;
    sum.asked += one.asked;
    sum.acknowledged += one.acknowledged;
    sum.refused += one.refused;
    sum.unanswered += one.unanswered;
    sum.runs += one.runs;
    sum.ended += one.ended;
    // The order of plants does not matter.
    sum.trace ^= one.trace;
    for (kind, many) in &one.kinds {
        *sum.kinds.entry(kind).or_default() += many;
    }
}

fn report(sum: &Outcome, plants: u64, seconds: f64) {
    println!(
        "{} things happened in {plants} plants in {seconds:.1} s ({:.0}/s): {} requests acknowledged, {} refused, {} unanswered; {} runs, \
         {} ended; {} kernel events in {} commits; {} asks outside; {} uses of the disk, {} failed; {} power cuts; trace {:016x}",
        sum.events,
        sum.events as f64 / seconds.max(0.001),
        sum.acknowledged,
        sum.refused,
        sum.unanswered,
        sum.runs,
        sum.ended,
        sum.entries,
        sum.commits,
        sum.asked,
        sum.uses,
        sum.faults,
        sum.crashes,
        sum.trace,
    );
    let kinds: Vec<String> = sum.kinds.iter().map(|(kind, many)| format!("{many} {kind}")).collect();
    println!("kernel events: {}", kinds.join(", "));
}

fn explain(plan: &Plan, outcome: &Outcome, arguments: &Arguments) {
    println!("\nWRONG: {}", outcome.problems[0]);
    println!("It is made smaller; that may take a minute and a half.");
    let small = smallest(plan, outcome);
    let told = run(&small, true);
    println!("\nThe apps:\n");
    for app in &small.apps {
        println!("---\n{}", app.text());
    }
    println!(
        "The story, {} of {} things that happened:\n",
        small.events.len(),
        outcome.events
    );
    for line in &told.story {
        println!("  {line}");
    }
    println!("\nWhat is wrong:");
    let problems = if told.problems.is_empty() {
        &outcome.problems
    } else {
        &told.problems
    };
    for problem in problems.iter().take(5) {
        println!("  {problem}");
    }
    let apps = arguments
        .apps
        .as_ref()
        .map_or(String::new(), |folder| format!(" --apps {}", folder.display()));
    println!(
        "\nThe whole of it again:\n  cargo run --package gemba-sim -- --seed {} --events {} --per-plant {}{apps}",
        plan.seed,
        plan.events.len(),
        plan.events.len()
    );
}
