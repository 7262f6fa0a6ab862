//! From one type to another: `number`, `date`, `time`, `date and time`, `duration`, `years and months duration`, `not`.

use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive;

use super::{Args, Builtin, Gives, Kinds, form, optional, param};
use crate::eval::{Evaluated, Evaluation};
use crate::messages::{Code, quoted};
use crate::temporal::{self, Zone};
use crate::{Date, DateTime, Number, Time, Value, YearMonths};

const DAY: Kinds = Kinds::DATE.or(Kinds::DATE_TIME);

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "number",
        forms: &[
            form(
                &[
                    param("from", Kinds::TEXT),
                    param("grouping separator", Kinds::TEXT.or(Kinds::NULL)),
                    param("decimal separator", Kinds::TEXT.or(Kinds::NULL)),
                ],
                Gives::Number,
            ),
            form(
                &[param("from", Kinds::TEXT.or(Kinds::NUMBER).or(Kinds::QUANTITY))],
                Gives::Number,
            ),
        ],
        run: number,
    },
    Builtin {
        name: "date",
        forms: &[
            form(&[param("from", Kinds::TEXT.or(DAY))], Gives::Date),
            form(
                &[
                    param("year", Kinds::NUMBER),
                    param("month", Kinds::NUMBER),
                    param("day", Kinds::NUMBER),
                ],
                Gives::Date,
            ),
        ],
        run: date,
    },
    Builtin {
        name: "time",
        forms: &[
            form(&[param("from", Kinds::TEXT.or(DAY).or(Kinds::TIME))], Gives::Time),
            form(
                &[
                    param("hour", Kinds::NUMBER),
                    param("minute", Kinds::NUMBER),
                    param("second", Kinds::NUMBER),
                    optional("offset", Kinds::DURATION.or(Kinds::NULL)),
                ],
                Gives::Time,
            ),
        ],
        run: time,
    },
    Builtin {
        name: "date and time",
        forms: &[
            form(&[param("from", Kinds::TEXT.or(DAY))], Gives::DateTime),
            form(&[param("date", DAY), param("time", Kinds::TIME)], Gives::DateTime),
            form(&[param("date", DAY), param("timezone", Kinds::TEXT)], Gives::DateTime),
        ],
        run: date_and_time,
    },
    Builtin {
        name: "duration",
        forms: &[form(
            &[param("from", Kinds::TEXT.or(Kinds::DURATION).or(Kinds::YEAR_MONTHS))],
            Gives::Any,
        )],
        run: duration,
    },
    Builtin {
        name: "years and months duration",
        forms: &[form(&[param("from", DAY), param("to", DAY)], Gives::YearMonths)],
        run: |_, a| Ok(months_between(&a)),
    },
    Builtin {
        name: "not",
        forms: &[form(&[param("negand", Kinds::BOOL)], Gives::Bool)],
        run: |_, a| {
            Ok(match a.get(0) {
                Value::Bool(value) => Value::Bool(!value),
                _ => Value::Null,
            })
        },
    },
];

fn bad_moment(evaluation: &mut Evaluation<'_>, text: &str) -> Evaluated {
    let short: String = text.chars().take(40).collect();
    evaluation.note(Code::BadMoment, evaluation.here, &[&short]);
    Ok(Value::Null)
}

fn number(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let text = match args.get(0) {
        Value::Text(text) => text.clone(),
        _ => return Ok(args.number(0).map_or(Value::Null, Value::Number)),
    };
    let grouping = args.text(1);
    let point = if args.get(2) == &Value::Null { "." } else { args.text(2) };
    let known = |sign: &str, signs: &[&str]| signs.contains(&sign);
    let plain = if args.get(1) == &Value::Null && args.get(2) == &Value::Null {
        text.to_string()
    } else if !(grouping.is_empty() || known(grouping, &[" ", ",", "."]))
        || !known(point, &[",", "."])
        || grouping == point
    {
        return not_a_number(evaluation, &text);
    } else {
        let whole = if grouping.is_empty() {
            text.to_string()
        } else {
            text.replace(grouping, "")
        };
        if point == "," && whole.contains('.') {
            return not_a_number(evaluation, &text);
        }
        whole.replace(point, ".")
    };
    match read_number(&plain) {
        Some(number) => Ok(Value::Number(number)),
        None => not_a_number(evaluation, &text),
    }
}

fn not_a_number(evaluation: &mut Evaluation<'_>, text: &str) -> Evaluated {
    evaluation.note(Code::BadNumber, evaluation.here, &[&quoted(text)]);
    Ok(Value::Null)
}

/// Digits with a point, a sign and an exponent, as a formula writes numbers.
fn read_number(text: &str) -> Option<Number> {
    let allowed = |c: char| c.is_ascii_digit() || ".-+eE".contains(c);
    if text.is_empty() || text.len() > 100 || !text.chars().all(allowed) || text.starts_with('+') {
        return None;
    }
    if text.contains(['e', 'E']) {
        Number::from_scientific(text).ok()
    } else {
        Number::from_str_exact(text).ok()
    }
}

fn whole<T: TryFrom<i64>>(args: &Args, place: usize) -> Option<T> {
    T::try_from(args.number(place)?.trunc().to_i64()?).ok()
}

fn date(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    match args.get(0) {
        Value::Date(date) => Ok(Value::Date(*date)),
        Value::DateTime(moment) => Ok(Value::Date(moment.date())),
        Value::Text(text) => match temporal::date_strict(text) {
            Some(date) => Ok(Value::Date(date)),
            None => bad_moment(evaluation, &text.clone()),
        },
        _ => {
            let parts = whole(&args, 0).zip(whole(&args, 1)).zip(whole(&args, 2));
            match parts.and_then(|((year, month), day)| Date::new(year, month, day)) {
                Some(date) => Ok(Value::Date(date)),
                None => bad_moment(evaluation, "year, month, day"),
            }
        }
    }
}

/// A zone that the host does not know makes a text no time.
fn known_zone(evaluation: &Evaluation<'_>, time: &Time) -> bool {
    match time.zone() {
        Zone::Named(name) => evaluation.host.offset_s(name, 0).is_some(),
        Zone::Local | Zone::Offset(_) => true,
    }
}

fn time(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let found = match args.get(0) {
        Value::Time(time) => return Ok(Value::Time(time.clone())),
        Value::DateTime(moment) => Some(moment.time().clone()),
        Value::Date(_) => Time::new(0, 0, 0, 0, Zone::Offset(0)),
        Value::Text(text) => temporal::time_strict(text).filter(|time| known_zone(evaluation, time)),
        _ => time_of_parts(&args),
    };
    match found {
        Some(time) => Ok(Value::Time(Arc::new(time))),
        None => {
            let text = args.text(0).to_string();
            bad_moment(evaluation, &text)
        }
    }
}

fn time_of_parts(args: &Args) -> Option<Time> {
    let second = args.number(2)?;
    let nanos = second
        .fract()
        .checked_mul(Number::from(1_000_000_000_i64))?
        .trunc()
        .to_u32()?;
    let zone = match args.get(3) {
        Value::Duration(offset) => {
            let offset_s = i32::try_from(offset.0 / 1_000_000_000).ok()?;
            (offset_s.unsigned_abs() <= 18 * 3600).then_some(Zone::Offset(offset_s))?
        }
        _ => Zone::Local,
    };
    Time::new(whole(args, 0)?, whole(args, 1)?, whole(args, 2)?, nanos, zone)
}

fn date_and_time(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let midnight = |zone: Zone| Time::new(0, 0, 0, 0, zone);
    let found = match (args.get(0), args.get(1)) {
        (Value::DateTime(moment), Value::Null) => return Ok(Value::DateTime(moment.clone())),
        (Value::Date(date), Value::Null) => midnight(Zone::Local).map(|time| DateTime::new(*date, time)),
        (Value::Text(text), _) => temporal::date_time_strict(text)
            .filter(|moment| known_zone(evaluation, moment.time()))
            .or_else(|| Some(DateTime::new(temporal::date_strict(text)?, midnight(Zone::Local)?))),
        (Value::Date(date), Value::Time(time)) => Some(DateTime::new(*date, (**time).clone())),
        (Value::DateTime(moment), Value::Time(time)) => Some(DateTime::new(moment.date(), (**time).clone())),
        (Value::DateTime(moment), Value::Text(zone)) => in_zone(evaluation, moment, zone),
        (Value::Date(date), Value::Text(zone)) => {
            midnight(Zone::Local).and_then(|time| in_zone(evaluation, &DateTime::new(*date, time), zone))
        }
        _ => None,
    };
    match found {
        Some(moment) => Ok(Value::DateTime(Arc::new(moment))),
        None => {
            let text = args.text(0).to_string();
            bad_moment(evaluation, &text)
        }
    }
}

/// A local moment told at that place; an exact one moved to it.
fn in_zone(evaluation: &Evaluation<'_>, moment: &DateTime, zone: &Arc<str>) -> Option<DateTime> {
    evaluation.host.offset_s(zone, 0)?;
    let named = Zone::Named(zone.clone());
    if *moment.time().zone() == Zone::Local {
        return Some(DateTime::new(moment.date(), moment.time().with_zone(named)));
    }
    let instant = moment.instant_nanos(evaluation.host)?;
    let instant_s = i64::try_from(instant.div_euclid(temporal::NANOS_PER_SECOND)).ok()?;
    let offset = i128::from(evaluation.host.offset_s(zone, instant_s)?) * temporal::NANOS_PER_SECOND;
    DateTime::from_local_nanos(instant + offset, named)
}

fn duration(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let Value::Text(text) = args.get(0) else {
        return Ok(args.get(0).clone());
    };
    let found = temporal::duration_iso(text).map(Value::Duration);
    match found.or_else(|| temporal::year_months_iso(text).map(Value::YearMonths)) {
        Some(value) => Ok(value),
        None => bad_moment(evaluation, &text.clone()),
    }
}

/// Whole months from the day of one to the day of the other; the time of day does not count (DMN 1.5, table 78).
fn months_between(args: &Args) -> Value {
    let day = |place: usize| match args.get(place) {
        Value::Date(date) => Some(*date),
        Value::DateTime(moment) => Some(moment.date()),
        _ => None,
    };
    let (Some(from), Some(to)) = (day(0), day(1)) else {
        return Value::Null;
    };
    let total = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    let months = total(to) - total(from);
    let unfinished = match months {
        ..=-1 if to.day() > from.day() => -1,
        1.. if to.day() < from.day() => 1,
        _ => 0,
    };
    Value::YearMonths(YearMonths(months - unfinished))
}
