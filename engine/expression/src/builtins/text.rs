//! Texts. Positions and lengths count characters, not bytes.

use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive;

use super::{Args, Builtin, Form, Gives, Kinds, form, optional, param};
use crate::Value;
use crate::eval::{Evaluated, Evaluation};

const STRING: &[Form] = &[form(&[param("string", Kinds::TEXT)], Gives::Text)];
const MATCH: &[Form] = &[form(
    &[param("string", Kinds::TEXT), param("match", Kinds::TEXT)],
    Gives::Text,
)];
const ASKS: &[Form] = &[form(
    &[param("string", Kinds::TEXT), param("match", Kinds::TEXT)],
    Gives::Bool,
)];

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "substring",
        forms: &[form(
            &[
                param("string", Kinds::TEXT),
                param("start position", Kinds::NUMBER),
                optional("length", Kinds::NUMBER),
            ],
            Gives::Text,
        )],
        run: substring,
    },
    Builtin {
        name: "string length",
        forms: &[form(&[param("string", Kinds::TEXT)], Gives::Number)],
        run: |e, a| {
            e.spend(a.text(0).len() as u32 / 64)?;
            Ok(Value::from(a.text(0).chars().count() as i64))
        },
    },
    Builtin {
        name: "upper case",
        forms: STRING,
        run: |e, a| change(e, &a, |text| text.to_uppercase()),
    },
    Builtin {
        name: "lower case",
        forms: STRING,
        run: |e, a| change(e, &a, |text| text.to_lowercase()),
    },
    Builtin {
        name: "trim",
        forms: STRING,
        run: |e, a| change(e, &a, |text| text.trim().to_string()),
    },
    Builtin {
        name: "substring before",
        forms: MATCH,
        run: |e, a| around(e, &a, |text, at, _| text[..at].to_string()),
    },
    Builtin {
        name: "substring after",
        forms: MATCH,
        run: |e, a| around(e, &a, |text, at, length| text[at + length..].to_string()),
    },
    Builtin {
        name: "contains",
        forms: ASKS,
        run: |e, a| ask(e, &a, |text, part| text.contains(part)),
    },
    Builtin {
        name: "starts with",
        forms: ASKS,
        run: |e, a| ask(e, &a, |text, part| text.starts_with(part)),
    },
    Builtin {
        name: "ends with",
        forms: ASKS,
        run: |e, a| ask(e, &a, |text, part| text.ends_with(part)),
    },
    Builtin {
        name: "string join",
        forms: &[form(
            &[
                param("list", Kinds::LIST),
                optional("delimiter", Kinds::TEXT.or(Kinds::NULL)),
            ],
            Gives::Text,
        )],
        run: join,
    },
    Builtin {
        name: "string",
        forms: &[form(&[param("from", Kinds::ANY)], Gives::Text)],
        run: string,
    },
];

fn substring(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let text = args.text(0);
    evaluation.spend(text.len() as u32 / 64)?;
    let count = text.chars().count() as i64;
    let whole = |place: usize| args.number(place).and_then(|number| number.trunc().to_i64());
    let Some(start) = whole(1) else {
        return Ok(Value::Null);
    };
    let first = match start {
        0 => return Ok(Value::Null),
        1.. => start - 1,
        _ => count + start,
    };
    if first < 0 || first >= count.max(1) && count > 0 || count == 0 {
        return Ok(if count == 0 && first == 0 {
            Value::from("")
        } else {
            Value::Null
        });
    }
    let length = match (args.get(2), whole(2)) {
        (Value::Null, _) => count - first,
        (_, Some(length)) if length >= 1 => length,
        _ => return Ok(Value::Null),
    };
    let taken: String = text.chars().skip(first as usize).take(length as usize).collect();
    evaluation.built_text(taken)
}

fn change(evaluation: &mut Evaluation<'_>, args: &Args, f: fn(&str) -> String) -> Evaluated {
    evaluation.text_room(args.text(0).len())?;
    let changed = f(args.text(0));
    Ok(Value::Text(Arc::from(changed)))
}

/// What stands around the first place where the match stands; nothing when it stands nowhere.
fn around(evaluation: &mut Evaluation<'_>, args: &Args, part: fn(&str, usize, usize) -> String) -> Evaluated {
    let (text, wanted) = (args.text(0), args.text(1));
    evaluation.spend((text.len() + wanted.len()) as u32 / 64)?;
    let found = text
        .find(wanted)
        .map(|at| part(text, at, wanted.len()))
        .unwrap_or_default();
    evaluation.built_text(found)
}

fn ask(evaluation: &mut Evaluation<'_>, args: &Args, f: fn(&str, &str) -> bool) -> Evaluated {
    evaluation.spend((args.text(0).len() + args.text(1).len()) as u32 / 64)?;
    Ok(Value::Bool(f(args.text(0), args.text(1))))
}

fn join(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let mut parts: Vec<&str> = Vec::new();
    for item in args.list(0) {
        match item.plain() {
            Value::Text(text) => parts.push(text),
            Value::Null => {}
            other => {
                evaluation.note_bad_value(other);
                return Ok(Value::Null);
            }
        }
    }
    let delimiter = args.text(1);
    let size = parts.iter().map(|part| part.len()).sum::<usize>() + delimiter.len() * parts.len();
    evaluation.text_room(size)?;
    Ok(Value::Text(Arc::from(parts.join(delimiter))))
}

fn string(evaluation: &mut Evaluation<'_>, mut args: Args) -> Evaluated {
    match args.take(0) {
        Value::Null => Ok(Value::Null),
        text @ Value::Text(_) => Ok(text),
        value => match value.to_formula_text_within(crate::limits::TEXT_BYTES_MAX) {
            Some(text) => evaluation.built_text(text),
            None => {
                evaluation.text_room(usize::MAX)?;
                Ok(Value::Null)
            }
        },
    }
}
