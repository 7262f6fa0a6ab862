//! What a browser holds in a cookie: 256 random bits as 64 hexadecimal digits. Only its SHA-256 is kept.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use store::rows::Hash;
use subtle::ConstantTimeEq;

/// The secret of a cookie; never kept, never logged.
pub(crate) struct Ticket(String);

impl Ticket {
    /// A new one; fails when the operating system has no random bytes.
    pub(super) fn random() -> Result<Ticket, getrandom::Error> {
        random_hex::<32>().map(Ticket)
    }

    /// `None` unless it has the form of one.
    pub(crate) fn read(text: &str) -> Option<Ticket> {
        let fits = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Ticket(text.to_owned()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Under which it is known here.
    pub(crate) fn hash(&self) -> Hash {
        sha256(&self.0)
    }

    /// What the page must say with every change: a page of another origin cannot know it. Derived, so it need not be kept.
    pub(crate) fn csrf(&self) -> String {
        hex(&keyed(self.0.as_bytes(), b"gemba csrf"))
    }

    /// Whether this is the text that belongs to the cookie; in constant time.
    pub(crate) fn is_csrf(&self, given: &[u8]) -> bool {
        self.csrf().as_bytes().ct_eq(given).into()
    }
}

pub(super) fn sha256(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// HMAC-SHA256.
pub(super) fn keyed(key: &[u8], text: &[u8]) -> Hash {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// So many random bytes as hexadecimal digits.
pub(super) fn random_hex<const BYTES: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_are_random_and_read_back() {
        let (one, other) = (Ticket::random().unwrap(), Ticket::random().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_ne!(one.csrf(), other.csrf());
        let read = Ticket::read(one.reveal()).unwrap();
        assert_eq!((read.hash(), read.csrf()), (one.hash(), one.csrf()));
        for wrong in ["", "00", &one.reveal()[1..], &one.reveal().to_uppercase()] {
            assert!(Ticket::read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_csrf_text_is_of_this_ticket() {
        let (one, other) = (Ticket::random().unwrap(), Ticket::random().unwrap());
        assert!(one.is_csrf(one.csrf().as_bytes()));
        for wrong in ["", &other.csrf(), &one.csrf()[1..], one.reveal()] {
            assert!(!one.is_csrf(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn keyed_is_hmac_sha256() {
        // RFC 4231, test case 2.
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&keyed(b"Jefe", b"what do ya want for nothing?")), known);
    }
}
