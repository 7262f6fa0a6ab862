//! `gemba record`

use print::Fonts;
use runtime::Cases;
use std::path::{Path, PathBuf};
use store::rows::RunId;

use super::Exit;
use super::exit::data_unusable;
use super::out::{complain, say};
use crate::data;

/// Writes the records of runs, each as one file to be kept for many years; 'gemba verify' checks it.
///
/// For the data of a stopped server; while it runs, GET /api/v1/runs/RUN/record gives the same file.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 done, 1 the data is damaged, 2 no such run, or a file cannot be written, 3 the data cannot be opened

Example:
  gemba record 019abe0c-5a4e-7c11-9d0c-0d6b1c9f0a11 --data data --out records")]
pub(super) struct RecordArgs {
    /// Ids of runs
    #[arg(required = true)]
    runs: Vec<RunId>,
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Folder into which the files are written; nothing in it is overwritten
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

impl RecordArgs {
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
            let cases = Cases::of(store.clone());
            let fonts = Fonts::of_the_system();
            let mut exit = Exit::Done;
            for run in &self.runs {
                exit = write(&cases, *run, &fonts, &self.out).await;
                if exit != Exit::Done {
                    break;
                }
            }
            store.close().await;
            exit
        })
    }
}

async fn write(cases: &Cases, run: RunId, fonts: &Fonts, folder: &Path) -> Exit {
    let exported = match record::export(cases, run).await {
        Ok(Some(exported)) => exported,
        Ok(None) => {
            complain(format_args!("there is no run '{run}'"));
            return Exit::CannotRead;
        }
        Err(error) => {
            complain(error);
            return Exit::ProblemsFound;
        }
    };
    let packed = exported.parts(fonts).and_then(|parts| record::pack(&parts));
    let path = folder.join(file_name(&run.to_string(), "zip"));
    let written = packed
        .map_err(|error| format!("the record of '{run}' cannot be made: {error}"))
        .and_then(|bytes| {
            let file = std::fs::create_dir_all(folder).and_then(|()| std::fs::File::create_new(&path));
            let written = file.and_then(|mut file| {
                std::io::Write::write_all(&mut file, &bytes)?;
                file.sync_all()
            });
            written.map_err(|error| format!("'{}' cannot be written: {error}", path.display()))
        });
    match written {
        Ok(()) => {
            say(format_args!("{}  SHA-256 {}", path.display(), exported.record.hash));
            Exit::Done
        }
        Err(why) => {
            complain(why);
            Exit::CannotRead
        }
    }
}

/// What a record is called where it is saved.
pub(crate) fn file_name(run: &str, ending: &str) -> String {
    format!("{run}.gemba-record.{ending}")
}
