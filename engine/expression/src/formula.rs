//! A parsed formula.

use std::sync::Arc;

use crate::eval::Evaluation;
use crate::messages::Code;
use crate::syntax::{self, Kind, Node};
use crate::{Host, Names, Problem, Scope, Span, Type, Value, check};

/// A name that a formula reads, with its dotted path, loop variables excluded.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The name and the members behind it: `order`, `customer`, `name`.
    pub path: Vec<Arc<str>>,
    /// Where it stands, from the first word to the last.
    pub span: Span,
}

/// A parsed formula. Cheap to clone, shared between threads.
#[derive(Clone, Debug)]
pub struct Formula {
    source: Arc<str>,
    root: Arc<Node>,
    /// It writes or names a function, so its result could hold one.
    may_give_functions: bool,
}

/// What came out, and what went wrong on the way without stopping it (an empty name, a type that does not fit).
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The result; `Null` where something went wrong.
    pub value: Value,
    /// Why it is `Null`, as far as that is known; at most [`NOTES_MAX`](crate::limits::NOTES_MAX).
    pub notes: Vec<Problem>,
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Formula {
    /// Parses an expression. `names` are needed only for names of several words (`batch size`).
    pub fn parse(source: &str, names: &Names) -> Result<Formula, Vec<Problem>> {
        let root = syntax::parse(source, names)?;
        let may_give_functions = may_give_functions(&root);
        Ok(Formula {
            source: Arc::from(source),
            root: Arc::new(root),
            may_give_functions,
        })
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    /// Its text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Names that must come from outside, in the order of the text. Inside a filter the members of an item cannot be
    /// told from names outside, so they are among them.
    pub fn references(&self) -> Vec<Reference> {
        syntax::references(&self.root)
    }

    /// Unknown names, wrong types, units that do not match, conditions always true or false.
    pub fn check(&self, names: &Names) -> (Type, Vec<Problem>) {
        let checked = check::check(&self.source, &self.root, names);
        (checked.of, checked.problems)
    }

    /// The same, with the names that come from outside: those that are surely members of a filter's item are left out.
    pub fn check_reading(&self, names: &Names) -> (Type, Vec<Problem>, Vec<Reference>) {
        let checked = check::check(&self.source, &self.root, names);
        let mut read = self.references();
        read.retain(|reference| !checked.of_items.contains(&reference.span.start));
        (checked.of, checked.problems, read)
    }

    /// Fails only when a limit of [`crate::limits`] is reached; anything else that goes wrong gives `Null` and a note.
    ///
    /// A function as a result becomes `Null` with a note: it is code, and values are stored.
    pub fn evaluate(&self, scope: &dyn Scope, host: &dyn Host) -> Result<Outcome, Problem> {
        let mut outcome = self.evaluate_with_functions(scope, host)?;
        if self.may_give_functions && holds_function(&outcome.value) {
            let span = Span::new(0, self.source.len());
            outcome.value = without_functions(&outcome.value);
            outcome.notes.push(Problem::new(Code::FunctionAsValue, span, &[]));
        }
        Ok(outcome)
    }

    /// The same, but a function may be the result. For a scope that other formulas of the same moment read.
    pub fn evaluate_with_functions(&self, scope: &dyn Scope, host: &dyn Host) -> Result<Outcome, Problem> {
        let mut evaluation = Evaluation::new(&self.source, scope, host);
        match evaluation.eval(&self.root) {
            Ok(value) => Ok(Outcome {
                value,
                notes: evaluation.notes,
            }),
            Err(stop) => Err(stop.problem()),
        }
    }
}

fn may_give_functions(node: &Node) -> bool {
    // A name can turn out to be a function of the language.
    let own = match &node.kind {
        Kind::Function(_) => true,
        Kind::Name(name) => crate::builtins::find(name).is_some(),
        _ => false,
    };
    let mut found = own;
    node.kind
        .children(&mut |child| found = found || may_give_functions(child));
    found
}

fn holds_function(value: &Value) -> bool {
    match value {
        Value::Function(_) => true,
        Value::List(items) => items.iter().any(holds_function),
        Value::Context(entries) => entries.values().any(holds_function),
        _ => false,
    }
}

fn without_functions(value: &Value) -> Value {
    match value {
        Value::Function(_) => Value::Null,
        Value::List(items) => Value::list(items.iter().map(without_functions).collect()),
        Value::Context(entries) => Value::context(
            entries
                .iter()
                .map(|(name, value)| (name.clone(), without_functions(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}
