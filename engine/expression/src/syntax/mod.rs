//! From text to a tree: tokens, names of several words, and a precedence parser with a position on every node.

pub(crate) mod ast;
mod escape;
mod lexer;
mod names;
mod parser;
mod references;
mod types;

pub(crate) use ast::{Arg, ArithOp, Asked, CompareOp, Domain, Kind, Lambda, Node, Test};
pub(crate) use parser::{moment, parse};
pub(crate) use references::references;
pub(crate) use types::TypeName;
