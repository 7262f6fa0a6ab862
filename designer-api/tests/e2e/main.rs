//! The real `gemba`, driven from outside: over HTTP, by signals, on the command line.

#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect fails")]

mod backup;
mod bad_input;
mod bad_place;
mod command_line;
mod crash;
mod demo;
mod events;
mod examples;
mod guarded;
mod handling;
mod import;
mod joined;
mod lsp;
mod operator;
mod outside;
mod packaging;
mod people;
mod readme;
mod record;
mod rights;
mod secrets;
mod service;
mod signals;
mod slow_senders;
mod story;
mod support;
mod tls;
mod together;
mod tokens;
mod tutorial;
