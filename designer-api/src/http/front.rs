//! How browsers reach the server, and the first moments of a connection: one port takes TLS and plain HTTP.

use std::io;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::stall::Stalling;
use crate::limits;
use crate::tls::Tls;

/// How browsers reach the server.
#[derive(Clone)]
pub(crate) enum Front {
    /// Nothing is encrypted.
    Plain,
    /// A proxy speaks TLS with browsers; what it sends here is not encrypted.
    Proxied,
    Tls(Tls),
}

/// A connection whose first byte has come.
pub(super) enum Opened {
    Plain(Stalling<TcpStream>),
    Secure(Box<TlsStream<Stalling<TcpStream>>>),
}

/// The first byte of a TLS handshake record (RFC 8446, 5.1); no HTTP method begins with it.
const HANDSHAKE: u8 = 22;

/// Looks at the first byte, and does the handshake when it begins one.
pub(super) async fn open(stream: TcpStream, tls: &Tls) -> io::Result<Opened> {
    let opening = async {
        let mut first = [0];
        let begins_handshake = stream.peek(&mut first).await? == 1 && first == [HANDSHAKE];
        let stream = Stalling::new(stream, limits::WRITE_STALL_TIMEOUT);
        if !begins_handshake {
            return Ok(Opened::Plain(stream));
        }
        let secure = tls.acceptor().accept(stream).await?;
        Ok(Opened::Secure(Box::new(secure)))
    };
    tokio::time::timeout(limits::TLS_HANDSHAKE_TIMEOUT, opening).await?
}
