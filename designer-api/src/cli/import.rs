//! `gemba import`

use import::{Grade, Imported, Keywords, Kind, Note, Options, Sheets};
use language::diagnostic::Language;
use serde_json::{Value, json};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::out::{complain, complain_text, say, say_text};
use super::{Exit, Format, Lang};

/// Makes an app of a check sheet in .xlsx, or of an XLSForm.
///
/// Says what was understood, what was guessed and what was not, each with its cell. What is written passes
/// `gemba check`. Nothing is overwritten.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 written, 2 the file cannot be read, nothing in it was understood, or the app's file is there already

Examples:
  gemba import first-piece.xlsx
  gemba import daily-check.xlsx -o apps/daily-check.yaml --keywords zh
  gemba import survey.xlsx --as xlsform -o -")]
pub(super) struct Import {
    /// The .xlsx file
    file: PathBuf,
    /// What it is; found out when not given
    #[arg(long = "as", value_enum)]
    kind: Option<As>,
    /// Where the app is written: a file, a folder, or - for the terminal; here, under the name of the app, when not given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make an app of each sheet of a check sheet, not a form
    #[arg(long)]
    split: bool,
    /// Write the words of the language (app, steps, form; 应用, 步骤, 表单) in this language
    #[arg(long, value_enum)]
    keywords: Option<Lang>,
    /// The report for people or for programs
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Language of the messages; the terminal's when not given
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum As {
    /// Items in rows
    CheckSheet,
    /// Sheets `survey` and `choices`
    Xlsform,
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("'{}' cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("'{}': {source}", path.display())]
    Import { path: PathBuf, source: import::Error },
    #[error("'{}' is there already; nothing was changed", .0.display())]
    Exists(PathBuf),
    #[error("'{}' cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("there are {0} apps: name a folder with -o, not one file")]
    Several(usize),
}

impl Import {
    pub(super) fn run(self) -> Exit {
        match self.import() {
            Ok(()) => Exit::Done,
            Err(error) => {
                complain(error);
                Exit::CannotRead
            }
        }
    }

    fn import(&self) -> Result<(), Error> {
        let language = Lang::or_of_the_terminal(self.lang);
        let bytes = read(&self.file)?;
        let options = Options {
            kind: self.kind.map(|kind| match kind {
                As::CheckSheet => Kind::CheckSheet,
                As::Xlsform => Kind::XlsForm,
            }),
            sheets: if self.split { Sheets::AsApps } else { Sheets::AsForms },
            keywords: match self.keywords {
                Some(Lang::Zh) => Keywords::Zh,
                Some(Lang::En) | None => Keywords::En,
            },
            file_name: self.file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let failed = |source| Error::Import {
            path: self.file.clone(),
            source,
        };
        let imported = import::import(&bytes, &options).map_err(failed)?;
        let written = self.write(&imported)?;
        match self.format {
            Format::Human => {
                let text = for_people(&imported, &written, language);
                // What goes to a file by `-o -` is nothing but the app.
                if written.is_empty() {
                    complain_text(&text)
                } else {
                    say_text(&text)
                }
            }
            Format::Json if written.is_empty() => {
                complain_text(&format!("{:#}\n", for_programs(&imported, &written, language)))
            }
            Format::Json => say(format_args!("{:#}", for_programs(&imported, &written, language))),
        }
        Ok(())
    }

    /// The files that were written; none when the apps went to the terminal.
    fn write(&self, imported: &Imported) -> Result<Vec<PathBuf>, Error> {
        if self.output.as_deref() == Some(Path::new("-")) {
            for app in &imported.apps {
                say_text(&app.yaml);
            }
            return Ok(Vec::new());
        }
        let named = |id: &str| format!("{}.yaml", id.replace('_', "-"));
        let output = self.output.clone().unwrap_or_default();
        let is_file = output
            .extension()
            .is_some_and(|ending| ending == "yaml" || ending == "yml")
            && !output.is_dir();
        let paths: Vec<PathBuf> = match imported.apps.len() {
            1 if is_file => vec![output],
            several if is_file => return Err(Error::Several(several)),
            _ => imported.apps.iter().map(|app| output.join(named(&app.id))).collect(),
        };
        // Nothing is written when one of them is there.
        if let Some(there) = paths.iter().find(|path| path.exists()) {
            return Err(Error::Exists(there.clone()));
        }
        for (path, app) in paths.iter().zip(&imported.apps) {
            let failed = |source: io::Error| match source.kind() {
                io::ErrorKind::AlreadyExists => Error::Exists(path.clone()),
                _ => Error::Write {
                    path: path.clone(),
                    source,
                },
            };
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            let mut file = fs::File::create_new(path).map_err(failed)?;
            file.write_all(app.yaml.as_bytes()).map_err(failed)?;
        }
        Ok(paths)
    }
}

/// No more than an import takes.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let most = u64::try_from(import::limits::FILE_BYTES_MAX).unwrap_or(u64::MAX);
    let file = fs::File::open(path).map_err(failed)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn said(note: &Note, language: Language) -> &str {
    match language {
        Language::En => &note.message.0,
        Language::Zh => &note.message.1,
    }
}

fn for_people(imported: &Imported, written: &[PathBuf], language: Language) -> String {
    let mut out = String::new();
    for (grade, en, zh) in [
        (
            Grade::NotUnderstood,
            "Not understood: look at these",
            "没有看懂，请查看：",
        ),
        (
            Grade::Guessed,
            "Guessed: right if that is what was meant",
            "按常见含义理解，请核对：",
        ),
    ] {
        let notes: Vec<&Note> = imported.report.of(grade).collect();
        if notes.is_empty() {
            continue;
        }
        out.push_str(if language == Language::En { en } else { zh });
        out.push('\n');
        for note in notes {
            out.push_str(&format!(
                "  {} {}  {}\n      {}\n",
                note.code,
                note.place,
                note.text,
                said(note, language)
            ));
        }
        out.push('\n');
    }
    let left_out = imported.report.left_out;
    let understood = imported.report.of(Grade::Understood).count();
    let fields: usize = imported.apps.iter().map(|app| app.fields).sum();
    let (guessed, missed) = (
        imported.report.of(Grade::Guessed).count(),
        imported.report.of(Grade::NotUnderstood).count(),
    );
    out.push_str(&match language {
        Language::En => {
            format!("{fields} fields; understood {understood}, guessed {guessed}, not understood {missed}\n")
        }
        Language::Zh => format!("{fields} 个字段；看懂 {understood} 处，推测 {guessed} 处，没看懂 {missed} 处\n"),
    });
    if left_out > 0 {
        out.push_str(&match language {
            Language::En => format!("{left_out} more notes are not shown\n"),
            Language::Zh => format!("还有 {left_out} 条没有列出\n"),
        });
    }
    for path in written {
        let path = path.display();
        out.push_str(&match language {
            Language::En => format!("wrote {path}\n"),
            Language::Zh => format!("已写入 {path}\n"),
        });
    }
    out
}

fn for_programs(imported: &Imported, written: &[PathBuf], language: Language) -> Value {
    let grade = |grade| match grade {
        Grade::Understood => "understood",
        Grade::Guessed => "guessed",
        Grade::NotUnderstood => "not_understood",
    };
    let note = |note: &Note| {
        json!({
            "code": note.code,
            "grade": grade(note.grade),
            "sheet": note.place.sheet,
            "row": note.place.row,
            "column": note.place.column,
            "text": note.text,
            "message": said(note, language),
        })
    };
    let app = |(at, app): (usize, &import::App)| json!({"id": app.id, "file": written.get(at).map(|path| path.display().to_string()), "fields": app.fields});
    json!({
        "kind": match imported.kind { Kind::CheckSheet => "check-sheet", Kind::XlsForm => "xlsform" },
        "apps": imported.apps.iter().enumerate().map(app).collect::<Vec<_>>(),
        "notes": imported.report.notes.iter().map(note).collect::<Vec<_>>(),
        "left_out": imported.report.left_out,
    })
}
