//! `gemba health`

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::Exit;
use super::out::{complain, say};
use super::serve::address;
use crate::limits;

/// Asks a running server whether it takes requests: for container health checks and scripts.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 it takes requests, 1 it does not, or nobody answers

Example:
  gemba health 127.0.0.1:7878")]
pub(super) struct Health {
    /// Address and port of the server, with or without TLS
    #[arg(value_name = "ADDR", default_value = "127.0.0.1:7878", value_parser = address)]
    at: SocketAddr,
}

impl Health {
    pub(super) fn run(self) -> Exit {
        match ask(self.at) {
            Ok(answer) if answer.starts_with("HTTP/1.1 200 ") => {
                say("up");
                Exit::Done
            }
            Ok(_) => {
                complain(format_args!("the server at {} takes no requests", self.at));
                Exit::ProblemsFound
            }
            Err(error) => {
                complain(format_args!("no server answers at {}: {error}", self.at));
                Exit::ProblemsFound
            }
        }
    }
}

/// Without TLS: this one answer says nothing that is worth hiding, and is given without it too.
fn ask(at: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&at, limits::HEALTH_TIMEOUT)?;
    stream.set_read_timeout(Some(limits::HEALTH_TIMEOUT))?;
    stream.set_write_timeout(Some(limits::HEALTH_TIMEOUT))?;
    write!(
        stream,
        "GET /api/v1/health HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(limits::HEALTH_SIZE_BYTES_MAX).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
