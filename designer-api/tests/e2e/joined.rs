//! Forms as the pages get them: their buttons, parts, choices, last answers and pictures.

use serde_json::{Value, json};

use crate::support::{Place, SITE};

const LOOK: &str = "\
app: Look
steps:
  - form: Look at the part
    id: look
    to: operator
    buttons: [Good, {button: {en: Send back, zh: 退回}, without_answers: yes}]
    pages:
      - page: First side
        fields:
          - yes_no: Scratched
      - page: The scratch
        show_if: scratched = true
        fields:
          - text: Where
  - approve: Release the deviation
    id: release
    to: operator
";

#[test]
fn a_form_is_asked_in_parts_and_sent_with_one_of_its_buttons() {
    let place = Place::new(&[("look.yaml", LOOK), ("site.yaml", SITE)]);
    let server = place.start();
    let client = server.client().as_person("zhao");
    let run = client.post("/runs", &json!({"app": "look"})).with(201);
    let task = format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap());
    let asked = client.get(&task).with(200);
    assert_eq!(
        asked["buttons"],
        json!([
            {"id": "good", "title": {"default": "Good"}, "without_answers": false, "field": "button", "answer": "Good"},
            {"id": "send_back", "title": {"default": "Send back", "en": "Send back", "zh": "退回"}, "without_answers": true,
                "field": "button", "answer": "Send back"},
        ])
    );
    assert_eq!(
        asked["pages"],
        json!([
            {"title": {"default": "First side"}, "fields": ["scratched"]},
            {"title": {"default": "The scratch"}, "fields": ["where"]},
        ])
    );

    let complete = format!("{task}/complete");
    let unknown = client.post(&complete, &json!({"button": "bad", "answers": {"scratched": false}}));
    let refused = unknown.refused(422, "answers-refused");
    assert_eq!(refused["fields"][0]["field"], "button");
    let two = json!({"button": "good", "answers": {"button": "Send back"}});
    let refused = client.post(&complete, &two).refused(422, "answers-refused");
    assert_eq!(refused["fields"][0]["field"], "button");
    client
        .post(&complete, &json!({"button": "good"}))
        .refused(422, "answers-refused");
    let run = client.post(&complete, &json!({"button": "send_back"})).with(200);

    // An approval has two buttons of its own, and the same way to press them.
    let task = format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap());
    let asked = client.get(&task).with(200);
    let buttons: Vec<(&Value, &Value, &Value)> = (asked["buttons"].as_array().unwrap().iter())
        .map(|button| (&button["id"], &button["field"], &button["answer"]))
        .collect();
    assert_eq!(
        buttons,
        [
            (&json!("accept"), &json!("accepted"), &json!(true)),
            (&json!("refuse"), &json!("accepted"), &json!(false)),
        ]
    );
    assert_eq!(asked["pages"], json!([]));
    let complete = format!("{task}/complete");
    let refused = client
        .post(&complete, &json!({"button": "refuse"}))
        .refused(422, "answers-refused");
    assert_eq!(refused["fields"][0]["field"], "comment");
    client.post(&complete, &json!({"button": "accept"})).with(200);
}

const MOUNT: &str = "\
app: Mount
start:
  - button: Mount
  - message: mount
steps:
  - form: Mount the lot
    id: mount
    to: operator
    fields:
      - lot: Lot
        from_last: yes
      - choose: Side
        from: [left, right]
        optional: yes
        from_last: yes
      - text: Note
        optional: yes
";

/// The last answers that a new run at `station` offers to `person`, and the address of its task.
fn mounted(client: &crate::support::Client, station: Option<&str>) -> (Value, String) {
    let mut body = json!({"app": "mount"});
    if let Some(station) = station {
        body["station"] = json!(station);
    }
    let run = client.post("/runs", &body).with(201);
    let task = format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap());
    (client.get(&task).with(200)["last"].clone(), task)
}

#[test]
fn last_answers_are_offered_where_they_were_given_and_never_count_by_themselves() {
    let place = Place::new(&[("mount.yaml", MOUNT), ("site.yaml", SITE)]);
    let server = place.start();
    let client = server.client().as_person("zhao");
    let send = |task: &str, answers: Value| client.post(&format!("{task}/complete"), &json!({"answers": answers}));

    let (last, task) = mounted(&client, Some("op-10"));
    assert_eq!(last, json!({}));
    send(&task, json!({"lot": "L1", "side": "left", "note": "first"})).with(200);
    let (last, task) = mounted(&client, Some("op-10"));
    assert_eq!(last, json!({"lot": "L1", "side": "left"}), "only what offers it");
    // It is shown, and is no answer.
    let refused = send(&task, json!({})).refused(422, "answers-refused");
    assert_eq!(refused["fields"][0]["field"], "lot");
    assert_eq!(
        client.get(&task).with(200)["last"],
        last,
        "what was refused was not answered"
    );
    send(&task, json!({"lot": "L2"})).with(200);
    assert_eq!(mounted(&client, Some("op-10")).0, json!({"lot": "L2"}));
    // Another station, another lot; away from stations it is the person's own.
    assert_eq!(mounted(&client, Some("qc-1")).0, json!({}));
    let (last, task) = mounted(&client, None);
    assert_eq!(last, json!({}));
    send(&task, json!({"lot": "L3"})).with(200);
    assert_eq!(mounted(&client, None).0, json!({"lot": "L3"}));
    assert_eq!(mounted(&server.client().as_person("wang"), None).0, json!({}));

    // A later version of the app is offered what it can still take, also after a restart.
    send(&mounted(&client, Some("op-10")).1, json!({"lot": "L4", "side": "left"})).with(200);
    server.stop();
    let server = place.start();
    let client = server.client().as_person("zhao");
    client
        .put_app("mount", &MOUNT.replace("[left, right]", "[top, bottom]"))
        .with(200);
    assert_eq!(mounted(&client, Some("op-10")).0, json!({"lot": "L4"}));
}

const WATCH: &str = "\
app: Watch
steps:
  - form: Look at the spindle
    id: look
    to: operator
    fields:
      - signal: Speed
        from: spindle_speed
        limits: 1190 to 1210
      - tick: Seen
";

#[test]
fn what_the_machine_said_is_frozen_when_the_form_is_sent() {
    let site = SITE.replace("stale_after: 10 s", "stale_after: 1 h");
    let place = Place::new(&[("watch.yaml", WATCH), ("site.yaml", &site)]);
    let server = place.start();
    let client = server.client().as_person("zhao");
    let tell = |value: u32| client.put("/signals/spindle_speed", &json!({"value": value})).with(200);
    tell(900);
    let run = client.post("/runs", &json!({"app": "watch"})).with(201);
    let complete = format!("/tasks/{}/complete", run["tasks"][0]["id"].as_str().unwrap());
    // Nobody types what a machine says.
    let typed = json!({"answers": {"seen": true, "speed": 1200}});
    client.post(&complete, &typed).refused(422, "answers-refused");
    tell(1200);
    let run = client.post(&complete, &json!({"answers": {"seen": true}})).with(200);
    tell(0);
    let entries = client
        .get(&format!("/runs/{}/timeline", run["id"].as_str().unwrap()))
        .with(200);
    let facts = entries["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|entry| entry["facts"].as_array().unwrap());
    let sent = facts.clone().find(|fact| fact["what"] == "task_completed").unwrap();
    assert_eq!(sent["verdicts"], json!({"speed": "ok"}), "{sent}");
}

const HOUSING: &str = "\
app: Housing
steps:
  - form: Where is it
    id: where
    to: operator
    fields:
      - mark: Defects
        picture: housing.png
        codes: [scratch, dent]
";

#[test]
fn a_picture_beside_an_app_is_marked_on_as_it_was_when_the_run_began() {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n-first";
    let place = Place::new(&[("housing.yaml", HOUSING), ("site.yaml", SITE)]);
    std::fs::write(place.apps().join("housing.png"), PNG).unwrap();
    let server = place.start();
    let client = server.client().as_person("zhao");
    let mark = |client: &crate::support::Client| {
        let run = client.post("/runs", &json!({"app": "housing"})).with(201);
        let task = format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap());
        (client.get(&task).with(200)["form"][0]["picture_blob"].clone(), task)
    };
    let (first, task) = mark(&client);
    let shown = client.get(&format!("/blobs/{}", first.as_str().unwrap()));
    assert_eq!((shown.status, shown.bytes.as_slice()), (200, PNG));
    assert_eq!(shown.headers["content-type"], "image/png");
    assert_eq!(shown.headers["content-security-policy"], "default-src 'none'; sandbox");

    // Another picture belongs to the version that it was put beside.
    client.put_app("housing", &HOUSING.replace("dent", "hole")).with(200);
    let put = |name: &str, bytes: &[u8]| {
        let path = format!("/apps/housing/pictures/{name}");
        client
            .send("PUT", &path, &[("content-type", "image/png")], bytes)
            .unwrap()
    };
    let second = put("housing.png", b"\x89PNG\r\n\x1a\n-second").with(200)["id"].clone();
    assert_ne!(first, second);
    assert_eq!(mark(&client).0, second);
    assert_eq!(client.get(&task).with(200)["form"][0]["picture_blob"], first);
    let points = json!({"answers": {"defects": [{"x": 0.5, "y": 0.25, "code": "dent"}]}});
    client.post(&format!("{task}/complete"), &points).with(200);

    put("another.png", PNG).refused(404, "not-found");
    put("housing.png", b"<html><script>").refused(422, "invalid");
    // What is no picture did not take its place.
    assert_eq!(mark(&client).0, second);
}

#[test]
fn what_can_be_chosen_is_offered_at_a_start_too() {
    const APP: &str = "\
app: Take out
inputs:
  - lot: Lot
    from: Lots
    optional: yes
  - text: Received
  - text: Material
tables:
  - table: Lots
    key: lot
    columns: [lot, metal]
start:
  - button: Take out
steps:
  - save: Lots
    values: {lot: = received, metal: = material}
";
    let place = Place::new(&[("take-out.yaml", APP), ("site.yaml", SITE)]);
    let server = place.start();
    let client = server.client().as_person("zhao");
    for (lot, metal) in [("L-1", "steel"), ("L-2", "brass")] {
        let inputs = json!({"received": lot, "material": metal});
        client
            .post("/runs", &json!({"app": "take_out", "inputs": inputs}))
            .with(201);
    }
    let found = client
        .get("/apps/take_out/choices?field=lot&version=1&q=bra&limit=20")
        .with(200);
    assert_eq!(
        found,
        json!({"items": [{"key": "L-2", "values": {"metal": "brass"}}], "more": false})
    );
    client
        .get("/apps/take_out/choices?field=received")
        .refused(422, "invalid");
    client
        .get("/apps/take_out/choices?field=lots")
        .refused(404, "not-found");
    client.get("/apps/take_in/choices?field=lot").refused(404, "not-found");
}
