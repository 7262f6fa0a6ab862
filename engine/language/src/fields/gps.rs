//! `gps`: where the device is.
use std::collections::BTreeMap;

use expression::Type;
use serde_json::{Value as Json, json};

use super::{FieldOf, Written};
use crate::read::keys::{Kind, Shape};
use crate::read::{FieldEntry, Reader};

/// Answer: `{lat, lon, accuracy_m}`, degrees of WGS 84 and metres.
#[derive(Clone, Debug, PartialEq)]
pub struct Gps {}

impl FieldOf for Gps {
    const KIND: Kind = Kind {
        word: "gps",
        shape: Shape::Sentence,
        doc: "Where the device is.",
        keys: &[],
        example: "- gps: Where does the container stand",
    };

    fn read(_reader: &mut Reader<'_>, _entry: &FieldEntry) -> Option<Self> {
        Some(Gps {})
    }

    fn value_type(&self) -> Option<Type> {
        let members = ["lat", "lon", "accuracy_m"].map(|name| (name.into(), Type::Number));
        Some(Type::Context(BTreeMap::from(members)))
    }

    fn written(&self) -> Written<'_> {
        Written::Data
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({
            "type": "object",
            "properties": {
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lon": {"type": "number", "minimum": -180, "maximum": 180},
                "accuracy_m": {"type": "number", "minimum": 0}
            },
            "required": ["lat", "lon"],
            "additionalProperties": false
        }))
    }
}
