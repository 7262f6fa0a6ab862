//! Brokers that speak TLS under an authority of the factory's own: a real Mosquitto.

use super::authorities::{Authority, Signed};
use super::mqtt::{DONE, Mosquitto, ask, heard, publish};
use crate::connect::{Connections, Dialler, Secret, Secrets, Trust, subscribers};
use kernel::AskResult;
use language::model::{Connection, Id, Site, Subscriber, SubscriberBy};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

fn site(port: u16) -> Site {
    Site {
        connections: vec![Connection {
            id: Id::new("plant"),
            title: "plant".to_owned(),
            address: format!("mqtts://127.0.0.1:{port}"),
            methods: Vec::new(),
            paths: Vec::new(),
            secret: Some("BROKER".to_owned()),
        }],
        subscribers: vec![Subscriber {
            id: Id::new("line_data"),
            title: "Line data".to_owned(),
            events: Some(vec!["released".to_owned()]),
            by: SubscriberBy::Broker {
                connection: Id::new("plant"),
                topic: "line3/events".to_owned(),
            },
        }],
        ..Site::default()
    }
}

fn secrets() -> Arc<dyn Secrets> {
    Arc::new(BTreeMap::from([("BROKER".to_owned(), Secret::new("gemba:s3:cret"))]))
}

fn outside(port: u16, trust: Trust) -> Connections {
    Connections::new(Arc::new(site(port)), Dialler::trusting(trust), secrets())
}

fn secured(signed: &Signed) -> Option<Mosquitto> {
    let (certificate, key) = (signed.certificate_file.display(), signed.key_file.display());
    Mosquitto::start_with(&format!("certfile {certificate}\nkeyfile {key}\n"))
}

async fn refusal(port: u16, trust: Trust) -> String {
    match ask(&outside(port, trust), publish("line3/x", json!({}))).await {
        AskResult::Failed { kind, message, again } => {
            assert_eq!((kind.as_str(), again), ("refused", false), "{message}");
            message
        }
        AskResult::Done { .. } => panic!("it was published"),
    }
}

#[tokio::test]
async fn a_broker_is_trusted_by_the_factorys_own_authority_and_by_no_other() {
    let (own, other) = (Authority::new(), Authority::new());
    let Some(broker) = secured(&own.sign("127.0.0.1")) else {
        return;
    };
    let (_client, mut listener) = broker.listener_behind(&own).await;
    let outside = Arc::new(outside(broker.port, own.trust()));
    assert_eq!(
        ask(&outside, publish("line3/released", json!({"order": "4711"}))).await,
        DONE
    );
    // A subscriber gets its events there, whole.
    let site = site(broker.port);
    let subscriber = subscribers(&site, &Dialler::new(), &secrets(), &outside).pop().unwrap();
    assert!(subscriber.takes_event("released") && !subscriber.takes_event("other"));
    assert!(!subscriber.takes(&kernel::Assignee::Everyone));
    subscriber.deliver("7-2-0", r#"{"id":"7-2-0"}"#).await.unwrap();
    assert_eq!(
        heard(&mut listener, 2).await,
        [
            r#"line3/released {"order":"4711"} AtLeastOnce false"#,
            r#"line3/events {"id":"7-2-0"} AtLeastOnce false"#,
        ]
    );
    for stranger in [Trust::default(), other.trust()] {
        let why = refusal(broker.port, stranger).await;
        assert!(why.contains("an authority that is not trusted here"), "{why}");
        assert!(why.contains("--trust"), "{why}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_or_time_is_refused_with_the_reason() {
    let own = Authority::new();
    let Some(broker) = secured(&own.sign("broker.example")) else {
        return;
    };
    let why = refusal(broker.port, own.trust()).await;
    assert!(why.contains("its certificate is for another name"), "{why}");
    let Some(broker) = secured(&own.sign_expired("127.0.0.1")) else {
        return;
    };
    let why = refusal(broker.port, own.trust()).await;
    assert!(why.contains("its certificate has expired"), "{why}");
}
