//! What guards signing in: against guessing, other sites' pages, curious logs, and forgotten passwords.

use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

use crate::people::{WANG, signed_in_as, tablet, wang, with_people};
use crate::support::{ADMIN_PASSWORD, Browser, Place, SITE, Server, set_up, setup_code};

#[test]
fn too_many_wrong_tries_are_locked_until_a_while_later() {
    let (place, server, _chen) = with_people();
    let tablet = tablet(&server);
    let pin = |pin: &str| json!({"person": "wang", "pin": pin});
    for _ in 0..5 {
        let wrong = tablet.post("/session", pin("271829")).refused(401, "wrong-credentials");
        assert!(wrong.get("retry_after_s").is_none());
    }
    let locked = tablet.post("/session", pin("271828"));
    let after: u64 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
    let locked = locked.refused(429, "locked");
    assert!(
        (1..=60).contains(&after) && locked["retry_after_s"] == after,
        "{locked}"
    );
    let elsewhere = Browser::new(&server);
    elsewhere
        .post("/session", json!({"person": "WANG", "password": WANG}))
        .refused(429, "locked");
    let unknown = |password: &str| json!({"person": "nobody", "password": password});
    let first = elsewhere
        .post("/session", unknown("x"))
        .refused(401, "wrong-credentials");
    for _ in 0..4 {
        assert_eq!(
            elsewhere
                .post("/session", unknown(WANG))
                .refused(401, "wrong-credentials"),
            first
        );
    }
    elsewhere.post("/session", unknown("x")).refused(429, "locked");
    // Whoever runs the server frees people by starting it again.
    server.kill();
    let server = place.start();
    tablet.at(&server).sign_in(pin("271828"));
}

#[test]
fn behind_a_proxy_cookies_are_secure_and_addresses_are_what_it_says() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let mut command = place.serve();
    command.arg("--behind-proxy");
    let server = Server::from(command, place.token()).unwrap();
    let browser = Browser::new(&server);
    let made = browser.post(
        "/setup",
        json!({"code": setup_code(&server), "person": "chen", "name": "Chen Jie", "password": ADMIN_PASSWORD}),
    );
    let cookie = made.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-gemba_session="), "{cookie}");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
    assert_eq!(browser.get("/session").with(200)["person"]["id"], "chen");
    let attempt = |from: &str, n: usize| {
        let credentials = json!({"person": format!("nobody-{n}"), "password": "wrong"});
        Browser::new(&server).send_with("POST", "/session", &[("x-forwarded-for", from)], &credentials)
    };
    for n in 0..20 {
        attempt("1.2.3.4, 10.0.0.9", n).refused(401, "wrong-credentials");
    }
    attempt("5.6.7.8, 10.0.0.9", 20).refused(429, "locked");
    attempt("10.0.0.9, 10.0.0.8", 21).refused(401, "wrong-credentials");
}

#[test]
fn every_answer_says_what_browsers_may_do_with_it() {
    let (_place, server, chen) = with_people();
    for path in ["/session", "/apps", "/nowhere", "/health"] {
        let answer = chen.get(path);
        for (name, value) in [
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("permissions-policy", "camera=(self), microphone=(), geolocation=()"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.headers[name], value, "{path}");
        }
        assert!(!answer.headers.contains_key("strict-transport-security"));
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    server.assert_alive();
}

#[test]
fn nothing_that_people_type_or_hold_is_logged() {
    let place = Place::new(&[("site.yaml", SITE)]);
    let mut command = place.serve();
    command.env("GEMBA_LOG", "trace");
    let server = Server::from(command, place.token()).unwrap();
    let code = setup_code(&server).to_owned();
    let chen = set_up(&server);
    let person = json!({"id": "wang", "name": "Wang", "password": WANG, "pin": "271828", "badge": "04:A2:99:FF"});
    chen.post("/people", person).with(201);
    let tablet = tablet(&server);
    let session = tablet.sign_in(json!({"person": "wang", "pin": "271828"}));
    let held = ["gemba_session", "gemba_station"].map(|name| tablet.cookie(name).unwrap());
    tablet.delete("/session").with(204);
    for mistyped in [
        json!({"badge": "not-a-badge"}),
        json!({"person": "secret-of-mine", "password": "wang"}),
    ] {
        tablet.post("/session", mistyped).refused(401, "wrong-credentials");
    }
    tablet.sign_in(json!({"badge": "04:A2:99:FF"}));
    server.stop();
    let log = place.log();
    assert!(log.contains("wang"), "who did what is logged");
    assert!(log.contains("someone was not signed in"));
    let typed = [
        ADMIN_PASSWORD,
        WANG,
        "271828",
        "04:A2:99:FF",
        "not-a-badge",
        "secret-of-mine",
        &code,
        session["csrf"].as_str().unwrap(),
    ];
    for secret in typed.into_iter().chain(held.iter().map(String::as_str)) {
        assert!(!log.contains(secret), "{secret} was logged");
    }
}

#[test]
fn whoever_runs_the_server_helps_who_forgot_a_password() {
    let (place, server, _chen) = with_people();
    let gemba = |arguments: &[&str], typed: &str| -> (Option<i32>, String) {
        let mut command = crate::support::gemba();
        command.args(arguments).arg("--data").arg(place.data());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap()
        );
        (output.status.code(), said)
    };
    let (code, said) = gemba(&["person", "list"], "");
    assert_eq!(code, Some(3), "{said}");
    server.kill();
    let (code, said) = gemba(&["person", "list"], "");
    assert_eq!(
        (code, said.as_str()),
        (
            Some(0),
            "chen  Chen Jie  read work supervise author admin\nwang  Wang Xiaoming  read work\n"
        )
    );
    assert_eq!(gemba(&["person", "password", "chen"], "short\n").0, Some(2));
    let (code, said) = gemba(&["person", "password", "chne"], "purple window seat\n");
    assert!(code == Some(2) && said.contains("there is no person 'chne'"), "{said}");
    let (code, said) = gemba(&["person", "password", "chen"], "purple window seat\n");
    assert!(code == Some(0) && !said.contains("purple"), "{said}");
    assert_eq!(
        gemba(
            &["person", "new", "li", "--name", "Li", "--right", "author"],
            "orange window seat"
        )
        .0,
        Some(0)
    );
    assert_eq!(
        gemba(&["person", "new", "zhao", "--name", "Zhao", "--right", "fly"], "x").0,
        Some(2)
    );
    assert_eq!(gemba(&["person", "remove", "wang"], "").0, Some(0));
    let (_, said) = gemba(&["setup-link"], "");
    let code = said.split_once("/setup#").unwrap().1.split_whitespace().next().unwrap();

    let server = place.start();
    assert!(!server.said.contains("/setup#"));
    let browser = Browser::new(&server);
    browser
        .post("/session", json!({"person": "chen", "password": ADMIN_PASSWORD}))
        .refused(401, "wrong-credentials");
    browser.sign_in(json!({"person": "chen", "password": "purple window seat"}));
    let li = signed_in_as(&server, json!({"person": "li", "password": "orange window seat"}));
    assert_eq!(
        li.get("/session").with(200)["person"]["rights"],
        json!(["read", "work", "author"])
    );
    browser
        .post("/session", json!({"person": "wang", "password": WANG}))
        .refused(401, "wrong-credentials");
    let another = json!({"code": code, "person": "zhou", "name": "Zhou", "password": "another window seat"});
    browser.post("/setup", another.clone()).with(201);
    assert_eq!(browser.get("/session").with(200)["person"]["id"], "zhou");
    browser.post("/setup", another).refused(410, "setup-done");
}

#[test]
fn a_change_must_come_from_the_sessions_own_page() {
    let (_place, server, chen) = with_people();
    let wang = wang(&server);
    let task = json!({"app": "x"});
    let of_chen = chen.get("/session").with(200)["csrf"].as_str().unwrap().to_owned();
    let own = wang.get("/session").with(200)["csrf"].as_str().unwrap().to_owned();
    let wrong: [&[(&str, &str)]; 4] = [
        &[],
        &[("gemba-csrf", "")],
        &[("gemba-csrf", &of_chen)],
        &[("gemba-csrf", &own), ("sec-fetch-site", "same-site")],
    ];
    for headers in wrong {
        wang.send_with("POST", "/runs", headers, &task).refused(403, "csrf");
        wang.send_with(
            "PUT",
            "/session/pin",
            headers,
            &json!({"password": WANG, "pin": "314159"}),
        )
        .refused(403, "csrf");
        wang.send_with("DELETE", "/session", headers, &Value::Null)
            .refused(403, "csrf");
    }
    let headers = [("gemba-csrf", own.as_str()), ("sec-fetch-site", "same-origin")];
    wang.send_with("POST", "/runs", &headers, &task)
        .refused(404, "not-found");
    wang.send_with("GET", "/apps", &[], &Value::Null).with(200);
    // Nobody is signed in by another site's page either.
    let foreign = [("sec-fetch-site", "cross-site")];
    let credentials = json!({"person": "wang", "password": WANG});
    Browser::new(&server)
        .send_with("POST", "/session", &foreign, &credentials)
        .refused(403, "csrf");
    Browser::new(&server)
        .send_with("POST", "/setup", &foreign, &json!({}))
        .refused(403, "csrf");
}
