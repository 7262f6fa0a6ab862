//! `long_text`: several lines.

use expression::Value;
use language::fields::LongText;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, texts};

pub(super) fn accept(kind: &LongText, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    texts::text(answer, kind.characters_max as usize, place).map(Value::text)
}
