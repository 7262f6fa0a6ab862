//! What leaves, against what it leaves to: a real HTTP server, a real Mosquitto, a mail server.

#![allow(clippy::unwrap_used)]

use gemba_connect as connect;

mod authorities;
mod channels;
mod http;
mod mail_tls;
mod mqtt;
mod mqtt_tls;
mod printers;
