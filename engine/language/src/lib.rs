//! YAML text to a checked [`model::App`]: positions, diagnostics, fixes, formatter, JSON Schema. No IO.

pub mod diagnostic;
pub mod fields;
pub mod model;
pub mod steps;

use diagnostic::Diagnostic;
use model::{App, Site};

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
pub fn read_app(_source: &str, _site: Option<&Site>) -> Read<App> {
    todo!()
}
/// Reads `site.yaml`.
pub fn read_site(_source: &str) -> Read<Site> {
    todo!()
}
/// One canonical layout; comments kept. Files with errors are returned as they were (`None`).
pub fn format(_source: &str) -> Option<String> {
    todo!()
}
/// JSON Schema (2020-12) of an app file, for editors.
pub fn json_schema() -> serde_json::Value {
    todo!()
}
/// JSON Schema (2020-12) of the answers that a form's fields accept; what the submission is checked against.
pub fn answers_schema(_fields: &[model::Field]) -> serde_json::Value {
    todo!()
}
