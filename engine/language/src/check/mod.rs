//! Checks that need the whole app: ids, names and types of formulas, the order of steps.

mod flow;
mod formulas;
mod ids;
mod unsure;

pub(crate) use ids::step_ids;

use crate::model::App;
use crate::names::Index;
use crate::read::Reader;

/// Everything that can be said once all steps are known.
pub(crate) fn app(reader: &mut Reader<'_>, app: &App) {
    let mut index = Index::new(app);
    ids::references(reader, app, &index);
    formulas::check(reader, app, &mut index);
    // What is said about the flow of a half-read app would mislead.
    if !reader.reports.any_error() {
        flow::check(reader, app, &index);
    }
}
