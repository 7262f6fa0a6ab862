//! Functions as values.

use std::sync::Arc;

use super::Local;
use crate::Value;
use crate::builtins::Builtin;
use crate::syntax::Lambda;

/// Code that a formula can call: one of the language, or one that the formula wrote with `function(…)`.
#[derive(Clone, Debug)]
pub struct Function(pub(crate) FunctionKind);

#[derive(Clone, Debug)]
pub(crate) enum FunctionKind {
    Builtin(&'static Builtin),
    /// With what was bound where it was written.
    Written {
        lambda: Arc<Lambda>,
        captured: Vec<Local>,
    },
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (FunctionKind::Builtin(one), FunctionKind::Builtin(other)) => std::ptr::eq(*one, *other),
            (FunctionKind::Written { lambda: one, .. }, FunctionKind::Written { lambda: other, .. }) => {
                Arc::ptr_eq(one, other)
            }
            _ => false,
        }
    }
}

impl Function {
    /// How many values it takes, when that is one number.
    pub(crate) fn arity(&self) -> Option<usize> {
        match &self.0 {
            FunctionKind::Builtin(_) => None,
            FunctionKind::Written { lambda, .. } => Some(lambda.params.len()),
        }
    }

    pub(super) fn captured(&self) -> impl Iterator<Item = &Value> {
        let locals = match &self.0 {
            FunctionKind::Builtin(_) => &[][..],
            FunctionKind::Written { captured, .. } => captured.as_slice(),
        };
        locals.iter().map(|local| match local {
            Local::Named(_, value) | Local::Item(value) => value,
        })
    }
}
