//! `gemba new`

mod templates;

use language::diagnostic::{Language, Severity};
use language::model::Site;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::files;
use super::out::{ask, complain, complain_text, say};
use super::{Exit, Lang};
use crate::diagnostics;
use templates::{Question, Template};

const BLANK: &str = include_str!("blank.yaml");

/// Writes something to start from.
#[derive(clap::Args)]
#[command(arg_required_else_help = true)]
pub(super) struct New {
    /// Shows the templates: filled-in apps for the usual jobs of a shop floor
    #[arg(long)]
    list: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Writes a filled-in app that checks and passes its own tests.
    ///
    /// Where a site.yaml is beside it, its roles are used. With --from one of the templates is written, with the names of
    /// your site in it: asked at the terminal, or given with --set.
    #[command(after_help = "\
Exit codes: 0 written, 1 the template does not fit the site, 2 it cannot be written, or the file is there already

Examples:
  gemba new app \"Bore check\" --folder apps
  gemba new --list
  gemba new app --from first-piece --folder apps
  gemba new app \"First piece, line 9\" --from first-piece --set line=line-9 --set operator=worker")]
    App {
        /// What the app is called: a human sentence; not needed with --from
        #[arg(required_unless_present = "from")]
        name: Option<String>,
        /// A template, or the beginning of its name
        #[arg(long, value_name = "TEMPLATE")]
        from: Option<String>,
        /// What the template asks for: name=value; may be given several times
        #[arg(long, value_name = "NAME=VALUE", requires = "from")]
        set: Vec<String>,
        /// Where to write it; here when not given
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

impl New {
    pub(super) fn run(self) -> Exit {
        if self.list {
            print_list(Lang::or_of_the_terminal(None));
            return Exit::Done;
        }
        let Some(What::App {
            name,
            from,
            set,
            folder,
        }) = self.what
        else {
            complain("nothing was asked for; see gemba new --help");
            return Exit::CannotRead;
        };
        let folder = folder.unwrap_or_default();
        let written = match from {
            Some(from) => new_from(&from, name.as_deref(), &set, &folder),
            None => new_app(name.as_deref().unwrap_or_default(), &folder),
        };
        match written {
            Ok(path) => {
                let path = path.display();
                say(format_args!(
                    "wrote {path}\nnext: gemba check {path} && gemba test {path}"
                ));
                Exit::Done
            }
            Err(error @ (Error::DoesNotFit(_) | Error::Template(_))) => {
                complain_text(&format!("gemba: {error}\n"));
                Exit::ProblemsFound
            }
            Err(error) => {
                complain(error);
                Exit::CannotRead
            }
        }
    }
}

/// `first-piece-inspection   First-piece inspection`, and what each is for.
fn print_list(language: Language) {
    for template in templates::all() {
        let Some((app, _)) = template.app() else { continue };
        let tag = match language {
            Language::En => "en",
            Language::Zh => "zh",
        };
        let text = |text: &language::model::Text| {
            let said = text.by_language.get(tag).unwrap_or(&text.default);
            said.source().to_owned()
        };
        let about = app.about.as_ref().map(text).unwrap_or_default();
        say(format_args!("{:24} {}", template.name, text(&app.title)));
        say(format_args!("{:24} {about}", ""));
    }
    say("\ntake one: gemba new app --from first-piece --folder apps");
}

/// A template with the names of the folder's site; a folder without a site gets that of the templates.
fn new_from(name: &str, title: Option<&str>, set: &[String], folder: &Path) -> Result<PathBuf, Error> {
    let template = templates::find(name)?;
    let mut given = templates::given(set)?;
    let site_file = folder.join("site.yaml");
    let is_new_site = !site_file.is_file();
    let site_source = if is_new_site {
        templates::SITE.to_owned()
    } else {
        files::read_text(&site_file)?
    };
    let site = language::read_site(&site_source).value.unwrap_or_default();
    if set.is_empty() && io::stdin().is_terminal() {
        ask_all(template, &site, &mut given);
    }
    of_the_site(template, &site, &given)?;
    let source = template.filled_in(title, &given)?;
    let read = language::read_app(&source, Some(&site));
    let wrong = read.diagnostics.iter().any(|one| one.severity == Severity::Error);
    let Some(app) = read.value.filter(|_| !wrong) else {
        let told = diagnostics::to_text(
            &read.diagnostics,
            &source,
            Path::new(template.name),
            Lang::or_of_the_terminal(None),
        );
        return Err(Error::DoesNotFit(told));
    };
    let path = write(folder, app.id.as_str(), &source)?;
    if is_new_site {
        write_new(&site_file, templates::SITE)?;
        let site_file = site_file.display();
        say(format_args!(
            "wrote {site_file}: the plant of the templates; make it yours"
        ));
    }
    let (passed, all) = templates::rehearsed(app, site);
    if passed < all {
        let failed = all - passed;
        say(format_args!(
            "{failed} of its {all} tests were written for other values: put yours in, then gemba test says when all pass"
        ));
    }
    Ok(path)
}

/// Lines, stations and roles must be of the site.
fn of_the_site(template: Template, site: &Site, given: &BTreeMap<String, String>) -> Result<(), Error> {
    for Question { key, kind, default } in template.questions() {
        let value = given.get(&key).unwrap_or(&default);
        let known = kind.known(site);
        let is_known = |known: &String| language::id_text(known) == language::id_text(value);
        if !known.is_empty() && !known.iter().any(is_known) {
            let value = value.clone();
            let known = known.join(", ");
            return Err(templates::Error::NotOfTheSite { value, key, known }.into());
        }
    }
    Ok(())
}

/// Asks at the terminal; an empty line takes what stands in brackets.
fn ask_all(template: Template, site: &Site, given: &mut BTreeMap<String, String>) {
    for Question { key, kind, default } in template.questions() {
        let known = kind.known(site);
        let choice = match known.is_empty() {
            true => String::new(),
            false => format!(" ({})", known.join(", ")),
        };
        ask(format_args!("{key}, {}{choice} [{default}]: ", kind.word()));
        let mut line = String::new();
        if io::stdin().read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let said = line.trim();
        if !said.is_empty() {
            given.insert(key, said.to_owned());
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("'{0}' cannot be the name of an app: {1}")]
    Name(String, String),
    #[error("'{}' is there already; nothing was changed", .0.display())]
    Exists(PathBuf),
    #[error("'{}' cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Site(#[from] files::Error),
    #[error(transparent)]
    Template(#[from] templates::Error),
    #[error("the template does not fit the site; nothing was written\n{0}")]
    DoesNotFit(String),
}

fn new_app(name: &str, folder: &Path) -> Result<PathBuf, Error> {
    let site_file = folder.join("site.yaml");
    let site = if site_file.is_file() {
        language::read_site(&files::read_text(&site_file)?).value
    } else {
        None
    };
    let source = fill_in(name, site.as_ref());
    let read = language::read_app(&source, site.as_ref());
    let Some(app) = read.value else {
        let why = read
            .diagnostics
            .first()
            .map_or_else(String::new, |first| first.message.0.clone());
        return Err(Error::Name(name.to_owned(), why));
    };
    write(folder, app.id.as_str(), &source)
}

/// Writes an app under its id, where nothing is yet.
fn write(folder: &Path, id: &str, source: &str) -> Result<PathBuf, Error> {
    let path = folder.join(format!("{}.yaml", id.replace('_', "-")));
    fs::create_dir_all(folder).map_err(|source| Error::Write {
        path: path.clone(),
        source,
    })?;
    write_new(&path, source)?;
    Ok(path)
}

fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    match fs::File::create_new(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Error::Exists(path.to_owned())),
        Err(error) => Err(failed(error)),
    }
}

/// The template under this name; the people in it are roles of the site where there is one.
fn fill_in(name: &str, site: Option<&Site>) -> String {
    let mut roles = site.iter().flat_map(|site| &site.roles).map(|role| role.title.as_str());
    let worker = roles.next().unwrap_or("operator");
    let checker = roles.next().unwrap_or(worker);
    BLANK
        .replace("NAME", &quoted(name))
        .replace("WORKER", &quoted(worker))
        .replace("CHECKER", &quoted(checker))
}

/// A text as YAML takes it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let is_plain = text.chars().all(plain) && text.starts_with(char::is_alphabetic) && !text.ends_with(' ');
    // JSON text is YAML text.
    if is_plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_yaml_needs_it() {
        assert!(fill_in("First-piece inspection", None).starts_with("app: First-piece inspection\n"));
        assert!(fill_in("a: b # c", None).starts_with("app: \"a: b # c\"\n"));
        assert!(fill_in("首件检验", None).starts_with("app: 首件检验\n"));
    }
}
