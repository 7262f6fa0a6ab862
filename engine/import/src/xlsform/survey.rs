//! The rows of the survey sheet in order: groups, repeats and questions.

use std::collections::{BTreeMap, BTreeSet};

use super::feel::{Gives, Known, Scope};
use super::question::{self, Type};
use super::table::Table;
use super::{Languages, Lists, xpath};
use crate::codes as c;
use crate::draft::{Field, Key, Value, Words, one_line};
use crate::limits;
use crate::report::Report;
use crate::workbook::Error;
use crate::yaml;

/// Id of the one form.
pub(super) const FORM_ID: &str = "answers";

/// What all questions of a survey are read with.
pub(super) struct Survey<'s> {
    pub(super) table: &'s Table<'s>,
    pub(super) languages: &'s Languages,
    pub(super) lists: &'s Lists,
    pub(super) questions: BTreeMap<String, Known>,
    /// Names of questions whose answers are read somewhere.
    taken: BTreeSet<String>,
    /// What became of nothing else, for the top of the form.
    pub(super) comments: Vec<String>,
    /// Ids by row.
    ids: BTreeMap<u32, String>,
}

/// A group or repeat that is open.
struct Level {
    /// The repeat, by its row.
    repeat: Option<u32>,
    /// `relevant` of the groups since the last repeat.
    conditions: Vec<String>,
    fields: Vec<Field>,
}

pub(super) fn fields(
    table: &Table<'_>,
    languages: &Languages,
    lists: &Lists,
    report: &mut Report,
) -> Result<(Vec<Field>, Vec<String>), Error> {
    let mut survey = Survey {
        table,
        languages,
        lists,
        questions: BTreeMap::new(),
        taken: BTreeSet::from([FORM_ID.to_owned()]),
        comments: Vec::new(),
        ids: BTreeMap::new(),
    };
    survey.know(report);
    columns(table, report);
    let mut levels = vec![Level {
        repeat: None,
        conditions: Vec::new(),
        fields: Vec::new(),
    }];
    let mut count = 0;
    for row in table.rows() {
        let written = table.text(row, "type");
        let kind = question::type_of(written);
        count += 1;
        if count > limits::FIELDS_PER_FORM_MAX {
            let most = limits::FIELDS_PER_FORM_MAX.to_string();
            report.add(c::FORM_FULL, table.place(row, "type"), written, &[&most]);
            break;
        }
        match kind {
            Type::BeginGroup | Type::BeginRepeat => {
                if levels.len() > limits::GROUP_DEPTH_MAX {
                    return Err(Error::TooMany(limits::GROUP_DEPTH_MAX, "groups inside one another"));
                }
                survey.begin(row, &kind, &mut levels, report);
            }
            Type::EndGroup | Type::EndRepeat => survey.end(row, &kind, &mut levels, report),
            _ => {
                let (conditions, within) = around(&survey, &levels);
                let found = question::fields(&mut survey, row, &kind, &conditions, within.as_deref(), report);
                if let Some(level) = levels.last_mut() {
                    level.fields.extend(found);
                }
            }
        }
    }
    while levels.len() > 1 {
        let row = levels.last().and_then(|level| level.repeat);
        let row = row.or_else(|| table.rows().last().copied()).unwrap_or(0);
        report.add(c::UNBALANCED, table.place(row, "type"), table.text(row, "type"), &[]);
        survey.close(&mut levels);
    }
    let fields = levels.pop().map(|level| level.fields).unwrap_or_default();
    Ok((fields, survey.comments))
}

/// Conditions and repeat around what comes next.
fn around(survey: &Survey<'_>, levels: &[Level]) -> (Vec<String>, Option<String>) {
    let from = levels.iter().rposition(|level| level.repeat.is_some()).unwrap_or(0);
    let conditions = levels[from..]
        .iter()
        .flat_map(|level| level.conditions.clone())
        .collect();
    let repeat = levels[from].repeat;
    let within = repeat.map(|row| one_line(survey.table.text(row, "name")));
    (conditions, within)
}

impl Survey<'_> {
    /// Ids and types of all questions, so that each can be read by those before it.
    fn know(&mut self, report: &mut Report) {
        let mut repeats: Vec<Option<String>> = Vec::new();
        for row in self.table.rows().into_iter().take(limits::FIELDS_PER_FORM_MAX) {
            let kind = question::type_of(self.table.text(row, "type"));
            let name = one_line(self.table.text(row, "name"));
            match kind {
                Type::EndGroup | Type::EndRepeat => {
                    repeats.pop();
                    continue;
                }
                Type::Meta(_) | Type::Empty => continue,
                _ => {}
            }
            let wish = yaml::wished(
                kind.word(),
                Some(&name).filter(|name| !name.is_empty()).map(String::as_str),
                &Words::default(),
            );
            let id = yaml::free(&wish, &mut self.taken);
            if !name.is_empty() && id != name {
                report.add(c::NAME_CHANGED, self.table.place(row, "name"), &name, &[&id]);
            }
            self.ids.insert(row, id.clone());
            let within = repeats.iter().rev().flatten().next().cloned();
            match kind {
                Type::BeginGroup => repeats.push(None),
                Type::BeginRepeat => {
                    repeats.push(Some(name.clone()));
                    let gives = Gives::List;
                    self.questions.entry(name).or_insert(Known { id, gives, within });
                }
                _ => {
                    let gives = question::gives(&kind, self.lists);
                    self.questions.entry(name).or_insert(Known { id, gives, within });
                }
            }
        }
    }

    pub(super) fn id(&self, row: u32) -> Option<String> {
        self.ids.get(&row).cloned()
    }

    /// An id for what the form does not name.
    pub(super) fn new_id(&mut self, wish: &str) -> String {
        let wish = yaml::wished("text", Some(wish), &Words::default());
        yaml::free(&wish, &mut self.taken)
    }

    /// A sentence of a row.
    pub(super) fn words(&self, row: u32, said: &str) -> Words {
        let ids = |name: &str| self.questions.get(name).map(|known| known.id.clone());
        self.languages.words(self.table, row, said, &ids)
    }

    /// An expression as a formula; what has none is reported and becomes a comment of the field.
    pub(super) fn formula(
        &self,
        row: u32,
        column: &str,
        within: Option<&str>,
        opposite: bool,
        field: &mut Field,
        report: &mut Report,
    ) -> Option<String> {
        let written = self.table.text(row, column);
        if written.is_empty() {
            return None;
        }
        let name = one_line(self.table.text(row, "name"));
        let scope = Scope {
            questions: &self.questions,
            own: Some(&name),
            within,
        };
        let tree = xpath::parse(written).map(|tree| if opposite { xpath::opposite(&tree) } else { tree });
        match tree.and_then(|tree| scope.formula(&tree)) {
            Ok(formula) => Some(formula),
            Err((en, zh)) => {
                report.add_in_both(c::FORMULA_NOT_READ, self.table.place(row, column), written, &en, &zh);
                field.comments.push(format!("{column}: {}", one_line(written)));
                None
            }
        }
    }

    /// `show_if` of a row with those of the groups around it.
    pub(super) fn condition(
        &self,
        row: u32,
        conditions: &[String],
        within: Option<&str>,
        field: &mut Field,
        report: &mut Report,
    ) -> Option<Key> {
        let own = self.formula(row, "relevant", within, false, field, report);
        let all: Vec<String> = conditions.iter().cloned().chain(own).collect();
        let joined = match &all[..] {
            [] => return None,
            [one] => one.clone(),
            several => {
                let part = |one: &String| {
                    if one.contains(" or ") || one.starts_with("if ") {
                        format!("({one})")
                    } else {
                        one.clone()
                    }
                };
                several.iter().map(part).collect::<Vec<_>>().join(" and ")
            }
        };
        let written = self.table.text(row, "relevant");
        let original = if written.is_empty() {
            joined.clone()
        } else {
            written.to_owned()
        };
        Some(Key {
            word: "show_if",
            value: Value::Text(joined),
            translated_from: Some(original),
        })
    }

    fn begin(&mut self, row: u32, kind: &Type, levels: &mut Vec<Level>, report: &mut Report) {
        let (conditions, within) = around(self, levels);
        let label = self.words(row, "label");
        let place = self.table.place(row, "type");
        if *kind == Type::BeginRepeat {
            report.add(c::REPEAT_AS_ROWS, place, self.table.text(row, "type"), &["group"]);
            levels.push(Level {
                repeat: Some(row),
                conditions: Vec::new(),
                fields: Vec::new(),
            });
            return;
        }
        report.add(c::GROUP_FLATTENED, place.clone(), self.table.text(row, "type"), &[]);
        let mut heading = Field::new("info", label, place, self.table.text(row, "type"));
        let own = self.formula(row, "relevant", within.as_deref(), false, &mut heading, report);
        let shown = self.condition_of(&conditions, own.as_ref());
        let mut fields = Vec::new();
        if !heading.title.is_empty() {
            heading.id = self.id(row);
            heading.keys.extend(shown);
            fields.push(heading);
        }
        levels.push(Level {
            repeat: None,
            conditions: own.into_iter().collect(),
            fields,
        });
    }

    fn condition_of(&self, conditions: &[String], own: Option<&String>) -> Option<Key> {
        let all: Vec<&str> = conditions.iter().chain(own).map(String::as_str).collect();
        (!all.is_empty()).then(|| Key {
            word: "show_if",
            value: Value::Text(all.join(" and ")),
            translated_from: Some(all.join(" and ")),
        })
    }

    fn end(&mut self, row: u32, kind: &Type, levels: &mut Vec<Level>, report: &mut Report) {
        let open = levels.last().map(|level| level.repeat.is_some());
        let fits = levels.len() > 1 && open == Some(*kind == Type::EndRepeat);
        if !fits {
            report.add(
                c::UNBALANCED,
                self.table.place(row, "type"),
                self.table.text(row, "type"),
                &[],
            );
            return;
        }
        let Some(begin) = levels.last().and_then(|level| level.repeat) else {
            self.close(levels);
            return;
        };
        self.close(levels);
        let (conditions, within) = around(self, levels);
        let Some(mut field) = levels.last_mut().and_then(|level| level.fields.pop()) else {
            return;
        };
        let shown = self.condition(begin, &conditions, within.as_deref(), &mut field, report);
        field.keys.extend(shown);
        let times = self.table.text(begin, "repeat_count");
        match times.parse::<u32>() {
            Ok(times) if (1..=language::limits::ROWS_MAX).contains(&times) => {
                field.keys.push(Key::bare("at_most", times.to_string()));
            }
            _ if times.is_empty() => {}
            _ => report.add(
                c::IGNORED,
                self.table.place(begin, "repeat_count"),
                times,
                &["repeat_count"],
            ),
        }
        if let Some(level) = levels.last_mut() {
            level.fields.push(field);
        }
    }

    /// Puts what was inside into what is around.
    fn close(&self, levels: &mut Vec<Level>) {
        let Some(level) = levels.pop() else { return };
        let Some(outer) = levels.last_mut() else { return };
        let Some(row) = level.repeat else {
            outer.fields.extend(level.fields);
            return;
        };
        let mut title = self.words(row, "label");
        if title.is_empty() {
            title = Words::plain(&one_line(self.table.text(row, "name")));
        }
        let mut field = Field::new(
            "group",
            title,
            self.table.place(row, "type"),
            self.table.text(row, "type"),
        );
        field.id = self.id(row);
        field.inside = Some(("fields", level.fields));
        outer.fields.push(field);
    }
}

/// Says which columns have no counterpart, each once.
fn columns(table: &Table<'_>, report: &mut Report) {
    const KNOWN: [&str; 12] = [
        "type",
        "name",
        "label",
        "hint",
        "required",
        "relevant",
        "constraint",
        "constraint_message",
        "default",
        "readonly",
        "calculation",
        "repeat_count",
    ];
    for (name, at) in &table.columns {
        let plain = name.split("::").next().unwrap_or_default();
        // These are looked at question by question.
        if KNOWN.contains(&plain) || matches!(plain, "appearance" | "parameters") || name.is_empty() {
            continue;
        }
        let used = table
            .rows()
            .into_iter()
            .find(|row| !table.sheet.text(*row, *at).is_empty());
        if let Some(row) = used {
            let place = crate::report::Place::cell(&table.sheet.name, row, *at);
            report.add(c::IGNORED, place, table.sheet.text(row, *at), &[name]);
        }
    }
}
