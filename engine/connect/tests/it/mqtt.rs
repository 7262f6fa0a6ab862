//! Messages to a real Mosquitto, started by the test.

use crate::authorities::Authority;
use crate::connect::{Connections, Dialler, Secret, Secrets};
use kernel::{Ask, AskResult, Request};
use language::model::{Connection, Id, Signal, SignalWrite, Site};
use rumqttc::{AsyncClient, Event, EventLoop, Incoming, MqttOptions, QoS};
use runtime::Outside;
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use tokio::net::TcpStream;

/// A broker that asks for user and password; it ends with the test.
pub(crate) struct Mosquitto {
    child: Child,
    pub(crate) port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mosquitto {
    /// `None`, with the reason printed, where Mosquitto is not installed; `.ci/setup test` installs it.
    fn start() -> Option<Mosquitto> {
        Mosquitto::start_with("")
    }

    /// `more` is said of its listener.
    pub(crate) fn start_with(more: &str) -> Option<Mosquitto> {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let passwords = folder.path().join("passwords");
        let made = Command::new("mosquitto_passwd")
            .args(["-b", "-c"])
            .arg(&passwords)
            .args(["gemba", "s3:cret"])
            .status();
        if made.is_err() {
            eprintln!("skipped: Mosquitto is not installed; '.ci/setup test' installs it");
            return None;
        }
        let config = format!(
            "listener {port} 127.0.0.1\n{more}allow_anonymous false\npassword_file {}\nuser root\nlog_type all\n",
            passwords.display()
        );
        std::fs::write(folder.path().join("mosquitto.conf"), config).unwrap();
        Some(Mosquitto {
            child: run(&folder),
            port,
            folder,
        })
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn start_again(&mut self) {
        self.child = run(&self.folder);
    }

    /// Someone who hears everything of line 3 from now on.
    async fn listener(&self) -> (AsyncClient, EventLoop) {
        self.listening(MqttOptions::new("listener", ("127.0.0.1", self.port)))
            .await
    }

    /// The same where it speaks TLS under this authority.
    pub(crate) async fn listener_behind(&self, authority: &Authority) -> (AsyncClient, EventLoop) {
        let mut options = MqttOptions::new("listener", ("127.0.0.1", self.port));
        let (port, client) = (self.port, authority.client());
        options.set_socket_connector(move |_, _| {
            let client = client.clone();
            async move {
                let stream = TcpStream::connect(("127.0.0.1", port)).await?;
                let name = ServerName::from(std::net::IpAddr::from([127, 0, 0, 1]));
                client.connect(name, stream).await
            }
        });
        self.listening(options).await
    }

    async fn listening(&self, mut options: MqttOptions) -> (AsyncClient, EventLoop) {
        options.set_credentials("gemba", "s3:cret");
        let (client, mut events) = AsyncClient::builder(options).build();
        client.subscribe("line3/#", QoS::AtLeastOnce).await.unwrap();
        while !matches!(events.poll().await.unwrap(), Event::Incoming(Incoming::SubAck(_))) {}
        (client, events)
    }
}

/// So many messages: topic, payload, how it came and whether it was kept.
pub(crate) async fn heard(listener: &mut EventLoop, count: usize) -> Vec<String> {
    let mut heard = Vec::new();
    while heard.len() < count {
        if let Event::Incoming(Incoming::Publish(message)) = listener.poll().await.unwrap() {
            let payload = String::from_utf8_lossy(&message.payload);
            let topic = String::from_utf8_lossy(&message.topic);
            heard.push(format!("{topic} {payload} {:?} {}", message.qos, message.retain));
        }
    }
    heard
}

/// Returns when the broker listens.
fn run(folder: &tempfile::TempDir) -> Child {
    let mut child = Command::new(program())
        .arg("-v")
        .arg("-c")
        .arg(folder.path().join("mosquitto.conf"))
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("running") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "mosquitto ended");
    }
    // Its log is read on, or it would stop when the pipe is full.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    child
}

fn outside(port: u16, password: &str) -> Connections {
    let connection = |id: &str, paths: &[&str]| Connection {
        id: Id::new(id),
        title: id.to_owned(),
        address: format!("mqtt://127.0.0.1:{port}"),
        methods: Vec::new(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        secret: Some("BROKER".to_owned()),
    };
    let signal = |id: &str, write| Signal {
        id: Id::new(id),
        title: id.to_owned(),
        at: None,
        unit: None,
        stale_after_ms: None,
        write,
    };
    let write = SignalWrite {
        connection: Id::new("plant"),
        topic: "line3/speed/set".to_owned(),
    };
    let site = Site {
        connections: vec![connection("plant", &["/line3/*"])],
        signals: vec![signal("speed", Some(write)), signal("load", None)],
        ..Site::default()
    };
    let secrets: Arc<dyn Secrets> = Arc::new(BTreeMap::from([("BROKER".to_owned(), Secret::new(password))]));
    Connections::new(Arc::new(site), Dialler::new(), secrets)
}

pub(crate) async fn ask(outside: &Connections, request: Request) -> AskResult {
    let ask = Ask {
        ask: 1,
        step: Id::new("tell_the_machine"),
        attempt: 1,
        within_ms: 30_000,
        request,
    };
    outside.ask(&ask, "7-1-1").await
}

pub(crate) fn publish(topic: &str, body: Value) -> Request {
    Request::Publish {
        connection: Id::new("plant"),
        topic: topic.to_owned(),
        body,
    }
}

fn write(signal: &str, value: Value) -> Request {
    Request::Write {
        signal: Id::new(signal),
        value,
    }
}

fn kind(result: AskResult) -> (String, bool) {
    match result {
        AskResult::Failed { kind, again, .. } => (kind, again),
        AskResult::Done { value } => panic!("{value}"),
    }
}

pub(crate) const DONE: AskResult = AskResult::Done { value: Value::Null };

#[tokio::test]
async fn messages_and_values_arrive_in_order_also_after_the_broker_was_away() {
    let Some(mut broker) = Mosquitto::start() else { return };
    let outside = outside(broker.port, "gemba:s3:cret");
    let (_client, mut listener) = broker.listener().await;
    assert_eq!(
        ask(&outside, publish("line3/released", json!({"order": "4711"}))).await,
        DONE
    );
    for value in [json!(1200), json!("slow"), json!(true)] {
        assert_eq!(ask(&outside, write("speed", value)).await, DONE);
    }
    assert_eq!(
        heard(&mut listener, 4).await,
        [
            r#"line3/released {"order":"4711"} AtLeastOnce false"#,
            "line3/speed/set 1200 AtLeastOnce false",
            "line3/speed/set slow AtLeastOnce false",
            "line3/speed/set true AtLeastOnce false",
        ]
    );
    broker.stop();
    assert_eq!(
        kind(ask(&outside, write("speed", json!(1))).await),
        ("unreachable".to_owned(), true)
    );
    broker.start_again();
    // What failed while it was away does not come late.
    let (_client, mut listener) = broker.listener().await;
    assert_eq!(ask(&outside, write("speed", json!(2))).await, DONE);
    assert_eq!(heard(&mut listener, 1).await, ["line3/speed/set 2 AtLeastOnce false"]);
    // The broker came back without anybody having noticed that it was away.
    broker.stop();
    broker.start_again();
    let (_client, mut listener) = broker.listener().await;
    assert_eq!(ask(&outside, write("speed", json!(3))).await, DONE);
    assert_eq!(heard(&mut listener, 1).await, ["line3/speed/set 3 AtLeastOnce false"]);
}

#[tokio::test]
async fn what_the_site_or_the_broker_does_not_allow_is_refused() {
    let Some(broker) = Mosquitto::start() else { return };
    let stranger = outside(broker.port, "gemba:wrong");
    assert_eq!(
        kind(ask(&stranger, publish("line3/x", json!({}))).await),
        ("refused".to_owned(), false)
    );
    let shapeless = outside(broker.port, "no colon");
    assert_eq!(
        kind(ask(&shapeless, publish("line3/x", json!({}))).await),
        ("secret".to_owned(), false)
    );
    let outside = outside(broker.port, "gemba:s3:cret");
    for request in [
        publish("line4/x", json!({})),
        publish("line3/#", json!({})),
        publish("$SYS/x", json!({})),
        publish("", json!({})),
        write("load", json!(1)),
        write("nothing", json!(1)),
        Request::Publish {
            connection: Id::new("elsewhere"),
            topic: "line3/x".to_owned(),
            body: json!({}),
        },
    ] {
        let found = kind(ask(&outside, request.clone()).await);
        assert_eq!(found, ("not_allowed".to_owned(), false), "{request:?}");
    }
    let large = publish("line3/x", json!("x".repeat(crate::connect::limits::REQUEST_BYTES_MAX)));
    assert_eq!(kind(ask(&outside, large).await), ("too_large".to_owned(), false));
}

/// Debian puts it where only administrators look.
fn program() -> &'static str {
    if std::path::Path::new("/usr/sbin/mosquitto").exists() {
        "/usr/sbin/mosquitto"
    } else {
        "mosquitto"
    }
}
