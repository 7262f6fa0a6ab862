//! Live events: told in order, to everybody, without a gap, until the server stops.

use serde_json::{Value, json};
use std::process::Command;

use crate::support::{
    Browser, Client, Following, Place, SITE, Server, Told, eventually, gemba, question, questions, set_up,
};

fn follow(client: &Client, path: &str) -> Following {
    client.follow(path, &[]).unwrap_or_else(|answer| panic!("{answer:?}"))
}

/// Starts a run of `Questions`; its id.
fn start(client: &Client) -> String {
    let task = question(client);
    let (run, _) = task.strip_prefix("/tasks/").unwrap().split_once('.').unwrap();
    run.to_owned()
}

#[test]
fn what_is_told_can_be_read() {
    let (_place, server) = questions();
    let client = server.client();
    let mut events = follow(&client, "/events");
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert_eq!(events.headers["cache-control"], "no-store");
    assert!(!events.headers.contains_key("content-encoding"));
    let hello = events.expect("hello");
    assert_eq!(hello.data["newest"], json!(hello.id));

    let body = json!({"app": "questions", "station": "op-10"});
    let run = client.post("/runs", &body).with(201);
    let (run, task) = (run["id"].clone(), run["tasks"][0]["id"].clone());
    let told = events.changes(2);
    let moved = json!({
        "kind": "run", "run": run, "app": "questions", "station": "op-10", "status": "waiting", "seq": 1,
    });
    assert_eq!(told[0].data, moved);
    let mut offered = json!({
        "kind": "task", "run": run, "task": task, "app": "questions", "station": "op-10",
        "to": {"role": "operator"}, "what": "opened",
    });
    assert_eq!(told[1].data, offered);
    let tasks = client.get("/tasks?role=operator").with(200);
    assert_eq!(tasks["items"][0]["id"], task);

    let path = format!("/tasks/{}", task.as_str().unwrap());
    let draft = json!({"answers": {"words": "x"}, "person": "wang"});
    client.put(&format!("{path}/draft"), &draft).with(200);
    client.post(&format!("{path}/complete"), &draft).with(200);
    // Another device that has the form open reads what was typed.
    let mut drafted = offered.clone();
    drafted["kind"] = json!("draft");
    drafted["version"] = json!(1);
    drafted.as_object_mut().unwrap().remove("what");
    assert_eq!(events.expect("change").data, drafted);
    let told = events.changes(2);
    assert_eq!(
        (&told[0].data["status"], &told[0].data["seq"]),
        (&json!("finished"), &json!(2))
    );
    offered["what"] = json!("closed");
    assert_eq!(told[1].data, offered);

    let source = "app: Other\nsteps:\n  - form: Do it\n    fields:\n      - text: What\n";
    client.put_app("other", source).with(201);
    assert_eq!(
        events.expect("change").data,
        json!({"kind": "app", "app": "other", "version": 1})
    );
}

#[test]
fn who_comes_back_misses_nothing_and_is_told_nothing_twice() {
    let (_place, server) = questions();
    let client = server.client();
    let mut whole = follow(&client, "/events");
    let begin = whole.expect("hello").id.unwrap();
    for _ in 0..3 {
        start(&client);
    }
    let before = whole.changes(6);
    // One breaks off in the middle of a commit, one before anything.
    let middle = before[2].id.clone().unwrap();
    for _ in 0..2 {
        start(&client);
    }
    let mut all: Vec<Told> = before.into_iter().chain(whole.changes(4)).collect();

    for (place, seen) in [(&begin, 0), (&middle, 3)] {
        // The header is newer than the address.
        let header = [("last-event-id", place.as_str())];
        let mut back = client.follow(&format!("/events?after={begin}"), &header).unwrap();
        let hello = back.expect("hello");
        assert_eq!(hello.id.as_ref(), Some(place));
        assert_eq!(hello.data["newest"], json!(all.last().unwrap().id));
        assert_eq!(back.changes(all.len() - seen), all[seen..]);
        let mut back = follow(&client, &format!("/events?after={place}"));
        back.expect("hello");
        assert_eq!(back.changes(all.len() - seen), all[seen..]);
        // And it goes on.
        start(&client);
        let next = whole.changes(2);
        assert_eq!(back.changes(2), next);
        all.extend(next);
    }
}

#[test]
fn after_a_restart_all_is_read_again() {
    let (place, server) = questions();
    let client = server.client();
    let mut events = follow(&client, "/events");
    events.expect("hello");
    start(&client);
    let seen = events.changes(2)[1].id.clone().unwrap();
    server.kill();
    let server = place.start();
    let client = server.client();
    for unknown in [seen.as_str(), "what is this", "王"] {
        let header = [("last-event-id", unknown)];
        let mut back = client.follow("/events", &header).unwrap();
        // Who breaks off here comes back with what it had, and is told so again.
        assert_eq!(back.expect("hello").id, None);
        let reset = back.expect("reset");
        assert!(reset.id.as_ref().is_some_and(|id| *id != seen));
        start(&client);
        let told = back.changes(2);
        let mut again = follow(&client, &format!("/events?after={}", reset.id.unwrap()));
        again.expect("hello");
        assert_eq!(again.changes(2), told);
    }
}

#[test]
fn who_follows_one_run_is_told_of_no_other() {
    let (_place, server) = questions();
    let client = server.client();
    let run = start(&client);
    let mut events = follow(&client, &format!("/events?run={run}"));
    let hello = events.expect("hello").id.unwrap();
    for _ in 0..3 {
        start(&client);
    }
    client
        .post(
            &format!("/runs/{run}/cancel"),
            &json!({"why": "enough", "person": "li"}),
        )
        .with(200);
    let told = events.changes(2);
    assert!(told.iter().all(|told| told.data["run"] == run), "{told:?}");
    assert_eq!(told[0].data["status"], "cancelled");
    let mut again = follow(&client, &format!("/events?run={run}&after={hello}"));
    again.expect("hello");
    assert_eq!(again.changes(2), told);
}

#[test]
fn a_stopping_server_waits_for_no_listener() {
    let (place, server) = questions();
    let client = server.client();
    let mut listeners: Vec<Following> = (0..20).map(|_| follow(&client, "/events")).collect();
    for listener in &mut listeners {
        listener.expect("hello");
    }
    start(&client);
    assert_eq!(server.stop().code(), Some(0));
    for listener in &mut listeners {
        listener.changes(2);
        assert_eq!(listener.next(), None);
    }
    let log = place.log();
    assert!(!log.contains("had not ended"), "{log}");
}

#[test]
fn what_is_not_understood_is_refused() {
    let (_place, server) = questions();
    let client = server.client();
    let refused = |path: &str| client.follow(path, &[]).err().unwrap();
    let fault = refused("/events?afer=x").refused(422, "invalid-query");
    assert!(fault["detail"].as_str().unwrap().contains("did you mean 'after'?"));
    refused("/events?run=7").refused(422, "invalid-query");
    refused("/events?run=01920000-0000-7000-8000-000000000000").refused(404, "not-found");
}

#[test]
fn a_stream_ends_with_its_session_and_a_station_follows_without_one() {
    let (_place, server) = questions();
    let client = server.client();
    let tablet = set_up(&server);
    let mut chen = tablet.follow("/events").unwrap();
    chen.expect("hello");
    start(&client);
    chen.changes(2);
    tablet.post("/stations/enrol", json!({"station": "qc-1"})).with(200);
    tablet.delete("/session").with(204);
    assert_eq!(chen.next(), None, "who has signed out is told no more");

    // The next person's tablet shows the station until someone signs in.
    let mut station = tablet.follow("/events").unwrap();
    station.expect("hello");
    start(&client);
    station.changes(2);
    let stranger = Browser::new(&server).follow("/events");
    stranger.err().unwrap().refused(401, "signed-out");
}

/// A server that may open only so many files.
fn with_files(place: &Place, files: u32) -> Server {
    let gemba = gemba();
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("ulimit -n {files}; exec \"$0\" \"$@\""))
        .arg(gemba.get_program());
    place.serve_by(&mut shell);
    Server::from(shell, place.token()).unwrap_or_else(|status| panic!("ended with {status}:\n{}", place.log()))
}

#[test]
fn listeners_leave_room_for_work_and_are_told_when_there_is_none() {
    let place = Place::new(&[("site.yaml", SITE)]);
    // 256 are for others; half of the connections may listen.
    let server = with_files(&place, 256 + 20);
    assert!(
        server
            .said
            .contains("open only 276 files: room for 20 connections, 10 of them with live events"),
        "{}",
        server.said
    );
    let client = server.client();
    let mut listeners: Vec<Following> = (0..10).map(|_| follow(&client, "/events")).collect();
    let busy = client.follow("/events", &[]).err().unwrap();
    assert_eq!(busy.headers["retry-after"], "15");
    busy.refused(503, "busy");
    let metric = |name: &str| -> Value {
        let page = client.get("/metrics");
        let page = String::from_utf8(page.bytes).unwrap();
        let line = page.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().parse().unwrap()
    };
    assert_eq!(metric("gemba_event_listeners "), 10);
    listeners.pop();
    eventually("a place that was given back", || client.follow("/events", &[]).ok());
}
