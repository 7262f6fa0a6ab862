//! What people do with tasks besides answering them, and who stands in for whom, over REST.

use serde_json::{Value, json};

use crate::support::{Browser, Place, SITE, Server, set_up};

const WELD: &str = "
app: Weld
steps:
  - form: Weld the frame
    to: operator
    skippable: yes
    fields:
      - whole: Seams
  - form: Look at it
    to: {person: li}
    fields:
      - tick: Seen
";

/// The administrator `chen`, the operators `wang` and `zhao`, the inspector `li`.
fn floor() -> (Place, Server, Browser) {
    let place = Place::new(&[("site.yaml", SITE), ("weld.yaml", WELD)]);
    let server = place.start();
    let chen = set_up(&server);
    for (person, role) in [("wang", "operator"), ("zhao", "operator"), ("li", "inspector")] {
        let password = format!("the lamp of {person}");
        let body = json!({"id": person, "name": person, "roles": [role], "password": password});
        chen.post("/people", body).with(201);
    }
    (place, server, chen)
}

fn signed_in(server: &Server, person: &str) -> Browser {
    let browser = Browser::new(server);
    browser.sign_in(json!({"person": person, "password": format!("the lamp of {person}")}));
    browser
}

fn own(browser: &Browser) -> Vec<Value> {
    let list = browser.get("/tasks").with(200);
    list["items"].as_array().cloned().unwrap_or_default()
}

#[test]
fn tasks_are_begun_delegated_suspended_and_skipped() {
    let (_place, server, chen) = floor();
    let (wang, zhao) = (signed_in(&server, "wang"), signed_in(&server, "zhao"));
    wang.post("/runs", json!({"app": "weld"})).with(201);
    let task = own(&wang)[0].clone();
    assert_eq!((&task["state"], &task["skippable"]), (&json!("ready"), &json!(true)));
    let path = |what: &str| format!("/tasks/{}/{what}", task["id"].as_str().unwrap());
    let run = wang.post(&path("start"), json!({})).with(200);
    assert_eq!(run["tasks"][0]["state"], "in_progress");
    wang.post(&path("delegate"), json!({"to": "zhou"}))
        .refused(404, "not-found");
    wang.post(&path("delegate"), json!({"to": "zhao", "why": "x"}))
        .refused(422, "invalid-body");
    let run = wang.post(&path("delegate"), json!({"to": "zhao"})).with(200);
    assert_eq!(run["tasks"][0]["delegated_by"], json!(["wang"]));
    assert_eq!(own(&zhao)[0]["reserved_by"], "zhao");
    zhao.post(&path("nominate"), json!({"to": "wang"}))
        .refused(403, "not-allowed");
    let run = zhao.post(&path("suspend"), json!({"for": "PT2H"})).with(200);
    assert_eq!(run["tasks"][0]["state"], "suspended");
    zhao.post(&path("complete"), json!({"answers": {"seams": 4}}))
        .refused(409, "task-suspended");
    zhao.post(&path("resume"), json!({})).with(200);
    zhao.post(&path("forward"), json!({"to": {"role": "operater"}}))
        .refused(404, "not-found");
    zhao.post(&path("skip"), json!({})).refused(422, "invalid-body");
    let run = zhao
        .post(&path("skip"), json!({"why": "no seam on this one"}))
        .with(200);
    assert_eq!(run["tasks"][0]["step"], "look_at_it");
    // Whoever supervises may leave out what the app does not let others leave out.
    let look = format!("/tasks/{}/skip", run["tasks"][0]["id"].as_str().unwrap());
    signed_in(&server, "li")
        .post(&look, json!({"why": "later"}))
        .refused(403, "not-skippable");
    let run = chen.post(&look, json!({"why": "not today"})).with(200);
    assert_eq!(run["status"], "finished");
}

#[test]
fn a_substitute_does_the_work_of_who_is_away_and_nobody_elses() {
    let (_place, server, chen) = floor();
    let (wang, zhao) = (signed_in(&server, "wang"), signed_in(&server, "zhao"));
    let run = wang.post("/runs", json!({"app": "weld"})).with(201);
    let task = run["tasks"][0]["id"].as_str().unwrap().to_owned();
    wang.post(&format!("/tasks/{task}/complete"), json!({"answers": {"seams": 4}}))
        .with(200);
    assert!(own(&zhao).is_empty());
    zhao.put("/people/li/away", json!({"substitute": "zhao"}))
        .refused(403, "not-allowed");
    chen.put("/people/li/away", json!({"substitute": "li"}))
        .refused(422, "invalid-body");
    let li = signed_in(&server, "li");
    let away = li.put("/people/li/away", json!({"substitute": "zhao"})).with(200);
    assert_eq!(away["away"]["substitute"], "zhao");
    let offered = own(&zhao);
    assert_eq!((offered.len(), &offered[0]["to"]), (1, &json!({"person": "li"})));
    assert!(own(&wang).is_empty());
    li.delete("/people/li/away").with(200);
    assert!(own(&zhao).is_empty());
    chen.put("/people/li/away", json!({"substitute": "zhao"})).with(200);
    let look = offered[0]["id"].as_str().unwrap();
    let run = zhao
        .post(&format!("/tasks/{look}/complete"), json!({"answers": {"seen": true}}))
        .with(200);
    assert_eq!(run["status"], "finished");
}
