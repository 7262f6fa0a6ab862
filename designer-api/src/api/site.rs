//! The site: its equipment and roles. Roles and stations named in requests that it does not know are refused, with the
//! nearest.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use language::model::{Level, Site};
use serde_json::{Value, json};

use super::Route;
use super::views::{List, Record};
use crate::http::guard::Who;
use crate::http::{Call, Members, Params, Path, Problem};
use crate::identity::Right;
use crate::nearest::nearest;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/site", Who::StationOr(Right::Read), whole),
        Route::get("/site/tables/{table}", Right::Read, records),
        Route::put("/site/tables/{table}/{key}", Right::Author, put_record),
        Route::delete("/site/tables/{table}/{key}", Right::Author, drop_record),
    ]
}

async fn whole(State(server): State<Server>, query: Params) -> Result<Json<Value>, Problem> {
    query.finish()?;
    let site = server.engine().site();
    let equipment = site
        .equipment
        .iter()
        .map(|place| json!({"id": place.id, "title": place.title, "level": place.level, "parent": place.parent}));
    let roles = site
        .roles
        .iter()
        .map(|role| json!({"id": role.id, "title": role.title}));
    Ok(Json(json!({
        "title": site.title,
        "time_zone": site.time_zone,
        "equipment": equipment.collect::<Vec<_>>(),
        "roles": roles.collect::<Vec<_>>(),
    })))
}

/// Records of a table of the site, by key.
async fn records(
    State(server): State<Server>,
    Path(table): Path<String>,
    mut query: Params,
) -> Result<Json<List<Record>>, Problem> {
    let page = query.page();
    query.finish()?;
    let found = server.engine().site_records(&table, &page).await?;
    Ok(Json(List::of(found, Record::from)))
}

/// Writes a record, or writes it over as a whole.
async fn put_record(
    State(server): State<Server>,
    Path((table, key)): Path<(String, String)>,
    call: Call,
    mut body: Members,
) -> Result<StatusCode, Problem> {
    let values = body.object("values");
    let caller = call.caller_of(&mut body)?;
    body.finish()?;
    server.engine().put_site_record(&table, &key, &values, &caller).await?;
    tracing::info!(
        table,
        key,
        by = caller.name,
        person = caller.person,
        "a record of the site was written"
    );
    Ok(StatusCode::NO_CONTENT)
}

async fn drop_record(
    State(server): State<Server>,
    Path((table, key)): Path<(String, String)>,
    call: Call,
    query: Params,
) -> Result<StatusCode, Problem> {
    query.finish()?;
    let caller = call.caller();
    server.engine().drop_site_record(&table, &key, &caller).await?;
    tracing::info!(
        table,
        key,
        by = caller.name,
        person = caller.person,
        "a record of the site was removed"
    );
    Ok(StatusCode::NO_CONTENT)
}

/// Roles of a filter. A site that names no roles knows them all.
pub(super) fn roles(query: &mut Params, site: &Site) -> Vec<String> {
    let roles = query.many("role");
    for role in roles.iter().filter(|_| !site.roles.is_empty()) {
        query.must_be_among("role", role, site.roles.iter().map(|known| known.id.as_str()));
    }
    roles
}

/// The station of a filter. A site that names no stations knows them all.
pub(super) fn station(query: &mut Params, site: &Site) -> Option<String> {
    let station = query.one("station")?;
    if stations(site).next().is_some() {
        query.must_be_among("station", &station, stations(site));
    }
    Some(station)
}

/// The station at which something is started.
pub(super) fn station_must_be_known(site: &Site, station: &str) -> Result<(), Problem> {
    if stations(site).next().is_none() || stations(site).any(|known| known == station) {
        return Ok(());
    }
    let nearest = nearest(station, stations(site)).map(str::to_owned);
    Err(Problem::not_found("station", station, nearest).in_the_body())
}

fn stations(site: &Site) -> impl Iterator<Item = &str> + Clone {
    site.equipment
        .iter()
        .filter(|place| place.level == Level::Station)
        .map(|place| place.id.as_str())
}
