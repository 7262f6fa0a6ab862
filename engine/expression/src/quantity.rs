//! Numbers with units, limits and durations as people write them.

use std::sync::Arc;

use crate::messages::Code;
use crate::temporal::{Duration, YearMonths, duration_iso};
use crate::units::{self, Measure, TimeUnit, Unit};
use crate::{Limits, Number, Problem, Span};

/// Words between two limits, and in front of one, in the languages of the floor.
const TO: &[&str] = &["to", "bis", "到", "至", "–", "—", "~", "～", "…", ".."];
const AT_LEAST: &[&str] = &["at least", "min", "mindestens", "至少", "不小于", ">=", "≥"];
const AT_MOST: &[&str] = &["at most", "max", "höchstens", "至多", "最多", "不大于", "<=", "≤"];
const PLUS_MINUS: &[&str] = &["±", "+/-", "+-"];

/// Limits with their unit and where their parts stand in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenLimits {
    /// The limits; for `25 ± 0.05 mm` the two ends.
    pub limits: Limits,
    /// UCUM code of the unit, when one is written.
    pub unit: Option<Arc<str>>,
    /// The middle of `25 ± 0.05 mm`.
    pub target: Option<Number>,
    /// Where the lower limit, or what it comes from, is written.
    pub lower_span: Option<Span>,
    /// Where the upper limit, or what it comes from, is written.
    pub upper_span: Option<Span>,
    /// Where the unit is written.
    pub unit_span: Option<Span>,
}

/// `25.05 mm`, `25.05`, `-3 °C`: a number and the UCUM code of its unit. A unit of time is none of a quantity.
pub fn parse_quantity(text: &str) -> Result<(Number, Option<Arc<str>>), Problem> {
    let bad = || Problem::new(Code::BadQuantity, Span::new(0, text.len()), &[text.trim(), "25.05 mm"]);
    let mut reader = Reader { text, at: 0 };
    let (number, _) = reader.number().ok_or_else(bad)?;
    let unit = reader.unit()?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(bad());
    }
    Ok((number, unit.map(|(unit, _)| Arc::from(unit.code))))
}

/// `24.95 to 25.05 mm`, `at least 5 N`, `at most 3 bar`, `25 ± 0.05 mm`, `24.95 到 25.05 mm`, `至少 5 N`, `至多 3 bar`.
pub fn parse_limits(text: &str) -> Result<WrittenLimits, Problem> {
    let whole = Span::new(0, text.len());
    let bad = || Problem::new(Code::BadLimits, whole, &[text.trim()]);
    let mut reader = Reader { text, at: 0 };
    let mut found = WrittenLimits {
        limits: Limits::default(),
        unit: None,
        target: None,
        lower_span: None,
        upper_span: None,
        unit_span: None,
    };
    let mut units = Vec::new();
    let at_least = reader.word(AT_LEAST);
    let at_most = !at_least && reader.word(AT_MOST);
    let (first, first_span) = reader.number().ok_or_else(bad)?;
    units.extend(reader.unit()?);
    if at_least {
        (found.limits.lower, found.lower_span) = (Some(first), Some(first_span));
    } else if at_most {
        (found.limits.upper, found.upper_span) = (Some(first), Some(first_span));
    } else if reader.word(PLUS_MINUS) {
        let (width, width_span) = reader.number().ok_or_else(bad)?;
        units.extend(reader.unit()?);
        let span = first_span.to(width_span);
        let ends = first
            .checked_sub(width.abs())
            .zip(first.checked_add(width.abs()))
            .ok_or_else(bad)?;
        found.limits = Limits {
            lower: Some(ends.0),
            upper: Some(ends.1),
        };
        found.target = Some(first);
        (found.lower_span, found.upper_span) = (Some(span), Some(span));
    } else if reader.word(TO) {
        let (second, second_span) = reader.number().ok_or_else(bad)?;
        units.extend(reader.unit()?);
        if first > second {
            let words = [first.to_string(), second.to_string()];
            let problem = Problem::new(Code::LimitsCrossed, first_span.to(second_span), &[&words[0], &words[1]]);
            return Err(problem.fix(format!(
                "{}{}{}",
                words[1],
                &text[first_span.end..second_span.start],
                words[0]
            )));
        }
        found.limits = Limits {
            lower: Some(first),
            upper: Some(second),
        };
        (found.lower_span, found.upper_span) = (Some(first_span), Some(second_span));
    } else {
        return Err(bad());
    }
    reader.blanks();
    if reader.at < text.len() {
        return Err(bad());
    }
    if let [(one, _), (other, span)] = units[..]
        && one != other
    {
        return Err(Problem::new(Code::UnitMismatch, span, &[one.symbol, other.symbol]).fix(one.symbol));
    }
    if let Some((unit, span)) = units.last() {
        (found.unit, found.unit_span) = (Some(Arc::from(unit.code)), Some(*span));
    }
    Ok(found)
}

/// `20 min`, `3 h`, `2 days`, `90 s`, `1 h 30 min`, `1 week`, `PT20M`, `20 分钟`. Months and years have no fixed length.
pub fn parse_duration(text: &str) -> Result<Duration, Problem> {
    let whole = Span::new(0, text.len());
    if let Some(duration) = duration_iso(text.trim()) {
        return Ok(duration);
    }
    let mut reader = Reader { text, at: 0 };
    match reader.duration() {
        Some(Length::Time(duration)) if text[reader.at..].trim().is_empty() => Ok(duration),
        _ => {
            let near = text
                .trim()
                .trim_start_matches(|c: char| c.is_ascii_digit() || " .-".contains(c));
            let problem = Problem::new(Code::BadDuration, whole, &[text.trim()]);
            let words: Vec<String> = units::near(near)
                .into_iter()
                .filter(|word| units::is_time_unit(word))
                .collect();
            Err(problem.expected(words))
        }
    }
}

/// A length of time as written: exact, or in months.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Length {
    Time(Duration),
    Months(YearMonths),
}

/// Adds `number` of that unit of time; `None` when months are not whole or it does not fit.
pub(crate) fn length_of(number: Number, unit: TimeUnit) -> Option<Length> {
    match unit {
        TimeUnit::Months(months) => {
            let total = number.checked_mul(Number::from(months))?.normalize();
            if total.scale() != 0 {
                return None;
            }
            Some(Length::Months(YearMonths::within(
                i64::try_from(total.mantissa()).ok()?,
            )?))
        }
        TimeUnit::Nanos(nanos) => {
            let number = number.normalize();
            let parts = number.mantissa().checked_mul(nanos)?;
            let scale = 10_i128.checked_pow(number.scale())?;
            Some(Length::Time(Duration::within(parts / scale)?))
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn number(&mut self) -> Option<(Number, Span)> {
        self.blanks();
        let rest = &self.text[self.at..];
        let sign = usize::from(rest.starts_with(['-', '+']));
        let digits = rest[sign..]
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len() - sign);
        let mut end = sign + digits;
        if rest[end..].starts_with('.') && rest[end + 1..].starts_with(|c: char| c.is_ascii_digit()) {
            end += 1;
            end += rest[end..]
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len() - end);
        }
        let number = Number::from_str_exact(rest[..end].trim_start_matches('+')).ok()?;
        let span = Span::new(self.at, self.at + end);
        self.at += end;
        Some((number, span))
    }

    /// One of these words; a word of letters must not go on as another one.
    fn word(&mut self, words: &[&str]) -> bool {
        self.blanks();
        let rest = &self.text[self.at..];
        let fits = |word: &&&str| {
            let ascii_word = word.ends_with(|c: char| c.is_ascii_alphabetic());
            rest.starts_with(**word)
                && !(ascii_word && rest[word.len()..].starts_with(|c: char| c.is_ascii_alphabetic()))
        };
        let Some(word) = words.iter().find(fits) else {
            return false;
        };
        self.at += word.len();
        true
    }

    fn unit(&mut self) -> Result<Option<(&'static Unit, Span)>, Problem> {
        self.blanks();
        let rest = &self.text[self.at..];
        let is_other_word = TO
            .iter()
            .any(|word| rest.starts_with(word) && units::scan(rest).0.is_none());
        // `1/min` begins as a number does.
        let is_reciprocal = rest.starts_with("1/") && units::scan(rest).0.is_some();
        if !(rest.starts_with(units::is_unit_start) || is_reciprocal) || is_other_word {
            return Ok(None);
        }
        let (measure, length) = units::scan(rest);
        let span = Span::new(self.at, self.at + length);
        match measure {
            Some(Measure::Of(unit)) => {
                self.at += length;
                Ok(Some((unit, span)))
            }
            Some(Measure::Time(_)) | None => {
                let written = &rest[..length];
                let near = units::near(written);
                let mut problem = Problem::new(Code::UnknownUnit, span, &[written]);
                problem.fix = near.first().cloned();
                Err(problem.expected(near))
            }
        }
    }

    fn duration(&mut self) -> Option<Length> {
        let mut total: Option<Length> = None;
        loop {
            let before = self.at;
            let Some((number, _)) = self.number() else {
                self.at = before;
                return total;
            };
            self.blanks();
            let (Some(Measure::Time(unit)), length) = units::scan(&self.text[self.at..]) else {
                self.at = before;
                return None;
            };
            self.at += length;
            let part = length_of(number, unit)?;
            total = Some(match (total, part) {
                (None, part) => part,
                (Some(Length::Time(a)), Length::Time(b)) => Length::Time(Duration::within(a.0.checked_add(b.0)?)?),
                (Some(Length::Months(a)), Length::Months(b)) => {
                    Length::Months(YearMonths::within(a.0.checked_add(b.0)?)?)
                }
                _ => return None,
            });
            // `20分钟30秒` needs no blanks between the parts.
        }
    }
}
