//! `save`: writes a record by its key.
use crate::model::{Computed, Id, Located};

/// `- save: Table title`; a column that `values` does not name takes the value of the app's name with the same id.
#[derive(Clone, Debug, PartialEq)]
pub struct Save {
    pub table: Located<Id>,
    pub values: Vec<(Id, Computed)>,
}
