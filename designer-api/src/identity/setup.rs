//! The first administrator, made by whoever has the one-time link that the server prints.
//!
//! While nobody can administrate, each start makes a code of its own. `gemba setup-link` makes one that the next start
//! takes besides, for a server whose administrators are all locked out.

use serde_json::Value;
use std::net::IpAddr;
use store::AnyStore;
use store::rows::{Hash, SecretRow, Write};
use subtle::ConstantTimeEq;

use super::lockout::Counted;
use super::ticket::{random_hex, sha256};
use super::{Change, Error, Identity, NewSession, Principal, Right};
use crate::audit::{self, Did};

/// Name under which the store keeps the hash of a code that was made on the command line.
const KEPT_CODE: &str = "setup-code";

/// Hashes of the codes that are taken.
#[derive(Default)]
pub(super) struct SetupCodes {
    /// Made at this start.
    fresh: Option<Hash>,
    /// Made on the command line.
    kept: Option<Hash>,
}

impl SetupCodes {
    pub(super) async fn open(store: &AnyStore) -> Result<SetupCodes, Error> {
        let kept = store.secret(KEPT_CODE).await?;
        Ok(SetupCodes {
            fresh: None,
            kept: kept.and_then(|row| row.bytes.try_into().ok()),
        })
    }

    /// All codes, when this is one of them: none is taken twice, not even at the same moment.
    fn take(&mut self, code: &str) -> Option<SetupCodes> {
        let given = sha256(code);
        let codes = [self.fresh, self.kept].into_iter().flatten();
        let fits = codes.fold(false, |fits, code| fits | bool::from(code.ct_eq(&given)));
        fits.then(|| std::mem::take(self))
    }
}

impl Identity {
    /// Whether nobody can administrate yet.
    pub(crate) fn needs_setup(&self) -> bool {
        !self.look().has_admin_besides("")
    }

    /// The code of this start, when one is needed; taken once.
    pub(crate) fn make_setup_code(&self) -> Result<Option<String>, Error> {
        if !self.needs_setup() {
            return Ok(None);
        }
        let code = random_hex::<16>()?;
        self.change().setup.fresh = Some(sha256(&code));
        Ok(Some(code))
    }

    /// A code that the next start takes once, whoever administrates already.
    pub(crate) async fn keep_setup_code(&self, by: &Principal) -> Result<String, Error> {
        let code = random_hex::<16>()?;
        let row = SecretRow {
            name: KEPT_CODE.to_owned(),
            bytes: sha256(&code).to_vec(),
        };
        let made = (Value::Null, Value::Null);
        let audit = audit::entry(self.now_ms(), by, Did::SetupLinkMade, "", made);
        self.write(vec![Write::PutSecret(row), audit]).await?;
        Ok(code)
    }

    /// Makes an administrator with all rights and signs them in. `change` names and gives the password.
    pub(crate) async fn set_up(
        &self,
        code: &str,
        id: &str,
        change: Change,
        address: IpAddr,
    ) -> Result<NewSession, Error> {
        self.pace(address)?;
        if !self.needs_setup() {
            // Someone administrates by now: the link that this start printed is no way in any more.
            self.change().setup.fresh = None;
        }
        {
            let state = self.look();
            if state.setup.fresh.is_none() && state.setup.kept.is_none() {
                return Err(Error::SetupDone);
            }
        }
        let counted = [Counted::Address(address)];
        self.try_begins(&counted)?;
        let taken = self.change().setup.take(code).ok_or(Error::WrongCredentials)?;
        self.try_was_right(&counted);
        let made = self.make_admin(id, change).await;
        if made.is_err() {
            // Refused for its password, mostly: the link is good for another try.
            self.change().setup = taken;
        }
        made?;
        let row = self.look().person(id.trim()).cloned();
        let row = row.ok_or(Error::WrongCredentials)?;
        self.begin_session(&row, None).await
    }

    async fn make_admin(&self, id: &str, change: Change) -> Result<(), Error> {
        let rights = Right::ALL.iter().map(|right| right.id().to_owned()).collect();
        let change = Change {
            rights: Some(rights),
            ..change
        };
        self.add_person(id, change, &Principal::local("setup link")).await?;
        let name = KEPT_CODE.to_owned();
        Ok(self.write(vec![Write::DropSecret { name }]).await?)
    }
}
