//! Limits of what callers hand in, and the fingerprint by which a repeated request is known.

use crate::{Error, limits};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use store::rows::Hash;

/// Size of the members as JSON text, about; refused when larger or deeper than the limits.
pub(crate) fn check_body(what: &'static str, members: &Map<String, Value>) -> Result<usize, Error> {
    let mut bytes = 2;
    for (name, value) in members {
        bytes += name.len() + 4;
        measure(value, 1, &mut bytes).map_err(|TooDeep| {
            Error::Invalid(format!(
                "the {what} are nested deeper than {} levels",
                limits::BODY_LEVELS_MAX
            ))
        })?;
    }
    if bytes > limits::BODY_BYTES_MAX {
        return Err(Error::TooLarge {
            what,
            size: bytes as u64,
            max: limits::BODY_BYTES_MAX as u64,
        });
    }
    Ok(bytes)
}

/// Refuses a value that is larger or deeper than the limits.
pub(crate) fn check_value(what: &'static str, value: &Value) -> Result<(), Error> {
    let mut size = 0;
    measure(value, 1, &mut size).map_err(|TooDeep| {
        Error::Invalid(format!(
            "{what} is nested deeper than {} levels",
            limits::BODY_LEVELS_MAX
        ))
    })?;
    let (size, max) = (size as u64, limits::BODY_BYTES_MAX as u64);
    if size > max {
        return Err(Error::TooLarge { what, size, max });
    }
    Ok(())
}

struct TooDeep;

fn measure(value: &Value, level: usize, bytes: &mut usize) -> Result<(), TooDeep> {
    if level > limits::BODY_LEVELS_MAX {
        return Err(TooDeep);
    }
    match value {
        Value::Null | Value::Bool(_) => *bytes += 5,
        Value::Number(_) => *bytes += 12,
        Value::String(text) => *bytes += text.len() + 3,
        Value::Array(items) => {
            *bytes += 2;
            for item in items {
                measure(item, level + 1, bytes)?;
            }
        }
        Value::Object(members) => {
            *bytes += 2;
            for (name, value) in members {
                *bytes += name.len() + 4;
                measure(value, level + 1, bytes)?;
            }
        }
    }
    Ok(())
}

/// Refuses text that is longer than `max` characters.
pub(crate) fn check_text(what: &'static str, text: &str, max: usize) -> Result<(), Error> {
    let size = text.chars().count();
    if size > max {
        return Err(Error::TooLarge {
            what,
            size: size as u64,
            max: max as u64,
        });
    }
    Ok(())
}

/// 1 to 200 visible ASCII characters.
pub(crate) fn check_key(key: &str) -> Result<(), Error> {
    let visible = key.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    if key.is_empty() || key.len() > limits::KEY_CHARACTERS_MAX || !visible {
        return Err(Error::Invalid(format!(
            "an idempotency key is 1 to {} visible ASCII characters",
            limits::KEY_CHARACTERS_MAX
        )));
    }
    Ok(())
}

/// Of a request: equal whenever it says the same, whatever the order of its members.
pub(crate) fn fingerprint(kind: &str, request: &Value) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(kind.as_bytes());
    feed(request, &mut hasher);
    hasher.finalize().into()
}

fn feed(value: &Value, hasher: &mut Sha256) {
    match value {
        Value::Null => hasher.update(b"n"),
        Value::Bool(true) => hasher.update(b"t"),
        Value::Bool(false) => hasher.update(b"f"),
        Value::Number(number) => feed_text(b'd', &number.to_string(), hasher),
        Value::String(text) => feed_text(b's', text, hasher),
        Value::Array(items) => {
            feed_count(b'a', items.len(), hasher);
            for item in items {
                feed(item, hasher);
            }
        }
        Value::Object(members) => {
            feed_count(b'o', members.len(), hasher);
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            for (name, value) in sorted {
                feed_text(b'k', name, hasher);
                feed(value, hasher);
            }
        }
    }
}

fn feed_count(tag: u8, count: usize, hasher: &mut Sha256) {
    hasher.update([tag]);
    hasher.update((count as u64).to_be_bytes());
}

fn feed_text(tag: u8, text: &str, hasher: &mut Sha256) {
    feed_count(tag, text.len(), hasher);
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fingerprint_does_not_depend_on_the_order_of_members_and_on_nothing_less() {
        let one = fingerprint("start", &json!({"a": 1, "b": {"c": [1, 2], "d": "x"}}));
        assert_eq!(
            one,
            fingerprint("start", &json!({"b": {"d": "x", "c": [1, 2]}, "a": 1}))
        );
        for other in [
            json!({"a": 1, "b": {"c": [2, 1], "d": "x"}}),
            json!({"a": "1", "b": {"c": [1, 2], "d": "x"}}),
            json!({"a": 1, "b": {"c": [1, 2], "d": "x", "e": null}}),
            json!({"a": 1, "b": {"c": [1, [2]], "d": "x"}}),
        ] {
            assert_ne!(one, fingerprint("start", &other), "{other}");
        }
        assert_ne!(one, fingerprint("send", &json!({"a": 1, "b": {"c": [1, 2], "d": "x"}})));
    }

    #[test]
    fn bodies_have_limits() {
        let deep = (0..limits::BODY_LEVELS_MAX).fold(json!(1), |inner, _| json!([inner]));
        let members = |value: Value| Map::from_iter([("field".to_owned(), value)]);
        let error = check_body("answers", &members(deep)).unwrap_err();
        assert_eq!(error.to_string(), "the answers are nested deeper than 32 levels");
        let long = "x".repeat(limits::BODY_BYTES_MAX);
        assert!(matches!(
            check_body("answers", &members(json!(long))),
            Err(Error::TooLarge {
                what: "answers",
                max: 1_048_576,
                ..
            })
        ));
        assert!(check_body("answers", &members(json!([[1, "two"], {"three": 3}]))).is_ok());
    }

    #[test]
    fn keys_are_visible_ascii() {
        for wrong in ["", "a b", "ä", "a\n", &"k".repeat(201)] {
            assert!(check_key(wrong).is_err(), "{wrong:?}");
        }
        assert!(check_key(&"k".repeat(200)).is_ok());
    }
}
