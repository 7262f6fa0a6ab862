//! Servers, clients, and a contract that every answer is held to.

mod browser;
mod client;
mod contract;
mod following;
mod random;
mod server;
pub(crate) mod tls;

pub(crate) use browser::{ADMIN_PASSWORD, Browser, set_up, setup_code};
pub(crate) use client::{Answer, Client};
pub(crate) use following::{Following, Told};
pub(crate) use random::Random;
pub(crate) use server::{Place, Server, gemba};

use serde_json::json;
use std::time::{Duration, Instant};

pub(crate) const FIRST_PIECE: &str = include_str!("../../../../examples/first-piece-inspection.yaml");
pub(crate) const SITE: &str = include_str!("../../../../examples/site.yaml");

/// Asks until there is an answer; fails when there is none after half a minute.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One form with fields of some kinds.
pub(crate) const QUESTIONS: &str = "
app: Questions
steps:
  - form: Say it
    to: operator
    fields:
      - text: Words
        at_most: 50
      - whole: Count
        optional: yes
      - choose: Colour
        from: [red, green]
        optional: yes
";

/// A server with the app `Questions`.
pub(crate) fn questions() -> (Place, Server) {
    let place = Place::new(&[("questions.yaml", QUESTIONS), ("site.yaml", SITE)]);
    let server = place.start();
    (place, server)
}

/// A run of `Questions`: the address of its task.
pub(crate) fn question(client: &Client) -> String {
    let run = client.post("/runs", &json!({"app": "questions"})).with(201);
    format!("/tasks/{}", run["tasks"][0]["id"].as_str().unwrap())
}
