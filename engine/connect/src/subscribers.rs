//! Subscribers of the site: systems that get what runs emit, as CloudEvents.

use crate::connections::Connections;
use crate::dial::Dialler;
use crate::limits;
use crate::secrets::Secrets;
use crate::webhook::Webhook;
use kernel::Assignee;
use language::model::{self, Site, SubscriberBy};
use std::sync::Arc;
use std::time::Duration;

/// One subscriber of the site.
struct SiteSubscriber {
    name: String,
    /// `None` is every message.
    events: Option<Vec<String>>,
    way: Way,
}

enum Way {
    Webhook(Webhook),
    Broker {
        connections: Arc<Connections>,
        connection: String,
        topic: String,
    },
}

/// The subscribers of a site, for [`runtime::Options::channels`] beside its channels.
pub fn subscribers(
    site: &Site,
    dialler: &Dialler,
    secrets: &Arc<dyn Secrets>,
    connections: &Arc<Connections>,
) -> Vec<Arc<dyn runtime::Channel>> {
    let subscriber = |subscriber: &model::Subscriber| {
        let way = match &subscriber.by {
            SubscriberBy::Webhook { address, secret } => Way::Webhook(Webhook {
                dialler: dialler.clone(),
                address: address.clone(),
                secret: secret.clone(),
                secrets: secrets.clone(),
            }),
            SubscriberBy::Broker { connection, topic } => Way::Broker {
                connections: connections.clone(),
                connection: connection.to_string(),
                topic: topic.clone(),
            },
        };
        Arc::new(SiteSubscriber {
            // Beside `site/…`, where the channels of people are.
            name: format!("subscriber/{}", subscriber.id),
            events: subscriber.events.clone(),
            way,
        }) as Arc<dyn runtime::Channel>
    };
    site.subscribers.iter().map(subscriber).collect()
}

#[async_trait::async_trait]
impl runtime::Channel for SiteSubscriber {
    fn name(&self) -> &str {
        &self.name
    }

    /// What people are told is not for systems.
    fn takes(&self, _: &Assignee) -> bool {
        false
    }

    fn takes_event(&self, name: &str) -> bool {
        let Some(events) = &self.events else { return true };
        events.iter().any(|event| event == name)
    }

    async fn deliver(&self, key: &str, body: &str) -> Result<(), String> {
        let delivered = match &self.way {
            Way::Webhook(webhook) => webhook.post(key, body).await,
            Way::Broker {
                connections,
                connection,
                topic,
            } => {
                let within = Duration::from_millis(limits::WEBHOOK_MS);
                let published = connections.publish(connection, topic, body.as_bytes(), within).await;
                published.map(drop)
            }
        };
        delivered.map_err(|failure| failure.message)
    }
}
