//! What nobody should send, each with its own clear answer; the server lives on.

use serde_json::{Value, json};
use std::fs;
use std::process::{Command, Output};
use std::time::Duration;

use crate::support::{Client, FIRST_PIECE, Place, SITE, Server, gemba};

const TASK: &str = "
app: Questions
steps:
  - form: Say it
    to: operator
    fields:
      - text: Words
        at_most: 50
      - whole: Count
        optional: yes
      - choose: Colour
        from: [red, green]
        optional: yes
";

fn with_task() -> (Place, Server) {
    let place = Place::new(&[("questions.yaml", TASK), ("site.yaml", SITE)]);
    let server = place.start();
    (place, server)
}

/// A run of `Questions`: the address of its task.
fn task(client: &Client) -> String {
    let run = client.post("/runs", &json!({"app": "questions"})).with(201);
    format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap())
}

fn codes(problem: &Value) -> Vec<(&str, &str)> {
    let fields = problem["fields"].as_array().unwrap();
    fields
        .iter()
        .map(|field| (field["field"].as_str().unwrap(), field["code"].as_str().unwrap()))
        .collect()
}

fn check_app(client: &Client, source: &str) -> crate::support::Answer {
    client
        .send(
            "POST",
            "/apps/check",
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
    let (_place, server) = with_task();
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
    let other = client.put_app("other", TASK).refused(422, "invalid");
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
    let (_place, server) = with_task();
    let client = server.client().as_person("wang");
    let task = task(&client);
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
    let (_place, server) = with_task();
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
    let (_place, server) = with_task();
    let client = server.client();
    let said = |problem: Value| problem["detail"].as_str().unwrap().to_owned();
    assert!(said(client.get("/tasks?role=operater").refused(422, "invalid-query")).contains("'operator'"));
    assert!(said(client.get("/tasks?station=qc-3").refused(422, "invalid-query")).contains("'qc-"));
    assert!(said(client.get("/tasks?rolle=operator").refused(422, "invalid-query")).contains("did you mean 'role'?"));
    assert!(said(client.get("/runs?status=waitin").refused(422, "invalid-query")).contains("'waiting'"));
    client.get("/runs?limit=1001").refused(422, "invalid-query");
    client.get("/runs?after=%FF").refused(400, "not-utf8");
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
    let (_place, server) = with_task();
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
    assert_eq!(client.get("/runs").with(200)["items"], json!([]));
    server.assert_alive();
}

#[test]
fn a_stale_version_is_told_the_current_one() {
    let (_place, server) = with_task();
    let client = server.client().as_person("wang");
    let task = task(&client);
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
    let (_place, server) = with_task();
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

/// Runs a shell script in which a file system can be mounted that goes away with the server; `None` where the system
/// does not allow that.
fn in_own_mounts(place: &Place, script: &str) -> Option<Command> {
    let own = |script: &str| {
        let mut command = Command::new("unshare");
        command.args([
            "--user",
            "--map-root-user",
            "--mount",
            "--kill-child",
            "sh",
            "-c",
            script,
            "sh",
        ]);
        command
    };
    let can = own("mount -t tmpfs tmpfs /mnt")
        .output()
        .is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("not tested: this system allows no mounts in a namespace of its own");
        return None;
    }
    let mut command = own(&script.replace("DATA", place.data().to_str().unwrap()));
    command.arg(env!("CARGO_BIN_EXE_gemba"));
    place.serve_by(&mut command);
    Some(command)
}

#[test]
fn a_full_disk_is_told_and_nothing_acknowledged_is_lost() {
    let place = Place::new(&[("questions.yaml", TASK)]);
    fs::create_dir(place.data()).unwrap();
    let script = "mount -t tmpfs -o size=6m tmpfs DATA && exec \"$@\"";
    let Some(command) = in_own_mounts(&place, script) else {
        return;
    };
    let server = Server::from(command, place.token()).unwrap_or_else(|_| panic!("{}", place.log()));
    let client = server.client().as_person("wang");
    let task = task(&client);
    let draft = |number: usize| {
        let words = format!("{number} {}", "x".repeat(30_000));
        client.put(&format!("{task}/draft"), &json!({"answers": {"words": words}}))
    };
    // Fill it with photos, then up to the last page.
    let photo = |size: usize| {
        let bytes: Vec<u8> = (0..size).map(|at| (at * at % 251 + size % 7) as u8).collect();
        client
            .send("POST", "/blobs", &[("content-type", "image/jpeg")], &bytes)
            .unwrap()
    };
    let full = (0..20)
        .map(|step| photo(1_000_000 + step))
        .find(|answer| answer.status != 201)
        .unwrap();
    full.refused(507, "disk-full");
    let mut acknowledged = None;
    let mut number = 0;
    let refused = loop {
        let answer = draft(number);
        if answer.status != 200 {
            break answer;
        }
        acknowledged = Some(answer.json);
        number += 1;
        assert!(number < 2_000, "the disk never was full");
    };
    refused.refused(507, "disk-full");
    server.assert_alive();
    // Reading goes on; what was acknowledged is there.
    let kept = client.get(&task).with(200)["draft"].clone();
    assert_eq!(Some(kept), acknowledged);

    // Room again: it goes on by itself.
    let blobs = format!("/proc/{}/root{}/blobs", child_of(server.pid()), place.data().display());
    fs::remove_dir_all(&blobs).unwrap();
    fs::create_dir_all(&blobs).unwrap();
    draft(number).with(200);
}

/// The process that `unshare` started, or the process itself when it became that program.
fn child_of(pid: u32) -> u32 {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    children
        .split_whitespace()
        .next()
        .and_then(|child| child.parse().ok())
        .unwrap_or(pid)
}

fn refusal(output: &Output, code: i32, says: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for part in says {
        assert!(said.contains(part), "'{part}' is not in: {said}");
    }
}

#[test]
fn a_read_only_folder_is_told() {
    let place = Place::new(&[]);
    fs::create_dir(place.data()).unwrap();
    let script = "mount -t tmpfs -o ro tmpfs DATA && exec \"$@\"";
    let Some(mut command) = in_own_mounts(&place, script) else {
        return;
    };
    let output = command.stderr(std::process::Stdio::piped()).output().unwrap();
    refusal(
        &output,
        3,
        &["cannot be written", place.data().to_str().unwrap(), "--data"],
    );
}

#[test]
fn data_of_a_newer_version_is_left_alone() {
    let place = Place::new(&[("questions.yaml", TASK)]);
    let server = place.start();
    server.client().post("/runs", &json!({"app": "questions"})).with(201);
    server.stop();
    // PRAGMA user_version: the four bytes at 60 of an SQLite file (sqlite.org/fileformat2.html, 1.3).
    let database = place.data().join("gemba.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(&database, &bytes).unwrap();
    let output = place.serve().stderr(std::process::Stdio::piped()).output().unwrap();
    refusal(&output, 3, &["newer Gemba", "9999"]);
    let output = gemba().arg("verify").arg(place.data()).output().unwrap();
    refusal(&output, 3, &["newer Gemba"]);
    assert_eq!(fs::read(&database).unwrap(), bytes, "the data was changed");
}

#[test]
fn a_second_server_on_the_same_data_is_told() {
    let (place, server) = with_task();
    let task = task(&server.client());
    let output = place.serve().stderr(std::process::Stdio::piped()).output().unwrap();
    refusal(
        &output,
        3,
        &["in use by another Gemba", &server.pid().to_string(), "--data"],
    );
    let output = gemba().arg("verify").arg(place.data()).output().unwrap();
    refusal(&output, 3, &["in use by another Gemba"]);
    server.client().get(&task).with(200);
}

#[test]
fn a_port_in_use_is_told_before_the_data_is_touched() {
    let (_place, server) = with_task();
    let other = Place::new(&[]);
    let address = server.address.to_string();
    let output = gemba()
        .args(["serve", "--listen", &address, "--data"])
        .arg(other.data())
        .output()
        .unwrap();
    refusal(
        &output,
        4,
        &[&format!("port {} is in use", server.address.port()), "--listen"],
    );
    assert!(!other.data().exists());
    server.assert_alive();
}

#[test]
fn a_wrong_site_stops_the_start_and_a_wrong_app_does_not() {
    let wrong = FIRST_PIECE.replace("to: operator", "to: operater");
    let place = Place::new(&[
        ("first-piece.yaml", &wrong),
        ("questions.yaml", TASK),
        ("site.yaml", SITE),
    ]);
    let server = place.start();
    assert!(server.said.contains("app questions version 1"), "{}", server.said);
    assert_eq!(
        server.client().get("/apps").with(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let log = place.log();
    assert!(log.contains("was left out") && log.contains("operater"), "{log}");
    server.stop();

    fs::write(place.apps().join("site.yaml"), "site: [").unwrap();
    let output = place.serve().stderr(std::process::Stdio::piped()).output().unwrap();
    refusal(&output, 1, &["site.yaml", "has errors; the server did not start"]);
}
