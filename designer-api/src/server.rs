//! What every request can reach.

use connect::Vault;
use language::model::Site;
use runtime::Engine;
use std::sync::Arc;
use tokio::sync::Semaphore;

use crate::api::metrics::HttpMetrics;
use crate::events::Events;
use crate::http::Front;
use crate::http::room::Room;
use crate::http::security::Transport;
use crate::identity::Identity;
use crate::limits;
use crate::tls::Tls;
use crate::tokens::Tokens;

/// The running server. Cheap to clone; all clones are the same server.
#[derive(Clone)]
pub(crate) struct Server(Arc<Inner>);

struct Inner {
    engine: Engine,
    tokens: Tokens,
    front: Front,
    room: Room,
    events: Arc<Events>,
    identity: Identity,
    vault: Vault,
    places: Semaphore,
    places_at_door: Semaphore,
    /// One for each core: checking an app is computing, not waiting.
    thinking: Semaphore,
    http_metrics: HttpMetrics,
}

impl Server {
    pub(crate) fn new(engine: Engine, tokens: Tokens, identity: Identity, vault: Vault, front: Front) -> Server {
        let room = Room::make();
        Server(Arc::new(Inner {
            engine,
            tokens,
            identity,
            vault,
            front,
            room,
            events: Arc::new(Events::new(room.listeners)),
            places: Semaphore::new(limits::REQUESTS_AT_ONCE_MAX),
            places_at_door: Semaphore::new(limits::REQUESTS_AT_DOOR_MAX),
            thinking: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
            http_metrics: HttpMetrics::default(),
        }))
    }
    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }
    /// The moment by the engine's clock.
    pub(crate) fn now_ms(&self) -> i64 {
        self.0.identity.now_ms()
    }
    /// What apps are checked against: nothing, when the server was given no site.
    pub(crate) fn site(&self) -> Option<&Site> {
        Some(self.0.engine.site()).filter(|site| **site != Site::default())
    }
    pub(crate) fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }
    /// Whether browsers reach this server by https: then cookies are marked `Secure`.
    pub(crate) fn is_tls(&self) -> bool {
        !matches!(self.0.front, Front::Plain)
    }
    /// Whether all requests come by a proxy, which says from where they came to it.
    pub(crate) fn is_proxied(&self) -> bool {
        matches!(self.0.front, Front::Proxied)
    }
    /// Whether browsers are told to come by HTTPS only.
    pub(crate) fn transport(&self) -> Transport {
        match &self.0.front {
            Front::Tls(tls) if tls.authority().is_none() => Transport::HttpsOnly,
            Front::Tls(_) | Front::Plain | Front::Proxied => Transport::Any,
        }
    }
    /// The certificate at the door, when the server itself does TLS.
    pub(crate) fn tls(&self) -> Option<&Tls> {
        match &self.0.front {
            Front::Tls(tls) => Some(tls),
            Front::Plain | Front::Proxied => None,
        }
    }
    /// How many connections may be open.
    pub(crate) fn room(&self) -> Room {
        self.0.room
    }
    pub(crate) fn events(&self) -> &Arc<Events> {
        &self.0.events
    }
    /// People, their sessions, enrolled stations.
    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }
    /// Secrets of the world outside.
    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }
    /// One for each request of someone who is not signed in.
    pub(crate) fn places_at_door(&self) -> &Semaphore {
        &self.0.places_at_door
    }
    /// One for each request that may be answered at the same time.
    pub(crate) fn places(&self) -> &Semaphore {
        &self.0.places
    }
    /// Computes something long; no more at the same time than there are cores, and beside the threads that serve.
    pub(crate) async fn think<T>(&self, compute: impl FnOnce() -> T) -> T {
        // The semaphore is never closed.
        let _place = self.0.thinking.acquire().await.ok();
        tokio::task::block_in_place(compute)
    }
    pub(crate) fn http_metrics(&self) -> &HttpMetrics {
        &self.0.http_metrics
    }
}
