//! By what a listener was let in: when that is no more, neither is the listener.

use axum::http::HeaderMap;
use std::sync::Arc;
use store::rows::Hash;

use crate::http::cookies::{self, Cookie};
use crate::identity::{Principal, SignedIn, Ticket};
use crate::server::Server;

pub(crate) enum Pass {
    /// By its name.
    Token(Arc<str>),
    Person(Arc<SignedIn>),
    /// The cookie of an enrolled station.
    Station(Ticket),
}

impl Pass {
    /// Of whom the guard has let in with these headers.
    pub(crate) fn of(server: &Server, principal: Principal, headers: &HeaderMap) -> Option<Pass> {
        match principal {
            Principal::Token { name, .. } => Some(Pass::Token(name)),
            Principal::Person(signed_in) => Some(Pass::Person(signed_in)),
            Principal::Local { .. } => None,
            Principal::Station { .. } => cookies::ticket(headers, Cookie::Station, server.is_tls()).map(Pass::Station),
        }
    }

    /// The browser that it was given to; none for a program.
    pub(super) fn browser(&self) -> Option<Hash> {
        match self {
            Pass::Token(_) => None,
            Pass::Person(signed_in) => Some(signed_in.session()),
            Pass::Station(ticket) => Some(ticket.hash()),
        }
    }

    /// Whether the token still exists, the session goes on, the station is still enrolled.
    pub(super) fn holds(&self, server: &Server) -> bool {
        match self {
            Pass::Token(name) => server.tokens().knows(name),
            Pass::Person(signed_in) => server.identity().goes_on(signed_in),
            Pass::Station(ticket) => server.identity().station_of(ticket).is_some(),
        }
    }

    /// Returns at the end of a session, at once: the next person at a tablet must not be told for the last one. Never
    /// for others, which are asked for now and then.
    pub(super) async fn ended(&self, server: &Server) {
        match self {
            Pass::Person(signed_in) => server.identity().ended(signed_in).await,
            Pass::Token(_) | Pass::Station(_) => std::future::pending().await,
        }
    }
}
