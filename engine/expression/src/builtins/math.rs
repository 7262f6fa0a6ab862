//! Roots, powers, logarithms, and the statistics of lists.

use rust_decimal::MathematicalOps;

use super::{Args, Builtin, Form, Gives, Kinds, form, param, rest};
use crate::eval::compare::order;
use crate::eval::{Evaluated, Evaluation, arith_compute, exp};
use crate::messages::Code;
use crate::syntax::ArithOp;
use crate::{Number, Value};

const ONE: &[Form] = &[form(&[param("number", Kinds::NUMBER)], Gives::Number)];

/// A list, or the items one by one.
macro_rules! list_or_items {
    ($gives:expr) => {
        &[
            form(&[param("list", Kinds::LIST)], $gives),
            rest(&[param("n", Kinds::SOME)], $gives),
        ]
    };
}

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "sqrt",
        forms: ONE,
        run: |e, a| one(e, &a, |n| n.sqrt()),
    },
    Builtin {
        name: "log",
        forms: ONE,
        run: |e, a| one(e, &a, |n| n.checked_ln()),
    },
    Builtin {
        name: "exp",
        forms: ONE,
        run: |e, a| one(e, &a, exp),
    },
    Builtin {
        name: "min",
        forms: list_or_items!(Gives::ItemOf(0)),
        run: |e, a| extreme(e, &a, true),
    },
    Builtin {
        name: "max",
        forms: list_or_items!(Gives::ItemOf(0)),
        run: |e, a| extreme(e, &a, false),
    },
    Builtin {
        name: "sum",
        forms: list_or_items!(Gives::ItemOf(0)),
        run: sum,
    },
    Builtin {
        name: "mean",
        forms: list_or_items!(Gives::ItemOf(0)),
        run: mean,
    },
    Builtin {
        name: "product",
        forms: list_or_items!(Gives::Number),
        run: product,
    },
    Builtin {
        name: "median",
        forms: list_or_items!(Gives::ItemOf(0)),
        run: median,
    },
    Builtin {
        name: "stddev",
        forms: list_or_items!(Gives::ItemOf(0)),
        run: stddev,
    },
    Builtin {
        name: "mode",
        forms: list_or_items!(Gives::Same(0)),
        run: mode,
    },
];

fn one(evaluation: &mut Evaluation<'_>, args: &Args, f: impl Fn(Number) -> Option<Number>) -> Evaluated {
    let result = args.number(0).and_then(f);
    if result.is_none() {
        evaluation.note_bad_value(args.get(0));
    }
    Ok(result.map_or(Value::Null, Value::Number))
}

fn extreme(evaluation: &mut Evaluation<'_>, args: &Args, smallest: bool) -> Evaluated {
    let items = args.list(0);
    evaluation.spend(items.len() as u32)?;
    let mut best: Option<&Value> = None;
    for item in items {
        let item = item.plain();
        match best {
            // Also the first must be something that has an order.
            None if order(item, item, evaluation.host).is_none() => {
                return Ok(misfit(evaluation, item));
            }
            None => best = Some(item),
            Some(found) => match order(item, found, evaluation.host) {
                Some(ordering) if ordering.is_lt() == smallest && ordering.is_ne() => best = Some(item),
                Some(_) => {}
                None => return Ok(misfit(evaluation, item)),
            },
        }
    }
    Ok(best.cloned().unwrap_or(Value::Null))
}

fn misfit(evaluation: &mut Evaluation<'_>, item: &Value) -> Value {
    evaluation.note_bad_value(item);
    Value::Null
}

fn fold(evaluation: &mut Evaluation<'_>, items: &[Value], op: ArithOp) -> Evaluated {
    evaluation.spend(items.len() as u32)?;
    let mut total: Option<Value> = None;
    for item in items {
        let item = item.plain();
        let adds = matches!(
            item,
            Value::Number(_) | Value::Quantity(_) | Value::Duration(_) | Value::YearMonths(_)
        );
        if !adds {
            return Ok(misfit(evaluation, item));
        }
        total = match total {
            None => Some(item.clone()),
            Some(total) => match arith_compute(op, &total, item, evaluation.host) {
                Ok(total) => Some(total),
                Err(_) => return Ok(misfit(evaluation, item)),
            },
        };
    }
    Ok(total.unwrap_or(Value::Null))
}

fn sum(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    fold(evaluation, args.list(0), ArithOp::Add)
}

fn product(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let items = args.list(0);
    if let Some(item) = items
        .iter()
        .map(Value::plain)
        .find(|item| !matches!(item, Value::Number(_)))
    {
        return Ok(misfit(evaluation, item));
    }
    fold(evaluation, items, ArithOp::Multiply)
}

fn mean(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let items = args.list(0);
    let total = fold(evaluation, items, ArithOp::Add)?;
    let count = Value::from(items.len() as i64);
    Ok(arith_compute(ArithOp::Divide, &total, &count, evaluation.host).unwrap_or(Value::Null))
}

fn median(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let Some(sorted) = sorted(evaluation, args.list(0))? else {
        return Ok(Value::Null);
    };
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        return Ok(sorted[middle].clone());
    }
    let Some(low) = middle.checked_sub(1).map(|low| &sorted[low]) else {
        return Ok(Value::Null);
    };
    let host = evaluation.host;
    let both = arith_compute(ArithOp::Add, low, &sorted[middle], host);
    Ok(both
        .and_then(|both| arith_compute(ArithOp::Divide, &both, &Value::from(2), host))
        .unwrap_or(Value::Null))
}

/// Numbers, or quantities of one unit, in their order.
fn sorted(evaluation: &mut Evaluation<'_>, items: &[Value]) -> Evaluated<Option<Vec<Value>>> {
    evaluation.spend(items.len() as u32 * 2)?;
    let mut sorted: Vec<Value> = items.iter().map(|item| item.plain().clone()).collect();
    let host = evaluation.host;
    // All are held against one with a unit, if there is one: bare numbers go with any unit, and units not with others.
    let model = sorted
        .iter()
        .find(|item| matches!(item, Value::Quantity(_)))
        .or_else(|| sorted.first());
    let model = model.cloned().unwrap_or(Value::Null);
    let misfitting = sorted
        .iter()
        .find(|item| !matches!(item, Value::Number(_) | Value::Quantity(_)) || order(item, &model, host).is_none());
    if let Some(item) = misfitting.cloned() {
        misfit(evaluation, &item);
        return Ok(None);
    }
    sorted.sort_by(|a, b| order(a, b, host).unwrap_or(std::cmp::Ordering::Equal));
    Ok(Some(sorted))
}

/// Of a sample: the squares are divided by one less than the count (DMN 1.5, table 77).
fn stddev(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let items = args.list(0);
    if items.len() < 2 {
        evaluation.note(Code::BadValue, evaluation.here, &["stddev", "fewer than two values"]);
        return Ok(Value::Null);
    }
    let Some(values) = sorted(evaluation, items)? else {
        return Ok(Value::Null);
    };
    let numbers: Vec<Number> = values
        .iter()
        .filter_map(|value| match value {
            Value::Number(number) => Some(*number),
            Value::Quantity(quantity) => Some(quantity.number),
            _ => None,
        })
        .collect();
    let result = spread(&numbers).and_then(|variance| variance.sqrt());
    let unit = values.iter().find_map(|value| match value {
        Value::Quantity(quantity) => Some(quantity.unit.clone()),
        _ => None,
    });
    Ok(match (result, unit) {
        (None, _) => {
            evaluation.note(Code::NumberTooLarge, evaluation.here, &[]);
            Value::Null
        }
        (Some(number), Some(unit)) => Value::quantity(number, unit),
        (Some(number), None) => Value::Number(number),
    })
}

fn spread(numbers: &[Number]) -> Option<Number> {
    let count = Number::from(numbers.len() as i64);
    let total = numbers
        .iter()
        .try_fold(Number::ZERO, |total, number| total.checked_add(*number))?;
    let mean = total.checked_div(count)?;
    let squares = numbers.iter().try_fold(Number::ZERO, |sum, number| {
        let difference = number.checked_sub(mean)?;
        sum.checked_add(difference.checked_mul(difference)?)
    })?;
    squares.checked_div(count.checked_sub(Number::ONE)?)
}

/// The most frequent numbers, in ascending order.
fn mode(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let Some(sorted) = sorted(evaluation, args.list(0))? else {
        return Ok(Value::Null);
    };
    let mut runs: Vec<(Value, usize)> = Vec::new();
    for value in sorted {
        match runs.last_mut() {
            Some((last, count)) if order(last, &value, evaluation.host).is_some_and(|o| o.is_eq()) => *count += 1,
            _ => runs.push((value, 1)),
        }
    }
    let most = runs.iter().map(|(_, count)| *count).max().unwrap_or(0);
    evaluation.grow(runs.len())?;
    Ok(Value::list(
        runs.into_iter()
            .filter(|(_, count)| *count == most)
            .map(|(value, _)| value)
            .collect(),
    ))
}
