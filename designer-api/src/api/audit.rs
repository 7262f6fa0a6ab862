//! The audit journal: who changed who may do what.

use axum::Json;
use axum::extract::State;
use runtime::AuditRow;
use serde::Serialize;
use serde_json::Value;

use super::Route;
use super::views::List;
use crate::http::{Params, Problem, Rfc3339};
use crate::identity::Right;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/audit", Right::Admin, list)]
}

#[derive(Serialize)]
struct Entry {
    seq: u64,
    at: Rfc3339,
    by: Value,
    did: Value,
    on: Value,
    old: Value,
    new: Value,
    /// SHA-256 over the hash before it, its number, moment and body, hexadecimal.
    hash: String,
}

/// Newest first.
async fn list(State(server): State<Server>, mut query: Params) -> Result<Json<List<Entry>>, Problem> {
    let page = query.page();
    query.finish()?;
    let found = server.engine().audit(&page).await?;
    Ok(Json(List::of(found, Entry::from)))
}

impl From<AuditRow> for Entry {
    fn from(row: AuditRow) -> Entry {
        // Entries are JSON objects.
        let mut body: Value = serde_json::from_str(&row.body).unwrap_or_default();
        let mut member = |name: &str| body.get_mut(name).map(Value::take).unwrap_or_default();
        Entry {
            seq: row.seq,
            at: Rfc3339(row.at_ms),
            by: member("by"),
            did: member("did"),
            on: member("on"),
            old: member("old"),
            new: member("new"),
            hash: row.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}
