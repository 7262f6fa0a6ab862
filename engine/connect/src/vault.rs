//! Secrets in the store, encrypted under a key that lies beside the data.
//!
//! A copy of the database alone tells nothing: the key is a file of the data folder, which backups leave out unless they
//! are asked for it. ChaCha20-Poly1305 (RFC 8439) with a random nonce, and the name as what it is bound to: a secret
//! cannot be put in another's place.

use crate::limits;
use crate::secrets::{Secret, Secrets};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use store::AnyStore;
use store::rows::{SecretRow, Write};

/// The key's file in the data folder.
pub const KEY_FILE: &str = "secrets.key";

const KEY_BYTES: usize = 32;
/// Before each name in the store, which keeps other secrets of the server too.
const ROWS: &str = "outside/";
/// First byte of what is kept: how it is encrypted.
const FORMAT: u8 = 1;

/// Secrets of the world outside, in the store.
#[derive(Clone)]
pub struct Vault {
    store: AnyStore,
    key_file: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("'{0}' is no name of a secret: letters A to Z, digits, '_', '-' and '.', at most {max}", max = limits::SECRET_NAME_CHARACTERS_MAX)]
    Name(String),
    #[error("the secret is empty")]
    Empty,
    #[error("the secret is longer than {} bytes", limits::SECRET_BYTES_MAX)]
    TooLarge,
    #[error("there is no secret '{0}'")]
    Missing(String),
    #[error("the key of the secrets is not there ({0}): set the secrets again")]
    KeyMissing(PathBuf),
    #[error("the key of the secrets in {path} cannot be used: {source}")]
    Key { path: PathBuf, source: io::Error },
    #[error("it was kept under another key: set it again")]
    OtherKey,
    #[error("the system gives no random numbers")]
    Random,
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Vault {
    /// `folder` is the data folder, where the key is.
    pub fn new(store: AnyStore, folder: &Path) -> Vault {
        Vault {
            store,
            key_file: folder.join(KEY_FILE),
        }
    }

    /// Replaces a secret of that name. Makes the key when there is none. `beside` is written in the same transaction.
    pub async fn set(&self, name: &str, secret: &Secret, beside: Vec<Write>) -> Result<(), VaultError> {
        check_name(name)?;
        let text = secret.reveal();
        if text.is_empty() {
            return Err(VaultError::Empty);
        }
        if text.len() > limits::SECRET_BYTES_MAX {
            return Err(VaultError::TooLarge);
        }
        let key = match self.key() {
            Err(VaultError::KeyMissing(_)) => self.make_key()?,
            found => found?,
        };
        let row = SecretRow {
            name: format!("{ROWS}{name}"),
            bytes: sealed(&key, name, text)?,
        };
        self.write(Write::PutSecret(row), beside).await
    }

    /// Names, in order.
    pub async fn names(&self) -> Result<Vec<String>, VaultError> {
        let rows = self.store.secret_names(ROWS).await?;
        Ok(rows
            .iter()
            .filter_map(|row| row.strip_prefix(ROWS))
            .map(str::to_owned)
            .collect())
    }

    /// `beside` is written in the same transaction.
    pub async fn remove(&self, name: &str, beside: Vec<Write>) -> Result<(), VaultError> {
        let row = format!("{ROWS}{name}");
        if self.store.secret(&row).await?.is_none() {
            return Err(VaultError::Missing(name.to_owned()));
        }
        self.write(Write::DropSecret { name: row }, beside).await
    }

    pub async fn get(&self, name: &str) -> Result<Option<Secret>, VaultError> {
        let Some(row) = self.store.secret(&format!("{ROWS}{name}")).await? else {
            return Ok(None);
        };
        let key = self.key()?;
        opened(&key, name, row.bytes).map(Some)
    }

    async fn write(&self, write: Write, mut beside: Vec<Write>) -> Result<(), VaultError> {
        let mut unit = self.store.begin().await?;
        beside.push(write);
        unit.write(beside).await?;
        Ok(unit.commit().await?)
    }

    /// Read each time: it is small, and may have been put there by a restore.
    fn key(&self) -> Result<LessSafeKey, VaultError> {
        let read = File::open(&self.key_file).and_then(|file| {
            let mut bytes = Vec::new();
            file.take(KEY_BYTES as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        match read {
            Ok(bytes) => key_of(&bytes).ok_or_else(|| self.key_failed(io::Error::other("it is not 32 bytes long"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(VaultError::KeyMissing(self.key_file.clone())),
            Err(error) => Err(self.key_failed(error)),
        }
    }

    /// On disk before anything is encrypted under it, and readable by the server's user alone.
    fn make_key(&self) -> Result<LessSafeKey, VaultError> {
        let mut bytes = [0; KEY_BYTES];
        SystemRandom::new().fill(&mut bytes).map_err(|_| VaultError::Random)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&self.key_file).and_then(|mut file| {
            file.write_all(&bytes)?;
            self.give_to_the_server(&file);
            file.sync_all()
        });
        match written {
            Ok(()) => key_of(&bytes).ok_or(VaultError::Random),
            // Another has made it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.key(),
            Err(error) => Err(self.key_failed(error)),
        }
    }

    /// Whoever sets the first secret may be root; the server is not.
    fn give_to_the_server(&self, file: &File) {
        #[cfg(unix)]
        if let Some(Ok(folder)) = self.key_file.parent().map(std::fs::metadata) {
            use std::os::unix::fs::{MetadataExt, fchown};
            // Only root can, and only then it is needed.
            let _ = fchown(file, Some(folder.uid()), Some(folder.gid()));
        }
    }

    fn key_failed(&self, source: io::Error) -> VaultError {
        VaultError::Key {
            path: self.key_file.clone(),
            source,
        }
    }
}

#[async_trait::async_trait]
impl Secrets for Vault {
    async fn secret(&self, name: &str) -> Result<Option<Secret>, String> {
        self.get(name).await.map_err(|error| error.to_string())
    }
}

fn check_name(name: &str) -> Result<(), VaultError> {
    let fits = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.');
    if name.is_empty() || name.len() > limits::SECRET_NAME_CHARACTERS_MAX || !name.chars().all(fits) {
        let shown: String = name.chars().filter(|sign| !sign.is_control()).take(100).collect();
        return Err(VaultError::Name(shown));
    }
    Ok(())
}

fn key_of(bytes: &[u8]) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, bytes).ok().map(LessSafeKey::new)
}

/// Format, nonce, ciphertext with its tag.
fn sealed(key: &LessSafeKey, name: &str, text: &str) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(|_| VaultError::Random)?;
    let mut secret = text.as_bytes().to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut secret)
        .map_err(|_| VaultError::TooLarge)?;
    let mut bytes = vec![FORMAT];
    bytes.extend(nonce);
    bytes.extend(secret);
    Ok(bytes)
}

fn opened(key: &LessSafeKey, name: &str, mut bytes: Vec<u8>) -> Result<Secret, VaultError> {
    let Some((&mut FORMAT, rest)) = bytes.split_first_mut() else {
        return Err(VaultError::OtherKey);
    };
    let Some((nonce, rest)) = rest.split_first_chunk_mut::<NONCE_LEN>() else {
        return Err(VaultError::OtherKey);
    };
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let text = key.open_in_place(nonce, Aad::from(name), rest);
    let text = text.map_err(|_| VaultError::OtherKey)?;
    let text = std::str::from_utf8(text).map_err(|_| VaultError::OtherKey)?;
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn vault(folder: &tempfile::TempDir) -> Vault {
        let store = store::sqlite::Options::new(folder.path()).open().await.unwrap();
        Vault::new(store, folder.path())
    }

    #[tokio::test]
    async fn secrets_are_kept_encrypted_and_only_by_their_name() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(&folder).await;
        assert_eq!(vault.get("ERP_TOKEN").await.unwrap(), None);
        let (one, other) = (Secret::new("s3cret-one"), Secret::new("s3cret-other 轴"));
        vault.set("ERP_TOKEN", &other, Vec::new()).await.unwrap();
        vault.set("ERP_TOKEN", &one, Vec::new()).await.unwrap();
        vault.set("CHAT_KEY", &other, Vec::new()).await.unwrap();
        assert_eq!(vault.names().await.unwrap(), ["CHAT_KEY", "ERP_TOKEN"]);
        assert_eq!(vault.get("ERP_TOKEN").await.unwrap(), Some(one));
        assert_eq!(vault.get("CHAT_KEY").await.unwrap(), Some(other));
        let row = vault.store.secret("outside/ERP_TOKEN").await.unwrap().unwrap();
        let shown = String::from_utf8_lossy(&row.bytes).into_owned();
        assert!(!shown.contains("s3cret"), "{shown}");
        // Put in another's place it opens nothing.
        let swapped = SecretRow {
            name: "outside/CHAT_KEY".to_owned(),
            ..row
        };
        vault.write(Write::PutSecret(swapped), Vec::new()).await.unwrap();
        assert!(matches!(vault.get("CHAT_KEY").await, Err(VaultError::OtherKey)));
        vault.remove("CHAT_KEY", Vec::new()).await.unwrap();
        assert!(matches!(
            vault.remove("CHAT_KEY", Vec::new()).await,
            Err(VaultError::Missing(_))
        ));
        assert_eq!(vault.names().await.unwrap(), ["ERP_TOKEN"]);
        vault.store.close().await;
    }

    #[tokio::test]
    async fn without_the_key_nothing_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(&folder).await;
        vault
            .set("ERP_TOKEN", &Secret::new("s3cret"), Vec::new())
            .await
            .unwrap();
        let key = folder.path().join(KEY_FILE);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&key.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::remove_file(&key).unwrap();
        assert!(matches!(vault.get("ERP_TOKEN").await, Err(VaultError::KeyMissing(_))));
        vault.set("OTHER", &Secret::new("new"), Vec::new()).await.unwrap();
        assert!(matches!(vault.get("ERP_TOKEN").await, Err(VaultError::OtherKey)));
        std::fs::write(&key, b"short").unwrap();
        assert!(matches!(vault.get("OTHER").await, Err(VaultError::Key { .. })));
        vault.store.close().await;
    }

    #[tokio::test]
    async fn names_and_secrets_have_limits() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(&folder).await;
        for name in ["", "a b", "a/b", "轴", "x\n", &"x".repeat(101)] {
            let refused = vault.set(name, &Secret::new("s"), Vec::new()).await;
            assert!(matches!(refused, Err(VaultError::Name(_))), "{name}");
        }
        assert!(matches!(
            vault.set("A", &Secret::new(""), Vec::new()).await,
            Err(VaultError::Empty)
        ));
        let long = Secret::new("x".repeat(limits::SECRET_BYTES_MAX + 1));
        assert!(matches!(
            vault.set("A", &long, Vec::new()).await,
            Err(VaultError::TooLarge)
        ));
        assert!(!format!("{:?}", Secret::new("hidden")).contains("hidden"));
        vault.store.close().await;
    }
}
