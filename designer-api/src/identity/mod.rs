//! Who calls, and what they may do: people, their sessions, enrolled stations.
//!
//! Everything is kept in memory and written through to the store: a request that comes with a cookie costs a look into
//! a map, and what was answered is on disk. Changes happen one after the other; nothing is locked while something waits.
//!
//! What a person types is never kept, logged or shown by `Debug`: passwords and PINs are kept as argon2id, badges as a
//! keyed hash by which they are found, cookies and the setup code as SHA-256.

mod book;
mod demo;
mod error;
mod hashing;
mod lockout;
mod pace;
mod people;
mod principal;
mod right;
mod rules;
mod session;
mod setup;
mod sign_in;
mod standing;
mod station;
#[cfg(test)]
mod tests;
mod ticket;

pub(crate) use book::{Identity, Lifetimes};
pub(crate) use demo::DemoPerson;
pub(crate) use error::Error;
pub(crate) use people::{Change, Person};
pub(crate) use principal::{Principal, SignedIn};
pub(crate) use right::{Right, Rights};
pub(crate) use session::{NewSession, Sign};
pub(crate) use sign_in::{Credential, Proof};
pub(crate) use standing::Duties;
pub(crate) use station::Place;
pub(crate) use ticket::Ticket;
