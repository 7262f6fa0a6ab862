//! `http`: a request to an allowed address.
use std::collections::BTreeMap;

use expression::{Duration, Names, Template, Type};

use super::StepOf;
use crate::catalogue as c;
use crate::limits;
use crate::model::{Computed, Id, Located, Table};
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{Entry, Reader, Report};

/// `- http: sentence` with `connection`, one of `get`, `post`, `put`, `patch`, `delete` (a path below the connection's
/// address), `query`, `send`, `within`, `accept` and `as`. A status of 400 or more is a failure unless `accept` has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Http {
    pub connection: Located<Id>,
    pub method: Method,
    /// Values in it are percent-encoded.
    pub path: Template,
    pub query: Vec<(Id, Computed)>,
    /// Members of the JSON body; `None` sends no body.
    pub send: Option<Vec<(Id, Computed)>>,
    pub within: Duration,
    /// Statuses of 400 and more that are answers, not failures.
    pub accept: Vec<u16>,
    /// The answer: `status`, `body`, `headers.content_type`.
    pub name: Option<Id>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

const METHODS: &[(&str, Method)] = &[
    ("get", Method::Get),
    ("post", Method::Post),
    ("put", Method::Put),
    ("patch", Method::Patch),
    ("delete", Method::Delete),
];

impl Method {
    /// As the protocol writes it.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

impl StepOf for Http {
    const KIND: Kind = Kind {
        word: "http",
        shape: Shape::Sentence,
        doc: "Asks another system over one of the site's connections, and waits for its answer.",
        keys: &[
            required("connection", Shape::Word, "A connection of the site."),
            key("get", Shape::Sentence, "The path that is read."),
            key("post", Shape::Sentence, "The path to which `send` is posted."),
            key("put", Shape::Sentence, "The path that `send` is written to."),
            key("patch", Shape::Sentence, "The path that `send` changes."),
            key("delete", Shape::Sentence, "The path that is deleted."),
            key("query", Shape::Values, "What stands behind the `?` of the address."),
            key("send", Shape::Values, "The members of what is sent, as JSON."),
            key(
                "within",
                Shape::Duration,
                "How long the answer may take; 30 s when it is not written.",
            ),
            key(
                "accept",
                Shape::Words,
                "Statuses from 400 on that are answers too, such as 404.",
            ),
            key(
                "as",
                Shape::Id,
                "Name of the answer: `.status`, `.body`, `.headers.content_type`.",
            ),
        ],
        example: "- http: Ask the order system\n  connection: erp\n  get: /orders/{run.id}\n  as: answer\n  retry: 5 times, from 2 s, doubling, up to 5 min",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let keys = &entry.keys;
        let connection = reader.connection(keys, "erp")?;
        let (method, path) = method(reader, entry)?;
        let values =
            |reader: &mut Reader<'_>, word: &'static str| keys.get(word).map(|node| reader.members(node, word));
        let query = values(reader, "query").unwrap_or_default();
        let send = values(reader, "send");
        let within = reader.answer_within(keys);
        let accept = keys
            .get("accept")
            .map(|node| statuses(reader, node))
            .unwrap_or_default();
        let name = keys.get("as").and_then(|node| reader.id(node));
        Some(Http {
            connection,
            method,
            path,
            query,
            send,
            within,
            accept,
            name,
        })
    }

    fn values(&self, _names: &mut Names, _tables: &[Table]) -> Vec<(Id, Type)> {
        let headers = BTreeMap::from([("content_type".into(), Type::Text)]);
        let answer = BTreeMap::from([
            ("status".into(), Type::Number),
            ("body".into(), Type::Any),
            ("headers".into(), Type::Context(headers)),
        ]);
        self.name
            .iter()
            .map(|name| (name.clone(), Type::Context(answer.clone())))
            .collect()
    }
}

/// Exactly one of the methods, with its path.
fn method(reader: &mut Reader<'_>, entry: &Entry) -> Option<(Method, Template)> {
    let mut found = METHODS
        .iter()
        .filter_map(|(word, method)| Some((entry.keys.slot(word)?, *method)));
    let Some((slot, method)) = found.next() else {
        reader.missing(&entry.keys, "get", "/orders", c::HTTP_WITHOUT_METHOD);
        return None;
    };
    if let Some((other, _)) = found.next() {
        let report = Report::new(c::HTTP_TWO_METHODS, reader.span(other.key))
            .arg("found", other.word)
            .arg("word", slot.word);
        reader.push(report);
    }
    reader.words(slot.value, slot.word)?;
    let path = reader.template(slot.value)?;
    if !path.source().starts_with('/') {
        let span = reader.span(slot.value);
        let report = Report::new(c::PATH_WITHOUT_SLASH, span).arg("found", path.source());
        let edits = match path.source().contains("://") {
            true => Vec::new(),
            false => reader.tree.replace_inside(slot.value, 0, 0, "/"),
        };
        reader.push(report.edits(edits));
    }
    Some((method, path))
}

fn statuses(reader: &mut Reader<'_>, node: crate::tree::NodeId) -> Vec<u16> {
    let mut found = Vec::new();
    for node in reader.one_or_more(node) {
        let text = reader.tree.scalar(node).unwrap_or_default().trim().to_owned();
        match text.parse::<u16>() {
            Ok(status) if (400..=599).contains(&status) && found.len() < limits::STATUSES_MAX => found.push(status),
            _ => {
                let report = Report::new(c::STATUS_EXPECTED, reader.head(node)).arg("found", text);
                reader.push(report);
            }
        }
    }
    found
}
