//! What people may do: what is offered to them, where they are; and who supervises.

use serde_json::{Value, json};

use crate::support::{ADMIN_PASSWORD, Answer, Browser, FIRST_PIECE, Place, QUESTIONS, SITE, Server, set_up};

/// A form that anybody at its one station may begin.
const WIDTHS: &str = "
app: {en: Widths, zh: 宽度}
start:
  - button: Measure widths
    at: [op-10]
inputs:
  - measure: Width
    limits: 1 to 2 um
steps:
  - form: Look at them
    to: op-10
    fields:
      - tick: Seen
";

/// A server with apps, the administrator `chen`, the operators `wang` and `zhao`, and the inspector `li`.
struct Floor {
    place: Place,
    server: Server,
    chen: Browser,
}

impl Floor {
    fn new() -> Floor {
        let place = Place::new(&[
            ("site.yaml", SITE),
            ("first-piece.yaml", FIRST_PIECE),
            ("questions.yaml", QUESTIONS),
            ("widths.yaml", WIDTHS),
        ]);
        let server = place.start();
        let chen = set_up(&server);
        for (person, role) in [("wang", "operator"), ("zhao", "operator"), ("li", "inspector")] {
            let body = json!({
                "id": person, "name": person, "roles": [role],
                "password": format!("the lamp of {person}"), "pin": "271828", "badge": format!("badge-{person}"),
            });
            chen.post("/people", body).with(201);
        }
        Floor { place, server, chen }
    }

    /// A tablet that is this station, at which nobody is signed in.
    fn tablet(&self, station: &str) -> Browser {
        let tablet = Browser::new(&self.server);
        tablet.sign_in(json!({"person": "chen", "password": ADMIN_PASSWORD}));
        tablet.post("/stations/enrol", json!({"station": station})).with(200);
        tablet.delete("/session").with(204);
        tablet
    }

    fn at(&self, station: &str, person: &str) -> Browser {
        let tablet = self.tablet(station);
        tablet.sign_in(json!({"badge": format!("badge-{person}")}));
        tablet
    }

    /// At a browser of their own.
    fn own(&self, person: &str) -> Browser {
        let browser = Browser::new(&self.server);
        browser.sign_in(json!({"person": person, "password": format!("the lamp of {person}")}));
        browser
    }

    /// The task of a run of `Questions`.
    fn question(&self) -> String {
        let run = self
            .server
            .client()
            .post("/runs", &json!({"app": "questions"}))
            .with(201);
        format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap())
    }
}

/// The apps or steps of a list, in its order.
fn each(list: &Value, member: &str) -> Vec<String> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item[member].as_str().unwrap().to_owned()).collect()
}

fn steps(answer: Answer) -> Vec<String> {
    each(&answer.with(200), "step")
}

fn put(browser: &Browser, path: &str, body: &Value) -> Answer {
    browser.send("PUT", path, body)
}

#[test]
fn two_people_at_two_stations_inspect_a_first_piece() {
    let floor = Floor::new();
    let (wang, li) = (floor.at("qc-1", "wang"), floor.at("qc-2", "li"));
    let start = json!({"app": "first_piece_inspection", "from_button": true, "inputs": {"order": "4711"}});
    let run = wang.post("/runs", start.clone()).with(201);
    assert_eq!((&run["station"], &run["started_by"]), (&json!("qc-1"), &json!("wang")));
    let run = format!("/runs/{}", run["id"].as_str().unwrap());
    let task = |browser: &Browser| format!("/tasks/{}", each(&browser.get("/tasks").with(200), "id")[0]);

    // The first step is the operator's, wherever the inspector tries to lay hands on it.
    assert_eq!(steps(wang.get("/tasks")), ["measure_the_first_piece"]);
    assert!(steps(li.get("/tasks")).is_empty());
    let measure = task(&wang);
    let piece = json!({"answers": {
        "serial_number": "A1", "micrometer": "M-7", "shaft_diameter": [25.0, 25.01, 25.0], "surface": "pass",
    }});
    for act in ["claim", "release", "complete"] {
        let body = if act == "complete" { piece.clone() } else { json!({}) };
        let said = li.post(&format!("{measure}/{act}"), body).refused(403, "not-yours");
        assert!(said["detail"].as_str().unwrap().contains("operator"), "{said}");
    }
    put(&li, &format!("{measure}/draft"), &piece).refused(403, "not-yours");
    wang.post(&format!("{measure}/claim"), json!({})).with(200);
    wang.post(&format!("{measure}/complete"), piece).with(200);

    // The second is signed by the inspector, who shows once more that it is them.
    assert!(steps(wang.get("/tasks")).is_empty());
    let release = task(&li);
    wang.post(&format!("{release}/claim"), json!({}))
        .refused(403, "not-yours");
    let typed = json!({"the_piece_is_marked_and_kept_as_reference": true});
    let complete = |signature: Value| {
        let mut body = json!({"answers": typed});
        if !signature.is_null() {
            body["signature"] = signature;
        }
        li.post(&format!("{release}/complete"), body)
    };
    let draft = || li.get(&release).with(200)["draft"].clone();
    complete(Value::Null).refused(403, "signature-needed");
    assert_eq!((&draft()["answers"], &draft()["version"]), (&typed, &json!(1)));
    complete(json!({"pin": "999999"})).refused(401, "wrong-credentials");
    assert_eq!((&draft()["answers"], &draft()["version"]), (&typed, &json!(2)));
    complete(json!({"badge": "badge-wang"})).refused(401, "wrong-credentials");
    assert_eq!(draft()["answers"], typed);
    complete(json!({})).refused(422, "invalid-body");
    complete(json!({"pin": "271828", "badge": "badge-li"})).refused(422, "invalid-body");
    complete(json!({"iris": "blue"})).refused(422, "invalid-body");
    assert_eq!(complete(json!({"pin": "271828"})).with(200)["status"], "finished");

    let timeline = wang.get(&format!("{run}/timeline")).with(200);
    let last = timeline["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["person"], &last["via"], &last["confirmed"]),
        (&json!("li"), &json!("station/qc-2"), &json!("pin"))
    );
    assert_eq!(timeline["items"][0]["via"], "station/qc-1");
    assert_eq!(timeline["items"][0]["confirmed"], Value::Null);

    // A signature by the wrong hand, again and again: nobody guesses a PIN so.
    let run = wang.post("/runs", start).with(201);
    let measure = format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap());
    let piece = json!({"answers": {
        "serial_number": "A2", "micrometer": "M-7", "shaft_diameter": [25.0, 25.0, 25.0], "surface": "pass",
    }});
    wang.post(&format!("{measure}/complete"), piece).with(200);
    let release = task(&li);
    let mut refused = Vec::new();
    for _ in 0..6 {
        let body = json!({"answers": typed, "signature": {"pin": "000001"}});
        let answer = li.post(&format!("{release}/complete"), body);
        refused.push((answer.status, answer.json["code"].as_str().unwrap().to_owned()));
    }
    assert_eq!(refused[0], (401, "wrong-credentials".to_owned()));
    assert_eq!(refused[5], (429, "locked".to_owned()));
    assert_eq!(li.get(&release).with(200)["draft"]["answers"], typed);
    floor.server.stop();
    floor.place.assert_sound();
}

#[test]
fn who_supervises_takes_over_what_another_has_reserved() {
    let floor = Floor::new();
    let (wang, zhao) = (floor.own("wang"), floor.at("qc-1", "zhao"));
    let chen = &floor.chen;
    let task = floor.question();
    wang.post(&format!("{task}/claim"), json!({})).with(200);
    let typed = json!({"answers": {"words": "half of it"}});
    put(&wang, &format!("{task}/draft"), &typed).with(200);
    for act in ["claim", "release", "complete"] {
        zhao.post(&format!("{task}/{act}"), json!({})).refused(409, "reserved");
    }
    put(&zhao, &format!("{task}/draft"), &typed).refused(409, "reserved");
    // It must be theirs first.
    chen.post(&format!("{task}/complete"), typed.clone())
        .refused(409, "reserved");
    let taken = chen.post(&format!("{task}/claim"), json!({})).with(200);
    assert_eq!(taken["reserved_by"], "chen");
    assert_eq!(chen.get(&task).with(200)["draft"]["answers"]["words"], "half of it");
    wang.post(&format!("{task}/complete"), typed.clone())
        .refused(409, "reserved");
    assert_eq!(
        steps(chen.get("/tasks")),
        ["say_it"],
        "reserved by them it is on their list"
    );
    chen.post(&format!("{task}/complete"), typed).with(200);

    // Given back by who supervises, it is anybody's.
    let task = floor.question();
    zhao.post(&format!("{task}/claim"), json!({})).with(200);
    chen.post(&format!("{task}/release"), json!({})).with(200);
    wang.post(&format!("{task}/claim"), json!({})).with(200);
    // The course of a run is for who supervises.
    let run = format!("/runs/{}", task[7..].rsplit_once('.').unwrap().0);
    let why = json!({"why": "enough"});
    wang.post(&format!("{run}/cancel"), why.clone())
        .refused(403, "not-allowed");
    assert_eq!(
        chen.post(&format!("{run}/cancel"), why).with(200)["status"],
        "cancelled"
    );
    wang.post(&format!("{task}/claim"), json!({})).refused(409, "run-ended");
    floor.server.stop();
    floor.place.assert_sound();
}

#[test]
fn a_list_of_tasks_is_ones_own() {
    let floor = Floor::new();
    let token = floor.server.client();
    let ask = |app: &str, station: Value, inputs: Value| {
        let body = json!({"app": app, "station": station, "inputs": inputs});
        token.post("/runs", &body).with(201);
    };
    ask("questions", Value::Null, json!({}));
    ask("first_piece_inspection", json!("qc-1"), json!({"order": "4711"}));
    ask("widths", json!("op-10"), json!({"width": 1.5}));
    let sorted = |browser: &Browser, query: &str| {
        let mut steps = steps(browser.get(&format!("/tasks{query}")));
        steps.sort();
        steps
    };
    let (own, there) = (floor.own("wang"), floor.at("op-10", "wang"));
    assert_eq!(sorted(&own, ""), ["measure_the_first_piece", "say_it"]);
    assert_eq!(sorted(&there, ""), ["look_at_them", "say_it"]);
    assert!(sorted(&floor.own("li"), "").is_empty());
    // What is given narrows.
    assert_eq!(sorted(&own, "?app=questions"), ["say_it"]);
    assert_eq!(
        sorted(&own, "?role=operator&all=false"),
        ["measure_the_first_piece", "say_it"]
    );
    assert!(sorted(&own, "?person=wang").is_empty());
    assert_eq!(sorted(&there, "?station=op-10&app=widths"), ["look_at_them"]);
    for query in ["?role=inspector", "?role=operator&role=inspector", "?person=li"] {
        own.get(&format!("/tasks{query}")).refused(403, "not-allowed");
    }
    there.get("/tasks?station=qc-1").refused(403, "not-allowed");
    // The tasks of others are for who supervises; a program sees them all, as ever.
    own.get("/tasks?all=true").refused(403, "not-allowed");
    own.get("/tasks?all=yes").refused(422, "invalid-query");
    let all = ["look_at_them", "measure_the_first_piece", "say_it"];
    assert!(sorted(&floor.chen, "").is_empty());
    assert_eq!(sorted(&floor.chen, "?all=true"), all);
    assert_eq!(
        sorted(&floor.chen, "?all=true&role=operator"),
        ["measure_the_first_piece", "say_it"]
    );
    assert_eq!(token.get("/tasks").with(200)["items"].as_array().unwrap().len(), 3);
    // Who is at a station does what is offered there, whoever they are.
    let task = each(&there.get("/tasks?app=widths").with(200), "id")[0].clone();
    let seen = json!({"answers": {"seen": true}});
    own.post(&format!("/tasks/{task}/complete"), seen.clone())
        .refused(403, "not-yours");
    there.post(&format!("/tasks/{task}/complete"), seen).with(200);
}

#[test]
fn apps_are_started_where_their_buttons_are() {
    let floor = Floor::new();
    let (here, there, own) = (floor.at("op-10", "wang"), floor.at("qc-1", "wang"), floor.own("wang"));
    let startable = |browser: &Browser, query: &str| each(&browser.get(&format!("/startable{query}")).with(200), "app");
    assert_eq!(startable(&here, ""), ["questions", "widths"]);
    assert_eq!(startable(&here, "?station=op-10"), ["questions", "widths"]);
    assert_eq!(startable(&there, ""), ["first_piece_inspection", "questions"]);
    assert_eq!(startable(&own, ""), ["questions"]);
    assert_eq!(startable(&floor.chen, "?station=op-10"), ["questions", "widths"]);
    for browser in [&there, &own] {
        browser.get("/startable?station=op-10").refused(403, "not-yours");
    }
    here.get("/startable?station=op10").refused(422, "invalid-query");
    let widths = &here.get("/startable").with(200)["items"][1];
    assert_eq!(
        widths["title"],
        json!({"default": "Widths", "en": "Widths", "zh": "宽度"})
    );
    let field = &widths["inputs"][0];
    assert_eq!((&field["unit"], &field["unit_symbol"]), (&json!("um"), &json!("µm")));

    let start = |browser: &Browser, more: Value| {
        let mut body = json!({"app": "widths", "inputs": {"width": 1.5}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        browser.post("/runs", body)
    };
    assert_eq!(start(&here, json!({"from_button": true})).with(201)["station"], "op-10");
    start(&there, json!({"from_button": true})).refused(422, "invalid");
    start(&own, json!({})).refused(422, "invalid");
    for browser in [&there, &own] {
        start(browser, json!({"station": "op-10"})).refused(403, "not-yours");
    }
    start(&here, json!({"person": "li"})).refused(403, "not-allowed");
    start(&floor.chen, json!({"station": "op-10", "from_button": true})).with(201);
}

#[test]
fn a_tablet_shows_the_floor_before_anyone_signs_in() {
    let floor = Floor::new();
    let tablet = floor.tablet("qc-1");
    let site = tablet.get("/site").with(200);
    assert_eq!(
        (&site["title"], &site["time_zone"]),
        (&json!("Wuhu plant"), &json!("Asia/Shanghai"))
    );
    let places = site["equipment"].as_array().unwrap();
    let qc = places.iter().find(|place| place["id"] == "qc-1").unwrap();
    assert_eq!((&qc["level"], &qc["parent"]), (&json!("station"), &json!("line-3")));
    assert_eq!(site["roles"][0], json!({"id": "operator", "title": "operator"}));

    let token = floor.server.client();
    let piece = json!({"app": "first_piece_inspection", "station": "qc-1", "inputs": {"order": "4711"}});
    let run = token.post("/runs", &piece).with(201)["id"].as_str().unwrap().to_owned();
    token.post("/runs", &json!({"app": "questions"})).with(201);
    let shown = tablet.get("/floor").with(200);
    let tasks: Vec<_> = shown["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| (&task["step"], &task["station"]))
        .collect();
    let expected = [
        (&json!("measure_the_first_piece"), &json!("qc-1")),
        (&json!("say_it"), &Value::Null),
    ];
    assert_eq!(tasks, expected, "what is due comes first");
    assert_eq!(shown["holds"][0]["target"], "line-3");
    assert_eq!((&shown["calls"], &shown["tasks_more"]), (&json!([]), &json!(0)));
    floor.own("li").get("/floor").with(200);
    let nobody = Browser::new(&floor.server);
    nobody.get("/floor").refused(401, "signed-out");
    nobody.get("/site").refused(401, "signed-out");

    // Runs by a text.
    let li = floor.own("li");
    let found = |text: &str| each(&li.get(&format!("/runs?q={text}")).with(200), "app");
    assert_eq!(found(&run), ["first_piece_inspection"]);
    assert_eq!(found(&run[..23]), ["first_piece_inspection"]);
    assert_eq!(found("QC-1"), ["first_piece_inspection"]);
    assert_eq!(found("uest"), ["questions"]);
    assert_eq!(found("%20"), ["questions", "first_piece_inspection"]);
    assert!(found("nothing").is_empty());
    li.get(&format!("/runs?q={}", "x".repeat(201)))
        .refused(422, "invalid-query");
}

#[test]
fn a_program_vouches_for_whom_it_names() {
    let floor = Floor::new();
    let token = floor.server.client();
    let piece = json!({"app": "first_piece_inspection", "station": "qc-1", "inputs": {"order": "4711"}});
    let run = token.post("/runs", &piece).with(201);
    let answer = |run: &Value, person: &str, answers: Value| {
        let task = run["tasks"][0]["id"].as_str().unwrap().to_owned();
        let body = json!({"answers": answers, "person": person});
        (format!("/tasks/{task}/complete"), body)
    };
    let measured = json!({
        "serial_number": "A1", "micrometer": "M-7", "shaft_diameter": [25.0, 25.01, 25.0], "surface": "pass",
    });
    let (path, body) = answer(&run, "wang", measured);
    let run = token.post(&path, &body).with(200);
    let kept = json!({"the_piece_is_marked_and_kept_as_reference": true});
    let (path, mut body) = answer(&run, "li", kept);
    body["signature"] = json!({"pin": "271828"});
    token.post(&path, &body).refused(422, "invalid-body");
    body.as_object_mut().unwrap().remove("signature");
    assert_eq!(token.post(&path, &body).with(200)["status"], "finished");
    let timeline = token
        .get(&format!("/runs/{}/timeline", run["id"].as_str().unwrap()))
        .with(200);
    for entry in timeline["items"].as_array().unwrap() {
        assert_eq!(entry["confirmed"], Value::Null);
    }
}
