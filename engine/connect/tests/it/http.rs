//! Requests to a real server in the test: what is sent, what is taken, and what is refused.

use crate::connect::{Connections, Dialler, Secret, Secrets};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use kernel::{Ask, AskResult, Request};
use language::model::{Connection, Id, Site};
use runtime::Outside;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What a server was asked.
#[derive(Clone, Debug)]
struct Seen {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Seen>>>);

impl Log {
    fn all(&self) -> Vec<Seen> {
        self.0.lock().unwrap().clone()
    }
}

async fn kept(State(log): State<Log>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let answer = json!({"path": uri.path(), "sent": String::from_utf8_lossy(&body)});
    log.0.lock().unwrap().push(Seen {
        method,
        uri,
        headers,
        body,
    });
    axum::Json(answer).into_response()
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn connection(id: &str, address: String) -> Connection {
    Connection {
        id: Id::new(id),
        title: id.to_owned(),
        address,
        methods: vec!["GET".to_owned(), "POST".to_owned()],
        paths: Vec::new(),
        secret: None,
    }
}

fn connections(all: Vec<Connection>) -> Connections {
    let site = Site {
        connections: all,
        ..Site::default()
    };
    let secrets: Arc<dyn Secrets> = Arc::new(BTreeMap::from([
        ("ERP_TOKEN".to_owned(), Secret::new("s3cret")),
        ("BROKEN".to_owned(), Secret::new("a\r\nX-Admin: yes")),
    ]));
    Connections::new(Arc::new(site), Dialler::new(), secrets)
}

fn ask(connection: &str, method: &str, path: &str) -> Ask {
    Ask {
        ask: 3,
        step: Id::new("ask_the_order_system"),
        attempt: 1,
        within_ms: 30_000,
        request: Request::Http {
            connection: Id::new(connection),
            method: method.to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            body: None,
        },
    }
}

fn done(result: AskResult) -> Value {
    match result {
        AskResult::Done { value } => value,
        failed => panic!("{failed:?}"),
    }
}

fn failed(result: AskResult) -> (String, String, bool) {
    match result {
        AskResult::Failed { kind, message, again } => (kind, message, again),
        done => panic!("{done:?}"),
    }
}

#[tokio::test]
async fn a_request_carries_what_it_should_and_nothing_else() {
    let log = Log::default();
    let address = serve(Router::new().fallback(any(kept)).with_state(log.clone())).await;
    let erp = Connection {
        secret: Some("ERP_TOKEN".to_owned()),
        paths: vec!["/orders/*".to_owned()],
        ..connection("erp", format!("http://{address}/api"))
    };
    let outside = connections(vec![erp]);
    let mut post = ask("erp", "POST", "/orders/a%2Fb%20%0D%0AX-Evil:%20");
    let refused = failed(outside.ask(&post, "7-3-1").await);
    assert_eq!(refused.0, "not_allowed");
    if let Request::Http { path, query, body, .. } = &mut post.request {
        *path = "/orders/a%2Fb%20c".to_owned();
        *query = vec![("plant".to_owned(), "10 00&x\r\nX-Evil: 1".to_owned())];
        *body = Some(json!({"state": "released\r\n\r\nX"}));
    }
    let answer = done(outside.ask(&post, "7-3-1").await);
    assert_eq!(answer["status"], 200);
    assert_eq!(answer["headers"]["content_type"], "application/json");
    assert_eq!(answer["body"]["path"], "/api/orders/a%2Fb%20c");
    let seen = log.all();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(seen[0].method, Method::POST);
    assert_eq!(seen[0].uri.query(), Some("plant=10%2000%26x%0D%0AX-Evil%3A%201"));
    assert_eq!(seen[0].headers["authorization"], "Bearer s3cret");
    assert_eq!(seen[0].headers["idempotency-key"], "7-3-1");
    assert_eq!(seen[0].headers["content-type"], "application/json");
    assert_eq!(seen[0].headers["host"], address.to_string());
    assert!(!seen[0].headers.contains_key("x-evil"));
    assert_eq!(
        serde_json::from_slice::<Value>(&seen[0].body).unwrap(),
        json!({"state": "released\r\n\r\nX"})
    );
    done(outside.ask(&ask("erp", "GET", "/orders/1"), "7-4-1").await);
    let get = &log.all()[1];
    assert!(
        get.body.is_empty() && !get.headers.contains_key("content-type"),
        "{get:?}"
    );
}

#[tokio::test]
async fn what_the_site_does_not_allow_never_leaves() {
    let log = Log::default();
    let address = serve(Router::new().fallback(any(kept)).with_state(log.clone())).await;
    let orders = Connection {
        methods: vec!["GET".to_owned()],
        paths: vec!["/orders/*".to_owned()],
        ..connection("erp", format!("http://{address}"))
    };
    let locked = Connection {
        secret: Some("NOT_SET".to_owned()),
        ..connection("locked", format!("http://{address}"))
    };
    let broken = Connection {
        secret: Some("BROKEN".to_owned()),
        ..connection("broken", format!("http://{address}"))
    };
    let broker = connection("broker", "mqtt://127.0.0.1:1".to_owned());
    let odd = connection("odd", "http://user:password@127.0.0.1".to_owned());
    let outside = connections(vec![orders, locked, broken, broker, odd]);
    for (connection, method, path, kind) in [
        ("erp", "POST", "/orders/1", "not_allowed"),
        ("erp", "GET\r\nX: y", "/orders/1", "not_allowed"),
        ("erp", "GET", "/admin", "not_allowed"),
        ("erp", "GET", "/orders/../admin", "not_allowed"),
        ("erp", "GET", "/orders/%2e%2e/admin", "not_allowed"),
        ("erp", "GET", "/orders/..%2fadmin", "not_allowed"),
        ("elsewhere", "GET", "/orders/1", "not_allowed"),
        ("broker", "GET", "/orders/1", "not_allowed"),
        ("odd", "GET", "/orders/1", "not_allowed"),
        ("locked", "GET", "/orders/1", "secret"),
        ("broken", "GET", "/orders/1", "secret"),
    ] {
        let (found, message, again) = failed(outside.ask(&ask(connection, method, path), "k").await);
        assert_eq!(
            (found.as_str(), again),
            (kind, false),
            "{connection} {method} {path}: {message}"
        );
        assert!(
            !message.contains("X-Admin") && !message.contains("password@"),
            "{message}"
        );
    }
    let mut large = ask("locked", "POST", "/orders");
    if let Request::Http { connection, body, .. } = &mut large.request {
        *connection = Id::new("large");
        *body = Some(json!("x".repeat(crate::connect::limits::REQUEST_BYTES_MAX)));
    }
    let outside = connections(vec![connection("large", format!("http://{address}"))]);
    assert_eq!(failed(outside.ask(&large, "k").await).0, "too_large");
    assert!(log.all().is_empty(), "{:?}", log.all());
}

#[tokio::test]
async fn nobody_is_followed_elsewhere() {
    let log = Log::default();
    let elsewhere = serve(Router::new().fallback(any(kept)).with_state(log.clone())).await;
    let to = format!("http://{elsewhere}/stolen");
    let server = Router::new()
        .route("/away", get(move || async move { Redirect::temporary(&to) }))
        .route("/here", get(|| async { Redirect::permanent("/away") }));
    let address = serve(server).await;
    let outside = connections(vec![connection("erp", format!("http://{address}"))]);
    for path in ["/away", "/here"] {
        let (kind, message, again) = failed(outside.ask(&ask("erp", "GET", path), "k").await);
        assert_eq!((kind.as_str(), again), ("not_allowed", false), "{message}");
    }
    assert!(log.all().is_empty());
}

#[tokio::test]
async fn any_status_is_an_answer_and_bodies_are_read_as_they_say() {
    async fn odd(uri: Uri) -> Response {
        let (status, media_type, body) = match uri.path() {
            "/json" => (200, "application/problem+json; charset=utf-8", &b"{\"a\": 1}"[..]),
            "/text" => (200, "text/plain", "轴 ok".as_bytes()),
            "/nothing" => (204, "text/plain", &b""[..]),
            "/broken" => (200, "application/json", &b"{\"a\": "[..]),
            "/bytes" => (200, "application/octet-stream", &b"\xff\xfe"[..]),
            "/deep" => (200, "application/json", &[b'['; 5_000][..]),
            "/gone" => (503, "application/json", &b"<html>\xff"[..]),
            _ => (404, "text/plain", &b"no such order"[..]),
        };
        Response::builder()
            .status(status)
            .header("content-type", media_type)
            .body(Body::from(body.to_vec()))
            .unwrap()
    }
    let address = serve(Router::new().fallback(odd)).await;
    let outside = connections(vec![connection("erp", format!("http://{address}"))]);
    for (path, status, body) in [
        ("/json", 200, json!({"a": 1})),
        ("/text", 200, json!("轴 ok")),
        ("/nothing", 204, Value::Null),
        ("/gone", 503, json!("<html>\u{fffd}")),
        ("/missing", 404, json!("no such order")),
    ] {
        let answer = done(outside.ask(&ask("erp", "GET", path), "k").await);
        assert_eq!((&answer["status"], &answer["body"]), (&json!(status), &body), "{path}");
    }
    for path in ["/broken", "/bytes", "/deep"] {
        let (kind, message, again) = failed(outside.ask(&ask("erp", "GET", path), "k").await);
        assert_eq!((kind.as_str(), again), ("unreadable", false), "{path}: {message}");
    }
}

/// Answers every connection with these bytes, and then as it is told.
async fn raw(answer: &'static [u8], then: Then) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked).await;
                let _ = stream.write_all(answer).await;
                match then {
                    Then::Close => {}
                    Then::Wait => std::future::pending::<()>().await,
                    Then::Flood => while stream.write_all(&[b'x'; 65_536]).await.is_ok() {},
                }
            });
        }
    });
    address
}

#[derive(Clone, Copy)]
enum Then {
    Close,
    Wait,
    Flood,
}

#[tokio::test]
async fn answers_without_end_are_cut_off() {
    let endless = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n";
    for (answer, then, within_ms, kind, again) in [
        (endless, Then::Flood, 30_000, "too_large", false),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n",
            Then::Flood,
            30_000,
            "too_large",
            false,
        ),
        ("HTTP/1.1 200 OK\r\nx: ", Then::Flood, 30_000, "unreadable", false),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab",
            Then::Close,
            30_000,
            "unreachable",
            true,
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\nab",
            Then::Close,
            30_000,
            "unreadable",
            false,
        ),
        ("SSH-2.0-OpenSSH_9.2\r\n", Then::Close, 30_000, "unreadable", false),
        ("", Then::Close, 30_000, "unreachable", true),
        ("", Then::Wait, 100, "timeout", true),
        (endless, Then::Wait, 100, "timeout", true),
    ] {
        let address = raw(answer.as_bytes(), then).await;
        let outside = connections(vec![connection("erp", format!("http://{address}"))]);
        let asked = Ask {
            within_ms,
            ..ask("erp", "GET", "/")
        };
        let (found, message, found_again) = failed(outside.ask(&asked, "k").await);
        assert_eq!((found.as_str(), found_again), (kind, again), "{answer}: {message}");
        assert!(message.len() < 400, "{message}");
    }
}

#[tokio::test]
async fn who_is_not_there_may_come_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let plain = serve(Router::new().route("/", get(|| async { StatusCode::OK }))).await;
    let outside = connections(vec![
        connection("closed", format!("http://{closed}")),
        connection("unknown", "http://no-such-name.invalid".to_owned()),
        connection("plain", format!("https://{plain}")),
    ]);
    for (id, kind, again) in [
        ("closed", "unreachable", true),
        ("unknown", "unreachable", true),
        ("plain", "refused", false),
    ] {
        let (found, message, found_again) = failed(outside.ask(&ask(id, "GET", "/"), "k").await);
        assert_eq!((found.as_str(), found_again), (kind, again), "{id}: {message}");
    }
}
