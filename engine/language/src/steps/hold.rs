//! `hold`: blocks a line, station, lot or serial for every app.
use crate::model::{Computed, Text};

/// `- hold: line-3` with `why`.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    pub target: Computed,
    pub why: Text,
}
