//! What `gemba serve` connects to the world outside: the connections and channels of the site.

use connect::{Connections, Dialler, MailServer, PASSWORD, Printers, Secrets, Vault, channels};
use language::model::{ChannelBy, Site};
use runtime::{Channel, Outside};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use store::AnyStore;

use super::Exit;
use super::out::{complain, say};

#[derive(clap::Args)]
pub(super) struct OutsideArgs {
    /// Mail server for the channels of site.yaml: smtp://HOST:587 (STARTTLS), smtps://HOST:465, or smtp-plain://HOST:25 for
    /// a relay close by; with USER@ before HOST it signs in with the secret SMTP_PASSWORD ('gemba secret')
    #[arg(long, value_name = "URL", env = "GEMBA_SMTP", requires = "smtp_from")]
    smtp: Option<String>,
    /// Whom e-mails come from: an address, or 'Name <address>'
    #[arg(long, value_name = "ADDRESS", env = "GEMBA_SMTP_FROM")]
    smtp_from: Option<String>,
}

/// What an engine is opened with.
pub(super) struct Connected {
    pub(super) outside: Arc<dyn Outside>,
    pub(super) channels: Vec<Arc<dyn Channel>>,
}

impl OutsideArgs {
    /// Before anything is opened.
    pub(super) fn mail(&self) -> Result<Option<MailServer>, Exit> {
        let (Some(server), Some(from)) = (&self.smtp, &self.smtp_from) else {
            return Ok(None);
        };
        MailServer::read(server, from).map(Some).map_err(|error| {
            complain(error);
            Exit::CannotRead
        })
    }
}

/// Says which secrets are missing: what needs them will fail until they are set.
pub(super) async fn connect(
    site: &Site,
    mail: Option<&MailServer>,
    store: &AnyStore,
    folder: &Path,
) -> Result<Connected, connect::VaultError> {
    let vault = Vault::new(store.clone(), folder);
    let kept = vault.names().await?;
    for name in named(site, mail).iter().filter(|name| !kept.contains(name)) {
        complain(format_args!(
            "the secret '{name}' is not set: what needs it fails until 'gemba secret set {name} --data {}' gives it",
            folder.display()
        ));
    }
    let by_mail = |channel: &&language::model::Channel| matches!(channel.by, ChannelBy::Email(_));
    if mail.is_none()
        && let Some(channel) = site.channels.iter().find(by_mail)
    {
        say(format_args!(
            "no e-mails leave for the channel '{}': there is no --smtp",
            channel.title
        ));
    }
    let secrets: Arc<dyn Secrets> = Arc::new(vault);
    let dialler = Dialler::new();
    let printers = Printers::new(dialler.clone(), store.clone(), folder);
    let channels = channels(site, &dialler, &secrets, mail);
    let connections = Connections::new(Arc::new(site.clone()), dialler, secrets).with_printers(printers);
    Ok(Connected {
        outside: Arc::new(connections),
        channels,
    })
}

fn named(site: &Site, mail: Option<&MailServer>) -> BTreeSet<String> {
    let of_connections = site
        .connections
        .iter()
        .filter_map(|connection| connection.secret.clone());
    let of_channels = site.channels.iter().filter_map(|channel| match &channel.by {
        ChannelBy::Webhook { secret, .. } => secret.clone(),
        ChannelBy::Email(_) => None,
    });
    let of_mail = mail.filter(|mail| mail.signs_in()).map(|_| PASSWORD.to_owned());
    of_connections.chain(of_channels).chain(of_mail).collect()
}
