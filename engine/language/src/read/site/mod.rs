//! `site.yaml`, one file for each of its parts.

mod channels;
mod connections;
mod equipment;
mod named;
mod numbers;
mod printers;
mod reasons;
mod shifts;
mod signals;
mod subscribers;

use super::keys::{Key, Shape, key, required};
use super::{Reader, Report};
use crate::catalogue as c;
use crate::model::{Site, Span};
use crate::read::tables::TABLE;
use crate::tree::{NodeId, Tree};

pub(crate) use named::{id_of_thing, one_of};
pub(crate) use shifts::DAYS;

/// The keys of a site file.
pub(crate) const SITE: &[Key] = &[
    required("site", Shape::Word, "What the plant is called."),
    required(
        "time_zone",
        Shape::Word,
        "IANA name of its time zone, such as `Asia/Shanghai`.",
    ),
    key("areas", Shape::Entries(equipment::AREA), "The equipment tree."),
    key(
        "roles",
        Shape::WordsOrEntries(equipment::ROLE),
        "The roles that apps ask and tell.",
    ),
    key(
        "skills",
        Shape::WordsOrEntries(equipment::SKILL),
        "What people can do, as steps ask for it; who can, and until when, is kept with the people.",
    ),
    key("shifts", Shape::Entries(shifts::SHIFT), "When people work."),
    key(
        "days_off",
        Shape::Words,
        "Days on which no shift begins: `2026-10-01`, `2026-10-01 to 2026-10-07`.",
    ),
    key(
        "reasons",
        Shape::Entries(reasons::TREE),
        "Trees of reasons that `reason` fields offer.",
    ),
    key(
        "numbers",
        Shape::Entries(numbers::SERIES),
        "Series of numbers without gaps.",
    )
    .called("编号规则"),
    key("tables", Shape::Entries(TABLE), "Records of the site, for all apps."),
    key("signals", Shape::Entries(signals::SIGNAL), "Values that machines tell."),
    key(
        "connections",
        Shape::Entries(connections::CONNECTION),
        "Addresses outside that apps may use.",
    ),
    key(
        "channels",
        Shape::Entries(channels::CHANNEL),
        "Ways to tell people who are not here: mail, chat.",
    ),
    key(
        "subscribers",
        Shape::Entries(subscribers::SUBSCRIBER),
        "Systems outside that get what apps emit.",
    ),
    key(
        "printers",
        Shape::Entries(printers::PRINTER),
        "Printers of labels and papers.",
    ),
];

/// Reads a site from its tree.
pub(crate) fn site(reader: &mut Reader<'_>, tree: &Tree) -> Option<Site> {
    let root = tree.root();
    if tree.map(root).is_none() {
        let entry = if tree.is_empty(root) {
            c::EMPTY_FILE
        } else {
            c::NOT_A_SITE
        };
        let report = Report::new(entry, reader.head(root));
        let words = ["site", "time_zone"].map(|word| format!("{}:", reader.keywords.say(word)));
        reader.push(report.expected(words));
        return None;
    }
    let keys = reader.keys(root, &[SITE], "site")?;
    let title = match keys.get("site") {
        Some(node) => reader.words(node, "site").unwrap_or_default(),
        None => {
            reader.missing(&keys, "site", "Our plant", c::KEY_MISSING);
            String::new()
        }
    };
    let time_zone = match keys.get("time_zone") {
        Some(node) => time_zone(reader, node),
        None => {
            reader.missing(&keys, "time_zone", "Asia/Shanghai", c::KEY_MISSING);
            String::new()
        }
    };
    let roles = keys.get("roles").map(|node| equipment::roles(reader, node));
    let skills = keys.get("skills").map(|node| equipment::skills(reader, node));
    let equipment = equipment::areas(reader, keys.get("areas"), &title);
    let connections = keys.get("connections").map(|node| connections::read(reader, node));
    let connections = connections.unwrap_or_default();
    let mut site = Site {
        title,
        time_zone,
        equipment,
        roles: roles.unwrap_or_default(),
        skills: skills.unwrap_or_default(),
        connections,
        ..Site::default()
    };
    if let Some(node) = keys.get("shifts") {
        site.shifts = shifts::read(reader, node);
    }
    if let Some(node) = keys.get("days_off") {
        site.days_off = shifts::days_off(reader, node);
    }
    if let Some(node) = keys.get("reasons") {
        site.reasons = reasons::read(reader, node);
    }
    if let Some(node) = keys.get("numbers") {
        site.numbers = numbers::read(reader, node);
    }
    if let Some(node) = keys.get("tables") {
        site.tables = reader.read_tables(node);
        // A site is compared with the one that is kept: where something stands is no part of it.
        for table in &mut site.tables {
            table.span = Span::default();
        }
    }
    if let Some(node) = keys.get("signals") {
        site.signals = signals::read(reader, node, &site);
    }
    if let Some(node) = keys.get("channels") {
        site.channels = channels::read(reader, node);
    }
    if let Some(node) = keys.get("subscribers") {
        site.subscribers = subscribers::read(reader, node, &site);
    }
    if let Some(node) = keys.get("printers") {
        site.printers = printers::read(reader, node, &site);
    }
    Some(site)
}

/// `Area/City`; whether the zone exists is known to who has the zone tables.
fn time_zone(reader: &mut Reader<'_>, node: NodeId) -> String {
    let Some(text) = reader.words(node, "time_zone") else {
        return String::new();
    };
    let character = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    let fits = text == "UTC" || (text.contains('/') && text.chars().all(character));
    if !fits {
        let span = reader.span(node);
        let report = Report::new(c::TIME_ZONE_EXPECTED, span).arg("found", text.as_str());
        let report = match text.to_lowercase().as_str() {
            "china" | "beijing" | "cst" | "utc+8" | "gmt+8" | "shanghai" | "北京" | "+08:00" => {
                report.replace(span, "Asia/Shanghai")
            }
            "germany" | "berlin" | "cet" | "mez" => report.replace(span, "Europe/Berlin"),
            "gmt" | "z" => report.replace(span, "UTC"),
            _ => report,
        };
        reader.push(report.expected(["Asia/Shanghai", "Europe/Berlin", "UTC"]));
    }
    text
}
