//! People for trying, and that they never become a way into data that matters.

use serde_json::{Value, json};
use std::process::Stdio;

use crate::support::{ADMIN_PASSWORD, Browser, Place, SITE, Server, gemba, set_up};

fn demo(place: &Place) -> Server {
    let mut command = place.serve();
    command.arg("--demo");
    Server::from(command, place.token()).unwrap_or_else(|status| panic!("ended with {status}:\n{}", place.log()))
}

/// Whom `GET /session` offers to a browser that nobody is signed in at.
fn offered(server: &Server) -> Vec<Value> {
    let out = Browser::new(server).get("/session").refused(401, "signed-out");
    out.get("demo")
        .map_or(Vec::new(), |demo| demo.as_array().unwrap().clone())
}

fn by_password(person: &Value) -> Value {
    json!({"person": person["person"], "password": person["password"]})
}

fn refused_start(place: &Place, arguments: &[&str]) -> String {
    let mut command = gemba();
    command.arg("serve").arg(place.apps()).arg("--data").arg(place.data());
    let output = command.args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    said
}

#[test]
fn a_demonstration_offers_people_and_says_that_they_are_made_up() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let server = demo(&place);
    let people = offered(&server);
    assert_eq!(people.len(), 8);
    assert!(server.said.contains("DEMONSTRATION"), "{}", server.said);
    assert!(!server.said.contains("/setup#"), "{}", server.said);
    for person in &people {
        let text = |member: &str| person[member].as_str().unwrap();
        for member in ["person", "name", "password", "pin", "badge"] {
            assert!(
                server.said.contains(text(member)),
                "{}: {}",
                text("person"),
                server.said
            );
        }
        let signed_in = Browser::new(&server).sign_in(by_password(person));
        assert_eq!(signed_in["person"]["id"], person["person"]);
        assert_eq!(signed_in["person"]["roles"], person["roles"]);
    }
    // At a station also by PIN and badge.
    let admin = people.iter().find(|person| person["person"] == "admin").unwrap();
    let tablet = Browser::new(&server);
    tablet.sign_in(by_password(admin));
    tablet.post("/stations/enrol", json!({"station": "qc-1"})).with(200);
    for person in people.iter().take(2) {
        tablet.sign_in(json!({"person": person["person"], "pin": person["pin"]}));
        tablet.sign_in(json!({"badge": person["badge"]}));
    }
    // Whoever is made meanwhile is part of it, and it goes on at the next start.
    tablet.sign_in(by_password(admin));
    let sun = json!({"id": "sun", "name": "Sun", "roles": [], "password": "green bicycle lamp"});
    tablet.post("/people", sun).with(201);
    server.kill();
    assert_eq!(offered(&demo(&place)), people);
}

#[test]
fn a_start_without_it_shuts_its_people_out() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let server = demo(&place);
    let people = offered(&server);
    let [zhao, li, admin] = ["zhao", "li", "admin"].map(|id| {
        let person = people.iter().find(|person| person["person"] == id);
        person.unwrap().clone()
    });
    let tablet = Browser::new(&server);
    tablet.sign_in(by_password(&admin));
    tablet.post("/stations/enrol", json!({"station": "qc-1"})).with(200);
    tablet.delete("/session").with(204);
    let (signed_in, kept) = (Browser::new(&server), Browser::new(&server));
    signed_in.sign_in(by_password(&zhao));
    // li goes on with a password of her own.
    kept.sign_in(by_password(&li));
    let own = json!({"old": li["password"], "new": "green bicycle lamp"});
    kept.send("PUT", "/session/password", &own).with(204);
    server.kill();

    let server = place.start();
    assert!(offered(&server).is_empty());
    let log = place.log();
    assert!(
        log.contains("was a demonstration before") && log.contains("zhao"),
        "{log}"
    );
    // There is no administrator any more: the link for one was printed.
    assert!(server.said.contains("/setup#"), "{}", server.said);
    signed_in.at(&server).get("/session").refused(401, "signed-out");
    for person in &people {
        let browser = Browser::new(&server);
        browser
            .post("/session", by_password(person))
            .refused(401, "wrong-credentials");
    }
    let tablet = tablet.at(&server);
    for person in [&zhao, &li] {
        let by_pin = json!({"person": person["person"], "pin": person["pin"]});
        tablet.post("/session", by_pin).refused(401, "wrong-credentials");
        let by_badge = json!({"badge": person["badge"]});
        tablet.post("/session", by_badge).refused(401, "wrong-credentials");
    }
    Browser::new(&server).sign_in(json!({"person": "li", "password": "green bicycle lamp"}));
    server.stop();

    // Not again while someone else is kept.
    let said = refused_start(&place, &["--listen", "127.0.0.1:0", "--demo"]);
    assert!(said.contains("no demonstration's"), "{said}");
}

#[test]
fn it_can_begin_again_where_it_ended_and_nobody_came() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let people = offered(&demo(&place));
    place.start().stop();
    let server = demo(&place);
    assert_eq!(offered(&server), people);
    Browser::new(&server).sign_in(by_password(&people[0]));
}

#[test]
fn it_keeps_away_from_real_people_and_from_the_network() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let server = place.start();
    set_up(&server);
    server.stop();
    let said = refused_start(&place, &["--listen", "127.0.0.1:0", "--demo"]);
    assert!(said.contains("no demonstration's") && said.contains("--data"), "{said}");
    let server = place.start();
    assert!(offered(&server).is_empty());
    Browser::new(&server).sign_in(json!({"person": "chen", "password": ADMIN_PASSWORD}));

    let other = Place::new(&[]);
    let said = refused_start(&other, &["--demo", "--listen", "0.0.0.0:0", "--tls"]);
    assert!(said.contains("--demo-on-network"), "{said}");
    // Whoever reaches the proxy reaches the demonstration.
    let said = refused_start(&other, &["--demo", "--listen", "127.0.0.1:0", "--behind-proxy"]);
    assert!(said.contains("--demo-on-network"), "{said}");
    assert!(!other.data().exists());
    let mut command = gemba();
    command.arg("serve").arg("--data").arg(other.data());
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command.args(["--demo", "--demo-on-network", "--listen", "0.0.0.0:0", "--plain-http"]);
    let server = Server::from(command, other.token()).unwrap();
    assert_eq!(offered(&server).len(), 8);
}
