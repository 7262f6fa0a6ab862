//! A value as text: as people read it in a sentence, and as FEEL's `string()` writes it.

use std::fmt::Write as _;

use crate::units;

use super::{Bound, DateTime, Duration, Shape, Time, Value, YearMonths};

/// Shown for what is empty.
const NOTHING: &str = "–";
/// A sentence shows no more of a list than this.
const SHOWN_BYTES_MAX: usize = 2_000;

impl Value {
    /// The same as shown to a person inside a sentence: `25.05 mm`, `1 h 30 min`, `2026-09-30 14:05`, `–` when empty.
    pub fn display(&self) -> String {
        let mut out = String::new();
        show(self, &mut out);
        if out.is_empty() { NOTHING.to_string() } else { out }
    }

    /// As FEEL writes it: text in quotes inside of lists, ISO 8601.
    pub(crate) fn to_formula_text(&self) -> String {
        let mut out = String::new();
        write_formula(self, &mut out, usize::MAX);
        out
    }

    /// The same, but not longer than that many bytes (and one more piece); for results that may be huge.
    pub(crate) fn to_formula_text_within(&self, bytes_max: usize) -> Option<String> {
        let mut out = String::new();
        write_formula(self, &mut out, bytes_max);
        (out.len() <= bytes_max).then_some(out)
    }
}

fn show(value: &Value, out: &mut String) {
    if out.len() > SHOWN_BYTES_MAX {
        return;
    }
    match value {
        Value::Null | Value::Function(_) => {}
        Value::Bool(true) => out.push_str("yes"),
        Value::Bool(false) => out.push_str("no"),
        Value::Text(text) => out.push_str(text),
        Value::Time(time) => out.push_str(&shown_time(time)),
        Value::DateTime(moment) => out.push_str(&shown_moment(moment)),
        Value::Duration(duration) => out.push_str(&shown_duration(*duration)),
        Value::YearMonths(months) => out.push_str(&shown_months(*months)),
        Value::List(items) => show_all(items.iter().map(|item| (None, item)), out),
        Value::Context(entries) => show_all(entries.iter().map(|(key, value)| (Some(&**key), value)), out),
        Value::Judged(judged) => show(&judged.value, out),
        Value::Number(_) | Value::Quantity(_) | Value::Date(_) | Value::Range(_) => {
            write_formula(value, out, usize::MAX);
        }
    }
}

fn show_all<'a>(parts: impl Iterator<Item = (Option<&'a str>, &'a Value)>, out: &mut String) {
    for (place, (key, value)) in parts.enumerate() {
        if out.len() > SHOWN_BYTES_MAX {
            out.push('…');
            return;
        }
        if place > 0 {
            out.push_str(", ");
        }
        if let Some(key) = key {
            out.push_str(key);
            out.push_str(": ");
        }
        let before = out.len();
        show(value, out);
        if out.len() == before {
            out.push_str(NOTHING);
        }
    }
}

fn shown_time(time: &Time) -> String {
    if time.second() == 0 && time.nanosecond() == 0 {
        format!("{:02}:{:02}", time.hour(), time.minute())
    } else {
        format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
    }
}

fn shown_moment(moment: &DateTime) -> String {
    format!("{} {}", moment.date(), shown_time(moment.time()))
}

fn shown_duration(duration: Duration) -> String {
    let nanos = duration.0.unsigned_abs();
    let seconds = nanos / 1_000_000_000;
    let fraction = nanos % 1_000_000_000;
    let mut parts = Vec::new();
    match seconds / 86_400 {
        0 => {}
        1 => parts.push("1 day".to_string()),
        days => parts.push(format!("{days} days")),
    }
    for (count, unit) in [(seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min")] {
        if count > 0 {
            parts.push(format!("{count} {unit}"));
        }
    }
    if fraction > 0 {
        parts.push(format!(
            "{}.{} s",
            seconds % 60,
            format!("{fraction:09}").trim_end_matches('0')
        ));
    } else if !seconds.is_multiple_of(60) || parts.is_empty() {
        parts.push(format!("{} s", seconds % 60));
    }
    let sign = if duration.0 < 0 { "-" } else { "" };
    format!("{sign}{}", parts.join(" "))
}

fn shown_months(months: YearMonths) -> String {
    let count = |n: u64, one: &str| {
        if n == 1 {
            format!("1 {one}")
        } else {
            format!("{n} {one}s")
        }
    };
    let total = months.0.unsigned_abs();
    let sign = if months.0 < 0 { "-" } else { "" };
    match (total / 12, total % 12) {
        (0, months) => format!("{sign}{}", count(months, "month")),
        (years, 0) => format!("{sign}{}", count(years, "year")),
        (years, months) => format!("{sign}{} {}", count(years, "year"), count(months, "month")),
    }
}

fn write_formula(value: &Value, out: &mut String, bytes_max: usize) {
    if out.len() > bytes_max {
        return;
    }
    // Writing to a String cannot fail.
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => {
            let _ = write!(out, "{}", number.normalize());
        }
        Value::Quantity(quantity) => {
            let _ = write!(out, "{} {}", quantity.number.normalize(), units::symbol(&quantity.unit));
        }
        Value::Text(text) => {
            out.push('"');
            for c in text.chars() {
                match c {
                    '"' => out.push_str("\\\""),
                    '\\' => out.push_str("\\\\"),
                    '\n' => out.push_str("\\n"),
                    c => out.push(c),
                }
            }
            out.push('"');
        }
        Value::Date(date) => {
            let _ = write!(out, "{date}");
        }
        Value::Time(time) => {
            let _ = write!(out, "{time}");
        }
        Value::DateTime(moment) => {
            let _ = write!(out, "{moment}");
        }
        Value::Duration(duration) => {
            let _ = write!(out, "{duration}");
        }
        Value::YearMonths(months) => {
            let _ = write!(out, "{months}");
        }
        Value::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                write_formula(item, out, bytes_max);
                if out.len() > bytes_max {
                    return;
                }
            }
            out.push(']');
        }
        Value::Context(entries) => {
            out.push('{');
            for (place, (key, value)) in entries.iter().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                out.push_str(key);
                out.push_str(": ");
                write_formula(value, out, bytes_max);
                if out.len() > bytes_max {
                    return;
                }
            }
            out.push('}');
        }
        Value::Judged(judged) => write_formula(&judged.value, out, bytes_max),
        Value::Range(range) => {
            let (before, after) = match (range.shape, &range.start, &range.end) {
                (Shape::Equal, ..) => ("(=", None),
                (Shape::NotEqual, ..) => ("(!=", None),
                (_, Bound::Open, Bound::Included(_)) => ("(<=", None),
                (_, Bound::Open, _) => ("(<", None),
                (_, Bound::Included(_), Bound::Open) => ("(>=", None),
                (_, Bound::Excluded(_), Bound::Open) => ("(>", None),
                (_, start, end) => (
                    if start.is_included() { "[" } else { "(" },
                    Some(if end.is_included() { "]" } else { ")" }),
                ),
            };
            out.push_str(before);
            match after {
                None => {
                    let edge = range
                        .end
                        .value()
                        .or_else(|| range.start.value())
                        .unwrap_or(&Value::Null);
                    write_formula(edge, out, bytes_max);
                    out.push(')');
                }
                Some(close) => {
                    write_formula(range.start.value().unwrap_or(&Value::Null), out, bytes_max);
                    out.push_str("..");
                    write_formula(range.end.value().unwrap_or(&Value::Null), out, bytes_max);
                    out.push_str(close);
                }
            }
        }
        Value::Function(_) => out.push_str("function"),
    }
}
