//! `tell`: notifies a role, person or station.
use crate::model::{Party, Text};

/// `- tell: team leader` with `message`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tell {
    pub to: Vec<Party>,
    pub message: Text,
}
