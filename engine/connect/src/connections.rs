//! What runs ask of the world outside, done through the connections of the site.
//!
//! The site is the server's own of today: a connection that was taken out of it is closed to every app, also to runs
//! that began before.

use crate::address::Address;
use crate::dial::Dialler;
use crate::failure::{Failure, Kind};
use crate::http::{Received, Sending, bearer, exchange};
use crate::mqtt::Broker;
use crate::printers::Printers;
use crate::secrets::{self, Secrets};
use crate::{limits, paths};
use hyper::Method;
use hyper::header::{self, HeaderMap, HeaderValue};
use kernel::{Ask, AskResult, Request};
use language::model::{Connection, Site};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Does what runs ask, as far as the site allows it.
pub struct Connections {
    site: Arc<Site>,
    dialler: Dialler,
    secrets: Arc<dyn Secrets>,
    /// By the connection's id; those whose address cannot be understood are left out, and say so when they are used.
    brokers: HashMap<String, Broker>,
    printers: Option<Printers>,
}

impl Connections {
    pub fn new(site: Arc<Site>, dialler: Dialler, secrets: Arc<dyn Secrets>) -> Connections {
        let brokers = site.connections.iter().filter(|connection| connection.is_broker());
        let brokers = brokers.filter_map(|connection| {
            let address = Address::broker(&connection.address).ok()?;
            Some((connection.id.to_string(), Broker::new(dialler.clone(), address)))
        });
        Connections {
            brokers: brokers.collect(),
            site,
            dialler,
            secrets,
            printers: None,
        }
    }

    /// Prints too.
    pub fn with_printers(self, printers: Printers) -> Connections {
        Connections {
            printers: Some(printers),
            ..self
        }
    }

    fn connection(&self, id: &str) -> Result<&Connection, Failure> {
        let found = self
            .site
            .connections
            .iter()
            .find(|connection| connection.id.as_str() == id);
        found.ok_or_else(|| Failure::last(Kind::NotAllowed, format!("the site has no connection '{id}'")))
    }

    async fn http(&self, exchange_of: &Exchange<'_>) -> Result<Value, Failure> {
        let Exchange {
            connection,
            method,
            path,
            query,
            body,
            key,
            within,
        } = exchange_of;
        let connection = self.connection(connection)?;
        if connection.is_broker() {
            let id = &connection.id;
            return Err(Failure::last(
                Kind::NotAllowed,
                format!("the connection '{id}' is a broker's"),
            ));
        }
        let method = method.to_ascii_uppercase();
        if !connection.methods.contains(&method) {
            let (id, allowed) = (&connection.id, connection.methods.join(", "));
            return Err(Failure::last(
                Kind::NotAllowed,
                format!("the connection '{id}' allows {allowed}, not {method}"),
            ));
        }
        let unfit = |what: &str| Failure::last(Kind::NotAllowed, format!("{what} cannot be sent"));
        let address = Address::http(&connection.address)?;
        let target = paths::target(connection, &address.base, path, query.iter().copied())?;
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT,
            HeaderValue::from_static("application/json, text/plain;q=0.5"),
        );
        headers.insert(
            "idempotency-key",
            HeaderValue::try_from(*key).map_err(|_| unfit("the key"))?,
        );
        if let Some(secret) = secrets::find(&*self.secrets, connection.secret.as_deref()).await? {
            headers.insert(header::AUTHORIZATION, bearer(&secret)?);
        }
        let sending = Sending {
            method: Method::from_bytes(method.as_bytes()).map_err(|_| unfit("this method"))?,
            target,
            headers,
            body: body.map(|body| ("application/json", body.to_string().into_bytes())),
        };
        let answer = exchange(&self.dialler, &address, sending, *within).await?;
        received(&address, &answer.unless_elsewhere(&address)?)
    }

    pub(crate) async fn publish(
        &self,
        id: &str,
        topic: &str,
        payload: &[u8],
        within: Duration,
    ) -> Result<Value, Failure> {
        let connection = self.connection(id)?;
        if !connection.is_broker() {
            return Err(Failure::last(
                Kind::NotAllowed,
                format!("the connection '{id}' is no broker's"),
            ));
        }
        paths::topic(connection, topic)?;
        let Some(broker) = self.brokers.get(id) else {
            Address::broker(&connection.address)?;
            return Err(Failure::last(
                Kind::NotAllowed,
                format!("the connection '{id}' is not there"),
            ));
        };
        let secret = secrets::find(&*self.secrets, connection.secret.as_deref()).await?;
        broker.publish(topic, payload, secret.as_ref(), within).await?;
        Ok(Value::Null)
    }

    async fn write(&self, signal: &str, value: &Value, within: Duration) -> Result<Value, Failure> {
        let found = self.site.signals.iter().find(|one| one.id.as_str() == signal);
        let found =
            found.ok_or_else(|| Failure::last(Kind::NotAllowed, format!("the site has no signal '{signal}'")))?;
        let way = found
            .write
            .as_ref()
            .ok_or_else(|| Failure::last(Kind::NotAllowed, format!("the signal '{signal}' may only be read")))?;
        self.publish(way.connection.as_str(), &way.topic, &written(value), within)
            .await
    }

    async fn answer(&self, ask: &Ask, key: &str) -> Result<Value, Failure> {
        let within = within(ask.within_ms);
        match &ask.request {
            Request::Http {
                connection,
                method,
                path,
                query,
                body,
            } => {
                self.http(&Exchange {
                    connection: connection.as_str(),
                    method,
                    path,
                    query: query
                        .iter()
                        .map(|(name, value)| (name.as_str(), value.as_str()))
                        .collect(),
                    body: body.as_ref(),
                    key,
                    within,
                })
                .await
            }
            Request::Publish {
                connection,
                topic,
                body,
            } => {
                let payload = body.to_string().into_bytes();
                self.publish(connection.as_str(), topic, &payload, within).await
            }
            Request::Write { signal, value } => self.write(signal.as_str(), value, within).await,
            Request::Print {
                printer,
                document,
                copies,
            } => {
                let printers = self.printers.as_ref();
                let printers = printers.ok_or_else(|| Failure::last(Kind::NoHost, "nothing here prints"))?;
                let printer = printer.as_ref().map(|printer| printer.as_str());
                printers
                    .print(&self.site, printer, document, *copies, key, within)
                    .await
            }
            Request::Run { plugin, .. } => Err(Failure::last(
                Kind::NoHost,
                format!("there is no host for plugins yet that could run '{plugin}'"),
            )),
        }
    }
}

/// One request of a run.
struct Exchange<'a> {
    connection: &'a str,
    method: &'a str,
    path: &'a str,
    query: Vec<(&'a str, &'a str)>,
    body: Option<&'a Value>,
    key: &'a str,
    within: Duration,
}

#[async_trait::async_trait]
impl runtime::Outside for Connections {
    async fn ask(&self, ask: &Ask, key: &str) -> AskResult {
        match self.answer(ask, key).await {
            Ok(value) => AskResult::Done { value },
            Err(failure) => failure.into(),
        }
    }
}

fn within(ms: i64) -> Duration {
    let ms = if ms <= 0 {
        limits::WITHIN_MS_DEFAULT
    } else {
        ms.min(limits::WITHIN_MS_MAX)
    };
    Duration::from_millis(ms.unsigned_abs())
}

/// `{status, body, headers: {content_type}}`, whatever the status: the flow judges it. The body is JSON where it says so,
/// else text; nothing is empty. What a failure says is shown as it can be.
fn received(address: &Address, answer: &Received) -> Result<Value, Failure> {
    let media_type = answer.content_type().unwrap_or_default();
    let bare = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let has_failed = answer.status.is_client_error() || answer.status.is_server_error();
    let unreadable = |why: String| Failure::last(Kind::Unreadable, format!("the answer of {address} {why}"));
    let body = if answer.body.is_empty() {
        Value::Null
    } else if bare.ends_with("/json") || bare.ends_with("+json") {
        match serde_json::from_slice(&answer.body) {
            Ok(value) => value,
            Err(_) if has_failed => Value::from(String::from_utf8_lossy(&answer.body)),
            Err(error) => return Err(unreadable(format!("is no JSON, though it says so: {error}"))),
        }
    } else if has_failed {
        Value::from(String::from_utf8_lossy(&answer.body))
    } else {
        let text = std::str::from_utf8(&answer.body).map_err(|_| unreadable(format!("is no text but '{bare}'")))?;
        Value::from(text)
    };
    Ok(json!({
        "status": answer.status.as_u16(),
        "body": body,
        "headers": {"content_type": answer.content_type()},
    }))
}

/// As machines read it: a text without quotes, everything else as JSON.
fn written(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    }
}
