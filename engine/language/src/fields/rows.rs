//! `rows`: a table to fill.
use crate::model::Field;
/// Answer: a list of objects, one member per column.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    pub columns: Vec<Field>,
    pub at_least: u32,
    pub at_most: u32,
}
