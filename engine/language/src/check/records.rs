//! What a record lacks.

use super::tell;
use crate::catalogue as c;
use crate::model::{App, Id};
use crate::names::{Index, Meaning};
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::StepKind;

/// Columns of a `save` that get nothing.
pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let mut saves = Vec::new();
    each_step(&app.steps, &mut |step| {
        if let StepKind::Save(save) = &step.kind {
            saves.push((step, save));
        }
    });
    for (step, save) in saves {
        let tables = match (save.of_site, reader.site) {
            (true, Some(site)) => &site.tables,
            _ => &app.tables,
        };
        let Some(table) = tables.iter().find(|table| table.id == save.table.value) else {
            continue;
        };
        for column in table.columns.clone() {
            let column = &column;
            let written = save.values.iter().any(|(name, _)| name == column);
            let named = readable(index, column) || index.items_at(step.span.start).contains(column);
            if written || named {
                continue;
            }
            let report = Report::new(c::SAVE_WITHOUT_VALUE, save.table.span).arg("column", column.as_str());
            tell(reader, index, step, report);
        }
    }
}

/// Whether a bare name stands for one value that a record can hold.
fn readable(index: &Index, name: &Id) -> bool {
    matches!(
        index.meanings.get(name),
        Some(Meaning::Input | Meaning::Value | Meaning::Field { .. })
    )
}
