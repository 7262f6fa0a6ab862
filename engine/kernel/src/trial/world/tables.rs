//! What is kept in a test: records of tables, and numbers of series.

use std::collections::BTreeMap;

use expression::Value;
use language::model::Id;
use serde_json::Value as Json;

use super::World;
use crate::{Query, Record, select};

/// Stands for the site where tables are kept by the app that has them.
pub(super) const SITE_TABLES: &str = "$site";

impl World {
    /// Records that are there before the start.
    pub(in crate::trial) fn begin_with(&mut self, records: &BTreeMap<Id, Vec<BTreeMap<Id, Json>>>) {
        let Some(app) = self.programs.first().map(|program| program.app().clone()) else {
            return;
        };
        for (table, given) in records {
            // What the app calls its own comes before what the site has.
            let own = app.tables.iter().find(|known| known.id == *table);
            let of_site = || self.site.tables.iter().find(|known| known.id == *table);
            let (owner, known) = match (own, of_site()) {
                (Some(known), _) => (app.id.clone(), known),
                (None, Some(known)) => (Id::new(SITE_TABLES), known),
                (None, None) => continue,
            };
            let kept = self.tables.entry((owner, table.clone())).or_default();
            for columns in given {
                let record: Record = columns
                    .iter()
                    .map(|(column, value)| (column.clone(), Value::from_json(value)))
                    .collect();
                let key = record.get(&known.key).map(Value::display).unwrap_or_default();
                kept.insert(key, record);
            }
        }
    }

    /// Of a table of the app under test, else of the site, by key.
    pub(in crate::trial) fn records(&self, table: &Id) -> BTreeMap<String, Record> {
        let app = self.programs.first().map(|program| program.app());
        let own = app.filter(|app| app.tables.iter().any(|known| known.id == *table));
        let owner = own.map_or_else(|| Id::new(SITE_TABLES), |app| app.id.clone());
        let records = self.tables.get(&(owner, table.clone()));
        records.cloned().unwrap_or_default()
    }

    pub(super) fn find(&self, number: usize, query: &Query) -> Vec<Record> {
        let table = self
            .app_of(number)
            .and_then(|app| self.tables.get(&(app, query.table.clone())));
        select(
            query,
            table
                .map(|records| records.values().cloned().collect())
                .unwrap_or_default(),
        )
    }

    /// The next number of a series of the site; of one that the site does not know, by its name.
    pub(super) fn take_number(&mut self, series: &Id) -> String {
        let known = self.site.numbers.iter().find(|known| known.id == *series).cloned();
        let day = self.clock().moment().date();
        let period = known.as_ref().map(|known| known.period(day)).unwrap_or_default();
        let count = self.counts.entry((series.clone(), period)).or_default();
        *count += 1;
        let number = known.map_or_else(|| format!("{series}-{count:04}"), |known| known.number(day, *count));
        self.numbers.push(number.clone());
        number
    }
}
