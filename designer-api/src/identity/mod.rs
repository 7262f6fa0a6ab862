//! Who calls, and what they may do: people, their sessions, enrolled stations, API tokens.

mod principal;
mod right;

pub(crate) use principal::Principal;
#[allow(unused_imports, reason = "types first; who uses it follows")]
pub(crate) use principal::SignedIn;
pub(crate) use right::{Right, Rights};
