//! `+ - * / **`, on decimals, quantities, dates and durations. Nothing is converted: two units are the same or they
//! do not fit.

use std::sync::Arc;

use rust_decimal::MathematicalOps;
use rust_decimal::prelude::ToPrimitive;

use super::{Evaluated, Evaluation};
use crate::check::Type;
use crate::messages::Code;
use crate::syntax::{ArithOp, Node};
use crate::temporal::{NANOS_PER_SECOND, Zone};
use crate::{Date, DateTime, Duration, Host, Number, Span, Time, Value, YearMonths};

/// Why there is no result.
pub(crate) enum Failure {
    Type,
    Zero,
    Overflow,
}

type Computed = Result<Value, Failure>;

impl Evaluation<'_> {
    pub(super) fn negate(&mut self, operand: &Node, span: Span) -> Evaluated {
        let value = self.eval(operand)?;
        Ok(match value.plain() {
            Value::Number(number) => Value::Number(-number),
            Value::Quantity(quantity) => Value::quantity(-quantity.number, quantity.unit.clone()),
            Value::Duration(duration) => Value::Duration(Duration(duration.0.saturating_neg())),
            Value::YearMonths(months) => Value::YearMonths(YearMonths(months.0.saturating_neg())),
            other => {
                self.note_type(&Type::Number, other, span);
                Value::Null
            }
        })
    }

    pub(super) fn arith(&mut self, first: &Node, rest: &[(ArithOp, Node)]) -> Evaluated {
        let mut left = self.eval(first)?;
        let mut left_span = first.span;
        for (op, operand) in rest {
            let right = self.eval(operand)?;
            let span = left_span.to(operand.span);
            left = self.arith_values(*op, (&left, left_span), (&right, operand.span), span)?;
            left_span = span;
        }
        Ok(left)
    }

    fn arith_values(&mut self, op: ArithOp, left: (&Value, Span), right: (&Value, Span), span: Span) -> Evaluated {
        let (a, b) = (left.0.plain(), right.0.plain());
        if let (Value::Text(a), Value::Text(b), ArithOp::Add) = (a, b, op) {
            self.here = span;
            self.text_room(a.len() + b.len())?;
            return Ok(Value::Text(Arc::from([&**a, &**b].concat())));
        }
        match compute(op, a, b, self.host) {
            Ok(value) => Ok(value),
            Err(failure) => {
                match failure {
                    Failure::Type => self.note_operands(op.sign(), span, left, right),
                    Failure::Zero => self.note(Code::DivisionByZero, span, &[]),
                    Failure::Overflow => self.note(Code::NumberTooLarge, span, &[]),
                }
                Ok(Value::Null)
            }
        }
    }
}

pub(crate) fn compute(op: ArithOp, a: &Value, b: &Value, host: &dyn Host) -> Computed {
    match op {
        ArithOp::Add => add(a, b, host),
        ArithOp::Subtract => subtract(a, b, host),
        ArithOp::Multiply => multiply(a, b),
        ArithOp::Divide => divide(a, b),
        ArithOp::Power => match (a, b) {
            (Value::Number(a), Value::Number(b)) => power(*a, *b).map(Value::Number).ok_or(Failure::Overflow),
            _ => Err(Failure::Type),
        },
    }
}

fn fits<T>(result: Option<T>, wrap: impl FnOnce(T) -> Value) -> Computed {
    result.map(wrap).ok_or(Failure::Overflow)
}

fn moment(result: Option<DateTime>) -> Computed {
    fits(result, |moment| Value::DateTime(Arc::new(moment)))
}

fn add(a: &Value, b: &Value, host: &dyn Host) -> Computed {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => fits(a.checked_add(*b), Value::Number),
        (Value::Quantity(_), _) | (_, Value::Quantity(_)) => same_unit(a, b, Number::checked_add),
        (Value::Duration(a), Value::Duration(b)) => {
            fits(a.0.checked_add(b.0).and_then(Duration::within), Value::Duration)
        }
        (Value::YearMonths(a), Value::YearMonths(b)) => {
            fits(a.0.checked_add(b.0).and_then(YearMonths::within), Value::YearMonths)
        }
        (Value::Date(_) | Value::DateTime(_) | Value::Time(_), Value::Duration(duration)) => later(a, *duration, host),
        (Value::Duration(duration), Value::Date(_) | Value::DateTime(_) | Value::Time(_)) => later(b, *duration, host),
        (Value::Date(_) | Value::DateTime(_), Value::YearMonths(months)) => months_later(a, months.0),
        (Value::YearMonths(months), Value::Date(_) | Value::DateTime(_)) => months_later(b, months.0),
        _ => Err(Failure::Type),
    }
}

fn subtract(a: &Value, b: &Value, host: &dyn Host) -> Computed {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => fits(a.checked_sub(*b), Value::Number),
        (Value::Quantity(_), _) | (_, Value::Quantity(_)) => same_unit(a, b, Number::checked_sub),
        (Value::Duration(a), Value::Duration(b)) => {
            fits(a.0.checked_sub(b.0).and_then(Duration::within), Value::Duration)
        }
        (Value::YearMonths(a), Value::YearMonths(b)) => {
            fits(a.0.checked_sub(b.0).and_then(YearMonths::within), Value::YearMonths)
        }
        (Value::Date(_) | Value::DateTime(_) | Value::Time(_), Value::Duration(duration)) => {
            later(a, Duration(duration.0.saturating_neg()), host)
        }
        (Value::Date(_) | Value::DateTime(_), Value::YearMonths(months)) => months_later(a, months.0.saturating_neg()),
        (Value::Date(a), Value::Date(b)) => Ok(Value::Duration(Duration::from_seconds(
            (a.unix_days() - b.unix_days()) * 86_400,
        ))),
        (Value::Date(_) | Value::DateTime(_), Value::Date(_) | Value::DateTime(_)) => between(a, b, host),
        (Value::Time(a), Value::Time(b)) => {
            let difference = time_difference(a, b, host).ok_or(Failure::Type)?;
            Ok(Value::Duration(Duration(difference)))
        }
        _ => Err(Failure::Type),
    }
}

fn later(a: &Value, duration: Duration, host: &dyn Host) -> Computed {
    match a {
        Value::Date(date) => {
            let nanos = i128::from(date.unix_days()) * 86_400 * NANOS_PER_SECOND;
            let nanos = nanos.checked_add(duration.0).ok_or(Failure::Overflow)?;
            let days = i64::try_from(nanos.div_euclid(86_400 * NANOS_PER_SECOND)).ok();
            fits(days.and_then(Date::from_unix_days), Value::Date)
        }
        Value::DateTime(when) => moment(when.plus(duration, host)),
        Value::Time(time) => {
            let nanos = time.nanos_of_day() + duration.0 % (86_400 * NANOS_PER_SECOND);
            Ok(Value::Time(Arc::new(Time::from_nanos_of_day(
                nanos,
                time.zone().clone(),
            ))))
        }
        _ => Err(Failure::Type),
    }
}

fn months_later(a: &Value, months: i64) -> Computed {
    match a {
        Value::Date(date) => fits(date.plus_months(months), Value::Date),
        Value::DateTime(when) => moment(when.plus_months(months)),
        _ => Err(Failure::Type),
    }
}

/// Moments are subtracted when both are exact or both are local; a date counts as its midnight in UTC beside an exact
/// moment, as DMN 1.5 wants it.
fn between(a: &Value, b: &Value, host: &dyn Host) -> Computed {
    let exact = |value: &Value| match value {
        Value::Date(date) => Some(i128::from(date.unix_days()) * 86_400 * NANOS_PER_SECOND),
        Value::DateTime(when) => when.instant_nanos(host),
        _ => None,
    };
    let local = |value: &Value| match value {
        Value::DateTime(when) if *when.time().zone() == Zone::Local => Some(when.local_nanos()),
        _ => None,
    };
    let difference = match (local(a), local(b)) {
        (Some(a), Some(b)) => a - b,
        _ => exact(a).ok_or(Failure::Type)? - exact(b).ok_or(Failure::Type)?,
    };
    Ok(Value::Duration(Duration(difference)))
}

/// Nanoseconds from `b` to `a`; `None` when one has a place and the other has none.
pub(crate) fn time_difference(a: &Time, b: &Time, host: &dyn Host) -> Option<i128> {
    let local = a.nanos_of_day() - b.nanos_of_day();
    if a.zone() == b.zone() {
        return Some(local);
    }
    let offset = |time: &Time| time_offset_s(time, host);
    Some(local - i128::from(offset(a)? - offset(b)?) * NANOS_PER_SECOND)
}

/// Seconds east of UTC; for a named zone as it holds on the day of the host.
pub(crate) fn time_offset_s(time: &Time, host: &dyn Host) -> Option<i32> {
    DateTime::new(host.now().date(), time.clone()).offset_s(host)
}

/// A bare number beside a quantity is taken to be of the same unit.
fn same_unit(a: &Value, b: &Value, op: impl Fn(Number, Number) -> Option<Number>) -> Computed {
    let (a, b, unit) = match (a, b) {
        (Value::Quantity(a), Value::Quantity(b)) if a.unit == b.unit => (a.number, b.number, &a.unit),
        (Value::Quantity(a), Value::Number(b)) => (a.number, *b, &a.unit),
        (Value::Number(a), Value::Quantity(b)) => (*a, b.number, &b.unit),
        _ => return Err(Failure::Type),
    };
    fits(op(a, b), |number| Value::quantity(number, unit.clone()))
}

fn multiply(a: &Value, b: &Value) -> Computed {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => fits(a.checked_mul(*b), Value::Number),
        (Value::Quantity(q), Value::Number(n)) | (Value::Number(n), Value::Quantity(q)) => {
            fits(q.number.checked_mul(*n), |number| {
                Value::quantity(number, q.unit.clone())
            })
        }
        (Value::Duration(d), Value::Number(n)) | (Value::Number(n), Value::Duration(d)) => {
            scaled(d.0, |nanos| nanos.checked_mul(*n))
        }
        (Value::YearMonths(m), Value::Number(n)) | (Value::Number(n), Value::YearMonths(m)) => {
            months_scaled(*m, |months| months.checked_mul(*n))
        }
        _ => Err(Failure::Type),
    }
}

fn divide(a: &Value, b: &Value) -> Computed {
    let zero = match b {
        Value::Number(number) => number.is_zero(),
        Value::Quantity(quantity) => quantity.number.is_zero(),
        Value::Duration(duration) => duration.0 == 0,
        Value::YearMonths(months) => months.0 == 0,
        _ => false,
    };
    let divided = |a: Option<Number>, b: Option<Number>| {
        let (a, b) = a.zip(b).ok_or(Failure::Overflow)?;
        fits(a.checked_div(b), Value::Number)
    };
    match (a, b) {
        (Value::Number(_) | Value::Quantity(_) | Value::Duration(_) | Value::YearMonths(_), _) if zero => {
            Err(Failure::Zero)
        }
        (Value::Number(a), Value::Number(b)) => divided(Some(*a), Some(*b)),
        (Value::Quantity(a), Value::Quantity(b)) if a.unit == b.unit => divided(Some(a.number), Some(b.number)),
        (Value::Quantity(q), Value::Number(n)) => fits(q.number.checked_div(*n), |number| {
            Value::quantity(number, q.unit.clone())
        }),
        (Value::Duration(d), Value::Number(n)) => scaled(d.0, |nanos| nanos.checked_div(*n)),
        (Value::YearMonths(m), Value::Number(n)) => months_scaled(*m, |months| months.checked_div(*n)),
        (Value::Duration(a), Value::Duration(b)) => divided(
            Number::try_from_i128_with_scale(a.0, 0).ok(),
            Number::try_from_i128_with_scale(b.0, 0).ok(),
        ),
        (Value::YearMonths(a), Value::YearMonths(b)) => divided(Some(Number::from(a.0)), Some(Number::from(b.0))),
        _ => Err(Failure::Type),
    }
}

fn scaled(nanos: i128, op: impl FnOnce(Number) -> Option<Number>) -> Computed {
    let number = Number::try_from_i128_with_scale(nanos, 0).ok().and_then(op);
    fits(
        number
            .and_then(|number| number.round().to_i128())
            .and_then(Duration::within),
        Value::Duration,
    )
}

/// Whole months; a part of a month is cut off.
fn months_scaled(months: YearMonths, op: impl FnOnce(Number) -> Option<Number>) -> Computed {
    let months = op(Number::from(months.0)).and_then(|number| number.trunc().to_i64());
    fits(months.and_then(YearMonths::within), Value::YearMonths)
}

fn power(base: Number, exponent: Number) -> Option<Number> {
    let exponent = exponent.normalize();
    if exponent.scale() == 0 {
        if base.is_zero() && exponent.is_sign_negative() {
            return None;
        }
        return base.checked_powi(exponent.to_i64()?);
    }
    if base.is_zero() {
        return (!exponent.is_sign_negative()).then_some(Number::ZERO);
    }
    exp(base.checked_ln()?.checked_mul(exponent)?)
}

/// e to that power, to all the digits there are.
pub(crate) fn exp(exponent: Number) -> Option<Number> {
    // Beyond these e^x does not fit 28 digits, and the series would only take long to say so.
    if exponent > Number::from(67) {
        return None;
    }
    if exponent < Number::from(-67) {
        return Some(Number::ZERO);
    }
    // The series converges fast near zero: e^x = (e^(x/2^n))^(2^n).
    exponent.checked_exp_with_tolerance(Number::new(1, 27))
}
