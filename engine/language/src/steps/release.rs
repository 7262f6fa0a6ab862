//! `release`: frees what this run holds.
use crate::model::Computed;

/// `- release: line-3`.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub target: Computed,
}
