//! The runtime on the real kernel, the real language and the real SQLite store, in virtual time.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

extern crate gemba_runtime as runtime;

mod apps;
mod asks;
mod brakes;
mod changes;
mod crashes;
mod faults;
mod handling;
mod leaving;
mod migrations;
mod outbox;
mod overview;
mod repairs;
mod replays;
mod requests;
mod rig;
mod rights;
mod schedules;
mod signals;
mod stories;
mod timers;
mod versions;
