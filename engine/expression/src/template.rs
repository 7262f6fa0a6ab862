//! A sentence with values in it. There is no other template language: no loops, no conditions but those of formulas.

use std::sync::Arc;

use crate::limits::SOURCE_BYTES_MAX;
use crate::messages::Code;
use crate::{Formula, Host, Names, Problem, Reference, Scope, Span, Value};

/// A sentence with values in it: `First piece of {order} is not released`. `{{` stands for a brace.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    source: Arc<str>,
    parts: Arc<[Part]>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(Arc<str>),
    /// The formula, and where it begins in the sentence.
    Formula(Formula, usize),
}

impl Template {
    /// Parses a sentence; all problems of all its formulas at once, at their places in the sentence.
    pub fn parse(source: &str, names: &Names) -> Result<Template, Vec<Problem>> {
        if source.len() > SOURCE_BYTES_MAX {
            let whole = Span::new(0, source.len());
            return Err(vec![Problem::new(
                Code::FormulaTooLong,
                whole,
                &[&SOURCE_BYTES_MAX.to_string()],
            )]);
        }
        let mut parts = Vec::new();
        let mut problems = Vec::new();
        let mut text = String::new();
        let mut at = 0;
        while let Some(found) = source[at..].find(['{', '}']) {
            text.push_str(&source[at..at + found]);
            at += found;
            let brace = &source[at..=at];
            if source[at + 1..].starts_with(brace) {
                text.push_str(brace);
                at += 2;
            } else if brace == "}" {
                problems.push(lone_brace(at, "}"));
                at += 1;
            } else if let Some(length) = formula_length(&source[at + 1..]) {
                if !text.is_empty() {
                    parts.push(Part::Text(Arc::from(std::mem::take(&mut text))));
                }
                match Formula::parse(&source[at + 1..at + 1 + length], names) {
                    Ok(formula) => parts.push(Part::Formula(formula, at + 1)),
                    Err(found) => problems.extend(found.into_iter().map(|problem| moved(problem, at + 1))),
                }
                at += length + 2;
            } else {
                // What follows is not looked into: every further brace would be sought to the end again.
                problems.push(lone_brace(at, "{"));
                break;
            }
        }
        text.push_str(&source[at..]);
        if !text.is_empty() {
            parts.push(Part::Text(Arc::from(text)));
        }
        if problems.is_empty() {
            Ok(Template {
                source: Arc::from(source),
                parts: parts.into(),
            })
        } else {
            Err(problems)
        }
    }

    /// Its text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether there is no value in it.
    pub fn is_plain(&self) -> bool {
        !self.parts.iter().any(|part| matches!(part, Part::Formula(..)))
    }

    /// Names that its formulas read, at their places in the sentence.
    pub fn references(&self) -> Vec<Reference> {
        let formulas = self.formulas().flat_map(|(formula, at)| {
            let found = formula.references();
            found.into_iter().map(move |found| Reference {
                span: found.span.shifted(at),
                ..found
            })
        });
        formulas.collect()
    }

    /// What is wrong with its formulas, at their places in the sentence.
    pub fn check(&self, names: &Names) -> Vec<Problem> {
        self.check_reading(names).0
    }

    /// The same, with the names that come from outside, as [`Formula::check_reading`] has them.
    pub fn check_reading(&self, names: &Names) -> (Vec<Problem>, Vec<Reference>) {
        let (mut problems, mut read) = (Vec::new(), Vec::new());
        for (formula, at) in self.formulas() {
            let (_, found, references) = formula.check_reading(names);
            problems.extend(found.into_iter().map(|problem| moved(problem, at)));
            read.extend(references.into_iter().map(|reference| Reference {
                span: reference.span.shifted(at),
                ..reference
            }));
        }
        (problems, read)
    }

    /// A value that is empty shows as `–`, and so does one whose formula reaches a limit.
    pub fn render(&self, scope: &dyn Scope, host: &dyn Host) -> String {
        let mut text = String::with_capacity(self.source.len() + 32);
        for part in self.parts.iter() {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Formula(formula, _) => match formula.evaluate(scope, host) {
                    Ok(outcome) => text.push_str(&outcome.value.display()),
                    Err(_) => text.push('–'),
                },
            }
        }
        text
    }

    /// The same, where each value is written in a way of its own, or not at all.
    pub fn render_with<E>(
        &self,
        scope: &dyn Scope,
        host: &dyn Host,
        write: &mut dyn FnMut(&Value) -> Result<String, E>,
    ) -> Result<String, E> {
        let mut text = String::with_capacity(self.source.len() + 32);
        for part in self.parts.iter() {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Formula(formula, _) => {
                    let value = formula
                        .evaluate(scope, host)
                        .map_or(Value::Null, |outcome| outcome.value);
                    text.push_str(&write(&value)?);
                }
            }
        }
        Ok(text)
    }

    fn formulas(&self) -> impl Iterator<Item = (&Formula, usize)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Formula(formula, at) => Some((formula, *at)),
            Part::Text(_) => None,
        })
    }
}

fn moved(problem: Problem, by: usize) -> Problem {
    Problem {
        span: problem.span.shifted(by),
        ..problem
    }
}

fn lone_brace(at: usize, brace: &str) -> Problem {
    Problem::new(Code::TemplateBrace, Span::new(at, at + 1), &[brace]).fix(brace.repeat(2))
}

/// Bytes up to the brace that closes the formula; braces of contexts and texts in quotes are part of it.
fn formula_length(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut in_text = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            '{' if !in_text => depth += 1,
            '}' if !in_text && depth == 0 => return Some(at),
            '}' if !in_text => depth -= 1,
            _ => {}
        }
    }
    None
}
