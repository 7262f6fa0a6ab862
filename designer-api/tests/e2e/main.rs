//! The real `gemba`, driven from outside: over HTTP, by signals, on the command line.

#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect fails")]

mod backup;
mod bad_input;
mod bad_place;
mod command_line;
mod crash;
<<<<<<< HEAD
mod packaging;
=======
mod events;
>>>>>>> 6ca78ed (GET /events: what was committed, as server-sent events; room for 4,000 listeners beside other work)
mod readme;
mod service;
mod story;
mod support;
mod tls;
mod tokens;
