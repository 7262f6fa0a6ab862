//! Other systems: what an app asks of them, with secrets that nobody sees, and with the server killed in between.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::any;
use serde_json::json;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use tokio::sync::oneshot;

use crate::support::{Client, Place, eventually, gemba};

const APP: &str = "
app: Orders
inputs:
  - text: Order
steps:
  - http: Ask the order system
    connection: erp
    get: /orders/{order}
    within: 10 min
    as: answer
  - tell: Group chat
    message: Order {order} is {answer.body.state}
  - finish: Asked
";

fn site(address: &str) -> String {
    format!(
        "site: Plant
time_zone: UTC
connections:
  - connection: erp
    address: {address}/api
    paths: [\"/orders/*\"]
    secret: ERP_TOKEN
channels:
  - channel: Group chat
    webhook: {address}/hook
    secret: CHAT_KEY
"
    )
}

/// What another system was asked; it answers when it is told to.
struct Asked {
    path: String,
    headers: HeaderMap,
    body: String,
    answer: oneshot::Sender<String>,
}

/// A server of another system, on a thread of its own.
fn other_system() -> (String, mpsc::Receiver<Asked>) {
    type Log = mpsc::Sender<Asked>;
    async fn asked(
        State(log): State<Log>,
        uri: Uri,
        headers: HeaderMap,
        body: String,
    ) -> Result<axum::Json<serde_json::Value>, StatusCode> {
        let (answer, answered) = oneshot::channel();
        let path = uri.path().to_owned();
        log.send(Asked {
            path,
            headers,
            body,
            answer,
        })
        .map_err(|_| StatusCode::GONE)?;
        let state = answered.await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        Ok(axum::Json(json!({"state": state})))
    }
    let (log, asked_of) = mpsc::channel();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        tokio.block_on(async {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let router = Router::new().fallback(any(asked)).with_state(log);
            axum::serve(listener, router).await.unwrap();
        });
    });
    (address, asked_of)
}

fn secret(place: &Place, args: &[&str], typed: &str) -> (Option<i32>, String) {
    let mut command: Command = gemba();
    command.arg("secret").args(args).arg("--data").arg(place.data());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn start(client: &Client, order: &str) -> String {
    let run = client
        .post("/runs", &json!({"app": "orders", "inputs": {"order": order}}))
        .with(201);
    run["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_killed_server_asks_again_under_the_same_key_and_tells_no_secrets() {
    let (address, asked) = other_system();
    let place = Place::new(&[("site.yaml", &site(&address)), ("orders.yaml", APP)]);
    // Without the secret the ask fails in words, before anything leaves.
    let server = place.start();
    let run = start(&server.client(), "1");
    eventually("the run stops", || {
        let view = server.client().get(&format!("/runs/{run}")).with(200);
        (view["status"] == "stopped").then_some(())
    });
    let why = server
        .client()
        .get(&format!("/runs/{run}/timeline"))
        .with(200)
        .to_string();
    assert!(why.contains("gemba secret set ERP_TOKEN"), "{why}");
    // Set while it runs, it is there at once.
    assert_eq!(secret(&place, &["set", "ERP_TOKEN"], "t0ken-of-erp\n").0, Some(0));
    server
        .client()
        .post(&format!("/runs/{run}/retry"), &json!({}))
        .with(200);
    let first = asked.recv().unwrap();
    assert_eq!(first.headers["authorization"], "Bearer t0ken-of-erp");
    server
        .client()
        .post(&format!("/runs/{run}/cancel"), &json!({"why": "enough"}))
        .with(200);
    drop(first.answer);
    assert_eq!(secret(&place, &["list"], ""), (Some(0), "ERP_TOKEN\n".to_owned()));
    assert_eq!(secret(&place, &["set", "bad name"], "x").0, Some(2));
    assert_eq!(secret(&place, &["remove", "NONE"], "").0, Some(2));
    server.stop();

    let key = "whsec_dDBrZW4tb2YtY2hhdA==";
    assert_eq!(secret(&place, &["set", "CHAT_KEY"], key).0, Some(0));
    assert_eq!(secret(&place, &["set", "bad name"], "x").0, Some(2));
    assert_eq!(secret(&place, &["set", "EMPTY"], "\n").0, Some(2));
    assert_eq!(
        secret(&place, &["list"], ""),
        (Some(0), "CHAT_KEY\nERP_TOKEN\n".to_owned())
    );
    assert_eq!(secret(&place, &["remove", "NONE"], "").0, Some(2));

    let server = place.start();
    let run = start(&server.client(), "47/11");
    let first = asked.recv().unwrap();
    assert_eq!(first.path, "/api/orders/47%2F11");
    assert_eq!(first.headers["authorization"], "Bearer t0ken-of-erp");
    server.kill();
    drop(first.answer);
    let server = place.start();
    let again = asked.recv().unwrap();
    assert_eq!(again.headers["idempotency-key"], first.headers["idempotency-key"]);
    again.answer.send("released".to_owned()).unwrap();
    let told = asked.recv().unwrap();
    assert_eq!(told.path, "/hook");
    assert!(told.headers.contains_key("webhook-signature"), "{:?}", told.headers);
    assert!(told.body.contains("Order 47/11 is released"), "{}", told.body);
    told.answer.send(String::new()).unwrap();
    let client = server.client();
    eventually("the run ends", || {
        let view = client.get(&format!("/runs/{run}")).with(200);
        (view["status"] == "finished").then_some(())
    });

    let copy = place.path().join("copy");
    let mut backup = gemba();
    backup.arg("backup").arg(&copy).arg("--data").arg(place.data());
    assert!(backup.output().unwrap().status.success());
    assert!(!copy.join("secrets.key").exists());
    let timeline = client.get(&format!("/runs/{run}/timeline")).with(200).to_string();
    server.stop();
    let files = [place.data().join("gemba.db"), copy.join("gemba.db")];
    let everything = files.map(|file| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned());
    for text in everything.iter().chain([&timeline, &place.log()]) {
        assert!(
            !text.contains("t0ken-of-erp") && !text.contains("dDBrZW4tb2YtY2hhdA"),
            "a secret is told"
        );
    }
    place.assert_sound();
}

const EMITS: &str = "
app: Releases
inputs:
  - text: Part
steps:
  - emit: first-piece-released
    with: {part: = part}
  - emit: something-else
  - finish: Released
";

#[test]
fn what_is_emitted_goes_to_subscribers_and_never_to_peoples_channels() {
    let (address, asked) = other_system();
    let site = format!(
        "{}subscribers:
  - subscriber: Quality system
    events: [first-piece-released]
    webhook: {address}/events
    secret: QMS_KEY
",
        site(&address)
    );
    let place = Place::new(&[("site.yaml", &site), ("releases.yaml", EMITS)]);
    let server = place.start();
    let client = server.client();
    let key = json!({"secret": "whsec_dDBrZW4tb2YtY2hhdA=="});
    client.put("/secrets/QMS_KEY", &key).with(204);
    let start = json!({"app": "releases", "inputs": {"part": "shaft"}});
    let run = client.post("/runs", &start).with(201);
    let event = asked.recv().unwrap();
    assert_eq!(event.path, "/events");
    let body: serde_json::Value = serde_json::from_str(&event.body).unwrap();
    assert_eq!(body["type"], "gemba.emitted.first-piece-released");
    assert_eq!(
        (&body["subject"], &body["data"]),
        (&run["id"], &json!({"part": "shaft"}))
    );
    assert_eq!(event.headers["webhook-id"], body["id"].as_str().unwrap());
    let signature = event.headers["webhook-signature"].to_str().unwrap();
    assert!(signature.starts_with("v1,"), "{signature}");
    event.answer.send(String::new()).unwrap();
    eventually("it has left", || {
        let metrics = client.get("/metrics").bytes;
        let metrics = String::from_utf8(metrics).unwrap();
        metrics.contains("gemba_outbox 0\n").then_some(())
    });
    assert!(asked.try_recv().is_err(), "something else left");
    assert_eq!(client.get("/undelivered").with(200), json!({"items": [], "next": null}));
    client.post("/undelivered/1/send", &json!({})).refused(404, "not-found");
    client.delete("/undelivered/x").refused(404, "not-found");
    server.stop();
    place.assert_sound();
}

#[test]
fn secrets_are_set_by_administrators_and_shown_to_nobody() {
    let place = Place::new(&[]);
    let server = place.start();
    let client = server.client();
    let secret = json!({"secret": "t0ken-of-erp"});
    client.put("/secrets/ERP_TOKEN", &secret).with(204);
    let listed = client.get("/secrets").with(200);
    assert_eq!(listed, json!({"items": [{"name": "ERP_TOKEN"}], "next": null}));
    client.get("/secrets/ERP_TOKEN").refused(405, "method-not-allowed");
    for (body, code) in [(json!({}), "invalid-body"), (json!({"secret": ""}), "invalid-body")] {
        client.put("/secrets/ERP_TOKEN", &body).refused(422, code);
    }
    client.put("/secrets/a%20b", &secret).refused(422, "invalid");
    let scopes = json!(["read", "work", "supervise", "author"]);
    let made = client
        .post("/tokens", &json!({"name": "mes", "scopes": scopes}))
        .with(201);
    let mes = client.with_token(made["token"].as_str().unwrap());
    mes.put("/secrets/ERP_TOKEN", &secret).refused(403, "not-allowed");
    mes.get("/secrets").refused(403, "not-allowed");
    mes.get("/undelivered").refused(403, "not-allowed");
    client.delete("/secrets/ERP_TOKEN").with(204);
    client.delete("/secrets/ERP_TOKEN").refused(404, "not-found");
    server.stop();
    let log = place.log();
    assert!(
        log.contains("a secret was set") && log.contains("a secret was removed"),
        "{log}"
    );
    assert!(!log.contains("t0ken-of-erp"), "{log}");
}

#[test]
fn records_of_the_site_are_written_and_removed_by_authors() {
    let site = "
site: Plant
time_zone: UTC
tables:
  - table: Gauges
    key: gauge
    columns: [gauge, calibrated_until]
";
    let saves = "
app: Add a gauge
inputs:
  - whole: Number
steps:
  - save: Gauges
    values:
      gauge: = number
      calibrated_until: = number
  - finish: Added
";
    let place = Place::new(&[("site.yaml", site), ("saves.yaml", saves)]);
    let server = place.start();
    let client = server.client();
    let start = json!({"app": "add_a_gauge", "inputs": {"number": 88}});
    client.post("/runs", &start).with(201);
    client.delete("/site/tables/gauges/88").with(204);
    let values = json!({"values": {"calibrated_until": "2027-01-31"}});
    for gauge in ["M-7", "4711", "轴 1"] {
        client
            .put(&format!("/site/tables/gauges/{}", gauge.replace(' ', "%20")), &values)
            .with(204);
    }
    let scopes = json!(["read", "work", "supervise"]);
    let made = client
        .post("/tokens", &json!({"name": "mes", "scopes": scopes}))
        .with(201);
    let mes = client.with_token(made["token"].as_str().unwrap());
    mes.delete("/site/tables/gauges/M-7").refused(403, "not-allowed");
    for gauge in ["4711", "%E8%BD%B4%201"] {
        client.delete(&format!("/site/tables/gauges/{gauge}")).with(204);
        client
            .delete(&format!("/site/tables/gauges/{gauge}"))
            .refused(404, "not-found");
    }
    client.delete("/site/tables/gages/M-7").refused(404, "not-found");
    let left = client.get("/site/tables/gauges").with(200);
    let keys: Vec<_> = left["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| &record["key"])
        .collect();
    assert_eq!(keys, ["M-7"]);
    server.stop();
    assert!(place.log().contains("a record of the site was removed"));
    place.assert_sound();
}
