//! What all answers of text have in common.

use serde_json::Value as Json;

use super::Place;
use crate::FieldRefusal;

pub(super) fn text<'j>(
    answer: &'j Json,
    characters_max: usize,
    place: &Place<'_>,
) -> Result<&'j str, Vec<FieldRefusal>> {
    let Json::String(text) = answer else {
        return Err(place.wrong_type("a text", "文本"));
    };
    // Bytes are quick to count and never fewer than characters.
    if text.len() > characters_max && text.chars().count() > characters_max {
        let en = format!("at most {characters_max} characters are taken here");
        return Err(place.refuse("too-long", &en, &format!("此处最多 {characters_max} 个字符")));
    }
    Ok(text)
}

/// A text without line breaks.
pub(super) fn line<'j>(
    answer: &'j Json,
    characters_max: usize,
    place: &Place<'_>,
) -> Result<&'j str, Vec<FieldRefusal>> {
    let text = text(answer, characters_max, place)?;
    if text.contains(['\n', '\r']) {
        return Err(place.wrong_type("a text of one line", "单行文本"));
    }
    Ok(text)
}

/// A list of answers, one each.
pub(super) fn list<'j>(
    answer: &'j Json,
    at_least: u32,
    at_most: u32,
    place: &Place<'_>,
) -> Result<&'j [Json], Vec<FieldRefusal>> {
    let Json::Array(items) = answer else {
        return Err(place.wrong_type("a list", "列表"));
    };
    let at_most = (at_most as usize).min(crate::limits::ENTRIES_MAX);
    if items.len() > at_most {
        let en = format!("at most {at_most} entries are taken here, these are {}", items.len());
        return Err(place.refuse(
            "too-many",
            &en,
            &format!("此处最多 {at_most} 项，现有 {} 项", items.len()),
        ));
    }
    if items.len() < at_least as usize {
        let en = format!("at least {at_least} entries are needed here, these are {}", items.len());
        return Err(place.refuse(
            "too-few",
            &en,
            &format!("此处至少 {at_least} 项，现有 {} 项", items.len()),
        ));
    }
    Ok(items)
}
