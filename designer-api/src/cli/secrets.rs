//! `gemba secret`: secrets of connections and channels, while the server does not run.

use connect::{Secret, Vault, VaultError};
use std::path::PathBuf;

use super::Exit;
use super::exit::data_unusable;
use super::out::{complain, say};
use super::secret::new_secret;
use crate::data;

/// Keeps what opens the connections and channels of site.yaml: tokens, passwords, signing keys.
///
/// They are encrypted in the data folder, under the key in its file 'secrets.key', which backups leave out unless asked.
/// Nothing shows them again: not this command, not the API, no log. The server must be stopped meanwhile.
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
    async fn run(self, vault: &Vault, secret: &Secret) -> Result<(), VaultError> {
        match self {
            What::Set { name, .. } => {
                vault.set(&name, secret).await?;
                say(format_args!("'{name}' is set"));
            }
            What::List { .. } => {
                for name in vault.names().await? {
                    say(name);
                }
            }
            What::Remove { name, .. } => {
                vault.remove(&name).await?;
                say(format_args!("'{name}' is removed"));
            }
        }
        Ok(())
    }
}
