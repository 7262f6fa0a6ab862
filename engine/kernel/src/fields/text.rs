//! `text`: one line.

use expression::Value;
use language::fields::Text;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, texts};

pub(super) fn accept(kind: &Text, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    texts::line(answer, kind.characters_max as usize, place).map(Value::text)
}
