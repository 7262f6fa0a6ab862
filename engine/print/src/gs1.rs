//! GS1 element strings as people write them: `(01)04012345678901(10)L7` (GS1 General Specifications, 7.8).

use crate::Error;

/// Between an element of variable length and the next one.
pub(crate) const SEPARATOR: u8 = 0x1D;

/// Beginnings of identifiers whose elements have one length, so that nothing has to part them from what follows.
const FIXED: &[&str] = &[
    "00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "31", "32", "33", "34",
    "35", "36", "41",
];
/// Identifiers whose last digit is a check digit, with the length of their element.
const CHECKED: &[(&str, usize)] = &[
    ("00", 18),
    ("01", 14),
    ("02", 14),
    ("410", 13),
    ("411", 13),
    ("412", 13),
    ("413", 13),
    ("414", 13),
];

/// What is encoded behind the first FNC1.
pub(crate) fn encoded(text: &str) -> Result<Vec<u8>, Error> {
    let wrong = |why| Error::Code {
        kind: "GS1 code",
        text: text.to_owned(),
        why,
    };
    let mut out = Vec::new();
    let mut rest = text.trim();
    let mut open = false;
    if rest.is_empty() {
        return Err(wrong("it is empty"));
    }
    while !rest.is_empty() {
        let inside = rest
            .strip_prefix('(')
            .ok_or_else(|| wrong("an identifier stands in brackets: (01)"))?;
        let (identifier, behind) = inside.split_once(')').ok_or_else(|| wrong("a bracket is not closed"))?;
        if !(2..=4).contains(&identifier.len()) || !identifier.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong("an identifier has two to four digits"));
        }
        let end = behind.find('(').unwrap_or(behind.len());
        let value = behind[..end].trim();
        if value.is_empty() || value.len() > 90 || !value.bytes().all(|byte| (0x21..0x7F).contains(&byte)) {
            return Err(wrong("a value has one to 90 letters, digits and plain signs"));
        }
        if let Some((_, length)) = CHECKED.iter().find(|(known, _)| *known == identifier) {
            if value.len() != *length || !value.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong("a number with a check digit has the wrong length"));
            }
            if !is_checked(value) {
                return Err(wrong("the check digit is wrong"));
            }
        }
        if open {
            out.push(SEPARATOR);
        }
        open = !FIXED.contains(&&identifier[..2]);
        out.extend(identifier.bytes());
        out.extend(value.bytes());
        rest = &behind[end..];
    }
    Ok(out)
}

/// Modulo 10 with weights 3 and 1 from the right (GS1 General Specifications, 7.9).
fn is_checked(digits: &str) -> bool {
    let weighted = |(at, byte): (usize, u8)| u32::from(byte - b'0') * if at % 2 == 0 { 1 } else { 3 };
    digits.bytes().rev().enumerate().map(weighted).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_parted_only_where_they_must_be() {
        let written = |text: &str| encoded(text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(
            written("(01)04012345678901(10)L7(17)261231").as_deref(),
            Ok("010401234567890110L7\u{1d}17261231")
        );
        assert_eq!(written("(10)L7"), Ok("10L7".to_owned()));
        assert!(encoded("(01)04012345678902").is_err(), "check digit");
        assert!(encoded("(01)4012345678901").is_err(), "length");
        for text in ["", "01", "(01", "(1)5", "(10)", "(10)批次", "L7(10)x"] {
            assert!(encoded(text).is_err(), "{text}");
        }
    }
}
