//! ISO 8601 as XML Schema and FEEL write it: digits are counted, nothing is guessed.

use std::sync::Arc;

use super::{Date, DateTime, Duration, NANOS_PER_SECOND, Time, YearMonths, Zone};

/// Offsets beyond this are no offsets of any place.
const OFFSET_S_MAX: i32 = 18 * 3600;

pub(crate) fn date_strict(text: &str) -> Option<Date> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (rest, day) = digits.rsplit_once('-')?;
    let (year, month) = rest.split_once('-')?;
    let year_fits = (4..=9).contains(&year.len()) && !(year.len() > 4 && year.starts_with('0'));
    if !year_fits {
        return None;
    }
    let year = i32::try_from(number(year)?).ok()?;
    Date::new(
        if negative { -year } else { year },
        two_digits(month)?,
        two_digits(day)?,
    )
}

pub(crate) fn time_strict(text: &str) -> Option<Time> {
    time(text, false).and_then(|(time, next_day)| (!next_day).then_some(time))
}

pub(crate) fn time_lenient(text: &str) -> Option<Time> {
    time(text, true).and_then(|(time, next_day)| (!next_day).then_some(time))
}

pub(crate) fn date_time_strict(text: &str) -> Option<DateTime> {
    date_time(text, false)
}

pub(crate) fn date_time_lenient(text: &str) -> Option<DateTime> {
    date_time(text, true)
}

fn date_time(text: &str, without_seconds: bool) -> Option<DateTime> {
    let (date, rest) = text.split_once('T')?;
    let (time, next_day) = time(rest, without_seconds)?;
    let date = date_strict(date)?;
    let date = if next_day { date.plus_days(1)? } else { date };
    Some(DateTime::new(date, time))
}

/// The time, and whether it was `24:00:00`, which is midnight of the next day.
fn time(text: &str, without_seconds: bool) -> Option<(Time, bool)> {
    let (clock, zone) = split_zone(text)?;
    let mut parts = clock.split(':');
    let hour = two_digits(parts.next()?)?;
    let minute = two_digits(parts.next()?)?;
    let (second, nanosecond) = match parts.next() {
        Some(seconds) => seconds_and_nanos(seconds)?,
        None if without_seconds => (0, 0),
        None => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    if (hour, minute, second, nanosecond) == (24, 0, 0, 0) {
        return Some((Time::new(0, 0, 0, 0, zone)?, true));
    }
    Some((Time::new(hour, minute, second, nanosecond, zone)?, false))
}

fn split_zone(text: &str) -> Option<(&str, Zone)> {
    if let Some((clock, name)) = text.split_once('@') {
        return is_zone_name(name).then(|| (clock, Zone::Named(Arc::from(name))));
    }
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, Zone::Offset(0)));
    }
    let Some(at) = text.find(['+', '-']) else {
        return Some((text, Zone::Local));
    };
    let (clock, offset) = text.split_at(at);
    let mut parts = offset[1..].split(':');
    let hours = i32::from(two_digits(parts.next()?)?);
    let minutes = i32::from(two_digits(parts.next()?)?);
    let seconds = parts.next().map_or(Some(0), two_digits).map(i32::from)?;
    if parts.next().is_some() || minutes > 59 || seconds > 59 {
        return None;
    }
    let offset_s = hours * 3600 + minutes * 60 + seconds;
    if offset_s > OFFSET_S_MAX {
        return None;
    }
    Some((
        clock,
        Zone::Offset(if offset.starts_with('-') { -offset_s } else { offset_s }),
    ))
}

/// The look of an IANA name; whether it exists only the host knows.
fn is_zone_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    name.len() <= 64 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(allowed)
}

fn seconds_and_nanos(text: &str) -> Option<(u8, u32)> {
    match text.split_once('.') {
        None => Some((two_digits(text)?, 0)),
        Some((seconds, fraction)) if !fraction.is_empty() => Some((two_digits(seconds)?, nanos(fraction)?)),
        Some(_) => None,
    }
}

/// Digits behind the point as nanoseconds; what is finer is cut off.
fn nanos(fraction: &str) -> Option<u32> {
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || fraction.len() > 40 {
        return None;
    }
    let mut value = 0;
    for place in 0..9 {
        let digit = fraction.as_bytes().get(place).map_or(0, |b| u32::from(b - b'0'));
        value = value * 10 + digit;
    }
    Some(value)
}

fn two_digits(text: &str) -> Option<u8> {
    (text.len() == 2)
        .then(|| number(text))?
        .and_then(|n| u8::try_from(n).ok())
}

fn number(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 18 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `P1DT2H3M4.5S`, with a minus sign in front or not.
pub(crate) fn duration_iso(text: &str) -> Option<Duration> {
    let (negative, body) = signed(text)?;
    let (days, clock) = match body.split_once('T') {
        Some((_, "")) => return None,
        Some((days, clock)) => (days, clock),
        None => (body, ""),
    };
    let mut nanos_total: i128 = 0;
    if !days.is_empty() {
        nanos_total += i128::from(number(days.strip_suffix('D')?)?) * 86_400 * NANOS_PER_SECOND;
    } else if clock.is_empty() {
        return None;
    }
    let mut rest = clock;
    for (unit, seconds) in [('H', 3600), ('M', 60)] {
        if let Some((count, behind)) = rest.split_once(unit) {
            nanos_total += i128::from(number(count)?) * seconds * NANOS_PER_SECOND;
            rest = behind;
        }
    }
    if !rest.is_empty() {
        let seconds = rest.strip_suffix('S')?;
        let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
        nanos_total += i128::from(number(whole)?) * NANOS_PER_SECOND + i128::from(nanos(fraction)?);
    }
    Duration::within(if negative { -nanos_total } else { nanos_total })
}

/// `P1Y2M`, with a minus sign in front or not.
pub(crate) fn year_months_iso(text: &str) -> Option<YearMonths> {
    let (negative, body) = signed(text)?;
    let (years, rest) = match body.split_once('Y') {
        Some((years, rest)) => (Some(number(years)?), rest),
        None => (None, body),
    };
    let months = match rest.strip_suffix('M') {
        Some(months) => Some(number(months)?),
        None if rest.is_empty() => None,
        None => return None,
    };
    if years.is_none() && months.is_none() {
        return None;
    }
    let total = i64::try_from(years.unwrap_or(0)).ok()?.checked_mul(12)?;
    let total = total.checked_add(i64::try_from(months.unwrap_or(0)).ok()?)?;
    YearMonths::within(if negative { -total } else { total })
}

fn signed(text: &str) -> Option<(bool, &str)> {
    match text.strip_prefix('-') {
        Some(rest) => rest.strip_prefix('P').map(|body| (true, body)),
        None => text.strip_prefix('P').map(|body| (false, body)),
    }
}
