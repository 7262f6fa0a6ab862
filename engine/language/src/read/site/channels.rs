//! `channels:` ways to tell people who are not here.

use super::connections::address;
use super::named::{self, List, Named};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Channel, ChannelBy};
use crate::read::keys::{Key, Shape, key, required};
use crate::read::{Reader, Report};
use crate::tree::NodeId;

pub(super) const CHANNEL: &[Key] = &[
    required("channel", Shape::Word, "What the channel is called."),
    key(
        "id",
        Shape::Id,
        "Name of the channel; follows from the words when it is not written.",
    ),
    key("email", Shape::Words, "Addresses to which a mail goes."),
    key("webhook", Shape::Word, "Address to which the message is posted."),
    key("secret", Shape::Word, "Name of a secret that signs what is posted."),
];

const LIST: List = List {
    key: "channels",
    word: "channel",
    keys: CHANNEL,
    example: "Maintenance mail",
};

pub(super) fn read(reader: &mut Reader<'_>, node: NodeId) -> Vec<Channel> {
    named::each(reader, node, &LIST, |reader, named| {
        Some(Channel {
            id: named.id.clone(),
            title: named.title.clone(),
            by: by(reader, named)?,
        })
    })
}

fn by(reader: &mut Reader<'_>, named: &Named) -> Option<ChannelBy> {
    match (named.keys.get("email"), named.keys.slot("webhook")) {
        (Some(node), None) => {
            let nodes = reader.one_or_more(node);
            if nodes.len() > limits::EMAILS_PER_CHANNEL_MAX {
                let max = limits::EMAILS_PER_CHANNEL_MAX.to_string();
                let report = Report::new(c::TOO_MANY_OF_SITE, reader.head(node)).arg("list", "email");
                reader.push(report.arg("max", max));
            }
            let addresses: Vec<String> = nodes.into_iter().filter_map(|node| email(reader, node)).collect();
            Some(ChannelBy::Email(addresses))
        }
        (None, Some(slot)) => Some(ChannelBy::Webhook {
            address: address(reader, slot.value, &["https://", "http://"])?,
            secret: named.secret(reader),
        }),
        (Some(_), Some(slot)) => {
            let span = reader.span(slot.key);
            reader.push(Report::new(c::CHANNEL_BY_ONE_WAY, span));
            None
        }
        (None, None) => {
            let (span, place) = reader.entry_start(&named.keys);
            let mut report = Report::new(c::CHANNEL_BY_ONE_WAY, span);
            if let Some((end, column)) = place {
                let text = format!("\n{}email: [name@plant.example]", " ".repeat(column));
                report = report.insert(end, end, text);
            }
            reader.push(report);
            None
        }
    }
}

fn email(reader: &mut Reader<'_>, node: NodeId) -> Option<String> {
    let text = reader.words(node, "email")?;
    let is_right = text.split_once('@').is_some_and(|(name, host)| {
        let character = |c: char| !c.is_whitespace() && !c.is_control() && !"@<>,;\"()".contains(c);
        !name.is_empty() && name.chars().all(character) && host.chars().all(character) && host.len() > 2
    });
    if is_right {
        return Some(text);
    }
    let mut report = Report::new(c::EMAIL_EXPECTED, reader.span(node)).arg("found", text.as_str());
    // `Wang <wang@plant.example>`
    let inner = text.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    if let Some((inner, _)) = inner.filter(|(inner, _)| inner.contains('@')) {
        report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, inner.trim()));
    }
    reader.push(report);
    None
}
