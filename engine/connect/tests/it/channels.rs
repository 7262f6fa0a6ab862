//! What is told to channels of the site arrives as signed webhooks and as e-mails.

use crate::connect::{Dialler, MailServer, Secret, Secrets, channels};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use kernel::Assignee;
use language::model::{Channel, ChannelBy, Id, Site};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

fn site(by: ChannelBy) -> Site {
    Site {
        channels: vec![Channel {
            id: Id::new("maintenance"),
            title: "Maintenance".to_owned(),
            by,
        }],
        ..Site::default()
    }
}

fn secrets() -> Arc<dyn Secrets> {
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    Arc::new(BTreeMap::from([("CHAT_KEY".to_owned(), secret)]))
}

fn only(site: &Site, mail: Option<&MailServer>) -> Arc<dyn runtime::Channel> {
    channels(site, &Dialler::new(), &secrets(), mail).pop().unwrap()
}

fn told(text: &str) -> String {
    json!({"specversion": "1.0", "data": {"text": text, "app": "andon", "run": "7"}}).to_string()
}

#[tokio::test]
async fn a_webhook_gets_the_event_signed_and_may_ask_for_it_again() {
    let refuses = Arc::new(AtomicBool::new(true));
    let (seen, mut received) = mpsc::unbounded_channel::<(HeaderMap, Bytes)>();
    let answers = refuses.clone();
    let hook = post(move |headers: HeaderMap, body: Bytes| async move {
        seen.send((headers, body)).unwrap();
        match answers.load(Ordering::SeqCst) {
            true => StatusCode::SERVICE_UNAVAILABLE,
            false => StatusCode::NO_CONTENT,
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", hook)).await.unwrap() });
    let by = |secret: Option<&str>| ChannelBy::Webhook {
        address: address.clone(),
        secret: secret.map(str::to_owned),
    };
    let channel = only(&site(by(Some("CHAT_KEY"))), None);
    assert_eq!(channel.name(), "site/maintenance");
    assert!(channel.takes(&Assignee::Channel("maintenance".to_owned())));
    for other in [
        Assignee::Channel("other".to_owned()),
        Assignee::Everyone,
        Assignee::Role("maintenance".to_owned()),
    ] {
        assert!(!channel.takes(&other), "{other:?}");
    }
    let problem = channel.deliver("7-2-0", &told("come")).await.unwrap_err();
    assert!(problem.contains("503"), "{problem}");
    refuses.store(false, Ordering::SeqCst);
    channel.deliver("7-2-0", &told("come")).await.unwrap();
    received.recv().await.unwrap();
    let (headers, body) = received.recv().await.unwrap();
    assert_eq!(headers["webhook-id"], "7-2-0");
    assert_eq!(headers["content-type"], "application/cloudevents+json");
    assert_eq!(body, told("come"));
    // Checked as a receiver does (standardwebhooks.com).
    let at = headers["webhook-timestamp"].to_str().unwrap();
    let age_s = jiff::Timestamp::now().as_second() - at.parse::<i64>().unwrap();
    assert!((0..300).contains(&age_s), "{age_s}");
    let key = base64::Engine::decode(
        &base64::engine::general_purpose::STANDARD,
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    .unwrap();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let tag = ring::hmac::sign(&key, format!("7-2-0.{at}.{}", told("come")).as_bytes());
    let signature = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, tag);
    assert_eq!(
        headers["webhook-signature"].to_str().unwrap(),
        format!("v1,{signature}")
    );
    only(&site(by(None)), None)
        .deliver("7-3-0", &told("come"))
        .await
        .unwrap();
    let (headers, _) = received.recv().await.unwrap();
    assert!(!headers.contains_key("webhook-signature"));
    let problem = only(&site(by(Some("MISSING"))), None)
        .deliver("7-4-0", "{}")
        .await
        .unwrap_err();
    assert!(problem.contains("gemba secret set MISSING"), "{problem}");
}

/// Takes e-mails as RFC 5321 says, as far as a client of ours needs it; gives envelopes and contents.
async fn mail_sink() -> (u16, mpsc::UnboundedReceiver<(Vec<String>, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (mails, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mails = mails.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                let (mut envelope, mut content) = (Vec::new(), None::<String>);
                write.write_all(b"220 sink\r\n").await.unwrap();
                while let Some(line) = lines.next_line().await.unwrap() {
                    let answer: &[u8] = match (&mut content, line.as_str()) {
                        (Some(_), ".") => {
                            let mail = (std::mem::take(&mut envelope), content.take().unwrap());
                            mails.send(mail).unwrap();
                            b"250 taken\r\n"
                        }
                        (Some(text), line) => {
                            text.push_str(line.strip_prefix('.').unwrap_or(line));
                            text.push('\n');
                            continue;
                        }
                        (None, line) if line.starts_with("EHLO") => b"250 sink\r\n",
                        (None, line) if line.contains("nobody@") => b"550 no such person\r\n",
                        (None, line) if line.starts_with("MAIL") || line.starts_with("RCPT") => {
                            envelope.push(line.to_owned());
                            b"250 ok\r\n"
                        }
                        (None, "DATA") => {
                            content = Some(String::new());
                            b"354 go on\r\n"
                        }
                        (None, "QUIT") => b"221 bye\r\n",
                        (None, _) => b"250 ok\r\n",
                    };
                    write.write_all(answer).await.unwrap();
                }
            });
        }
    });
    (port, received)
}

#[tokio::test]
async fn people_get_an_e_mail() {
    let (port, mut mails) = mail_sink().await;
    let server = MailServer::read(&format!("smtp-plain://127.0.0.1:{port}"), "Gemba <gemba@plant.example>").unwrap();
    let to = ["maintenance@plant.example", "lead@plant.example"]
        .map(str::to_owned)
        .to_vec();
    let channel = only(&site(ChannelBy::Email(to)), Some(&server));
    channel
        .deliver("7-2-0", &told("Line 3 stands\nBcc: spy@elsewhere.example"))
        .await
        .unwrap();
    let (envelope, content) = mails.recv().await.unwrap();
    let people: Vec<&str> = envelope
        .iter()
        .filter(|line| line.starts_with("RCPT"))
        .map(String::as_str)
        .collect();
    assert_eq!(
        people,
        ["RCPT TO:<maintenance@plant.example>", "RCPT TO:<lead@plant.example>"]
    );
    let (headers, body) = content.split_once("\n\n").unwrap();
    assert!(headers.contains("Subject: Line 3 stands\n"), "{headers}");
    assert!(headers.contains("Message-ID: <7-2-0@gemba.plant.example>"), "{headers}");
    assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
    assert!(body.starts_with("Line 3 stands\n"), "{body}");

    let nobody = only(
        &site(ChannelBy::Email(vec!["nobody@plant.example".to_owned()])),
        Some(&server),
    );
    let problem = nobody.deliver("7-3-0", &told("x")).await.unwrap_err();
    assert!(problem.contains("no such person"), "{problem}");
    let without = only(&site(ChannelBy::Email(vec!["a@plant.example".to_owned()])), None);
    let problem = without.deliver("7-4-0", &told("x")).await.unwrap_err();
    assert!(problem.contains("--smtp"), "{problem}");
    // STARTTLS is insisted on: who does not offer it gets nothing.
    let secure = MailServer::read(&format!("smtp://127.0.0.1:{port}"), "gemba@plant.example").unwrap();
    let channel = only(
        &site(ChannelBy::Email(vec!["a@plant.example".to_owned()])),
        Some(&secure),
    );
    assert!(channel.deliver("7-5-0", &told("x")).await.is_err());
    assert!(mails.try_recv().is_err());
}
