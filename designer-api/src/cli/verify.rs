//! `gemba verify`

use indicatif::{ProgressBar, ProgressStyle};
use runtime::Progress;
use std::path::PathBuf;

use super::Exit;
use super::check::counted;
use super::exit::data_unusable;
use super::out::{complain, say};
use crate::data;

/// Checks the data of a stopped server: every journal's hash chain, and that replaying it gives the run's state.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 nothing is wrong, 1 faults were found, 2 there is no data, 3 the data cannot be opened

Example:
  gemba verify data")]
pub(super) struct Verify {
    /// The data folder
    data: PathBuf,
}

impl Verify {
    pub(super) fn run(self) -> Exit {
        super::block_on(async move {
            let store = match data::open_existing(&self.data).await {
                Ok(Some(store)) => store,
                Ok(None) => {
                    complain(format_args!("there is no data of a Gemba in '{}'", self.data.display()));
                    return Exit::CannotRead;
                }
                Err(error) => return data_unusable(&self.data, &error),
            };
            let exit = verify(&store).await;
            store.close().await;
            exit.unwrap_or_else(|error| match error {
                runtime::Error::Store(error) => data_unusable(&self.data, &error),
                other => {
                    complain(other);
                    Exit::DataUnusable
                }
            })
        })
    }
}

/// Says what is wrong, with a bar while it looks.
pub(super) async fn verify(store: &store::AnyStore) -> Result<Exit, runtime::Error> {
    let bar = ProgressBar::new(0).with_style(style());
    let show = |progress| {
        let (what, done, all) = match progress {
            Progress::Chains { done, all } => ("hash chains", done, all),
            Progress::Replays { done, all } => ("replays", done, all),
        };
        bar.set_message(what);
        bar.set_length(all);
        bar.set_position(done);
    };
    let report = runtime::verify(store, &show).await?;
    bar.finish_and_clear();
    for fault in &report.faults {
        say(format_args!("{fault}"));
    }
    let found = match report.faults.len() {
        0 => "nothing is wrong".to_owned(),
        some => counted(some, "fault"),
    };
    say(format_args!(
        "{} runs, {} journal entries, {} audit entries: {found}",
        report.runs, report.entries, report.audit_entries
    ));
    Ok(if report.faults.is_empty() {
        Exit::Done
    } else {
        Exit::ProblemsFound
    })
}

/// Drawn on standard error, and only when that is a terminal.
pub(super) fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len}, {eta} left").expect("the template is tested")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_bar_has_a_style() {
        super::style();
    }
}
