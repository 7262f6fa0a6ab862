//! What leaves, against what it leaves to: a real HTTP server, a real Mosquitto, a mail server.

#![allow(clippy::unwrap_used)]

use gemba_connect as connect;

mod channels;
mod http;
mod mqtt;
mod printers;
