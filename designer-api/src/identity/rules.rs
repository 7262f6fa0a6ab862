//! What an id, a name, a password, a PIN and a badge may be.
//!
//! Passwords follow NIST SP 800-63B: a length and a list of bad ones, no rules on which characters they must hold.

use kernel::FieldRefusal;

use crate::limits;

/// Known to whoever tries passwords first, one a line, in lower case: of the 30,000 most common ones (frequency list of
/// zxcvbn, MIT) those of ten characters and more, for the others are too short anyway, and what is common on Chinese and
/// German shop floors. A list and not a strength meter: NIST asks for no more, and it says why a password is refused.
const COMMON: &str = include_str!("common-passwords.txt");

/// PINs that are tried first and are neither runs nor repetitions.
const COMMON_PINS: &[&str] = &[
    "1004", "1010", "1122", "1212", "1313", "2000", "2001", "2468", "2580", "1357", "6969", "7777", "102030", "112233",
    "121212", "123123", "131313", "147258", "159753", "520520", "5201314", "666888", "696969", "789456",
];

pub(super) fn id(field: &str, id: &str) -> Option<FieldRefusal> {
    let max = limits::PERSON_ID_LENGTH_MAX;
    let fits = (1..=max).contains(&id.chars().count())
        && id
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'));
    let refused = || {
        refusal(
            field,
            "not-an-id",
            format!("'{field}' must be 1 to {max} letters, digits, '-', '_', '.' or '@': a name or personnel number"),
            format!("“{field}”必须是 1 到 {max} 个字母、数字、“-”、“_”、“.”或“@”，如姓名或工号"),
        )
    };
    (!fits).then(refused)
}

pub(super) fn name(name: &str) -> Option<FieldRefusal> {
    let max = limits::PERSON_LENGTH_MAX;
    let length = name.trim().chars().count();
    let fits = (1..=max).contains(&length) && !name.chars().any(char::is_control);
    let refused = || {
        refusal(
            "name",
            "not-a-name",
            format!("'name' must be 1 to {max} characters"),
            format!("“name”必须是 1 到 {max} 个字符"),
        )
    };
    (!fits).then(refused)
}

pub(super) fn password(field: &str, password: &str, id: &str, name: &str) -> Option<FieldRefusal> {
    let (min, max) = (limits::PASSWORD_LENGTH_MIN, limits::PASSWORD_LENGTH_MAX);
    let length = password.chars().count();
    if !(min..=max).contains(&length) {
        return Some(refusal(
            field,
            "length",
            format!("a password has {min} to {max} characters; three or four words are easy to remember"),
            format!("密码为 {min} 到 {max} 个字符；可用三四个词组成，便于记忆"),
        ));
    }
    let lower = password.to_lowercase();
    let is = |text: &str| lower.trim() == text.to_lowercase().trim();
    let guessed = COMMON.lines().any(|common| common == lower) || is_run_or_repetition(&lower) || is(id) || is(name);
    guessed.then(|| {
        refusal(
            field,
            "too-common",
            "this password is among the first that are tried; take another one".into(),
            "此密码过于常见，容易被猜中；请换一个".into(),
        )
    })
}

pub(super) fn pin(field: &str, pin: &str, id: &str) -> Option<FieldRefusal> {
    let (min, max) = (limits::PIN_LENGTH_MIN, limits::PIN_LENGTH_MAX);
    if !(min..=max).contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(refusal(
            field,
            "length",
            format!("a PIN has {min} to {max} digits; six are better"),
            format!("PIN 为 {min} 到 {max} 位数字；建议 6 位"),
        ));
    }
    let guessed = COMMON_PINS.contains(&pin) || is_run_or_repetition(pin) || pin == id;
    guessed.then(|| {
        refusal(
            field,
            "too-common",
            "this PIN is among the first that are tried; take another one".into(),
            "此 PIN 过于常见，容易被猜中；请换一个".into(),
        )
    })
}

pub(super) fn badge(field: &str, badge: &str) -> Option<FieldRefusal> {
    let (min, max) = (limits::BADGE_LENGTH_MIN, limits::BADGE_LENGTH_MAX);
    let fits =
        (min..=max).contains(&badge.chars().count()) && !badge.chars().any(|c| c.is_whitespace() || c.is_control());
    (!fits).then(|| {
        refusal(
            field,
            "length",
            format!("what a badge says has {min} to {max} visible characters"),
            format!("工牌内容为 {min} 到 {max} 个可见字符"),
        )
    })
}

pub(super) fn refusal(field: &str, code: &str, en: String, zh: String) -> FieldRefusal {
    FieldRefusal {
        field: field.into(),
        code: code.into(),
        message: (en, zh),
    }
}

/// `1111`, `aaaaaaaaaa`, `1234`, `9876`, `abcdefghijk`.
fn is_run_or_repetition(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    [0, 1, -1]
        .into_iter()
        .any(|step| codes.windows(2).all(|pair| pair[1] - pair[0] == step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        let code =
            |text: &str| password("password", text, "wang-of-line-3", "Wang Xiaoming").map(|refused| refused.code);
        for good in [
            "correct horse battery",
            "轴径测量很重要而且要准确",
            "          x",
            &"x1".repeat(100),
        ] {
            assert_eq!(code(good), None, "{good}");
        }
        for length in ["", "123456789", "王王王王王王王王王", &"x1".repeat(101)] {
            assert_eq!(code(length).as_deref(), Some("length"), "{length}");
        }
        for common in [
            "Password123",
            "aaaaaaaaaaaa",
            "0123456789",
            "9876543210",
            "Wang-of-Line-3",
            " wang xiaoming ",
            "QWERTYUIOP",
            "manchester",
            "1qaz2wsx3edc",
            "Woaini1314520",
        ] {
            assert_eq!(code(common).as_deref(), Some("too-common"), "{common}");
        }
    }

    #[test]
    fn pins() {
        let code = |text: &str| pin("pin", text, "4711").map(|refused| refused.code);
        for good in ["2719", "804613", "19283746"] {
            assert_eq!(code(good), None, "{good}");
        }
        for length in ["", "123", "123456789", "12a4", "１２３４", "-123", "12 4"] {
            assert_eq!(code(length).as_deref(), Some("length"), "{length}");
        }
        for common in ["1234", "4321", "1111", "000000", "1212", "2580", "4711", "123456"] {
            assert_eq!(code(common).as_deref(), Some("too-common"), "{common}");
        }
    }

    #[test]
    fn badges_ids_and_names() {
        assert!(badge("badge", "04:A2:99:FF").is_none() && badge("badge", "王-0001").is_none());
        for wrong in ["", "123", "12 34", "12\u{7}345", &"x".repeat(101)] {
            assert!(badge("badge", wrong).is_some(), "{wrong}");
        }
        assert!(id("id", "wang").is_none() && id("id", "王小明").is_none() && id("id", "a.b_c-1@x").is_none());
        for wrong in ["", "a b", "a/b", &"x".repeat(61), "a\n"] {
            assert!(id("id", wrong).is_some(), "{wrong}");
        }
        assert!(name("Wang Xiaoming").is_none());
        for wrong in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert!(name(wrong).is_some(), "{wrong}");
        }
    }
}
