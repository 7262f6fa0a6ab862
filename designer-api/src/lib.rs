//! The `gemba` server: REST, command line, API tokens. What a run does is the engine's; what the wire and the
//! terminal look like is here.

pub mod api;
mod audit;
pub mod cli;
mod data;
mod diagnostics;
mod docs;
mod events;
mod http;
#[allow(dead_code, unused_imports)]
mod identity;
pub mod limits;
mod local;
mod memory;
mod nearest;
mod server;
mod tls;
mod tokens;
mod web;
