//! Contexts: reading, adding and merging entries.

use std::sync::Arc;

use super::{Args, Builtin, Gives, Kinds, form, param};
use crate::eval::{Evaluated, Evaluation};
use crate::limits::VALUE_DEPTH_MAX;
use crate::{Context, Value};

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "get value",
        forms: &[form(
            &[param("m", Kinds::CONTEXT), param("key", Kinds::TEXT)],
            Gives::Any,
        )],
        run: |_, a| Ok(a.context(0).get(a.text(1)).cloned().unwrap_or(Value::Null)),
    },
    Builtin {
        name: "get entries",
        forms: &[form(&[param("m", Kinds::CONTEXT)], Gives::Contexts)],
        run: get_entries,
    },
    Builtin {
        name: "context put",
        forms: &[
            form(
                &[
                    param("context", Kinds::CONTEXT),
                    param("key", Kinds::TEXT),
                    param("value", Kinds::ANY),
                ],
                Gives::Context,
            ),
            form(
                &[
                    param("context", Kinds::CONTEXT),
                    param("keys", Kinds::LIST),
                    param("value", Kinds::ANY),
                ],
                Gives::Context,
            ),
        ],
        run: put,
    },
    Builtin {
        name: "context merge",
        forms: &[form(&[param("contexts", Kinds::LIST)], Gives::Context)],
        run: merge,
    },
    Builtin {
        name: "context",
        forms: &[form(&[param("entries", Kinds::LIST)], Gives::Context)],
        run: context,
    },
];

fn entry(key: &str, value: Value) -> Value {
    let pairs = [(Arc::from("key"), Value::from(key)), (Arc::from("value"), value)];
    Value::context(pairs.into_iter().collect())
}

fn get_entries(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let entries = args.context(0);
    let mut pairs = Vec::with_capacity(entries.len());
    for (key, value) in entries.iter() {
        evaluation.nest(value)?;
        evaluation.grow(2)?;
        pairs.push(entry(key, value.clone()));
    }
    Ok(Value::list(pairs))
}

fn put(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let entries = args.context(0);
    let key;
    let keys = match args.get(1) {
        Value::Text(_) => {
            key = [args.get(1).clone()];
            &key[..]
        }
        _ => args.list(1),
    };
    let put = put_at(&entries, keys, args.get(2));
    let Some(put) = put else {
        evaluation.note_bad_value(args.get(1));
        return Ok(Value::Null);
    };
    evaluation.nest(&Value::context(put.clone()))?;
    Ok(Value::context(put))
}

/// Walks down the keys; `None` when one is no text, or leads to something that is no context.
fn put_at(entries: &Context, keys: &[Value], value: &Value) -> Option<Context> {
    let (first, deeper) = keys.split_first()?;
    let Value::Text(key) = first.plain() else {
        return None;
    };
    if keys.len() > usize::from(VALUE_DEPTH_MAX) {
        return None;
    }
    let new = if deeper.is_empty() {
        value.clone()
    } else {
        match entries.get(key).map(Value::plain) {
            Some(Value::Context(inner)) => Value::context(put_at(inner, deeper, value)?),
            None => Value::context(put_at(&Context::new(), deeper, value)?),
            Some(_) => return None,
        }
    };
    let mut changed = entries.clone();
    changed.insert(key.clone(), new);
    Some(changed)
}

fn merge(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut merged = Context::new();
    for item in args.list(0) {
        let Value::Context(entries) = item.plain() else {
            evaluation.note_bad_value(item);
            return Ok(Value::Null);
        };
        evaluation.grow(entries.len())?;
        merged.extend(entries.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    Ok(Value::context(merged))
}

fn context(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut built = Context::new();
    for item in args.list(0) {
        let pair = match item.plain() {
            Value::Context(pair) => match (pair.get("key").map(Value::plain), pair.get("value")) {
                (Some(Value::Text(key)), Some(value)) => Some((key.clone(), value.clone())),
                _ => None,
            },
            _ => None,
        };
        let Some((key, value)) = pair.filter(|(key, _)| !built.contains_key(key)) else {
            evaluation.note_bad_value(item);
            return Ok(Value::Null);
        };
        evaluation.nest(&value)?;
        built.insert(key, value);
    }
    Ok(Value::context(built))
}
