//! Comparisons that what can be typed into a field decides beforehand.

use std::collections::BTreeSet;

use expression::{Limits, Number, Reference};

use super::by_name::ByName;
use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::model::App;
use crate::names::Index;
use crate::read::{Obligation, Reader, Report, Wants, Written};

/// Numbers that can only be typed inside a range.
pub(super) struct Ranges(ByName<Limits>);

impl Ranges {
    pub(super) fn of(app: &App, index: &Index) -> Ranges {
        Ranges(ByName::of(app, index, |field| match &field.kind {
            FieldKind::Whole(whole) => Some(whole.range.clone()),
            FieldKind::Number(number) => Some(number.range.clone()),
            FieldKind::Percent(percent) => Some(percent.range.clone()),
            _ => None,
        }))
    }

    /// Warns of `pieces > 500` where at most 500 can be typed.
    pub(super) fn decides(
        &self,
        reader: &mut Reader<'_>,
        obligation: &Obligation,
        references: &[Reference],
        local: &BTreeSet<String>,
    ) {
        let is_condition = matches!(obligation.wants, Wants::Decision | Wants::Condition);
        if !is_condition || matches!(obligation.written, Written::Template(_)) {
            return;
        }
        let text = reader.tree.scalar(obligation.node).unwrap_or_default().to_owned();
        for reference in references {
            let Some(range) = self.0.read_by(reference, local) else {
                continue;
            };
            let from = obligation.offset + reference.span.start;
            let to = obligation.offset + reference.span.end;
            let before = text.get(obligation.offset..from).unwrap_or_default().trim_end();
            let stands_alone =
                before.is_empty() || before.ends_with(['(']) || before.ends_with(" and") || before.ends_with(" or");
            let Some((sign, number, length)) = text.get(to..).and_then(compared) else {
                continue;
            };
            let Some(holds) = always(range, sign, number).filter(|_| stands_alone) else {
                continue;
            };
            let (en, zh) = if holds {
                ("always", "永远成立")
            } else {
                ("never", "永远不成立")
            };
            let span = reader.tree.span_inside(obligation.node, from, to + length);
            let mut report = Report::new(c::OUT_OF_RANGE, span)
                .arg("found", text.get(from..to).unwrap_or_default())
                .arg_in("range", shown(range, "from", "to"), shown(range, "从", "到"))
                .arg_in("holds", en, zh);
            report.place = obligation.place.clone();
            reader.push(report);
        }
    }
}

/// The sign and the number behind a name, when nothing else is compared, and how far they go. The unit of the number
/// is that of the field: another one is refused.
fn compared(behind: &str) -> Option<(&'static str, Number, usize)> {
    let rest = behind.trim_start();
    let sign = ["<=", ">=", "<", ">", "="]
        .into_iter()
        .find(|sign| rest.starts_with(sign))?;
    let digits = rest[sign.len()..].trim_start();
    let length = digits
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-')))
        .unwrap_or(digits.len());
    let number = digits[..length].parse::<Number>().ok()?;
    let after = digits[length..].trim_start();
    let is_end = !after.starts_with(['+', '-', '*', '/', '.', '(']);
    is_end.then(|| (sign, number, behind.len() - digits.len() + length))
}

/// Whether the comparison holds for everything in the range, or for nothing.
fn always(range: &Limits, sign: &str, number: Number) -> Option<bool> {
    let (low, high) = (range.lower, range.upper);
    let (all_below, all_above) = (
        high.is_some_and(|high| high < number),
        low.is_some_and(|low| low > number),
    );
    let (none_above, none_below) = (
        high.is_some_and(|high| high <= number),
        low.is_some_and(|low| low >= number),
    );
    match sign {
        "<" if all_below => Some(true),
        "<" if none_below => Some(false),
        "<=" if none_above => Some(true),
        "<=" if all_above => Some(false),
        ">" if all_above => Some(true),
        ">" if none_above => Some(false),
        ">=" if none_below => Some(true),
        ">=" if all_below => Some(false),
        "=" if all_below || all_above => Some(false),
        _ => None,
    }
}

fn shown(range: &Limits, from: &str, to: &str) -> String {
    let end = |word: &str, end: &Option<Number>| end.map(|end| format!("{word} {}", end.normalize()));
    let ends = [end(from, &range.lower), end(to, &range.upper)];
    ends.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
