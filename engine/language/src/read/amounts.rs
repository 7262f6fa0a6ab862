//! Yes or no, counts, numbers, durations, and words out of a closed list.

use expression::{Duration, Number};

use super::spelled_out::{duration_meant, number_in_words};
use super::{Reader, Report};
use crate::catalogue as c;
use crate::keywords::{self, Keywords, Pair};
use crate::model::{Site, Stretch};
use crate::tree::NodeId;

const YES: &[&str] = &["yes", "true", "on", "是"];
const NO: &[&str] = &["no", "false", "off", "否"];

/// Whether a text says yes or no, in English or Chinese.
pub(crate) fn as_yes_no(text: &str) -> Option<bool> {
    if YES.contains(&text) {
        return Some(true);
    }
    NO.contains(&text).then_some(false)
}

impl Reader<'_> {
    pub(crate) fn yes_no(&mut self, node: NodeId, what: &str) -> bool {
        let text = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
        if let Some(said) = as_yes_no(&text) {
            self.speak_yes_no(node);
            return said;
        }
        let span = self.head(node);
        let lower = text.to_lowercase();
        let report = Report::new(c::YES_NO_EXPECTED, span)
            .arg("what", what)
            .arg("found", text.as_str())
            .expected(keywords::YES_NO.iter().map(|pair| self.keywords.pick(*pair)));
        let meant = if matches!(
            lower.as_str(),
            "yes" | "y" | "true" | "on" | "1" | "required" | "ja" | "对" | "好" | "可以" | "要"
        ) {
            keywords::YES_NO[0]
        } else {
            keywords::YES_NO[1]
        };
        let chinese = keywords::is_chinese(&text) || self.keywords == Keywords::Zh;
        let meant = if chinese { meant.1 } else { meant.0 };
        let report = if span.start == span.end {
            report
        } else {
            report.replace(span, meant)
        };
        self.push(report);
        false
    }

    /// A whole number between the limits; the nearer limit when it is outside.
    pub(crate) fn count(&mut self, node: NodeId, what: &str, min: u32, max: u32) -> u32 {
        let text = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned();
        let unit = text[digits.len()..].trim();
        let known_unit = matches!(unit, "" | "times" | "time" | "x" | "次");
        self.speak_times(node, &digits, unit);
        match digits.parse::<u32>() {
            Ok(count) if known_unit && (min..=max).contains(&count) => count,
            Ok(count) if known_unit => {
                let span = self.head(node);
                let nearest = count.clamp(min, max);
                let report = Report::new(c::COUNT_OUT_OF_RANGE, span)
                    .arg("what", what)
                    .arg("found", text.as_str())
                    .arg("min", min.to_string())
                    .arg("max", max.to_string());
                self.push(report.replace(span, format!("{nearest}{}", &text[digits.len()..])));
                nearest
            }
            _ => {
                let span = self.head(node);
                let mut report = Report::new(c::COUNT_EXPECTED, span)
                    .arg("what", what)
                    .arg("found", text.as_str());
                if let Some((number, rest)) = number_in_words(&text)
                    && matches!(rest.trim(), "" | "times" | "time" | "x" | "次" | "个" | "samples")
                    && (min..=max).contains(&number)
                {
                    let rest = if rest.trim() == "次" { " 次" } else { "" };
                    report = report.replace(span, format!("{number}{rest}"));
                }
                self.push(report);
                min
            }
        }
    }

    pub(crate) fn number(&mut self, node: NodeId, what: &str) -> Option<Number> {
        let text = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
        match text.parse::<Number>() {
            Ok(number) if !text.contains('_') => Some(number),
            _ => {
                let span = self.head(node);
                let report = Report::new(c::NUMBER_EXPECTED, span)
                    .arg("what", what)
                    .arg("found", text.as_str());
                let comma = text.replacen(',', ".", 1);
                let report = if comma != text && comma.parse::<Number>().is_ok() {
                    report.replace(span, comma)
                } else {
                    report
                };
                self.push(report);
                None
            }
        }
    }

    /// `2 h`, or `2 h working time` by the calendar of the site.
    pub(crate) fn stretch(&mut self, node: NodeId, what: &str) -> Stretch {
        let text = self.tree.scalar(node).unwrap_or_default().to_owned();
        let trimmed = text.trim_end();
        let words = [keywords::WORKING_TIME.0, keywords::WORKING_TIME.1];
        let Some(rest) = words.iter().find_map(|words| trimmed.strip_suffix(words)) else {
            if let Some(meant) = working_time_meant(&text) {
                let report = Report::new(c::DURATION_EXPECTED, self.head(node))
                    .arg("what", what)
                    .arg("found", text.trim());
                self.push(report.edits(self.tree.replace_inside(node, 0, usize::MAX, &meant)));
                return Stretch::OfWork(Duration(0));
            }
            return Stretch::OfClock(self.duration(node, what));
        };
        self.speak_inside(node, rest.len(), trimmed.len(), keywords::WORKING_TIME);
        if self.site.is_some_and(|site| !has_working_time(site)) {
            let span = self.tree.span_inside(node, rest.len(), trimmed.len());
            self.push(Report::new(c::NO_WORKING_TIME, span));
        }
        Stretch::OfWork(self.duration_in(node, rest, what))
    }

    pub(crate) fn duration(&mut self, node: NodeId, what: &str) -> Duration {
        let text = self.tree.scalar(node).unwrap_or_default().to_owned();
        self.duration_in(node, &text, what)
    }

    /// The duration that `text`, the beginning of a node's text, says.
    fn duration_in(&mut self, node: NodeId, text: &str, what: &str) -> Duration {
        let behind = self.tree.scalar(node).unwrap_or_default()[text.trim_end().len()..].to_owned();
        let text = text.to_owned();
        match expression::parse_duration(&text) {
            Ok(duration) if duration.as_ms() >= 0 => duration,
            Ok(_) => {
                let span = self.span(node);
                let report = Report::new(c::DURATION_NEGATIVE, span)
                    .arg("what", what)
                    .arg("found", text.as_str());
                let positive = text.trim().trim_start_matches('-').trim();
                self.push(report.replace(span, format!("{positive}{}", behind.trim_end())));
                Duration(0)
            }
            Err(problem) => {
                let span = self.head(node);
                let mut report = Report::new(c::DURATION_EXPECTED, span)
                    .arg("what", what)
                    .arg("found", text.trim());
                report = report
                    .expected(problem.expected.iter().cloned())
                    .expected(["20 min", "3 h", "2 days"]);
                let number: String = text
                    .trim()
                    .chars()
                    .take_while(|c| c.is_ascii_digit() || *c == '.')
                    .collect();
                let fix = match (number.is_empty(), problem.expected.first()) {
                    _ if duration_meant(&text).is_some() => duration_meant(&text),
                    (false, Some(unit)) => Some(format!("{number} {unit}")),
                    (false, None) if number == text.trim() => Some(format!("{number} min")),
                    _ => None,
                };
                if let Some(fix) = fix {
                    report = report.replace(span, format!("{fix}{}", behind.trim_end()));
                }
                self.push(report);
                Duration(0)
            }
        }
    }

    /// `yes` and `no` are words of the language; `true` and `on` are not.
    pub(crate) fn speak_yes_no(&mut self, node: NodeId) {
        let text = self.tree.scalar(node).unwrap_or_default().trim();
        if let Some(pair) = keywords::literal(text, keywords::YES_NO) {
            self.speak_pair(node, pair);
        }
    }

    /// `3 times`, `3 次`.
    fn speak_times(&mut self, node: NodeId, digits: &str, unit: &str) {
        let text = self.tree.scalar(node).unwrap_or_default();
        let start = text.len() - text.trim_start().len() + digits.len() + 1;
        let fits = (unit == keywords::TIMES.0 || unit == keywords::TIMES.1)
            && text.get(start..start + unit.len()) == Some(unit);
        if fits {
            self.speak_inside(node, start, start + unit.len(), keywords::TIMES);
        }
    }

    /// A word out of a closed list, each with its Chinese form; the English one.
    pub(crate) fn word_of(&mut self, node: NodeId, what: &str, pairs: &'static [Pair]) -> Option<&'static str> {
        let text = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
        if let Some(pair) = keywords::literal(&text, pairs) {
            self.speak_pair(node, pair);
            return Some(pair.0);
        }
        let said = |pairs: Vec<Pair>| {
            pairs
                .into_iter()
                .map(|pair| self.keywords.pick(pair))
                .collect::<Vec<_>>()
        };
        let near = said(keywords::near_pairs(&text, pairs));
        let words = said(pairs.to_vec());
        self.not_possible(node, what, text, &near, &words);
        None
    }

    /// A text out of a closed list.
    pub(crate) fn choice<'w>(&mut self, node: NodeId, what: &str, words: &[&'w str]) -> Option<&'w str> {
        let text = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
        if let Some(word) = words.iter().find(|word| **word == text) {
            return Some(word);
        }
        let near = super::suggest::nearest(&text, words.iter().copied());
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        self.not_possible(node, what, text, &near, words);
        None
    }

    fn not_possible(&mut self, node: NodeId, what: &str, found: String, near: &[&str], words: &[&str]) {
        let span = self.head(node);
        let mut report = Report::new(c::CHOICE_EXPECTED, span)
            .arg("what", what)
            .arg("found", found);
        if let Some(first) = near.first() {
            report = report.replace(span, *first);
        }
        let others = words.iter().filter(|word| !near.contains(word));
        self.push(report.expected(near.iter().copied()).expected(others.copied()));
    }
}

/// Whether anybody ever works.
pub(super) fn has_working_time(site: &Site) -> bool {
    let works = |shift: &crate::model::Shift| {
        let paused: u16 = shift.breaks.iter().map(|one| one.to_min - one.from_min).sum();
        shift.days.0 != 0 && shift.end_min() - shift.from_min > paused
    };
    site.shifts.iter().any(works)
}

/// `2 working hours`, `2 h of work`, `2 h work time`, `2 小时工时`.
fn working_time_meant(text: &str) -> Option<String> {
    let text = text.trim();
    let chinese = ["工时", "工作", "班时", "的工作时间"];
    if let Some(rest) = chinese.iter().find_map(|end| text.strip_suffix(end)) {
        expression::parse_duration(rest.trim()).ok()?;
        return Some(format!("{} {}", rest.trim(), keywords::WORKING_TIME.1));
    }
    let small = text.to_lowercase();
    let ends = [
        " of working time",
        " of work time",
        " of work",
        " work time",
        " worktime",
        " working",
        " of working hours",
        " work",
        " in working time",
        " working times",
        " workingtime",
    ];
    let rest = ends.iter().find_map(|end| small.strip_suffix(end)).map(str::to_owned);
    let rest = rest.or_else(|| small.contains(" working ").then(|| small.replacen(" working ", " ", 1)));
    let rest = rest?;
    expression::parse_duration(&rest).ok()?;
    // A working day is as long as its shifts, not 24 hours.
    (!rest.contains("day")).then(|| format!("{rest} {}", keywords::WORKING_TIME.0))
}
