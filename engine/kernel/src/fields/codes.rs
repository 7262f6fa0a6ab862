//! What names one thing of the plant by a code: `serial`, `lot`, `material`, `asset`, `order`, `rfid`.

use expression::Value;
use language::fields::Code;
use language::model::Field;
use regex_lite::Regex;
use serde_json::Value as Json;

use super::{Accepted, Place, lookup, texts};
use crate::FieldRefusal;
use crate::limits::CODE_CHARACTERS_MAX;

pub(super) fn accept(kind: &impl AsRef<Code>, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let code = kind.as_ref();
    let text = scanned(&code.pattern, answer, place)?;
    if code.from.is_some() {
        lookup::record(text, place)?;
    }
    Ok(Value::text(text))
}

/// Readers put a line end or spaces behind the code: these are no part of it.
pub(super) fn scanned<'j>(
    pattern: &Option<String>,
    answer: &'j Json,
    place: &Place<'_>,
) -> Result<&'j str, Vec<FieldRefusal>> {
    let code = texts::text(answer, CODE_CHARACTERS_MAX, place)?.trim();
    if let Some(pattern) = pattern {
        // A pattern that the language accepted compiles; another one matches nothing, so that nothing passes by it.
        let whole = Regex::new(&format!("^(?:{pattern})$"));
        if !whole.is_ok_and(|whole| whole.is_match(code)) {
            let en = format!("the code '{code}' does not look like the codes that are expected here");
            return Err(place.refuse("no-match", &en, &format!("条码“{code}”与此处要求的格式不符")));
        }
    }
    Ok(code)
}
