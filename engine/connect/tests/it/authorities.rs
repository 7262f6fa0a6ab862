//! An authority of the test's own, and certificates that it signs.

use crate::connect::Trust;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsConnector;

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

/// A certificate and its key, as PEM and in files.
pub(crate) struct Signed {
    pub(crate) certificate: String,
    pub(crate) key: String,
    pub(crate) certificate_file: PathBuf,
    pub(crate) key_file: PathBuf,
}

impl Authority {
    pub(crate) fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("authority.pem"), issuer.pem()).unwrap();
        Authority { issuer, folder }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::default().with_file(&self.file()).unwrap()
    }

    /// What trusts it and nobody else.
    pub(crate) fn client(&self) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    }

    /// For a server of this name or number.
    pub(crate) fn sign(&self, name: &str) -> Signed {
        self.signed(CertificateParams::new(vec![name.to_owned()]).unwrap(), name)
    }

    pub(crate) fn sign_expired(&self, name: &str) -> Signed {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        self.signed(params, "expired")
    }

    fn signed(&self, params: CertificateParams, file: &str) -> Signed {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        let key = key.serialize_pem();
        let write = |extension: &str, text: &str| {
            let path = self.folder.path().join(format!("{file}.{extension}"));
            std::fs::write(&path, text).unwrap();
            path
        };
        Signed {
            certificate_file: write("crt", &certificate),
            key_file: write("key", &key),
            certificate,
            key,
        }
    }
}

#[test]
fn only_certificates_are_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let refused = |path: &Path| Trust::default().with_file(path).unwrap_err();
    assert!(refused(&folder.path().join("missing")).contains("cannot be read"));
    assert!(refused(&file("empty", "")).contains("holds no certificate"));
    assert!(refused(&file("text", "hello")).contains("holds no certificate"));
    let wrong = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(refused(&file("wrong", wrong)).contains("no certificate"));
}
