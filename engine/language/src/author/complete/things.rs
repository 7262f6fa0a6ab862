//! Things that are called by name: of the site, tables and their columns, other apps, steps that are answered.

use expression::Type;

use super::{CompletionKind, Found};
use crate::author::names;
use crate::keywords;
use crate::model::Id;
use crate::place::Place;
use crate::read::keys::Shape;
use crate::read::tests::each_step;

impl Found<'_> {
    /// Things of the site, tables and other apps.
    pub(super) fn things(&mut self, key: &str) {
        let field = matches!(&self.cursor.place, Place::Value(Shape::Sentence)) && self.is_field();
        if field {
            return;
        }
        for kind in names::behind(key) {
            for (written, title, _) in names::things(*kind, self.around.site, self.around.app) {
                let detail = if title == written { String::new() } else { title };
                self.thing(&written, detail);
            }
            if *kind == names::Named::App {
                for beside in self.around.apps {
                    self.thing(beside.id.as_str(), beside.title.clone());
                }
            }
        }
    }

    pub(super) fn is_field(&self) -> bool {
        let below = self.cursor.below();
        below.last().is_some_and(|key| {
            ["fields", "inputs", "columns"]
                .iter()
                .any(|word| keywords::is(word, key))
        })
    }

    pub(super) fn thing(&mut self, written: &str, detail: String) {
        let replaced = self.since(&self.cursor.before.clone());
        let safe = match self.cursor.flow {
            true => crate::tree::plain_is_safe(written),
            false => crate::tree::plain_is_safe_in_block(written),
        };
        let text = if safe {
            written.to_owned()
        } else {
            crate::tree::quoted(written)
        };
        self.push(CompletionKind::Thing, written, text, detail, String::new());
        if let Some(last) = self.out.last_mut() {
            last.replaced = replaced;
        }
    }

    pub(super) fn forms(&mut self) {
        let Some(app) = self.around.app else { return };
        let mut ids = Vec::new();
        each_step(&app.steps, &mut |step| {
            if step.kind.members().is_some() {
                ids.push((step.id.to_string(), step.title.default.source().to_owned()));
            }
        });
        for (id, title) in ids {
            self.thing(&id, title);
        }
    }

    /// The table that a step or table around names, with its columns.
    pub(super) fn table(&self) -> Option<Vec<Id>> {
        let name = ["find", "save", "remove", "from", "table"]
            .iter()
            .find_map(|word| self.cursor.around(word))?;
        let name = name.trim_matches(['"', '\'']);
        let (_, id) = names::named(name, &[names::Named::Table], self.around.site, self.around.app)?;
        let own = self.around.app.map(|app| app.tables.iter()).into_iter().flatten();
        let of_site = self.around.site.map(|site| site.tables.iter()).into_iter().flatten();
        own.chain(of_site)
            .find(|table| table.id == id)
            .map(|table| table.columns.clone())
    }

    pub(super) fn columns_of_table(&mut self) {
        for column in self.table().unwrap_or_default() {
            self.thing(column.as_str(), String::new());
        }
    }

    pub(super) fn columns_to_save(&mut self) {
        let below = self.cursor.below();
        let of_values = below.last().is_some_and(|key| keywords::is("values", key));
        if !of_values {
            return;
        }
        let there: Vec<String> = self.cursor.beside().iter().map(|(key, _)| key.clone()).collect();
        for column in self.table().unwrap_or_default() {
            if !there.iter().any(|one| one == column.as_str()) {
                self.push(
                    CompletionKind::Name,
                    column.as_str(),
                    format!("{column}: "),
                    String::new(),
                    String::new(),
                );
            }
        }
    }

    pub(super) fn inputs_of_called(&mut self) {
        let Some(app) = self
            .cursor
            .around("call")
            .map(|name| name.trim_matches(['"', '\'']).to_owned())
        else {
            return;
        };
        let called = self.around.apps.iter().find(|beside| beside.id.as_str() == app);
        for input in called.map(|called| called.inputs.clone()).unwrap_or_default() {
            self.push(
                CompletionKind::Name,
                input.as_str(),
                format!("{input}: "),
                String::new(),
                String::new(),
            );
        }
    }

    /// In the script of a test: the steps that are answered, and their fields.
    pub(super) fn answers(&mut self) {
        let below: Vec<String> = self.cursor.below().iter().map(|key| (*key).to_owned()).collect();
        let Some(at) = below.iter().position(|key| keywords::is("answer", key)) else {
            return;
        };
        let Some(app) = self.around.app else { return };
        let mut found = Vec::new();
        each_step(&app.steps, &mut |step| {
            let Some(Type::Context(members)) = step.kind.members() else {
                return;
            };
            match below.get(at + 1) {
                None => found.push(step.id.to_string()),
                Some(answered) if answered == step.id.as_str() => found.extend(members.keys().map(ToString::to_string)),
                Some(_) => {}
            }
        });
        for name in found {
            self.push(
                CompletionKind::Name,
                &name,
                format!("{name}: "),
                String::new(),
                String::new(),
            );
        }
    }
}
