//! The first-piece inspection of the examples, from start to release, with a crash in the middle.

use serde_json::{Value, json};

use crate::support::{Client, FIRST_PIECE, Place, SITE, eventually};

/// The example with deadlines that a test can wait for.
fn hurried() -> String {
    let hurried = FIRST_PIECE
        .replace("within: 20 min", "within: 1 s")
        .replace("after: 15 min", "after: 30 min");
    assert_ne!(hurried, FIRST_PIECE, "the example has no deadline any more");
    hurried
}

fn measured(serial: &str, diameter: [f64; 3]) -> Value {
    json!({"answers": {
        "serial_number": serial, "micrometer": "M-7", "shaft_diameter": diameter, "surface": "pass",
    }})
}

/// The only open task of the run.
fn task(client: &Client, run: &str) -> Value {
    let list = client.get(&format!("/tasks?run={run}")).with(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    list["items"][0].clone()
}

fn complete(task: &Value) -> String {
    format!("/tasks/{}/complete", task["id"].as_str().unwrap())
}

/// Facts of this kind in the run's timeline.
fn facts(client: &Client, run: &str, what: &str) -> Vec<Value> {
    let timeline = client.get(&format!("/runs/{run}/timeline?limit=1000")).with(200);
    assert_eq!(timeline["next"], Value::Null);
    let entries = timeline["items"].as_array().unwrap();
    let all = entries.iter().flat_map(|entry| entry["facts"].as_array().unwrap());
    all.filter(|fact| fact["what"] == what).cloned().collect()
}

#[test]
fn a_first_piece_is_inspected_and_released() {
    let place = Place::new(&[("first-piece-inspection.yaml", &hurried()), ("site.yaml", SITE)]);
    let server = place.start();
    assert!(
        server.said.contains("first_piece_inspection version 1"),
        "{}",
        server.said
    );
    let wang = server.client().as_person("wang");

    // Start; the line is on hold.
    let start = json!({"app": "first_piece_inspection", "station": "qc-1", "inputs": {"order": "4711"}});
    let started = wang.post("/runs", &start);
    let location = started.headers["location"].to_str().unwrap().to_owned();
    let run = started.with(201);
    let id = run["id"].as_str().unwrap().to_owned();
    assert_eq!(location, format!("/api/v1/runs/{id}"));
    assert_eq!(run["status"], "waiting");
    let holds = wang.get("/holds?target=line-3").with(200);
    assert_eq!(holds["items"][0]["run"], id);
    assert_eq!(holds["items"][0]["why"], "First piece of 4711 is not released");

    // The task is for operators at the stations of quality control, and for nobody else.
    let measure = task(&wang, &id);
    assert_eq!(measure["step"], "measure_the_first_piece");
    assert_eq!(measure["to"], json!({"role": "operator"}));
    assert_eq!(
        wang.get("/tasks?role=operator&station=qc-1").with(200)["items"][0]["id"],
        measure["id"]
    );
    assert_eq!(wang.get("/tasks?role=inspector").with(200)["items"], json!([]));
    assert_eq!(
        wang.get("/tasks?role=operator&station=op-10").with(200)["items"],
        json!([])
    );

    // Nobody measures in time: the team leader is told, once.
    let told = eventually("the late alarm", || {
        let notices = wang.get("/notices?role=team_leader").with(200);
        notices["items"].as_array().unwrap().first().cloned()
    });
    assert_eq!(told["run"], id);
    assert_eq!(told["text"], "The first piece of 4711 is not measured, line-3 waits");
    assert_eq!(task(&wang, &id)["late"], true);

    // A wrong measurement: the next round begins.
    let task_before = task(&wang, &id);
    let run = wang
        .post(&complete(&task_before), &measured("A1", [25.06, 25.01, 25.00]))
        .with(200);
    assert_eq!(run["tasks"][0]["step"], "measure_the_first_piece");
    assert_eq!(run["tasks"][0]["round"], 2);
    let completed = facts(&wang, &id, "task_completed");
    assert_eq!(completed[0]["verdicts"]["shaft_diameter"], "not_ok", "{completed:?}");

    // Half an answer is kept; then the power fails.
    let second = task(&wang, &id);
    let path = format!("/tasks/{}", second["id"].as_str().unwrap());
    let draft = wang
        .put(&format!("{path}/draft"), &json!({"answers": {"serial_number": "A2"}}))
        .with(200);
    assert_eq!(draft["version"], 1);
    let before = (wang.get(&format!("/runs/{id}")).with(200), wang.get(&path).with(200));
    let timeline = wang.get(&format!("/runs/{id}/timeline")).with(200);
    server.kill();

    // Everything is as it was.
    let server = place.start();
    let wang = server.client().as_person("wang");
    assert_eq!(wang.get(&format!("/runs/{id}")).with(200), before.0);
    assert_eq!(wang.get(&path).with(200), before.1);
    assert_eq!(before.1["draft"]["answers"], json!({"serial_number": "A2"}));
    assert_eq!(wang.get(&format!("/runs/{id}/timeline")).with(200), timeline);
    assert_eq!(wang.get("/holds?target=line-3").with(200)["items"][0]["run"], id);

    // Right this time.
    wang.post(&complete(&second), &measured("A2", [25.01, 25.01, 25.00]))
        .with(200);
    let release = task(&wang, &id);
    assert_eq!(release["step"], "release_for_series");
    assert_eq!(release["not_by"], json!(["wang"]));
    assert_eq!(release["show"][0]["value"], "4711");

    // Who measured may not release; somebody else may.
    let tick = "the_piece_is_marked_and_kept_as_reference";
    let answers = json!({"answers": {tick: true}});
    wang.post(&complete(&release), &answers)
        .refused(403, "second-person-needed");
    assert_eq!(task(&wang, &id)["id"], release["id"]);
    let li = server.client().as_person("li");
    let run = li.post(&complete(&release), &answers).with(200);
    assert_eq!(run["status"], "finished", "{run}");
    assert_eq!(run["tasks"], json!([]));

    // The line is free, the piece is on record, the timeline tells it all.
    assert_eq!(li.get("/holds").with(200)["items"], json!([]));
    let records = li
        .get("/tables/first_piece_inspection/first_pieces?order=4711")
        .with(200);
    let values = &records["items"][0]["values"];
    assert_eq!(values["serial_number"], "A2", "{records}");
    assert_eq!(values["result"], "released");
    assert_eq!(values["released_by"], "li");
    assert_eq!(
        li.get("/tables/first_piece_inspection/first_pieces?order=4712")
            .with(200)["items"],
        json!([])
    );
    assert_eq!(facts(&li, &id, "task_completed").len(), 3);
    assert_eq!(facts(&li, &id, "ended").len(), 1);
    // Each alarm once: one in the first round, and perhaps one in the second, which took its time too.
    let mut alarms = facts(&li, &id, "late");
    alarms.retain(|fact| fact["told"] != json!([]));
    assert_eq!(alarms.iter().filter(|fact| fact["round"] == 1).count(), 1, "{alarms:?}");
    let told = li.get("/notices?role=team_leader").with(200);
    assert_eq!(told["items"].as_array().unwrap().len(), alarms.len());

    assert_eq!(server.stop().code(), Some(0));
    place.assert_sound();
}

#[test]
fn a_message_starts_an_inspection_once() {
    let place = Place::new(&[("first-piece-inspection.yaml", FIRST_PIECE), ("site.yaml", SITE)]);
    let server = place.start();
    let machine = server.client();
    let message = |line: &str| json!({"name": "changeover-finished", "body": {"line": line, "order": "4711"}});
    let none = machine.post("/messages", &message("line-7")).with(200);
    assert_eq!(none, json!({"started": [], "resumed": [], "not_started": []}));
    let unfit = json!({"name": "changeover-finished", "body": {"line": "line-3", "order": 4711}});
    let refused = machine.post("/messages", &unfit).with(200);
    assert_eq!(refused["started"], json!([]));
    assert_eq!(refused["not_started"][0]["app"], "first_piece_inspection");
    assert!(
        refused["not_started"][0]["why"].as_str().unwrap().contains("order"),
        "{refused}"
    );
    let first = machine
        .keyed("POST", "/messages", "changeover-1", &message("line-3"))
        .unwrap()
        .with(200);
    assert_eq!(first["started"].as_array().unwrap().len(), 1);
    let again = machine
        .keyed("POST", "/messages", "changeover-1", &message("line-3"))
        .unwrap()
        .with(200);
    assert_eq!(again, first);
    let runs = machine.get("/runs?app=first_piece_inspection&status=waiting").with(200);
    assert_eq!(runs["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_run_is_claimed_given_back_and_cancelled() {
    let place = Place::new(&[("first-piece-inspection.yaml", FIRST_PIECE), ("site.yaml", SITE)]);
    let server = place.start();
    let (wang, li) = (server.client().as_person("wang"), server.client().as_person("li"));
    let start = json!({"app": "first_piece_inspection", "inputs": {"order": "4711"}});
    let run = wang.post("/runs", &start).with(201);
    let id = run["id"].as_str().unwrap();
    let path = format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap());

    let claimed = wang.post(&format!("{path}/claim"), &json!({})).with(200);
    assert_eq!(claimed["reserved_by"], "wang");
    li.post(&format!("{path}/claim"), &json!({})).refused(409, "reserved");
    let returned = wang
        .post(&format!("{path}/release"), &json!({"version": claimed["version"]}))
        .with(200);
    assert_eq!(returned["reserved_by"], Value::Null);
    // The member says who acts as well as the header does.
    let by_member = server
        .client()
        .post(&format!("{path}/claim"), &json!({"person": "王"}))
        .with(200);
    assert_eq!(by_member["reserved_by"], "王");
    server
        .client()
        .post(&format!("{path}/claim"), &json!({}))
        .refused(422, "person-missing");

    let cancel = format!("/runs/{id}/cancel");
    assert_eq!(
        li.post(&cancel, &json!({"why": "wrong order"})).with(200)["status"],
        "cancelled"
    );
    li.post(&cancel, &json!({"why": "again"})).refused(409, "run-ended");
    li.get(&path).refused(404, "not-found");

    // What it held stays on hold until someone answers for it.
    assert_eq!(li.get("/holds").with(200)["items"][0]["target"], "line-3");
    let free = json!({"run": id, "why": "checked by hand"});
    li.post("/holds/line-3/release", &free).with(204);
    assert_eq!(li.get("/holds").with(200)["items"], json!([]));
    let timeline = li.get(&format!("/runs/{id}/timeline")).with(200);
    let last = timeline["items"].as_array().unwrap().last().unwrap();
    assert!(last["note"].as_str().unwrap().contains("checked by hand"), "{last}");
}

#[test]
fn photos_come_back_as_they_were_and_run_nothing() {
    let place = Place::new(&[]);
    let server = place.start();
    let client = server.client();
    let photo = b"\x89PNG\r\n\x1a\nnot really".as_slice();
    let put = |bytes: &[u8], kind: &str| client.send("POST", "/blobs", &[("content-type", kind)], bytes).unwrap();
    let blob = put(photo, "image/png").with(201);
    assert_eq!(put(photo, "image/png").with(201)["id"], blob["id"]);
    let back = client.get(&format!("/blobs/{}", blob["id"].as_str().unwrap()));
    assert_eq!((back.status, back.bytes.as_slice()), (200, photo));
    assert_eq!(back.headers["content-type"], "image/png");
    assert_eq!(back.headers["content-disposition"], "inline");
    assert_eq!(back.headers["x-content-type-options"], "nosniff");

    let page = put(b"<script>alert(1)</script>", "text/html").with(201);
    let back = client.get(&format!("/blobs/{}", page["id"].as_str().unwrap()));
    assert_eq!(back.headers["content-disposition"], "attachment");
    assert_eq!(back.headers["content-security-policy"], "default-src 'none'; sandbox");

    for kind in ["text/javascript", "application/x-ecmascript", "text/css"] {
        let smuggled = put(kind.as_bytes(), kind).with(201);
        let back = client.get(&format!("/blobs/{}", smuggled["id"].as_str().unwrap()));
        assert_eq!(back.headers["content-type"], "application/octet-stream", "{kind}");
        assert_eq!(back.headers["x-content-type-options"], "nosniff");
    }

    client
        .get(&format!("/blobs/{}", "0".repeat(64)))
        .refused(404, "not-found");
    client.get("/blobs/..%2Fgemba.db").refused(404, "not-found");
    put(&vec![0; 33 * 1024 * 1024], "image/png").refused(413, "too-large");
    put(b"x", "").refused(415, "unsupported-media-type");
    server.assert_alive();
}

#[test]
fn metrics_count_what_was_done() {
    let place = Place::new(&[("first-piece-inspection.yaml", FIRST_PIECE), ("site.yaml", SITE)]);
    let server = place.start();
    let client = server.client();
    client
        .post(
            "/runs",
            &json!({"app": "first_piece_inspection", "inputs": {"order": "1"}}),
        )
        .with(201);
    let page = String::from_utf8(client.get("/metrics").bytes).unwrap();
    for line in [
        "gemba_runs_waiting 1",
        "gemba_tasks_open 1",
        "gemba_holds 1",
        "gemba_http_answers_total{method=\"POST\",route=\"/api/v1/runs\",status=\"201\"} 1",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
    }
    assert!(page.ends_with("# EOF\n"));
}
