//! `form`: asks people.
use crate::model::{Deadline, Field, Id, Located, Party, Text};
use expression::Formula;

/// Asks people; opens one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Without it, whoever is at the station, else everyone.
    pub to: Option<Party>,
    pub at: Vec<Id>,
    pub deadline: Option<Deadline>,
    /// Steps whose answering person may not answer this one (four eyes).
    pub not_by: Vec<Id>,
    /// Meaning of the signature that completes the form.
    pub sign: Option<Text>,
    /// Shown read-only above the fields.
    pub show: Vec<Located<Formula>>,
    pub fields: Vec<Field>,
}
