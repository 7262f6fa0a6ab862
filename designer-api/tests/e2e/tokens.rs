//! Nothing is open without a token.

use serde_json::{Value, json};
use std::process::Stdio;

use crate::support::{Place, Server, gemba};

/// Every route that the server does not describe as open, with something in place of its parameters.
fn routes(openapi: &Value) -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for (path, operations) in openapi["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "delete"]
            .iter()
            .filter(|method| operations.get(**method).is_some())
        {
            if operations[method]["security"] == json!([]) {
                continue;
            }
            let filled: Vec<&str> = path
                .split('/')
                .map(|part| if part.starts_with('{') { "x" } else { part })
                .collect();
            routes.push((method.to_uppercase(), filled.join("/")));
        }
    }
    routes
}

#[test]
fn no_route_is_open_but_those_that_say_so() {
    let place = Place::new(&[]);
    let server = place.start();
    let client = server.client();
    let openapi = client.get("/openapi.json").with(200);
    let routes = routes(&openapi);
    assert!(routes.len() > 25, "{routes:?}");
    let wrong = format!("gemba_{}", "0".repeat(64));
    for (method, path) in &routes {
        let without = client.without_token().send(method, path, &[], b"").unwrap();
        assert_eq!(without.headers["www-authenticate"], "Bearer realm=\"gemba\"");
        without.refused(401, "signed-out");
        client
            .with_token(&wrong)
            .send(method, path, &[], b"")
            .unwrap()
            .refused(401, "token-unknown");
        let with = client.send(method, path, &[], b"").unwrap();
        assert_ne!(with.status, 401, "{method} {path}");
        assert!(with.status < 500, "{method} {path}: {}", with.status);
    }
    for header in ["Basic Z2VtYmE6", "Bearer", "gemba", "Bearer  "] {
        let headers = [("authorization", header)];
        let answer = client.without_token().send("GET", "/apps", &headers, b"").unwrap();
        answer.refused(401, "token-missing");
    }
    server.assert_alive();
    assert!(!place.log().contains(&wrong), "a token was logged");
}

#[test]
fn tokens_are_made_and_removed_while_the_server_runs() {
    let place = Place::new(&[]);
    let server = place.start();
    let client = server.client();
    let scopes = json!(["read", "admin"]);
    let made = client
        .post("/tokens", &json!({"name": "mes", "scopes": scopes}))
        .with(201);
    assert_eq!(made["scopes"], scopes);
    let mes = client.with_token(made["token"].as_str().unwrap());
    client.post("/tokens", &json!({"name": "mes"})).refused(409, "exists");
    client.post("/tokens", &json!({"name": "a b"})).refused(422, "invalid");
    let names = mes.get("/tokens").with(200);
    let names: Vec<&Value> = names["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| &token["name"])
        .collect();
    assert_eq!(names, ["mes", "token-file"]);
    server.kill();

    let server = place.start();
    let mes = server.client().with_token(made["token"].as_str().unwrap());
    mes.get("/apps").with(200);
    let missing = mes
        .send("DELETE", "/tokens/mess", &[], b"")
        .unwrap()
        .refused(404, "not-found");
    assert_eq!(missing["nearest"], "mes");
    mes.send("DELETE", "/tokens/token-file", &[], b"").unwrap().with(204);
    server.client().get("/apps").refused(401, "token-unknown");
    mes.send("DELETE", "/tokens/mes", &[], b"")
        .unwrap()
        .refused(409, "last-token");
    let audit = mes.get("/audit").with(200);
    let told = |entry: &Value| {
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        [&entry["by"]["name"], &entry["did"], &entry["on"]].map(word).join(" ")
    };
    let told: Vec<String> = audit["items"].as_array().unwrap().iter().map(told).collect();
    let expected = [
        "mes token_removed token-file",
        "token-file token_added mes",
        "gemba serve token_replaced token-file",
    ];
    assert_eq!(
        (told.as_slice(), &audit["next"]),
        (&expected.map(str::to_owned)[..], &Value::Null)
    );
    assert_eq!(audit["items"][1]["new"], json!({"scopes": scopes}));
    let page = mes.get("/audit?limit=1&after=3").with(200);
    assert_eq!((&page["items"][0]["seq"], &page["next"]), (&json!(2), &json!("2")));
    mes.get("/audit?after=x").refused(422, "invalid");
}

#[test]
fn the_first_start_prints_a_token_once_and_never_logs_it() {
    let place = Place::new(&[]);
    let serve = || {
        let mut command = gemba();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(place.data());
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(place.path().join("log"))
            .unwrap();
        command.env("GEMBA_LOG", "trace").stdout(Stdio::piped()).stderr(log);
        command
    };
    let server = Server::from(serve(), "").unwrap();
    let token = server
        .said
        .split_whitespace()
        .find(|word| word.starts_with("gemba_"))
        .unwrap()
        .to_owned();
    assert!(server.said.contains(&format!(
        "curl -H \"Authorization: Bearer {token}\" http://{}",
        server.address
    )));
    server.client().with_token(&token).get("/apps").with(200);
    server.stop();
    let server = Server::from(serve(), "").unwrap();
    assert!(!server.said.contains("gemba_"), "{}", server.said);
    server.client().with_token(&token).get("/apps").with(200);
    server.stop();
    assert!(!place.log().contains(&token), "the token was logged");

    // Lost: another one is made while the server is stopped.
    let run = |arguments: &[&str]| {
        let output = gemba()
            .arg("token")
            .args(arguments)
            .arg("--data")
            .arg(place.data())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, other, _) = run(&["new", "mes"]);
    assert_eq!(code, Some(0));
    assert_eq!(run(&["new", "mes"]).0, Some(2));
    let (_, list, _) = run(&["list"]);
    assert_eq!(
        list.lines()
            .map(|line| line.split("  ").next().unwrap())
            .collect::<Vec<_>>(),
        ["first", "mes"]
    );
    assert_eq!(run(&["remove", "first"]).0, Some(0));
    assert!(run(&["remove", "firts"]).2.contains("there is no token 'firts'"));
    let server = Server::from(serve(), "").unwrap();
    server
        .client()
        .with_token(&token)
        .get("/apps")
        .refused(401, "token-unknown");
    server.client().with_token(other.trim()).get("/apps").with(200);
    // While it runs the data is its own.
    let (code, _, said) = run(&["list"]);
    assert_eq!(code, Some(3));
    assert!(said.contains("in use by another Gemba"), "{said}");
}

#[test]
fn a_token_file_must_hold_a_token() {
    let place = Place::new(&[]);
    let file = place.path().join("wrong");
    std::fs::write(&file, "secret-of-mine\n").unwrap();
    let mut command = gemba();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(place.data());
    let output = command.env("GEMBA_TOKEN_FILE", &file).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("'gemba_' and 64 hexadecimal digits"), "{said}");
    assert!(!said.contains("secret-of-mine"), "{said}");
    assert!(!place.data().exists());
}
