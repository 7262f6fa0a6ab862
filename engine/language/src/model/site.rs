//! `site.yaml`: what apps refer to.
//!
//! The serialized forms are kept beside each app version: members are added with a default, never renamed.

use expression::Date;
use serde::{Deserialize, Serialize};

use super::{Id, Table};

/// Minutes of a day: 06:30 is 390; 1,440 is the end of the day.
pub type MinuteOfDay = u16;

/// Minutes of a whole day.
pub const DAY_MIN: MinuteOfDay = 24 * 60;

/// `site.yaml`: what apps refer to.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Site {
    pub title: String,
    /// IANA name, `Asia/Shanghai`.
    pub time_zone: String,
    /// The equipment tree, flattened; parents come first.
    pub equipment: Vec<Equipment>,
    pub roles: Vec<Role>,
    /// What people can do, and are asked to prove from time to time.
    pub skills: Vec<Skill>,
    pub shifts: Vec<Shift>,
    /// Days on which no shift begins.
    pub days_off: Vec<DaysOff>,
    pub reasons: Vec<ReasonTree>,
    pub numbers: Vec<Series>,
    /// Records of the site, for all apps; their `span` is empty.
    pub tables: Vec<Table>,
    pub signals: Vec<Signal>,
    pub connections: Vec<Connection>,
    pub channels: Vec<Channel>,
    pub subscribers: Vec<Subscriber>,
    pub printers: Vec<Printer>,
}

/// ISA-95 levels as far as apps use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Site,
    Area,
    Line,
    Station,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Equipment {
    pub id: Id,
    pub title: String,
    pub level: Level,
    pub parent: Option<Id>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    pub id: Id,
    pub title: String,
}

/// Something that people can do; who can, and until when, is known of the people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    pub id: Id,
    pub title: String,
}

/// When people work, by the site's clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    pub id: Id,
    pub title: String,
    /// The days on which it begins.
    pub days: Weekdays,
    pub from_min: MinuteOfDay,
    /// Not after `from_min`: on the next day.
    pub to_min: MinuteOfDay,
    /// In order, inside the shift and apart from one another.
    #[serde(default)]
    pub breaks: Vec<Break>,
}

/// Minutes after midnight of the day on which the shift begins: those of a night shift may be above 1,440.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    pub from_min: MinuteOfDay,
    pub to_min: MinuteOfDay,
}

/// Days of the week, Monday in the lowest bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weekdays(pub u8);

/// From one day to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysOff {
    pub from: Date,
    pub to: Date,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReasonTree {
    pub id: Id,
    pub title: String,
    pub reasons: Vec<Reason>,
}

/// A leaf when there are no `reasons` below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub title: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

/// Numbers without gaps: `NCR-{year}-{0001}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub id: Id,
    pub title: String,
    /// Exactly one of them counts.
    pub parts: Vec<SeriesPart>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesPart {
    Text(String),
    /// Four digits.
    Year,
    /// Two digits, as the day.
    Month,
    Day,
    /// At least so many digits.
    Counter(u8),
}

/// A value that a machine, the API or a broker tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    pub id: Id,
    pub title: String,
    /// Where it is measured.
    #[serde(default)]
    pub at: Option<Id>,
    /// UCUM code.
    #[serde(default)]
    pub unit: Option<String>,
    /// A reading older than this counts as none. `None`: never too old.
    #[serde(default)]
    pub stale_after_ms: Option<i64>,
    /// `None`: it may only be read.
    #[serde(default)]
    pub write: Option<SignalWrite>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalWrite {
    pub connection: Id,
    pub topic: String,
}

/// An address outside that apps may use, and what of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    pub id: Id,
    pub title: String,
    /// `http://`, `https://`, `mqtt://` or `mqtts://`, without a slash at the end.
    pub address: String,
    /// Upper case. Empty for a broker.
    #[serde(default)]
    pub methods: Vec<String>,
    /// `/orders/*`: each begins with `/`, and a `*` may stand at the end. Empty: everything below the address.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The name of a secret.
    #[serde(default)]
    pub secret: Option<String>,
}

/// A way to tell something to people who are not at a screen of ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    pub id: Id,
    pub title: String,
    pub by: ChannelBy,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelBy {
    Email(Vec<String>),
    Webhook {
        address: String,
        /// The name of a secret that signs what is sent.
        #[serde(default)]
        secret: Option<String>,
    },
}

/// A system outside that gets what runs emit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subscriber {
    pub id: Id,
    pub title: String,
    /// The names of the messages that it gets; `None` is all.
    #[serde(default)]
    pub events: Option<Vec<String>>,
    pub by: SubscriberBy,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriberBy {
    Webhook {
        address: String,
        /// The name of a secret that signs what is sent.
        #[serde(default)]
        secret: Option<String>,
    },
    Broker {
        connection: Id,
        topic: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Printer {
    pub id: Id,
    pub title: String,
    /// Where it stands.
    #[serde(default)]
    pub at: Option<Id>,
    pub address: PrinterAddress,
    pub format: PrintFormat,
    /// Dots per inch.
    pub dpi: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterAddress {
    Tcp {
        host: String,
        port: u16,
    },
    /// A folder below the data folder, of plain names with `/` between them.
    Folder(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintFormat {
    Zpl,
    Pdf,
    Png,
}

impl Site {
    /// The stations of an area, a line or the site, and a station itself; in the order of the file.
    pub fn stations_of<'s>(&'s self, id: &str) -> Vec<&'s Id> {
        let stations = self.equipment.iter().filter(|one| one.level == Level::Station);
        stations
            .filter(|one| self.is_within(one.id.as_str(), id))
            .map(|one| &one.id)
            .collect()
    }
}

impl Site {
    /// Whether a station is this place, or belongs to this line or area.
    pub fn is_within(&self, station: &str, place: &str) -> bool {
        station == place || self.around(station).any(|around| around.as_str() == place)
    }

    /// The line, the area and the site that a station belongs to, the nearest first.
    pub fn around<'s>(&'s self, station: &str) -> impl Iterator<Item = &'s Id> {
        let find = |id: &str| self.equipment.iter().find(|one| one.id.as_str() == id);
        let mut next = find(station).and_then(|one| one.parent.as_ref());
        // Parents come first in the file, so this ends; the count is for a site that was not read from one.
        std::iter::from_fn(move || {
            let id = next.take()?;
            next = find(id.as_str()).and_then(|one| one.parent.as_ref());
            Some(id)
        })
        .take(self.equipment.len())
    }
}

impl Weekdays {
    pub const ALL: Weekdays = Weekdays(0b111_1111);

    /// `weekday` is 1 for Monday to 7 for Sunday, as [`Date::weekday`] gives it.
    pub fn has(self, weekday: u8) -> bool {
        (1..=7).contains(&weekday) && self.0 & (1 << (weekday - 1)) != 0
    }

    /// The same with one more day.
    #[must_use]
    pub fn with(self, weekday: u8) -> Weekdays {
        match weekday {
            1..=7 => Weekdays(self.0 | 1 << (weekday - 1)),
            _ => self,
        }
    }
}

impl Shift {
    /// Minutes after the midnight of its first day at which it ends.
    pub fn end_min(&self) -> MinuteOfDay {
        if self.to_min > self.from_min {
            self.to_min
        } else {
            self.to_min + DAY_MIN
        }
    }
}

impl DaysOff {
    pub fn has(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

impl Series {
    /// Numbers with the same period count on; another period begins at 1. Empty when no part is a date.
    pub fn period(&self, day: Date) -> String {
        let mut period = String::new();
        for part in &self.parts {
            match part {
                SeriesPart::Year | SeriesPart::Month | SeriesPart::Day => {
                    if !period.is_empty() {
                        period.push('-');
                    }
                    period.push_str(&part.text(day, 0));
                }
                SeriesPart::Text(_) | SeriesPart::Counter(_) => {}
            }
        }
        period
    }

    /// The number as people read it. `count` is 1 for the first of its period.
    pub fn number(&self, day: Date, count: u64) -> String {
        self.parts.iter().map(|part| part.text(day, count)).collect()
    }
}

impl SeriesPart {
    fn text(&self, day: Date, count: u64) -> String {
        match self {
            SeriesPart::Text(text) => text.clone(),
            SeriesPart::Year => format!("{:04}", day.year()),
            SeriesPart::Month => format!("{:02}", day.month()),
            SeriesPart::Day => format!("{:02}", day.day()),
            SeriesPart::Counter(width) => format!("{count:0width$}", width = usize::from(*width)),
        }
    }
}

impl Connection {
    /// A broker rather than a server of HTTP.
    pub fn is_broker(&self) -> bool {
        self.address.starts_with("mqtt://") || self.address.starts_with("mqtts://")
    }

    /// Whether a path, which begins with `/`, is among those that apps may use.
    pub fn allows_path(&self, path: &str) -> bool {
        let fits = |allowed: &String| match allowed.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == allowed,
        };
        self.paths.is_empty() || self.paths.iter().any(fits)
    }
}

/// Kept as `{"from": "2026-10-01", "to": "2026-10-07"}`.
#[derive(Serialize, Deserialize)]
struct KeptDaysOff {
    from: String,
    to: String,
}

impl Serialize for DaysOff {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kept = KeptDaysOff {
            from: self.from.to_string(),
            to: self.to.to_string(),
        };
        kept.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DaysOff {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<DaysOff, D::Error> {
        let kept = KeptDaysOff::deserialize(deserializer)?;
        let day = |text: &str| Date::parse(text).ok_or_else(|| serde::de::Error::custom("not a day"));
        Ok(DaysOff {
            from: day(&kept.from)?,
            to: day(&kept.to)?,
        })
    }
}
