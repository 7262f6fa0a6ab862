//! Messages to webhooks, signed as Standard Webhooks says (standardwebhooks.com, 1.0.0): `webhook-id`,
//! `webhook-timestamp`, and `webhook-signature` with HMAC-SHA256. The body is the CloudEvent of the outbox.

use crate::address::Address;
use crate::dial::Dialler;
use crate::failure::{Failure, Kind};
use crate::http::{Sending, exchange};
use crate::limits;
use crate::secrets::{self, Secret, Secrets};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use hyper::Method;
use hyper::header::{HeaderMap, HeaderValue};
use sha2::Sha256;
use std::sync::Arc;
use std::time::Duration;

/// Where messages are posted.
pub(crate) struct Webhook {
    pub(crate) dialler: Dialler,
    /// As the site gives it.
    pub(crate) address: String,
    /// The name of the secret that signs.
    pub(crate) secret: Option<String>,
    pub(crate) secrets: Arc<dyn Secrets>,
}

impl Webhook {
    pub(crate) async fn post(&self, key: &str, body: &str) -> Result<(), Failure> {
        let mut address = Address::http(&self.address)?;
        let target = match std::mem::take(&mut address.base) {
            path if path.is_empty() => "/".to_owned(),
            path => path,
        };
        let secret = secrets::find(&*self.secrets, self.secret.as_deref()).await?;
        let headers = headers(key, jiff::Timestamp::now().as_second(), body, secret.as_ref())?;
        let sending = Sending {
            method: Method::POST,
            target,
            headers,
            body: Some(("application/cloudevents+json", body.as_bytes().to_vec())),
        };
        let within = Duration::from_millis(limits::WEBHOOK_MS);
        let answer = exchange(&self.dialler, &address, sending, within).await?;
        answer.successful(&address)
    }
}

fn headers(id: &str, at_s: i64, body: &str, secret: Option<&Secret>) -> Result<HeaderMap, Failure> {
    let value = |text: &str| {
        HeaderValue::try_from(text)
            .map_err(|_| Failure::last(Kind::NotAllowed, "a header cannot hold the message's key"))
    };
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", value(id)?);
    headers.insert("webhook-timestamp", value(&at_s.to_string())?);
    if let Some(secret) = secret {
        headers.insert("webhook-signature", value(&signature(id, at_s, body, secret)?)?);
    }
    Ok(headers)
}

/// Over `id.timestamp.body`. The secret is the bytes behind `whsec_` in base64; one without that beginning is taken as it
/// is.
fn signature(id: &str, at_s: i64, body: &str, secret: &Secret) -> Result<String, Failure> {
    let text = secret.reveal();
    let key = match text.strip_prefix("whsec_") {
        Some(encoded) => STANDARD
            .decode(encoded)
            .map_err(|_| Failure::last(Kind::Secret, "what follows whsec_ in the secret is no base64"))?,
        None => text.as_bytes().to_vec(),
    };
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes any key");
    mac.update(format!("{id}.{at_s}.").as_bytes());
    mac.update(body.as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = r#"{"test": 2432232314}"#;
        let signed = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body, &secret).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let other = signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_331, body, &secret).unwrap();
        assert_ne!(other, signed);
        assert!(signature("m", 1, body, &Secret::new("plain text")).is_ok());
        let wrong = signature("m", 1, body, &Secret::new("whsec_?")).unwrap_err();
        assert_eq!(wrong.kind, Kind::Secret);
    }

    #[test]
    fn a_key_cannot_add_a_header() {
        assert!(headers("a\r\nX-Other: b", 1, "{}", None).is_err());
    }
}
