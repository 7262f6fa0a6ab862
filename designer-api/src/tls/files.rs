//! A certificate and a key that the operator keeps in files, and replaces when they near their end.

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Certificate, Error};

pub(super) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// As they were when last read, whether that worked or not: a fault is told once.
    seen: Mutex<Stamps>,
}

/// When each file was changed, and its size.
type Stamps = [Option<(SystemTime, u64)>; 2];

impl Files {
    pub(super) fn open(
        certificate: PathBuf,
        key: PathBuf,
        provider: &CryptoProvider,
    ) -> Result<(Files, Certificate), Error> {
        let seen = Mutex::new(stamps(&certificate, &key));
        let files = Files { certificate, key, seen };
        let first = files.read(provider)?;
        Ok((files, first))
    }

    /// The new certificate when a file was changed since it was last looked at.
    pub(super) fn changed(&self, provider: &CryptoProvider) -> Result<Option<Certificate>, Error> {
        let now = stamps(&self.certificate, &self.key);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now {
            return Ok(None);
        }
        *seen = now;
        self.read(provider).map(Some)
    }

    fn read(&self, provider: &CryptoProvider) -> Result<Certificate, Error> {
        let wrong = |path: &Path, what: String| Error::Wrong {
            path: path.to_owned(),
            what,
        };
        let text = read(&self.certificate)?;
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
            .collect::<Result<_, _>>()
            .map_err(|error| wrong(&self.certificate, format!("no certificate that can be read: {error}")))?;
        let Some(leaf) = chain.first() else {
            return Err(wrong(&self.certificate, "no certificate in PEM form".to_owned()));
        };
        let ends = end_of(leaf).ok_or_else(|| wrong(&self.certificate, "something that is no certificate".into()))?;
        // What is in the key's file is never said.
        let key = PrivateKeyDer::from_pem_slice(&read(&self.key)?)
            .map_err(|_| wrong(&self.key, "no private key in PEM form".to_owned()))?;
        let key = CertifiedKey::from_der(chain, key, provider).map_err(|error| {
            wrong(
                &self.key,
                format!("a key that does not go with the certificate: {error}"),
            )
        })?;
        Ok(Certificate {
            key: Arc::new(key),
            ends,
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Unreadable {
        path: path.to_owned(),
        source,
    })
}

fn stamps(certificate: &Path, key: &Path) -> Stamps {
    [certificate, key].map(|path| {
        let about = fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

/// When a certificate ends.
pub(super) fn end_of(certificate: &[u8]) -> Option<SystemTime> {
    let (_, read) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let seconds = u64::try_from(read.validity().not_after.timestamp()).ok()?;
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}
