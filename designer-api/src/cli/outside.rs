//! What `gemba serve` connects to the world outside: the connections and channels of the site.

use connect::{Connections, Dialler, MailServer, PASSWORD, Printers, Secrets, Trust, Vault, channels, subscribers};
use language::model::{ChannelBy, Site, SubscriberBy};
use runtime::{Channel, Outside};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
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
    /// File with certificates of authorities (PEM) that are trusted besides those of this computer, for connections,
    /// webhooks and mail; may be given several times
    #[arg(long, value_name = "FILE", env = "GEMBA_TRUST")]
    trust: Vec<PathBuf>,
}

/// How the world outside is reached.
pub(super) struct Reach {
    mail: Option<MailServer>,
    trust: Trust,
}

/// What an engine is opened with.
pub(super) struct Connected {
    pub(super) outside: Arc<dyn Outside>,
    pub(super) channels: Vec<Arc<dyn Channel>>,
}

impl OutsideArgs {
    /// Before anything is opened.
    pub(super) fn read(&self) -> Result<Reach, Exit> {
        let failed = |error: String| {
            complain(error);
            Exit::CannotRead
        };
        let mut trust = Trust::default();
        for file in &self.trust {
            trust = trust.with_file(file).map_err(failed)?;
        }
        let mail = match (&self.smtp, &self.smtp_from) {
            (Some(server), Some(from)) => Some(MailServer::read(server, from).map_err(failed)?.trusting(trust.clone())),
            _ => None,
        };
        Ok(Reach { mail, trust })
    }
}

/// Says which secrets are missing: what needs them will fail until they are set.
pub(super) async fn connect(
    site: &Site,
    reach: &Reach,
    store: &AnyStore,
    folder: &Path,
) -> Result<Connected, connect::VaultError> {
    let mail = reach.mail.as_ref();
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
    let dialler = Dialler::trusting(reach.trust.clone());
    let printers = Printers::new(dialler.clone(), store.clone(), folder);
    let connections = Connections::new(Arc::new(site.clone()), dialler.clone(), secrets.clone());
    let connections = Arc::new(connections.with_printers(printers));
    let mut channels = channels(site, &dialler, &secrets, mail);
    channels.extend(subscribers(site, &dialler, &secrets, &connections));
    Ok(Connected {
        outside: connections,
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
    let of_subscribers = site.subscribers.iter().filter_map(|subscriber| match &subscriber.by {
        SubscriberBy::Webhook { secret, .. } => secret.clone(),
        SubscriberBy::Broker { .. } => None,
    });
    let of_mail = mail.filter(|mail| mail.signs_in()).map(|_| PASSWORD.to_owned());
    of_connections
        .chain(of_channels)
        .chain(of_subscribers)
        .chain(of_mail)
        .collect()
}
