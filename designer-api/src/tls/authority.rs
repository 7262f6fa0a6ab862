//! A certificate authority for this one server, so that a workshop without an IT department has TLS.
//!
//! Its key stays in the data folder and signs nothing but this server's certificates. Whoever steals it could pose as
//! computers of the workshop's own network to its tablets, and as nobody else: the authority is constrained to private
//! addresses, to names that exist in local networks only, and to the names it was made for (RFC 5280, 4.2.1.10). It is
//! constrained to those rather than to today's addresses because a router may give the computer another one tomorrow,
//! and every tablet would have to be enrolled again.

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use x509_parser::extensions::GeneralName;

use super::files::end_of;
use super::{Certificate, Error, Name, Names};
use crate::limits;

const KEY: &str = "authority.key";
const CERTIFICATE: &str = "authority.crt";

/// 2025-01-01: a clock that says less was never set.
const CLOCK_MIN: Duration = Duration::from_secs(1_735_689_600);

/// Names that exist in local networks only: mDNS (RFC 6762), ICANN's private-use name, RFC 8375, and what routers use.
const LOCAL_NAMES: [&str; 6] = ["localhost", "local", "internal", "home.arpa", "lan", "home"];

/// RFC 1918, 3927, 6598, 4193, 4291; loopback.
const PRIVATE_NETWORKS: [&str; 9] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

pub(crate) struct Authority {
    names: Names,
    certificate: CertificateDer<'static>,
    certificate_pem: String,
    issuer: Issuer<'static, KeyPair>,
    permitted: Permitted,
    ends: SystemTime,
    /// In the certificate issued last.
    issued: Mutex<BTreeSet<Name>>,
}

impl Authority {
    /// Opens the authority of this folder, or makes it when there is none.
    pub(crate) fn open(folder: &Path, names: Names, now: SystemTime) -> Result<Authority, Error> {
        if !folder.join(CERTIFICATE).exists() {
            make(folder, &names, now)?;
        }
        let authority = read(folder, names)?;
        let refused = |name: &&Name| !authority.permitted.covers(name);
        if let Some(name) = authority.names.given.iter().find(refused) {
            return Err(Error::NameNotPermitted {
                path: folder.to_owned(),
                name: name.clone(),
            });
        }
        if authority.ends <= now {
            let what = "a certificate authority that has ended; remove that folder, start again, and enrol every tablet \
                        again";
            return Err(Error::Wrong {
                path: folder.join(CERTIFICATE),
                what: what.to_owned(),
            });
        }
        Ok(authority)
    }

    /// What tablets come to trust.
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub(crate) fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    pub(crate) fn ends(&self) -> SystemTime {
        self.ends
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// SHA-256 of the certificate, as devices show it: `AB:CD:…`.
    pub(crate) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(&self.certificate);
        let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }

    /// Whether browsers find this name in the certificate that is shown now.
    pub(crate) fn vouches_for(&self, name: &Name) -> bool {
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.contains(name)
    }

    /// A certificate for all names that this computer has now.
    pub(super) fn issue(&self, provider: &CryptoProvider, now: SystemTime) -> Result<Certificate, Error> {
        let names = self.wanted();
        let ends = (now + limits::TLS_CERTIFICATE_LIFETIME).min(self.ends);
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, self.names.best().to_string());
        for name in &names {
            params.subject_alt_names.push(match name {
                Name::Address(address) => SanType::IpAddress(*address),
                Name::Host(host) => SanType::DnsName(host.as_str().try_into()?),
            });
        }
        params.not_before = (now - limits::TLS_CLOCK_SLACK).into();
        params.not_after = ends.into();
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let leaf = params.signed_by(&key, &self.issuer)?;
        let secret = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let shown = CertifiedKey::from_der(vec![leaf.der().clone()], secret, provider)?;
        *self.issued.lock().unwrap_or_else(PoisonError::into_inner) = names;
        Ok(Certificate {
            key: Arc::new(shown),
            ends,
        })
    }

    /// The next certificate when the one that ends then is near its end, or lacks a name that the computer has by now.
    pub(super) fn renewed(
        &self,
        provider: &CryptoProvider,
        now: SystemTime,
        ends: SystemTime,
    ) -> Result<Option<Certificate>, Error> {
        let near = now + limits::TLS_CERTIFICATE_RENEWED_BEFORE >= ends && ends < self.ends;
        let lacks = {
            let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
            !self.wanted().is_subset(&issued)
        };
        if near || lacks {
            return self.issue(provider, now).map(Some);
        }
        Ok(None)
    }

    fn wanted(&self) -> BTreeSet<Name> {
        let mut names = self.names.now();
        names.retain(|name| self.permitted.covers(name));
        names
    }
}

/// What the authority's certificate permits it to vouch for.
struct Permitted {
    hosts: Vec<String>,
    /// Address and mask of as many bytes.
    networks: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Permitted {
    fn of(certificate: &[u8]) -> Option<Permitted> {
        let (_, read) = x509_parser::parse_x509_certificate(certificate).ok()?;
        let constraints = read.name_constraints().ok()??.value;
        let mut permitted = Permitted {
            hosts: Vec::new(),
            networks: Vec::new(),
        };
        for tree in constraints.permitted_subtrees.iter().flatten() {
            match &tree.base {
                GeneralName::DNSName(host) => permitted.hosts.push((*host).to_owned()),
                GeneralName::IPAddress(bytes) => {
                    let (address, mask) = bytes.split_at(bytes.len() / 2);
                    permitted.networks.push((address.to_vec(), mask.to_vec()));
                }
                _ => {}
            }
        }
        Some(permitted)
    }

    fn covers(&self, name: &Name) -> bool {
        match name {
            Name::Host(host) => self.hosts.iter().any(|above| {
                let rest = host.strip_suffix(above.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }),
            Name::Address(address) => {
                let bytes = match address {
                    IpAddr::V4(v4) => v4.octets().to_vec(),
                    IpAddr::V6(v6) => v6.octets().to_vec(),
                };
                self.networks.iter().any(|(network, mask)| {
                    let inside = |((byte, net), mask): ((&u8, &u8), &u8)| byte & mask == net & mask;
                    network.len() == bytes.len() && bytes.iter().zip(network).zip(mask).all(inside)
                })
            }
        }
    }
}

fn make(folder: &Path, names: &Names, now: SystemTime) -> Result<(), Error> {
    if now < UNIX_EPOCH + CLOCK_MIN {
        return Err(Error::ClockIsWrong);
    }
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    let title = format!("Gemba at {}", names.best());
    params.distinguished_name.push(DnType::CommonName, title);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Gemba, this workshop only");
    params.not_before = (now - limits::TLS_CLOCK_SLACK).into();
    params.not_after = (now + limits::TLS_AUTHORITY_LIFETIME).into();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.name_constraints = Some(constraints(names));
    let certificate = params.self_signed(&key)?;
    let unwritable = |path: &Path, source| Error::Unwritable {
        path: path.to_owned(),
        source,
    };
    make_folder(folder).map_err(|error| unwritable(folder, error))?;
    // The key first: without a certificate it stands for nothing, and is made anew.
    for (name, text) in [(KEY, key.serialize_pem()), (CERTIFICATE, certificate.pem())] {
        let path = folder.join(name);
        write(folder, &path, text.as_bytes()).map_err(|error| unwritable(&path, error))?;
    }
    Ok(())
}

fn constraints(names: &Names) -> NameConstraints {
    let mut permitted: Vec<GeneralSubtree> = LOCAL_NAMES.map(|name| GeneralSubtree::DnsName(name.to_owned())).into();
    let networks = PRIVATE_NETWORKS
        .iter()
        .filter_map(|text| text.parse::<CidrSubnet>().ok());
    permitted.extend(networks.map(GeneralSubtree::IpAddress));
    // The computer's own name, and what the operator gave; an address outside private networks only when given.
    for name in names.now() {
        let given = names.given.contains(&name);
        let tree = match name {
            Name::Host(host) => GeneralSubtree::DnsName(host),
            Name::Address(address) if given => {
                let bits = if address.is_ipv4() { 32 } else { 128 };
                GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
            }
            Name::Address(_) => continue,
        };
        if !permitted.contains(&tree) {
            permitted.push(tree);
        }
    }
    NameConstraints {
        permitted_subtrees: permitted,
        excluded_subtrees: Vec::new(),
    }
}

fn read(folder: &Path, names: Names) -> Result<Authority, Error> {
    let file = |name: &str| {
        let path = folder.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok((path, text)),
            Err(source) => Err(Error::Unreadable { path, source }),
        }
    };
    let wrong = |path: PathBuf, what: &str| Error::Wrong {
        path,
        what: what.to_owned(),
    };
    let (path, certificate_pem) = file(CERTIFICATE)?;
    let parsed = CertificateDer::from_pem_slice(certificate_pem.as_bytes())
        .ok()
        .and_then(|certificate| {
            let certificate = certificate.into_owned();
            let (ends, permitted) = (end_of(&certificate)?, Permitted::of(&certificate)?);
            Some((certificate, ends, permitted))
        });
    let Some((certificate, ends, permitted)) = parsed else {
        return Err(wrong(path, "no certificate authority of Gemba"));
    };
    let (path, text) = file(KEY)?;
    let Ok(key) = KeyPair::from_pem(&text) else {
        return Err(wrong(path, "no private key in PEM form"));
    };
    if !is_key_of(&key, &certificate) {
        return Err(wrong(path, "a key that does not go with the certificate beside it"));
    }
    let issuer = Issuer::from_ca_cert_der(&certificate, key)?;
    Ok(Authority {
        names,
        certificate,
        certificate_pem,
        issuer,
        permitted,
        ends,
        issued: Mutex::default(),
    })
}

fn is_key_of(key: &KeyPair, certificate: &[u8]) -> bool {
    x509_parser::parse_x509_certificate(certificate)
        .is_ok_and(|(_, read)| read.public_key().subject_public_key.data == key.public_key_raw())
}

fn make_folder(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Whole or not at all, and for the server's own user only.
fn write(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let making = path.with_extension("making");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&making)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&making, path)?;
    File::open(folder)?.sync_all()
}
