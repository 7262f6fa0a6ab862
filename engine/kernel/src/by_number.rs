//! Maps by number inside events and facts. JSON has them by text; inside what is told apart by a tag serde reads it first
//! as it stands, and then takes no text for a number. Written they are as ever.

use serde::de::{Deserialize, Deserializer, Error};
use std::collections::BTreeMap;

pub(crate) fn read<'de, D: Deserializer<'de>, V: Deserialize<'de>>(from: D) -> Result<BTreeMap<u32, V>, D::Error> {
    let by_text = BTreeMap::<String, V>::deserialize(from)?;
    let numbered = by_text.into_iter().map(|(number, value)| match number.parse() {
        Ok(number) => Ok((number, value)),
        Err(_) => Err(D::Error::custom(format!("'{number}' is no number"))),
    });
    numbered.collect()
}
