//! Regular expressions, in time linear in the text. Patterns of XPath that no such engine has (back-references,
//! subtraction of classes) are refused with a note.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex_lite::{Regex, RegexBuilder};

use super::{Args, Builtin, Gives, Kinds, form, optional, param};
use crate::Value;
use crate::eval::{Evaluated, Evaluation};
use crate::limits::{PATTERN_BYTES_MAX, PATTERN_INPUT_BYTES_MAX, PATTERN_SIZE_BYTES_MAX, TEXT_BYTES_MAX};
use crate::messages::{Code, quoted};

const FLAGS: Kinds = Kinds::TEXT.or(Kinds::NULL);
/// Reading a pattern costs about as much as this many other steps.
const PATTERN_STEPS: u32 = 100;

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "matches",
        forms: &[form(
            &[
                param("input", Kinds::TEXT),
                param("pattern", Kinds::TEXT),
                optional("flags", FLAGS),
            ],
            Gives::Bool,
        )],
        run: matches,
    },
    Builtin {
        name: "replace",
        forms: &[form(
            &[
                param("input", Kinds::TEXT),
                param("pattern", Kinds::TEXT),
                param("replacement", Kinds::TEXT),
                optional("flags", FLAGS),
            ],
            Gives::Text,
        )],
        run: replace,
    },
    Builtin {
        name: "split",
        forms: &[form(
            &[param("string", Kinds::TEXT), param("delimiter", Kinds::TEXT)],
            Gives::Texts,
        )],
        run: split,
    },
];

/// Patterns read in this evaluation.
#[derive(Default)]
pub(crate) struct Patterns(BTreeMap<(String, String), Option<Arc<Regex>>>);

fn matches(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let Some(regex) = pattern(evaluation, &args, args.text(2))? else {
        return Ok(Value::Null);
    };
    Ok(Value::Bool(regex.is_match(args.text(0))))
}

fn replace(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let Some(regex) = pattern(evaluation, &args, args.text(3))? else {
        return Ok(Value::Null);
    };
    let (input, template) = (args.text(0), args.text(2));
    let parts = template_parts(template);
    let mut result = String::new();
    let mut last = 0;
    for found in regex.captures_iter(input) {
        let Some(whole) = found.get(0) else { continue };
        evaluation.spend(1)?;
        result.push_str(&input[last..whole.start()]);
        for part in &parts {
            match part {
                Piece::Text(text) => result.push_str(text),
                Piece::Group(group) => result.push_str(found.get(*group).map_or("", |group| group.as_str())),
            }
        }
        last = whole.end();
        if result.len() > TEXT_BYTES_MAX {
            break;
        }
    }
    result.push_str(&input[last..]);
    evaluation.built_text(result)
}

fn split(evaluation: &mut Evaluation<'_>, args: Args) -> Evaluated {
    let Some(regex) = pattern(evaluation, &args, "")? else {
        return Ok(Value::Null);
    };
    let parts: Vec<Value> = regex.split(args.text(0)).map(Value::from).collect();
    evaluation.grow(parts.len() + args.text(0).len() / 16)?;
    Ok(Value::list(parts))
}

enum Piece<'a> {
    Text(&'a str),
    Group(usize),
}

/// `$1` is the first group; a dollar sign in front of anything else is itself.
fn template_parts(template: &str) -> Vec<Piece<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['$', '\\']) {
        let behind = &rest[at + 1..];
        let escaped = rest[at..].starts_with('\\');
        let digit = behind.bytes().next().filter(u8::is_ascii_digit);
        match (escaped, digit) {
            (true, _) if behind.starts_with(['$', '\\']) => {
                parts.push(Piece::Text(&rest[..at]));
                parts.push(Piece::Text(&behind[..1]));
                rest = &behind[1..];
            }
            (false, Some(digit)) => {
                parts.push(Piece::Text(&rest[..at]));
                parts.push(Piece::Group(usize::from(digit - b'0')));
                rest = &behind[1..];
            }
            _ => {
                parts.push(Piece::Text(&rest[..=at]));
                rest = behind;
            }
        }
    }
    parts.push(Piece::Text(rest));
    parts
}

/// The pattern of a call, read once in an evaluation; `None` with a note when it cannot be used.
fn pattern(evaluation: &mut Evaluation<'_>, args: &Args, flags: &str) -> Evaluated<Option<Arc<Regex>>> {
    let (input, pattern) = (args.text(0), args.text(1));
    let key = (pattern.to_string(), flags.to_string());
    let regex = match evaluation.patterns.0.get(&key) {
        Some(regex) => regex.clone(),
        None => {
            evaluation.spend(PATTERN_STEPS)?;
            let regex = compile(pattern, flags).map(Arc::new);
            evaluation.patterns.0.insert(key, regex.clone());
            regex
        }
    };
    let usable = regex.filter(|_| input.len() <= PATTERN_INPUT_BYTES_MAX);
    if usable.is_none() {
        evaluation.note(Code::BadPattern, evaluation.here, &[&quoted(pattern)]);
    }
    evaluation.spend(input.len() as u32)?;
    Ok(usable)
}

/// Whether a pattern with these flags can be used.
pub(crate) fn is_pattern(pattern: &str, flags: &str) -> bool {
    compile(pattern, flags).is_some()
}

fn compile(pattern: &str, flags: &str) -> Option<Regex> {
    if pattern.len() > PATTERN_BYTES_MAX || !flags.chars().all(|flag| "smixq".contains(flag)) {
        return None;
    }
    let has = |flag: char| flags.contains(flag);
    let pattern = translated(pattern, has('x'))?;
    RegexBuilder::new(&pattern)
        .case_insensitive(has('i'))
        .multi_line(has('m'))
        .dot_matches_new_line(has('s'))
        .size_limit(PATTERN_SIZE_BYTES_MAX)
        .nest_limit(20)
        .build()
        .ok()
}

/// From XPath's patterns to the engine's. With the flag `x` blanks do not count, but inside of `[ ]` they do.
fn translated(pattern: &str, without_blanks: bool) -> Option<String> {
    let mut result = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if without_blanks && !in_class && c.is_whitespace() {
            continue;
        }
        match c {
            '[' if in_class => return None,
            '[' => {
                in_class = true;
                result.push(c);
                if chars.peek() == Some(&'^') {
                    result.extend(chars.next());
                }
                continue;
            }
            ']' => in_class = false,
            '\\' => {
                while without_blanks && !in_class && chars.peek().is_some_and(|c| c.is_whitespace()) {
                    chars.next();
                }
                let escaped = chars.next()?;
                // A back-reference, which no engine of linear time has.
                if escaped.is_ascii_digit() {
                    return None;
                }
                result.push('\\');
                result.push(escaped);
                continue;
            }
            _ => {}
        }
        result.push(c);
    }
    Some(result)
}
