//! The exact, typed form of a value in run states: JSON where plain JSON is exact, else an object with one key that
//! begins with `$`:
//!
//! | key | holds |
//! | --- | --- |
//! | `$n` | a number of more than 15 digits, as text |
//! | `$q` | a quantity: `["25.05", "mm"]` |
//! | `$d` `$t` `$dt` | date, time, date and time: ISO 8601 text |
//! | `$dur` `$ym` | duration in days and time, in years and months: ISO 8601 text |
//! | `$j` | a judged answer: `{"v": …, "is": "ok", "d": {…}}` |
//! | `$r` | a range: `["[", start, end, ")"]`, with `null` and a round bracket for an open end |
//! | `$c` | a context with a key that itself begins with `$` |
//!
//! The form is deterministic (contexts are sorted), and reading it gives back an equal value.
//! A function is code, not data: it is written as `null`.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::json::{JsonNumber, json_number, number_of_double};
use super::{Bound, Context, Date, Duration, Judged, Number, Quantity, Range, Shape, Value, YearMonths};
use crate::Verdict;
use crate::temporal::{date_time_strict, duration_iso, time_strict};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null | Value::Function(_) => s.serialize_unit(),
            Value::Bool(value) => s.serialize_bool(*value),
            Value::Number(number) => match json_number(*number) {
                JsonNumber::Whole(whole) => s.serialize_i64(whole),
                JsonNumber::Fraction(fraction) => s.serialize_f64(fraction),
                JsonNumber::Text(text) => tagged(s, "$n", &text),
            },
            Value::Quantity(q) => tagged(s, "$q", &(q.number.normalize().to_string(), &*q.unit)),
            Value::Text(text) => s.serialize_str(text),
            Value::Date(date) => tagged(s, "$d", &date.to_string()),
            Value::Time(time) => tagged(s, "$t", &time.to_string()),
            Value::DateTime(moment) => tagged(s, "$dt", &moment.to_string()),
            Value::Duration(duration) => tagged(s, "$dur", &duration.to_string()),
            Value::YearMonths(months) => tagged(s, "$ym", &months.to_string()),
            Value::List(items) => {
                let mut seq = s.serialize_seq(Some(items.len()))?;
                for item in items.iter() {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Value::Context(entries) if entries.keys().any(|key| key.starts_with('$')) => {
                tagged(s, "$c", &Plain(entries))
            }
            Value::Context(entries) => Plain(entries).serialize(s),
            Value::Judged(judged) => tagged(s, "$j", &**judged),
            Value::Range(range) => tagged(s, "$r", &**range),
        }
    }
}

fn tagged<S: Serializer, T: Serialize + ?Sized>(s: S, tag: &'static str, value: &T) -> Result<S::Ok, S::Error> {
    let mut map = s.serialize_map(Some(1))?;
    map.serialize_entry(tag, value)?;
    map.end()
}

struct Plain<'a>(&'a Context);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(&**key, value)?;
        }
        map.end()
    }
}

impl Serialize for Judged {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(if self.details.is_empty() { 2 } else { 3 }))?;
        map.serialize_entry("v", &self.value)?;
        map.serialize_entry("is", &self.verdict)?;
        if !self.details.is_empty() {
            map.serialize_entry("d", &Plain(&self.details))?;
        }
        map.end()
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let open = match (self.shape, &self.start) {
            (Shape::Equal, _) => "=",
            (Shape::NotEqual, _) => "!=",
            (Shape::Interval, Bound::Included(_)) => "[",
            (Shape::Interval, Bound::Excluded(_)) => "(",
            (Shape::Interval, Bound::Open) => "<",
        };
        let close = match &self.end {
            Bound::Included(_) => "]",
            Bound::Excluded(_) => ")",
            Bound::Open => ">",
        };
        let null = Value::Null;
        (
            open,
            self.start.value().unwrap_or(&null),
            self.end.value().unwrap_or(&null),
            close,
        )
            .serialize(s)
    }
}

impl<'de> de::Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(ValueVisitor)
    }
}

impl<'de> de::Deserialize<'de> for Judged {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Stored {
            v: Value,
            is: Verdict,
            #[serde(default)]
            d: PlainEntries,
        }
        let stored = Stored::deserialize(d)?;
        Ok(Judged {
            value: stored.v,
            verdict: stored.is,
            details: stored.d.0,
        })
    }
}

impl<'de> de::Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let (open, start, end, close) = <(String, Value, Value, String)>::deserialize(d)?;
        let (start, shape) = match open.as_str() {
            "=" => (Bound::Included(start), Shape::Equal),
            "!=" => (Bound::Included(start), Shape::NotEqual),
            "[" => (Bound::Included(start), Shape::Interval),
            "(" => (Bound::Excluded(start), Shape::Interval),
            "<" => (Bound::Open, Shape::Interval),
            other => return Err(de::Error::custom(format!("{other} does not open a range"))),
        };
        let end = match close.as_str() {
            "]" => Bound::Included(end),
            ")" => Bound::Excluded(end),
            ">" => Bound::Open,
            other => return Err(de::Error::custom(format!("{other} does not close a range"))),
        };
        Ok(Range { start, end, shape })
    }
}

/// Entries whose keys may begin with `$`.
#[derive(Default)]
struct PlainEntries(Context);

impl<'de> de::Deserialize<'de> for PlainEntries {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_map(PlainVisitor).map(PlainEntries)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Context;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("entries")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Context, A::Error> {
        let mut entries = Context::new();
        while let Some(Key(key)) = map.next_key()? {
            entries.insert(key, map.next_value()?);
        }
        Ok(entries)
    }
}

/// A key, straight from the text: `Arc<str>` itself is read through a `String`.
struct Key(Arc<str>);

impl<'de> de::Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, text: &str) -> Result<Key, E> {
                Ok(Key(Arc::from(text)))
            }
        }
        d.deserialize_str(KeyVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        d.deserialize_any(ValueVisitor)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        number_of_double(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number too large for a decimal"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(Arc::from(text)))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(Arc::from(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(1024));
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::list(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Context::new();
        let mut first = true;
        while let Some(Key(key)) = map.next_key()? {
            if first && key.starts_with('$') {
                let value = map.next_value_seed(Tagged(&key))?;
                if map.next_key::<Key>()?.is_some() {
                    return Err(de::Error::custom(format!("{key} stands alone")));
                }
                return Ok(value);
            }
            first = false;
            entries.insert(key, map.next_value()?);
        }
        Ok(Value::context(entries))
    }
}

struct Tagged<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Tagged<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        use serde::Deserialize as _;
        let value = match self.0 {
            "$c" => Some(Value::context(PlainEntries::deserialize(d)?.0)),
            "$j" => Some(Value::Judged(Arc::new(Judged::deserialize(d)?))),
            "$r" => Some(Value::Range(Arc::new(Range::deserialize(d)?))),
            "$q" => {
                let (number, unit) = <(String, Arc<str>)>::deserialize(d)?;
                exact(&number).map(|number| Value::Quantity(Arc::new(Quantity { number, unit })))
            }
            "$n" => exact(&String::deserialize(d)?).map(Value::Number),
            "$d" => Date::parse(&String::deserialize(d)?).map(Value::Date),
            "$t" => time_strict(&String::deserialize(d)?).map(|time| Value::Time(Arc::new(time))),
            "$dt" => date_time_strict(&String::deserialize(d)?).map(|moment| Value::DateTime(Arc::new(moment))),
            "$dur" => stored_duration(&String::deserialize(d)?).map(Value::Duration),
            "$ym" => YearMonths::parse(&String::deserialize(d)?).map(Value::YearMonths),
            _ => None,
        };
        value.ok_or_else(|| de::Error::custom(format!("what {} holds cannot be read", self.0)))
    }
}

fn exact(text: &str) -> Option<Number> {
    Number::from_str_exact(text).ok()
}

fn stored_duration(text: &str) -> Option<Duration> {
    duration_iso(text)
}
