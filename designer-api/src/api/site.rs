//! Roles and stations named in requests: those that the site does not know are refused, with the nearest.

use language::model::{Level, Site};

use crate::http::{Params, Problem};
use crate::nearest::nearest;

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
