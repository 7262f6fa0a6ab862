//! What the runtime looked up for an answer.

use super::Place;
use crate::{FieldRefusal, Looked, Record};

/// The record that an answer names. `None` while nobody has looked yet (a page, while someone types).
pub(super) fn record<'a>(key: &str, place: &Place<'a>) -> Result<Option<&'a Record>, Vec<FieldRefusal>> {
    let known = place.asking.known.known().records.get(place.path);
    match (known, place.asking.known) {
        (Some(Some(record)), _) => Ok(Some(record)),
        (None, Looked::NotYet(_)) => Ok(None),
        (Some(None), _) | (None, Looked::Up(_)) => {
            let en = format!("'{key}' is not known");
            Err(place.refuse("unknown-record", &en, &format!("没有“{key}”的记录")))
        }
    }
}
