//! `subscribers:` systems outside that get what apps `emit`. Nobody else does: people are told by `channels`.

use super::connections::address;
use super::named::{self, List, Named};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Site, Subscriber, SubscriberBy};
use crate::read::keys::{Key, Shape, key, required};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

pub(super) const SUBSCRIBER: &[Key] = &[
    required("subscriber", Shape::Word, "What the system is called."),
    key(
        "id",
        Shape::Id,
        "Name of the subscriber; follows from the words when it is not written.",
    ),
    key(
        "events",
        Shape::Words,
        "The messages of `emit` that it gets; all of them when it is not written.",
    ),
    key("webhook", Shape::Word, "Address to which the message is posted."),
    key("secret", Shape::Word, "Name of a secret that signs what is posted."),
    key("connection", Shape::Word, "A broker among the `connections`."),
    key("topic", Shape::Word, "Where the message is published."),
];

const LIST: List = List {
    key: "subscribers",
    word: "subscriber",
    keys: SUBSCRIBER,
    example: "Quality system",
};

/// `site` has its connections already.
pub(super) fn read(reader: &mut Reader<'_>, node: NodeId, site: &Site) -> Vec<Subscriber> {
    let subscribers = named::each(reader, node, &LIST, |reader, named| {
        Some(Subscriber {
            id: named.id.clone(),
            title: named.title.clone(),
            events: named.keys.get("events").map(|node| events(reader, node)),
            by: by(reader, named, site)?,
        })
    });
    if subscribers.len() > limits::SUBSCRIBERS_MAX {
        let max = limits::SUBSCRIBERS_MAX.to_string();
        let report = Report::new(c::TOO_MANY_OF_SITE, reader.head(node)).arg("list", "subscribers");
        reader.push(report.arg("max", max));
    }
    subscribers
}

fn events(reader: &mut Reader<'_>, node: NodeId) -> Vec<String> {
    let nodes = reader.one_or_more(node);
    nodes
        .into_iter()
        .filter_map(|node| reader.words(node, "events"))
        .collect()
}

fn by(reader: &mut Reader<'_>, named: &Named, site: &Site) -> Option<SubscriberBy> {
    match (named.keys.slot("webhook"), named.keys.slot("connection")) {
        (Some(slot), None) => Some(SubscriberBy::Webhook {
            address: address(reader, slot.value, &["https://", "http://"])?,
            secret: named.secret(reader),
        }),
        (None, Some(slot)) => {
            let connection = super::signals::broker(reader, slot.value, site)?;
            let topic = named.need(reader, "topic", "gemba/events")?;
            Some(SubscriberBy::Broker {
                connection,
                topic: reader.words(topic, "topic")?,
            })
        }
        (Some(slot), Some(_)) => {
            let span = reader.span(slot.key);
            reader.push(Report::new(c::SUBSCRIBER_BY_ONE_WAY, span));
            None
        }
        (None, None) => {
            let (span, place) = reader.entry_start(&named.keys);
            let mut report = Report::new(c::SUBSCRIBER_BY_ONE_WAY, span);
            if let Some((end, column)) = place {
                let text = format!("\n{}webhook: https://server.example/hook", " ".repeat(column));
                report = report.insert(end, end, text);
            }
            reader.push(report);
            None
        }
    }
}
