//! Lists. Places count from 1, or from the end with −1.

use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive;

use super::{Args, Builtin, Gives, Kinds, form, optional, param, rest};
use crate::eval::{Evaluated, Evaluation, Function};
use crate::limits::VALUE_DEPTH_MAX;
use crate::{Number, Value};

const LIST: Kinds = Kinds::LIST;

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "list contains",
        forms: &[form(&[param("list", LIST), param("element", Kinds::ANY)], Gives::Bool)],
        run: |e, a| {
            let place = position(e, a.list(0), a.get(1))?;
            Ok(Value::Bool(place.is_some()))
        },
    },
    Builtin {
        name: "count",
        forms: &[form(&[param("list", LIST)], Gives::Number)],
        run: |_, a| Ok(Value::from(a.list(0).len() as i64)),
    },
    Builtin {
        name: "all",
        forms: &[
            form(&[param("list", LIST)], Gives::Bool),
            rest(&[param("b", Kinds::ANY)], Gives::Bool),
        ],
        run: |e, a| Ok(agreed(e, &a, false)),
    },
    Builtin {
        name: "any",
        forms: &[
            form(&[param("list", LIST)], Gives::Bool),
            rest(&[param("b", Kinds::ANY)], Gives::Bool),
        ],
        run: |e, a| Ok(agreed(e, &a, true)),
    },
    Builtin {
        name: "sublist",
        forms: &[form(
            &[
                param("list", LIST),
                param("start position", Kinds::NUMBER),
                optional("length", Kinds::NUMBER),
            ],
            Gives::Same(0),
        )],
        run: sublist,
    },
    Builtin {
        name: "append",
        forms: &[rest(&[param("list", LIST), param("item", Kinds::ANY)], Gives::Same(0))],
        run: append,
    },
    Builtin {
        name: "concatenate",
        forms: &[rest(&[param("list", LIST)], Gives::Same(0))],
        run: concatenate,
    },
    Builtin {
        name: "insert before",
        forms: &[form(
            &[
                param("list", LIST),
                param("position", Kinds::NUMBER),
                param("newItem", Kinds::ANY),
            ],
            Gives::Same(0),
        )],
        run: insert_before,
    },
    Builtin {
        name: "remove",
        forms: &[form(
            &[param("list", LIST), param("position", Kinds::NUMBER)],
            Gives::Same(0),
        )],
        run: remove,
    },
    Builtin {
        name: "list replace",
        forms: &[
            form(
                &[
                    param("list", LIST),
                    param("position", Kinds::NUMBER),
                    param("newItem", Kinds::ANY),
                ],
                Gives::Same(0),
            ),
            form(
                &[
                    param("list", LIST),
                    param("match", Kinds::FUNCTION),
                    param("newItem", Kinds::ANY),
                ],
                Gives::Same(0),
            ),
        ],
        run: list_replace,
    },
    Builtin {
        name: "reverse",
        forms: &[form(&[param("list", LIST)], Gives::Same(0))],
        run: reverse,
    },
    Builtin {
        name: "index of",
        forms: &[form(&[param("list", LIST), param("match", Kinds::ANY)], Gives::Numbers)],
        run: index_of,
    },
    Builtin {
        name: "union",
        forms: &[rest(&[param("list", LIST)], Gives::Same(0))],
        run: union,
    },
    Builtin {
        name: "distinct values",
        forms: &[form(&[param("list", LIST)], Gives::Same(0))],
        run: distinct,
    },
    Builtin {
        name: "flatten",
        forms: &[form(&[param("list", LIST)], Gives::Any)],
        run: flatten,
    },
    Builtin {
        name: "sort",
        forms: &[
            form(
                &[param("list", LIST), param("precedes", Kinds::FUNCTION)],
                Gives::Same(0),
            ),
            form(&[param("list", LIST)], Gives::Same(0)),
        ],
        run: sort,
    },
];

/// A list made of parts of others: its items are not walked, only counted.
fn remade(evaluation: &mut Evaluation<'_>, items: Vec<Value>) -> Evaluated {
    evaluation.spend(items.len() as u32 / 8)?;
    evaluation.grow(items.len())?;
    Ok(Value::list(items))
}

fn position(evaluation: &mut Evaluation<'_>, items: &[Value], wanted: &Value) -> Evaluated<Option<usize>> {
    for (place, item) in items.iter().enumerate() {
        evaluation.spend(1)?;
        if evaluation.equal(item, wanted)? == Some(true) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn agreed(evaluation: &mut Evaluation<'_>, args: &Args, decides: bool) -> Value {
    let items = args.list(0);
    let mut unknown = false;
    for item in items {
        match item.plain() {
            Value::Bool(value) if *value == decides => return Value::Bool(decides),
            Value::Bool(_) => {}
            Value::Null => unknown = true,
            other => {
                evaluation.note_bad_value(other);
                unknown = true;
            }
        }
    }
    if unknown { Value::Null } else { Value::Bool(!decides) }
}

/// The place in a list of that length, counted from 0; 0 and places beyond the ends are none.
fn place(number: Option<Number>, length: usize) -> Option<usize> {
    let number = number?.trunc().to_i64()?;
    let length = i64::try_from(length).ok()?;
    let place = match number {
        0 => return None,
        1.. => number - 1,
        _ => length + number,
    };
    (0..length).contains(&place).then_some(place as usize)
}

fn sublist(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let items = args.list(0);
    let Some(start) = place(args.number(1), items.len()) else {
        return Ok(Value::Null);
    };
    let length = match args.get(2) {
        Value::Null => items.len() - start,
        _ => match args.number(2).and_then(|number| number.trunc().to_usize()) {
            Some(length) if start + length.min(items.len()) <= items.len() && length <= items.len() => length,
            _ => return Ok(Value::Null),
        },
    };
    remade(evaluation, items[start..start + length].to_vec())
}

fn append(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut items = args.list(0).to_vec();
    for item in args.list(1) {
        evaluation.nest(item)?;
        items.push(item.clone());
    }
    remade(evaluation, items)
}

fn parts(args: &Args) -> impl Iterator<Item = &Value> {
    args.list(0).iter().flat_map(|list| match list.plain() {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(list),
    })
}

fn concatenate(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let items: Vec<Value> = parts(&args).cloned().collect();
    remade(evaluation, items)
}

fn insert_before(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut items = args.list(0).to_vec();
    let Some(at) = place(args.number(1), items.len()) else {
        return Ok(Value::Null);
    };
    evaluation.nest(args.get(2))?;
    items.insert(at, args.get(2).clone());
    remade(evaluation, items)
}

fn remove(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut items = args.list(0).to_vec();
    let Some(at) = place(args.number(1), items.len()) else {
        return Ok(Value::Null);
    };
    items.remove(at);
    remade(evaluation, items)
}

fn list_replace(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut items = args.list(0).to_vec();
    let new = args.get(2);
    let Some(function) = args.function(1) else {
        let Some(at) = place(args.number(1), items.len()) else {
            return Ok(Value::Null);
        };
        evaluation.nest(new)?;
        items[at] = new.clone();
        return remade(evaluation, items);
    };
    if function.arity().is_some_and(|arity| arity != 2) {
        return Ok(Value::Null);
    }
    for item in &mut items {
        match evaluation.apply(&function, &[item.clone(), new.clone()])?.plain() {
            Value::Bool(true) => {
                evaluation.nest(new)?;
                *item = new.clone();
            }
            Value::Bool(false) => {}
            _ => return Ok(Value::Null),
        }
    }
    remade(evaluation, items)
}

fn reverse(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let items = args.list(0).iter().rev().cloned().collect();
    remade(evaluation, items)
}

fn index_of(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut places = Vec::new();
    for (at, item) in args.list(0).iter().enumerate() {
        evaluation.spend(1)?;
        if evaluation.equal(item, args.get(1))? == Some(true) {
            places.push(Value::from(at as i64 + 1));
        }
    }
    remade(evaluation, places)
}

fn union(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let items: Vec<Value> = parts(&args).cloned().collect();
    without_doubles(evaluation, &items)
}

fn distinct(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    without_doubles(evaluation, args.list(0))
}

fn without_doubles(evaluation: &mut Evaluation<'_>, items: &[Value]) -> Evaluated {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if position(evaluation, &kept, item)?.is_none() {
            kept.push(item.clone());
        }
    }
    remade(evaluation, kept)
}

fn flatten(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut flat = Vec::new();
    flatten_into(evaluation, args.list(0), &mut flat, 0)?;
    Ok(Value::list(flat))
}

fn flatten_into(evaluation: &mut Evaluation<'_>, items: &[Value], flat: &mut Vec<Value>, depth: u16) -> Evaluated<()> {
    for item in items {
        evaluation.spend(1)?;
        match item.plain() {
            Value::List(inner) if depth < VALUE_DEPTH_MAX => flatten_into(evaluation, inner, flat, depth + 1)?,
            _ => {
                evaluation.grow(1)?;
                flat.push(item.clone());
            }
        }
    }
    Ok(())
}

/// Merge sort: it asks `precedes` only as often as needed and bears answers that contradict each other.
fn sort(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let items = args.list(0).to_vec();
    let function = args.function(1);
    if function
        .as_ref()
        .and_then(|function| function.arity())
        .is_some_and(|arity| arity != 2)
    {
        return Ok(Value::Null);
    }
    match merge_sorted(evaluation, items, function.as_ref())? {
        Some(sorted) => remade(evaluation, sorted),
        None => Ok(Value::Null),
    }
}

fn merge_sorted(
    evaluation: &mut Evaluation<'_>,
    mut items: Vec<Value>,
    function: Option<&Arc<Function>>,
) -> Evaluated<Option<Vec<Value>>> {
    let mut width = 1;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for chunk in items.chunks(width * 2) {
            let (left, right) = chunk.split_at(width.min(chunk.len()));
            let (mut l, mut r) = (0, 0);
            while l < left.len() && r < right.len() {
                evaluation.spend(1)?;
                let Some(right_first) = precedes(evaluation, &right[r], &left[l], function)? else {
                    return Ok(None);
                };
                if right_first {
                    merged.push(right[r].clone());
                    r += 1;
                } else {
                    merged.push(left[l].clone());
                    l += 1;
                }
            }
            merged.extend_from_slice(&left[l..]);
            merged.extend_from_slice(&right[r..]);
        }
        items = merged;
        width *= 2;
    }
    Ok(Some(items))
}

fn precedes(
    evaluation: &mut Evaluation<'_>,
    a: &Value,
    b: &Value,
    function: Option<&Arc<Function>>,
) -> Evaluated<Option<bool>> {
    let Some(function) = function else {
        let answer = crate::eval::compare::order(a.plain(), b.plain(), evaluation.host).map(|order| order.is_lt());
        if answer.is_none() {
            evaluation.note_bad_value(a);
        }
        return Ok(answer);
    };
    Ok(match evaluation.apply(function, &[a.clone(), b.clone()])?.plain() {
        Value::Bool(answer) => Some(*answer),
        _ => None,
    })
}
