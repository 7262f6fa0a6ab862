//! What a step does when it fails (`retry`, `on_error`, `undo`), and how long it waits for what is outside.

use expression::Duration;

use super::keys::Keys;
use super::{At, Entry, Reader, Report};
use crate::catalogue as c;
use crate::keywords::{self, Pair};
use crate::limits;
use crate::model::{Id, Located, Retry, Step};
use crate::read::site::id_of_thing;
use crate::read::tests::each_step;
use crate::steps::StepKind;
use crate::tree::NodeId;

/// What a `retry` says when nothing is wrong with it.
const EXAMPLE: &str = "5 times, from 2 s, doubling, up to 5 min";
/// Where `from` is not written.
const PAUSE_MS_DEFAULT: i64 = 2_000;

impl Reader<'_> {
    /// `retry`, `on_error` and `undo` of a step.
    pub(super) fn failing(&mut self, entry: &Entry) -> (Option<Retry>, Vec<Step>, Vec<Step>) {
        let keys = &entry.keys;
        let retry = keys.get("retry").and_then(|node| self.retry(node));
        let (on_error, undo) = self.at(At::After(entry.start), |reader| {
            (reader.steps_if_any(keys, "on_error"), reader.steps_if_any(keys, "undo"))
        });
        let mut ends = Vec::new();
        each_step(&undo, &mut |step| {
            if let StepKind::Finish(_) | StepKind::Fail(_) = step.kind {
                ends.push((step.span, step.kind.word()));
            }
        });
        for (span, word) in ends {
            let end = self.line_end(span.start).min(span.end);
            let span = crate::model::Span { start: span.start, end };
            self.push(Report::new(c::END_IN_UNDO, span).arg("word", word));
        }
        (retry, on_error, undo)
    }

    /// `5 times, from 2 s, doubling, up to 5 min`; all but the first part may be left out.
    fn retry(&mut self, node: NodeId) -> Option<Retry> {
        let text = self.tree.scalar(node).unwrap_or_default().to_owned();
        let read = self.retry_parts(node, &text);
        let wrong = match read {
            Some(retry) if retry.up_to.as_ms() < retry.from.as_ms() => Some(c::RETRY_PAUSES),
            Some(retry) => return Some(retry),
            None => None,
        };
        let span = self.head(node);
        let report = Report::new(wrong.unwrap_or(c::RETRY_EXPECTED), span).arg("found", text.trim());
        let times = times_meant(&text).filter(|times| (1..=limits::RETRIES_MAX).contains(times));
        let report = match (wrong, times) {
            (None, Some(times)) if span.start < span.end => {
                let meant = match keywords::is_chinese(&text) {
                    true => format!("{times} 次, 从 2 s, 加倍, 最长 5 min"),
                    false => format!("{times} times, from 2 s, doubling, up to 5 min"),
                };
                report.replace(span, meant)
            }
            _ => report,
        };
        self.push(report.expected([EXAMPLE]));
        None
    }

    fn retry_parts(&mut self, node: NodeId, text: &str) -> Option<Retry> {
        let mut retry = Retry {
            times: 0,
            from: Duration::from_ms(PAUSE_MS_DEFAULT),
            doubling: false,
            up_to: Duration::from_ms(limits::RETRY_PAUSE_MS_MAX),
        };
        let mut spoken: Vec<(usize, usize, Pair)> = Vec::new();
        let mut at = 0;
        for part in text.split([',', '，']) {
            let start = at + (part.len() - part.trim_start().len());
            // Behind the comma, which may be a wide one.
            at += part.len() + text[at + part.len()..].chars().next().map_or(0, char::len_utf8);
            let part = part.trim();
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if digits > 0 && retry.times == 0 {
                retry.times = part[..digits]
                    .parse()
                    .ok()
                    .filter(|times| *times <= limits::RETRIES_MAX)?;
                let unit = part[digits..].trim_start();
                if let Some(pair) = begins(unit, &[keywords::TIMES]).filter(|(_, said)| *said == unit) {
                    spoken.push((start + part.len() - unit.len(), start + part.len(), pair.0));
                } else if !matches!(unit, "" | "time" | "x") {
                    return None;
                }
                continue;
            }
            let (pair, said) = begins(part, keywords::RETRY)?;
            spoken.push((start, start + said.len(), pair));
            let rest = part[said.len()..].trim();
            if pair.0 == "doubling" && rest.is_empty() {
                retry.doubling = true;
                continue;
            }
            let pause = expression::parse_duration(rest).ok()?;
            if !(0..=limits::RETRY_PAUSE_MS_MAX).contains(&pause.as_ms()) {
                return None;
            }
            match pair.0 {
                "from" => retry.from = pause,
                "up to" => retry.up_to = pause,
                _ => return None,
            }
        }
        if retry.times == 0 {
            return None;
        }
        for (start, end, pair) in spoken {
            self.speak_inside(node, start, end, pair);
        }
        Some(retry)
    }

    /// `within` of what is answered from outside.
    pub(crate) fn answer_within(&mut self, keys: &Keys) -> Duration {
        let Some(node) = keys.get("within") else {
            return Duration::from_ms(limits::ANSWER_WITHIN_MS_DEFAULT);
        };
        let within = self.duration(node, "within");
        if within.as_ms() > limits::ANSWER_WITHIN_MS_MAX {
            let span = self.head(node);
            let text = self.tree.scalar(node).unwrap_or_default().to_owned();
            self.push(
                Report::new(c::ANSWER_TOO_LATE, span)
                    .arg("found", text)
                    .replace(span, "10 min"),
            );
        }
        within
    }

    /// The connection of the site that the required key `connection` names.
    pub(crate) fn connection(&mut self, keys: &Keys, example: &str) -> Option<Located<Id>> {
        let word = "connection";
        let Some(node) = keys.get(word) else {
            self.missing(keys, word, example, c::KEY_MISSING);
            return None;
        };
        let name = self.words(node, word)?;
        let known = self.site.map(|site| site.connections.as_slice()).unwrap_or_default();
        let known = known.iter().map(|one| (&one.id, one.title.as_str()));
        Some(Located {
            value: id_of_thing(word, &name, known),
            span: self.span(node),
        })
    }
}

/// How often, where that is said first: `5`, `五次`, `three times`.
fn times_meant(text: &str) -> Option<u32> {
    let first = text.trim().split([',', '，']).next()?.trim();
    let digits = first.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = &digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())];
    if !digits.is_empty() {
        return digits.parse().ok();
    }
    let chinese = "一二三四五六七八九十".chars().zip(1..);
    let words = ["once", "twice", "three times", "four times", "five times"]
        .into_iter()
        .zip(1..);
    let said = words.filter(|(word, _)| first == *word).map(|(_, times)| times).next();
    let begins = |(numeral, times): (char, u32)| {
        let rest = first.strip_prefix(numeral)?;
        (rest.is_empty() || rest == "次").then_some(times)
    };
    said.or_else(|| chinese.filter_map(begins).next())
}

/// The word of a list that a text begins with, and as it is said there.
fn begins<'t>(text: &'t str, pairs: &[Pair]) -> Option<(Pair, &'t str)> {
    pairs.iter().find_map(|pair| {
        let said = [pair.0, pair.1].into_iter().find(|word| {
            text.strip_prefix(*word).is_some_and(|rest| {
                // `from2 s` is no word; Chinese needs no space.
                rest.is_empty() || !word.is_ascii() || rest.starts_with(' ')
            })
        })?;
        Some((*pair, &text[..said.len()]))
    })
}
