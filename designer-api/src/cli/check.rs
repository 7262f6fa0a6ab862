//! `gemba check`

use language::diagnostic::{Language, Severity};
use serde_json::{Value, json};
use std::path::PathBuf;

use super::files::{self, File};
use super::out::{complain, say, say_text};
use super::{Exit, Format, Lang};
use crate::diagnostics;

/// Says everything that is wrong with app files, where, and how to mend it.
///
/// Folders are looked through for *.yaml. An app is checked against the site.yaml of its folder.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 no errors (there may be warnings), 1 errors, 2 a file cannot be read

Examples:
  gemba check apps
  gemba check apps/first-piece.yaml --format json
  gemba check apps --lang zh")]
pub(super) struct Check {
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

impl Check {
    pub(super) fn run(self) -> Exit {
        let language = Lang::or_of_the_terminal(self.lang);
        let files = match files::read(&self.path) {
            Ok(files) => files,
            Err(error) => {
                complain(error);
                return Exit::CannotRead;
            }
        };
        let twins = files::twins(&files);
        match self.format {
            Format::Human => print_for_people(&files, language),
            Format::Json => say(format_args!("{:#}", for_programs(&files, language))),
        }
        for (path, earlier) in &twins {
            complain(format_args!(
                "'{}' has the same id as '{}'",
                path.display(),
                earlier.display()
            ));
        }
        let wrong = files.iter().any(File::has_errors) || !twins.is_empty();
        if wrong { Exit::ProblemsFound } else { Exit::Done }
    }
}

fn print_for_people(files: &[File], language: Language) {
    for file in files {
        say_text(&file.told(language));
    }
    let count = |severity| {
        files
            .iter()
            .flat_map(|file| &file.diagnostics)
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    let (errors, warnings, notices) = (
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Notice),
    );
    match language {
        Language::En => say(format_args!(
            "{} checked: {}, {}, {}",
            counted(files.len(), "file"),
            counted(errors, "error"),
            counted(warnings, "warning"),
            counted(notices, "notice")
        )),
        Language::Zh => {
            say(format_args!(
                "已检查 {} 个文件：{errors} 处错误，{warnings} 处警告，{notices} 处提示",
                files.len()
            ));
        }
    }
}

pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

fn for_programs(files: &[File], language: Language) -> Value {
    let one = |file: &File| {
        json!({
            "file": file.path,
            "ok": !file.has_errors(),
            "diagnostics": diagnostics::to_json(&file.diagnostics, &file.source, language),
        })
    };
    json!({"ok": !files.iter().any(File::has_errors), "files": files.iter().map(one).collect::<Vec<_>>()})
}
