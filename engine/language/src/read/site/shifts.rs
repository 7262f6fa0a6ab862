//! `shifts:` and `days_off:`: when people work.

use expression::Date;

use super::named::{self, List, Named};
use crate::catalogue as c;
use crate::keywords::{self, Pair, WEEKDAYS};
use crate::limits;
use crate::model::{Break, DAY_MIN, DaysOff, MinuteOfDay, Shift, Span, Weekdays};
use crate::read::keys::{Key, Shape, key, required};
use crate::read::spelled_out::time_meant;
use crate::read::{Reader, Report};
use crate::tree::NodeId;

/// Days of the week, as `days` has them everywhere.
pub(crate) const DAYS: Key = key(
    "days",
    Shape::Words,
    "`mon-fri`, `[mon, wed]`, `every day`; every day when it is not written.",
);

pub(super) const SHIFT: &[Key] = &[
    required("shift", Shape::Word, "What the shift is called."),
    key(
        "id",
        Shape::Id,
        "Name of the shift; follows from the words when it is not written.",
    ),
    DAYS,
    required("from", Shape::Word, "When it begins: `\"06:00\"`.").called("从"),
    required(
        "to",
        Shape::Word,
        "When it ends: `\"14:00\"`; on the next day when that is not after its beginning.",
    )
    .called("到"),
    key("breaks", Shape::Words, "When nobody works: `[\"09:00-09:15\"]`."),
];

const LIST: List = List {
    key: "shifts",
    word: "shift",
    keys: SHIFT,
    example: "Early",
};

pub(super) fn read(reader: &mut Reader<'_>, node: NodeId) -> Vec<Shift> {
    let shifts = named::each(reader, node, &LIST, shift);
    if shifts.len() > limits::SHIFTS_MAX {
        let max = limits::SHIFTS_MAX.to_string();
        let report = Report::new(c::TOO_MANY_OF_SITE, reader.head(node)).arg("list", "shifts");
        reader.push(report.arg("max", max));
    }
    shifts
}

fn shift(reader: &mut Reader<'_>, named: &Named) -> Option<Shift> {
    let days = named.keys.get("days").map(|node| reader.weekdays(node));
    let from = named.need(reader, "from", "\"06:00\"");
    let to = named.need(reader, "to", "\"14:00\"");
    let from_min = from.and_then(|node| reader.time_of_day(node, "from"))?;
    let to = to?;
    let to_min = reader.time_of_day(to, "to")?;
    if from_min == to_min {
        reader.push(Report::new(c::SHIFT_WITHOUT_TIME, reader.span(to)));
        return None;
    }
    let mut shift = Shift {
        id: named.id.clone(),
        title: named.title.clone(),
        days: days.unwrap_or(Weekdays::ALL),
        from_min,
        to_min,
        breaks: Vec::new(),
    };
    if let Some(node) = named.keys.get("breaks") {
        shift.breaks = breaks(reader, node, &shift);
    }
    Some(shift)
}

fn breaks(reader: &mut Reader<'_>, node: NodeId, shift: &Shift) -> Vec<Break> {
    let mut found: Vec<(Break, Span)> = Vec::new();
    for node in reader.one_or_more(node) {
        let Some((from_min, to_min)) = break_times(reader, node) else {
            continue;
        };
        let next_day = |minute: MinuteOfDay, not_before| if minute < not_before { minute + DAY_MIN } else { minute };
        let from_min = next_day(from_min, shift.from_min);
        let to_min = next_day(to_min, from_min);
        let span = reader.span(node);
        let one = Break { from_min, to_min };
        let apart = |(other, _): &(Break, Span)| one.to_min <= other.from_min || other.to_min <= one.from_min;
        if from_min >= to_min || to_min > shift.end_min() || !found.iter().all(apart) {
            let text = reader.tree.scalar(node).unwrap_or_default().trim().to_owned();
            reader.push(Report::new(c::BREAK_OUTSIDE, span).arg("found", text));
            continue;
        }
        found.push((one, span));
    }
    found.sort_by_key(|(one, _)| one.from_min);
    if found.len() > limits::BREAKS_PER_SHIFT_MAX {
        let max = limits::BREAKS_PER_SHIFT_MAX.to_string();
        let report = Report::new(c::TOO_MANY_OF_SITE, reader.head(node)).arg("list", "breaks");
        reader.push(report.arg("max", max));
    }
    found.into_iter().map(|(one, _)| one).collect()
}

/// `09:00-09:15`
fn break_times(reader: &mut Reader<'_>, node: NodeId) -> Option<(MinuteOfDay, MinuteOfDay)> {
    let text = reader.words(node, "breaks")?;
    let times = text.split_once('-');
    if let Some(found) = times.and_then(|(from, to)| Some((minute(from.trim())?, minute(to.trim())?))) {
        return Some(found);
    }
    let mut report = Report::new(c::BREAK_EXPECTED, reader.span(node)).arg("found", text.as_str());
    let separators = ["-", "–", "—", "~", "～", " to ", " bis ", "到", "至"];
    let parts = separators.iter().find_map(|separator| text.split_once(separator));
    if let Some((from, to)) = parts.and_then(|(from, to)| Some((minute_meant(from)?, minute_meant(to)?))) {
        let meant = format!("{}-{}", clock(from), clock(to));
        report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, &meant));
    }
    reader.push(report);
    None
}

/// `06:00`; `24:00` is the end of the day.
fn minute(text: &str) -> Option<MinuteOfDay> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    let (hour, minute): (MinuteOfDay, MinuteOfDay) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY_MIN).then_some(total)
}

/// `6:00`, `6.30`, `0600`, `6`, `6 Uhr`, `早上6点`.
fn minute_meant(text: &str) -> Option<MinuteOfDay> {
    let text = text.trim().replace(['：', '.', 'h', '点'], ":");
    let text = text.trim().trim_end_matches(':');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let padded = match (digits, text.split_once(':')) {
        (true, _) if text.len() <= 2 => format!("{text:0>2}:00"),
        (true, _) if text.len() <= 4 => format!("{:0>2}:{}", &text[..text.len() - 2], &text[text.len() - 2..]),
        (_, Some((hour, minute))) => format!("{hour:0>2}:{:0>2}", minute.split(':').next().unwrap_or_default()),
        _ => String::new(),
    };
    minute(&padded)
}

fn clock(minute: MinuteOfDay) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

pub(super) fn days_off(reader: &mut Reader<'_>, node: NodeId) -> Vec<DaysOff> {
    let nodes = reader.one_or_more(node);
    if nodes.len() > limits::DAYS_OFF_MAX {
        let max = limits::DAYS_OFF_MAX.to_string();
        let report = Report::new(c::TOO_MANY_OF_SITE, reader.head(node)).arg("list", "days_off");
        reader.push(report.arg("max", max));
    }
    nodes.into_iter().filter_map(|node| days_off_of(reader, node)).collect()
}

/// `2026-10-01` or `2026-10-01 to 2026-10-07`
fn days_off_of(reader: &mut Reader<'_>, node: NodeId) -> Option<DaysOff> {
    let text = reader.words(node, "days_off")?;
    let (from, to) = match [keywords::TO.0, keywords::TO.1]
        .iter()
        .find_map(|word| text.split_once(word))
    {
        Some((from, to)) => {
            let whole = reader.tree.scalar(node).unwrap_or_default();
            let start = whole.find(&text).unwrap_or(0) + from.len();
            let end = start + (text.len() - from.len() - to.len());
            reader.speak_inside(node, start, end, keywords::TO);
            (from.trim(), to.trim())
        }
        None => (text.as_str(), text.as_str()),
    };
    let days = Date::parse(from).zip(Date::parse(to));
    if let Some((from, to)) = days.filter(|(from, to)| from <= to) {
        return Some(DaysOff { from, to });
    }
    let mut report = Report::new(c::DAY_OFF_EXPECTED, reader.span(node)).arg("found", text.as_str());
    if let Some((from, to)) = days {
        let word = if text.contains(keywords::TO.1) {
            keywords::TO.1
        } else {
            keywords::TO.0
        };
        report = report.edits(
            reader
                .tree
                .replace_inside(node, 0, usize::MAX, &format!("{to} {word} {from}")),
        );
    } else if let Some(day) = day_meant(&text) {
        report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, &day));
    }
    reader.push(report);
    None
}

/// `2026/10/1`, `2026.10.1`, `1.10.2026`, `2026年10月1日`
fn day_meant(text: &str) -> Option<String> {
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let [one, two, three] = parts[..] else { return None };
    let day = match (one.len(), three.len()) {
        (4, _) => format!("{one}-{two:0>2}-{three:0>2}"),
        // 1.10.2026 is said in one way only; 1/10/2026 in two.
        (_, 4) if text.contains('.') => format!("{three}-{two:0>2}-{one:0>2}"),
        _ => return None,
    };
    Date::parse(&day).map(|day| day.to_string())
}

impl Reader<'_> {
    /// `"06:00"`
    pub(crate) fn time_of_day(&mut self, node: NodeId, what: &str) -> Option<MinuteOfDay> {
        let text = self.words(node, what)?;
        if let Some(minute) = minute(&text) {
            return Some(minute);
        }
        let mut report = Report::new(c::TIME_OF_DAY_EXPECTED, self.span(node))
            .arg("what", what)
            .arg("found", text.as_str());
        let meant = minute_meant(&text).or_else(|| minute(&time_meant(&text)?));
        if let Some(meant) = meant {
            report = report.edits(self.tree.replace_inside(node, 0, usize::MAX, &clock(meant)));
        }
        self.push(report.expected(["06:00", "14:30"]));
        None
    }

    /// `mon-fri`, `[mon, wed]`, `every day`; all of them when it cannot be read.
    pub(crate) fn weekdays(&mut self, node: NodeId) -> Weekdays {
        let mut days = Weekdays::default();
        for node in self.one_or_more(node) {
            let Some(text) = self.words(node, "days") else {
                return Weekdays::ALL;
            };
            match self.days_of(node, &text) {
                Some(more) => days = Weekdays(days.0 | more.0),
                None => {
                    let mut report = Report::new(c::DAYS_EXPECTED, self.span(node)).arg("found", text.as_str());
                    if let Some(meant) = days_meant(&text) {
                        report = report.edits(self.tree.replace_inside(node, 0, usize::MAX, &meant));
                    }
                    let chinese = self.keywords == crate::Keywords::Zh;
                    let known = if chinese {
                        ["周一-周五", "周六", "每天"]
                    } else {
                        ["mon-fri", "sat", "every day"]
                    };
                    self.push(report.expected(known));
                    days = Weekdays::ALL;
                }
            }
        }
        days
    }

    fn days_of(&mut self, node: NodeId, text: &str) -> Option<Weekdays> {
        let whole = self.tree.scalar(node).unwrap_or_default();
        let offset = whole.find(text).unwrap_or(0);
        if let Some(pair) = keywords::literal(text, keywords::EVERY_DAY) {
            self.speak_inside(node, offset, offset + text.len(), pair);
            return Some(Weekdays::ALL);
        }
        let parts: Vec<&str> = text.split('-').collect();
        if parts.len() > 2 {
            return None;
        }
        let mut numbers = Vec::new();
        let mut found: Vec<(usize, usize, Pair)> = Vec::new();
        let mut at = offset;
        for part in &parts {
            let word = part.trim();
            let number = WEEKDAYS.iter().position(|pair| pair.0 == word || pair.1 == word)?;
            let start = at + (part.len() - part.trim_start().len());
            found.push((start, start + word.len(), WEEKDAYS[number]));
            numbers.push(number as u8 + 1);
            at += part.len() + 1;
        }
        for (start, end, pair) in found {
            self.speak_inside(node, start, end, pair);
        }
        let (first, last) = (*numbers.first()?, *numbers.last()?);
        let mut days = Weekdays::default().with(first);
        let mut day = first;
        // `sat-mon` goes over the end of the week.
        while day != last {
            day = day % 7 + 1;
            days = days.with(day);
        }
        Some(days)
    }
}

/// `Monday to Friday`, `Mo-Fr`, `星期一到星期五`, `weekdays`.
fn days_meant(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    match text.as_str() {
        "weekdays" | "week days" | "workdays" | "working days" | "werktags" => return Some("mon-fri".into()),
        "工作日" => return Some("周一-周五".into()),
        "daily" | "all" | "all days" | "everyday" | "always" | "täglich" => return Some("every day".into()),
        "天天" | "每日" | "全部" => return Some("每天".into()),
        _ => {}
    }
    let mut text = text.replace(" to ", "-").replace(" bis ", "-");
    text = text
        .replace(['–', '—', '~', '～', '到', '至'], "-")
        .replace(['。', '.'], "");
    let parts: Option<Vec<&str>> = text.split('-').map(|part| weekday_meant(part.trim())).collect();
    let parts = parts?;
    (parts.len() <= 2).then(|| parts.join("-"))
}

fn weekday_meant(text: &str) -> Option<&'static str> {
    const GERMAN: [&str; 7] = ["mo", "di", "mi", "do", "fr", "sa", "so"];
    const ENGLISH: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    const CHINESE: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    if let Some(rest) = ["星期", "礼拜", "周"].iter().find_map(|start| text.strip_prefix(start)) {
        let rest = if rest == "天" { "日" } else { rest };
        let at = CHINESE.iter().position(|day| *day == rest)?;
        return Some(WEEKDAYS[at].1);
    }
    let english = |day: &str| text.len() >= 2 && day.starts_with(text) && text != "t" && text != "s";
    let at = ENGLISH.iter().position(|day| english(day));
    let at = at.or_else(|| GERMAN.iter().position(|day| *day == text))?;
    Some(WEEKDAYS[at].0)
}
