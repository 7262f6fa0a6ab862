//! What a new version of an app does to the records that the published one has kept.

use std::collections::BTreeMap;

use expression::Type;

use crate::catalogue as c;
use crate::diagnostic::Diagnostic;
use crate::keywords::Keywords;
use crate::model::{App, Id, Span, Table};
use crate::names::{Index, type_of};
use crate::read::tests::each_step;
use crate::read::{Report, Reports};
use crate::steps::StepKind;

/// Warns of tables whose records would be of two sorts: a column that holds something else than before, or another
/// key. `source` is the text of the new version.
pub fn check_against(source: &str, app: &App, published: &App) -> Vec<Diagnostic> {
    let mut reports = Reports::default();
    let (held, holds) = (column_types(published), column_types(app));
    for table in &app.tables {
        let Some(earlier) = published.tables.iter().find(|earlier| earlier.id == table.id) else {
            continue;
        };
        if earlier.key != table.key {
            let report = Report::new(c::KEY_CHANGED, place_of(source, table, &table.key))
                .arg("found", table.key.as_str())
                .arg("earlier", earlier.key.as_str());
            reports.push(in_table(report, table));
        }
        for column in &table.columns {
            let place = (table.id.clone(), column.clone());
            let (Some(before), Some(now)) = (held.get(&place), holds.get(&place)) else {
                continue;
            };
            let ((before_en, before_zh), (now_en, now_zh)) = (before.words(), now.words());
            if before_en == now_en || matches!(before, Type::Any | Type::Null) || matches!(now, Type::Any | Type::Null)
            {
                continue;
            }
            let report = Report::new(c::COLUMN_CHANGED, place_of(source, table, column))
                .arg("column", column.as_str())
                .arg_in("before", before_en, before_zh)
                .arg_in("now", now_en, now_zh);
            reports.push(in_table(report, table));
        }
    }
    reports.into_diagnostics(Keywords::of(source))
}

fn in_table(mut report: Report, table: &Table) -> Report {
    let title = table.title.default.source();
    report.place = (format!("table '{title}'"), format!("表“{title}”"));
    report
}

/// What the steps write into each column; where they differ, nothing is known.
fn column_types(app: &App) -> BTreeMap<(Id, Id), Type> {
    let index = Index::new(app);
    let mut types: BTreeMap<(Id, Id), Type> = BTreeMap::new();
    each_step(&app.steps, &mut |step| {
        let StepKind::Save(save) = &step.kind else { return };
        if save.of_site {
            return;
        }
        let Some(table) = app.tables.iter().find(|table| table.id == save.table.value) else {
            return;
        };
        let names = index.names_at(Some(step.span.start));
        for column in &table.columns {
            let written = save.values.iter().find(|(name, _)| name == column);
            let kind = match written {
                Some((_, value)) => type_of(value, &names),
                None => names.names.get(&column.0).cloned().unwrap_or(Type::Any),
            };
            let place = (table.id.clone(), column.clone());
            match types.get_mut(&place) {
                Some(known) if known.words() != kind.words() => *known = Type::Any,
                Some(_) => {}
                None => drop(types.insert(place, kind)),
            }
        }
    });
    types
}

/// Where a column is written in its table; the table's first line where that cannot be found.
fn place_of(source: &str, table: &Table, column: &Id) -> Span {
    let text = source.get(table.span.start..table.span.end).unwrap_or_default();
    let mut at = table.span.start;
    for part in text.split_inclusive([':', ',', '[', ']', '\n']) {
        let word = part.trim_end_matches([':', ',', '[', ']', '\n']).trim();
        let word = word.strip_prefix("- ").unwrap_or(word).trim();
        if !word.is_empty() && crate::id_text(word) == column.as_str() && !part.ends_with(':') {
            let start = at + part.find(word).unwrap_or(0);
            return Span {
                start,
                end: start + word.len(),
            };
        }
        at += part.len();
    }
    Span {
        start: table.span.start,
        end: table.span.start + text.find('\n').unwrap_or(text.len()),
    }
}
