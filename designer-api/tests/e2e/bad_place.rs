//! A full disk, a read-only folder, data of a newer version, of another server, and an address that is taken.

use serde_json::json;
use std::fs;
use std::process::{Command, Output};

use crate::support::{FIRST_PIECE, Place, QUESTIONS, SITE, Server, gemba, question, questions};

/// Runs a shell script in which a file system can be mounted that goes away with the server; `None` where the system
/// does not allow that.
fn in_own_mounts(place: &Place, script: &str) -> Option<Command> {
    let own = |script: &str| {
        let mut command = Command::new("unshare");
        command.args([
            "--user",
            "--map-root-user",
            "--mount",
            "--kill-child",
            "sh",
            "-c",
            script,
            "sh",
        ]);
        command
    };
    let can = own("mount -t tmpfs tmpfs /mnt")
        .output()
        .is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("not tested: this system allows no mounts in a namespace of its own");
        return None;
    }
    let mut command = own(&script.replace("DATA", place.data().to_str().unwrap()));
    command.arg(env!("CARGO_BIN_EXE_gemba"));
    place.serve_by(&mut command);
    Some(command)
}

#[test]
fn a_full_disk_is_told_and_nothing_acknowledged_is_lost() {
    let place = Place::new(&[("questions.yaml", QUESTIONS)]);
    fs::create_dir(place.data()).unwrap();
    let script = "mount -t tmpfs -o size=6m tmpfs DATA && exec \"$@\"";
    let Some(command) = in_own_mounts(&place, script) else {
        return;
    };
    let server = Server::from(command, place.token()).unwrap_or_else(|_| panic!("{}", place.log()));
    let client = server.client().as_person("wang");
    let task = question(&client);
    let draft = |number: usize| {
        let words = format!("{number} {}", "x".repeat(30_000));
        client.put(&format!("{task}/draft"), &json!({"answers": {"words": words}}))
    };
    // Fill it with photos, then up to the last page.
    let photo = |size: usize| {
        let bytes: Vec<u8> = (0..size).map(|at| (at * at % 251 + size % 7) as u8).collect();
        client
            .send("POST", "/blobs", &[("content-type", "image/jpeg")], &bytes)
            .unwrap()
    };
    let full = (0..20)
        .map(|step| photo(1_000_000 + step))
        .find(|answer| answer.status != 201)
        .unwrap();
    full.refused(507, "disk-full");
    let mut acknowledged = None;
    let mut number = 0;
    let refused = loop {
        let answer = draft(number);
        if answer.status != 200 {
            break answer;
        }
        acknowledged = Some(answer.json);
        number += 1;
        assert!(number < 2_000, "the disk never was full");
    };
    refused.refused(507, "disk-full");
    server.assert_alive();
    // Reading goes on; what was acknowledged is there.
    let kept = client.get(&task).with(200)["draft"].clone();
    assert_eq!(Some(kept), acknowledged);

    // Room again: it goes on by itself.
    let blobs = format!("/proc/{}/root{}/blobs", child_of(server.pid()), place.data().display());
    fs::remove_dir_all(&blobs).unwrap();
    fs::create_dir_all(&blobs).unwrap();
    draft(number).with(200);
}

/// The process that `unshare` started, or the process itself when it became that program.
fn child_of(pid: u32) -> u32 {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    children
        .split_whitespace()
        .next()
        .and_then(|child| child.parse().ok())
        .unwrap_or(pid)
}

fn refusal(output: &Output, code: i32, says: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for part in says {
        assert!(said.contains(part), "'{part}' is not in: {said}");
    }
}

#[test]
fn a_read_only_folder_is_told() {
    let place = Place::new(&[]);
    fs::create_dir(place.data()).unwrap();
    let script = "mount -t tmpfs -o ro tmpfs DATA && exec \"$@\"";
    let Some(mut command) = in_own_mounts(&place, script) else {
        return;
    };
    let output = command.stderr(std::process::Stdio::piped()).output().unwrap();
    refusal(
        &output,
        3,
        &["cannot be written", place.data().to_str().unwrap(), "--data"],
    );
}

#[test]
fn data_of_a_newer_version_is_left_alone() {
    let place = Place::new(&[("questions.yaml", QUESTIONS)]);
    let server = place.start();
    server.client().post("/runs", &json!({"app": "questions"})).with(201);
    server.stop();
    // PRAGMA user_version: the four bytes at 60 of an SQLite file (sqlite.org/fileformat2.html, 1.3).
    let database = place.data().join("gemba.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(&database, &bytes).unwrap();
    let output = place.serve().stderr(std::process::Stdio::piped()).output().unwrap();
    refusal(&output, 3, &["newer Gemba", "9999"]);
    let output = gemba().arg("verify").arg(place.data()).output().unwrap();
    refusal(&output, 3, &["newer Gemba"]);
    assert_eq!(fs::read(&database).unwrap(), bytes, "the data was changed");
}

#[test]
fn a_second_server_on_the_same_data_is_told() {
    let (place, server) = questions();
    let task = question(&server.client());
    let output = place.serve().stderr(std::process::Stdio::piped()).output().unwrap();
    refusal(
        &output,
        3,
        &["in use by another Gemba", &server.pid().to_string(), "--data"],
    );
    let output = gemba().arg("verify").arg(place.data()).output().unwrap();
    refusal(&output, 3, &["in use by another Gemba"]);
    server.client().get(&task).with(200);
}

#[test]
fn a_port_in_use_is_told_before_the_data_is_touched() {
    let (_place, server) = questions();
    let other = Place::new(&[]);
    let address = server.address.to_string();
    let output = gemba()
        .args(["serve", "--listen", &address, "--data"])
        .arg(other.data())
        .output()
        .unwrap();
    refusal(
        &output,
        4,
        &[&format!("port {} is in use", server.address.port()), "--listen"],
    );
    assert!(!other.data().exists());
    server.assert_alive();
}

#[test]
fn a_wrong_site_stops_the_start_and_a_wrong_app_does_not() {
    let wrong = FIRST_PIECE.replace("to: operator", "to: operater");
    let place = Place::new(&[
        ("first-piece.yaml", &wrong),
        ("questions.yaml", QUESTIONS),
        ("site.yaml", SITE),
    ]);
    let server = place.start();
    assert!(server.said.contains("app questions version 1"), "{}", server.said);
    assert_eq!(
        server.client().get("/apps").with(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let log = place.log();
    assert!(log.contains("was left out") && log.contains("operater"), "{log}");
    server.stop();

    fs::write(place.apps().join("site.yaml"), "site: [").unwrap();
    let output = place.serve().stderr(std::process::Stdio::piped()).output().unwrap();
    refusal(&output, 1, &["site.yaml", "has errors; the server did not start"]);
}
