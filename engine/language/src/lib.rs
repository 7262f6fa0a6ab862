//! YAML text to a checked [`model::App`]: positions, diagnostics, fixes, formatter, JSON Schema. No IO.
//!
//! A file takes this way: `tree` reads YAML into an arena in which every node knows its bytes, within the limits of
//! [`limits`]; `read` makes the typed model of it, each kind of step and field with its own file under [`steps`] and
//! [`fields`]; `check` does what needs the whole app: ids, names, types of formulas, the order of steps. All of them
//! report into one list of [`diagnostic::Diagnostic`], whose words are in [`catalogue`]; nothing stops at the first
//! mistake, and a mistake is taken for what was most likely meant, so that it is reported once.
//!
//! The words of the language are English or Chinese (`keywords`): one table, one meaning, also mixed. What a code
//! means is told by [`explain`]; what several apps say of one another is checked by [`Together`], and what they
//! say of the people of a site by [`check_people`].
//!
//! YAML is tamed: 1.2 core without anchors, tags, merge keys, duplicate keys and further documents. `yes`, `no`, `on`,
//! `off` are booleans only where a yes/no belongs, leading zeros stay, and `1e3`, `12:30` and `1.10` are text where
//! text is possible. Every accepted file is read a second time by `serde_yaml`, and must say the same.

pub mod author;
pub mod catalogue;
mod check;
pub mod diagnostic;
mod docs;
pub mod edits;
mod explain;
pub mod fields;
mod format;
mod frozen;
mod keywords;
pub mod limits;
pub mod model;
pub mod names;
mod people;
mod place;
mod plugins;
mod published;
mod read;
pub mod reference;
mod rehearsed;
mod render;
mod schema;
pub mod steps;
mod together;
mod tree;
mod understood;

pub use explain::{Explanation, codes, explain};
pub use format::{format, format_in};
pub use frozen::freeze_ids;
pub use keywords::Keywords;
pub use names::{Meaning, meanings, names_at};
pub use people::check_people;
pub use plugins::Plugins;
pub use published::check_against;
pub use read::ids::{id_text, is_id};
pub use render::{apply_fixes, line_and_column, render_human, to_json};
pub use together::{Together, called_apps, names_others};

use diagnostic::{Diagnostic, Severity};
use model::{App, Site};
use read::{Reader, Reports};

/// What was understood of a file; parsing never fails.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// `None` as soon as one diagnostic is an error.
    pub value: Option<T>,
    /// All problems at once, in order of position.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks an app. With a site, the roles, stations and lines it names are checked too.
/// The id is `id:` when written, else it follows from the title.
pub fn read_app(source: &str, site: Option<&Site>) -> Read<App> {
    read_app_with(source, site, &Plugins::default())
}

/// The same where plugins are installed.
pub fn read_app_with(source: &str, site: Option<&Site>, plugins: &Plugins) -> Read<App> {
    let check = |reader: &mut Reader<'_>, app: &App| check::app(reader, app);
    let work = |reader: &mut Reader<'_>| {
        reader.plugins = plugins.clone();
        read::app::app(reader, reader.tree)
    };
    read(source, site, &work, &check)
}

/// Reads `site.yaml`.
pub fn read_site(source: &str) -> Read<Site> {
    read(
        source,
        None,
        &|reader| read::site::site(reader, reader.tree),
        &|_, _| {},
    )
}

type ReadAs<'f, T> = &'f dyn Fn(&mut Reader<'_>) -> Option<T>;
type CheckAs<'f, T> = &'f dyn Fn(&mut Reader<'_>, &T);

fn read<T>(source: &str, site: Option<&Site>, work: ReadAs<'_, T>, check: CheckAs<'_, T>) -> Read<T> {
    let mut reports = Reports::default();
    let mistakes = |tree: &tree::Tree| {
        let mut reader = Reader::new(source, tree, None, Reports::default());
        work(&mut reader);
        reader.reports.len()
    };
    let Some(tree) = tree::load(source, &mut reports, &mistakes) else {
        return Read {
            value: None,
            diagnostics: reports.into_diagnostics(Keywords::of(source)),
        };
    };
    let mut reader = Reader::new(source, &tree, site, reports);
    let value = work(&mut reader);
    if let Some(value) = &value {
        check(&mut reader, value);
    }
    reader.place_reports();
    let keywords = reader.keywords;
    let diagnostics = reader.reports.into_diagnostics(keywords);
    let refused = diagnostics.iter().any(|one| one.severity == Severity::Error);
    Read {
        value: value.filter(|_| !refused),
        diagnostics,
    }
}

/// The words of the language that a reader finds in a file.
fn spoken(source: &str, is_site: bool) -> Option<(tree::Tree, Vec<read::Spoken>)> {
    let tree = tree::load(source, &mut Reports::default(), &|_| 0)?;
    let mut reader = Reader::new(source, &tree, None, Reports::default());
    if is_site {
        read::site::site(&mut reader, &tree);
    } else {
        read::app::app(&mut reader, &tree);
    }
    let spoken = reader.spoken;
    Some((tree, spoken))
}

/// JSON Schema (2020-12) of an app file, for editors.
pub fn json_schema() -> serde_json::Value {
    json_schema_in(Keywords::En)
}

/// The same for files with the words of one language.
pub fn json_schema_in(words: Keywords) -> serde_json::Value {
    schema::language::app(words)
}

/// JSON Schema (2020-12) of a site file.
pub fn site_json_schema() -> serde_json::Value {
    site_json_schema_in(Keywords::En)
}

/// The same for files with the words of one language.
pub fn site_json_schema_in(words: Keywords) -> serde_json::Value {
    schema::language::site(words)
}

/// JSON Schema (2020-12) of the answers that a form's fields accept; what the submission is checked against.
/// A field with `show_if` or `optional` may be absent; which hidden fields must be absent is the kernel's to say.
pub fn answers_schema(fields: &[model::Field]) -> serde_json::Value {
    schema::answers::object(fields)
}
