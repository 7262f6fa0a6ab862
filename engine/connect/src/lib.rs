//! What leaves Gemba: HTTP requests, messages to brokers, papers, e-mails and signed webhooks.
//!
//! [`Connections`] does what runs ask ([`runtime::Outside`]), [`channels`] tells people who are at no screen of ours
//! ([`runtime::Channel`]). Both go only where the site says: by allow-list, without redirects, without proxies, with a
//! limit on every size and time. [`Vault`] keeps the secrets that open what is there.
//!
//! Nothing here knows flows. What fails is told in a sentence, and whether trying again may help; trying is the flow's
//! business, or the outbox's.

mod address;
mod channels;
mod connections;
mod dial;
mod failure;
mod http;
pub mod limits;
mod mail;
mod mqtt;
mod paths;
mod printers;
mod secrets;
mod subscribers;
mod trust;
mod vault;
mod webhook;

pub use channels::{SiteChannel, channels};
pub use connections::Connections;
pub use dial::Dialler;
pub use failure::{Failure, Kind};
pub use mail::{MailServer, PASSWORD};
pub use printers::Printers;
pub use secrets::{Secret, Secrets};
pub use subscribers::subscribers;
pub use trust::Trust;
pub use vault::{KEY_FILE, Vault, VaultError};
