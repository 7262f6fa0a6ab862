//! Notices: who was told what.

use axum::Json;
use axum::extract::State;
use store::rows::NoticeFilter;

use super::views::{List, Notice};
use super::{Route, site};
use crate::http::{Params, Problem};
use crate::identity::Right;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/notices", Right::Read, list)]
}

async fn list(State(server): State<Server>, mut query: Params) -> Result<Json<List<Notice>>, Problem> {
    let site = server.engine().site();
    let mut told: Vec<(&str, String)> = Vec::new();
    told.extend(site::roles(&mut query, site).into_iter().map(|id| ("role", id)));
    told.extend(query.one("person").map(|id| ("person", id)));
    told.extend(site::station(&mut query, site).map(|id| ("station", id)));
    if told.len() > 1 {
        let en = "only one of 'role', 'person' and 'station' may be given".into();
        query.fault(told[1].0, "too-many", en, "role、person、station 只能给出一个".into());
    }
    let told = told.pop();
    let filter = NoticeFilter {
        to_kind: told.as_ref().map(|(kind, _)| (*kind).to_owned()),
        to_id: told.map(|(_, id)| id),
        run: query.run("run"),
    };
    let page = query.page();
    query.finish()?;
    let notices = server.engine().notices(&filter, &page).await?;
    Ok(Json(List::of(notices, Notice::from)))
}
