//! The server as a service: stopping, logging, too much at once.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use crate::support::{Client, FIRST_PIECE, Place, SITE, eventually};

/// An upload of ten bytes of which only the first has come.
fn begin_upload(address: SocketAddr, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!(
        "POST /api/v1/blobs HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: image/png\r\n\
         content-length: 10\r\nconnection: close\r\n\r\n0"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn end_upload(mut stream: TcpStream) -> String {
    stream.write_all(b"123456789").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_request_under_way_is_answered_before_the_server_stops() {
    let place = Place::new(&[]);
    let server = place.start();
    let (client, address) = (server.client(), server.address);
    let upload = begin_upload(address, place.token());
    // It has been taken when the one behind it is answered: connections are taken in order.
    client.get("/apps").with(200);
    let stopping = std::thread::spawn(move || server.stop());
    eventually("no more connections", || {
        TcpStream::connect(address).is_err().then_some(())
    });
    let answer = end_upload(upload);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(stopping.join().unwrap().code(), Some(0));
    // What was acknowledged at the last moment is there.
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let server = place.start();
    let blob = server.client().get(&format!("/blobs/{}", body["id"].as_str().unwrap()));
    assert_eq!(blob.bytes, b"0123456789");
}

#[test]
fn too_much_at_once_is_told_to_come_again() {
    let place = Place::new(&[]);
    let server = place.start();
    let client = server.client();
    let uploads: Vec<TcpStream> = (0..gemba::limits::REQUESTS_AT_ONCE_MAX)
        .map(|_| begin_upload(server.address, place.token()))
        .collect();
    // The last of them may not have been taken yet.
    let busy = eventually("busy", || {
        Some(client.get("/apps")).filter(|answer| answer.status == 503)
    });
    assert_eq!(busy.headers["retry-after"], "1");
    busy.refused(503, "busy");
    server.assert_alive();
    drop(uploads);
    eventually("room again", || {
        Some(client.get("/apps")).filter(|answer| answer.status == 200)
    });
}

#[test]
fn the_log_has_ids_and_no_contents() {
    let place = Place::new(&[("first-piece-inspection.yaml", FIRST_PIECE), ("site.yaml", SITE)]);
    let mut command = place.serve();
    command.args(["--log-format", "json"]).env("GEMBA_LOG", "trace");
    let server = crate::support::Server::from(command, place.token()).unwrap();
    let send = |client: &Client, path: &str, id: &str, body: &Value| {
        let headers = [
            ("content-type", "application/json"),
            ("x-request-id", id),
            ("idempotency-key", "key-4711"),
        ];
        client
            .send("POST", path, &headers, body.to_string().as_bytes())
            .unwrap()
    };
    let client = server.client().as_person("wang-secret");
    let start = json!({"app": "first_piece_inspection", "inputs": {"order": "order-secret"}});
    let started = send(&client, "/runs", "id-of-mine", &start);
    assert_eq!(started.headers["x-request-id"], "id-of-mine");
    let task = started.with(201)["tasks"][0]["id"].as_str().unwrap().to_owned();
    let answers = json!({"answers": {"serial_number": "serial-secret"}});
    send(&client, &format!("/tasks/{task}/complete"), "other-id", &answers).refused(422, "key-reused");
    let own = client.get("/apps?x=query-secret");
    assert_eq!(own.headers["x-request-id"].len(), 36);
    server.stop();

    let log = place.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let access = |id: &str| {
        lines
            .iter()
            .find(|line| line["target"] == "gemba::access" && line["id"] == id)
            .unwrap()
    };
    assert_eq!(
        (&access("id-of-mine")["status"], &access("id-of-mine")["path"]),
        (&json!(201), &json!("/api/v1/runs"))
    );
    assert_eq!(access("other-id")["code"], "key-reused");
    assert_eq!(access("id-of-mine")["token"], "token-file");
    for secret in ["secret", place.token(), "key-4711"] {
        let telling = log.lines().find(|line| line.contains(secret));
        assert_eq!(telling, None, "the log tells '{secret}'");
    }
}

#[test]
fn nobody_needs_to_listen_to_what_it_says() {
    let place = Place::new(&[]);
    let mut child = place.serve().spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("listening on") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0);
    }
    drop(lines);
    assert!(
        Command::new("kill")
            .arg(child.id().to_string())
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn names_in_any_script_are_addresses_too() {
    let place = Place::new(&[]);
    let server = place.start();
    let client = server.client();
    let source = "app: 首件检验\nsteps:\n  - form: 测量\n    fields:\n      - text: 轴径\n";
    let encoded = "%E9%A6%96%E4%BB%B6%E6%A3%80%E9%AA%8C";
    client.put_app(encoded, source).with(201);
    let again = client.put_app(encoded, source).with(200);
    assert_eq!(
        (&again["changed"], &again["app"]["version"]),
        (&json!(false), &json!(1))
    );
    let next = client.put_app(encoded, &source.replace("轴径", "长度")).with(200);
    assert_eq!((&next["changed"], &next["app"]["version"]), (&json!(true), &json!(2)));
    assert_eq!(
        client.get(&format!("/apps/{encoded}")).with(200)["steps"][0]["title"],
        "测量"
    );
    let old = client.get(&format!("/apps/{encoded}/source?version=1"));
    assert_eq!(old.bytes, source.as_bytes());
    let run = client
        .post("/runs", &json!({"app": "首件检验", "version": 1, "person": "王"}))
        .with(201);
    assert_eq!((&run["app_version"], &run["started_by"]), (&json!(1), &json!("王")));
    let path = format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap());
    let detail = client.get(&path).with(200);
    assert_eq!(detail["form"][0]["id"], "轴径");
    let done = client
        .post(
            &format!("{path}/complete"),
            &json!({"answers": {"轴径": "25"}, "person": "王"}),
        )
        .with(200);
    assert_eq!(done["status"], "finished");
    client
        .get(&format!("/apps/{encoded}?version=3"))
        .refused(404, "not-found");
}

#[test]
fn a_connection_goes_on_after_a_body_that_nobody_wanted() {
    let place = Place::new(&[]);
    let server = place.start();
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let refused = "POST /api/v1/runs HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n";
    stream.write_all(refused.as_bytes()).unwrap();
    stream.write_all(&[b' '; 200_000]).unwrap();
    stream
        .write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 2, "{answers}");
    assert!(
        answers.starts_with("HTTP/1.1 401") && answers.ends_with(r#"{"status":"up","stands_still":false}"#),
        "{answers}"
    );
}

#[test]
fn long_answers_are_compressed_and_photos_are_not() {
    let place = Place::new(&[]);
    let server = place.start();
    let put = |kind: &str| {
        let blob = server
            .client()
            .send("POST", "/blobs", &[("content-type", kind)], &[b'x'; 5_000])
            .unwrap();
        format!("/api/v1/blobs/{}", blob.with(201)["id"].as_str().unwrap())
    };
    let head = |path: &str| {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n",
            place.token()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer)
            .split("\r\n\r\n")
            .next()
            .unwrap()
            .to_owned()
    };
    assert!(!head(&put("image/png")).contains("content-encoding"));
    assert!(!head("/api/v1/apps").contains("content-encoding"));
    assert!(head("/api/v1/openapi.json").contains("content-encoding: gzip"));
}
