//! Who and where: roles, people, stations, lines.

use super::ids::id_text;
use super::keys::spelled;
use super::site::one_of;
use super::suggest::{clearly, nearest};
use super::{Reader, Report, Wants};
use crate::catalogue as c;
use crate::keywords;
use crate::model::{Id, Level, Party, Site};
use crate::tree::NodeId;

impl Reader<'_> {
    /// One party or a list of them.
    pub(crate) fn parties(&mut self, node: NodeId, what: &str) -> Vec<Party> {
        let nodes = self.one_or_more(node);
        nodes.into_iter().filter_map(|node| self.party(node, what)).collect()
    }

    /// `here`, a role, a station, a channel, `= formula`, or one of `{role: …}`, `{person: …}`, `{station: …}`, `{channel: …}`.
    pub(crate) fn party(&mut self, node: NodeId, what: &str) -> Option<Party> {
        if self.is_formula(node) {
            return Some(Party::Formula(self.formula(node, what, Wants::Anything)));
        }
        if let Some([(key, value)]) = self.tree.map(node) {
            let (key, value) = (*key, *value);
            const WHO: &[&str] = &["role", "person", "station", "channel"];
            let word = self.tree.scalar(key).unwrap_or_default().to_owned();
            let known = keywords::one_of(&word, WHO);
            if let Some(word) = known {
                self.speak(key, word);
            }
            return match known.unwrap_or_default() {
                "person" if self.is_formula(value) => Some(Party::Formula(self.formula(value, what, Wants::Anything))),
                "person" => self.words(value, what).map(Party::Person),
                "role" => self.words(value, what).and_then(|name| self.role(value, &name)),
                "station" => self.place_id(value).map(Party::Station),
                "channel" => self.channel(value).map(Party::Channel),
                _ => {
                    let span = self.span(key);
                    let mut report = Report::new(c::UNKNOWN_KEY, span)
                        .arg("found", word.as_str())
                        .arg("in", what);
                    let near = keywords::near(&word, WHO);
                    if let Some(near) = near.first() {
                        report = report.replace(span, spelled(near, &word));
                    }
                    self.push(report.expected(self.possible(&word, &near, WHO)));
                    None
                }
            };
        }
        let name = self.words(node, what)?;
        if let Some(pair) = keywords::literal(&name, keywords::HERE) {
            self.speak_pair(node, pair);
            return Some(Party::Here);
        }
        let leader = keywords::literal(&name, keywords::LEADER);
        let is_role = |site: &Site| find_role(site, &name).is_some();
        if let Some(pair) = leader.filter(|_| what == "to" && !self.site.is_some_and(is_role)) {
            self.speak_pair(node, pair);
            return Some(Party::Leader);
        }
        let Some(site) = self.site else {
            return Some(Party::Role(Id::new(&id_text(&name))));
        };
        if let Some(id) = find_role(site, &name) {
            return Some(Party::Role(id));
        }
        if let Some(station) = find_equipment(site, &name) {
            return Some(Party::Station(station));
        }
        let id = id_text(&name);
        let fits = |one: &&crate::model::Channel| one.id.as_str() == id || id_text(&one.title) == id;
        if let Some(channel) = site.channels.iter().find(fits) {
            return Some(Party::Channel(channel.id.clone()));
        }
        let roles = site.roles.iter().map(|role| role.title.as_str());
        let places = site.equipment.iter().map(|one| one.id.as_str());
        let channels = site.channels.iter().map(|channel| channel.title.as_str());
        self.unknown_name(node, &name, roles.chain(places).chain(channels), c::UNKNOWN_PARTY);
        None
    }

    fn channel(&mut self, node: NodeId) -> Option<Id> {
        let Some(site) = self.site else {
            return self.words(node, "channel").map(|name| Id::new(&id_text(&name)));
        };
        let what = ("channel", c::UNKNOWN_CHANNEL);
        one_of(self, node, what, &site.channels, |one| (&one.id, &one.title)).map(|one| one.id.clone())
    }

    /// One party that can do something; a channel can only be told.
    pub(crate) fn asked_party(&mut self, node: NodeId, what: &str) -> Option<Party> {
        let party = self.party(node, what);
        if matches!(party, Some(Party::Channel(_))) {
            let found = self.tree.scalar(node).unwrap_or("channel").trim().to_owned();
            let report = Report::new(c::CHANNEL_ASKED, self.head(node)).arg("what", what);
            self.push(report.arg("found", found));
            return None;
        }
        party
    }

    /// One party that can do something, or any of several.
    pub(crate) fn asked_parties(&mut self, node: NodeId, what: &str) -> Option<Party> {
        let nodes = self.one_or_more(node);
        let mut named: Vec<Party> = Vec::with_capacity(nodes.len());
        for node in nodes {
            let party = self.asked_party(node, what);
            named.extend(party.filter(|party| !named.contains(party)));
        }
        match named.len() {
            0 | 1 => named.pop(),
            _ => Some(Party::Several(named)),
        }
    }

    fn role(&mut self, node: NodeId, name: &str) -> Option<Party> {
        let Some(site) = self.site else {
            return Some(Party::Role(Id::new(&id_text(name))));
        };
        if let Some(id) = find_role(site, name) {
            return Some(Party::Role(id));
        }
        self.unknown_name(
            node,
            name,
            site.roles.iter().map(|role| role.title.as_str()),
            c::UNKNOWN_ROLE,
        );
        None
    }

    /// Stations (or lines and areas, which mean all their stations).
    pub(crate) fn places(&mut self, node: NodeId) -> Vec<Id> {
        let nodes = self.one_or_more(node);
        nodes.into_iter().filter_map(|node| self.place_id(node)).collect()
    }

    pub(crate) fn place_id(&mut self, node: NodeId) -> Option<Id> {
        let name = self.words(node, "at")?;
        let Some(site) = self.site else {
            return Some(Id::new(&name));
        };
        if let Some(id) = find_equipment(site, &name) {
            return Some(id);
        }
        self.unknown_name(
            node,
            &name,
            site.equipment.iter().map(|one| one.id.as_str()),
            c::UNKNOWN_PLACE,
        );
        None
    }

    /// A place of a site that is being read.
    pub(crate) fn place_of(&mut self, node: NodeId, site: &Site) -> Option<Id> {
        let name = self.words(node, "at")?;
        if let Some(id) = find_equipment(site, &name) {
            return Some(id);
        }
        let known = site.equipment.iter().map(|one| one.id.as_str());
        self.unknown_name(node, &name, known, c::UNKNOWN_PLACE);
        None
    }

    /// What a hold stops: a thing of the site when it is written out.
    pub(crate) fn target(&mut self, node: NodeId, what: &str) -> crate::model::Computed {
        let computed = self.computed(node, what);
        if let (Some(site), crate::model::Computed::Literal(value)) = (self.site, &computed) {
            let name = value.display();
            match find_equipment(site, &name) {
                Some(id) => return crate::model::Computed::Literal(expression::Value::text(id.as_str())),
                None if self.tree.scalar(node).is_some() => {
                    let known = site.equipment.iter().map(|one| one.id.as_str());
                    self.unknown_name(node, &name, known, c::UNKNOWN_PLACE);
                }
                None => {}
            }
        }
        computed
    }

    /// A role of the site.
    pub(crate) fn role_named(&mut self, node: NodeId) -> Option<Id> {
        let name = self.words(node, "role")?;
        match self.role(node, &name) {
            Some(Party::Role(role)) => Some(role),
            _ => None,
        }
    }

    fn unknown_name<'n>(
        &mut self,
        node: NodeId,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
        entry: &'static c::Entry,
    ) {
        let near = nearest(name, known.clone());
        let span = self.span(node);
        let mut report = Report::new(entry, span).arg("found", name);
        if let Some(first) = clearly(name, &near) {
            report = report.edits(self.tree.replace_inside(node, 0, usize::MAX, first));
        }
        let others: Vec<String> = known
            .filter(|word| !near.iter().any(|n| n == word))
            .map(str::to_owned)
            .collect();
        self.push(report.expected(near).expected(others));
    }
}

fn find_role(site: &Site, name: &str) -> Option<Id> {
    let id = id_text(name);
    let fits = |role: &&crate::model::Role| role.id.as_str() == id || id_text(&role.title) == id;
    site.roles.iter().find(fits).map(|role| role.id.clone())
}

fn find_equipment(site: &Site, name: &str) -> Option<Id> {
    let exact = site.equipment.iter().find(|one| one.id.as_str() == name);
    let id = id_text(name);
    let similar = || {
        let fits = |one: &&crate::model::Equipment| id_text(one.id.as_str()) == id || id_text(&one.title) == id;
        site.equipment.iter().filter(|one| one.level != Level::Site).find(fits)
    };
    exact.or_else(similar).map(|one| one.id.clone())
}
