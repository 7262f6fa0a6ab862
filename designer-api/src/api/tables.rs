//! Tables: the records that apps keep.

use axum::Json;
use axum::extract::State;
use language::fields::FieldKind;
use language::model::{App, Field, Step};
use language::steps::StepKind;
use serde_json::Value;

use super::Route;
use super::views::{List, Record};
use crate::http::{Params, Path, Problem};
use crate::identity::Right;
use crate::nearest::nearest;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/tables/{app}/{table}", Right::Read, query)]
}

/// Columns named `after` or `limit` cannot be asked for: these words are the list's own.
async fn query(
    State(server): State<Server>,
    Path((app, table)): Path<(String, String)>,
    mut query: Params,
) -> Result<Json<List<Record>>, Problem> {
    let page = query.page();
    let asked = query.rest();
    let model = super::apps::model(&server, &app, None)?.1;
    let Some(declared) = model.tables.iter().find(|known| known.id.as_str() == table) else {
        let near = nearest(&table, model.tables.iter().map(|known| known.id.as_str())).map(str::to_owned);
        return Err(Problem::not_found("table", &table, near));
    };
    let mut equals = Vec::new();
    for (column, text) in asked {
        query.must_be_among("column", &column, declared.columns.iter().map(|known| known.as_str()));
        let value = plain(field(&model, &column), &text);
        equals.push((column, value));
    }
    query.finish()?;
    let records = server.engine().records(&app, &table, &equals, &page).await?;
    Ok(Json(List::of(records, Record::from)))
}

/// The value that a query's text means. A column named after a field has the field's type; in any other a number, `true`
/// and `false` are what they look like, and quotes make text of them: `?order="4711"`.
fn plain(field: Option<&Field>, text: &str) -> Value {
    let parsed = serde_json::from_str::<Value>(text).ok();
    match field.map(|field| &field.kind) {
        Some(FieldKind::YesNo(_) | FieldKind::Tick(_)) => parsed.filter(Value::is_boolean),
        Some(FieldKind::Whole(_) | FieldKind::Number(_) | FieldKind::Percent(_) | FieldKind::Measure(_)) => {
            parsed.filter(Value::is_number)
        }
        Some(_) => None,
        None => parsed.filter(|value| value.is_number() || value.is_boolean() || value.is_string()),
    }
    .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The input or field of this name, when there is one.
fn field<'a>(app: &'a App, name: &str) -> Option<&'a Field> {
    fn of_steps<'a>(steps: &'a [Step], name: &str) -> Option<&'a Field> {
        steps.iter().find_map(|step| match &step.kind {
            StepKind::Form(form) => form.fields.iter().find(|field| field.id.as_str() == name),
            _ => step.kind.blocks().iter().find_map(|block| of_steps(block.steps, name)),
        })
    }
    app.inputs
        .iter()
        .find(|field| field.id.as_str() == name)
        .or_else(|| of_steps(&app.steps, name))
}
