//! Which words name things of the site or of other apps, and those things.

use crate::keywords;
use crate::model::{App, Id, Level, Site};
use crate::read::ids::id_text;

/// A kind of thing that files name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Named {
    Role,
    Equipment,
    Channel,
    Connection,
    Signal,
    Printer,
    Series,
    Shift,
    Reasons,
    Table,
    App,
}

/// What stands behind these keys and words of steps. The words of fields are none of them: a sentence stands there.
const NAMED_BEHIND: &[(&str, &[Named])] = &[
    ("at", &[Named::Equipment]),
    ("to", WHO),
    ("tell", WHO),
    ("move_to", WHO),
    ("hold", &[Named::Equipment]),
    ("release", &[Named::Equipment]),
    ("role", &[Named::Role]),
    ("station", &[Named::Equipment]),
    ("channel", &[Named::Channel]),
    ("connection", &[Named::Connection]),
    ("signal", &[Named::Signal]),
    ("write", &[Named::Signal]),
    ("on", &[Named::Printer]),
    ("number", &[Named::Series]),
    ("shift", &[Named::Shift]),
    ("find", &[Named::Table]),
    ("save", &[Named::Table]),
    ("remove", &[Named::Table]),
    ("from", &[Named::Reasons, Named::Table, Named::Signal]),
    ("call", &[Named::App]),
];
const WHO: &[Named] = &[Named::Role, Named::Equipment, Named::Channel];

/// Lists of a site file, and `tables` of an app, with the word that their entries begin with.
const NAMED_IN: &[(&str, &str, Named)] = &[
    ("areas", "area", Named::Equipment),
    ("lines", "line", Named::Equipment),
    ("stations", "station", Named::Equipment),
    ("roles", "role", Named::Role),
    ("shifts", "shift", Named::Shift),
    ("reasons", "tree", Named::Reasons),
    ("numbers", "series", Named::Series),
    ("tables", "table", Named::Table),
    ("signals", "signal", Named::Signal),
    ("connections", "connection", Named::Connection),
    ("channels", "channel", Named::Channel),
    ("printers", "printer", Named::Printer),
];

/// What can be named behind a key of an app.
pub(super) fn behind(key: &str) -> &'static [Named] {
    let found = NAMED_BEHIND.iter().find(|(word, _)| keywords::is(word, key));
    found.map_or(&[], |(_, kinds)| kinds)
}

/// What the entries of a list are, with the word that they begin with.
pub(super) fn entries_of(list: &str) -> Option<(&'static str, Named)> {
    let found = NAMED_IN.iter().find(|(word, _, _)| keywords::is(word, list));
    found.map(|(_, word, kind)| (*word, *kind))
}

/// All things of a kind: what is written, what people call it, and the id.
pub(super) fn things(kind: Named, site: Option<&Site>, app: Option<&App>) -> Vec<(String, String, Id)> {
    let Some(site) = site else {
        return match kind {
            Named::Table => tables_of(app),
            _ => Vec::new(),
        };
    };
    macro_rules! titled {
        ($list:ident) => {
            site.$list
                .iter()
                .map(|one| (one.title.clone(), one.title.clone(), one.id.clone()))
                .collect()
        };
    }
    match kind {
        Named::Role => titled!(roles),
        Named::Channel => titled!(channels),
        Named::Connection => titled!(connections),
        Named::Signal => titled!(signals),
        Named::Printer => titled!(printers),
        Named::Series => titled!(numbers),
        Named::Shift => titled!(shifts),
        Named::Reasons => titled!(reasons),
        Named::Equipment => {
            let below = site.equipment.iter().filter(|one| one.level != Level::Site);
            below
                .map(|one| (one.id.to_string(), one.title.clone(), one.id.clone()))
                .collect()
        }
        Named::Table => {
            let mut found = tables_of(app);
            let shown = |table: &crate::model::Table| table.title.default.source().to_owned();
            found.extend(
                site.tables
                    .iter()
                    .map(|table| (shown(table), shown(table), table.id.clone())),
            );
            found
        }
        Named::App => Vec::new(),
    }
}

fn tables_of(app: Option<&App>) -> Vec<(String, String, Id)> {
    let tables = app.map(|app| app.tables.as_slice()).unwrap_or_default();
    let one = |table: &crate::model::Table| {
        let title = table.title.default.source().to_owned();
        (title.clone(), title, table.id.clone())
    };
    tables.iter().map(one).collect()
}

/// The thing that a text names behind a key, as readers look it up: by its id, or by what it is called.
pub(super) fn named(text: &str, kinds: &[Named], site: Option<&Site>, app: Option<&App>) -> Option<(Named, Id)> {
    let id = id_text(text);
    kinds.iter().find_map(|kind| {
        let all = things(*kind, site, app);
        let exact = all.iter().find(|one| one.2.as_str() == text);
        let alike = || {
            let fits = |one: &&(String, String, Id)| id_text(one.2.as_str()) == id || id_text(&one.1) == id;
            all.iter().find(fits)
        };
        exact.or_else(alike).map(|one| (*kind, one.2.clone()))
    })
}
