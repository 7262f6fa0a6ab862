//! Equality, order, `in`, and the floor's questions, in DMN's three-valued logic.

use std::cmp::Ordering;

use super::{Evaluated, Evaluation, Limit};
use crate::check::Type;
use crate::limits::VALUE_DEPTH_MAX;
use crate::messages::Code;
use crate::syntax::{Asked, CompareOp, Node, Test};
use crate::temporal::Zone;
use crate::value::{Bound, Shape};
use crate::{DateTime, Host, Range, Span, Time, Value, Verdict};

/// Moments are compared to the millisecond: nothing on the floor is stamped finer, and clocks and databases cut there.
const NANOS_PER_COMPARED: i128 = 1_000_000;

impl Evaluation<'_> {
    pub(super) fn comparison(&mut self, op: CompareOp, left: &Node, right: &Node, span: Span) -> Evaluated {
        let a = self.eval(left)?;
        let b = self.eval(right)?;
        let answer = self.compare(op, &a, &b)?;
        if answer.is_none() {
            self.note_operands(op.sign(), span, (&a, left.span), (&b, right.span));
        }
        Ok(answer.map_or(Value::Null, Value::Bool))
    }

    pub(crate) fn compare(&mut self, op: CompareOp, a: &Value, b: &Value) -> Evaluated<Option<bool>> {
        let (a, b) = (a.plain(), b.plain());
        let answer = match op {
            CompareOp::Equal => self.equal(a, b)?,
            CompareOp::NotEqual => self.equal(a, b)?.map(|equal| !equal),
            CompareOp::Less => order(a, b, self.host).map(Ordering::is_lt),
            CompareOp::LessEqual => order(a, b, self.host).map(Ordering::is_le),
            CompareOp::Greater => order(a, b, self.host).map(Ordering::is_gt),
            CompareOp::GreaterEqual => order(a, b, self.host).map(Ordering::is_ge),
        };
        Ok(answer)
    }

    /// `None` when the two are of different types. Empty equals empty, and nothing else.
    pub(crate) fn equal(&mut self, a: &Value, b: &Value) -> Evaluated<Option<bool>> {
        self.equal_within(a, b, 0)
    }

    fn equal_within(&mut self, a: &Value, b: &Value, depth: u16) -> Evaluated<Option<bool>> {
        if depth > VALUE_DEPTH_MAX {
            return Err(self.stop(Limit::Cells));
        }
        Ok(match (a.plain(), b.plain()) {
            (Value::Null, Value::Null) => Some(true),
            (Value::Null, _) | (_, Value::Null) => Some(false),
            (Value::List(a), Value::List(b)) => {
                if a.len() != b.len() {
                    return Ok(Some(false));
                }
                for (a, b) in a.iter().zip(b.iter()) {
                    self.spend(1)?;
                    if self.equal_within(a, b, depth + 1)? != Some(true) {
                        return Ok(Some(false));
                    }
                }
                Some(true)
            }
            (Value::Context(a), Value::Context(b)) => {
                if a.len() != b.len() {
                    return Ok(Some(false));
                }
                for ((name, a), (other, b)) in a.iter().zip(b.iter()) {
                    self.spend(1)?;
                    if name != other || self.equal_within(a, b, depth + 1)? != Some(true) {
                        return Ok(Some(false));
                    }
                }
                Some(true)
            }
            (Value::Range(a), Value::Range(b)) => Some(a == b),
            (Value::Function(a), Value::Function(b)) => Some(a == b),
            (Value::Bool(a), Value::Bool(b)) => Some(a == b),
            (a @ Value::DateTime(one), b @ Value::DateTime(other)) => {
                match order(a, b, self.host) {
                    Some(ordering) => Some(ordering.is_eq()),
                    // One tells its place and the other does not.
                    None => Some(one == other),
                }
            }
            (a @ Value::Time(one), b @ Value::Time(other)) => match order(a, b, self.host) {
                Some(ordering) => Some(ordering.is_eq()),
                None => Some(one == other),
            },
            (a, b) => order(a, b, self.host).map(Ordering::is_eq),
        })
    }

    /// `a and b and …`, or with `or`: decided by one operand where one decides.
    pub(super) fn junction(&mut self, operands: &[Node], decides: bool) -> Evaluated {
        let mut unknown = false;
        for operand in operands {
            match self.eval(operand)?.plain() {
                Value::Bool(value) if *value == decides => return Ok(Value::Bool(decides)),
                Value::Bool(_) => {}
                other => {
                    if !matches!(other, Value::Null) {
                        self.note_type(&Type::Bool, other, operand.span);
                    }
                    unknown = true;
                }
            }
        }
        Ok(if unknown { Value::Null } else { Value::Bool(!decides) })
    }

    pub(super) fn between(&mut self, value: &Node, low: &Node, high: &Node, span: Span) -> Evaluated {
        let v = self.eval(value)?;
        let l = self.eval(low)?;
        let h = self.eval(high)?;
        let above = self.compare(CompareOp::GreaterEqual, &v, &l)?;
        let below = self.compare(CompareOp::LessEqual, &v, &h)?;
        if above.is_none() {
            self.note_operands("between", span, (&v, value.span), (&l, low.span));
        } else if below.is_none() {
            self.note_operands("between", span, (&v, value.span), (&h, high.span));
        }
        Ok(both(above, below).map_or(Value::Null, Value::Bool))
    }

    pub(super) fn is_in(&mut self, operand: &Node, tests: &[Test], span: Span) -> Evaluated {
        let value = self.eval(operand)?;
        let mut unknown = false;
        for test in tests {
            let edge = self.eval(test.node())?;
            let answer = match test {
                Test::Compare(op, _) => self.compare(*op, &value, &edge)?,
                Test::Value(_) => self.passes(&value, &edge)?,
            };
            match answer {
                Some(true) => return Ok(Value::Bool(true)),
                Some(false) => {}
                None => {
                    unknown = true;
                    self.note_operands("in", span, (&value, operand.span), (&edge, test.node().span));
                }
            }
        }
        Ok(if unknown { Value::Null } else { Value::Bool(false) })
    }

    /// Equal to it, or in it when it is a list or a range.
    pub(crate) fn passes(&mut self, value: &Value, test: &Value) -> Evaluated<Option<bool>> {
        match (value.plain(), test.plain()) {
            (value, Value::Range(range)) => self.in_range(value, range),
            (value, Value::List(items)) => {
                if matches!(value, Value::List(_)) && self.equal(value, test)? == Some(true) {
                    return Ok(Some(true));
                }
                for item in items.iter() {
                    self.spend(1)?;
                    let answer = match item.plain() {
                        Value::Range(range) => self.in_range(value, range)?,
                        item => self.equal(value, item)?,
                    };
                    if answer == Some(true) {
                        return Ok(Some(true));
                    }
                }
                Ok(Some(false))
            }
            (value, test) => self.equal(value, test),
        }
    }

    pub(crate) fn in_range(&mut self, value: &Value, range: &Range) -> Evaluated<Option<bool>> {
        match (range.shape, range.start.value()) {
            (Shape::Equal, Some(edge)) => return self.compare(CompareOp::Equal, value, edge),
            (Shape::NotEqual, Some(edge)) => return self.compare(CompareOp::NotEqual, value, edge),
            _ => {}
        }
        let above = match &range.start {
            Bound::Open => Some(true),
            Bound::Included(edge) => self.compare(CompareOp::GreaterEqual, value, edge)?,
            Bound::Excluded(edge) => self.compare(CompareOp::Greater, value, edge)?,
        };
        let below = match &range.end {
            Bound::Open => Some(true),
            Bound::Included(edge) => self.compare(CompareOp::LessEqual, value, edge)?,
            Bound::Excluded(edge) => self.compare(CompareOp::Less, value, edge)?,
        };
        Ok(if above.is_none() || below.is_none() {
            None
        } else {
            both(above, below)
        })
    }

    /// `x is ok` and its kin. What was not measured, or is too close to call, is neither ok nor not ok, so that
    /// `not(x is ok)` is not true of it either.
    pub(super) fn asked(&mut self, operand: &Node, asked: Asked) -> Evaluated {
        let value = self.eval(operand)?;
        let verdict = value.verdict();
        Ok(match asked {
            Asked::Empty => Value::Bool(value.is_empty()),
            Asked::Filled => Value::Bool(!value.is_empty()),
            Asked::Undecided => Value::Bool(verdict == Some(Verdict::NotDecidable)),
            Asked::NotUndecided => Value::Bool(verdict != Some(Verdict::NotDecidable)),
            Asked::Ok | Asked::NotOk => match verdict {
                Some(Verdict::Ok) => Value::Bool(asked == Asked::Ok),
                Some(Verdict::NotOk) => Value::Bool(asked == Asked::NotOk),
                Some(Verdict::NotDecidable | Verdict::Undefined) => Value::Null,
                None => {
                    if matches!(value, Value::Null) {
                        self.note_empty(operand.span);
                    } else {
                        let written = crate::messages::quoted(
                            self.source.get(operand.span.start..operand.span.end).unwrap_or(""),
                        );
                        self.note(Code::NoVerdict, operand.span, &[&written]);
                    }
                    Value::Null
                }
            },
        })
    }
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// The order of two values of one type; `None` when they have none.
pub(crate) fn order(a: &Value, b: &Value, host: &dyn Host) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Quantity(a), Value::Quantity(b)) => (a.unit == b.unit).then(|| a.number.cmp(&b.number)),
        (Value::Quantity(a), Value::Number(b)) => Some(a.number.cmp(b)),
        (Value::Number(a), Value::Quantity(b)) => Some(a.cmp(&b.number)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        (Value::YearMonths(a), Value::YearMonths(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => moments(a, b, host),
        (Value::Time(a), Value::Time(b)) => times(a, b, host),
        _ => None,
    }
}

fn moments(a: &DateTime, b: &DateTime, host: &dyn Host) -> Option<Ordering> {
    let local = |moment: &DateTime| *moment.time().zone() == Zone::Local;
    let (a, b) = match (local(a), local(b)) {
        (true, true) => (a.local_nanos(), b.local_nanos()),
        (false, false) => (a.instant_nanos(host)?, b.instant_nanos(host)?),
        _ => return None,
    };
    Some(a.div_euclid(NANOS_PER_COMPARED).cmp(&b.div_euclid(NANOS_PER_COMPARED)))
}

fn times(a: &Time, b: &Time, host: &dyn Host) -> Option<Ordering> {
    if a.zone() == b.zone() {
        return Some((a.nanos_of_day() / NANOS_PER_COMPARED).cmp(&(b.nanos_of_day() / NANOS_PER_COMPARED)));
    }
    let key = |time: &Time| {
        let offset = i128::from(super::arith::time_offset_s(time, host)?) * 1_000_000_000;
        Some((time.nanos_of_day() - offset).div_euclid(NANOS_PER_COMPARED))
    };
    Some(key(a)?.cmp(&key(b)?))
}
