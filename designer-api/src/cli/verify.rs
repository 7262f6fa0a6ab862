//! `gemba verify`

use indicatif::{ProgressBar, ProgressStyle};
use language::diagnostic::Language;
use print::Fonts;
use record::{Outcome, Parts, Report};
use runtime::Progress;
use std::io;
use std::path::{Path, PathBuf};

use super::check::counted;
use super::exit::data_unusable;
use super::out::{complain, say};
use super::{Exit, Lang};
use crate::data;

/// Checks the data of a stopped server, or the record of a run that was kept.
///
/// Of a data folder: every journal's hash chain, and that replaying it gives the run's state. Of a record (the file that
/// 'gemba record' writes, the folder it was unpacked into, or its record.json): the hash of each part, the journal link by
/// link, what follows from it, and that what people read is what is kept. No server is needed, and no data.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 nothing is wrong, 1 faults were found, 2 there is nothing to check, 3 the data cannot be opened

Examples:
  gemba verify data
  gemba verify 019abe0c-5a4e-7c11-9d0c-0d6b1c9f0a11.gemba-record.zip")]
pub(super) struct Verify {
    /// The data folder, or a record
    #[arg(value_name = "DATA or RECORD")]
    path: PathBuf,
    /// Language of what is said of a record; the terminal's when not given
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Verify {
    pub(super) fn run(self) -> Exit {
        if self.path.is_file() || self.path.join(record::MANIFEST).is_file() {
            return verify_record(&self.path, Lang::or_of_the_terminal(self.lang));
        }
        super::block_on(async move {
            let store = match data::open_existing(&self.path).await {
                Ok(Some(store)) => store,
                Ok(None) => {
                    complain(format_args!(
                        "in '{}' there is neither the data of a Gemba nor a record",
                        self.path.display()
                    ));
                    return Exit::CannotRead;
                }
                Err(error) => return data_unusable(&self.path, &error),
            };
            let exit = verify(&store).await;
            store.close().await;
            exit.unwrap_or_else(|error| match error {
                runtime::Error::Store(error) => data_unusable(&self.path, &error),
                other => {
                    complain(other);
                    Exit::DataUnusable
                }
            })
        })
    }
}

/// Says what was looked at, and what came of it.
fn verify_record(path: &Path, language: Language) -> Exit {
    let report = match read_record(path) {
        Ok(report) => report,
        Err(error) => {
            complain(format_args!("'{}' cannot be read: {error}", path.display()));
            return Exit::CannotRead;
        }
    };
    let pick = |en: &'static str, zh: &'static str| match language {
        Language::En => en,
        Language::Zh => zh,
    };
    for check in &report.checks {
        let outcome = match check.outcome {
            Outcome::Good => pick("ok   ", "正常"),
            Outcome::Fault => pick("FAULT", "错误"),
            Outcome::Note => pick("note ", "说明"),
        };
        let said = match language {
            Language::En => &check.en,
            Language::Zh => &check.zh,
        };
        say(format_args!("{outcome}  {said}"));
    }
    if report.is_good() {
        say(pick("the record is whole", "记录完整无误"));
        Exit::Done
    } else {
        say(pick("this record is not to be trusted", "此记录不可信"));
        Exit::ProblemsFound
    }
}

fn read_record(path: &Path) -> io::Result<Report> {
    let fonts = Fonts::of_the_system();
    if path.is_dir() {
        let mut parts = Parts::new();
        read_folder(path, "", &mut parts)?;
        return Ok(record::verify(&parts, &fonts));
    }
    let max = record::limits::RECORD_BYTES_MAX;
    if std::fs::metadata(path)?.len() > 2 * max {
        return Err(io::Error::other(format!(
            "a record has at most {} MiB",
            max / (1024 * 1024)
        )));
    }
    let bytes = std::fs::read(path)?;
    if bytes.starts_with(b"{") {
        return Ok(record::verify_json(&bytes));
    }
    Ok(match record::unpack(&bytes) {
        Ok(parts) => record::verify(&parts, &fonts),
        Err(why) => Report::unreadable(&why),
    })
}

/// What a record was unpacked into: its own folders and one level below.
fn read_folder(folder: &Path, below: &str, parts: &mut Parts) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        let size: u64 = parts.values().map(|bytes| bytes.len() as u64).sum();
        let more = entry.metadata()?.len();
        if parts.len() >= record::limits::PARTS_MAX || size + more > record::limits::RECORD_BYTES_MAX {
            return Err(io::Error::other("this is more than a record has"));
        }
        if entry.file_type()?.is_dir() && below.is_empty() {
            read_folder(&entry.path(), &format!("{name}/"), parts)?;
        } else {
            parts.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
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
