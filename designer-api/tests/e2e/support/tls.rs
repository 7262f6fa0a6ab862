//! A browser that speaks TLS and trusts only what it is told to.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// What came back: status, headers and body as they were on the wire.
pub(crate) struct Raw {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

fn request(method: &str, host: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{more}\r\n")
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

fn read(mut stream: impl Read) -> std::io::Result<Raw> {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let body = answer.split_off(end + 4);
    let head = String::from_utf8(answer).unwrap().to_ascii_lowercase();
    Ok(Raw { head, body })
}

/// Without TLS. `more` is further header lines, an empty line and a body.
pub(crate) fn plain(address: SocketAddr, method: &str, path: &str, more: &str) -> Raw {
    let mut stream = connect(address);
    let request = request(method, &address.to_string(), path, more);
    stream.write_all(request.as_bytes()).unwrap();
    read(stream).unwrap()
}

/// With TLS, as `name`, trusting `root` alone; why not, when the server cannot prove to be that.
pub(crate) fn secure(address: SocketAddr, root: &CertificateDer<'_>, name: &str, path: &str) -> Result<Raw, String> {
    secure_with(address, root, name, path, "")
}

/// With further header lines.
pub(crate) fn secure_with(
    address: SocketAddr,
    root: &CertificateDer<'_>,
    name: &str,
    path: &str,
    more: &str,
) -> Result<Raw, String> {
    let (mut stream, certificate) = (connect(address), root.clone().into_owned());
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).map_err(|error| error.to_string())?;
    }
    let mut stream = StreamOwned::new(connection, stream);
    let request = request("GET", &address.to_string(), path, more);
    stream
        .write_all(request.as_bytes())
        .map_err(|error| error.to_string())?;
    read(stream).map_err(|error| error.to_string())
}

pub(crate) fn certificate(pem: &[u8]) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem).unwrap().into_owned()
}
