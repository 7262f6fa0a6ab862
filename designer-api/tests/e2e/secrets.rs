//! Nothing that proves who someone is gets into the log, whatever they do and however much is logged.

use serde_json::{Value, json};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;

use crate::support::{ADMIN_PASSWORD, Browser, FIRST_PIECE, Place, SITE, Server, eventually, set_up, setup_code};

const PASSWORD: &str = "green bicycle lamp";
const NEW_PASSWORD: &str = "grey bicycle lamp";
const PIN: &str = "27182818";
const BADGE: &str = "04:A2:99:FF:SECRET";
const ANSWER: &str = "serial-that-only-they-know";

/// A day of a workshop; everything secret that was sent or received.
fn day(server: &Server, place: &Place) -> Vec<String> {
    let code = setup_code(server).to_owned();
    let admin = set_up(server);
    let person = |id: &str, role: &str, pin: &str, badge: &str| json!({"id": id, "name": id, "roles": [role], "password": PASSWORD, "pin": pin, "badge": badge});
    admin.post("/people", person("zhao", "operator", PIN, BADGE)).with(201);
    admin
        .post("/people", person("wang", "inspector", "31415926", "badge-of-wang"))
        .with(201);
    let token = admin.post("/tokens", json!({"name": "mes"})).with(201)["token"].clone();
    let token = token.as_str().unwrap().to_owned();
    server.client().with_token(&token).get("/runs").with(200);
    server
        .client()
        .with_token("gemba_nearly")
        .get("/runs")
        .refused(401, "token-unknown");

    let tablet = Browser::new(server);
    tablet.sign_in(json!({"person": "chen", "password": ADMIN_PASSWORD}));
    tablet.post("/stations/enrol", json!({"station": "qc-1"})).with(200);
    let mut secrets = vec![
        tablet.cookie("gemba_session").unwrap(),
        tablet.cookie("gemba_station").unwrap(),
    ];
    tablet.delete("/session").with(204);
    let wrong = json!({"person": "zhao", "pin": "18281828"});
    tablet.post("/session", wrong).refused(401, "wrong-credentials");
    tablet.sign_in(json!({"badge": BADGE}));
    tablet.sign_in(json!({"person": "zhao", "pin": PIN}));
    let start =
        json!({"app": "first_piece_inspection", "station": "qc-1", "inputs": {"order": "order-that-is-theirs"}});
    let run = tablet.post("/runs", start).with(201);
    let measured = json!({"answers": {"serial_number": ANSWER, "micrometer": "M-7",
        "shaft_diameter": [25.001, 25.002, 25.003], "surface": "pass"}});
    tablet
        .post(&format!("/tasks/{}/complete", task(&run)), measured)
        .with(200);
    let at_desk = Browser::new(server);
    at_desk.sign_in(json!({"person": "wang", "password": PASSWORD}));
    let run = at_desk.get(&format!("/runs/{}", run["id"].as_str().unwrap())).with(200);
    let release = |signature: Value| {
        let answers = json!({"the_piece_is_marked_and_kept_as_reference": true});
        let body = json!({"answers": answers, "signature": signature});
        at_desk.post(&format!("/tasks/{}/complete", task(&run)), body)
    };
    release(json!({"password": NEW_PASSWORD})).refused(401, "wrong-credentials");
    release(json!({"password": PASSWORD})).with(200);
    let change = json!({"old": PASSWORD, "new": NEW_PASSWORD});
    at_desk.send("PUT", "/session/password", &change).with(204);

    secrets.extend([
        code,
        token,
        at_desk.cookie("gemba_session").unwrap(),
        place.token().to_owned(),
    ]);
    let session = at_desk.get("/session").with(200);
    secrets.push(session["csrf"].as_str().unwrap().to_owned());
    let known = [
        PASSWORD,
        NEW_PASSWORD,
        ADMIN_PASSWORD,
        PIN,
        "18281828",
        "31415926",
        BADGE,
        "badge-of-wang",
        ANSWER,
    ];
    secrets.extend(known.map(str::to_owned));
    secrets.extend(["gemba_nearly", "order-that-is-theirs"].map(str::to_owned));
    secrets
}

fn task(run: &Value) -> &str {
    run["tasks"][0]["id"].as_str().unwrap()
}

#[test]
fn the_log_of_a_whole_day_has_no_secret_in_it() {
    for format in ["json", "text"] {
        let place = Place::new(&[("first-piece-inspection.yaml", FIRST_PIECE), ("site.yaml", SITE)]);
        let mut command = place.serve();
        command.args(["--log-format", format]).env("GEMBA_LOG", "trace");
        let server = Server::from(command, place.token()).unwrap();
        let secrets = day(&server, &place);
        server.stop();
        let log = place.log();
        assert!(log.contains("/api/v1/session/password"), "{log}");
        for secret in secrets {
            let telling = log.lines().find(|line| line.contains(&secret));
            assert_eq!(telling, None, "the {format} log tells '{secret}'");
        }
        if format == "json" {
            log.lines().for_each(documented);
        }
    }
}

/// As the operator's page says a line is.
fn documented(line: &str) {
    let line: Value = serde_json::from_str(line).unwrap();
    let has = |name: &str| assert!(line.get(name).is_some(), "'{name}' is missing in {line}");
    ["timestamp", "level", "target"].iter().for_each(|name| has(name));
    if line["target"] == "gemba::access" {
        let members = ["id", "method", "path", "status", "took_us", "token", "person", "code"];
        members.iter().for_each(|name| has(name));
    }
}

#[test]
fn a_token_is_not_printed_where_the_journal_keeps_it() {
    let place = Place::new(&[]);
    let path = place.path().join("journal");
    let journal = File::create(&path).unwrap();
    let about = journal.metadata().unwrap();
    let mut command = crate::support::gemba();
    command
        .arg("serve")
        .arg("--data")
        .arg(place.data())
        .args(["--listen", "127.0.0.1:0"]);
    command.env("JOURNAL_STREAM", format!("{}:{}", about.dev(), about.ino()));
    let mut child = command
        .stdout(journal)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let said = eventually("a server", || {
        let said = fs::read_to_string(&path).unwrap();
        said.contains("listening on").then_some(said)
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        said.contains("no API token was made") && !said.contains("gemba_"),
        "{said}"
    );
}
