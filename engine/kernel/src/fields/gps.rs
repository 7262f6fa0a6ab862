//! `gps`: where the device is.

use expression::{Context, Limits, Number, Value};
use language::fields::Gps;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, numbers};

pub(super) fn accept(_gps: &Gps, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let expected = || {
        place.wrong_type(
            "a position with lat and lon in degrees",
            "以度为单位的位置（lat 和 lon）",
        )
    };
    let Json::Object(members) = answer else {
        return Err(expected());
    };
    if members
        .keys()
        .any(|name| !matches!(name.as_str(), "lat" | "lon" | "accuracy_m"))
    {
        return Err(expected());
    }
    let mut position = Context::new();
    for (name, reach) in [("lat", 90), ("lon", 180)] {
        let number = numbers::number(members.get(name).ok_or_else(expected)?, place)?;
        let range = Limits {
            lower: Some(Number::from(-reach)),
            upper: Some(Number::from(reach)),
        };
        numbers::within(number, &range, place)?;
        position.insert(name.into(), Value::Number(number));
    }
    let accuracy = match members.get("accuracy_m") {
        None | Some(Json::Null) => Value::Null,
        Some(accuracy) => {
            let number = numbers::number(accuracy, place)?;
            let range = Limits {
                lower: Some(Number::ZERO),
                upper: None,
            };
            numbers::within(number, &range, place)?;
            Value::Number(number)
        }
    };
    position.insert("accuracy_m".into(), accuracy);
    Ok(Value::Context(Arc::new(position)))
}
