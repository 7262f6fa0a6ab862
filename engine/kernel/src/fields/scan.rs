//! `scan`: any barcode.

use expression::Value;
use language::fields::Scan;
use language::model::Field;
use regex_lite::Regex;
use serde_json::Value as Json;

use super::{Accepted, Place, texts};
use crate::limits::CODE_CHARACTERS_MAX;

/// Readers put a line end or spaces behind the code: these are no part of it.
pub(super) fn accept(scan: &Scan, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let code = texts::text(answer, CODE_CHARACTERS_MAX, place)?.trim();
    if let Some(pattern) = &scan.pattern {
        // A pattern that the language accepted compiles; another one matches nothing, so that nothing passes by it.
        let whole = Regex::new(&format!("^(?:{pattern})$"));
        if !whole.is_ok_and(|whole| whole.is_match(code)) {
            let en = format!("the code '{code}' does not look like the codes that are expected here");
            return Err(place.refuse("no-match", &en, &format!("条码“{code}”与此处要求的格式不符")));
        }
    }
    Ok(Value::text(code))
}
