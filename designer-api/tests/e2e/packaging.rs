//! What is shipped for running the server for real: the unit of systemd and the container file.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::tls::{certificate, secure};
use crate::support::{Place, QUESTIONS, SITE, Server, gemba};

const UNIT: &str = include_str!("../../packaging/gemba.service");
const CONTAINER: &str = include_str!("../../packaging/Containerfile");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The command line of the unit.
fn exec_start() -> Vec<&'static str> {
    let line = UNIT.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    line.split(' ').skip(1).collect()
}

/// The words of a list that an instruction of the container file ends with.
fn words(instruction: &str) -> Vec<String> {
    let line = CONTAINER.lines().find(|line| line.starts_with(instruction)).unwrap();
    serde_json::from_str(&line[line.rfind('[').unwrap()..]).unwrap()
}

/// A command line of a package, in a place of its own.
fn in_place(place: &Place, line: &[&str]) -> Command {
    let (apps, data) = (place.apps(), place.data());
    let mut command = gemba();
    for word in line {
        match *word {
            "/etc/gemba/apps" | "/apps" => command.arg(&apps),
            "/var/lib/gemba" | "/data" => command.arg(&data),
            "0.0.0.0:7878" => command.arg("0.0.0.0:0"),
            word => command.arg(word),
        };
    }
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn hear(socket: &UnixDatagram) -> String {
    let mut said = [0; 200];
    let length = socket.recv(&mut said).unwrap();
    String::from_utf8_lossy(&said[..length]).trim().to_owned()
}

#[test]
fn systemd_is_told_that_the_server_is_ready_alive_and_stopping() {
    let place = Place::new(&[("questions.yaml", QUESTIONS), ("site.yaml", SITE)]);
    let path = place.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut command = in_place(&place, &exec_start());
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "200000");
    let server = Server::from(command, place.token()).unwrap();
    assert_eq!(hear(&socket), "READY=1");
    for _ in 0..3 {
        assert_eq!(hear(&socket), "WATCHDOG=1");
    }
    assert_eq!(server.stop().code(), Some(0));
    let mut last = hear(&socket);
    while last == "WATCHDOG=1" {
        last = hear(&socket);
    }
    assert_eq!(last, "STOPPING=1");
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let place = Place::new(&[]);
    let unit = place.path().join("gemba.service");
    fs::write(&unit, UNIT.replace("/usr/local/bin/gemba", env!("CARGO_BIN_EXE_gemba"))).unwrap();
    let verified = Command::new("systemd-analyze").arg("verify").arg(&unit).output();
    let output = match verified {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("not tested: there is no systemd-analyze here");
            return;
        }
        verified => verified.unwrap(),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    let about_it: Vec<&str> = said.lines().filter(|line| line.contains("gemba")).collect();
    assert!(output.status.success() && about_it.is_empty(), "{said}");
}

#[test]
fn the_container_copies_what_is_there_and_starts_with_tls() {
    for line in CONTAINER
        .lines()
        .filter(|line| line.starts_with("COPY ") && !line.contains("--from"))
    {
        let mut sources: Vec<&str> = line.split(' ').skip(1).collect();
        sources.pop();
        for source in sources {
            assert!(Path::new(ROOT).join(source).exists(), "{line}: there is no {source}");
        }
    }
    let last = CONTAINER.rsplit("\nFROM ").next().unwrap();
    assert!(last.contains("\nUSER 65532") && last.contains("HEALTHCHECK"), "{last}");

    let place = Place::new(&[("questions.yaml", QUESTIONS), ("site.yaml", SITE)]);
    let line = words("CMD [");
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    let server = Server::from(in_place(&place, &line), place.token()).unwrap();
    let root = certificate(&fs::read(place.data().join("tls/authority.crt")).unwrap());
    secure(server.address, &root, "localhost", "/").unwrap();

    let health = words("HEALTHCHECK");
    assert_eq!(health[..2], ["/usr/local/bin/gemba", "health"]);
    let here = health[2].replace("7878", &server.address.port().to_string());
    let asked = || gemba().arg("health").arg(&here).output().unwrap();
    assert_eq!(
        (asked().status.code(), asked().stdout.as_slice()),
        (Some(0), b"up\n".as_slice())
    );
    server.stop();
    let output = asked();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("no server answers"), "{said}");
}
