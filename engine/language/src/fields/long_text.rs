//! `long_text`: several lines.
/// Answer: text.
#[derive(Clone, Debug, PartialEq)]
pub struct LongText {
    pub characters_max: u32,
}
