//! Whom connections by TLS trust: whom this computer trusts, and authorities of the factory's own.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, RootCertStore};
use std::path::Path;

use crate::limits;

/// Certificates of authorities that are trusted besides those of the computer.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    own: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Reads authorities from a file in PEM; the error is a sentence.
    pub fn with_file(mut self, path: &Path) -> Result<Trust, String> {
        let shown = path.display();
        let text = std::fs::read(path).map_err(|error| format!("'{shown}' cannot be read: {error}"))?;
        if text.len() > limits::AUTHORITIES_BYTES_MAX {
            let max = limits::AUTHORITIES_BYTES_MAX;
            return Err(format!("'{shown}' is larger than {max} bytes"));
        }
        let mut probe = RootCertStore::empty();
        let before = self.own.len();
        for certificate in CertificateDer::pem_slice_iter(&text) {
            let certificate = certificate.map_err(|error| format!("'{shown}' is no PEM: {error}"))?;
            let added = probe.add(certificate.clone());
            added.map_err(|error| format!("'{shown}' holds something that is no certificate: {error}"))?;
            self.own.push(certificate);
        }
        if self.own.len() == before {
            return Err(format!("'{shown}' holds no certificate"));
        }
        Ok(self)
    }

    pub(crate) fn own(&self) -> &[CertificateDer<'static>] {
        &self.own
    }

    /// With those of this computer; what of them cannot be read is told in the log.
    pub(crate) fn roots(&self) -> RootCertStore {
        let found = rustls_native_certs::load_native_certs();
        for problem in &found.errors {
            tracing::warn!(%problem, "certificates that this computer trusts cannot be read");
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        roots.add_parsable_certificates(self.own.iter().cloned());
        if roots.is_empty() {
            tracing::warn!("this computer trusts no certificates: nothing can be reached by TLS");
        }
        roots
    }
}

/// Why a certificate is not taken, and what to do about it, in the words of who runs the plant. Anything else as it is.
pub(crate) fn explained(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref::<rustls::Error>() {
            return said(why).unwrap_or_else(|| error.to_string());
        }
        // What an `io::Error` holds is not among its sources.
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .map(|inner| inner as &(dyn std::error::Error + 'static));
        cause = inner.or_else(|| error.source());
    }
    error.to_string()
}

fn said(why: &CertificateError) -> Option<String> {
    Some(match why {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is from an authority that is not trusted here; 'gemba serve --trust FILE' trusts one of the \
             factory's own"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; look whether the clock of this computer is right".to_owned()
        }
        CertificateError::NotValidForName => "its certificate is for another name".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } => {
            format!("its certificate is for another name: {}", presented.join(", "))
        }
        _ => return None,
    })
}
