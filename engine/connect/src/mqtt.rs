//! Messages to brokers: MQTT 3.1.1, QoS 1, not retained. One connection to each broker, made when it is first needed and
//! kept as long as it lasts.
//!
//! What a broker has not confirmed in time has failed, and is never sent later behind the flow's back: a value that a
//! machine gets ten minutes late is worse than none. So a connection that breaks takes with it what was under way, and
//! whoever sends next makes a new one.

use crate::address::Address;
use crate::dial::Dialler;
use crate::failure::{Failure, Kind};
use crate::limits;
use crate::secrets::Secret;
use ring::rand::{SecureRandom, SystemRandom};
use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, Incoming, MqttOptions, PublishNoticeError,
    PublishOptions, QoS,
};
use std::io;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

/// One broker of the site.
pub(crate) struct Broker {
    dialler: Dialler,
    address: Address,
    session: Mutex<Option<Session>>,
}

/// A connection that the broker has taken up.
struct Session {
    client: AsyncClient,
    /// With which it was made.
    secret: Option<Secret>,
    /// One task, which ends when the connection does.
    driver: JoinSet<()>,
}

impl Session {
    fn lasts(&mut self) -> bool {
        self.driver.try_join_next().is_none() && !self.driver.is_empty()
    }
}

impl Broker {
    pub(crate) fn new(dialler: Dialler, address: Address) -> Broker {
        Broker {
            dialler,
            address,
            session: Mutex::new(None),
        }
    }

    /// Returns when the broker has it. `secret` is `user:password`.
    pub(crate) async fn publish(
        &self,
        topic: &str,
        payload: &[u8],
        secret: Option<&Secret>,
        within: Duration,
    ) -> Result<(), Failure> {
        if payload.len() > limits::REQUEST_BYTES_MAX {
            let (size, max) = (payload.len(), limits::REQUEST_BYTES_MAX);
            return Err(Failure::last(
                Kind::TooLarge,
                format!("the message has {size} bytes, at most {max} are sent"),
            ));
        }
        let publishing = async {
            let (client, was_there) = self.client(secret).await?;
            match self.send(&client, topic, payload).await {
                // It may have been gone for a while, which nobody notices before something is sent.
                Err(failure) if was_there && failure.again => {
                    let (client, _) = self.client(secret).await?;
                    self.send(&client, topic, payload).await
                }
                sent => sent,
            }
        };
        match tokio::time::timeout(within, publishing).await {
            Ok(ended) => ended,
            Err(_) => Err(Failure::again(
                Kind::Timeout,
                format!(
                    "the broker {} did not confirm in {} ms",
                    self.address,
                    within.as_millis()
                ),
            )),
        }
    }

    /// Says also whether it was there before.
    async fn client(&self, secret: Option<&Secret>) -> Result<(AsyncClient, bool), Failure> {
        let mut kept = self.session.lock().await;
        if let Some(session) = kept.as_mut()
            && session.secret.as_ref() == secret
            && session.lasts()
        {
            return Ok((session.client.clone(), true));
        }
        *kept = None;
        let session = kept.insert(self.connect(secret).await?);
        Ok((session.client.clone(), false))
    }

    async fn connect(&self, secret: Option<&Secret>) -> Result<Session, Failure> {
        let options = self.options(secret)?;
        let built = AsyncClient::builder(options).try_build();
        let (client, mut events) = built.map_err(|error| {
            Failure::last(
                Kind::NotAllowed,
                format!("the broker {} cannot be used: {error}", self.address),
            )
        })?;
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Incoming::ConnAck(_))) => break,
                Ok(_) => {}
                Err(error) => return Err(self.failure_of(&error)),
            }
        }
        let mut driver = JoinSet::new();
        driver.spawn(drive(events, self.address.to_string()));
        Ok(Session {
            client,
            secret: secret.cloned(),
            driver,
        })
    }

    fn options(&self, secret: Option<&Secret>) -> Result<MqttOptions, Failure> {
        let host = self.address.to_string();
        let mut options = MqttOptions::new(client_id()?, (host.as_str(), self.address.port));
        let (dialler, address) = (self.dialler.clone(), self.address.clone());
        options
            .set_keep_alive(limits::BROKER_KEEP_ALIVE_S)
            .set_max_packet_size(
                limits::ANSWER_BYTES_MAX,
                limits::REQUEST_BYTES_MAX + limits::TOPIC_BYTES_MAX + 64,
            )
            .set_inflight(limits::BROKER_IN_FLIGHT_MAX)
            // Its own dialling follows no rule of ours.
            .set_socket_connector(move |_, _| {
                let (dialler, address) = (dialler.clone(), address.clone());
                async move { dialler.dial(&address).await.map_err(io::Error::other) }
            });
        if let Some(secret) = secret {
            let (user, password) = secret
                .reveal()
                .split_once(':')
                .ok_or_else(|| Failure::last(Kind::Secret, "the secret of a broker is written user:password"))?;
            options.set_credentials(user, password.to_owned());
        }
        Ok(options)
    }

    async fn send(&self, client: &AsyncClient, topic: &str, payload: &[u8]) -> Result<(), Failure> {
        let sent = client
            .publish_tracked(topic, payload.to_vec(), PublishOptions::new(QoS::AtLeastOnce))
            .await;
        let broke = |error: &dyn std::fmt::Display| {
            Failure::again(
                Kind::Unreachable,
                format!("the connection to the broker {} broke: {error}", self.address),
            )
        };
        let notice = sent.map_err(|error| broke(&error))?;
        match notice.wait_async().await {
            Ok(_) => Ok(()),
            Err(PublishNoticeError::Recv) => Err(broke(&"it was not confirmed")),
            Err(error) => Err(broke(&error)),
        }
    }

    fn failure_of(&self, error: &ConnectionError) -> Failure {
        let address = &self.address;
        match error {
            ConnectionError::ConnectionRefused(ConnectReturnCode::ServiceUnavailable) => Failure::again(
                Kind::Unreachable,
                format!("the broker {address} serves nobody just now"),
            ),
            ConnectionError::ConnectionRefused(code) => Failure::last(
                Kind::Refused,
                format!("the broker {address} refuses the connection: {code:?}"),
            ),
            ConnectionError::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Failure>()) {
                Some(failure) => failure.clone(),
                None => Failure::again(
                    Kind::Unreachable,
                    format!("the broker {address} is not reachable: {error}"),
                ),
            },
            error => Failure::again(
                Kind::Unreachable,
                format!("the broker {address} is not reachable: {error}"),
            ),
        }
    }
}

/// Keeps the connection alive. Dropped with it is whatever was not confirmed.
async fn drive(mut events: EventLoop, address: String) {
    loop {
        if let Err(error) = events.poll().await {
            tracing::info!(address, %error, "the connection to a broker ended");
            return;
        }
    }
}

/// Two connections of one name would throw each other out.
fn client_id() -> Result<String, Failure> {
    let mut bytes = [0; 8];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Failure::again(Kind::Unreachable, "the system gives no random numbers"))?;
    Ok(format!("gemba{:016x}", u64::from_be_bytes(bytes)))
}
