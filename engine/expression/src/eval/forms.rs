//! Forms that evaluate a part more than once, or not at all: `if`, `for`, `some`, `every`, filters, contexts.

use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive;

use super::{Evaluated, Evaluation, Function, FunctionKind, Local};
use crate::check::Type;
use crate::syntax::ast::{Iteration, RangeNode};
use crate::syntax::{CompareOp, Domain, Lambda, Node};
use crate::value::{Bound, Shape};
use crate::{Context, Date, Number, Range, Span, Value};

/// What a loop goes through: the items of a list, or numbers or days one after the other.
enum Steps {
    Items(Arc<Vec<Value>>),
    Numbers { from: Number, count: u32, down: bool },
    Days { from: Date, count: u32, down: bool },
}

impl Steps {
    fn count(&self) -> usize {
        match self {
            Steps::Items(items) => items.len(),
            Steps::Numbers { count, .. } | Steps::Days { count, .. } => *count as usize,
        }
    }

    fn get(&self, place: usize) -> Value {
        let signed = |down: bool| if down { -(place as i64) } else { place as i64 };
        match self {
            Steps::Items(items) => items.get(place).cloned().unwrap_or(Value::Null),
            Steps::Numbers { from, down, .. } => from
                .checked_add(Number::from(signed(*down)))
                .map_or(Value::Null, Value::Number),
            Steps::Days { from, down, .. } => from.plus_days(signed(*down)).map_or(Value::Null, Value::Date),
        }
    }
}

impl Evaluation<'_> {
    pub(super) fn if_then(&mut self, condition: &Node, then: &Node, otherwise: &Node) -> Evaluated {
        let value = self.eval(condition)?;
        match value.plain() {
            Value::Bool(true) => self.eval(then),
            Value::Bool(false) => self.eval(otherwise),
            other => {
                self.note_type(&Type::Bool, other, condition.span);
                self.eval(otherwise)
            }
        }
    }

    pub(super) fn for_return(&mut self, over: &[Iteration], body: &Node, span: Span) -> Evaluated {
        let before = self.locals.len();
        let mut results = Vec::new();
        let uses_partial = mentions(body, "partial");
        let done = self.each(over, &mut |evaluation| {
            if uses_partial {
                evaluation.here = span;
                evaluation.grow(results.len() / 4)?;
                evaluation.spend(results.len() as u32 / 16)?;
                let partial = Value::list(results.clone());
                evaluation.locals.push(Local::Named(Arc::from("partial"), partial));
            }
            let value = evaluation.eval(body);
            if uses_partial {
                evaluation.locals.pop();
            }
            let value = value?;
            evaluation.here = span;
            evaluation.nest(&value)?;
            results.push(value);
            Ok(true)
        });
        self.locals.truncate(before);
        Ok(if done? { Value::list(results) } else { Value::Null })
    }

    pub(super) fn quantified(&mut self, some: bool, over: &[Iteration], condition: &Node, _span: Span) -> Evaluated {
        let before = self.locals.len();
        let mut unknown = false;
        let mut decided = false;
        let done = self.each(over, &mut |evaluation| {
            match evaluation.eval(condition)?.plain() {
                Value::Bool(value) if *value == some => decided = true,
                Value::Bool(_) => {}
                _ => unknown = true,
            }
            Ok(!decided)
        });
        self.locals.truncate(before);
        Ok(match (done?, decided, unknown) {
            (_, true, _) => Value::Bool(some),
            (false, ..) | (_, _, true) => Value::Null,
            _ => Value::Bool(!some),
        })
    }

    /// Runs `body` for each combination with the names bound; false when something cannot be gone through.
    fn each(&mut self, over: &[Iteration], body: &mut dyn FnMut(&mut Self) -> Evaluated<bool>) -> Evaluated<bool> {
        let Some((first, inner)) = over.split_first() else {
            body(self)?;
            return Ok(true);
        };
        let Some(steps) = self.steps(&first.domain)? else {
            return Ok(false);
        };
        let mut goes_on = true;
        for place in 0..steps.count() {
            self.spend(1)?;
            self.locals.push(Local::Named(first.name.clone(), steps.get(place)));
            let mut last = true;
            let done = self.each(inner, &mut |evaluation| {
                last = body(evaluation)?;
                Ok(last)
            });
            self.locals.pop();
            if !done? {
                return Ok(false);
            }
            goes_on &= last;
            if !goes_on {
                break;
            }
        }
        Ok(true)
    }

    fn steps(&mut self, domain: &Domain) -> Evaluated<Option<Steps>> {
        match domain {
            Domain::Of(node) => {
                let value = self.eval(node)?;
                Ok(match value.plain() {
                    Value::List(items) => Some(Steps::Items(items.clone())),
                    Value::Null => {
                        self.note_type(&Type::List(Box::new(Type::Any)), &Value::Null, node.span);
                        None
                    }
                    Value::Range(range) => {
                        let steps = match (&range.start, &range.end) {
                            (Bound::Open, _) | (_, Bound::Open) => None,
                            (start, end) => between(start, end),
                        };
                        if steps.is_none() {
                            self.note_type(&Type::List(Box::new(Type::Any)), &value, node.span);
                        }
                        steps
                    }
                    _ => Some(Steps::Items(Arc::new(vec![value]))),
                })
            }
            Domain::Between(from, to) => {
                let start = self.eval(from)?;
                let end = self.eval(to)?;
                let steps = between(
                    &Bound::Included(start.plain().clone()),
                    &Bound::Included(end.plain().clone()),
                );
                if steps.is_none() {
                    self.note_operands("..", from.span.to(to.span), (&start, from.span), (&end, to.span));
                }
                Ok(steps)
            }
        }
    }

    pub(super) fn list(&mut self, items: &[Node], span: Span) -> Evaluated {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(item)?;
            self.here = span;
            self.nest(&value)?;
            values.push(value);
        }
        Ok(Value::list(values))
    }

    pub(super) fn context(&mut self, entries: &[(Arc<str>, Node)], span: Span) -> Evaluated {
        let before = self.locals.len();
        let mut built = Context::new();
        for (name, node) in entries {
            let value = match self.eval(node) {
                Ok(value) => value,
                Err(stop) => {
                    self.locals.truncate(before);
                    return Err(stop);
                }
            };
            self.here = span;
            if let Err(stop) = self.nest(&value) {
                self.locals.truncate(before);
                return Err(stop);
            }
            self.locals.push(Local::Named(name.clone(), value.clone()));
            built.insert(name.clone(), value);
        }
        self.locals.truncate(before);
        Ok(Value::context(built))
    }

    pub(super) fn range(&mut self, range: &RangeNode, span: Span) -> Evaluated {
        let start = self.eval(&range.start)?.plain().clone();
        let end = self.eval(&range.end)?.plain().clone();
        if start.is_container() || end.is_container() {
            self.note_operands("..", span, (&start, range.start.span), (&end, range.end.span));
            return Ok(Value::Null);
        }
        let bound = |included: bool, value: Value| {
            if included {
                Bound::Included(value)
            } else {
                Bound::Excluded(value)
            }
        };
        let built = Range::new(bound(range.start_included, start), bound(range.end_included, end));
        Ok(Value::Range(Arc::new(built)))
    }

    pub(super) fn test_value(&mut self, op: CompareOp, edge: &Node) -> Evaluated {
        let value = self.eval(edge)?.plain().clone();
        self.here = edge.span;
        self.nest(&value)?;
        let range = match op {
            CompareOp::Equal => Range::equal(value, Shape::Equal),
            CompareOp::NotEqual => Range::equal(value, Shape::NotEqual),
            CompareOp::Less => Range::new(Bound::Open, Bound::Excluded(value)),
            CompareOp::LessEqual => Range::new(Bound::Open, Bound::Included(value)),
            CompareOp::Greater => Range::new(Bound::Excluded(value), Bound::Open),
            CompareOp::GreaterEqual => Range::new(Bound::Included(value), Bound::Open),
        };
        Ok(Value::Range(Arc::new(range)))
    }

    pub(super) fn filter(&mut self, base: &Node, filter: &Node, span: Span) -> Evaluated {
        let value = self.eval(base)?;
        let items = match value.plain() {
            Value::List(items) => items.clone(),
            Value::Null => {
                self.note_empty(base.span);
                return Ok(Value::Null);
            }
            _ => Arc::new(vec![value]),
        };
        // A filter that does not depend on the item, `list[2]`, is asked once.
        if let Some(picked) = self.picked(&items, filter)? {
            return Ok(picked);
        }
        let mut kept = Vec::new();
        for (place, item) in items.iter().enumerate() {
            self.spend(1)?;
            self.locals.push(Local::Item(item.clone()));
            let answer = self.eval(filter);
            self.locals.pop();
            match answer?.plain() {
                Value::Bool(true) => {
                    self.here = span;
                    self.grow(1)?;
                    kept.push(item.clone());
                }
                Value::Number(number) if place == 0 => return Ok(at(&items, *number)),
                _ => {}
            }
        }
        Ok(Value::list(kept))
    }

    /// The item at a place, when the filter is a number that needs no item.
    fn picked(&mut self, items: &[Value], filter: &Node) -> Evaluated<Option<Value>> {
        use crate::syntax::Kind;
        let constant = |node: &Node| matches!(node.kind, Kind::Constant(Value::Number(_)));
        let is_place = match &filter.kind {
            Kind::Negate(inner) => constant(inner),
            _ => constant(filter),
        };
        if !is_place && !items.is_empty() {
            return Ok(None);
        }
        self.locals.push(Local::Item(Value::Null));
        let place = self.eval(filter);
        self.locals.pop();
        Ok(match place?.plain() {
            Value::Number(number) => Some(at(items, *number)),
            _ if is_place => Some(Value::Null),
            _ => None,
        })
    }

    pub(super) fn lambda(&mut self, lambda: &Arc<Lambda>, span: Span) -> Evaluated {
        self.here = span;
        let captured = self.locals.clone();
        for local in &captured {
            let (Local::Named(_, value) | Local::Item(value)) = local;
            self.nest(value)?;
        }
        Ok(Value::Function(Arc::new(Function(FunctionKind::Written {
            lambda: lambda.clone(),
            captured,
        }))))
    }
}

/// Counted from 1, or from the end with −1.
fn at(items: &[Value], place: Number) -> Value {
    let place = place.normalize();
    if place.scale() != 0 {
        return Value::Null;
    }
    let found = place.to_i64().and_then(|place| match place {
        0 => None,
        1.. => usize::try_from(place - 1).ok().and_then(|place| items.get(place)),
        _ => {
            let back = usize::try_from(place.unsigned_abs()).ok()?;
            items.len().checked_sub(back).and_then(|place| items.get(place))
        }
    });
    found.cloned().unwrap_or(Value::Null)
}

/// Whole numbers or days from one end to the other, in either direction.
fn between(start: &Bound, end: &Bound) -> Option<Steps> {
    match (start.value()?, end.value()?) {
        (Value::Number(from), Value::Number(to)) => {
            if from.fract() != Number::ZERO || to.fract() != Number::ZERO {
                return None;
            }
            let down = to < from;
            let distance = if down {
                from.checked_sub(*to)
            } else {
                to.checked_sub(*from)
            };
            let (skip, count) = counted(start, end, distance?.to_u64()?);
            let skip = Number::from(if down { -skip } else { skip });
            Some(Steps::Numbers {
                from: from.checked_add(skip)?,
                count,
                down,
            })
        }
        (Value::Date(from), Value::Date(to)) => {
            let down = to < from;
            let distance = (to.unix_days() - from.unix_days()).unsigned_abs();
            let (skip, count) = counted(start, end, distance);
            Some(Steps::Days {
                from: from.plus_days(if down { -skip } else { skip })?,
                count,
                down,
            })
        }
        _ => None,
    }
}

/// Steps to leave out at the start, and how many remain. A huge count ends by the fuel, so it may saturate.
fn counted(start: &Bound, end: &Bound, distance: u64) -> (i64, u32) {
    let skip = u64::from(!start.is_included());
    let count = (distance + 1).saturating_sub(skip + u64::from(!end.is_included()));
    (skip as i64, u32::try_from(count).unwrap_or(u32::MAX))
}

fn mentions(node: &Node, name: &str) -> bool {
    use crate::syntax::Kind;
    if let Kind::Name(found) = &node.kind {
        return &**found == name;
    }
    let mut found = false;
    node.kind.children(&mut |child| found = found || mentions(child, name));
    found
}
