//! People sign in, and may do what they have the right to.

use serde_json::{Value, json};

use crate::support::{ADMIN_PASSWORD, Browser, Place, SITE, Server, set_up, setup_code};

pub(crate) const WANG: &str = "green bicycle lamp";

/// A server with a site, an administrator `chen`, and the operator `wang` with everything to sign in with.
pub(crate) fn with_people() -> (Place, Server, Browser) {
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
pub(crate) fn tablet(server: &Server) -> Browser {
    let tablet = Browser::new(server);
    tablet.sign_in(json!({"person": "chen", "password": ADMIN_PASSWORD}));
    tablet.post("/stations/enrol", json!({"station": "qc-1"})).with(200);
    tablet.delete("/session").with(204);
    tablet
}

pub(crate) fn signed_in_as(server: &Server, credentials: Value) -> Browser {
    let browser = Browser::new(server);
    browser.sign_in(credentials);
    browser
}

pub(crate) fn wang(server: &Server) -> Browser {
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

    let (tablet, second) = (tablet(&server), tablet(&server));
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
    second.sign_in(json!({"badge": "04:A2:99:FF"}));
    server.kill();
    let server = place.start();
    let (tablet, second, chen) = (tablet.at(&server), second.at(&server), chen.at(&server));
    tablet.get("/apps").with(200);

    // It is lost: whoever has it is signed out, and it is a browser like any other.
    let enrolled = chen.get("/stations/enrolled").with(200);
    let one = &enrolled["items"][0];
    assert_eq!((&one["station"]["id"], &one["by"]), (&json!("qc-1"), &json!("chen")));
    assert!(one["seen_at"].as_str() >= one["at"].as_str(), "{one}");
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
    // The other tablet of that station goes on, with whoever is at it.
    second.get("/apps").with(200);
    assert_eq!(second.get("/session").with(200)["station"]["id"], "qc-1");
    let enrolled = chen.get("/stations/enrolled").with(200);
    assert_eq!(enrolled["items"].as_array().unwrap().len(), 1);
}

#[test]
fn who_is_signed_in_acts_as_themselves_and_as_far_as_their_rights_go() {
    let (_place, server, chen) = with_people();
    let wang = wang(&server);
    let csrf = wang.get("/session").with(200)["csrf"].as_str().unwrap().to_owned();
    let as_chen = [("gemba-csrf", csrf.as_str()), ("gemba-person", "chen")];
    wang.send_with("POST", "/runs", &as_chen, &json!({"app": "x"}))
        .refused(403, "not-allowed");
    wang.post("/runs", json!({"app": "x", "person": "wang"}))
        .refused(403, "not-allowed");

    let run = "/runs/01920000-0000-7000-8000-000000000000";
    let beyond: [(&str, &str, &str, Value); 9] = [
        ("admin", "POST", "/people", json!({"id": "li", "name": "Li"})),
        ("admin", "PUT", "/people/wang", json!({"rights": ["admin"]})),
        ("admin", "DELETE", "/people/chen", Value::Null),
        ("admin", "GET", "/tokens", Value::Null),
        ("admin", "POST", "/stations/enrol", json!({"station": "qc-1"})),
        ("admin", "GET", "/stations/enrolled", Value::Null),
        ("author", "PUT", "/apps/x", Value::Null),
        ("supervise", "POST", &format!("{run}/cancel"), json!({"why": "x"})),
        ("supervise", "POST", "/holds/line-3/release", json!({})),
    ];
    for (right, method, path, body) in &beyond {
        let refused = wang.send(method, path, body).refused(403, "not-allowed");
        assert!(
            refused["detail"].as_str().unwrap().contains(&format!("'{right}'")),
            "{refused}"
        );
    }
    chen.put("/people/wang", json!({"rights": ["supervise", "author"]}))
        .with(200);
    wang.send("POST", &format!("{run}/cancel"), &json!({"why": "x"}))
        .refused(404, "not-found");
    wang.send("PUT", "/apps/x", &Value::Null)
        .refused(415, "unsupported-media-type");
    chen.put("/people/wang", json!({"rights": []})).with(200);
    wang.send("PUT", "/apps/x", &Value::Null).refused(403, "not-allowed");

    // A program with a browser's cookies is the program.
    let reader = json!({"name": "reader", "scopes": ["read"]});
    let token = chen.post("/tokens", reader).with(201)["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("gemba-csrf", &csrf)];
    wang.send_with("GET", "/apps", &headers, &Value::Null).with(200);
    let refused = wang.send_with("POST", "/runs", &headers, &json!({"app": "x"}));
    let refused = refused.refused(403, "not-allowed");
    assert!(refused["detail"].as_str().unwrap().contains("'work'"), "{refused}");
    wang.send_with("GET", "/session", &headers, &Value::Null)
        .refused(403, "not-allowed");
    let fly = chen
        .post("/tokens", json!({"name": "t", "scopes": ["supervice"]}))
        .refused(422, "invalid-body");
    assert!(
        fly["detail"].as_str().unwrap().contains("did you mean 'supervise'?"),
        "{fly}"
    );
}

#[test]
fn who_leaves_is_out_at_once_and_the_last_administrator_stays() {
    let (place, server, chen) = with_people();
    let at_desk = wang(&server);
    let tablet = tablet(&server);
    tablet.sign_in(json!({"badge": "04:A2:99:FF"}));
    chen.delete("/people/wang").with(204);
    at_desk.get("/apps").refused(401, "signed-out");
    tablet.get("/apps").refused(401, "signed-out");
    let credentials = json!({"person": "wang", "password": WANG});
    tablet
        .post("/session", credentials.clone())
        .refused(401, "wrong-credentials");
    tablet
        .post("/session", json!({"badge": "04:A2:99:FF"}))
        .refused(401, "wrong-credentials");
    let ids = |browser: &Browser| -> Vec<Value> {
        let people = browser.get("/people").with(200);
        people["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].clone())
            .collect()
    };
    assert_eq!(ids(&chen), ["chen", "wang"]);
    chen.post("/people", json!({"id": "Wang", "name": "Another"}))
        .refused(409, "exists");
    server.kill();
    let server = place.start();
    let chen = chen.at(&server);
    Browser::new(&server)
        .post("/session", credentials)
        .refused(401, "wrong-credentials");
    // Back again, with a badge that was free meanwhile.
    let back = json!({"active": true, "badge": "04:A2:99:FF"});
    let back = chen.put("/people/wang", back).with(200);
    assert_eq!(
        (&back["active"], &back["has_badge"], &back["has_password"]),
        (&json!(true), &json!(true), &json!(false))
    );

    chen.delete("/people/chen").refused(409, "last-admin");
    chen.put("/people/chen", json!({"rights": []}))
        .refused(409, "last-admin");
    chen.put("/people/chen", json!({"password": null}))
        .refused(409, "last-admin");
    chen.get("/people").with(200);
}

#[test]
fn people_are_refused_with_what_is_wrong_about_them() {
    let (_place, _server, chen) = with_people();
    let refused = |body: Value| chen.post("/people", body).refused(422, "invalid-body");
    let fields = |body: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let fields = body["fields"].as_array().unwrap().iter();
        fields
            .map(|field| (text(&field["field"]), text(&field["code"])))
            .collect()
    };
    let wrong = refused(json!({
        "id": "l i", "name": " ", "roles": ["operater"], "rights": ["admim"], "language": "de",
        "password": "short", "pin": "1234", "badge": "x",
    }));
    let expected = [
        ("id", "not-an-id"),
        ("name", "not-a-name"),
        ("password", "length"),
        ("pin", "too-common"),
        ("badge", "length"),
        ("language", "unknown"),
        ("roles", "unknown"),
        ("rights", "unknown"),
    ];
    assert_eq!(
        fields(&wrong),
        expected.map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
    let said = wrong["detail"].as_str().unwrap();
    assert!(
        said.contains("did you mean 'operator'?") && said.contains("did you mean 'admin'?"),
        "{said}"
    );
    assert_eq!(
        fields(&refused(json!({"id": "li", "name": "Li", "password": "Password123"})))[0].1,
        "too-common"
    );
    let unknown = refused(json!({"id": "li", "name": "Li", "pasword": "x"}));
    assert!(unknown["detail"].as_str().unwrap().contains("did you mean 'password'?"));

    chen.post("/people", json!({"id": "li", "name": "Li", "badge": "04:A2:99:FF"}))
        .refused(409, "exists");
    let li = chen.post("/people", json!({"id": "li", "name": "Li", "roles": ["team_leader"]}));
    assert_eq!(li.headers["location"], "/api/v1/people/li");
    let li = li.with(201);
    assert_eq!(
        li,
        json!({"id": "li", "name": "Li", "roles": ["team_leader"], "rights": ["read", "work"],
               "skills": [], "leader": null, "away": null, "active": true, "has_password": false, "has_pin": false, "has_badge": false})
    );
    chen.put("/people/li", json!({"badge": "04:A2:99:FF"}))
        .refused(409, "exists");
    chen.put("/people/wang", json!({"badge": null})).with(200);
    let li = chen
        .put("/people/li", json!({"badge": "04:A2:99:FF", "language": "zh"}))
        .with(200);
    assert_eq!((&li["has_badge"], &li["language"]), (&json!(true), &json!("zh")));
    assert_eq!(
        chen.put("/people/wnag", json!({})).refused(404, "not-found")["nearest"],
        "wang"
    );

    let page = chen.get("/people?limit=2").with(200);
    assert_eq!(
        (page["items"].as_array().unwrap().len(), &page["next"]),
        (2, &json!("li"))
    );
    let rest = chen.get("/people?limit=2&after=li").with(200);
    assert_eq!((&rest["items"][0]["id"], &rest["next"]), (&json!("wang"), &Value::Null));
}

#[test]
fn others_see_who_there_is_but_not_how_they_sign_in() {
    let (_place, server, chen) = with_people();
    chen.post("/people", json!({"id": "gone", "name": "Gone"})).with(201);
    chen.delete("/people/gone").with(204);
    let people = wang(&server).get("/people").with(200);
    let chen = json!({"id": "chen", "name": "Chen Jie", "roles": [], "rights": ["read", "work", "supervise", "author", "admin"],
                      "skills": [], "leader": null, "away": null});
    let wang = json!({"id": "wang", "name": "Wang Xiaoming", "roles": ["operator"], "rights": ["read", "work"],
                      "skills": [], "leader": null, "away": null});
    assert_eq!(people, json!({"items": [chen, wang], "next": null}));
}

#[test]
fn people_change_their_own_password_and_pin() {
    let (_place, server, _chen) = with_people();
    let (here, there) = (wang(&server), wang(&server));
    let new = "yellow submarine paint";
    here.put("/session/password", json!({"old": "wrong", "new": new}))
        .refused(401, "wrong-credentials");
    let refused = here
        .put("/session/password", json!({"old": WANG, "new": "wang"}))
        .refused(422, "invalid-body");
    assert_eq!(refused["fields"][0]["field"], "new");
    there.get("/apps").with(200);
    here.put("/session/password", json!({"old": WANG, "new": new}))
        .with(204);
    here.get("/apps").with(200);
    there.get("/apps").refused(401, "signed-out");
    there
        .post("/session", json!({"person": "wang", "password": WANG}))
        .refused(401, "wrong-credentials");
    there.sign_in(json!({"person": "wang", "password": new}));

    here.put("/session/pin", json!({"password": new, "pin": "1111"}))
        .refused(422, "invalid-body");
    here.put("/session/pin", json!({"password": WANG, "pin": "314159"}))
        .refused(401, "wrong-credentials");
    here.put("/session/pin", json!({"password": new, "pin": "314159"}))
        .with(204);
    let tablet = tablet(&server);
    tablet
        .post("/session", json!({"person": "wang", "pin": "271828"}))
        .refused(401, "wrong-credentials");
    tablet.sign_in(json!({"person": "wang", "pin": "314159"}));
    tablet
        .put("/session/pin", json!({"pin": "314159"}))
        .refused(422, "invalid-body");
    // A token is nobody.
    let token = server.client();
    token
        .put("/session/pin", &json!({"password": new, "pin": "314159"}))
        .refused(403, "not-allowed");
}

#[test]
fn one_way_to_sign_in_at_a_time_and_one_session_in_a_browser() {
    let (_place, server, _chen) = with_people();
    let browser = Browser::new(&server);
    for unclear in [
        json!({}),
        json!({"person": "wang"}),
        json!({"password": WANG}),
        json!({"person": "wang", "password": WANG, "pin": "271828"}),
        json!({"person": "wang", "badge": "04:A2:99:FF"}),
    ] {
        browser.post("/session", unclear).refused(422, "invalid-body");
    }
    let long = json!({"person": "wang", "password": "x".repeat(20_000)});
    browser.post("/session", long).refused(413, "too-large");
    browser.sign_in(json!({"person": "wang", "password": WANG}));
    let first = browser.cookie("gemba_session").unwrap();
    browser.sign_in(json!({"person": "wang", "password": WANG}));
    let earlier = Browser::new(&server);
    earlier.set_cookie("gemba_session", &first);
    earlier.get("/apps").refused(401, "signed-out");
    // Two cookies of one name: somebody else set one of them.
    let now = browser.cookie("gemba_session").unwrap();
    earlier.set_cookie("gemba_session", &format!("{now}; gemba_session={now}"));
    earlier.get("/apps").refused(401, "signed-out");
    for wrong in ["", "x", &now[1..], &now.to_uppercase()] {
        earlier.set_cookie("gemba_session", wrong);
        earlier.get("/apps").refused(401, "signed-out");
    }
}

#[test]
fn a_tablet_is_a_station_until_an_administrator_says_otherwise() {
    let (_place, server, _chen) = with_people();
    let tablet = tablet(&server);
    tablet.delete("/stations/enrol").refused(401, "signed-out");
    tablet.sign_in(json!({"badge": "04:A2:99:FF"}));
    tablet.delete("/stations/enrol").refused(403, "not-allowed");
    tablet.delete("/session").with(204);
    tablet.sign_in(json!({"person": "chen", "password": ADMIN_PASSWORD}));
    assert_eq!(tablet.get("/session").with(200)["idle_s"], 120);
    let moved = tablet.post("/stations/enrol", json!({"station": "op-10"}));
    let cookie = moved.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000"),
        "{cookie}"
    );
    moved.with(200);
    assert_eq!(tablet.get("/session").with(200)["station"]["id"], "op-10");
    assert_eq!(
        tablet.get("/stations/enrolled").with(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    tablet.delete("/stations/enrol").with(204);
    assert_eq!(tablet.get("/session").with(200)["station"], Value::Null);
    tablet.delete("/session").with(204);
    tablet
        .post("/session", json!({"badge": "04:A2:99:FF"}))
        .refused(403, "not-a-station");
}
