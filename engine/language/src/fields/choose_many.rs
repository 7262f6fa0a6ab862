//! `choose_many`: some of a list.
use crate::model::Text;
/// Answer: a list of some of `from`, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct ChooseMany {
    pub from: Vec<Text>,
    pub at_least: u32,
    pub at_most: u32,
}
