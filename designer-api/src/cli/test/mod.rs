//! `gemba test`

mod report;
mod watch;

use kernel::trial::{self, Rehearsal, Report};
use language::model::App;
use std::path::PathBuf;
use std::sync::Arc;

use super::files::{self, File};
use super::out::{complain, say, say_text};
use super::{Exit, Format, Lang};

/// Plays the `tests:` of apps through, in virtual time: a test that waits for days takes milliseconds.
///
/// Says for each app how much of it they have come to: its steps, and the ways that a run can go at a branch.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 all passed, 1 a test failed, an app has errors or is covered too little, 2 a file cannot be read

Examples:
  gemba test apps
  gemba test apps/first-piece.yaml --coverage
  gemba test apps --least 90
  gemba test apps --watch
  gemba test apps/first-piece.yaml --format json")]
pub(super) struct Test {
    /// Files or folders
    #[arg(required = true)]
    path: Vec<PathBuf>,
    /// Shows every step and way that no test has come to
    #[arg(long)]
    coverage: bool,
    /// Share of its steps and of its ways that the tests of each app must have come to
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    least: Option<u32>,
    /// Stays and tests again whatever is changed
    #[arg(long, conflicts_with = "format")]
    watch: bool,
    /// For people or for programs
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Language of the messages; the terminal's when not given
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Test {
    pub(super) fn run(self) -> Exit {
        if self.watch {
            return watch::run(&self);
        }
        let files = match files::read(&self.path) {
            Ok(files) => files,
            Err(error) => {
                complain(error);
                return Exit::CannotRead;
            }
        };
        let tested = play(&files, |_| true);
        let wrong: Vec<&File> = files.iter().filter(|file| file.has_errors()).collect();
        match self.format {
            Format::Json => say(format_args!("{:#}", report::for_programs(&tested, &wrong, self.least))),
            Format::Human => self.print(&tested, &wrong),
        }
        if wrong.is_empty() && tested.iter().all(|tested| tested.is_right(self.least)) {
            Exit::Done
        } else {
            Exit::ProblemsFound
        }
    }

    fn print(&self, tested: &[Tested<'_>], wrong: &[&File]) {
        let language = Lang::or_of_the_terminal(self.lang);
        for file in wrong {
            say_text(&file.told(language));
        }
        let detail = match self.coverage {
            true => report::Detail::Everything,
            false => report::Detail::Lines,
        };
        report::for_people(tested, wrong.len(), self.least, detail);
    }
}

/// Plays the tests of those files that are wanted.
fn play<'a>(files: &'a [File], wanted: impl Fn(&File) -> bool) -> Vec<Tested<'a>> {
    let apps: Vec<Arc<App>> = files.iter().filter_map(File::app).cloned().collect();
    let tested = files.iter().filter(|file| wanted(file)).filter_map(|file| {
        let rehearsal = trial::rehearse(file.app()?, &apps, &file.site());
        Some(Tested { file, rehearsal })
    });
    tested.collect()
}

struct Tested<'a> {
    file: &'a File,
    rehearsal: Rehearsal,
}

impl Tested<'_> {
    fn failed(&self) -> impl Iterator<Item = &Report> {
        self.rehearsal
            .reports
            .iter()
            .filter(|report| !report.failures.is_empty())
    }

    fn covers(&self, least: Option<u32>) -> bool {
        least.is_none_or(|least| self.rehearsal.coverage.percent() >= least)
    }

    fn is_right(&self, least: Option<u32>) -> bool {
        self.failed().next().is_none() && self.covers(least)
    }
}
