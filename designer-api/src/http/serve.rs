//! The accept loop. `axum::serve` has no limits on headers, waiting or connections; hyper has.

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::front::{self, Opened};
use super::room::Room;
use super::stall::Stalling;
use crate::limits;
use crate::tls::Tls;

/// What is served to whom. Every request carries its other side's address as [`ConnectInfo`].
#[derive(Clone)]
pub(crate) enum Doors {
    /// Everything to everyone; nothing is encrypted here.
    Open(Router),
    Tls {
        tls: Tls,
        secure: Router,
        plain: Router,
    },
}

/// Serves until `stop` ends; then takes no more connections and lets the requests under way end.
pub(crate) async fn serve(listener: TcpListener, doors: Doors, room: Room, stop: impl Future<Output = ()>) {
    let mut http = Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits::HEADER_READ_TIMEOUT)
        .max_headers(limits::HEADERS_MAX)
        .max_header_size(limits::HEADERS_SIZE_BYTES_MAX);
    let (http, doors) = (Arc::new(http), Arc::new(doors));
    let places = Arc::new(Semaphore::new(room.connections));
    let open = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let taken = tokio::select! {
            () = &mut stop => break,
            taken = accept(&listener, &places) => taken,
        };
        let Some((stream, peer, place)) = taken else { continue };
        let connection = Connection {
            http: Arc::clone(&http),
            peer,
            watcher: open.watcher(),
        };
        let doors = Arc::clone(&doors);
        tokio::spawn(async move {
            connection.through(&doors, stream).await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits::STOP_GRACE, open.shutdown()).await.is_err() {
        tracing::warn!("some requests had not ended when the server stopped");
    }
}

struct Connection {
    http: Arc<Builder>,
    peer: SocketAddr,
    watcher: Watcher,
}

impl Connection {
    async fn through(self, doors: &Doors, stream: TcpStream) {
        let (tls, secure, plain) = match doors {
            Doors::Open(router) => {
                let stream = Stalling::new(stream, limits::WRITE_STALL_TIMEOUT);
                return Box::pin(self.serve(stream, router)).await;
            }
            Doors::Tls { tls, secure, plain } => (tls, secure, plain),
        };
        match Box::pin(front::open(stream, tls)).await {
            // Each in a box of its own, so that a connection takes no more than its own kind does: thousands are idle.
            Ok(Opened::Secure(stream)) => Box::pin(self.serve(stream, secure)).await,
            Ok(Opened::Plain(stream)) => Box::pin(self.serve(stream, plain)).await,
            // A tablet that does not know the certificate, mostly.
            Err(error) => tracing::debug!(%error, peer = %self.peer, "a TLS handshake did not succeed"),
        }
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: S, router: &Router) {
        let (peer, service) = (ConnectInfo(self.peer), TowerToHyperService::new(router.clone()));
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            service.call(request)
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        // A connection that breaks off is its client's affair.
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

/// A tablet that leaves the radio says no goodbye, and the system would send again for a quarter of an hour.
fn give_up_the_lost(stream: &TcpStream) {
    let patience_ms = u32::try_from(limits::WRITE_STALL_TIMEOUT.as_millis()).unwrap_or(u32::MAX);
    if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, patience_ms) {
        tracing::debug!(%error, "TCP_USER_TIMEOUT was not taken");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers are small and wanted at once.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY was not taken");
            }
            give_up_the_lost(&stream);
            Some((stream, peer, place))
        }
        Err(error) => {
            // Out of file handles, mostly: wait for some to be given back rather than spin.
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}
