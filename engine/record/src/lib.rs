//! The record of a case: one file that can be opened, read and checked in fifteen years, without a server or a database.
//!
//! It is a ZIP whose entries are stored as they are. That was chosen because every computer opens one, and because a person
//! with nothing but a terminal gets at everything in it: text as HTML and PDF, photos as photos, the app as the YAML that it
//! was, and the whole truth as JSON. PDF/A-3 with attachments would be one file too, but few programs show attachments, and
//! checking one needs a PDF library. Nothing in the container is free to be something else: its bytes follow from its parts,
//! so that no bit can be changed, and nothing hidden, without being seen.
//!
//! `FORMAT.md` beside this crate describes it well enough to write another verifier; `tests/independent.py` is one.
//!
//! - `build` makes `record.json` of a [`Case`](runtime::Case): everything that can be derived is derived, so that a
//!   verifier can derive it again.
//! - `parts` adds what people read, and the manifest; `container` puts them into the file and takes them out.
//! - `export` collects a run of a store with those that it called.
//! - `read` is the inverse of `build`: the case that a record tells of.
//! - `verify` checks all of it, and says what it checked.

mod build;
mod container;
mod export;
mod html;
pub mod limits;
mod paper;
mod parts;
mod read;
mod verify;
mod view;

pub use build::{Called, FORMAT, Record};
pub use container::{pack, unpack};
pub use export::{Exported, export};
pub use parts::{MANIFEST, Parts, RECORD, of_record};
pub use verify::{Check, Outcome, Report, verify, verify_json};

use sha2::{Digest, Sha256};

/// SHA-256 as hexadecimal text.
pub fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
