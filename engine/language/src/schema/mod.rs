//! JSON Schemas (2020-12): of the language, for editors, and of the answers to a form.

pub(crate) mod answers;
pub(crate) mod language;
