//! Load on a Gemba server over HTTP, and what it cost. The binary is `gemba-load`.
//!
//! A load test is a scenario (`scenarios/`, one file each) made again and again by clients (`client`) at a pace
//! (`pace`), on a given server or an own one (`own_server`), while pages follow live events (`following`). What was seen (`record`) and used (`process`) becomes one line
//! (`report`). `README.md` says what the figures mean.

pub mod client;
pub mod failure;
pub mod following;
pub mod limits;
pub mod load;
pub mod machine;
pub mod metrics;
pub mod options;
pub mod own_server;
pub mod pace;
pub mod process;
pub mod record;
pub mod report;
pub mod scenarios;

pub use load::{LoadError, Outcome, load};
pub use options::Options;

/// A number that no other load test uses: std seeds its hashers from the operating system's randomness.
fn unique() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}
