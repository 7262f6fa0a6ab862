//! Mail servers that speak TLS, asked for by STARTTLS or from the beginning, under an authority of the factory's own.

use super::authorities::{Authority, Signed};
use crate::connect::{Dialler, MailServer, PASSWORD, Secret, Secrets, Trust, channels};
use language::model::{Channel, ChannelBy, Id, Site};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

#[derive(Clone, Copy)]
enum Begins {
    WithTls,
    Plain,
}

/// What a mail server was told: whether it was encrypted, and the line.
type Heard = mpsc::UnboundedReceiver<(bool, String)>;

async fn mail_server(signed: &Signed, begins: Begins) -> (u16, Heard) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_slice(signed.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(signed.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, told) = (acceptor.clone(), told.clone());
            tokio::spawn(async move {
                let plain = match begins {
                    Begins::WithTls => Some(stream),
                    Begins::Plain => {
                        let mut stream = BufReader::new(stream);
                        let asked = talk(&mut stream, &told, Greets::AndOffersTls).await;
                        asked.then(|| stream.into_inner())
                    }
                };
                // Who does not trust the certificate ends it here.
                let Some(Ok(stream)) = (match plain {
                    Some(stream) => Some(acceptor.accept(stream).await),
                    None => None,
                }) else {
                    return;
                };
                let greets = match begins {
                    Begins::WithTls => Greets::Encrypted,
                    Begins::Plain => Greets::No,
                };
                talk(&mut BufReader::new(stream), &told, greets).await;
            });
        }
    });
    (port, heard)
}

#[derive(Clone, Copy, PartialEq)]
enum Greets {
    AndOffersTls,
    Encrypted,
    No,
}

/// As RFC 5321 says, as far as a client of ours needs it. Ends with `true` when the client asks for TLS.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    told: &mpsc::UnboundedSender<(bool, String)>,
    greets: Greets,
) -> bool {
    let encrypted = greets != Greets::AndOffersTls;
    if greets != Greets::No {
        stream.write_all(b"220 here\r\n").await.unwrap();
    }
    let mut in_mail = false;
    let mut line = String::new();
    loop {
        line.clear();
        // A client that does not trust us is gone.
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let said = line.trim_end().to_owned();
        let _ = told.send((encrypted, said.clone()));
        let answer: &[u8] = match said.as_str() {
            "." if in_mail => {
                in_mail = false;
                b"250 taken\r\n"
            }
            _ if in_mail => continue,
            "STARTTLS" => b"220 go on\r\n",
            "DATA" => {
                in_mail = true;
                b"354 go on\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            said if said.starts_with("EHLO") && !encrypted => b"250-here\r\n250 STARTTLS\r\n",
            said if said.starts_with("EHLO") => b"250-here\r\n250 AUTH PLAIN\r\n",
            said if said.starts_with("AUTH") => b"235 welcome\r\n",
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await.unwrap();
        stream.flush().await.unwrap();
        if said == "STARTTLS" {
            return true;
        }
    }
}

async fn send(scheme: &str, port: u16, trust: Trust) -> Result<(), String> {
    let server = MailServer::read(&format!("{scheme}://gemba@127.0.0.1:{port}"), "gemba@plant.example").unwrap();
    let site = Site {
        channels: vec![Channel {
            id: Id::new("maintenance"),
            title: "Maintenance".to_owned(),
            by: ChannelBy::Email(vec!["lead@plant.example".to_owned()]),
        }],
        ..Site::default()
    };
    let secrets: Arc<dyn Secrets> = Arc::new(BTreeMap::from([(PASSWORD.to_owned(), Secret::new("s3cret"))]));
    let server = server.trusting(trust);
    let channel = channels(&site, &Dialler::new(), &secrets, Some(&server)).pop().unwrap();
    let event = json!({"data": {"text": "Line 3 stands", "app": "andon", "run": "7"}}).to_string();
    channel.deliver("7-2-0", &event).await
}

fn all(heard: &mut Heard) -> Vec<(bool, String)> {
    std::iter::from_fn(|| heard.try_recv().ok()).collect()
}

#[tokio::test]
async fn mail_and_password_leave_only_encrypted_and_only_to_whom_is_trusted() {
    let (own, other) = (Authority::new(), Authority::new());
    for (scheme, begins) in [("smtp", Begins::Plain), ("smtps", Begins::WithTls)] {
        let (port, mut heard) = mail_server(&own.sign("127.0.0.1"), begins).await;
        send(scheme, port, own.trust()).await.unwrap();
        let said = all(&mut heard);
        let line = |text: &str| (true, text.to_owned());
        assert!(said.contains(&line("Subject: Line 3 stands")), "{said:?}");
        // AUTH PLAIN of gemba and s3cret.
        assert!(said.contains(&line("AUTH PLAIN AGdlbWJhAHMzY3JldA==")), "{said:?}");
        let unencrypted = said.iter().filter(|(encrypted, _)| !encrypted);
        assert!(
            unencrypted
                .clone()
                .all(|(_, line)| line.starts_with("EHLO") || line == "STARTTLS"),
            "{said:?}"
        );
        for stranger in [Trust::default(), other.trust()] {
            let why = send(scheme, port, stranger).await.unwrap_err();
            assert!(why.contains("an authority that is not trusted here"), "{scheme}: {why}");
        }
        let (wrong_name, mut heard_other) = mail_server(&own.sign("mail.example"), begins).await;
        let why = send(scheme, wrong_name, own.trust()).await.unwrap_err();
        assert!(why.contains("its certificate is for another name"), "{scheme}: {why}");
        let said = [all(&mut heard), all(&mut heard_other)].concat();
        assert!(said.iter().all(|(encrypted, _)| !encrypted), "{said:?}");
    }
}
