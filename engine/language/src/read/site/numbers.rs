//! `numbers:` series without gaps.

use super::named::{self, List};
use crate::catalogue as c;
use crate::keywords::{self, SERIES_PARTS};
use crate::model::{Series, SeriesPart};
use crate::read::keys::{Key, Shape, key, required};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

pub(super) const SERIES: &[Key] = &[
    required("series", Shape::Word, "What the series is called."),
    key(
        "id",
        Shape::Id,
        "Name of the series; follows from the words when it is not written.",
    ),
    required(
        "format",
        Shape::Word,
        "What a number looks like: `NCR-{year}-{0001}`; it begins at 1 again when the date in it changes.",
    ),
];

const LIST: List = List {
    key: "numbers",
    word: "series",
    keys: SERIES,
    example: "NCR",
};

/// Digits of a counter.
const WIDTH_MAX: usize = 12;

pub(super) fn read(reader: &mut Reader<'_>, node: NodeId) -> Vec<Series> {
    named::each(reader, node, &LIST, |reader, named| {
        let node = named.need(reader, "format", "NCR-{year}-{0001}")?;
        Some(Series {
            id: named.id.clone(),
            title: named.title.clone(),
            parts: parts(reader, node)?,
        })
    })
}

fn parts(reader: &mut Reader<'_>, node: NodeId) -> Option<Vec<SeriesPart>> {
    let text = reader.words(node, "format")?;
    let offset = reader.tree.scalar(node).unwrap_or_default().find(&text).unwrap_or(0);
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find(['{', '}']) {
        let at = text.len() - rest.len() + open;
        if open > 0 {
            found.push(SeriesPart::Text(rest[..open].to_owned()));
        }
        let end = rest[open..].find('}').filter(|end| *end > 0);
        let Some(end) = end else {
            wrong_part(reader, node, offset + at, &rest[open..]);
            return None;
        };
        let word = &rest[open + 1..open + end];
        let Some(part) = part(reader, node, offset + at + 1, word) else {
            wrong_part(reader, node, offset + at, &rest[open..=open + end]);
            return None;
        };
        found.push(part);
        rest = &rest[open + end + 1..];
    }
    if !rest.is_empty() {
        found.push(SeriesPart::Text(rest.to_owned()));
    }
    let counters = found
        .iter()
        .filter(|part| matches!(part, SeriesPart::Counter(_)))
        .count();
    if counters != 1 {
        let mut report = Report::new(c::SERIES_WITHOUT_COUNTER, reader.span(node)).arg("found", text.as_str());
        if counters == 0 {
            let meant = format!("{text}-{{0001}}");
            report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, &meant));
        }
        reader.push(report);
        return None;
    }
    Some(found)
}

/// What stands between the braces; `at` is its first byte in the node's text.
fn part(reader: &mut Reader<'_>, node: NodeId, at: usize, word: &str) -> Option<SeriesPart> {
    if let Some(pair) = keywords::literal(word, SERIES_PARTS) {
        reader.speak_inside(node, at, at + word.len(), pair);
        return Some(match pair.0 {
            "year" => SeriesPart::Year,
            "month" => SeriesPart::Month,
            _ => SeriesPart::Day,
        });
    }
    let zeros = word.strip_suffix('1')?;
    let fits = zeros.bytes().all(|byte| byte == b'0') && word.len() <= WIDTH_MAX;
    fits.then_some(SeriesPart::Counter(word.len() as u8))
}

fn wrong_part(reader: &mut Reader<'_>, node: NodeId, at: usize, written: &str) {
    let span = reader.tree.span_inside(node, at, at + written.len());
    let mut report = Report::new(c::SERIES_PART_EXPECTED, span).arg("found", written);
    let word = written.trim_matches(['{', '}']).trim().to_lowercase();
    let meant = match word.as_str() {
        "yyyy" | "jahr" | "years" => Some("{year}".to_owned()),
        "mm" | "monat" | "months" => Some("{month}".to_owned()),
        "dd" | "tag" | "days" => Some("{day}".to_owned()),
        _ if written.ends_with('}') && (1..=WIDTH_MAX).contains(&word.len()) => {
            let counts = word.chars().all(|c| c == '#' || c == 'n' || c == '0' || c == '9');
            counts.then(|| format!("{{{}1}}", "0".repeat(word.len() - 1)))
        }
        _ => None,
    };
    if let Some(meant) = meant {
        report = report.edits(reader.tree.replace_inside(node, at, at + written.len(), &meant));
    }
    reader.push(report.expected(["{0001}", "{year}", "{month}", "{day}"]));
}
