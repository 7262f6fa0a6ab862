//! Who stands at the door: what routes know of a browser before anyone is signed in.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{HeaderMap, Method, header, request::Parts};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::Problem;
use super::cookies::{self, Cookie};
use crate::identity::{Place, Sign, SignedIn, Ticket};
use crate::server::Server;

/// Header that a page sends with every change; only a page of this server can know what it says.
const CSRF_HEADER: &str = "gemba-csrf";
/// Header by which browsers say where a request comes from (Fetch Metadata); only on secure pages.
const FETCH_SITE_HEADER: &str = "sec-fetch-site";

/// Header in which proxies write from where a request came to them.
const FORWARDED_FOR_HEADER: &str = "x-forwarded-for";

/// A browser, or a program that behaves like one.
pub(crate) struct Visitor {
    /// The session of its cookie, when that goes on.
    pub(crate) session: Option<(Ticket, Arc<SignedIn>)>,
    /// The cookie of a station, whatever it is worth.
    pub(crate) station_ticket: Option<Ticket>,
    /// The station that the cookie makes it.
    pub(crate) station: Option<Arc<str>>,
    /// The same, and which of the station's browsers it is.
    pub(crate) place: Option<Place>,
    pub(crate) address: IpAddr,
    /// Whether cookies are only sent encrypted.
    pub(crate) secure: bool,
    /// With a token it is a program.
    pub(crate) has_token: bool,
}

impl FromRequestParts<Server> for Visitor {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Visitor, Infallible> {
        let headers = &parts.headers;
        let station_ticket = cookies::ticket(headers, Cookie::Station, server.is_tls());
        let place = station_ticket
            .as_ref()
            .and_then(|ticket| server.identity().place_of(ticket));
        Ok(Visitor {
            session: session(server, headers, sign_of(&parts.method)),
            station: place.as_ref().map(|place| place.station.clone()),
            place,
            station_ticket,
            address: address(parts, server.is_proxied()),
            secure: server.is_tls(),
            has_token: headers.contains_key(header::AUTHORIZATION),
        })
    }
}

/// The session of a request's cookie.
pub(crate) fn session(server: &Server, headers: &HeaderMap, sign: Sign) -> Option<(Ticket, Arc<SignedIn>)> {
    let ticket = cookies::ticket(headers, Cookie::Session, server.is_tls())?;
    let signed_in = server.identity().session(&ticket, sign)?;
    Some((ticket, signed_in))
}

/// Changes are made by people; pages look at lists by themselves.
pub(super) fn sign_of(method: &Method) -> Sign {
    if is_safe(method) { Sign::None } else { Sign::OfLife }
}

/// Refuses a change that may come from another site's page.
pub(crate) fn must_be_own_page(method: &Method, headers: &HeaderMap, ticket: &Ticket) -> Result<(), Problem> {
    if is_safe(method) {
        return Ok(());
    }
    let given = headers.get(CSRF_HEADER).map(|value| value.as_bytes());
    if given.is_some_and(|given| ticket.is_csrf(given)) {
        must_not_be_foreign(headers)
    } else {
        Err(Problem::csrf())
    }
}

/// Refuses what a browser says that another site's page began.
pub(crate) fn must_not_be_foreign(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get(FETCH_SITE_HEADER).map(|value| value.as_bytes()) {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(Problem::csrf()),
    }
}

pub(super) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// From where it comes; a made-up address when nobody told, so that all those count together. What a proxy of ours adds
/// to `X-Forwarded-For` is its last entry: those before it are whatever the sender wrote.
fn address(parts: &Parts, is_proxied: bool) -> IpAddr {
    let forwarded = parts.headers.get_all(FORWARDED_FOR_HEADER).iter().next_back();
    let forwarded = forwarded
        .filter(|_| is_proxied)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|entry| entry.trim().parse().ok());
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    forwarded.unwrap_or_else(|| peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn the_address_is_the_peers_or_what_a_proxy_of_ours_says() {
        let request = Request::builder()
            .header(FORWARDED_FOR_HEADER, "1.2.3.4")
            .header(FORWARDED_FOR_HEADER, "5.6.7.8, 10.0.0.9")
            .extension(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
        let (parts, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(address(&parts, false), IpAddr::from([10, 0, 0, 1]));
        assert_eq!(address(&parts, true), IpAddr::from([10, 0, 0, 9]));
        let (parts, ()) = Request::builder().body(()).unwrap().into_parts();
        assert_eq!(address(&parts, true), IpAddr::from([0, 0, 0, 0]));
    }

    #[test]
    fn what_a_foreign_page_began_is_refused() {
        let site = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(FETCH_SITE_HEADER, value.parse().unwrap());
            must_not_be_foreign(&headers).is_ok()
        };
        assert!(must_not_be_foreign(&HeaderMap::new()).is_ok());
        assert!(site("same-origin") && site("none"));
        assert!(!site("same-site") && !site("cross-site") && !site("x"));
    }
}
