//! How much of what goes on side by side is waited for, and what becomes of the rest: `together` and `for_each` have it
//! in common.

use expression::Formula;

use crate::catalogue as c;
use crate::keywords;
use crate::model::Located;
use crate::read::keys::{Key, Shape, key};
use crate::read::{At, Entry, Reader, Report, Wants};
use crate::tree::NodeId;

/// `wait_for: all | first | n | = formula`.
#[derive(Clone, Debug, PartialEq)]
pub enum Join {
    All,
    First,
    Count(u32),
    /// Asked whenever one has ended: how many must have, or whether it is enough.
    Formula(Located<Formula>),
}

/// What becomes of those that are not waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    Withdraw,
    /// It goes on beside what follows; what it is part of ends only when it has ended.
    GoOn,
}

pub(super) const WAIT_FOR: Key = key(
    "wait_for",
    Shape::Word,
    "How many are waited for: `all` (or nothing), `first`, a number, or a formula that says how many or whether it is enough.",
);
pub(super) const REST: Key = key(
    "rest",
    Shape::Word,
    "What becomes of the others then: `withdraw` (or nothing), or `go on` beside what follows.",
);

/// `many` is how many there can be.
pub(super) fn read(reader: &mut Reader<'_>, entry: &Entry, many: u32) -> (Join, Rest) {
    let join = match entry.keys.get("wait_for") {
        Some(node) => join(reader, entry, node, many),
        None => Join::All,
    };
    let Some(slot) = entry.keys.slot("rest") else {
        return (join, Rest::Withdraw);
    };
    let rest = match reader.word_of(slot.value, "rest", keywords::REST) {
        Some("go on") => Rest::GoOn,
        _ => Rest::Withdraw,
    };
    if join == Join::All {
        let report = Report::new(c::REST_OF_ALL, reader.span(slot.key));
        let report = match (entry.keys.get("wait_for"), reader.entry_start(&entry.keys).1) {
            (Some(node), _) => report.replace(
                reader.span(node),
                keywords::Keywords::pick(reader.keywords, ("first", "最先")),
            ),
            (None, Some((end, column))) => report.insert(end, end, format!("\n{}wait_for: first", " ".repeat(column))),
            (None, None) => report,
        };
        reader.push(report);
    }
    (join, rest)
}

fn join(reader: &mut Reader<'_>, entry: &Entry, node: NodeId, many: u32) -> Join {
    if reader.is_formula(node) {
        // It is asked while they are at it.
        let formula = reader.at(At::After(entry.start), |reader| {
            reader.formula(node, "wait_for", Wants::Enough)
        });
        return Join::Formula(formula);
    }
    let text = reader.tree.scalar(node).unwrap_or_default().trim().to_owned();
    match text.as_str() {
        digits if digits.parse::<u32>().is_ok() => Join::Count(reader.count(node, "wait_for", 1, many.max(1))),
        _ => match reader.word_of(node, "wait_for", keywords::JOIN) {
            Some("first") => Join::First,
            _ => Join::All,
        },
    }
}
