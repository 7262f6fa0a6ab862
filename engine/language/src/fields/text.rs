//! `text`: one line.
/// Answer: text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub characters_max: u32,
}
