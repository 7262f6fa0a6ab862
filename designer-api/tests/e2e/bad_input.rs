//! What nobody should send, each with its own clear answer; the server lives on.

use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

use crate::support::{Answer, Client, Place, QUESTIONS, gemba, question, questions};

fn codes(problem: &Value) -> Vec<(&str, &str)> {
    let fields = problem["fields"].as_array().unwrap();
    fields
        .iter()
        .map(|field| (field["field"].as_str().unwrap(), field["code"].as_str().unwrap()))
        .collect()
}

fn check_app(client: &Client, source: &str) -> Answer {
    client
        .send(
            "POST",
            "/check",
            &[("content-type", "application/yaml")],
            source.as_bytes(),
        )
        .unwrap()
}

/// Files as bad as they come, with what must be said about them.
fn bad_files() -> Vec<(&'static str, String, &'static str)> {
    let deep = format!("app: Deep\nsteps: {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let indented: String = (0..10_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth.min(70))))
        .collect();
    let braces = "{a: ".repeat(16 * 1024);
    let twice = "app: Twice\nabout: one\nabout: two\nsteps:\n  - finish: Done\n".to_owned();
    let formula = format!(
        "app: Long\nsteps:\n  - set: Sum\n    values:\n      sum: = 1{}\n",
        " + 1".repeat(25 * 1024)
    );
    vec![
        ("deep.yaml", deep, "64 levels"),
        ("indented.yaml", indented, ""),
        ("braces.yaml", braces, ""),
        ("twice.yaml", twice, "about"),
        ("formula.yaml", formula, ""),
    ]
}

#[test]
fn bad_apps_are_refused_with_diagnostics() {
    let (_place, server) = questions();
    let client = server.client();
    for (name, source, says) in bad_files() {
        let checked = check_app(&client, &source).with(200);
        assert_eq!(checked["ok"], false, "{name}");
        let problem = client.put_app("x", &source).refused(422, "app-refused");
        let first = &problem["diagnostics"][0];
        assert!(first["message"].as_str().unwrap().contains(says), "{name}: {first}");
        assert!(first["line"].as_u64().unwrap() >= 1, "{name}: {first}");
    }
    let twice = check_app(&client, &bad_files()[3].1).with(200);
    assert_eq!(twice["diagnostics"][0]["line"], 3, "{twice}");

    // 5 MB never reach the reader.
    let large = format!("app: Large\nabout: {}\n", "x".repeat(5_000_000));
    client.put_app("large", &large).refused(413, "too-large");
    check_app(&client, &large).refused(413, "too-large");
    let not_text = client
        .send("PUT", "/apps/x", &[("content-type", "application/yaml")], b"app: \xff")
        .unwrap();
    not_text.refused(400, "not-utf8");
    client
        .put("/apps/x", &json!({"app": "x"}))
        .refused(415, "unsupported-media-type");
    let other = client.put_app("other", QUESTIONS).refused(422, "invalid");
    assert!(
        other["detail"].as_str().unwrap().contains("/api/v1/apps/questions"),
        "{other}"
    );
    assert_eq!(client.get("/apps").with(200)["items"].as_array().unwrap().len(), 1);
    server.assert_alive();
}

#[test]
fn bad_apps_are_refused_on_the_command_line() {
    let place = Place::new(&[]);
    let large = format!("app: Large\nabout: {}\n", "x".repeat(5_000_000));
    for (name, source, says) in bad_files().into_iter().chain([("large.yaml", large, "")]) {
        let path = place.apps().join(name);
        fs::write(&path, source).unwrap();
        for command in ["check", "test", "fmt"] {
            let output = gemba().arg(command).arg(&path).output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8(said).unwrap();
            assert_eq!(output.status.code(), Some(1), "{command} {name}: {said}");
            assert!(said.contains(name) && said.contains(says), "{command} {name}: {said}");
            assert!(
                said.len() < 100_000,
                "{command} {name} says too much: {} bytes",
                said.len()
            );
        }
    }
}

#[test]
fn bad_answers_are_refused_field_by_field() {
    let (_place, server) = questions();
    let client = server.client().as_person("wang");
    let task = question(&client);
    let complete = |answers: Value| client.post(&format!("{task}/complete"), &json!({"answers": answers}));
    let missing = complete(json!({})).refused(422, "answers-refused");
    assert_eq!(codes(&missing), [("words", "missing")]);
    let extra = complete(json!({"words": "x", "wrods": "y"})).refused(422, "answers-refused");
    assert_eq!(codes(&extra), [("wrods", "unknown-field")]);
    let typed = complete(json!({"words": 7, "count": "many"})).refused(422, "answers-refused");
    assert_eq!(codes(&typed), [("words", "wrong-type"), ("count", "wrong-type")]);
    let long = complete(json!({"words": "x".repeat(51)})).refused(422, "answers-refused");
    assert_eq!(codes(&long), [("words", "too-long")]);
    let option = complete(json!({"words": "x", "colour": "blue"})).refused(422, "answers-refused");
    assert_eq!(codes(&option), [("colour", "not-an-option")]);
    complete(json!({"words": "x".repeat(2_000_000)})).refused(413, "too-large");

    // In the reader's language.
    let headers = [
        ("content-type", "application/json"),
        ("accept-language", "zh-CN,zh;q=0.9"),
    ];
    let answer = client
        .send("POST", &format!("{task}/complete"), &headers, b"{}")
        .unwrap();
    assert_eq!(answer.headers["content-language"], "zh");
    let chinese = answer.refused(422, "answers-refused");
    let message = chinese["fields"][0]["message"].as_str().unwrap();
    assert!(
        message.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)),
        "{message}"
    );

    // The task is still open, and takes what is right.
    assert_eq!(complete(json!({"words": "right"})).with(200)["status"], "finished");
    complete(json!({"words": "again"})).refused(409, "run-ended");
    server.assert_alive();
}

#[test]
fn a_repeated_key_must_come_with_the_same_request() {
    let (_place, server) = questions();
    let client = server.client();
    let start = |station: &str| {
        client
            .keyed("POST", "/runs", "k-1", &json!({"app": "questions", "station": station}))
            .unwrap()
    };
    let first = start("qc-1").with(201);
    assert_eq!(start("qc-1").with(201), first);
    start("qc-2").refused(422, "key-reused");
    assert_eq!(client.get("/runs").with(200)["items"].as_array().unwrap().len(), 1);
    let headers = [("content-type", "application/json"), ("idempotency-key", "a b")];
    client
        .send("POST", "/runs", &headers, br#"{"app": "questions"}"#)
        .unwrap()
        .refused(400, "bad-header");
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    let (_place, server) = questions();
    let client = server.client();
    let said = |problem: Value| problem["detail"].as_str().unwrap().to_owned();
    assert!(said(client.get("/tasks?role=operater").refused(422, "invalid-query")).contains("'operator'"));
    assert!(said(client.get("/tasks?station=qc-3").refused(422, "invalid-query")).contains("'qc-"));
    assert!(said(client.get("/tasks?rolle=operator").refused(422, "invalid-query")).contains("did you mean 'role'?"));
    assert!(said(client.get("/runs?status=waitin").refused(422, "invalid-query")).contains("'waiting'"));
    client.get("/runs?limit=1001").refused(422, "invalid-query");
    client.get("/runs?after=%FF").refused(400, "not-utf8");
    client.get("/apps/%FF").refused(400, "not-utf8");
    client.get("/tables/questions/%FF").refused(400, "not-utf8");
    client.get("/runs?after=nonsense").refused(422, "invalid");
    let wrong_app = client
        .post("/runs", &json!({"app": "quetsions"}))
        .refused(404, "not-found");
    assert_eq!(wrong_app["nearest"], "questions");
    let wrong_member = client
        .post("/runs", &json!({"app": "questions", "statoin": "qc-1"}))
        .refused(422, "invalid-body");
    assert!(said(wrong_member).contains("did you mean 'station'?"));
    client
        .post("/runs", &json!({"app": "questions", "station": "qc-11"}))
        .refused(422, "not-found");
    client
        .post("/runs", &json!({"app": "questions", "version": 7}))
        .refused(404, "not-found");
    client
        .post("/runs", &json!({"app": "questions", "inputs": {"x": 1}}))
        .refused(422, "answers-refused");
    assert_eq!(
        client.get("/apps/quetsions").refused(404, "not-found")["nearest"],
        "questions"
    );
    client.get("/runs/7").refused(404, "not-found");
    client
        .get("/runs/00000000-0000-7000-8000-000000000000")
        .refused(404, "not-found");
    client.get("/tasks/7").refused(404, "not-found");
    client.get("/tables/questions/none").refused(404, "not-found");
    client.get("/nothing").refused(404, "no-such-route");
    let method = client.send("DELETE", "/runs", &[], b"").unwrap();
    assert_eq!(method.headers["allow"], "POST,GET,HEAD");
    method.refused(405, "method-not-allowed");
    server.assert_alive();
}

#[test]
fn malformed_requests_are_told_where() {
    let (_place, server) = questions();
    let client = server.client();
    let post = |body: &[u8]| {
        client
            .send("POST", "/runs", &[("content-type", "application/json")], body)
            .unwrap()
    };
    let broken = post(b"{\"app\": \"questions\",\n  \"inputs\": }").refused(400, "malformed-json");
    assert!(
        broken["detail"].as_str().unwrap().contains("line 2, column 13"),
        "{broken}"
    );
    let twice = post(br#"{"app": "questions", "app": "other"}"#).refused(400, "malformed-json");
    assert!(
        twice["detail"].as_str().unwrap().contains("\"app\" is written twice"),
        "{twice}"
    );
    post(&b"[".repeat(100_000)).refused(400, "malformed-json");
    post(&b"{\"a\": ".repeat(10_000)).refused(400, "malformed-json");
    post(b"[1]").refused(400, "malformed-json");
    post(b"{\"app\": \"\xff\"}").refused(400, "malformed-json");
    post(b"").refused(422, "invalid-body");
    post(&vec![b' '; 1_100_000]).refused(413, "too-large");
    client
        .send("POST", "/runs", &[("content-type", "text/plain")], b"{}")
        .unwrap()
        .refused(415, "unsupported-media-type");
    let person = [("content-type", "application/json"), ("gemba-person", "%FF")];
    client
        .send("POST", "/runs", &person, br#"{"app": "questions"}"#)
        .unwrap()
        .refused(400, "bad-header");
    let two = client
        .as_person("li")
        .post("/runs", &json!({"app": "questions", "person": "wang"}));
    two.refused(400, "bad-header");
    for (name, values) in [("gemba-person", ["wang", "li"]), ("idempotency-key", ["1", "2"])] {
        let twice = values.map(|value| (name, value));
        let headers = [("content-type", "application/json"), twice[0], twice[1]];
        let refused = client
            .send("POST", "/messages", &headers, b"{\"name\": \"x\"}")
            .unwrap();
        refused.refused(400, "bad-header");
    }
    assert_eq!(client.get("/runs").with(200)["items"], json!([]));
    server.assert_alive();
}

#[test]
fn a_stale_version_is_told_the_current_one() {
    let (_place, server) = questions();
    let client = server.client().as_person("wang");
    let task = question(&client);
    let before = client.get(&task).with(200)["version"].clone();
    let now = client
        .post(&format!("{task}/claim"), &json!({"version": before}))
        .with(200)["version"]
        .clone();
    assert_ne!(before, now);
    let answer = |version: &Value| json!({"version": version, "answers": {"words": "x"}});
    let stale = client
        .post(&format!("{task}/complete"), &answer(&before))
        .refused(409, "stale");
    assert_eq!(stale["now"], now);
    let draft = |version: u32| json!({"answers": {"words": "y"}, "draft_version": version});
    client.put(&format!("{task}/draft"), &draft(0)).with(200);
    let stale = client
        .put(&format!("{task}/draft"), &draft(0))
        .refused(409, "stale-draft");
    assert_eq!(stale["now"], 1);
    assert_eq!(
        client.post(&format!("{task}/complete"), &answer(&now)).with(200)["status"],
        "finished"
    );
}

#[test]
fn headers_have_limits() {
    let (_place, server) = questions();
    use std::io::{Read, Write};
    let mut told = Vec::new();
    for (count, size) in [(1, 70_000), (200, 10)] {
        let mut stream = std::net::TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let headers: String = (0..count).map(|n| format!("x-{n}: {}\r\n", "y".repeat(size))).collect();
        // The server may hang up before it has read everything.
        let _ = stream.write_all(format!("GET /api/v1/health HTTP/1.1\r\nhost: x\r\n{headers}\r\n").as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        told.push(
            String::from_utf8_lossy(&answer)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        );
    }
    assert!(told.iter().all(|line| line.starts_with("HTTP/1.1 431")), "{told:?}");
    server.assert_alive();
}

/// Things that fit hardly anywhere.
fn oddities() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(18_446_744_073_709_551_615_u64),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{202e}\u{feff}🦀"),
        json!("x".repeat(10_000)),
        json!("'; DROP TABLE run; --"),
        json!("../../etc/passwd"),
        json!("{order} = now()"),
        json!([]),
        json!([[[[[[[]]]]]]]),
        json!({}),
        json!({"": {"": [null]}}),
        json!({"words": {"value": "x", "verdict": "ok"}}),
        json!({"x".repeat(5_000): 1}),
    ]
}

/// Every member and parameter that the API describes, with every oddity in it: refused or taken, never a fault.
#[test]
fn nothing_that_is_sent_makes_the_server_fail() {
    let (_place, server) = questions();
    let client = server.client().as_person("wang");
    let task = question(&client).replace("/tasks/", "");
    let run = task.split('.').next().unwrap().to_owned();
    let openapi = client.get("/openapi.json").with(200);
    let mut sent = 0;
    let mut send = |method: &str, path: &str, body: &Value| {
        let headers = [("content-type", "application/json")];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = client.send(method, path, &headers, body.as_bytes()).unwrap();
        let said = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(answer.status < 500, "{method} {path} {body}: {said}");
        sent += 1;
    };
    // What takes the run or its task out of the way would hide what the others do with it: last.
    let takes_away = |template: &str| {
        let ends = [
            "/cancel",
            "/skip",
            "/delegate",
            "/forward",
            "/suspend",
            "/nominate",
            "/rewind",
            "/restart",
        ];
        ends.iter().any(|end| template.ends_with(end)) || template.contains("/brakes")
    };
    let paths = openapi["paths"].as_object().unwrap();
    let (last, first): (Vec<_>, Vec<_>) = paths.iter().partition(|(template, _)| takes_away(template));
    let last_begins = first.len();
    for (at, (template, operations)) in first.into_iter().chain(last).enumerate() {
        if at == last_begins {
            client.get(&format!("/tasks/{task}")).with(200);
            // Odd answers to real questions: some of them are right.
            for odd in oddities() {
                for field in ["words", "count", "colour"] {
                    let mut answers = json!({"words": []});
                    answers[field] = odd.clone();
                    let task = question(&client);
                    send("PUT", &format!("{task}/draft"), &json!({"answers": answers}));
                    send("POST", &format!("{task}/complete"), &json!({"answers": answers}));
                }
            }
        }
        for (method, operation) in operations.as_object().unwrap() {
            if method == "parameters" {
                continue;
            }
            let method = method.to_uppercase();
            let path = template
                .replace("{task}", &task)
                .replace("{run}", &run)
                .replace("{app}", "questions");
            for odd in ["%00", "%2e%2e%2f", "%F0%9F%A6%80", "'", &"y".repeat(8_000)] {
                let named: Vec<&str> = path
                    .split('/')
                    .map(|part| if part.starts_with('{') { odd } else { part })
                    .collect();
                send(&method, &named.join("/"), &Value::Null);
                let replaced = template
                    .split('/')
                    .map(|part| if part.starts_with('{') { odd } else { part });
                send(&method, &replaced.collect::<Vec<_>>().join("/"), &json!({}));
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let name = parameter["name"].as_str().unwrap_or("after");
                    send(&method, &format!("{path}?{name}={odd}"), &Value::Null);
                }
            }
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let members = schema["properties"].as_object().cloned().unwrap_or_default();
            let usual = json!({"app": "questions", "answers": {"words": 1}, "name": "n", "why": "w", "run": run});
            for odd in oddities() {
                for member in members.keys() {
                    let required = schema["required"].as_array().cloned().unwrap_or_default();
                    let mut body: serde_json::Map<String, Value> = required
                        .iter()
                        .map(|name| (name.as_str().unwrap().to_owned(), usual[name.as_str().unwrap()].clone()))
                        .collect();
                    body.insert(member.clone(), odd.clone());
                    send(&method, &path, &Value::Object(body));
                }
                if method != "GET" {
                    send(&method, &path, &odd);
                }
            }
            if method != "GET" {
                send(&method, &path, &json!({"answers": oddities(), "inputs": oddities()}));
            }
        }
    }
    assert!(sent > 800, "only {sent} were sent");
    server.assert_alive();
    assert_eq!(server.stop().code(), Some(0));
}
