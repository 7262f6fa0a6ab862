//! `gs1`: a code of the GS1 system, taken apart.
//!
//! GS1 General Specifications: element strings and their separator (7.8), symbology identifiers (5.1.2), check digits
//! (7.9), dates and their century (7.12); GS1 Digital Link URI syntax 1.4, uncompressed.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::{Context, Date, Number, Value};
use language::fields::{GS1_IDENTIFIERS, Gs1, Gs1Identifier, Gs1Means};
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, numbers, texts};
use crate::limits::CODE_CHARACTERS_MAX;

/// What separates a part of open length from the next one: FNC1 as readers send it, and how some programs show it.
const SEPARATORS: [char; 2] = ['\u{1d}', '\u{241d}'];
/// ISO/IEC 15424, as far as they announce GS1 data: GS1-128, DataBar and composite, DataMatrix, QR Code, DotCode.
const SYMBOLOGIES: [&str; 5] = ["]C1", "]e0", "]d2", "]Q3", "]J1"];

pub(super) fn accept(gs1: &Gs1, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let raw = texts::text(answer, CODE_CHARACTERS_MAX, place)?.trim_matches([' ', '\r', '\n', '\t']);
    let parts = parts_of(raw).map_err(|wrong| place.refuse(wrong.code, &wrong.en, &wrong.zh))?;
    let today = place.asking.at.moment().date();
    let mut value = Context::new();
    value.insert("raw".into(), Value::text(raw));
    for part in &parts {
        let read = read(part, today).map_err(|wrong| place.refuse(wrong.code, &wrong.en, &wrong.zh))?;
        if !part.of.name.is_empty() {
            value.insert(part.of.name.into(), read);
        }
    }
    let missing: Vec<&str> = gs1
        .needs
        .iter()
        .map(|need| need.0)
        .filter(|need| !value.contains_key(*need))
        .collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        let en = format!("this code does not carry {missing}");
        return Err(place.refuse("part-missing", &en, &format!("此码不含 {missing}")));
    }
    for name in GS1_IDENTIFIERS
        .iter()
        .map(|one| one.name)
        .filter(|name| !name.is_empty())
    {
        value.entry(name.into()).or_insert(Value::Null);
    }
    let all = parts.iter().map(|part| {
        let members = Context::from([
            ("ai".into(), Value::text(part.ai.as_str())),
            ("value".into(), Value::text(part.data.as_str())),
        ]);
        Value::Context(Arc::new(members))
    });
    value.insert("parts".into(), Value::List(Arc::new(all.collect())));
    Ok(Value::Context(Arc::new(value)))
}

/// Why a code is refused.
#[derive(Debug, PartialEq)]
struct Wrong {
    code: &'static str,
    en: String,
    zh: String,
}

fn wrong(code: &'static str, en: String, zh: String) -> Wrong {
    Wrong { code, en, zh }
}

fn no_gs1() -> Wrong {
    wrong("no-gs1", "this is no GS1 code".into(), "这不是 GS1 码".into())
}

#[derive(Debug)]
struct Part {
    ai: String,
    of: &'static Gs1Identifier,
    data: String,
}

/// An element string, one with brackets as people read it, or a Digital Link.
fn parts_of(raw: &str) -> Result<Vec<Part>, Wrong> {
    if raw.starts_with("http://") || raw.starts_with("https://") {
        return checked(link_parts(raw)?);
    }
    let mut text = raw;
    if text.starts_with(']') {
        let known = SYMBOLOGIES.iter().find_map(|symbology| text.strip_prefix(symbology));
        text = known.ok_or_else(no_gs1)?;
    }
    let text = text.trim_start_matches(SEPARATORS);
    if text.starts_with('(') {
        return checked(bracketed(text)?);
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (ai, of) = identifier(rest)?;
        let data = &rest[ai.len()..];
        let end = data.find(SEPARATORS).unwrap_or(data.len());
        // Parts whose length is fixed from the beginning (7.8.5) need no separator, and may have one all the same.
        let length = fixed(ai).map_or(end, |length| length - ai.len());
        let Some(own) = data.get(..length).filter(|_| length <= end) else {
            return Err(too_short(ai));
        };
        parts.push(Part {
            ai: ai.to_owned(),
            of,
            data: own.to_owned(),
        });
        rest = data[length..].trim_start_matches(SEPARATORS);
    }
    checked(parts)
}

/// `(01)09506000134352(10)ABC`
fn bracketed(text: &str) -> Result<Vec<Part>, Wrong> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.strip_prefix('(') {
        let (ai, after) = open.split_once(')').ok_or_else(no_gs1)?;
        let (known, of) = identifier(ai)?;
        if known.len() != ai.len() {
            return Err(unknown_identifier(ai));
        }
        // A bracket may be part of the data; one in front of an identifier is not.
        let ends = after.match_indices('(').map(|(at, _)| at);
        let mut ends = ends.filter(|at| {
            let inside = after[at + 1..].split_once(')').map_or("", |(inside, _)| inside);
            identifier(inside).is_ok_and(|(known, _)| known.len() == inside.len())
        });
        let end = ends.next().unwrap_or(after.len());
        parts.push(Part {
            ai: ai.to_owned(),
            of,
            data: after[..end].trim_end_matches(SEPARATORS).to_owned(),
        });
        rest = &after[end..];
    }
    if rest.is_empty() { Ok(parts) } else { Err(no_gs1()) }
}

/// `https://id.gs1.org/01/09506000134352/10/ABC?17=261231`
fn link_parts(raw: &str) -> Result<Vec<Part>, Wrong> {
    let behind = raw.split_once("://").map_or("", |(_, behind)| behind);
    let behind = behind.split('#').next().unwrap_or_default();
    let (path, query) = behind.split_once('?').unwrap_or((behind, ""));
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let whole = |text: &str| identifier(text).is_ok_and(|(known, _)| known.len() == text.len());
    // Whatever stands before the first key belongs to the address.
    let first = segments.iter().position(|segment| whole(segment)).ok_or_else(no_gs1)?;
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in segments[first..].chunks(2) {
        let [ai, data] = pair else { return Err(no_gs1()) };
        pairs.push(((*ai).to_owned(), percent_decoded(data).ok_or_else(no_gs1)?));
    }
    for pair in query.split(['&', ';']).filter(|pair| !pair.is_empty()) {
        let (name, data) = pair.split_once('=').unwrap_or((pair, ""));
        // Other names are the address's own business.
        if name.bytes().all(|byte| byte.is_ascii_digit()) {
            pairs.push((name.to_owned(), percent_decoded(data).ok_or_else(no_gs1)?));
        }
    }
    let part = |(ai, data): (String, String)| {
        let (known, of) = identifier(&ai)?;
        if known.len() != ai.len() {
            return Err(unknown_identifier(&ai));
        }
        // A GTIN may be written without the zeros in front of it.
        let data = match of.ai {
            "01" if data.len() < 14 => format!("{data:0>14}"),
            _ => data,
        };
        Ok(Part { ai, of, data })
    };
    pairs.into_iter().map(part).collect()
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The identifier that a text begins with.
fn identifier(text: &str) -> Result<(&str, &'static Gs1Identifier), Wrong> {
    let fits = |one: &&Gs1Identifier| {
        let begin = text.as_bytes().get(..one.ai.len());
        begin.is_some_and(|begin| {
            one.ai.bytes().zip(begin).all(|(pattern, byte)| match pattern {
                b'n' | b'-' => byte.is_ascii_digit(),
                digit => digit == *byte,
            })
        })
    };
    let found = GS1_IDENTIFIERS.iter().find(fits);
    found
        .map(|one| (&text[..one.ai.len()], one))
        .ok_or_else(|| unknown_identifier(text))
}

fn unknown_identifier(text: &str) -> Wrong {
    let shown: String = text.chars().take(4).collect();
    wrong(
        "no-gs1",
        format!("this is no GS1 code: no part begins with '{shown}'"),
        format!("这不是 GS1 码：没有以“{shown}”开头的部分"),
    )
}

fn too_short(ai: &str) -> Wrong {
    wrong(
        "no-gs1",
        format!("the part ({ai}) of this code has not the right length; was all of it read?"),
        format!("此码的 ({ai}) 部分长度不对，是否完整读取？"),
    )
}

/// Characters of a part with its identifier, where it is fixed from the beginning (figure 7.8.5-2).
fn fixed(ai: &str) -> Option<usize> {
    Some(match ai.get(..2)? {
        "00" => 20,
        "01" | "02" | "03" => 16,
        "04" => 18,
        "11" | "12" | "13" | "14" | "15" | "16" | "17" | "18" | "19" => 8,
        "20" => 4,
        "31" | "32" | "33" | "34" | "35" | "36" => 10,
        "41" => 16,
        _ => return None,
    })
}

/// Formats and check digits of all parts; a part that is there twice must say the same.
fn checked(parts: Vec<Part>) -> Result<Vec<Part>, Wrong> {
    if parts.is_empty() {
        return Err(no_gs1());
    }
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for part in &parts {
        let (ai, data) = (part.ai.as_str(), part.data.as_str());
        if !fits_format(part.of.format, data) {
            return Err(too_short(ai));
        }
        let digits = data.get(..part.of.checked).unwrap_or_default();
        if !digits.is_empty() && !has_right_check_digit(digits) {
            let en = format!("the check digit of the part ({ai}) {digits} is wrong; read the code once more");
            return Err(wrong(
                "check-digit",
                en,
                format!("({ai}) {digits} 的校验位不对，请重新读取"),
            ));
        }
        if seen.insert(ai, data).is_some_and(|before| before != data) {
            let en = format!("the part ({ai}) is there twice with different data");
            return Err(wrong("repeated", en, format!("({ai}) 部分出现两次且内容不同")));
        }
    }
    Ok(parts)
}

/// `n6`, `x..20`, `n13+x..17`, `n6..12`.
fn fits_format(format: &str, data: &str) -> bool {
    let mut rest = data;
    let count = format.split('+').count();
    for (index, piece) in format.split('+').enumerate() {
        let (digits, lengths) = (piece.starts_with('n'), &piece[1..]);
        let (min, max) = match lengths.split_once("..") {
            // Data behind others of the same part may be missing; a part alone may not.
            Some(("", max)) => (usize::from(index == 0), max.parse().unwrap_or(0)),
            Some((min, max)) => (min.parse().unwrap_or(0), max.parse().unwrap_or(0)),
            None => (lengths.parse().unwrap_or(0), lengths.parse().unwrap_or(0)),
        };
        let taken = if index + 1 == count {
            rest.len()
        } else {
            max.min(rest.len())
        };
        let Some(own) = rest.get(..taken).filter(|_| (min..=max).contains(&taken)) else {
            return false;
        };
        let fits = |byte: u8| {
            if digits {
                byte.is_ascii_digit()
            } else {
                is_character(byte)
            }
        };
        if !own.bytes().all(fits) {
            return false;
        }
        rest = &rest[taken..];
    }
    rest.is_empty()
}

/// Character set 82 and its few additions (7.11).
fn is_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./:;<=>?_ #".contains(&byte)
}

/// Modulo 10 with weights 3 and 1 from the right (7.9.1).
fn has_right_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1, 3].into_iter().cycle())
        .map(|(byte, weight)| u32::from(byte.wrapping_sub(b'0')) * weight)
        .sum();
    sum.is_multiple_of(10)
}

fn read(part: &Part, today: Date) -> Result<Value, Wrong> {
    let data = part.data.as_str();
    let number = || data.parse::<Number>().unwrap_or_default();
    Ok(match part.of.means {
        Gs1Means::Text => Value::text(data),
        Gs1Means::Number => Value::Number(number()),
        Gs1Means::Date => {
            let no_date = || {
                let en = format!("the part ({}) {data} is no date", part.ai);
                wrong("wrong-type", en, format!("({}) {data} 不是日期", part.ai))
            };
            Value::Date(date(data, today).ok_or_else(no_date)?)
        }
        Gs1Means::Amount(unit) => {
            let decimals = part.ai.bytes().last().map_or(0, |byte| u32::from(byte - b'0'));
            let mut amount = number();
            // Six digits with up to nine decimals.
            amount.set_scale(decimals).map_err(|_| too_short(&part.ai))?;
            numbers::with_unit(amount.normalize(), Some(unit))
        }
    })
}

/// YYMMDD: the year that is nearest (7.12), and the last day of the month where the day is 00.
fn date(data: &str, today: Date) -> Option<Date> {
    let two = |from: usize| data.get(from..from + 2)?.parse::<u8>().ok();
    let (year, month, day) = (two(0)?, two(2)?, two(4)?);
    let this_year = today.year();
    let century = this_year - this_year.rem_euclid(100);
    let difference = i32::from(year) - this_year.rem_euclid(100);
    let year = century
        + i32::from(year)
        + match difference {
            51..=99 => -100,
            -99..=-50 => 100,
            _ => 0,
        };
    match day {
        0 => (28..=31).rev().find_map(|day| Date::new(year, month, day)),
        day => Date::new(year, month, day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(raw: &str) -> Result<Vec<(String, String)>, &'static str> {
        let pairs = |parts: Vec<Part>| parts.into_iter().map(|part| (part.ai, part.data)).collect();
        parts_of(raw).map(pairs).map_err(|wrong| wrong.code)
    }

    fn pairs(expected: &[(&str, &str)]) -> Result<Vec<(String, String)>, &'static str> {
        Ok(expected
            .iter()
            .map(|(ai, data)| ((*ai).into(), (*data).into()))
            .collect())
    }

    #[test]
    fn codes_are_taken_apart_however_the_reader_sends_them() {
        let all = pairs(&[
            ("01", "09506000134352"),
            ("17", "261231"),
            ("10", "ABC-1"),
            ("21", "S7"),
        ]);
        for raw in [
            "]d2010950600013435217261231 10ABC-1\u{1d}21S7"
                .replace(' ', "")
                .as_str(),
            "010950600013435217261231\u{1d}10ABC-1\u{241d}21S7",
            "\u{1d}010950600013435217261231 10ABC-1\u{1d}21S7\u{1d}"
                .replace(' ', "")
                .as_str(),
            "(01)09506000134352(17)261231(10)ABC-1(21)S7",
        ] {
            assert_eq!(parsed(raw), all, "{raw}");
        }
        assert_eq!(
            parsed("https://id.gs1.org/01/9506000134352/10/AB%2FC?17=261231&linkType=x"),
            pairs(&[("01", "09506000134352"), ("10", "AB/C"), ("17", "261231")])
        );
        assert_eq!(
            parsed("]C100106141411234567897"),
            pairs(&[("00", "106141411234567897")])
        );
        assert_eq!(parsed("4149506000134352"), pairs(&[("414", "9506000134352")]));
        assert_eq!(parsed("(10)A(B)C"), pairs(&[("10", "A(B)C")]));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for (raw, code) in [
            ("0109506000134353", "check-digit"),
            ("]C100106141411234567890", "check-digit"),
            ("4149506000134351", "check-digit"),
            ("01095060001343", "no-gs1"),
            ("0109506000A34352", "no-gs1"),
            ("]E09506000134352", "no-gs1"),
            ("hello", "no-gs1"),
            ("", "no-gs1"),
            ("10", "no-gs1"),
            ("10ABCDEFGHIJKLMNOPQRSTU", "no-gs1"),
            ("10轴", "no-gs1"),
            ("(01)09506000134352(99", "no-gs1"),
            ("https://plant.example/wi/x", "no-gs1"),
            ("10A\u{1d}10B", "repeated"),
        ] {
            assert_eq!(parsed(raw), Err(code), "{raw}");
        }
    }

    #[test]
    fn years_are_the_nearest_and_day_00_is_the_last_of_the_month() {
        let today = Date::new(2026, 11, 22).unwrap();
        let read = |data| date(data, today).map(|date| (date.year(), date.month(), date.day()));
        assert_eq!(read("261231"), Some((2026, 12, 31)));
        assert_eq!(read("280200"), Some((2028, 2, 29)));
        assert_eq!(read("760101"), Some((2076, 1, 1)));
        assert_eq!(read("770101"), Some((1977, 1, 1)));
        assert_eq!(read("261301"), None);
        assert_eq!(read("260230"), None);
        let late = Date::new(2098, 1, 1).unwrap();
        assert_eq!(date("040101", late).map(Date::year), Some(2104));
    }
}
