//! Photos and files: ids of what was uploaded before.

use expression::Value;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, texts};
use crate::limits::BLOB_ID_CHARACTERS_MAX;

/// One id, or a list of them. The value is a list, except where the field takes only one.
pub(super) fn accept(at_most: u32, answer: &Json, place: &Place<'_>) -> Accepted {
    let ids = match answer {
        Json::Array(_) => texts::list(answer, 1, at_most, place)?,
        one => std::slice::from_ref(one),
    };
    let mut values = Vec::with_capacity(ids.len());
    for id in ids {
        let id = texts::line(id, BLOB_ID_CHARACTERS_MAX, place)?;
        if id.trim().is_empty() {
            return Err(place.wrong_type("the id of an uploaded file", "已上传文件的编号"));
        }
        values.push(Value::text(id));
    }
    match (at_most, values.pop()) {
        (1, Some(only)) => Ok(only),
        (_, last) => {
            values.extend(last);
            Ok(Value::List(Arc::new(values)))
        }
    }
}
