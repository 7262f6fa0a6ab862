//! API tokens.
//!
//! A token is `gemba_` and 64 hexadecimal digits: 256 random bits from the operating system. Only its SHA-256 is kept.
//! A slow password hash would add nothing: what makes passwords guessable is that people choose them, and nobody can
//! try 2^256 random values.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::{Arc, PoisonError, RwLock};
use store::rows::{Hash, TokenRow, Write};
use store::{AnyStore, Store};
use subtle::ConstantTimeEq;

use crate::audit::{self, Did};
use crate::identity::{Principal, Rights};
use crate::limits;

const PREFIX: &str = "gemba_";

/// The secret itself; shown once, never kept, never logged.
pub(crate) struct Secret(String);

impl Secret {
    /// A new one; fails when the operating system has no random bytes.
    pub(crate) fn random() -> Result<Secret, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Secret(format!("{PREFIX}{digits}")))
    }

    /// One that was made elsewhere; `None` unless it has the form of a token.
    pub(crate) fn read(text: &str) -> Option<Secret> {
        let digits = text.strip_prefix(PREFIX)?;
        let fits = digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Secret(text.to_owned()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn hash(&self) -> Hash {
        hash(&self.0)
    }
}

fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// Why a token was not made or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "a token's name is 1 to {} letters, digits, '-', '_' or '.'",
        limits::TOKEN_NAME_LENGTH_MAX
    )]
    Name,
    #[error("there is a token '{0}' already")]
    Exists(String),
    #[error("there is no token '{name}'")]
    Missing { name: String, nearest: Option<String> },
    #[error("there are {} tokens already", limits::TOKENS_MAX)]
    TooMany,
    /// Nobody could get in any more.
    #[error("'{0}' is the last token; make another one first")]
    Last(String),
    #[error("the operating system has no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The tokens of a store, kept in memory too: every request asks them.
pub(crate) struct Tokens {
    store: AnyStore,
    known: RwLock<Vec<Known>>,
    /// Changes happen one after the other.
    changing: tokio::sync::Mutex<()>,
}

/// What is said of a token.
pub(crate) struct Listed {
    pub(crate) name: Arc<str>,
    pub(crate) created_at_ms: i64,
    pub(crate) scopes: Rights,
}

struct Known {
    name: Arc<str>,
    hash: Hash,
    created_at_ms: i64,
    scopes: Rights,
}

impl Tokens {
    pub(crate) async fn open(store: AnyStore) -> Result<Tokens, store::Error> {
        let known = store.tokens().await?.into_iter().map(Known::from).collect();
        Ok(Tokens {
            store,
            known: RwLock::new(known),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// Whose secret this is. Takes as long for a wrong one as for a right one: all hashes are compared, each in constant
    /// time.
    pub(crate) fn find(&self, secret: &str) -> Option<Principal> {
        let asked = hash(secret);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = None;
        for token in known.iter() {
            if bool::from(token.hash.ct_eq(&asked)) {
                found = Some(token);
            }
        }
        found.map(|token| Principal::Token {
            name: Arc::clone(&token.name),
            scopes: token.scopes,
        })
    }

    /// In order of name.
    pub(crate) fn list(&self) -> Vec<Listed> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut list: Vec<Listed> = known.iter().map(Listed::from).collect();
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list
    }

    /// Whether there still is a token of this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().any(|token| &*token.name == name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Keeps a token under a new name; on disk when it returns.
    pub(crate) async fn add(
        &self,
        name: &str,
        secret: &Secret,
        scopes: Rights,
        (at_ms, by): (i64, &Principal),
    ) -> Result<(), Error> {
        if !is_name(name) {
            return Err(Error::Name);
        }
        let _one_at_a_time = self.changing.lock().await;
        let list = self.list();
        if list.iter().any(|known| &*known.name == name) {
            return Err(Error::Exists(name.to_owned()));
        }
        if list.len() >= limits::TOKENS_MAX {
            return Err(Error::TooMany);
        }
        let row = TokenRow {
            name: name.to_owned(),
            hash: secret.hash(),
            created_at_ms: at_ms,
            scopes: scopes.ids(),
        };
        let told = audit::entry(at_ms, by, Did::TokenAdded, name, (Value::Null, audit::token(&row)));
        write(&*self.store, vec![Write::PutToken(row.clone()), told]).await?;
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(row.into());
        Ok(())
    }

    /// Keeps a token that may do everything under a name, in place of the one that had the name before.
    pub(crate) async fn set(&self, name: &str, secret: &Secret, (at_ms, by): (i64, &Principal)) -> Result<(), Error> {
        let _one_at_a_time = self.changing.lock().await;
        let hash = secret.hash();
        let known = |known: &Known| &*known.name == name && known.hash == hash && known.scopes == Rights::ALL;
        if self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(known)
        {
            return Ok(());
        }
        let row = TokenRow {
            name: name.to_owned(),
            hash,
            created_at_ms: at_ms,
            scopes: Rights::ALL.ids(),
        };
        let was = self.list().into_iter().find(|known| &*known.name == name);
        let was = was.map(|was| json!({"scopes": was.scopes.ids()})).unwrap_or_default();
        let changes = vec![
            Write::DropToken { name: name.to_owned() },
            Write::PutToken(row.clone()),
            audit::entry(at_ms, by, Did::TokenReplaced, name, (was, audit::token(&row))),
        ];
        write(&*self.store, changes).await?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|token| &*token.name != name);
        known.push(row.into());
        Ok(())
    }

    /// Forgets a token; nobody gets in with it any more when this returns.
    pub(crate) async fn remove(&self, name: &str, (at_ms, by): (i64, &Principal)) -> Result<(), Error> {
        let _one_at_a_time = self.changing.lock().await;
        let list = self.list();
        let Some(was) = list.iter().find(|known| &*known.name == name) else {
            let nearest = crate::nearest::nearest(name, list.iter().map(|known| &*known.name)).map(str::to_owned);
            return Err(Error::Missing {
                name: name.to_owned(),
                nearest,
            });
        };
        if list.len() == 1 {
            return Err(Error::Last(name.to_owned()));
        }
        let was = json!({"scopes": was.scopes.ids()});
        let changes = vec![
            Write::DropToken { name: name.to_owned() },
            audit::entry(at_ms, by, Did::TokenRemoved, name, (was, Value::Null)),
        ];
        write(&*self.store, changes).await?;
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|token| &*token.name != name);
        Ok(())
    }
}

impl From<&Known> for Listed {
    fn from(known: &Known) -> Listed {
        Listed {
            name: Arc::clone(&known.name),
            created_at_ms: known.created_at_ms,
            scopes: known.scopes,
        }
    }
}

impl From<TokenRow> for Known {
    fn from(row: TokenRow) -> Known {
        Known {
            name: row.name.into(),
            hash: row.hash,
            created_at_ms: row.created_at_ms,
            scopes: Rights::of_ids(&row.scopes),
        }
    }
}

async fn write(store: &dyn Store, changes: Vec<Write>) -> Result<(), store::Error> {
    let mut unit = store.begin().await?;
    unit.write(changes).await?;
    unit.commit().await
}

fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=limits::TOKEN_NAME_LENGTH_MAX).contains(&length)
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_random_and_read_back() {
        let (one, other) = (Secret::random().unwrap(), Secret::random().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(Secret::read(one.reveal()).unwrap().hash(), one.hash());
        for wrong in [
            "",
            "gemba_",
            "gemba_00",
            &one.reveal()[6..],
            &one.reveal().to_uppercase(),
        ] {
            assert!(Secret::read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_hash_is_sha256_of_the_whole_token() {
        // printf gemba_ | sha256sum
        let known = "1b503996";
        let digits: String = hash("gemba_")
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digits, known);
    }

    #[test]
    fn names() {
        assert!(is_name("mes") && is_name("轴线-3") && is_name("a.b_c-1"));
        assert!(!is_name("") && !is_name("a b") && !is_name(&"x".repeat(61)) && !is_name("a/b"));
    }
}
