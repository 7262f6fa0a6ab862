//! How often an address may try to sign in, right or wrong: each try costs the server a slow hash.
//!
//! A bucket of tries by address that fills again by the second (the "token bucket" of RFC 2697, in one colour).

use std::collections::HashMap;
use std::net::IpAddr;

use super::lockout::Locked;
use crate::limits;

#[derive(Default)]
pub(super) struct Paces {
    buckets: HashMap<IpAddr, Bucket>,
}

struct Bucket {
    /// Thousandths of a try.
    left_milli: i64,
    at_ms: i64,
}

const FULL_MILLI: i64 = limits::SIGN_INS_AT_ONCE_OF_ADDRESS_MAX * 1000;

impl Paces {
    /// Takes one try of this address.
    pub(super) fn take(&mut self, address: IpAddr, now_ms: i64) -> Result<(), Locked> {
        if self.buckets.len() >= limits::LOCKOUTS_MAX {
            // Those that are full again are as those never seen.
            self.buckets.retain(|_, bucket| bucket.left_at(now_ms) < FULL_MILLI);
        }
        if self.buckets.len() >= limits::LOCKOUTS_MAX && !self.buckets.contains_key(&address) {
            return Err(Locked { retry_after_s: 1 });
        }
        let bucket = self.buckets.entry(address).or_insert(Bucket {
            left_milli: FULL_MILLI,
            at_ms: now_ms,
        });
        bucket.left_milli = bucket.left_at(now_ms);
        bucket.at_ms = now_ms;
        if bucket.left_milli < 1000 {
            return Err(Locked { retry_after_s: 1 });
        }
        bucket.left_milli -= 1000;
        Ok(())
    }
}

impl Bucket {
    fn left_at(&self, now_ms: i64) -> i64 {
        // Thousandths of a try come in as milliseconds pass.
        let since_ms = now_ms.saturating_sub(self.at_ms).max(0);
        let added = since_ms.saturating_mul(limits::SIGN_INS_OF_ADDRESS_PER_SECOND);
        self.left_milli.saturating_add(added).min(FULL_MILLI)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

    #[test]
    fn many_at_once_then_some_every_second() {
        let mut paces = Paces::default();
        let mut taken_at = |now_ms| (0..1_000).take_while(|_| paces.take(HERE, now_ms).is_ok()).count() as i64;
        assert_eq!(taken_at(0), limits::SIGN_INS_AT_ONCE_OF_ADDRESS_MAX);
        assert_eq!(taken_at(400), 0);
        assert_eq!(taken_at(1_000), limits::SIGN_INS_OF_ADDRESS_PER_SECOND);
        assert_eq!(taken_at(0), 0, "a clock set back gives nothing");
        assert_eq!(taken_at(1_000_000), limits::SIGN_INS_AT_ONCE_OF_ADDRESS_MAX);
        paces.take(IpAddr::from([10, 0, 0, 2]), 1_000_000).unwrap();
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let mut paces = Paces::default();
        for n in 0..limits::LOCKOUTS_MAX as u32 {
            paces.take(IpAddr::from(n.to_be_bytes()), 0).unwrap();
        }
        assert!(paces.take(IpAddr::from([255, 0, 0, 1]), 0).is_err());
        paces.take(IpAddr::from([255, 0, 0, 1]), 500).unwrap();
        assert_eq!(paces.buckets.len(), 1);
    }
}
