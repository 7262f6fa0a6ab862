//! The store on SQLite: one file for the rows, one folder for the blobs, one process.
//!
//! ```text
//! DATA/gemba.db        the database, with gemba.db-wal and gemba.db-shm while it is open
//! DATA/blobs/ab/ab…    blobs under the SHA-256 of their content
//! DATA/lock            locked while a process has the folder open; holds its number
//! ```
//!
//! One connection writes, a few read. Committed is what is synced: write-ahead log with `synchronous=FULL`.
//!
//! Lists say `LIMIT +?`: SQLite plans by the value of a bare `LIMIT ?`, and prepares the statement anew each time that
//! another one is bound, which costs more than the list itself.

mod asks;
mod audit;
mod backup;
mod blobs;
mod error;
mod floor;
mod leaving;
mod lists;
mod lock;
mod open;
mod people;
mod private;
mod read;
mod records;
mod search;
mod statement;
mod store;
mod unit;
mod verify;
mod workers;
mod write;

pub use backup::{BackupReport, backup};
pub use open::Options;
pub use store::SqliteStore;
