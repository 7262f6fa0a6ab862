//! E-mails through a mail server: SMTP with STARTTLS (`smtp://`) or TLS from the beginning (`smtps://`).

use crate::failure::{Failure, Kind};
use crate::limits;
use crate::secrets::{self, Secrets};
use crate::trust::{Trust, explained};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters, TlsParametersBuilder};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How e-mails leave.
#[derive(Clone)]
pub struct MailServer {
    host: String,
    port: u16,
    security: Security,
    /// Who signs in; the password is the secret [`PASSWORD`].
    user: Option<String>,
    from: Mailbox,
    trust: Trust,
}

/// The secret that holds the mail server's password.
pub const PASSWORD: &str = "SMTP_PASSWORD";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// Asked for, and insisted on.
    StartTls,
    Tls,
    /// For a relay on this computer or in a network of its own.
    Plain,
}

impl MailServer {
    /// `smtp://host:587`, `smtps://host:465`, `smtp-plain://localhost:25`; with `user@` before the host when one must
    /// sign in. `from` is an address, or `Name <address>`. The error is a sentence.
    pub fn read(address: &str, from: &str) -> Result<MailServer, String> {
        let wrong = |why: &str| format!("the mail server '{address}' {why}");
        let (scheme, rest) = address
            .split_once("://")
            .ok_or_else(|| wrong("does not begin with smtp:// or smtps://"))?;
        let (security, port) = match scheme {
            "smtp" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            "smtp-plain" => (Security::Plain, 25),
            _ => return Err(wrong("does not begin with smtp:// or smtps://")),
        };
        let (user, place) = match rest.trim_end_matches('/').rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest.trim_end_matches('/')),
        };
        if user.is_some_and(|user| user.contains(':')) {
            let user = user.and_then(|user| user.split(':').next()).unwrap_or_default();
            return Err(format!(
                "the mail server's address holds a password; write it with '{user}@' alone, and give the password by \
                 'gemba secret set {PASSWORD}'"
            ));
        }
        if user.is_some() && security == Security::Plain {
            return Err(wrong("would get the password unencrypted"));
        }
        let (host, port) = match place.rsplit_once(':') {
            Some((host, number)) if !host.ends_with(':') => {
                let number = number.parse().map_err(|_| wrong("has no port behind its ':'"))?;
                (host, number)
            }
            _ => (place, port),
        };
        if host.is_empty() || host.contains(['/', ' ', '?', '#']) {
            return Err(wrong("names no computer"));
        }
        let from = from.parse().map_err(|_| format!("'{from}' is no e-mail address"))?;
        Ok(MailServer {
            host: host.to_owned(),
            port,
            security,
            user: user.map(str::to_owned),
            from,
            trust: Trust::default(),
        })
    }

    /// Trusts others besides whom this computer trusts.
    pub fn trusting(self, trust: Trust) -> MailServer {
        MailServer { trust, ..self }
    }

    /// Whether it needs the secret [`PASSWORD`].
    pub fn signs_in(&self) -> bool {
        self.user.is_some()
    }

    fn tls(&self) -> Result<TlsParameters, smtp::Error> {
        let mut builder = TlsParametersBuilder::new(self.host.clone());
        for authority in self.trust.own() {
            builder = builder.add_root_certificate(Certificate::from_der(authority.to_vec())?);
        }
        builder.build_rustls()
    }

    async fn transport(&self, secrets: &dyn Secrets) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
        let parameters = || {
            self.tls().map_err(|error| {
                Failure::last(
                    Kind::Refused,
                    format!("no encryption with the mail server {}: {error}", self.host),
                )
            })
        };
        let tls = match self.security {
            Security::StartTls => Tls::Required(parameters()?),
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::Plain => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .port(self.port)
            .tls(tls)
            .timeout(Some(Duration::from_millis(limits::MAIL_MS)));
        if let Some(user) = &self.user
            && let Some(password) = secrets::find(secrets, Some(PASSWORD)).await?
        {
            transport = transport.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        Ok(transport.build())
    }
}

/// People's addresses, and the server through which they are reached.
pub(crate) struct Mail {
    pub(crate) server: Option<MailServer>,
    pub(crate) to: Vec<String>,
    pub(crate) secrets: Arc<dyn Secrets>,
}

impl Mail {
    /// `event` is the CloudEvent of what was told. Its key becomes the message's id: mail systems drop a second one.
    pub(crate) async fn send(&self, key: &str, event: &str) -> Result<(), Failure> {
        let server = self.server.as_ref().ok_or_else(|| {
            Failure::last(
                Kind::NoHost,
                "there is no mail server: 'gemba serve --smtp smtp://… --smtp-from …' names one",
            )
        })?;
        let message = message(server, &self.to, key, event)?;
        let transport = server.transport(&*self.secrets).await?;
        let sent = transport.send(message).await;
        sent.map(|_| ()).map_err(|error| {
            let why = if error.is_permanent() || error.is_transient() {
                error.to_string()
            } else {
                explained(&error)
            };
            let message = format!("the mail server {} did not take it: {why}", server.host);
            if error.is_permanent() {
                Failure::last(Kind::Refused, message)
            } else {
                Failure::again(Kind::Unreachable, message)
            }
        })
    }
}

fn message(server: &MailServer, to: &[String], key: &str, event: &str) -> Result<Message, Failure> {
    let event: Value = serde_json::from_str(event)
        .map_err(|error| Failure::last(Kind::Unreadable, format!("what is to be told cannot be read: {error}")))?;
    let data = &event["data"];
    let word = |name: &str| data[name].as_str().unwrap_or_default();
    let text = word("text");
    let id = format!("<{key}@gemba.{}>", server.from.email.domain());
    let mut builder: MessageBuilder = Message::builder()
        .from(server.from.clone())
        .subject(subject(text))
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN);
    for address in to {
        let mailbox: Mailbox = address
            .parse()
            .map_err(|_| Failure::last(Kind::NotAllowed, format!("'{address}' is no e-mail address")))?;
        builder = builder.to(mailbox);
    }
    let body = format!("{text}\r\n\r\n-- \r\nGemba: {} · {}\r\n", word("app"), word("run"));
    builder
        .body(body)
        .map_err(|error| Failure::last(Kind::NotAllowed, format!("this cannot be sent as an e-mail: {error}")))
}

/// The first line of what is told, without signs that would begin another header.
fn subject(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("Gemba");
    let plain = line.chars().map(|sign| if sign.is_control() { ' ' } else { sign });
    plain
        .take(limits::SUBJECT_CHARACTERS_MAX)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_servers_are_read() {
        let read = |address| MailServer::read(address, "Gemba <gemba@plant.example>");
        let server = read("smtp://mail.plant.example").unwrap();
        assert_eq!(
            (server.host.as_str(), server.port, server.security),
            ("mail.plant.example", 587, Security::StartTls)
        );
        let server = read("smtps://gemba@plant.example@mail:4650/").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("mail", 4650));
        assert_eq!(server.user.as_deref(), Some("gemba@plant.example"));
        assert_eq!(read("smtp-plain://localhost:2525").unwrap().security, Security::Plain);
        for wrong in [
            "mail:25",
            "http://mail",
            "smtp://",
            "smtp://mail:x",
            "smtp-plain://user@mail",
            "smtp://a b",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let told = read("smtp://gemba:s3cret@mail").err().unwrap();
        assert!(!told.contains("s3cret"), "{told}");
        assert!(MailServer::read("smtp://mail", "nobody").is_err());
    }

    #[test]
    fn what_is_told_cannot_add_headers() {
        let server = MailServer::read("smtp://mail", "gemba@plant.example").unwrap();
        let event = serde_json::json!({"data": {
            "text": "Line 3 stands\r\nBcc: spy@elsewhere.example\r\n\r\n主轴 ist zu heiß",
            "app": "andon", "run": "7",
        }});
        let to = [
            "maintenance@plant.example".to_owned(),
            "主管 <lead@plant.example>".to_owned(),
        ];
        let sent = message(&server, &to, "7-2-0", &event.to_string()).unwrap();
        let text = String::from_utf8(sent.formatted()).unwrap();
        let (headers, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(headers.contains("Subject: Line 3 stands\r\n"), "{headers}");
        assert!(headers.contains("Message-ID: <7-2-0@gemba.plant.example>"), "{headers}");
        assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        assert!(body.contains("Bcc: spy"), "{body}");
        assert_eq!(subject("\r\n\u{7}Bcc:\u{b}x"), "Bcc: x");
        assert_eq!(subject(""), "Gemba");
    }
}
