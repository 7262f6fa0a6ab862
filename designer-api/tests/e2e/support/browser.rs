//! A browser as far as signing in goes: it keeps cookies, and its page sends the session's text with every change.

use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Answer, Client, Following, Server};

pub(crate) struct Browser {
    client: Client,
    cookies: RefCell<BTreeMap<String, String>>,
    csrf: RefCell<Option<String>>,
}

impl Browser {
    pub(crate) fn new(server: &Server) -> Browser {
        Browser {
            client: server.client().without_token(),
            cookies: RefCell::default(),
            csrf: RefCell::default(),
        }
    }

    /// The same cookies at another server: the one before was started anew.
    pub(crate) fn at(&self, server: &Server) -> Browser {
        Browser {
            client: server.client().without_token(),
            cookies: self.cookies.clone(),
            csrf: self.csrf.clone(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &Value::Null)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &body)
    }

    pub(crate) fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, &body)
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &Value::Null)
    }

    #[track_caller]
    pub(crate) fn sign_in(&self, credentials: Value) -> Value {
        self.post("/session", credentials).with(200)
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.into(), value.into());
    }

    /// As the page would.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let csrf = self.csrf.borrow().clone();
        let headers: Vec<(&str, &str)> = csrf.iter().map(|csrf| ("gemba-csrf", csrf.as_str())).collect();
        self.send_with(method, path, &headers, body)
    }

    /// With these headers and the cookies only.
    pub(crate) fn send_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let cookies = self.cookie_header();
        let mut headers = headers.to_vec();
        if !cookies.is_empty() {
            headers.push(("cookie", cookies.as_str()));
        }
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        if !text.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        let answer = self.client.send(method, path, &headers, text.as_bytes()).unwrap();
        self.keep(&answer);
        answer
    }

    /// Follows the events at this path; what refuses it otherwise.
    pub(crate) fn follow(&self, path: &str) -> Result<Following, Box<Answer>> {
        let cookies = self.cookie_header();
        self.client.follow(path, &[("cookie", cookies.as_str())])
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.borrow();
        let cookies: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    fn keep(&self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        if let Some(csrf) = answer.json["csrf"].as_str() {
            *self.csrf.borrow_mut() = Some(csrf.into());
        }
    }
}

/// The code of the link that a server printed while it had no administrator.
pub(crate) fn setup_code(server: &Server) -> &str {
    let link = server.said.split_whitespace().find(|word| word.contains("/setup#"));
    link.expect("no setup link was printed").split_once('#').unwrap().1
}

pub(crate) const ADMIN_PASSWORD: &str = "copper kettle seven";

/// Makes the administrator `chen` by the link that the server printed; the browser at which they are signed in.
#[track_caller]
pub(crate) fn set_up(server: &Server) -> Browser {
    let browser = Browser::new(server);
    let answer = browser.post(
        "/setup",
        json!({"code": setup_code(server), "person": "chen", "name": "Chen Jie", "password": ADMIN_PASSWORD}),
    );
    answer.with(201);
    browser
}
