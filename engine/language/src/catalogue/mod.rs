//! Everything this crate can say to a person: one entry per code, in English and Chinese, with why it matters on the
//! floor and one wrong and one right example. A code is never given another meaning.

mod file;
mod flow;
mod formulas;
mod names;
mod structure;
mod tests;
mod values;

use crate::diagnostic::Severity;

pub(crate) use file::*;
pub(crate) use flow::*;
pub(crate) use formulas::*;
pub(crate) use names::*;
pub(crate) use structure::*;
pub(crate) use tests::*;
pub(crate) use values::*;

/// Where an example stands, so that it can be shown and tried in a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// It is a whole file.
    File,
    /// It is a list of steps.
    Steps,
    /// It is a list of fields of a form.
    Fields,
}

/// One kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `G0123`, stable for ever.
    pub code: &'static str,
    pub severity: Severity,
    /// Message with `{words}` of the place, in English.
    pub en: &'static str,
    /// The same in Chinese.
    pub zh: &'static str,
    /// Why it matters on the floor; may be empty.
    pub why_en: &'static str,
    pub why_zh: &'static str,
    pub frame: Frame,
    /// An example that gets this code; empty where only a huge file would.
    pub wrong: &'static str,
    /// The same, right.
    pub right: &'static str,
}

impl Entry {
    /// An example as a whole file.
    pub fn whole(&self, example: &str) -> String {
        let indent = |by: usize| {
            let lines = example.lines().map(|line| format!("{}{line}\n", " ".repeat(by)));
            lines.collect::<String>()
        };
        match self.frame {
            Frame::File => example.to_owned(),
            Frame::Steps => format!("app: Example\nsteps:\n{}", indent(2)),
            Frame::Fields => format!("app: Example\nsteps:\n  - form: Ask\n    fields:\n{}", indent(6)),
        }
    }
}

macro_rules! entries {
    ($(
        $name:ident = $code:literal $severity:ident $frame:ident
        $en:literal, $zh:literal;
        why $why_en:literal, $why_zh:literal;
        $wrong:literal => $right:literal
    )*) => {
        $(pub(crate) const $name: &crate::catalogue::Entry = &crate::catalogue::Entry {
            code: $code,
            severity: crate::diagnostic::Severity::$severity,
            en: $en,
            zh: $zh,
            why_en: $why_en,
            why_zh: $why_zh,
            frame: crate::catalogue::Frame::$frame,
            wrong: $wrong,
            right: $right,
        };)*
        pub(super) const ALL: &[&crate::catalogue::Entry] = &[$($name),*];
    };
}
pub(crate) use entries;

/// Every entry, in order of code.
pub fn all() -> Vec<&'static Entry> {
    let families = [
        file::ALL,
        structure::ALL,
        names::ALL,
        values::ALL,
        formulas::ALL,
        flow::ALL,
        tests::ALL,
    ];
    let mut found: Vec<&'static Entry> = families.into_iter().flatten().copied().collect();
    found.sort_by_key(|entry| entry.code);
    found
}

/// The entry of a code such as `G0203`.
pub fn find(code: &str) -> Option<&'static Entry> {
    all().into_iter().find(|entry| entry.code == code)
}
