//! How `gemba serve` is reached: with which certificate, or why without.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Exit;
use super::out::{complain, say, say_text};
use crate::http::Front;
use crate::limits;
use crate::tls::{Authority, Error, Name, Names, Tls, days_between, with_port};

/// Below the data folder; not in backups unless asked for.
pub(super) const AUTHORITY_FOLDER: &str = "tls";

/// What is said about encryption.
#[derive(clap::Args)]
pub(super) struct FrontArgs {
    /// Speak HTTPS with a certificate made here, for devices that were told to trust it at http://…/enrol
    #[arg(long)]
    tls: bool,
    /// A name or address by which browsers reach this computer, beside those it knows of itself; may be repeated
    #[arg(long, value_name = "NAME", requires = "tls")]
    tls_name: Vec<Name>,
    /// Speak HTTPS with this certificate (PEM, with those between); read again when it changes, and at SIGHUP
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls")]
    tls_cert: Option<PathBuf>,
    /// The key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Speak HTTP to a proxy that speaks HTTPS with browsers
    #[arg(long, conflicts_with_all = ["tls", "tls_cert"])]
    behind_proxy: bool,
    /// Let other computers in without any encryption: passwords, PINs and tokens can be read on the network
    #[arg(long, conflicts_with_all = ["tls", "tls_cert", "behind_proxy"])]
    plain_http: bool,
}

impl FrontArgs {
    /// Refuses to let other computers in unencrypted unless that was asked for.
    pub(super) fn check(&self, listen: SocketAddr) -> Result<(), Exit> {
        let decided = self.tls || self.tls_cert.is_some() || self.behind_proxy || self.plain_http;
        if decided || listen.ip().is_loopback() {
            return Ok(());
        }
        complain(format_args!(
            "other computers reach {listen}, and passwords would be readable on the way. Choose one:\n  \
             --tls            encrypt with a certificate made here; tablets are told to trust it, once, at /enrol\n  \
             --tls-cert FILE --tls-key FILE   encrypt with your own certificate\n  \
             --behind-proxy   a proxy before this server speaks HTTPS\n  \
             --plain-http     do not encrypt"
        ));
        Err(Exit::CannotRead)
    }

    pub(super) fn is_behind_proxy(&self) -> bool {
        self.behind_proxy
    }

    /// `address` is where the server listens. The authority of `--tls` is made in `data` at the first start.
    pub(super) fn open(&self, address: SocketAddr, data: &Path) -> Result<Front, Exit> {
        let told = |error: Error| {
            complain(error);
            Exit::CannotRead
        };
        if let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) {
            let tls = Tls::of_files(certificate.clone(), key.clone()).map_err(told)?;
            return Ok(Front::Tls(tls));
        }
        if self.tls {
            let names = Names {
                given: self.tls_name.clone(),
                listen: address,
            };
            let authority = Authority::open(&data.join(AUTHORITY_FOLDER), names, SystemTime::now()).map_err(told)?;
            return Tls::of_authority(authority).map(Front::Tls).map_err(told);
        }
        Ok(if self.behind_proxy {
            Front::Proxied
        } else {
            Front::Plain
        })
    }
}

/// Says where the server listens and how devices get there.
pub(super) fn say_front(front: &Front, address: SocketAddr) {
    match front {
        Front::Tls(tls) => {
            if let Some(authority) = tls.authority() {
                say_authority(authority, address.port());
            }
            say(format_args!("listening on https://{address}"));
            let days = days_between(SystemTime::now(), tls.ends());
            if days < 14 && tls.authority().is_none() {
                complain(format_args!(
                    "the certificate ends in {days} days; put the next one in its place"
                ));
            }
        }
        Front::Proxied => say(format_args!(
            "listening on http://{address} (for a proxy that speaks HTTPS)"
        )),
        Front::Plain => {
            say(format_args!("listening on http://{address}"));
            if !address.ip().is_loopback() {
                complain(format_args!(
                    "other computers reach this address, and nothing is encrypted: passwords, PINs and tokens can be read \
                     on the network, and browsers allow no camera; start with --tls instead"
                ));
            }
        }
    }
}

fn say_authority(authority: &Authority, port: u16) {
    let place = with_port(&authority.names().best(), port);
    let to = format!("http://{place}/enrol");
    say(format_args!("\nTablets: open {to} on each once, and follow it"));
    if std::io::stdout().is_terminal()
        && let Ok(code) = QrCode::new(&to)
    {
        // Light on dark, as terminals are: what is not drawn is the code.
        let drawn = code
            .render::<Dense1x2>()
            .dark_color(Dense1x2::Light)
            .light_color(Dense1x2::Dark)
            .build();
        say_text(&format!("\n{drawn}\n\n"));
    }
    say(format_args!(
        "The certificate they come to trust has this SHA-256 fingerprint; compare it on each:\n\n  {}\n",
        authority.fingerprint()
    ));
    let days = days_between(SystemTime::now(), authority.ends());
    if days < 90 {
        complain(format_args!(
            "this certificate authority ends in {days} days: then every tablet must be enrolled again (see the operator's \
             page)"
        ));
    }
}

/// Keeps the certificate fresh for as long as the server runs.
pub(super) fn keep_fresh(front: &Front) -> Result<(), Exit> {
    let Front::Tls(tls) = front else { return Ok(()) };
    // With files only: otherwise a closed terminal ends the server, as it ends other programs.
    let mut hangup = match tls.authority() {
        None => Some(signal(SignalKind::hangup()).map_err(|error| {
            complain(format_args!("the system gives no signals: {error}"));
            Exit::CannotRead
        })?),
        Some(_) => None,
    };
    let tls = tls.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(limits::TLS_REFRESH_INTERVAL) => {}
                () = told(&mut hangup) => tracing::info!("SIGHUP: the certificate's files are read again"),
            }
            tls.refresh();
        }
    });
    Ok(())
}

async fn told(hangup: &mut Option<Signal>) {
    match hangup {
        Some(hangup) => {
            hangup.recv().await;
        }
        None => std::future::pending().await,
    }
}
