//! Who sends a request slowly: takes no place from others, and does nothing by what they might when they began.

use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::people::with_people;
use crate::support::{Browser, Server};

/// A request whose headers were looked at, and whose body is awaited.
struct Slow {
    stream: BufReader<TcpStream>,
    left: String,
}

impl Slow {
    fn begin(server: &Server, path: &str, headers: &str, body: &str) -> Slow {
        let mut stream = BufReader::new(TcpStream::connect(server.address).unwrap());
        let length = body.len();
        let head = format!(
            "POST /api/v1{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: 100-continue\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n"
        );
        stream.get_mut().write_all(head.as_bytes()).unwrap();
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        // Said when somebody waits for the body.
        assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
        stream.read_line(&mut line).unwrap();
        let left = body.to_owned();
        Slow { stream, left }
    }

    /// Sends the rest; what is answered.
    fn end(mut self) -> String {
        self.stream.get_mut().write_all(self.left.as_bytes()).unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[test]
fn whoever_signs_in_slowly_keeps_nobody_out() {
    let (_place, server, _chen) = with_people();
    let body = json!({"person": "nobody", "password": "wrong"}).to_string();
    // More than are answered at the same time of those who are not signed in.
    let mut slow: Vec<Slow> = (0..80).map(|_| Slow::begin(&server, "/session", "", &body)).collect();
    Browser::new(&server).get("/session").refused(401, "signed-out");
    let answer = slow.pop().unwrap().end();
    assert!(
        answer.starts_with("HTTP/1.1 401 ") && answer.contains("wrong-credentials"),
        "{answer}"
    );
}

#[test]
fn who_was_taken_out_while_they_sent_does_nothing_more() {
    let (_place, server, chen) = with_people();
    let credentials = json!({"person": "li", "password": "seven green lamps"});
    let li = json!({
        "id": "li", "name": "Li Na", "rights": ["admin"], "password": credentials["password"],
    });
    chen.post("/people", li).with(201);
    let browser = Browser::new(&server);
    let csrf = browser.sign_in(credentials)["csrf"].as_str().unwrap().to_owned();
    let cookie = browser.cookie("gemba_session").unwrap();
    let headers = format!("cookie: gemba_session={cookie}\r\ngemba-csrf: {csrf}\r\n");
    let begin = |name: &str| {
        let body = json!({"name": name, "scopes": ["admin"]}).to_string();
        Slow::begin(&server, "/tokens", &headers, &body)
    };
    let (lowered, removed) = (begin("lowered"), begin("removed"));
    chen.put("/people/li", json!({"rights": []})).with(200);
    let answer = lowered.end();
    assert!(
        answer.starts_with("HTTP/1.1 401 ") && answer.contains("signed-out"),
        "{answer}"
    );
    chen.delete("/people/li").with(204);
    let answer = removed.end();
    assert!(
        answer.starts_with("HTTP/1.1 401 ") && answer.contains("signed-out"),
        "{answer}"
    );
    let tokens = chen.get("/tokens").with(200);
    assert_eq!(tokens["items"].as_array().unwrap().len(), 1, "{tokens}");
}
