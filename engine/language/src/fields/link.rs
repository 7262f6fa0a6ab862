//! `link`: a page to look at.
use expression::Type;
use serde_json::{Value as Json, json};

use super::{Asks, Describe, FieldOf};
use crate::catalogue as c;
use crate::limits;
use crate::read::keys::{Kind, Shape, required};
use crate::read::{FieldEntry, Reader, Report};

/// Takes no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// `https://…`, or a path of the server's own pages below `/docs`.
    pub to: String,
}

impl FieldOf for Link {
    const KIND: Kind = Kind {
        word: "link",
        shape: Shape::Sentence,
        doc: "A page to look at; asks nothing.",
        keys: &[required(
            "to",
            Shape::Word,
            "Its address, `https://…`, or a page of the help, `/docs/…`.",
        )],
        example: "- link: Work instruction\n  to: https://plant.example/wi/4711",
    };
    const ASKS: Asks = Asks::Nobody;

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let Some(node) = entry.keys.get("to") else {
            reader.missing(&entry.keys, "to", "https://plant.example/page", c::KEY_MISSING);
            return Some(Link { to: String::new() });
        };
        let to = reader.words(node, "to").unwrap_or_default();
        if !to.is_empty() && !is_safe(&to) {
            let span = reader.span(node);
            let mut report = Report::new(c::LINK_UNSAFE, span).arg("found", to.as_str());
            let rest = to.strip_prefix("http://").unwrap_or(&to);
            let better = format!("https://{rest}");
            if !rest.contains("://") && rest.contains('.') && is_safe(&better) {
                report = report.replace(span, better);
            }
            reader.push(report);
        }
        Some(Link { to })
    }

    fn value_type(&self) -> Option<Type> {
        None
    }

    fn answer(&self) -> Option<Json> {
        None
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"to": self.to})
    }
}

/// Whether a page may open it: no other scheme, so no script either.
fn is_safe(to: &str) -> bool {
    let host = to
        .strip_prefix("https://")
        .map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let plain = !to.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'));
    let local = to == "/docs" || to.starts_with("/docs/") && !to.contains("..");
    plain
        && to.len() <= limits::LINK_BYTES_MAX
        && (local || host.is_some_and(|host| !host.is_empty() && !host.contains('@')))
}
