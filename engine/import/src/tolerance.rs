//! Limits as drawings and check sheets write them: `25±0.05`, `24.95~25.05 mm`, `Ø25 +0.02/-0.01`, `≥40`, `0.8以下`.
//!
//! What can be read in two ways is not read at all: `25-0.05` may be a range typed the wrong way round or a deviation,
//! `1,000` a thousand or one.

use expression::{Number, units};

/// Limits that were understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tolerance {
    pub(crate) lower: Option<Number>,
    pub(crate) upper: Option<Number>,
    /// The middle of `25 ± 0.05`, and the width; written as it was.
    pub(crate) middle: Option<(Number, Number)>,
    pub(crate) nominal: Option<Number>,
    /// As people write it; known to the language.
    pub(crate) unit: Option<String>,
    /// Read in a way that is most often meant, but not the only one.
    pub(crate) is_guess: bool,
    /// Words that are no part of the limits.
    pub(crate) rest: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(Number),
    Plus,
    Minus,
    PlusMinus,
    /// `~`, `to`, `至`: nothing but a range. A hyphen is [`Token::Minus`].
    Range,
    AtLeast,
    AtMost,
    /// `以上`, `min.` behind the number.
    AtLeastBehind,
    AtMostBehind,
    Slash,
    Open,
    Close,
    Comma,
    Unit(&'static str),
    Word(String),
}

/// Words in front of a number that say at least or at most.
const WORDS: &[(&str, Token)] = &[
    ("at least", Token::AtLeast),
    ("not less than", Token::AtLeast),
    ("no less than", Token::AtLeast),
    ("minimum", Token::AtLeast),
    ("min.", Token::AtLeast),
    ("min", Token::AtLeast),
    ("至少", Token::AtLeast),
    ("不小于", Token::AtLeast),
    ("不低于", Token::AtLeast),
    ("不少于", Token::AtLeast),
    ("大于等于", Token::AtLeast),
    ("at most", Token::AtMost),
    ("not more than", Token::AtMost),
    ("no more than", Token::AtMost),
    ("up to", Token::AtMost),
    ("maximum", Token::AtMost),
    ("max.", Token::AtMost),
    ("max", Token::AtMost),
    ("至多", Token::AtMost),
    ("最多", Token::AtMost),
    ("不大于", Token::AtMost),
    ("不高于", Token::AtMost),
    ("不超过", Token::AtMost),
    ("小于等于", Token::AtMost),
    ("以上", Token::AtLeastBehind),
    ("以下", Token::AtMostBehind),
    ("以内", Token::AtMostBehind),
    ("to", Token::Range),
    ("bis", Token::Range),
    ("至", Token::Range),
    ("到", Token::Range),
];

/// Full-width signs as plain ones, and the many forms of one sign as one.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '－' | '−' | '–' | '—' | '‐' | '‑' => out.push('-'),
            '〜' | '∼' | '﹣' => out.push('~'),
            '、' => out.push(','),
            '≧' | '⩾' => out.push('≥'),
            '≦' | '⩽' => out.push('≤'),
            '″' => out.push('"'),
            '【' | '〔' => out.push('['),
            '】' | '〕' => out.push(']'),
            '\n' | '\t' | '\u{3000}' => out.push(' '),
            '﹢' => out.push('+'),
            '㎜' => out.push_str("mm"),
            '㎝' => out.push_str("cm"),
            '㎏' => out.push_str("kg"),
            '㎡' => out.push_str("m²"),
            'μ' => out.push('µ'),
            '！'..='～' => {
                let plain = u32::from(character) - 0xFEE0;
                out.push(char::from_u32(plain).unwrap_or(character));
            }
            other => out.push(other),
        }
    }
    out.replace("...", "~")
        .replace("..", "~")
        .replace('…', "~")
        .replace("+/-", "±")
        .replace("+-", "±")
        .replace(">=", "≥")
        .replace("=>", "≥")
        .replace("<=", "≤")
        .replace("=<", "≤")
}

/// What is written, with the nominal value and the unit that other columns give. `None` when it is not understood.
pub(crate) fn read(text: &str, nominal: Option<Number>, unit: Option<&str>) -> Option<Tolerance> {
    let mut guess = false;
    let mut tokens = tokens(&plain(text), &mut guess)?;
    let mut found_unit: Option<&'static str> = None;
    for token in &tokens {
        if let Token::Unit(unit) = token {
            if found_unit.is_some_and(|other| other != *unit) {
                return None;
            }
            found_unit = Some(unit);
        }
    }
    if let Some(column) = unit.and_then(units::find) {
        if found_unit.is_some_and(|other| other != column.symbol) {
            return None;
        }
        found_unit = Some(column.symbol);
    }
    tokens.retain(|token| !matches!(token, Token::Unit(_)));
    let mut rest = Vec::new();
    tokens.retain(|token| match token {
        Token::Word(word) => {
            rest.push(word.clone());
            false
        }
        _ => true,
    });
    // Brackets that held nothing but words.
    while let Some(at) = tokens.windows(2).position(|pair| pair == [Token::Open, Token::Close]) {
        tokens.drain(at..at + 2);
    }
    let mut found = shape(&tokens, nominal).or_else(|| bare(&tokens, &rest))?;
    found.unit = found_unit.map(str::to_owned);
    found.is_guess |= guess;
    found.rest = rest;
    let ordered = match (found.lower, found.upper) {
        (Some(lower), Some(upper)) => lower < upper,
        (None, None) => false,
        _ => true,
    };
    ordered.then_some(found)
}

/// A lone number of a text: `25`, `Ø25 mm`.
pub(crate) fn number(text: &str) -> Option<Number> {
    let mut guess = false;
    let tokens = tokens(&plain(text), &mut guess)?;
    let mut numbers = tokens.iter().filter_map(|token| match token {
        Token::Number(number) => Some(*number),
        _ => None,
    });
    let (first, more) = (numbers.next()?, numbers.next().is_some());
    let only = tokens
        .iter()
        .all(|token| matches!(token, Token::Number(_) | Token::Unit(_) | Token::Minus | Token::Plus));
    let negative = tokens.first() == Some(&Token::Minus);
    (only && !more && !guess).then_some(if negative { -first } else { first })
}

/// `±0.05`, `+0.02/-0.01` beside a nominal value, or `+0.02` and `-0.01` in two columns.
pub(crate) fn signed(text: &str) -> Option<Number> {
    number(text)
}

fn tokens(text: &str, guess: &mut bool) -> Option<Vec<Token>> {
    let mut out: Vec<Token> = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        if first == ' ' {
            rest = rest.trim_start();
            continue;
        }
        if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let (number, length) = digits(rest, guess)?;
            // `M8`, `3D`, `Q2`: part of a name.
            if let Some(Token::Word(word)) = out.last_mut()
                && word.ends_with(|c: char| c.is_ascii_alphabetic())
                && text[..text.len() - rest.len()].ends_with(|c: char| c.is_ascii_alphabetic())
                && !is_symbol(word)
            {
                word.push_str(&rest[..length]);
                return None;
            }
            out.push(Token::Number(number));
            rest = &rest[length..];
            continue;
        }
        if let Some((token, length)) = sign(rest, guess) {
            out.push(token);
            rest = &rest[length..];
            continue;
        }
        let (token, length) = word(rest, matches!(out.last(), Some(Token::Number(_) | Token::Close)));
        // `40 min` is minutes to some.
        if token == Token::AtLeast && matches!(out.last(), Some(Token::Number(_))) {
            if !rest.starts_with("min.") && rest[..length].to_lowercase() == "min" {
                return None;
            }
            out.push(Token::AtLeastBehind);
        } else if token == Token::AtMost && matches!(out.last(), Some(Token::Number(_))) {
            out.push(Token::AtMostBehind);
        } else {
            out.push(token);
        }
        rest = &rest[length..];
    }
    Some(out)
}

/// Letters and signs of a drawing in front of a number: diameter, radius, roughness, hardness.
pub(crate) fn is_symbol(word: &str) -> bool {
    if word.chars().count() == 1 && !word.chars().all(char::is_alphabetic) {
        return true;
    }
    [
        "R", "SR", "Ra", "Rz", "D", "d", "L", "H", "W", "T", "t", "HRC", "HB", "HV", "x", "X", "Ø", "ø", "Φ", "φ", "ϕ",
        "Ф",
    ]
    .contains(&word)
}

fn digits(text: &str, guess: &mut bool) -> Option<(Number, usize)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
        .unwrap_or(text.len());
    let mut end = text[..end].trim_end_matches(['.', ',']).len();
    let written = &text[..end];
    if written.matches('.').count() > 1 {
        return None;
    }
    if let Some((whole, part)) = written.split_once(',') {
        // A thousand or a decimal comma: three digits behind it may be either.
        let several = part.contains(',');
        if several || part.len() == 3 || written.contains('.') || part.is_empty() {
            // `24.95,25.05` is two numbers.
            if written.contains('.') && !several {
                end = whole.len();
                return Some((whole.parse().ok()?, end));
            }
            return None;
        }
        *guess = true;
        return Some((format!("{whole}.{part}").parse().ok()?, end));
    }
    let number = if written.starts_with('.') {
        format!("0{written}")
    } else {
        written.to_owned()
    };
    Some((Number::from_str_exact(&number).ok()?, end))
}

fn sign(text: &str, guess: &mut bool) -> Option<(Token, usize)> {
    let first = text.chars().next()?;
    let token = match first {
        '±' => Token::PlusMinus,
        '~' => Token::Range,
        '+' => Token::Plus,
        '-' => Token::Minus,
        '/' => Token::Slash,
        '≥' => Token::AtLeast,
        '≤' => Token::AtMost,
        '>' | '<' => {
            *guess = true;
            if first == '>' { Token::AtLeast } else { Token::AtMost }
        }
        '(' | '[' => Token::Open,
        ')' | ']' => Token::Close,
        ',' | ';' => Token::Comma,
        'Ø' | 'ø' | 'Φ' | 'φ' | 'ϕ' | '∅' | '⌀' | 'Ф' | '□' | ':' | '=' => Token::Word(first.to_string()),
        _ => return None,
    };
    Some((token, first.len_utf8()))
}

fn word(text: &str, behind_number: bool) -> (Token, usize) {
    let lower = text.to_lowercase();
    for (word, token) in WORDS {
        let goes_on = || {
            word.ends_with(|c: char| c.is_ascii_alphabetic())
                && lower[word.len()..].starts_with(|c: char| c.is_ascii_alphabetic())
        };
        // A unit such as `m` in `min` is found first by its length.
        if lower.len() == text.len() && lower.starts_with(word) && !goes_on() {
            return (token.clone(), word.len());
        }
    }
    let unit_like = |c: char| c.is_alphabetic() || "°%‰℃℉·./²³µ".contains(c);
    let end = text
        .find(|c: char| !(unit_like(c) || c.is_ascii_digit()))
        .unwrap_or(text.len());
    let mut cut = end;
    while cut > 0 && behind_number {
        let ends = !text[cut..].starts_with(|c: char| c.is_ascii_alphanumeric());
        if let Some(unit) = units::find(&text[..cut]).filter(|_| ends) {
            return (Token::Unit(unit.symbol), cut);
        }
        cut = text[..cut].char_indices().next_back().map_or(0, |(at, _)| at);
    }
    let end = text
        .find(|c: char| !c.is_alphabetic() || WORDS.iter().any(|(word, _)| !word.is_ascii() && word.starts_with(c)))
        .unwrap_or(text.len());
    let end = end.max(text.chars().next().map_or(0, char::len_utf8));
    let symbol = &text[..end];
    if let Some(unit) = ["HRC", "HB", "HV", "HBW"]
        .iter()
        .find(|unit| **unit == symbol)
        .and_then(|unit| units::find(unit))
    {
        return (Token::Unit(unit.symbol), end);
    }
    (Token::Word(symbol.to_owned()), end)
}

fn limits(lower: Option<Number>, upper: Option<Number>) -> Tolerance {
    Tolerance {
        lower,
        upper,
        middle: None,
        nominal: None,
        unit: None,
        is_guess: false,
        rest: Vec::new(),
    }
}

fn shape(tokens: &[Token], nominal: Option<Number>) -> Option<Tolerance> {
    use Token::{
        AtLeast, AtLeastBehind, AtMost, AtMostBehind, Close, Comma, Minus, Number as N, Open, PlusMinus, Range,
    };
    match tokens {
        [N(middle), PlusMinus, N(width)] | [N(middle), Open, PlusMinus, N(width), Close] => around(*middle, *width),
        [PlusMinus, N(width)] => around(nominal?, *width),
        [Minus, N(middle), PlusMinus, N(width)] => around(-*middle, *width),
        [AtLeast, N(low)] | [N(low), AtLeastBehind] => Some(limits(Some(*low), None)),
        [AtLeast, Minus, N(low)] => Some(limits(Some(-*low), None)),
        [AtMost, N(high)] | [N(high), AtMostBehind] => Some(limits(None, Some(*high))),
        [AtMost, Minus, N(high)] => Some(limits(None, Some(-*high))),
        [AtLeast, N(low), AtMost, N(high)]
        | [AtLeast, N(low), Comma, AtMost, N(high)]
        | [AtMost, N(high), Comma, AtLeast, N(low)]
        | [AtMost, N(high), AtLeast, N(low)]
        | [N(low), AtMost, AtMost, N(high)]
        | [N(low), Range, N(high)]
        | [Open, N(low), Range, N(high), Close]
        | [Open, N(low), Comma, N(high), Close] => Some(limits(Some(*low), Some(*high))),
        [Minus, N(low), Range, N(high)] | [Open, Minus, N(low), Range, N(high), Close] => {
            Some(limits(Some(-*low), Some(*high)))
        }
        [Minus, N(low), Range, Minus, N(high)] => Some(limits(Some(-*low), Some(-*high))),
        [Minus, N(low), Range, Token::Plus, N(high)] => Some(limits(Some(-*low), Some(*high))),
        // A hyphen between two numbers: a range where the second is the larger one, else nobody knows.
        [N(low), Minus, N(high)] | [Open, N(low), Minus, N(high), Close] if low < high => {
            Some(limits(Some(*low), Some(*high)))
        }
        [N(middle), Open, inside @ .., Close] => deviations(*middle, inside).or_else(|| {
            let mut inner = shape(inside, None)?;
            let within = |number: Number| {
                inner.lower.is_none_or(|lower| lower <= number) && inner.upper.is_none_or(|upper| number <= upper)
            };
            if !within(*middle) {
                return None;
            }
            inner.nominal = Some(*middle);
            Some(inner)
        }),
        [N(middle), inside @ ..] => deviations(*middle, inside),
        inside => deviations(nominal?, inside),
    }
}

fn around(middle: Number, width: Number) -> Option<Tolerance> {
    let mut found = limits(Some(middle.checked_sub(width)?), Some(middle.checked_add(width)?));
    found.middle = Some((middle, width));
    found.nominal = Some(middle);
    Some(found)
}

/// `+0.02/-0.01`, `+0.05 0`, `0/-0.02`, `-0.01 +0.02`: two deviations, each with its sign unless it is nought.
fn deviations(middle: Number, tokens: &[Token]) -> Option<Tolerance> {
    let mut ends = Vec::new();
    let mut parted = false;
    let mut at = 0;
    while at < tokens.len() {
        let (sign, number, length) = match &tokens[at..] {
            [Token::Plus, Token::Number(number), ..] => (1, *number, 2),
            [Token::Minus, Token::Number(number), ..] => (-1, *number, 2),
            [Token::Number(number), ..] if number.is_zero() => (1, *number, 1),
            [Token::Slash | Token::Comma, ..] if ends.len() == 1 && !parted => {
                parted = true;
                at += 1;
                continue;
            }
            _ => return None,
        };
        ends.push(if sign < 0 { -number } else { number });
        at += length;
    }
    let [one, other] = ends[..] else { return None };
    // `20-25-30` is no deviation.
    if !parted && (one.is_sign_negative() == other.is_sign_negative()) && !one.is_zero() && !other.is_zero() {
        return None;
    }
    let (low, high) = (one.min(other), one.max(other));
    let mut found = limits(Some(middle.checked_add(low)?), Some(middle.checked_add(high)?));
    found.nominal = Some(middle);
    Some(found)
}

/// `Ra 1.6`: a roughness stands for at most.
fn bare(tokens: &[Token], words: &[String]) -> Option<Tolerance> {
    let roughness = words.iter().any(|word| word == "Ra" || word == "Rz");
    match tokens {
        [Token::Number(high)] if roughness => {
            let mut found = limits(None, Some(*high));
            found.is_guess = true;
            Some(found)
        }
        _ => None,
    }
}

impl Tolerance {
    /// As the language writes limits.
    pub(crate) fn written(&self) -> String {
        let unit = self.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
        match (self.middle, self.lower, self.upper) {
            (Some((middle, width)), ..) => format!("{middle} ± {width}{unit}"),
            (_, Some(lower), Some(upper)) => format!("{lower} to {upper}{unit}"),
            (_, Some(lower), None) => format!("at least {lower}{unit}"),
            (_, None, Some(upper)) => format!("at most {upper}{unit}"),
            (_, None, None) => String::new(),
        }
    }

    /// A target of its own, when the limits do not say it already and it lies between them.
    pub(crate) fn target(&self) -> Option<Number> {
        let nominal = self.nominal.filter(|_| self.middle.is_none())?;
        let inside = self.lower.is_none_or(|lower| lower <= nominal) && self.upper.is_none_or(|upper| nominal <= upper);
        inside.then_some(nominal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits_of(text: &str) -> Option<String> {
        read(text, None, None).map(|found| {
            let guess = if found.is_guess { " ?" } else { "" };
            format!("{}{guess}", found.written())
        })
    }

    #[test]
    fn limits_are_read_as_drawings_write_them() {
        let mut wrong = Vec::new();
        for (text, meant) in [
            ("25±0.05", "25 ± 0.05"),
            ("25 ± 0.05 mm", "25 ± 0.05 mm"),
            ("25mm±0.05mm", "25 ± 0.05 mm"),
            ("２５±０.０５", "25 ± 0.05"),
            ("25+/-0.05", "25 ± 0.05"),
            ("24.95~25.05", "24.95 to 25.05"),
            ("24.95～25.05mm", "24.95 to 25.05 mm"),
            ("24.95-25.05", "24.95 to 25.05"),
            ("24.95 – 25.05 mm", "24.95 to 25.05 mm"),
            ("24.95 to 25.05", "24.95 to 25.05"),
            ("24.95至25.05毫米", "24.95 to 25.05 mm"),
            ("[24.95, 25.05]", "24.95 to 25.05"),
            ("24.95..25.05", "24.95 to 25.05"),
            ("≥40", "at least 40"),
            (">= 40 N", "at least 40 N"),
            (">40", "at least 40 ?"),
            ("≤0.8", "at most 0.8"),
            ("<0.8 mm", "at most 0.8 mm ?"),
            ("Max. 0.8", "at most 0.8"),
            ("0.8 max", "at most 0.8"),
            ("40以上", "at least 40"),
            ("0.05mm以内", "at most 0.05 mm"),
            ("不大于0.8", "at most 0.8"),
            ("≥10 ≤20", "10 to 20"),
            ("10≤x≤20", "10 to 20"),
            ("Ø25 +0.02/-0.01", "24.99 to 25.02"),
            ("Φ25+0.02\n-0.01", "24.99 to 25.02"),
            ("25 (+0.02/-0.01) mm", "24.99 to 25.02 mm"),
            ("25 0/-0.02", "24.98 to 25"),
            ("25+0.05 0", "25 to 25.05"),
            ("25 -0.01/-0.03", "24.97 to 24.99"),
            ("25 (24.9-25.1)", "24.9 to 25.1"),
            ("-5~10℃", "-5 to 10 °C"),
            ("-20 ~ -10", "-20 to -10"),
            ("45°±1°", "45 ± 1 °"),
            ("Ra≤1.6", "at most 1.6"),
            ("Ra 1.6", "at most 1.6 ?"),
            ("HRC58-62", "58 to 62 HRC"),
            ("58~62HRC", "58 to 62 HRC"),
            ("25,0±0,05", "25.0 ± 0.05 ?"),
            ("≥95%", "at least 95 %"),
            ("R5±0.1", "5 ± 0.1"),
            ("40 N·m ± 2 N·m", "40 ± 2 N·m"),
            ("0.4-0.6MPa", "0.4 to 0.6 MPa"),
            (".5±.1", "0.5 ± 0.1"),
        ] {
            let found = limits_of(text);
            if found.as_deref() != Some(meant) {
                wrong.push(format!("{text}: {found:?}, meant {meant}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for text in [
            "",
            "25",
            "25-0.05",
            "25+0.05",
            "1,000±5",
            "40 min",
            "26~25",
            "M8 6g",
            "no scratches",
            "25±",
            "±0.05",
            "10 mm ± 1 kg",
            "3 x 45",
            "20-25-30",
            "1.2.3",
            "OK/NG",
            "≥",
            "25 ± 0.05 or 26 ± 0.05",
        ] {
            assert_eq!(limits_of(text), None, "{text}");
        }
    }

    #[test]
    fn words_that_are_no_limits_are_kept() {
        let found = read("25±0.05 all round", None, Some("mm")).map(|found| (found.written(), found.rest));
        assert_eq!(
            found,
            Some(("25 ± 0.05 mm".to_owned(), vec!["all".to_owned(), "round".to_owned()]))
        );
        assert_eq!(
            read("±0.05", Some(Number::from(25)), None)
                .map(|found| found.written())
                .as_deref(),
            Some("25 ± 0.05")
        );
        assert_eq!(number("Ø25"), None, "a sign of a drawing is no number");
        assert_eq!(number("-3 mm"), Some(Number::from(-3)));
    }
}
