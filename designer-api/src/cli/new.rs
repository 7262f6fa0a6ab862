//! `gemba new`

use language::model::Site;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Exit;
use super::files;
use super::out::{complain, say};

const TEMPLATE: &str = include_str!("new.yaml");

/// Writes something to start from.
#[derive(clap::Args)]
pub(super) struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Writes a filled-in app that checks and passes its own tests.
    ///
    /// Where a site.yaml is beside it, its roles are used.
    #[command(after_help = "\
Exit codes: 0 written, 2 it cannot be written, or the file is there already

Example:
  gemba new app \"First-piece inspection\" --folder apps")]
    App {
        /// What the app is called: a human sentence
        name: String,
        /// Where to write it; here when not given
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

impl New {
    pub(super) fn run(self) -> Exit {
        let What::App { name, folder } = self.what;
        match new_app(&name, &folder.unwrap_or_default()) {
            Ok(path) => {
                let path = path.display();
                say(format_args!(
                    "wrote {path}\nnext: gemba check {path} && gemba test {path}"
                ));
                Exit::Done
            }
            Err(error) => {
                complain(error);
                Exit::CannotRead
            }
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
    let path = folder.join(format!("{}.yaml", app.id.as_str().replace('_', "-")));
    let failed = |source| Error::Write {
        path: path.clone(),
        source,
    };
    fs::create_dir_all(folder).map_err(failed)?;
    match fs::File::create_new(&path) {
        Ok(mut file) => file.write_all(source.as_bytes()).map_err(failed)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(Error::Exists(path)),
        Err(error) => return Err(failed(error)),
    }
    Ok(path)
}

/// The template under this name; the people in it are roles of the site where there is one.
fn fill_in(name: &str, site: Option<&Site>) -> String {
    let mut roles = site.iter().flat_map(|site| &site.roles).map(|role| role.title.as_str());
    let worker = roles.next().unwrap_or("operator");
    let checker = roles.next().unwrap_or(worker);
    let quoted = |text: &str| {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        let is_plain = text.chars().all(plain) && text.starts_with(char::is_alphabetic) && !text.ends_with(' ');
        // JSON text is YAML text.
        if is_plain {
            text.to_owned()
        } else {
            serde_json::Value::from(text).to_string()
        }
    };
    TEMPLATE
        .replace("NAME", &quoted(name))
        .replace("WORKER", &quoted(worker))
        .replace("CHECKER", &quoted(checker))
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
