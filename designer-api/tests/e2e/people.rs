//! People sign in, and may do what they have the right to.

use serde_json::{Value, json};

use crate::support::{ADMIN_PASSWORD, Browser, Place, SITE, Server, set_up, setup_code};

const WANG: &str = "green bicycle lamp";

/// A server with a site, an administrator `chen`, and the operator `wang` with everything to sign in with.
fn with_people() -> (Place, Server, Browser) {
    let place = Place::new(&[("site.yaml", SITE)]);
    let server = place.start();
    let chen = set_up(&server);
    let wang = json!({
        "id": "wang", "name": "Wang Xiaoming", "roles": ["operator"],
        "password": WANG, "pin": "271828", "badge": "04:A2:99:FF",
    });
    chen.post("/people", wang).with(201);
    (place, server, chen)
}

/// A browser that `chen` made the station `qc-1`.
fn tablet(server: &Server) -> Browser {
    let tablet = Browser::new(server);
    tablet.sign_in(json!({"person": "chen", "password": ADMIN_PASSWORD}));
    tablet.post("/stations/enrol", json!({"station": "qc-1"})).with(200);
    tablet.delete("/session").with(204);
    tablet
}

fn signed_in_as(server: &Server, credentials: Value) -> Browser {
    let browser = Browser::new(server);
    browser.sign_in(credentials);
    browser
}

fn wang(server: &Server) -> Browser {
    signed_in_as(server, json!({"person": "wang", "password": WANG}))
}

#[test]
fn the_first_administrator_comes_by_the_link_that_was_printed_and_it_is_good_for_once() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let server = place.start();
    let browser = Browser::new(&server);
    let nobody = browser.get("/session").refused(401, "signed-out");
    assert_eq!(nobody["setup_needed"], true);
    assert_eq!(
        (&nobody["station"], &nobody["ways"]),
        (&Value::Null, &json!(["password"]))
    );
    assert!(nobody.get("demo").is_none());

    let code = setup_code(&server);
    let first = |code: &str, password: &str| json!({"code": code, "person": "chen", "name": "Chen Jie", "password": password, "language": "zh"});
    browser
        .post("/setup", first(&"0".repeat(32), ADMIN_PASSWORD))
        .refused(401, "wrong-credentials");
    let refused = browser
        .post("/setup", first(code, "0123456789"))
        .refused(422, "invalid-body");
    assert_eq!(refused["fields"][0]["code"], "too-common");
    let made = browser.post("/setup", first(code, ADMIN_PASSWORD));
    let cookie = made.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    let made = made.with(201);
    assert_eq!(
        made["person"]["rights"],
        json!(["read", "work", "supervise", "author", "admin"])
    );
    assert_eq!(made["person"]["language"], "zh");
    assert_eq!(browser.get("/session").with(200)["person"]["id"], "chen");

    let other = Browser::new(&server);
    other
        .post("/setup", first(code, ADMIN_PASSWORD))
        .refused(410, "setup-done");
    assert_eq!(other.get("/session").refused(401, "signed-out")["setup_needed"], false);
    let code = code.to_owned();
    server.kill();
    let server = place.start();
    assert!(!server.said.contains("/setup#"), "{}", server.said);
    Browser::new(&server)
        .post("/setup", first(&code, ADMIN_PASSWORD))
        .refused(410, "setup-done");
    assert!(!place.log().contains(&code));
}

#[test]
fn a_session_goes_on_when_the_server_is_killed_and_ends_when_someone_signs_out() {
    let (place, server, chen) = with_people();
    let wang = wang(&server);
    let before = wang.get("/session").with(200);
    assert_eq!(
        before["person"],
        json!({"id": "wang", "name": "Wang Xiaoming", "roles": ["operator"], "rights": ["read", "work"]})
    );
    assert_eq!((&before["station"], &before["idle_s"]), (&Value::Null, &json!(1800)));
    server.kill();
    let server = place.start();
    let (wang, chen) = (wang.at(&server), chen.at(&server));
    assert_eq!(wang.get("/session").with(200), before);
    wang.get("/apps").with(200);
    chen.get("/people").with(200);

    let stale = Browser::new(&server);
    stale.set_cookie("gemba_session", &wang.cookie("gemba_session").unwrap());
    stale.get("/session").with(200);
    wang.delete("/session").with(204);
    assert_eq!(wang.cookie("gemba_session"), None);
    stale.get("/session").refused(401, "signed-out");
    stale.get("/apps").refused(401, "signed-out");
    wang.delete("/session").with(204);
    server.kill();
    let server = place.start();
    stale.at(&server).get("/apps").refused(401, "signed-out");
}

#[test]
fn a_station_takes_badges_and_pins_and_shows_little_without_a_session() {
    let (place, server, chen) = with_people();
    let own = Browser::new(&server);
    own.post("/session", json!({"badge": "04:A2:99:FF"}))
        .refused(403, "not-a-station");
    own.post("/session", json!({"person": "wang", "pin": "271828"}))
        .refused(403, "not-a-station");
    chen.post("/stations/enrol", json!({"station": "qc1"}))
        .refused(422, "not-found");

    let tablet = tablet(&server);
    let nobody = tablet.get("/session").refused(401, "signed-out");
    assert_eq!(nobody["station"], json!({"id": "qc-1", "title": "qc-1"}));
    assert_eq!(nobody["ways"], json!(["badge", "pin", "password"]));
    for path in ["/apps", "/tasks", "/people", "/runs"] {
        tablet.get(path).refused(401, "signed-out");
    }
    let session = tablet.sign_in(json!({"badge": " 04:A2:99:FF "}));
    assert_eq!(
        (&session["station"]["id"], &session["idle_s"]),
        (&json!("qc-1"), &json!(120))
    );
    tablet.delete("/session").with(204);
    tablet.sign_in(json!({"person": "Wang", "pin": "271828"}));
    tablet.get("/apps").with(200);
    server.kill();
    let server = place.start();
    let (tablet, chen) = (tablet.at(&server), chen.at(&server));
    tablet.get("/apps").with(200);

    // It is lost: whoever has it is signed out, and it is a browser like any other.
    let enrolled = chen.get("/stations/enrolled").with(200);
    let one = &enrolled["items"][0];
    assert_eq!((&one["station"]["id"], &one["by"]), (&json!("qc-1"), &json!("chen")));
    chen.delete(&format!("/stations/enrolled/{}", one["id"].as_str().unwrap()))
        .with(204);
    tablet.get("/apps").refused(401, "signed-out");
    assert_eq!(
        tablet.get("/session").refused(401, "signed-out")["station"],
        Value::Null
    );
    tablet
        .post("/session", json!({"badge": "04:A2:99:FF"}))
        .refused(403, "not-a-station");
    chen.delete("/stations/enrolled/x").refused(404, "not-found");
}
