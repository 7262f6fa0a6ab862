//! `set`: computes values.
use crate::model::{Computed, Id};

/// `- set: sentence` with `values: {id: value}`, in order; later ones see earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    pub values: Vec<(Id, Computed)>,
}
