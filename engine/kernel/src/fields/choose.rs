//! `choose`: one of a list.

use expression::Value;
use language::fields::Choose;
use language::model::{Field, Text};
use serde_json::Value as Json;

use super::{Accepted, Place};

pub(super) fn accept(choose: &Choose, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    option(&choose.from, answer, place).map(Value::text)
}

/// The option's default text, which is what is kept; the answer may be its text in any language.
pub(super) fn option<'o>(
    from: &'o [Text],
    answer: &Json,
    place: &Place<'_>,
) -> Result<&'o str, Vec<crate::FieldRefusal>> {
    let Some(answer) = answer.as_str().map(str::trim) else {
        return Err(place.wrong_type("one of the options", "选项之一"));
    };
    let says = |text: &&Text| {
        text.default.source() == answer || text.by_language.values().any(|other| other.source() == answer)
    };
    match from.iter().find(says) {
        Some(text) => Ok(text.default.source()),
        None => {
            let options: Vec<_> = from.iter().take(10).map(|text| text.default.source()).collect();
            let en = format!("one of the options is expected here: {}", options.join(", "));
            Err(place.refuse(
                "not-an-option",
                &en,
                &format!("此处应为选项之一：{}", options.join("、")),
            ))
        }
    }
}
