//! `duration`: how long something took.

use expression::Value;
use language::fields::Duration;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, texts};
use crate::limits::DURATION_CHARACTERS_MAX;

pub(super) fn accept(kind: &Duration, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let text = texts::line(answer, DURATION_CHARACTERS_MAX, place)?;
    let Ok(duration) = expression::parse_duration(text) else {
        return Err(place.wrong_type("a length of time like 1 h 20 min", "时长，例如 1 h 20 min"));
    };
    let ms = duration.as_ms();
    let min = kind.min.map_or(0, |min| min.as_ms());
    if ms < min || kind.max.is_some_and(|max| ms > max.as_ms()) {
        let said = |ms: i64| Value::Duration(expression::Duration::from_ms(ms)).display();
        let (en, zh) = match kind.max {
            Some(max) => {
                let (low, high) = (said(min), said(max.as_ms()));
                (format!("from {low} to {high}"), format!("{low} 到 {high} 之间"))
            }
            None => (format!("of at least {}", said(min)), format!("至少 {}", said(min))),
        };
        let en = format!("a length of time {en} is expected here");
        return Err(place.refuse("out-of-range", &en, &format!("此处应为{zh}的时长")));
    }
    Ok(Value::Duration(duration))
}
