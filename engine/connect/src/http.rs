//! One HTTP/1.1 exchange over a stream of its own: no redirects are followed, no proxies are asked, nothing is kept.

use crate::address::Address;
use crate::dial::Dialler;
use crate::failure::{Failure, Kind};
use crate::limits;
use crate::secrets::Secret;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, client};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::task::JoinSet;

/// What is sent.
pub(crate) struct Sending {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    /// With its media type.
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
}

/// An answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Sends and takes the answer, within the time.
pub(crate) async fn exchange(
    dialler: &Dialler,
    address: &Address,
    sending: Sending,
    within: Duration,
) -> Result<Received, Failure> {
    match tokio::time::timeout(within, exchange_in_time(dialler, address, sending)).await {
        Ok(ended) => ended,
        Err(_) => Err(Failure::again(
            Kind::Timeout,
            format!("{address} gave no answer in {} ms", within.as_millis()),
        )),
    }
}

async fn exchange_in_time(dialler: &Dialler, address: &Address, sending: Sending) -> Result<Received, Failure> {
    let request = request(address, sending)?;
    let stream = dialler.dial(address).await?;
    let begun = client::conn::http1::Builder::new()
        .max_headers(limits::ANSWER_HEADERS_MAX)
        .max_buf_size(limits::ANSWER_HEADER_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await;
    let (mut sender, connection) = begun.map_err(|error| broken(address, &error))?;
    // Dropped with what is left of the exchange.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answered = sender.send_request(request).await;
    let answer = answered.map_err(|error| broken(address, &error))?;
    take(address, answer).await
}

fn request(address: &Address, sending: Sending) -> Result<Request<Full<Bytes>>, Failure> {
    let Sending {
        method,
        target,
        headers,
        body,
    } = sending;
    let unfit = |what: &str| Failure::last(Kind::NotAllowed, format!("{what} cannot be sent"));
    let host = HeaderValue::try_from(address.authority()).map_err(|_| unfit("the computer's name"))?;
    let mut request = Request::builder().method(method).uri(target);
    // The builder has no headers only when something in it is wrong, which is said at its end.
    if let Some(all) = request.headers_mut() {
        *all = headers;
        all.insert(header::HOST, host);
        all.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        all.insert(header::CONNECTION, HeaderValue::from_static("close"));
        all.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some((media_type, _)) = &body {
            all.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
    }
    let body = body.map(|(_, bytes)| bytes).unwrap_or_default();
    if body.len() > limits::REQUEST_BYTES_MAX {
        let (size, max) = (body.len(), limits::REQUEST_BYTES_MAX);
        return Err(Failure::last(
            Kind::TooLarge,
            format!("what is sent has {size} bytes, at most {max} are sent"),
        ));
    }
    request.body(Full::from(body)).map_err(|_| unfit("this path"))
}

const USER_AGENT: &str = concat!("Gemba/", env!("CARGO_PKG_VERSION"));

async fn take(address: &Address, answer: Response<Incoming>) -> Result<Received, Failure> {
    let (parts, body) = answer.into_parts();
    let limited = Limited::new(body, limits::ANSWER_BYTES_MAX);
    let body = match limited.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Err(Failure::last(
                Kind::TooLarge,
                format!(
                    "the answer of {address} has more than {} bytes",
                    limits::ANSWER_BYTES_MAX
                ),
            ));
        }
        Err(error) => {
            return Err(Failure::again(
                Kind::Unreachable,
                format!("the answer of {address} broke off: {error}"),
            ));
        }
    };
    let encoding = parts.headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(Failure::last(
            Kind::Unreadable,
            format!("the answer of {address} is compressed, though that was not asked for"),
        ));
    }
    Ok(Received {
        status: parts.status,
        headers: parts.headers,
        body,
    })
}

impl Received {
    pub(crate) fn content_type(&self) -> Option<&str> {
        self.headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
    }

    /// Whoever answered may not send us elsewhere: that would lead around the allow-list.
    pub(crate) fn unless_elsewhere(self, address: &Address) -> Result<Received, Failure> {
        if self.status.is_redirection() && self.status != StatusCode::NOT_MODIFIED {
            return Err(unsuccessful(address, &self));
        }
        Ok(self)
    }

    /// For those to whom any other status is a failure.
    pub(crate) fn successful(self, address: &Address) -> Result<(), Failure> {
        if self.status.is_success() {
            return Ok(());
        }
        Err(unsuccessful(address, &self))
    }
}

fn unsuccessful(address: &Address, answer: &Received) -> Failure {
    let Received { status, headers, body } = answer;
    let kind = match status {
        status if status.is_redirection() => Kind::NotAllowed,
        &StatusCode::UNAUTHORIZED | &StatusCode::FORBIDDEN => Kind::Refused,
        _ => Kind::Status,
    };
    // RFC 9110, 15.5.9 and 15.6; RFC 8470; RFC 6585.
    let again = match status {
        &StatusCode::REQUEST_TIMEOUT | &StatusCode::TOO_EARLY | &StatusCode::TOO_MANY_REQUESTS => true,
        &StatusCode::NOT_IMPLEMENTED | &StatusCode::HTTP_VERSION_NOT_SUPPORTED => false,
        status => status.is_server_error(),
    };
    let mut message = format!("{address} answered {status}");
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if status.is_redirection() {
        message.push_str(": it sends elsewhere, which is not followed; give the connection the address itself");
    } else if let Some(pause) = said(header::RETRY_AFTER).filter(|_| again) {
        message.push_str(&format!(", and asks to come again after {}", excerpt(pause.as_bytes())));
    } else if !body.is_empty() {
        message.push_str(&format!(": {}", excerpt(body)));
    }
    Failure { kind, message, again }
}

/// The beginning of what a server said, on one line.
fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let plain = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign });
    plain
        .take(limits::EXCERPT_CHARACTERS_MAX)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn broken(address: &Address, error: &hyper::Error) -> Failure {
    if error.is_parse() || error.is_parse_too_large() {
        return Failure::last(Kind::Unreadable, format!("{address} does not answer as HTTP: {error}"));
    }
    Failure::again(Kind::Unreachable, format!("{address} broke off: {error}"))
}

/// `Authorization: Bearer …`, never shown in logs.
pub(crate) fn bearer(secret: &Secret) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", secret.reveal()))
        .map_err(|_| Failure::last(Kind::Secret, "the secret holds a sign that no header can hold"))?;
    value.set_sensitive(true);
    Ok(value)
}
