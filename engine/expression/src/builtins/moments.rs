//! The calendar and the clock of the host.

use std::sync::Arc;

use super::{Args, Builtin, Form, Gives, Kinds, form, optional, param};
use crate::eval::{Evaluated, Evaluation, kinds_of};
use crate::temporal::Zone;
use crate::{Date, Time, Value};

macro_rules! of_date {
    ($gives:expr) => {
        &[form(&[param("date", Kinds::DATE.or(Kinds::DATE_TIME))], $gives)]
    };
}

const NOTHING: &[Form] = &[form(&[], Gives::DateTime)];

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "now",
        forms: NOTHING,
        run: |e, _| Ok(Value::DateTime(Arc::new(e.host.now()))),
    },
    Builtin {
        name: "today",
        forms: &[form(&[], Gives::Date)],
        run: |e, _| Ok(Value::Date(e.host.now().date())),
    },
    Builtin {
        name: "day of year",
        forms: of_date!(Gives::Number),
        run: |_, a| Ok(of_day(&a, |date| Value::from(i64::from(date.day_of_year())))),
    },
    Builtin {
        name: "day of week",
        forms: of_date!(Gives::Text),
        run: |_, a| Ok(of_day(&a, |date| Value::from(DAYS[usize::from(date.weekday()) - 1]))),
    },
    Builtin {
        name: "month of year",
        forms: of_date!(Gives::Text),
        run: |_, a| Ok(of_day(&a, |date| Value::from(MONTHS[usize::from(date.month()) - 1]))),
    },
    Builtin {
        name: "week of year",
        forms: of_date!(Gives::Number),
        run: |_, a| Ok(of_day(&a, |date| Value::from(i64::from(date.week_of_year())))),
    },
    Builtin {
        name: "is",
        forms: &[form(
            &[optional("value1", Kinds::ANY), optional("value2", Kinds::ANY)],
            Gives::Bool,
        )],
        run: same,
    },
];

fn of_day(args: &Args, f: impl Fn(Date) -> Value) -> Value {
    match args.get(0) {
        Value::Date(date) => f(*date),
        Value::DateTime(moment) => f(moment.date()),
        _ => Value::Null,
    }
}

/// The same value of the same type, with the same place: stricter than `=`.
fn same(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let (a, b) = (args.get(0), args.get(1));
    if kinds_of(a) != kinds_of(b) {
        return Ok(Value::Bool(false));
    }
    let zone = |time: &Time| time.zone().clone();
    let places: Option<(Zone, Zone)> = match (a, b) {
        (Value::Time(a), Value::Time(b)) => Some((zone(a), zone(b))),
        (Value::DateTime(a), Value::DateTime(b)) => Some((zone(a.time()), zone(b.time()))),
        _ => None,
    };
    if places.is_some_and(|(a, b)| a != b) {
        return Ok(Value::Bool(false));
    }
    let equal = evaluation.equal(a, b)? == Some(true);
    Ok(Value::Bool(equal))
}
