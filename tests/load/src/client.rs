//! One client: one keep-alive HTTP/1.1 connection. It shares the machine with the server that it measures, so it
//! does little: no pool, no redirects, replies are parsed only by who needs them.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::failure::{Failure, quoted};
use crate::limits::{CONNECT_TIMEOUT, REPLY_BYTES_MAX, REQUEST_TIMEOUT};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const GEMBA_PERSON: HeaderName = HeaderName::from_static("gemba-person");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const YAML: HeaderValue = HeaderValue::from_static("application/yaml");

/// The server, and the right to use it.
#[derive(Clone, Debug)]
pub struct Target {
    /// `host:port`.
    authority: String,
    host: HeaderValue,
    authorization: HeaderValue,
}

/// Why a `--server` or `--token` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    #[error("'{0}' is not an address like http://127.0.0.1:8080")]
    Address(String),
    #[error("the token has characters that cannot be sent")]
    Token,
}

impl Target {
    /// `url` is `http://host:port`, without a path; TLS is not spoken.
    pub fn new(url: &str, token: &str) -> Result<Target, TargetError> {
        let wrong = || TargetError::Address(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        if uri.scheme_str() != Some("http") || !matches!(uri.path(), "" | "/") {
            return Err(wrong());
        }
        let host = uri.host().ok_or_else(wrong)?;
        let authority = format!("{host}:{}", uri.port_u16().unwrap_or(80));
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {}", token.trim())).map_err(|_| TargetError::Token)?;
        authorization.set_sensitive(true);
        Ok(Target {
            host: HeaderValue::from_str(&authority).map_err(|_| wrong())?,
            authority,
            authorization,
        })
    }
}

impl Target {
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// A whole GET request as text, for who reads the reply without a library.
    pub fn plain_get(&self, path: &str) -> String {
        let token = self.authorization.to_str().unwrap_or_default();
        format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\nauthorization: {token}\r\n\r\n",
            self.authority
        )
    }
}

/// One connection, opened when first used and again after a failure.
pub struct Client {
    target: Arc<Target>,
    person: HeaderValue,
    sender: Option<SendRequest<Full<Bytes>>>,
}

/// A reply with a status of 200 to 299; anything else is a [`Failure`].
pub struct Reply {
    request: String,
    pub body: Bytes,
}

impl Reply {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::Reply {
            request: self.request.clone(),
            reason: format!("{error} in {}", quoted(&self.body)),
        })
    }
}

impl Client {
    /// Acts for the person `load-{number}`.
    pub fn new(target: Arc<Target>, number: usize) -> Client {
        Client {
            target,
            person: HeaderValue::try_from(format!("load-{number}"))
                .expect("letters, a dash and digits may stand in a header"),
            sender: None,
        }
    }

    pub async fn get(&mut self, path: &str) -> Result<Reply, Failure> {
        let request = self.request(Method::GET, path).body(Full::default())?;
        self.send(Method::GET, path, request).await
    }

    /// `key` is the idempotency key.
    pub async fn post(&mut self, path: &str, key: &str, json: String) -> Result<Reply, Failure> {
        let request = self
            .request(Method::POST, path)
            .header(IDEMPOTENCY_KEY, key)
            .header(CONTENT_TYPE, JSON)
            .body(Full::from(json))?;
        self.send(Method::POST, path, request).await
    }

    pub async fn put_yaml(&mut self, path: &str, yaml: &'static str) -> Result<Reply, Failure> {
        let request = self
            .request(Method::PUT, path)
            .header(CONTENT_TYPE, YAML)
            .body(Full::from(yaml))?;
        self.send(Method::PUT, path, request).await
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.target.host.clone())
            .header(AUTHORIZATION, self.target.authorization.clone())
            .header(GEMBA_PERSON, self.person.clone())
    }

    async fn send(&mut self, method: Method, path: &str, request: Request<Full<Bytes>>) -> Result<Reply, Failure> {
        let named = || format!("{method} {path}");
        let exchanged = match timeout(REQUEST_TIMEOUT, self.exchange(request)).await {
            Ok(exchanged) => exchanged,
            Err(_) => Err(Failure::TimedOut {
                request: named(),
                seconds: REQUEST_TIMEOUT.as_secs(),
            }),
        };
        let (status, body) = exchanged.inspect_err(|_| self.sender = None)?;
        if !(200..300).contains(&status) {
            return Err(Failure::Refused {
                request: named(),
                status,
                body: quoted(&body),
            });
        }
        Ok(Reply { request: named(), body })
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> Result<(u16, Bytes), Failure> {
        let mut sender = match self.sender.take() {
            Some(sender) if !sender.is_closed() => sender,
            _ => connect(&self.target).await?,
        };
        sender.ready().await?;
        let reply = sender.send_request(request).await?;
        let status = reply.status().as_u16();
        let body = Limited::new(reply.into_body(), REPLY_BYTES_MAX)
            .collect()
            .await
            .map_err(|error| Failure::Reply {
                request: format!("a request answered with {status}"),
                reason: error.to_string(),
            })?
            .to_bytes();
        self.sender = Some(sender);
        Ok((status, body))
    }
}

async fn connect(target: &Target) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let failed = |source| Failure::Connect {
        address: target.authority.clone(),
        source,
    };
    let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect(&target.authority))
        .await
        .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
        .map_err(failed)?;
    stream.set_nodelay(true).map_err(failed)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the connection; what broke it reaches whoever waits for the reply.
    tokio::spawn(connection);
    Ok(sender)
}
