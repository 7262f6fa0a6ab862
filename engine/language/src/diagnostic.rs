//! What a person is told about a file.

use serde::Serialize;

use crate::model::Span;

/// Error refuses the file; Warning and Notice do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
    Notice,
}

/// The reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    En,
    Zh,
}

/// A replacement of bytes of the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edit {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

/// One problem, complete: where, what was read, what was expected, why it matters, how to mend it.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// `G0123`, stable for ever.
    pub code: &'static str,
    pub severity: Severity,
    pub span: Span,
    /// `step 3 'Measure the first piece', field 'Shaft diameter'`, by language.
    pub place: (String, String),
    /// English and Chinese.
    pub message: (String, String),
    /// Nearest first.
    pub expected: Vec<String>,
    /// Why it matters on the floor; English and Chinese.
    pub why: Option<(String, String)>,
    /// Text edits that mend it, to be applied together.
    pub fix: Vec<Edit>,
}
