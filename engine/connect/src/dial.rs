//! A stream to a server: its name looked up once, its addresses held against the rule, and TLS where it is asked for.

use crate::address::{Address, Host};
use crate::failure::{Failure, Kind};
use crate::limits;
use crate::trust::{Trust, explained};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

/// A connection, plain or encrypted.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// Opens streams. Cheap to clone.
#[derive(Clone, Default)]
pub struct Dialler {
    trust: Trust,
    /// Made when it is first needed: whom the computer trusts is a long list.
    tls: Arc<OnceLock<TlsConnector>>,
}

impl Dialler {
    /// Trusts whom this computer trusts; `SSL_CERT_FILE` and `SSL_CERT_DIR` name others.
    pub fn new() -> Dialler {
        Dialler::default()
    }

    /// Trusts others besides.
    pub fn trusting(trust: Trust) -> Dialler {
        Dialler {
            trust,
            tls: Arc::default(),
        }
    }

    /// The caller limits the time.
    pub(crate) async fn dial(&self, address: &Address) -> Result<Box<dyn Stream>, Failure> {
        let stream = connect(address, &resolve(address).await?).await?;
        // Small messages should not wait for company. Fails when the other side is gone, which is seen soon enough.
        let _ = stream.set_nodelay(true);
        if !address.is_tls {
            return Ok(Box::new(stream));
        }
        let name = match &address.host {
            Host::Ip(ip) => ServerName::from(*ip),
            Host::Name(name) => ServerName::try_from(name.clone())
                .map_err(|_| Failure::last(Kind::NotAllowed, format!("'{name}' is no name of a computer")))?,
        };
        let tls = self.tls.get_or_init(|| tls(&self.trust));
        match tls.connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => Err(Failure::last(
                Kind::Refused,
                format!("no trusted encryption with {address}: {}", explained(&error)),
            )),
            Err(error) => Err(unreachable(address, &error)),
        }
    }
}

fn tls(trust: &Trust) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        // The versions are those of the provider itself.
        .expect("ring does TLS 1.2 and 1.3")
        .with_root_certificates(trust.roots())
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Looked up once: what was held against the rule is what is connected to.
async fn resolve(address: &Address) -> Result<Vec<SocketAddr>, Failure> {
    let name = match &address.host {
        Host::Ip(ip) => return Ok(vec![SocketAddr::new(*ip, address.port)]),
        Host::Name(name) => name,
    };
    let found = lookup_host((name.as_str(), address.port)).await;
    let found: Vec<SocketAddr> = found
        .map_err(|error| Failure::again(Kind::Unreachable, format!("the name '{name}' was not found: {error}")))?
        .take(limits::ADDRESSES_MAX)
        .collect();
    let allowed: Vec<SocketAddr> = found
        .iter()
        .copied()
        .filter(|at| address.host.may_be_at(at.ip()))
        .collect();
    match (found.first(), allowed.is_empty()) {
        (_, false) => Ok(allowed),
        (Some(at), true) => Err(Failure::last(
            Kind::NotAllowed,
            format!(
                "the name '{name}' leads to {}, which is not allowed for a name: the site must give that address itself",
                at.ip()
            ),
        )),
        (None, true) => Err(Failure::again(
            Kind::Unreachable,
            format!("the name '{name}' has no address"),
        )),
    }
}

async fn connect(address: &Address, places: &[SocketAddr]) -> Result<TcpStream, Failure> {
    let mut last = None;
    for place in places {
        let limit = Duration::from_millis(limits::CONNECT_MS);
        match tokio::time::timeout(limit, TcpStream::connect(place)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = Some(unreachable(address, &error)),
            Err(_) => {
                last = Some(Failure::again(Kind::Unreachable, format!("{address} does not answer")));
            }
        }
    }
    // There is at least one place.
    Err(last.unwrap_or_else(|| Failure::again(Kind::Unreachable, format!("{address} has no address"))))
}

fn unreachable(address: &Address, error: &std::io::Error) -> Failure {
    Failure::again(Kind::Unreachable, format!("{address} is not reachable: {error}"))
}
