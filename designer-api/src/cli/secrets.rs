//! `gemba secret`: secrets of connections and channels, by the server when it runs, else in its data.

use connect::{Secret, Vault, VaultError};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use runtime::SystemClock;
use serde_json::{Value, json};
use std::io;
use std::path::{Path, PathBuf};
use store::rows::Write;

use super::Exit;
use super::exit::data_unusable;
use super::out::{complain, say};
use super::secret::new_secret;
use crate::audit::{self, Did};
use crate::identity::Principal;
use crate::{data, local};

/// Keeps what opens the connections and channels of site.yaml: tokens, passwords, signing keys.
///
/// They are encrypted in the data folder, under the key in its file 'secrets.key', which backups leave out unless asked.
/// Nothing shows them again: not this command, not the API, no log. A server that runs takes them at once.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  gemba secret set ERP_TOKEN --data data                       typed at the terminal, unseen
  gemba secret set ERP_TOKEN --data data < /run/secrets/erp    or one line of standard input
  gemba secret list --data data")]
pub(super) struct SecretArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Keeps a secret; one of that name before is replaced
    Set {
        /// As site.yaml names it: letters, digits, '_', '-' and '.'
        name: String,
        #[command(flatten)]
        data: Data,
    },
    /// Lists the names of secrets
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Forgets a secret
    Remove {
        name: String,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(clap::Args)]
struct Data {
    /// The server's data folder
    #[arg(long = "data", value_name = "DIR")]
    folder: PathBuf,
}

impl SecretArgs {
    pub(super) fn run(self) -> Exit {
        let (What::Set { data, .. } | What::List { data } | What::Remove { data, .. }) = &self.what;
        let folder = data.folder.clone();
        // Asked before the data is opened: nobody waits for someone who types.
        let secret = match &self.what {
            What::Set { name, .. } => match new_secret(name) {
                Ok(secret) => Secret::new(secret),
                Err(exit) => return exit,
            },
            What::List { .. } | What::Remove { .. } => Secret::new(""),
        };
        match self.what.ask_server(&folder, &secret) {
            Ok(Some(exit)) => return exit,
            Ok(None) => {}
            Err(error) => {
                complain(format_args!(
                    "the server that runs with the data in '{}' does not answer: {error}",
                    folder.display()
                ));
                return Exit::CannotRead;
            }
        }
        super::block_on(async move {
            let store = match data::open_existing(&folder).await {
                Ok(Some(store)) => store,
                Ok(None) => {
                    complain(format_args!("there is no data of a Gemba in '{}'", folder.display()));
                    return Exit::CannotRead;
                }
                Err(error) => return data_unusable(&folder, &error),
            };
            let done = self.what.run(&Vault::new(store.clone(), &folder), &secret).await;
            store.close().await;
            match done {
                Ok(()) => Exit::Done,
                Err(VaultError::Store(error)) => data_unusable(&folder, &error),
                Err(other) => {
                    complain(other);
                    Exit::CannotRead
                }
            }
        })
    }
}

impl What {
    /// By a server that runs with this data; `None` when none does.
    fn ask_server(&self, folder: &Path, secret: &Secret) -> io::Result<Option<Exit>> {
        let of = |name: &str| {
            let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
            format!("/api/v1/secrets/{name}")
        };
        let answer = match self {
            What::Set { name, .. } => {
                let body = json!({"secret": secret.reveal()});
                local::ask(folder, "PUT", &of(name), Some(&body))
            }
            What::List { .. } => local::ask(folder, "GET", "/api/v1/secrets", None),
            What::Remove { name, .. } => local::ask(folder, "DELETE", &of(name), None),
        };
        let Some(answer) = answer? else { return Ok(None) };
        if answer.status >= 300 {
            complain(answer.body["detail"].as_str().unwrap_or("the server refused it"));
            return Ok(Some(Exit::CannotRead));
        }
        match self {
            What::Set { name, .. } => say(format_args!("'{name}' is set")),
            What::List { .. } => {
                let names = answer.body["items"].as_array().into_iter().flatten();
                names.filter_map(|item| item["name"].as_str()).for_each(say);
            }
            What::Remove { name, .. } => say(format_args!("'{name}' is removed")),
        }
        Ok(Some(Exit::Done))
    }

    async fn run(self, vault: &Vault, secret: &Secret) -> Result<(), VaultError> {
        match self {
            What::Set { name, .. } => {
                vault.set(&name, secret, told(Did::SecretSet, &name)).await?;
                say(format_args!("'{name}' is set"));
            }
            What::List { .. } => {
                for name in vault.names().await? {
                    say(name);
                }
            }
            What::Remove { name, .. } => {
                vault.remove(&name, told(Did::SecretRemoved, &name)).await?;
                say(format_args!("'{name}' is removed"));
            }
        }
        Ok(())
    }
}

/// The entry of the audit journal.
fn told(did: Did, name: &str) -> Vec<Write> {
    let now_ms = runtime::Clock::now(&SystemClock).0;
    let told = (Value::Null, Value::Null);
    vec![audit::entry(now_ms, &Principal::command_line(), did, name, told)]
}
