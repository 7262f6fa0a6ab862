//! `choose`: one of a list.
use crate::model::Text;
/// Answer: one of `from`, by its default text.
#[derive(Clone, Debug, PartialEq)]
pub struct Choose {
    pub from: Vec<Text>,
}
