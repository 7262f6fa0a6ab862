//! Channels of the site: what is told to one of them leaves as e-mail or to a webhook.

use crate::dial::Dialler;
use crate::mail::{Mail, MailServer};
use crate::secrets::Secrets;
use crate::webhook::Webhook;
use kernel::Assignee;
use language::model::{self, ChannelBy, Site};
use std::sync::Arc;

/// One channel of the site.
pub struct SiteChannel {
    name: String,
    /// As flows address it.
    id: String,
    way: Way,
}

enum Way {
    Mail(Mail),
    Webhook(Webhook),
}

/// The channels of a site, for [`runtime::Options::channels`].
pub fn channels(
    site: &Site,
    dialler: &Dialler,
    secrets: &Arc<dyn Secrets>,
    mail: Option<&MailServer>,
) -> Vec<Arc<dyn runtime::Channel>> {
    let channel = |channel: &model::Channel| {
        let secrets = secrets.clone();
        let way = match &channel.by {
            ChannelBy::Email(to) => Way::Mail(Mail {
                server: mail.cloned(),
                to: to.clone(),
                secrets,
            }),
            ChannelBy::Webhook { address, secret } => Way::Webhook(Webhook {
                dialler: dialler.clone(),
                address: address.clone(),
                secret: secret.clone(),
                secrets,
            }),
        };
        let id = channel.id.to_string();
        // Embedding programs name theirs without a slash.
        let name = format!("site/{id}");
        Arc::new(SiteChannel { name, id, way }) as Arc<dyn runtime::Channel>
    };
    site.channels.iter().map(channel).collect()
}

#[async_trait::async_trait]
impl runtime::Channel for SiteChannel {
    fn name(&self) -> &str {
        &self.name
    }

    /// Only what is told to itself.
    fn takes(&self, to: &Assignee) -> bool {
        matches!(to, Assignee::Channel(id) if *id == self.id)
    }

    async fn deliver(&self, key: &str, body: &str) -> Result<(), String> {
        let delivered = match &self.way {
            Way::Mail(mail) => mail.send(key, body).await,
            Way::Webhook(webhook) => webhook.post(key, body).await,
        };
        delivered.map_err(|failure| failure.message)
    }
}
