//! What machines say over HTTP, and starts that come by themselves.

use serde_json::{Value, json};

use crate::support::Place;

const SITE: &str = "\
site: Plant
time_zone: Asia/Shanghai
areas:
  - area: machining
    lines:
      - line: line-3
        stations: [qc-1, op-10]
roles: [operator]
shifts:
  - shift: Early
    from: \"06:00\"
    to: \"14:00\"
signals:
  - signal: Spindle speed
    at: op-10
    unit: 1/min
    stale_after: 1 h
  - signal: Coolant
";

const STANDS: &str = "\
app: Stands
steps:
  - wait_for: Spindle stands
    signal: Spindle speed
    where: value = 0
    within: 1 h
    late:
      - after: 0 min
        tell: operator
  - form: Change the tool
    to: line-3
    within: 2 h working time
    late:
      - after: 0 min
        tell: operator
    fields:
      - tick: Done
";

const DAILY: &str = "\
app: Look at the press
start:
  - button: Look
  - every: 2 h
  - at: \"06:30\"
    days: mon-fri
  - shift: Early
    before_end: 15 min
steps:
  - form: Look
    to: operator
    fields:
      - tick: Done
";

#[test]
fn a_machine_tells_and_a_run_goes_on() {
    let place = Place::new(&[("site.yaml", SITE), ("stands.yaml", STANDS)]);
    let server = place.start();
    let client = server.client();
    let known = client.get("/signals").with(200);
    assert_eq!(known["items"][0]["id"], "spindle_speed");
    assert_eq!(known["items"][0]["unit"], "{rpm}");
    assert_eq!(
        (&known["items"][1]["value"], &known["items"][1]["stale"]),
        (&Value::Null, &json!(true))
    );

    let told = client.put("/signals/spindle_speed", &json!({"value": 1200})).with(200);
    assert_eq!(
        (&told["value"], &told["quality"], &told["stale"]),
        (&json!(1200), &json!("good"), &json!(false))
    );
    let run = client.post("/runs", &json!({"app": "stands"})).with(201);
    let run = format!("/runs/{}", run["id"].as_str().unwrap());
    assert_eq!(client.get(&run).with(200)["waiting_for"][0]["for"], "signal");
    let readings = json!({"readings": [
        {"signal": "coolant", "value": true, "quality": "uncertain", "at": "2026-01-05T08:00:00+08:00"},
        {"signal": "spindle_speed", "value": 0},
    ]});
    assert_eq!(client.post("/signals", &readings).with(200), json!({"taken": 2}));
    // Whoever told it sees what it did.
    let task = &client.get(&run).with(200)["tasks"][0];
    assert_eq!(task["step"], "change_the_tool");
    assert_eq!(task["to"], json!({"station": "line-3"}));
    let coolant = client.get("/signals/coolant").with(200);
    assert_eq!(
        (&coolant["quality"], &coolant["read_at"]),
        (&json!("uncertain"), &json!("2026-01-05T00:00:00.000Z"))
    );
    // People at every station of the line see it.
    let here = client.get("/tasks?station=qc-1").with(200);
    assert_eq!(here["items"].as_array().unwrap().len(), 1);
    let mut told = client.get(&format!("{run}/timeline")).with(200)["items"].to_string();
    told.make_ascii_lowercase();
    assert!(told.contains("signal_received"), "{told}");
    drop(server);
    place.assert_sound();
}

#[test]
fn wrong_readings_are_refused() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let server = place.start();
    let client = server.client();
    let near = client
        .put("/signals/spindle_sped", &json!({"value": 1}))
        .refused(404, "not-found");
    assert!(near.to_string().contains("spindle_speed"), "{near}");
    for (body, member) in [
        (json!({}), "value"),
        (json!({"value": 1, "quality": "god"}), "quality"),
        (json!({"value": 1, "at": "now"}), "at"),
        (json!({"value": 1, "unit": "mm"}), "unit"),
    ] {
        let refused = client.put("/signals/spindle_speed", &body).refused(422, "invalid-body");
        assert!(refused.to_string().contains(member), "{refused}");
    }
    client
        .put("/signals/spindle_speed", &json!({"value": [1]}))
        .refused(422, "invalid");
    let many: Vec<Value> = vec![json!({"signal": "coolant", "value": 1}); 1_001];
    client
        .post("/signals", &json!({"readings": many}))
        .refused(422, "invalid-body");
    // All of them, or none.
    let some = json!({"readings": [{"signal": "coolant", "value": 1}, {"signal": "x", "value": 1}]});
    client.post("/signals", &some).refused(404, "not-found");
    assert_eq!(client.get("/signals/coolant").with(200)["value"], Value::Null);
    server.assert_alive();
}

#[test]
fn readings_are_there_after_a_crash_as_far_as_they_were_written() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let server = place.start();
    server
        .client()
        .put("/signals/coolant", &json!({"value": "low"}))
        .with(200);
    server.kill();
    let server = place.start();
    assert_eq!(server.client().get("/signals/coolant").with(200)["value"], "low");
    drop(server);
    place.assert_sound();
}

#[test]
fn an_app_says_when_it_starts_by_itself() {
    let place = Place::new(&[("site.yaml", SITE), ("daily.yaml", DAILY)]);
    let server = place.start();
    let app = server.client().get("/apps/look_at_the_press").with(200);
    let starts = app["starts"].as_array().unwrap();
    assert_eq!(starts[0].get("next"), None);
    let mut moments: Vec<&str> = starts[1..]
        .iter()
        .map(|start| start["next"].as_str().unwrap())
        .collect();
    moments.sort_unstable();
    assert_eq!(app["next_start"], json!(moments[0]));
    assert_eq!(starts[1]["every"], "PT2H");
    assert_eq!(starts[2]["days"], json!([1, 2, 3, 4, 5]));
    assert!(starts[2]["next"].as_str().unwrap().ends_with("T22:30:00.000Z"), "{app}");
    assert!(starts[3]["next"].as_str().unwrap().ends_with("T05:45:00.000Z"), "{app}");
}
