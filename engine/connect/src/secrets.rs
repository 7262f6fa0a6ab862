//! Secrets of connections and channels: named in the site, kept by the server, never shown.

use crate::failure::{Failure, Kind};
use std::collections::BTreeMap;

/// What opens something outside.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// To be sent, not to be shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Says that it is one, not which.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where secrets are found by their names.
#[async_trait::async_trait]
pub trait Secrets: Send + Sync + 'static {
    /// `None` when there is no such secret; an error says why it cannot be read.
    async fn secret(&self, name: &str) -> Result<Option<Secret>, String>;
}

/// Secrets that an embedding program hands in.
#[async_trait::async_trait]
impl Secrets for BTreeMap<String, Secret> {
    async fn secret(&self, name: &str) -> Result<Option<Secret>, String> {
        Ok(self.get(name).cloned())
    }
}

/// The secret that the site names; a clear failure when it is not there.
pub(crate) async fn find(secrets: &dyn Secrets, name: Option<&str>) -> Result<Option<Secret>, Failure> {
    let Some(name) = name else { return Ok(None) };
    match secrets.secret(name).await {
        Ok(Some(secret)) => Ok(Some(secret)),
        Ok(None) => Err(Failure::last(
            Kind::Secret,
            format!("there is no secret '{name}': 'gemba secret set {name}' gives it"),
        )),
        Err(problem) => Err(Failure::last(
            Kind::Secret,
            format!("the secret '{name}' cannot be read: {problem}"),
        )),
    }
}
