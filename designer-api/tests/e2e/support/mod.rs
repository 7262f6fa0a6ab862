//! Servers, clients, and a contract that every answer is held to.

mod client;
mod contract;
mod random;
mod server;

pub(crate) use client::{Answer, Client};
pub(crate) use random::Random;
pub(crate) use server::{Place, Server, gemba};

use std::time::{Duration, Instant};

pub(crate) const FIRST_PIECE: &str = include_str!("../../../../examples/first-piece-inspection.yaml");
pub(crate) const SITE: &str = include_str!("../../../../examples/site.yaml");

/// Asks until there is an answer; fails when there is none after half a minute.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}
