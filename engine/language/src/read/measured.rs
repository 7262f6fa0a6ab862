//! Limits, units and numbers with units.

use expression::{Limits, Number};

use super::{FieldEntry, Reader, Report};
use crate::catalogue as c;
use crate::keywords;
use crate::tree::NodeId;

impl Reader<'_> {
    /// `24.95 to 25.05 mm`: the limits, the UCUM code of the unit, and the middle of `25 ± 0.05 mm`.
    /// `None` when they could not be read; the reason is reported then.
    pub(crate) fn limits(&mut self, node: NodeId) -> Option<(Limits, Option<String>, Option<Number>)> {
        if let Some([low, high]) = self.tree.list(node)
            && let (Some(low), Some(high)) = (self.tree.scalar(*low), self.tree.scalar(*high))
        {
            let (span, better) = (self.span(node), format!("{low} to {high}"));
            let found = self.source[span.start..span.end].to_owned();
            let report = Report::new(c::LIMITS_EXPECTED, span)
                .arg("found", found)
                .expected([better.as_str()]);
            let fits = expression::parse_limits(&better).is_ok();
            self.push(if fits { report.replace(span, better) } else { report });
            return None;
        }
        let text = self.words(node, "limits")?;
        match expression::parse_limits(&text) {
            Ok(found) => {
                self.speak_limits(node);
                Some((found.limits, found.unit.map(|unit| unit.to_string()), found.target))
            }
            Err(problem) => {
                self.limits_problem(node, &text, &problem);
                None
            }
        }
    }

    /// `24.95 to 25.05 mm`, `24.95 到 25.05 mm`, `at least 40 N`, `至少 40 N`.
    fn speak_limits(&mut self, node: NodeId) {
        let text = self.tree.scalar(node).unwrap_or_default();
        let start = text.len() - text.trim_start().len();
        let begins = |pair: &&keywords::Pair| {
            [pair.0, pair.1]
                .iter()
                .any(|word| text[start..].starts_with(&format!("{word} ")))
        };
        if let Some(pair) = keywords::ONE_END.iter().find(begins) {
            let word = if text[start..].starts_with(pair.0) {
                pair.0
            } else {
                pair.1
            };
            return self.speak_inside(node, start, start + word.len(), *pair);
        }
        let pair = keywords::TO;
        for word in [pair.0, pair.1] {
            if let Some(at) = text.find(&format!(" {word} ")) {
                return self.speak_inside(node, at + 1, at + 1 + word.len(), pair);
            }
        }
    }

    fn limits_problem(&mut self, node: NodeId, text: &str, problem: &expression::Problem) {
        let misread = problem.code == "unknown-unit" && better_limits(text).is_some();
        if problem.code != "bad-limits" && !misread {
            let offset = self
                .tree
                .scalar(node)
                .map_or(0, |whole| whole.len() - whole.trim_start().len());
            let mut report = super::problem_report(self.tree, problem, node, offset, self.place());
            if problem.code == "unit-mismatch" {
                report.entry = c::LIMITS_UNITS;
            }
            self.push(report);
            return;
        }
        let span = self.span(node);
        let report = Report::new(c::LIMITS_EXPECTED, span).arg("found", text);
        let report = match better_limits(text) {
            Some(better) => report.replace(span, better),
            None => report,
        };
        self.push(report.expected(["24.95 to 25.05 mm", "at least 40 N", "at most 0.8 mm"]));
    }

    /// A unit of measure; its UCUM code. `other` is the unit that the limits already have.
    pub(crate) fn unit(&mut self, node: NodeId, other: Option<&str>) -> Option<String> {
        let text = self.words(node, "unit")?;
        let span = self.span(node);
        let Some(unit) = expression::units::find(&text) else {
            let near = expression::units::near(&text);
            let mut report = Report::new(c::UNKNOWN_UNIT, span).arg("found", text.as_str());
            if let Some(first) = super::unit_meant(&text, &near) {
                report = report.edits(self.tree.replace_inside(node, 0, usize::MAX, &first));
            }
            self.push(report.expected(near));
            return other.map(str::to_owned);
        };
        if let Some(other) = other
            && other != unit.code
        {
            let symbol = expression::units::symbol(other).to_owned();
            let report = Report::new(c::OTHER_UNIT, span)
                .arg("found", text)
                .arg("unit", symbol.as_str());
            self.push(report.replace(span, symbol));
            return Some(other.to_owned());
        }
        Some(unit.code.to_owned())
    }

    /// A number whose unit, when one is written, must be `unit`.
    pub(crate) fn quantity(&mut self, node: NodeId, what: &str, unit: Option<&str>) -> Option<Number> {
        let text = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
        if text.parse::<Number>().is_ok() {
            return self.number(node, what);
        }
        let span = self.head(node);
        match expression::parse_quantity(&text) {
            Ok((number, written)) => {
                if written.as_deref() == unit || written.is_none() {
                    return Some(number);
                }
                let symbol = unit.map_or("", |unit| expression::units::symbol(unit)).to_owned();
                let report = Report::new(c::OTHER_UNIT, span)
                    .arg("found", text)
                    .arg("unit", symbol.as_str());
                self.push(report.replace(span, format!("{number} {symbol}").trim().to_owned()));
                Some(number)
            }
            Err(problem) if problem.code == "unknown-unit" => {
                let offset = self
                    .tree
                    .scalar(node)
                    .map_or(0, |whole| whole.len() - whole.trim_start().len());
                self.problem(&problem, node, offset);
                None
            }
            Err(_) => self.number(node, what),
        }
    }

    /// `min` and `max`.
    pub(crate) fn range(&mut self, entry: &FieldEntry, unit: Option<&str>) -> Limits {
        let (low, high) = (entry.keys.get("min"), entry.keys.get("max"));
        let lower = low.and_then(|node| self.quantity(node, "min", unit));
        let upper = high.and_then(|node| self.quantity(node, "max", unit));
        if let (Some(lower), Some(upper), Some(low), Some(high)) = (lower, upper, low, high)
            && lower > upper
        {
            let (low, high) = (self.span(low), self.span(high));
            let (low_text, high_text) = (
                self.source[low.start..low.end].to_owned(),
                self.source[high.start..high.end].to_owned(),
            );
            let report = Report::new(c::MIN_ABOVE_MAX, low).arg("low", "min").arg("high", "max");
            self.push(report.replace(low, high_text).replace(high, low_text));
            return Limits {
                lower: Some(upper),
                upper: Some(lower),
            };
        }
        Limits { lower, upper }
    }
}

/// What limits probably mean that are written with signs of other tools: `24.95-25.05 mm`, `<= 0.8 mm`, `24,95 to 25,05`.
fn better_limits(text: &str) -> Option<String> {
    let comma = text.replace([',', '，'], ".");
    let mut tries = vec![comma.clone()];
    if let Some((first, second)) = comma.split_once('-').filter(|(first, _)| !first.trim().is_empty()) {
        tries.push(format!("{} to {}", first.trim(), second.trim()));
    }
    for (sign, words) in [
        ("<=", "at most"),
        ("<", "at most"),
        (">=", "at least"),
        (">", "at least"),
    ] {
        if let Some(rest) = comma.trim().strip_prefix(sign) {
            tries.push(format!("{words} {}", rest.trim()));
        }
    }
    for word in ["between", "from"] {
        if let Some(rest) = comma.trim().strip_prefix(word) {
            tries.push(rest.trim().replacen(" and ", " to ", 1));
        }
    }
    for word in [" and ", " und ", " bis ", " 和 "] {
        tries.push(comma.replacen(word, " to ", 1));
    }
    for word in ["plus minus", "plus/minus", "plus-minus", "+ -", "正负", "加减"] {
        tries.push(comma.replacen(word, "±", 1));
    }
    let without = comma.replace(['[', ']', '【', '】'], "");
    tries.push(without.replace("..", " to "));
    let inner = comma.trim().trim_start_matches('[').trim_end_matches(']');
    tries.push(inner.replace("..", " to "));
    if let Some((first, second)) = inner.split_once(". ") {
        tries.push(format!("{} to {}", first.trim(), second.trim()));
    }
    tries.into_iter().find(|text| expression::parse_limits(text).is_ok())
}
