//! `connections:` the addresses outside that apps may use, and nothing else.

use super::named::{self, List, Named};
use crate::catalogue as c;
use crate::model::Connection;
use crate::read::keys::{Key, Shape, key, required};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

pub(super) const CONNECTION: &[Key] = &[
    required("connection", Shape::Word, "What the connection is called."),
    key(
        "id",
        Shape::Id,
        "Name of the connection; follows from the words when it is not written.",
    ),
    required(
        "address",
        Shape::Word,
        "`https://erp.example/api` or `mqtts://broker.example`; `http` and `mqtt` without encryption.",
    ),
    key(
        "methods",
        Shape::Words,
        "What may be done: `[GET, POST]`; only GET when it is not written.",
    ),
    key(
        "paths",
        Shape::Words,
        "What below the address may be used: `[\"/orders/*\"]`; everything when it is not written.",
    ),
    key(
        "secret",
        Shape::Word,
        "Name of a secret: sent as Bearer token (http), or user:password (mqtt).",
    ),
];

const LIST: List = List {
    key: "connections",
    word: "connection",
    keys: CONNECTION,
    example: "erp",
};

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];
const SCHEMES: &[&str] = &["https://", "http://", "mqtts://", "mqtt://"];

pub(super) fn read(reader: &mut Reader<'_>, node: NodeId) -> Vec<Connection> {
    named::each(reader, node, &LIST, connection)
}

fn connection(reader: &mut Reader<'_>, named: &Named) -> Option<Connection> {
    let node = named.need(reader, "address", "https://erp.example/api")?;
    let address = address(reader, node, SCHEMES)?;
    let mut connection = Connection {
        id: named.id.clone(),
        title: named.title.clone(),
        address,
        methods: Vec::new(),
        paths: Vec::new(),
        secret: named.secret(reader),
    };
    if connection.is_broker() {
        for word in ["methods", "paths"] {
            if let Some(slot) = named.keys.slot(word) {
                let span = reader.span(slot.key);
                reader.push(Report::new(c::NOT_OF_A_BROKER, span).arg("found", word));
            }
        }
        return Some(connection);
    }
    connection.methods = match named.keys.get("methods") {
        Some(node) => methods(reader, node),
        None => vec!["GET".to_owned()],
    };
    if let Some(node) = named.keys.get("paths") {
        let nodes = reader.one_or_more(node);
        connection.paths = nodes.into_iter().filter_map(|node| path(reader, node)).collect();
    }
    Some(connection)
}

/// An address with one of these schemes, without user, query and closing slash.
pub(super) fn address(reader: &mut Reader<'_>, node: NodeId, schemes: &[&str]) -> Option<String> {
    let text = reader.words(node, "address")?;
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    let character = |c: char| c.is_ascii_alphanumeric() || ".-:[]_".contains(c);
    let plain = !text.contains(['?', '#', '@', '\\', '*', '{']) && !text.contains(char::is_whitespace);
    if host.is_some_and(|host| !host.is_empty() && host.chars().all(character)) && plain {
        return Some(text.trim_end_matches('/').to_owned());
    }
    let mut report = Report::new(c::ADDRESS_EXPECTED, reader.span(node)).arg("found", text.as_str());
    let without = !text.contains("://") && !text.starts_with('/') && plain;
    if without && text.contains(['.', ':']) {
        let meant = format!("{}{text}", schemes[0]);
        report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, &meant));
    } else if plain && text.starts_with("www.") {
        report = report.replace(reader.span(node), format!("{}{text}", schemes[0]));
    }
    reader.push(report.expected(schemes.iter().map(|scheme| format!("{scheme}server.example"))));
    None
}

fn methods(reader: &mut Reader<'_>, node: NodeId) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for node in reader.one_or_more(node) {
        let Some(method) = reader.choice(node, "methods", METHODS) else {
            continue;
        };
        if !found.iter().any(|other| other == method) {
            found.push(method.to_owned());
        }
    }
    found
}

/// `/orders/*`
fn path(reader: &mut Reader<'_>, node: NodeId) -> Option<String> {
    let text = reader.words(node, "paths")?;
    let inner = text.strip_suffix('*').unwrap_or(&text);
    if text.starts_with('/') && !inner.contains('*') && !inner.split('/').any(|part| part == "..") {
        return Some(text);
    }
    let mut report = Report::new(c::PATH_EXPECTED, reader.span(node)).arg("found", text.as_str());
    if !text.starts_with('/') && !text.contains("://") && !inner.contains('*') {
        let meant = format!("/{text}");
        report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, &meant));
    }
    reader.push(report.expected(["/orders/*"]));
    None
}
