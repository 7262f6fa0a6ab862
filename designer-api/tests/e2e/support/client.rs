//! A lean HTTP client. Every answer is held to the server's own OpenAPI description.

use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::request::Builder;
use ureq::http::{HeaderMap, Request};

use super::Following;
use super::contract::Contract;

/// One caller: a token, and perhaps a person.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    address: SocketAddr,
    token: Option<String>,
    person: Option<String>,
    contract: Arc<Contract>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Null when the body is no JSON.
    pub(crate) json: Value,
    pub(crate) bytes: Vec<u8>,
}

/// Nobody knows whether the request was done.
#[derive(Debug)]
pub(crate) struct Unreachable(#[expect(dead_code, reason = "for whoever reads a failure")] String);

impl Client {
    pub(crate) fn new(address: SocketAddr, token: Option<&str>) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .max_redirects(0)
            .build();
        Client {
            agent: config.new_agent(),
            address,
            token: token.map(str::to_owned),
            person: None,
            contract: Contract::shared(),
        }
    }

    pub(crate) fn without_token(&self) -> Client {
        Client {
            token: None,
            ..self.clone()
        }
    }

    pub(crate) fn with_token(&self, token: &str) -> Client {
        Client {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// For a person whose name is ASCII.
    pub(crate) fn as_person(&self, person: &str) -> Client {
        Client {
            person: Some(person.to_owned()),
            ..self.clone()
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &[]).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(
            "POST",
            path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        )
        .unwrap()
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(
            "PUT",
            path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        )
        .unwrap()
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], &[]).unwrap()
    }

    pub(crate) fn put_app(&self, id: &str, source: &str) -> Answer {
        let path = format!("/apps/{id}");
        self.send("PUT", &path, &[("content-type", "application/yaml")], source.as_bytes())
            .unwrap()
    }

    /// With an idempotency key; may not come through. Null is no body.
    pub(crate) fn keyed(&self, method: &str, path: &str, key: &str, body: &Value) -> Result<Answer, Unreachable> {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, path, &headers, body.as_bytes())
    }

    /// Follows the events at this path; what refuses it otherwise.
    pub(crate) fn follow(&self, path: &str, headers: &[(&str, &str)]) -> Result<Following, Box<Answer>> {
        let request = self.request("GET", path, headers).body(()).unwrap();
        let answer = self.agent.run(request).unwrap();
        if answer.status() == 200 {
            let (parts, body) = answer.into_parts();
            return Ok(Following::new(parts.headers, body.into_reader()));
        }
        Err(Box::new(self.send("GET", path, headers, &[]).unwrap()))
    }

    fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}/api/v1{path}", self.address));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(person) = &self.person {
            request = request.header("gemba-person", person);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    }

    /// `path` is below `/api/v1`.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, Unreachable> {
        let request = self.request(method, path, headers);
        let sent = if body.is_empty() {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(request.body(body).unwrap())
        };
        let unreachable = |error: ureq::Error| Unreachable(error.to_string());
        let (parts, mut body) = sent.map_err(unreachable)?.into_parts();
        let kind = parts
            .headers
            .get("content-type")
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or("");
        // Live events have no end.
        let bytes = if kind == "text/event-stream" {
            Vec::new()
        } else {
            body.with_config()
                .limit(64 * 1024 * 1024)
                .read_to_vec()
                .map_err(unreachable)?
        };
        let json = if kind.ends_with("json") {
            serde_json::from_slice(&bytes).unwrap()
        } else {
            Value::Null
        };
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            json,
            bytes,
        };
        self.contract.hold(method, path, &answer);
        Ok(answer)
    }
}

impl Answer {
    /// The body of an answer that must have this status.
    #[track_caller]
    pub(crate) fn with(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json
    }

    /// A problem of this status and code; its body.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        let body = self.with(status);
        assert_eq!(body["code"], code, "{body}");
        body
    }
}
