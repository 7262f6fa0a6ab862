//! Units of measure of the floor, after UCUM (Unified Code for Units of Measure).
//!
//! Nothing is ever converted: two units are the same or they are not. Units of time make durations, not quantities.

use crate::problem::nearest;

/// A unit as people write it and as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// UCUM code: what a quantity carries.
    pub code: &'static str,
    /// What people see.
    pub symbol: &'static str,
    /// What people may also write.
    pub spellings: &'static [&'static str],
}

const fn unit(code: &'static str, symbol: &'static str, spellings: &'static [&'static str]) -> Unit {
    Unit {
        code,
        symbol,
        spellings,
    }
}

/// All units that a quantity can have.
pub const UNITS: &[Unit] = &[
    // Length, area, volume.
    unit("m", "m", &["metre", "metres", "meter", "meters", "米"]),
    unit("dm", "dm", &[]),
    unit("cm", "cm", &["centimetre", "centimeter", "厘米"]),
    unit("mm", "mm", &["millimetre", "millimeter", "毫米"]),
    unit("um", "µm", &["μm", "微米"]),
    unit("nm", "nm", &[]),
    unit("km", "km", &[]),
    unit("[in_i]", "in", &["inch", "inches"]),
    unit("[ft_i]", "ft", &["feet", "foot"]),
    unit("m2", "m²", &[]),
    unit("cm2", "cm²", &[]),
    unit("mm2", "mm²", &[]),
    unit("m3", "m³", &[]),
    unit("cm3", "cm³", &["ccm"]),
    unit("l", "l", &["L", "litre", "litres", "liter", "liters", "升"]),
    unit("ml", "ml", &["mL", "毫升"]),
    unit("ul", "µl", &["μl", "µL"]),
    // Mass, force, torque, pressure.
    unit("t", "t", &["吨"]),
    unit("kg", "kg", &["kilogram", "公斤", "千克"]),
    unit("g", "g", &["gram", "grams", "克"]),
    unit("mg", "mg", &[]),
    unit("ug", "µg", &["μg"]),
    unit("[lb_av]", "lb", &["lbs"]),
    unit("[oz_av]", "oz", &[]),
    unit("N", "N", &["newton", "牛"]),
    unit("kN", "kN", &[]),
    unit("mN", "mN", &[]),
    unit("N.m", "N·m", &["Nm"]),
    unit("N.cm", "N·cm", &["Ncm"]),
    unit("kN.m", "kN·m", &["kNm"]),
    unit("N/mm2", "N/mm²", &[]),
    unit("N/mm", "N/mm", &[]),
    unit("Pa", "Pa", &[]),
    unit("hPa", "hPa", &[]),
    unit("kPa", "kPa", &[]),
    unit("MPa", "MPa", &["兆帕"]),
    unit("bar", "bar", &["巴"]),
    unit("mbar", "mbar", &[]),
    unit("[psi]", "psi", &[]),
    // Temperature and humidity.
    unit("Cel", "°C", &["degC", "℃", "摄氏度"]),
    unit("[degF]", "°F", &["degF", "℉"]),
    unit("K", "K", &[]),
    // Electricity and energy.
    unit("V", "V", &["伏"]),
    unit("mV", "mV", &[]),
    unit("kV", "kV", &[]),
    unit("A", "A", &["安"]),
    unit("mA", "mA", &[]),
    unit("uA", "µA", &["μA"]),
    unit("Ohm", "Ω", &["Ω", "ohm", "ohms", "欧"]),
    unit("kOhm", "kΩ", &["kΩ"]),
    unit("MOhm", "MΩ", &["MΩ"]),
    unit("F", "F", &[]),
    unit("uF", "µF", &["μF"]),
    unit("nF", "nF", &[]),
    unit("W", "W", &["瓦"]),
    unit("kW", "kW", &["千瓦"]),
    unit("MW", "MW", &[]),
    unit("J", "J", &[]),
    unit("kJ", "kJ", &[]),
    unit("W.h", "Wh", &[]),
    unit("kW.h", "kWh", &["度电"]),
    // Movement.
    unit("Hz", "Hz", &["赫兹"]),
    unit("kHz", "kHz", &[]),
    unit("MHz", "MHz", &[]),
    unit("GHz", "GHz", &[]),
    unit("{rpm}", "rpm", &["r/min", "1/min", "U/min", "转/分"]),
    unit("m/s", "m/s", &[]),
    unit("mm/s", "mm/s", &[]),
    unit("m/min", "m/min", &[]),
    unit("mm/min", "mm/min", &[]),
    unit("km/h", "km/h", &[]),
    unit("m/s2", "m/s²", &[]),
    unit("l/min", "l/min", &["L/min"]),
    unit("l/h", "l/h", &["L/h"]),
    unit("m3/h", "m³/h", &[]),
    unit("kg/h", "kg/h", &[]),
    unit("deg", "°", &["degree", "degrees", "度"]),
    unit("rad", "rad", &[]),
    // Surface, hardness, light, sound, liquids.
    unit("[HRC]", "HRC", &[]),
    unit("[HB]", "HB", &["HBW"]),
    unit("[HV]", "HV", &[]),
    unit("dB", "dB", &[]),
    unit("lx", "lx", &[]),
    unit("[pH]", "pH", &[]),
    unit("g/l", "g/l", &["g/L"]),
    unit("mg/l", "mg/l", &["mg/L"]),
    unit("g/cm3", "g/cm³", &[]),
    unit("kg/m3", "kg/m³", &[]),
    unit("mPa.s", "mPa·s", &["mPas"]),
    // Shares and counts.
    unit("%", "%", &["percent", "％"]),
    unit("[ppth]", "‰", &[]),
    unit("[ppm]", "ppm", &[]),
    unit("{pcs}", "pcs", &["pc", "piece", "pieces", "件", "个"]),
    unit("{parts}", "parts", &["part"]),
    unit("{cycles}", "cycles", &["cycle"]),
    unit("{pcs}/h", "pcs/h", &["件/小时"]),
    unit("{turns}", "turns", &["turn", "rev"]),
];

/// A unit of time with its length in nanoseconds; months have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeUnit {
    Nanos(i128),
    Months(i64),
}

const SECOND: i128 = 1_000_000_000;

const TIME_UNITS: &[(TimeUnit, &[&str])] = &[
    (
        TimeUnit::Nanos(1_000_000),
        &["ms", "millisecond", "milliseconds", "毫秒"],
    ),
    (
        TimeUnit::Nanos(SECOND),
        &["s", "sec", "secs", "second", "seconds", "秒", "秒钟"],
    ),
    (
        TimeUnit::Nanos(60 * SECOND),
        &["min", "mins", "minute", "minutes", "分钟", "分"],
    ),
    (
        TimeUnit::Nanos(3600 * SECOND),
        &["h", "hr", "hrs", "hour", "hours", "小时", "个小时"],
    ),
    (TimeUnit::Nanos(86_400 * SECOND), &["d", "day", "days", "天", "日"]),
    (
        TimeUnit::Nanos(7 * 86_400 * SECOND),
        &["week", "weeks", "wk", "周", "星期"],
    ),
    (TimeUnit::Months(1), &["month", "months", "个月"]),
    (TimeUnit::Months(12), &["year", "years", "年"]),
];

/// What a word behind a number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    Of(&'static Unit),
    Time(TimeUnit),
}

/// The unit that people write like this; case matters where it does in UCUM (`mW`, `MW`).
pub fn find(written: &str) -> Option<&'static Unit> {
    UNITS
        .iter()
        .find(|u| u.code == written || u.symbol == written || u.spellings.contains(&written))
}

/// The unit with this UCUM code.
pub fn by_code(code: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|u| u.code == code)
}

/// What people see for a UCUM code; a code that is not in the table shows as it is.
pub fn symbol(code: &str) -> &str {
    by_code(code).map_or(code, |unit| unit.symbol)
}

/// Whether this is a unit of time (`min`, `hours`, `天`).
pub fn is_time_unit(written: &str) -> bool {
    time_unit(written).is_some()
}

/// Known units that look like what was written, nearest first.
pub fn near(written: &str) -> Vec<String> {
    let same_but_case = |known: &&str| known.eq_ignore_ascii_case(written);
    let names = || {
        let units = UNITS
            .iter()
            .flat_map(|u| std::iter::once(u.symbol).chain(u.spellings.iter().copied()));
        units.chain(TIME_UNITS.iter().flat_map(|(_, words)| words.iter().copied()))
    };
    let mut found: Vec<String> = names().filter(same_but_case).map(str::to_string).collect();
    for name in nearest(written, names().filter(|name| name.len() > 1)) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found.truncate(3);
    found
}

pub(crate) fn time_unit(written: &str) -> Option<TimeUnit> {
    TIME_UNITS
        .iter()
        .find(|(_, words)| words.contains(&written))
        .map(|(unit, _)| *unit)
}

pub(crate) fn measure(written: &str) -> Option<Measure> {
    time_unit(written)
        .map(Measure::Time)
        .or_else(|| find(written).map(Measure::Of))
}

/// What can be part of a unit: letters, and the signs that units have.
pub(crate) fn is_unit_start(c: char) -> bool {
    c.is_alphabetic() || "°%‰℃℉％".contains(c)
}

/// No unit is written with more.
const SPELLING_CHARS_MAX: usize = 16;

/// The longest known unit at the beginning of the text, or, when none is known there, the length of the word.
pub(crate) fn scan(text: &str) -> (Option<Measure>, usize) {
    let inside = |c: char| c.is_alphanumeric() || "°%‰℃℉％·./²³".contains(c);
    let longest = text
        .char_indices()
        .nth(SPELLING_CHARS_MAX)
        .map_or(text.len(), |(at, _)| at);
    let end = text[..longest].find(|c| !inside(c)).unwrap_or(longest);
    let word_end = text
        .find(|c: char| !(c.is_alphanumeric() || "°%‰℃℉％·²³_".contains(c)))
        .unwrap_or(text.len());
    let mut cut = end;
    while cut > 0 {
        // A unit ends where no letter or digit goes on.
        let ends = !text[cut..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if ends && let Some(measure) = measure(&text[..cut]) {
            return (Some(measure), cut);
        }
        cut = text[..cut].char_indices().next_back().map_or(0, |(at, _)| at);
    }
    (None, word_end)
}
