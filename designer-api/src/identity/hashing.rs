//! argon2id, off the threads that serve, a few at the same time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

use super::Error;
use crate::limits;

/// OWASP Password Storage Cheat Sheet (2023): argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Compared with when there is nothing to compare with, so that this takes as long. Its hash is all zeros, which no
/// password is known to give.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes what people type.
pub(super) struct Hashing {
    /// Each takes [`MEMORY_KIB`] and a core for some hundredths of a second.
    at_once: Arc<Semaphore>,
    /// Those at work and those that wait for it.
    places: Arc<Semaphore>,
}

impl Hashing {
    pub(super) fn new() -> Hashing {
        Hashing {
            at_once: Arc::new(Semaphore::new(limits::HASHES_AT_ONCE_MAX)),
            places: Arc::new(Semaphore::new(limits::HASHES_WAITING_MAX)),
        }
    }

    /// As PHC text, with a salt of its own.
    pub(super) async fn hash(&self, secret: String) -> Result<String, Error> {
        self.compute(move || {
            let hash = argon2id()
                .hash_password(secret.as_bytes())
                .map_err(|error| Error::Hashing(error.to_string()))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether this is the secret. Takes as long when there is no hash to compare with.
    pub(super) async fn is(&self, secret: String, hash: Option<String>) -> Result<bool, Error> {
        self.compute(move || {
            let known = PasswordHash::new(hash.as_deref().unwrap_or(NOBODYS))
                .map_err(|error| Error::Hashing(error.to_string()))?;
            let fits = argon2id().verify_password(secret.as_bytes(), &known).is_ok();
            Ok(fits && hash.is_some())
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Error::Busy)?;
        let at_once = Arc::clone(&self.at_once)
            .acquire_owned()
            .await
            .map_err(|_| Error::Busy)?;
        tokio::task::spawn_blocking(move || {
            // Held to the end of the work even when whoever asked has gone.
            let _held = (place, at_once);
            compute()
        })
        .await
        .map_err(|_| Error::Busy)?
    }
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("these are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hashed_and_known_again() {
        let hashing = Hashing::new();
        let hash = hashing.hash("four score 7".into()).await.unwrap();
        assert_ne!(hash, hashing.hash("four score 7".into()).await.unwrap(), "salted");
        assert!(hashing.is("four score 7".into(), Some(hash.clone())).await.unwrap());
        assert!(!hashing.is("four score 8".into(), Some(hash)).await.unwrap());
        assert!(!hashing.is(String::new(), None).await.unwrap());
    }

    /// The same parameters: else it could be measured who exists.
    #[tokio::test]
    async fn nobodys_hash_takes_the_same_work() {
        let real = Hashing::new().hash("four score 7".into()).await.unwrap();
        let parts = |hash: &str| {
            PasswordHash::new(hash)
                .map(|hash| (hash.algorithm, hash.version, hash.params))
                .unwrap()
        };
        assert_eq!(parts(&real), parts(NOBODYS));
        assert_eq!(real.len(), NOBODYS.len());
    }
}
