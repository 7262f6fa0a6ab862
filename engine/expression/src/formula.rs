//! A parsed formula and a sentence with values in it.

use std::sync::Arc;

use crate::{Host, Names, Scope, Type, Value};

/// Byte positions in the formula's own text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Something wrong with a formula, in plain words. `code` is stable: the language crate maps it to its own G-number.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub span: Span,
    pub code: &'static str,
    pub message: String,
    /// Chinese text of the same message.
    pub message_zh: String,
    /// What could stand there instead, nearest first.
    pub expected: Vec<String>,
    /// Text that could replace `span`, when there is one obvious repair.
    pub fix: Option<String>,
}

/// A name that a formula reads, with its dotted path, loop variables excluded.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    pub path: Vec<Arc<str>>,
    pub span: Span,
}

/// A parsed formula. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Formula {
    source: Arc<str>,
}

/// What came out, and what went wrong on the way without stopping it (an empty name, a type that does not fit).
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub value: Value,
    pub notes: Vec<Problem>,
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Formula {
    /// Parses an expression. `names` are needed only for names of several words (`batch size`).
    pub fn parse(_source: &str, _names: &Names) -> Result<Formula, Vec<Problem>> {
        todo!()
    }
    pub fn source(&self) -> &str {
        &self.source
    }
    /// Names that must come from outside.
    pub fn references(&self) -> Vec<Reference> {
        todo!()
    }
    /// Unknown names, wrong types, units that do not match, conditions always true or false.
    pub fn check(&self, _names: &Names) -> (Type, Vec<Problem>) {
        todo!()
    }
    /// Fails only when a limit of `limits.rs` is reached; anything else that goes wrong gives `Null` and a note.
    pub fn evaluate(&self, _scope: &dyn Scope, _host: &dyn Host) -> Result<Outcome, Problem> {
        todo!()
    }
}

/// A sentence with values in it: `First piece of {order} is not released`. `{{` stands for a brace.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    source: Arc<str>,
}

impl Template {
    pub fn parse(_source: &str, _names: &Names) -> Result<Template, Vec<Problem>> {
        todo!()
    }
    pub fn source(&self) -> &str {
        &self.source
    }
    pub fn references(&self) -> Vec<Reference> {
        todo!()
    }
    pub fn check(&self, _names: &Names) -> Vec<Problem> {
        todo!()
    }
    /// A value that is empty shows as `–`.
    pub fn render(&self, _scope: &dyn Scope, _host: &dyn Host) -> String {
        todo!()
    }
}
