//! HTTPS with a certificate of the server's own making, and with one of the operator's.

use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, RootCertStore};
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::support::tls::{certificate, plain, secure};
use crate::support::{Place, QUESTIONS, Server, eventually};

fn start(place: &Place, arguments: &[&str]) -> Server {
    let mut command = place.serve();
    command.args(arguments);
    Server::from(command, place.token()).unwrap_or_else(|status| panic!("ended with {status}:\n{}", place.log()))
}

fn authority(place: &Place) -> CertificateDer<'static> {
    certificate(&fs::read(place.data().join("tls/authority.crt")).unwrap())
}

#[test]
fn a_tablet_enrols_in_the_clear_and_then_speaks_https() {
    let place = Place::new(&[]);
    let server = start(&place, &["--tls", "--tls-name", "gemba.factory.example"]);
    let root = authority(&place);

    let der = plain(server.address, "GET", "/enrol/gemba-ca.crt", "");
    assert!(
        der.head.contains("content-type: application/x-x509-ca-cert"),
        "{}",
        der.head
    );
    assert_eq!(der.body, root.as_ref());
    let pem = plain(server.address, "GET", "/enrol/gemba-ca.pem", "");
    assert_eq!(certificate(&pem.body), root);

    // The fingerprint that people compare is the same in the terminal and on the page, and is the certificate's.
    let digest = Sha256::digest(&root);
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    let fingerprint = pairs.join(":");
    assert!(server.said.contains(&fingerprint), "{}", server.said);
    // Between its pairs a line may end.
    let page = |query: &str, headers: &str| {
        let page = plain(server.address, "GET", &format!("/enrol{query}"), headers);
        page.text().replace(":<wbr>", ":")
    };
    let (en, zh) = (page("", ""), page("", "accept-language: zh-CN\r\n"));
    for page in [&en, &zh] {
        assert!(page.contains(&fingerprint) && page.contains("<svg"), "{page}");
        assert!(
            page.contains(&format!("https://{}/", server.address)) && !page.contains("{{"),
            "{page}"
        );
    }
    assert!(en.contains("Install it") && zh.contains("安装证书"));
    assert_eq!(page("?lang=zh", ""), zh);

    for name in ["127.0.0.1", "localhost", "gemba.factory.example"] {
        let health = secure(server.address, &root, name, "/api/v1/health").unwrap();
        assert_eq!(health.text(), r#"{"status":"up","stands_still":false}"#, "{name}");
    }
    let enrol = secure(server.address, &root, "localhost", "/enrol").unwrap();
    assert!(enrol.text().replace("<wbr>", "").contains(&fingerprint));
    let other = secure(server.address, &root, "elsewhere.example", "/").err().unwrap();
    assert!(other.contains("not valid for"), "{other}");
}

#[test]
fn what_comes_in_the_clear_reaches_no_handler() {
    let place = Place::new(&[("questions.yaml", QUESTIONS)]);
    let server = start(&place, &["--tls"]);
    let body = r#"{"app":"questions"}"#;
    let start = format!(
        "authorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        place.token(),
        body.len()
    );
    for (method, path) in [
        ("POST", "/api/v1/runs"),
        ("GET", "/api/v1/runs"),
        ("POST", "/enrol2"),
        ("PUT", "/"),
    ] {
        let refused = plain(server.address, method, path, &start);
        assert!(
            refused.head.starts_with("http/1.1 403"),
            "{method} {path}: {}",
            refused.head
        );
        assert!(refused.text().contains("tls-needed"));
    }
    let health = plain(server.address, "GET", "/api/v1/health", "");
    assert_eq!(health.text(), r#"{"status":"up","stands_still":false}"#);
    let redirect = plain(server.address, "GET", "/runs?status=waiting", "");
    let to = format!("location: https://{}/runs?status=waiting\r\n", server.address);
    assert!(
        redirect.head.starts_with("http/1.1 307") && redirect.head.contains(&to),
        "{}",
        redirect.head
    );
    // Nothing of it was done.
    server.stop();
    let server = place.start();
    assert_eq!(server.client().get("/runs").with(200)["items"], serde_json::json!([]));
    server.client().get("/enrol").refused(404, "no-such-route");
}

#[test]
fn the_authority_stays_and_its_key_is_private() {
    let place = Place::new(&[]);
    let server = start(&place, &["--tls"]);
    let first = authority(&place);
    for (name, mode) in [
        ("tls", 0o700),
        ("tls/authority.key", 0o600),
        ("tls/authority.crt", 0o600),
    ] {
        let about = fs::metadata(place.data().join(name)).unwrap();
        assert_eq!(about.permissions().mode() & 0o777, mode, "{name}");
    }
    server.stop();
    let server = start(&place, &["--tls"]);
    assert_eq!(authority(&place), first);
    secure(server.address, &first, "localhost", "/api/v1/health").unwrap();
    server.stop();

    // A name that it may not vouch for is refused at the start, not by every browser later.
    let output = place
        .serve()
        .args(["--tls", "--tls-name", "bank.example"])
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("not for 'bank.example'") && said.contains("enrolled again"),
        "{said}"
    );
}

/// Whoever steals the key gains nothing beyond the workshop's network.
#[test]
fn the_authority_is_believed_about_local_names_only() {
    let place = Place::new(&[]);
    drop(start(&place, &["--tls"]));
    let read = |name: &str| fs::read_to_string(place.data().join("tls").join(name)).unwrap();
    let stolen = KeyPair::from_pem(&read("authority.key")).unwrap();
    let issuer = Issuer::from_ca_cert_pem(&read("authority.crt"), stolen).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority(&place)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let browser = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .unwrap();
    let believed = |name: &str| {
        let forged = CertificateParams::new([name.to_owned()]).unwrap();
        let forged = forged.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        browser
            .verify_server_cert(forged.der(), &[], &name, &[], UnixTime::now())
            .map(drop)
    };
    for local in ["localhost", "printer.local", "10.1.2.3", "192.168.0.9", "fd00::1"] {
        assert_eq!(believed(local), Ok(()), "{local}");
    }
    for foreign in ["bank.example", "example.com", "8.8.8.8", "2001:db8::1"] {
        let refused = believed(foreign).unwrap_err();
        let rustls::Error::InvalidCertificate(CertificateError::Other(why)) = &refused else {
            panic!("{foreign}: {refused}");
        };
        assert!(why.to_string().contains("NameConstraint"), "{foreign}: {why}");
    }
}

/// A certificate and its key for localhost, in files; what a client must trust.
fn own(place: &Place, name: &str) -> (PathBuf, PathBuf, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let file = |end: &str, text: &str| {
        let path = place.path().join(format!("{name}.{end}"));
        fs::write(&path, text).unwrap();
        path
    };
    let certificate = file("crt", &made.cert.pem());
    (
        certificate,
        file("key", &made.signing_key.serialize_pem()),
        made.cert.der().clone(),
    )
}

fn hang_up(server: &Server) {
    let sent = Command::new("kill")
        .arg("-HUP")
        .arg(server.pid().to_string())
        .status()
        .unwrap();
    assert!(sent.success());
}

#[test]
fn an_own_certificate_is_read_again_when_told_to() {
    let place = Place::new(&[]);
    let (crt, key, first) = own(&place, "shown");
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let server = start(&place, &["--tls-cert", &text(&crt), "--tls-key", &text(&key)]);
    secure(server.address, &first, "localhost", "/api/v1/health").unwrap();
    // Nobody needs to enrol with it.
    let enrol = plain(server.address, "GET", "/enrol", "");
    assert!(enrol.head.starts_with("http/1.1 307"), "{}", enrol.head);
    assert!(!place.data().join("tls").exists());

    // Half of a replacement: the one before stays, and the log says why.
    let (next_crt, next_key, next) = own(&place, "next");
    fs::copy(&next_crt, &crt).unwrap();
    hang_up(&server);
    eventually("a word in the log", || {
        place.log().contains("does not go with the certificate").then_some(())
    });
    secure(server.address, &first, "localhost", "/api/v1/health").unwrap();

    fs::copy(&next_key, &key).unwrap();
    hang_up(&server);
    eventually("the next certificate", || {
        secure(server.address, &next, "localhost", "/api/v1/health").ok()
    });
    assert!(secure(server.address, &first, "localhost", "/api/v1/health").is_err());
}

#[test]
fn a_certificate_that_cannot_be_used_stops_the_start() {
    let place = Place::new(&[]);
    let ((crt, _, _), (_, other_key, _)) = (own(&place, "a"), own(&place, "b"));
    let secret = fs::read_to_string(&other_key).unwrap();
    let missing = place.path().join("missing.key");
    for (key, why) in [
        (&other_key, "does not go with"),
        (&missing, "cannot be read"),
        (&crt, "no private key"),
    ] {
        let output = place
            .serve()
            .arg("--tls-cert")
            .arg(&crt)
            .arg("--tls-key")
            .arg(key)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
        assert!(
            secret.lines().all(|line| !said.contains(line)),
            "it tells the key: {said}"
        );
    }
}

#[test]
fn other_computers_are_let_in_unencrypted_only_when_told_to() {
    let place = Place::new(&[]);
    let listen = |more: &[&str]| {
        let mut command = crate::support::gemba();
        command
            .arg("serve")
            .args(["--listen", "0.0.0.0:0", "--data"])
            .arg(place.data());
        command.args(more).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let output = listen(&[]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for way in ["--tls ", "--tls-cert", "--behind-proxy", "--plain-http"] {
        assert!(said.contains(way), "{said}");
    }
    assert!(!place.data().exists());
    for way in ["--plain-http", "--behind-proxy"] {
        let server = Server::from(listen(&[way]), place.token()).unwrap();
        server.assert_alive();
    }
}
