//! `signals:` values that machines tell.

use super::named::{self, List};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Id, Signal, SignalWrite, Site};
use crate::read::keys::{Key, Shape, key, required};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

const WRITE: &[Key] = &[
    required("connection", Shape::Word, "A broker among the `connections`."),
    required("topic", Shape::Word, "Where the value is published."),
];

pub(super) const SIGNAL: &[Key] = &[
    required("signal", Shape::Word, "What the signal is called."),
    key(
        "id",
        Shape::Id,
        "Name of the signal; follows from the words when it is not written.",
    ),
    key("at", Shape::Word, "Where it is measured."),
    key("unit", Shape::Word, "Its unit."),
    key(
        "stale_after",
        Shape::Duration,
        "A value older than this counts as none; never when it is not written.",
    ),
    key(
        "write",
        Shape::Map(WRITE),
        "How it is written; without it, it is only read.",
    ),
];

const LIST: List = List {
    key: "signals",
    word: "signal",
    keys: SIGNAL,
    example: "Spindle speed",
};

/// `site` has its equipment and connections already.
pub(super) fn read(reader: &mut Reader<'_>, node: NodeId, site: &Site) -> Vec<Signal> {
    let signals = named::each(reader, node, &LIST, |reader, named| {
        let keys = &named.keys;
        let write = keys.get("write").map(|node| write(reader, node, site));
        Some(Signal {
            id: named.id.clone(),
            title: named.title.clone(),
            at: named.at(reader, site),
            unit: keys.get("unit").and_then(|node| reader.unit(node, None)),
            stale_after_ms: keys
                .get("stale_after")
                .map(|node| reader.duration(node, "stale_after").as_ms()),
            write: write.flatten(),
        })
    });
    if signals.len() > limits::SIGNALS_MAX {
        let max = limits::SIGNALS_MAX.to_string();
        let report = Report::new(c::TOO_MANY_OF_SITE, reader.head(node)).arg("list", "signals");
        reader.push(report.arg("max", max));
    }
    signals
}

fn write(reader: &mut Reader<'_>, node: NodeId, site: &Site) -> Option<SignalWrite> {
    let keys = reader.keys(node, &[WRITE], "`write`")?;
    let (Some(connection), Some(topic)) = (keys.get("connection"), keys.get("topic")) else {
        let word = if keys.get("connection").is_none() {
            "connection"
        } else {
            "topic"
        };
        reader.missing(&keys, word, "plant_broker", c::KEY_MISSING);
        return None;
    };
    Some(SignalWrite {
        connection: broker(reader, connection, site)?,
        topic: reader.words(topic, "topic")?,
    })
}

/// A broker among the connections of the site.
pub(super) fn broker(reader: &mut Reader<'_>, node: NodeId, site: &Site) -> Option<Id> {
    let brokers: Vec<_> = site.connections.iter().filter(|one| one.is_broker()).cloned().collect();
    let what = ("connection", c::UNKNOWN_CONNECTION);
    let found = named::one_of(reader, node, what, &brokers, |one| (&one.id, &one.title))?;
    Some(found.id.clone())
}
