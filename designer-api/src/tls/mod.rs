//! TLS: the certificate that is shown to browsers, where it comes from, and how it is kept fresh.
//!
//! It comes from files of the operator ([`files`]), or is issued by a certificate authority of this one server
//! ([`authority`]) that tablets come to trust once. Serving with it is [`crate::http`]'s.

mod authority;
mod files;
mod names;

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio_rustls::TlsAcceptor;

pub(crate) use authority::Authority;
use files::Files;
pub(crate) use names::{Name, Names, with_port};

/// Why there is no certificate; for the person who runs the server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("'{path}' cannot be read: {source}", path = path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("'{path}' cannot be written: {source}", path = path.display())]
    Unwritable { path: PathBuf, source: std::io::Error },
    #[error("'{path}' holds {what}", path = path.display())]
    Wrong { path: PathBuf, what: String },
    #[error(
        "the computer's clock says a time before 2025; set it first: a certificate made now would be valid for nobody"
    )]
    ClockIsWrong,
    #[error(
        "the certificate authority in '{path}' vouches for private addresses and the names it was made for, not for \
         '{name}'; to make a new one, remove that folder and start again with --tls-name {name}; every tablet must then \
         be enrolled again",
        path = path.display()
    )]
    NameNotPermitted { path: PathBuf, name: Name },
    #[error("a certificate cannot be made: {0}")]
    Making(#[from] rcgen::Error),
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
}

/// The certificate at the door. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub(crate) struct Tls(Arc<Inner>);

struct Inner {
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
    source: Source,
}

enum Source {
    Files(Files),
    Authority(Box<Authority>),
}

/// A certificate with its key.
struct Certificate {
    key: Arc<CertifiedKey>,
    ends: SystemTime,
}

/// What every handshake shows.
struct Shown(RwLock<Certificate>);

impl Shown {
    fn replace(&self, certificate: Certificate) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = certificate;
    }
    fn ends(&self) -> SystemTime {
        self.0.read().unwrap_or_else(PoisonError::into_inner).ends
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&shown.key))
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Shown")
    }
}

impl Tls {
    /// With a certificate (leaf first, then those between) and a key of the operator's own, both PEM.
    pub(crate) fn of_files(certificate: PathBuf, key: PathBuf) -> Result<Tls, Error> {
        let (files, first) = Files::open(certificate, key, &provider())?;
        Tls::new(Source::Files(files), first)
    }

    /// With certificates of the server's own authority.
    pub(crate) fn of_authority(authority: Authority) -> Result<Tls, Error> {
        let first = authority.issue(&provider(), SystemTime::now())?;
        Tls::new(Source::Authority(Box::new(authority)), first)
    }

    fn new(source: Source, first: Certificate) -> Result<Tls, Error> {
        let shown = Arc::new(Shown(RwLock::new(first)));
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // A tablet that comes back from its pocket need not do the whole handshake again.
        config.ticketer = rustls::crypto::ring::Ticketer::new()?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Tls(Arc::new(Inner {
            acceptor,
            shown,
            source,
        })))
    }

    pub(crate) fn acceptor(&self) -> &TlsAcceptor {
        &self.0.acceptor
    }

    /// `None` with the operator's own certificate: whoever issued it is trusted already.
    pub(crate) fn authority(&self) -> Option<&Authority> {
        match &self.0.source {
            Source::Authority(authority) => Some(authority),
            Source::Files(_) => None,
        }
    }

    /// When the certificate shown now ends.
    pub(crate) fn ends(&self) -> SystemTime {
        self.0.shown.ends()
    }

    /// Shows another certificate when the files have changed, or when the one issued is near its end or lacks an
    /// address that the computer has by now. What does not work is logged, and the certificate before stays.
    pub(crate) fn refresh(&self) {
        let now = SystemTime::now();
        let fresh = match &self.0.source {
            Source::Files(files) => files.changed(&provider()),
            Source::Authority(authority) => authority.renewed(&provider(), now, self.ends()),
        };
        match fresh {
            Ok(None) => {}
            Ok(Some(certificate)) => {
                let days = days_between(now, certificate.ends);
                self.0.shown.replace(certificate);
                tracing::info!(valid_days = days, "the TLS certificate was replaced");
            }
            Err(error) => tracing::warn!(%error, "the TLS certificate stays as it was"),
        }
    }
}

/// Whole days from `now` to `end`; 0 when it is past.
pub(crate) fn days_between(now: SystemTime, end: SystemTime) -> u64 {
    end.duration_since(now).unwrap_or(Duration::ZERO).as_secs() / (24 * 60 * 60)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
