//! `gemba fmt`

use language::Keywords;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::files::{self, File};
use super::out::{complain, complain_text, say};
use super::{Exit, Lang};

/// Brings app files into one layout. Comments stay.
///
/// A file that has errors is left as it is. With --keywords, the words of the language are written in English or in
/// Chinese; texts, names and formulas stay as they are.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 done, 1 a file has errors, or with --check would change, 2 a file cannot be read or written

Examples:
  gemba fmt apps
  gemba fmt apps --check
  gemba fmt apps --keywords zh
  gemba fmt apps --against released")]
pub(super) struct Fmt {
    /// Files or folders
    #[arg(required = true)]
    path: Vec<PathBuf>,
    /// Only say which files would change
    #[arg(long)]
    check: bool,
    /// Write the words of the language (app, steps, form; 应用, 步骤, 表单) in this language
    #[arg(long, value_enum)]
    keywords: Option<Lang>,
    /// An earlier version, a file or a folder with files of the same names: where a sentence was changed, the id that it
    /// had is written, so that columns and formulas keep it
    #[arg(long, value_name = "EARLIER")]
    against: Option<PathBuf>,
    /// Language of the messages; the terminal's when not given
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Fmt {
    pub(super) fn run(self) -> Exit {
        let files = match files::read(&self.path) {
            Ok(files) => files,
            Err(error) => {
                complain(error);
                return Exit::CannotRead;
            }
        };
        let mut exit = Exit::Done;
        for file in &files {
            match self.one(file) {
                Exit::Done => {}
                Exit::ProblemsFound if exit == Exit::Done => exit = Exit::ProblemsFound,
                Exit::ProblemsFound => {}
                other => return other,
            }
        }
        exit
    }

    fn one(&self, file: &File) -> Exit {
        let source = match self.frozen(file) {
            Ok(source) => source,
            Err(error) => {
                complain(error);
                return Exit::CannotRead;
            }
        };
        let formatted = match self.keywords {
            Some(Lang::En) => language::format_in(&source, Keywords::En),
            Some(Lang::Zh) => language::format_in(&source, Keywords::Zh),
            None => language::format(&source),
        };
        let Some(formatted) = formatted else {
            let language = Lang::or_of_the_terminal(self.lang);
            complain_text(&file.told(language));
            return Exit::ProblemsFound;
        };
        if formatted == file.source {
            return Exit::Done;
        }
        if self.check {
            say(format_args!("would change {}", file.path.display()));
            return Exit::ProblemsFound;
        }
        match replace(&file.path, &formatted) {
            Ok(()) => {
                say(format_args!("changed {}", file.path.display()));
                Exit::Done
            }
            Err(error) => {
                complain(format_args!("'{}' cannot be written: {error}", file.path.display()));
                Exit::CannotRead
            }
        }
    }
}

impl Fmt {
    /// The file with the ids of its earlier version, where there is one.
    fn frozen(&self, file: &File) -> Result<String, files::Error> {
        let Some(against) = &self.against else {
            return Ok(file.source.clone());
        };
        let earlier = match against.is_dir() {
            true => {
                let inside = self.path.iter().find_map(|root| file.path.strip_prefix(root).ok());
                let inside = inside.filter(|path| !path.as_os_str().is_empty());
                let earlier =
                    against.join(inside.unwrap_or_else(|| Path::new(file.path.file_name().unwrap_or_default())));
                if !earlier.exists() {
                    // A new file has no earlier version.
                    return Ok(file.source.clone());
                }
                earlier
            }
            false => against.clone(),
        };
        let earlier = files::read_text(&earlier)?;
        // What cannot be read is told when it is formatted.
        let mended = language::format(&file.source).unwrap_or_else(|| file.source.clone());
        Ok(language::freeze_ids(&mended, &earlier).unwrap_or(mended))
    }
}

/// Writes beside the file and renames: a crash leaves the old text or the new one, never half of one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let mut beside = path.clone().into_os_string();
    beside.push(".new");
    let written = fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.set_permissions(fs::metadata(&path)?.permissions())?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&beside, &path));
    if renamed.is_err() {
        // Nothing to do when even that fails: the error before it is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    renamed
}
