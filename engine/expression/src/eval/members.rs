//! What is reached with a dot: entries of contexts, details of measured answers, parts of dates and durations.

use std::sync::Arc;

use super::{Evaluated, Evaluation};
use crate::messages::{Code, quoted};
use crate::syntax::Node;
use crate::temporal::Zone;
use crate::{Date, DateTime, Duration, Host, Span, Time, Value};

impl Evaluation<'_> {
    pub(super) fn member(&mut self, base: &Node, name: &Arc<str>, span: Span) -> Evaluated {
        let value = self.eval(base)?;
        let Value::List(items) = value.plain() else {
            return Ok(self.member_of(&value, name, span));
        };
        if let Some(found) = own_member(&value, name) {
            return Ok(found);
        }
        // A path into a list goes into each of its items.
        let mut found = Vec::with_capacity(items.len());
        for item in items.iter() {
            self.spend(1)?;
            self.here = span;
            let part = self.member_of(item, name, span);
            self.nest(&part)?;
            found.push(part);
        }
        Ok(Value::list(found))
    }

    fn member_of(&mut self, value: &Value, name: &str, span: Span) -> Value {
        if let Some(found) = own_member(value, name) {
            return found;
        }
        let found = match value.plain() {
            Value::Context(entries) => entries.get(name).cloned(),
            Value::Null => {
                self.note_empty(span);
                return Value::Null;
            }
            other => property(other, name, self.host),
        };
        if let Some(found) = found {
            return found;
        }
        let words = [quoted(name), quoted(&crate::check::Type::of(value).words().0)];
        self.note(Code::UnknownMember, span, &[name, &words[1]]);
        Value::Null
    }
}

/// Verdict and details of a measured answer; a member of the value itself goes first where both have it.
fn own_member(value: &Value, name: &str) -> Option<Value> {
    let Value::Judged(judged) = value else {
        return None;
    };
    if let Value::Context(entries) = judged.value.plain()
        && entries.contains_key(name)
    {
        return None;
    }
    match (judged.details.get(name), name) {
        (Some(detail), _) => Some(detail.clone()),
        (None, "verdict") => Some(Value::from(judged.verdict.name())),
        (None, "value") => Some(judged.value.clone()),
        _ => None,
    }
}

fn property(value: &Value, name: &str, host: &dyn Host) -> Option<Value> {
    match value {
        Value::Date(date) => of_date(*date, name),
        Value::Time(time) => of_time(time, None, name, host),
        Value::DateTime(moment) => {
            of_date(moment.date(), name).or_else(|| of_time(moment.time(), Some(moment), name, host))
        }
        Value::Duration(duration) => of_duration(*duration, name),
        Value::YearMonths(months) => match name {
            "years" => Some(Value::from(months.0 / 12)),
            "months" => Some(Value::from(months.0 % 12)),
            _ => None,
        },
        Value::Quantity(quantity) => match name {
            "number" => Some(Value::Number(quantity.number)),
            "unit" => Some(Value::Text(quantity.unit.clone())),
            _ => None,
        },
        Value::Range(range) => match name {
            "start" => Some(range.start.value().cloned().unwrap_or(Value::Null)),
            "end" => Some(range.end.value().cloned().unwrap_or(Value::Null)),
            "start included" => Some(Value::Bool(range.start.is_included())),
            "end included" => Some(Value::Bool(range.end.is_included())),
            _ => None,
        },
        _ => None,
    }
}

fn of_date(date: Date, name: &str) -> Option<Value> {
    Some(Value::from(match name {
        "year" => i64::from(date.year()),
        "month" => i64::from(date.month()),
        "day" => i64::from(date.day()),
        "weekday" => i64::from(date.weekday()),
        _ => return None,
    }))
}

fn of_time(time: &Time, moment: Option<&DateTime>, name: &str, host: &dyn Host) -> Option<Value> {
    Some(match name {
        "hour" => Value::from(i64::from(time.hour())),
        "minute" => Value::from(i64::from(time.minute())),
        "second" => Value::from(i64::from(time.second())),
        "time offset" => {
            let offset = match (time.zone(), moment) {
                (Zone::Local, _) => None,
                (_, Some(moment)) => moment.offset_s(host),
                (_, None) => super::arith::time_offset_s(time, host),
            };
            offset.map_or(Value::Null, |s| Value::Duration(Duration::from_seconds(i64::from(s))))
        }
        "timezone" => match time.zone() {
            Zone::Named(name) => Value::Text(name.clone()),
            Zone::Local | Zone::Offset(_) => Value::Null,
        },
        _ => return None,
    })
}

fn of_duration(duration: Duration, name: &str) -> Option<Value> {
    let seconds = duration.0 / 1_000_000_000;
    let part = match name {
        "days" => seconds / 86_400,
        "hours" => seconds / 3600 % 24,
        "minutes" => seconds / 60 % 60,
        "seconds" => seconds % 60,
        _ => return None,
    };
    i64::try_from(part).ok().map(Value::from)
}
