//! `gemba test`

use kernel::trial::{self, Report};
use language::model::App;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

use super::check::counted;
use super::files::{self, File};
use super::out::{complain, say, say_text};
use super::{Exit, Format, Lang};

/// Plays the `tests:` of apps through, in virtual time: a test that waits for days takes milliseconds.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 all passed, 1 a test failed or an app has errors, 2 a file cannot be read

Examples:
  gemba test apps
  gemba test apps/first-piece.yaml --format json")]
pub(super) struct Test {
    /// Files or folders
    #[arg(required = true)]
    path: Vec<PathBuf>,
    /// For people or for programs
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Language of the messages; the terminal's when not given
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Test {
    pub(super) fn run(self) -> Exit {
        let files = match files::read(&self.path) {
            Ok(files) => files,
            Err(error) => {
                complain(error);
                return Exit::CannotRead;
            }
        };
        let apps: Vec<Arc<App>> = files.iter().filter_map(File::app).cloned().collect();
        let tested: Vec<Tested<'_>> = files
            .iter()
            .filter_map(|file| {
                Some(Tested {
                    file,
                    reports: trial::run_tests(file.app()?, &apps, &file.site()),
                })
            })
            .collect();
        let wrong: Vec<&File> = files.iter().filter(|file| file.has_errors()).collect();
        match self.format {
            Format::Json => say(format_args!("{:#}", for_programs(&tested, &wrong))),
            Format::Human => {
                let language = Lang::or_of_the_terminal(self.lang);
                for file in &wrong {
                    say_text(&file.told(language));
                }
                print_for_people(&tested, wrong.len());
            }
        }
        let failed = tested.iter().any(|tested| tested.failed().next().is_some());
        if failed || !wrong.is_empty() {
            Exit::ProblemsFound
        } else {
            Exit::Done
        }
    }
}

struct Tested<'a> {
    file: &'a File,
    reports: Vec<Report>,
}

impl Tested<'_> {
    fn failed(&self) -> impl Iterator<Item = &Report> {
        self.reports.iter().filter(|report| !report.failures.is_empty())
    }
}

fn print_for_people(tested: &[Tested<'_>], wrong: usize) {
    for one in tested {
        say(format_args!("{}", one.file.path.display()));
        if one.reports.is_empty() {
            say(format_args!("  has no tests"));
        }
        for report in &one.reports {
            say(format_args!(
                "  {} {}",
                if report.failures.is_empty() { "ok    " } else { "FAILED" },
                report.title
            ));
            for failure in &report.failures {
                say(format_args!("           {failure}"));
            }
            if !report.failures.is_empty() {
                say(format_args!("         what happened:"));
                for fact in &report.timeline {
                    say(format_args!("           {}", line(fact)));
                }
            }
        }
    }
    let all: usize = tested.iter().map(|one| one.reports.len()).sum();
    let failed: usize = tested.iter().map(|one| one.failed().count()).sum();
    let not_tested = match wrong {
        0 => String::new(),
        _ => format!("; {} not tested because of errors", counted(wrong, "file")),
    };
    let passed = all - failed;
    say(format_args!(
        "{}: {passed} passed, {failed} failed{not_tested}",
        counted(all, "test")
    ));
}

/// `step, round 2: task_completed {"person": "wang", …}`
fn line(fact: &kernel::Fact) -> String {
    let step = fact.step.as_ref().map_or("the run", |step| step.as_str());
    let round = if fact.round > 0 {
        format!(", round {}", fact.round)
    } else {
        String::new()
    };
    // A fact is plain data: it always has a JSON form.
    let mut members = serde_json::to_value(&fact.kind).unwrap_or_default();
    let what = members
        .as_object_mut()
        .and_then(|members| members.shift_remove("what"))
        .unwrap_or_default();
    let what = what.as_str().unwrap_or_default().replace('_', " ");
    match members.as_object() {
        Some(members) if !members.is_empty() => format!("{step}{round}: {what} {}", Value::Object(members.clone())),
        _ => format!("{step}{round}: {what}"),
    }
}

fn for_programs(tested: &[Tested<'_>], wrong: &[&File]) -> Value {
    let file = |one: &Tested<'_>| json!({"file": one.file.path, "tests": one.reports});
    json!({
        "ok": wrong.is_empty() && tested.iter().all(|one| one.failed().next().is_none()),
        "files": tested.iter().map(file).collect::<Vec<_>>(),
        "not_tested": wrong.iter().map(|file| &file.path).collect::<Vec<_>>(),
    })
}
