//! A copy made while the server works, and a server restored from it.

use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Client, Place, QUESTIONS, SITE, Server, eventually, gemba};

fn backup(data: &Path, dest: &Path, more: &[&str]) -> Output {
    let mut command = gemba();
    command.arg("backup").arg(dest).arg("--data").arg(data).args(more);
    command.output().unwrap()
}

#[track_caller]
fn ended(output: &Output, code: i32, says: &[&str]) {
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{said}");
    for part in says {
        assert!(said.contains(part), "'{part}' is not in: {said}");
    }
}

/// What a client was told: every run that it started, with the answer that the run ended with, and every photo.
#[derive(Clone, Default)]
struct Acknowledged {
    runs: BTreeMap<String, Option<String>>,
    photos: BTreeMap<String, Vec<u8>>,
}

/// Starts runs, answers them, and uploads photos, until it is over.
fn work(client: &Client, worker: usize, told: &Mutex<Acknowledged>, over: &AtomicBool) {
    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            return;
        }
        let run = client.post("/runs", &json!({"app": "questions"})).with(201);
        let id = run["id"].as_str().unwrap().to_owned();
        told.lock().unwrap().runs.insert(id.clone(), None);
        let words = format!("{worker}-{number}");
        let task = run["tasks"][0]["id"].as_str().unwrap().to_owned();
        let done = client.post(
            &format!("/tasks/{task}/complete"),
            &json!({"answers": {"words": words}}),
        );
        assert_eq!(done.with(200)["status"], "finished");
        told.lock().unwrap().runs.insert(id, Some(words.clone()));
        let bytes = words.repeat(500).into_bytes();
        let photo = client
            .send("POST", "/blobs", &[("content-type", "image/png")], &bytes)
            .unwrap();
        let id = photo.with(201)["id"].as_str().unwrap().to_owned();
        told.lock().unwrap().photos.insert(id, bytes);
    }
}

fn assert_has(client: &Client, told: &Acknowledged) {
    assert!(told.runs.len() > 20 && told.photos.len() > 10);
    for (run, words) in &told.runs {
        let found = client.get(&format!("/runs/{run}")).with(200);
        if let Some(words) = words {
            assert_eq!(found["status"], "finished", "{run}");
            let timeline = client.get(&format!("/runs/{run}/timeline")).with(200).to_string();
            assert!(timeline.contains(words), "{run}: {timeline}");
        }
    }
    for (photo, bytes) in &told.photos {
        assert_eq!(&client.get(&format!("/blobs/{photo}")).bytes, bytes);
    }
}

#[test]
fn everything_acknowledged_before_a_backup_is_in_the_server_restored_from_it() {
    let place = Place::new(&[("questions.yaml", QUESTIONS), ("site.yaml", SITE)]);
    let server = place.start();
    let (told, over) = (Mutex::new(Acknowledged::default()), AtomicBool::new(false));
    let dest = place.path().join("backups/first");
    let client = server.client().as_person("wang");
    let before = std::thread::scope(|scope| {
        for worker in 0..4 {
            let (client, told, over) = (&client, &told, &over);
            scope.spawn(move || work(client, worker, told, over));
        }
        eventually("something to back up", || {
            let told = told.lock().unwrap();
            (told.runs.len() > 40 && told.photos.len() > 30).then_some(())
        });
        let before = told.lock().unwrap().clone();
        let output = backup(&place.data(), &dest, &[]);
        over.store(true, Ordering::SeqCst);
        ended(&output, 0, &["nothing is wrong", "copied to"]);
        before
    });
    // The server did not notice.
    server.assert_alive();
    assert_has(&client, &told.lock().unwrap());
    let after_the_backup = client.post("/runs", &json!({"app": "questions"})).with(201);
    server.kill();

    // Restored as the copy itself says: put in the place of the data.
    let said = fs::read_to_string(dest.join("backup.txt")).unwrap();
    assert!(
        said.contains("move its data folder aside") && said.contains("恢复"),
        "{said}"
    );
    assert_eq!(fs::metadata(&dest).unwrap().permissions().mode() & 0o777, 0o700);
    fs::rename(place.data(), place.path().join("aside")).unwrap();
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .arg(&dest)
        .arg(place.data())
        .status();
    assert!(copied.unwrap().success());
    place.assert_sound();
    let server = place.start();
    let client = server.client().as_person("wang");
    assert_has(&client, &before);
    let run = after_the_backup["id"].as_str().unwrap();
    client.get(&format!("/runs/{run}")).refused(404, "not-found");
    // It goes on.
    client.post("/runs", &json!({"app": "questions"})).with(201);
    server.stop();
    place.assert_sound();
}

#[test]
fn a_backup_overwrites_nothing_and_leaves_nothing_half_done() {
    let place = Place::new(&[("questions.yaml", QUESTIONS)]);
    let dest = place.path().join("copy");
    ended(&backup(&place.data(), &dest, &[]), 2, &["there is no data"]);
    let server = place.start();
    let client = server.client();
    let photo = client
        .send("POST", "/blobs", &[("content-type", "image/png")], b"dent")
        .unwrap();
    let photo = photo.with(201)["id"].as_str().unwrap().to_owned();
    // Also of a server that stands still.
    server.stop();
    ended(&backup(&place.data(), &dest, &[]), 0, &["1 file"]);
    let kept = fs::read(dest.join("gemba.db")).unwrap();
    ended(
        &backup(&place.data(), &dest, &[]),
        2,
        &["exists", "nothing is overwritten"],
    );
    assert_eq!(fs::read(dest.join("gemba.db")).unwrap(), kept);

    let next = place.path().join("next");
    fs::create_dir(place.path().join("next.unfinished")).unwrap();
    ended(&backup(&place.data(), &next, &[]), 2, &["interrupted"]);
    fs::write(place.path().join("file"), "").unwrap();
    ended(
        &backup(&place.data(), &place.path().join("file/copy"), &[]),
        2,
        &["cannot be written"],
    );

    // What is wrong with the data is told, and what is left of it is copied.
    fs::remove_file(place.data().join("blobs").join(&photo[..2]).join(&photo)).unwrap();
    let damaged = place.path().join("damaged");
    ended(
        &backup(&place.data(), &damaged, &[]),
        1,
        &["its file is gone", "keep older backups"],
    );
    assert!(damaged.join("gemba.db").is_file());
    assert!(!place.path().join("damaged.unfinished").exists());
}

#[test]
fn the_key_that_tablets_trust_is_copied_only_when_asked_for() {
    let place = Place::new(&[]);
    let mut command = place.serve();
    command.arg("--tls");
    let server = Server::from(command, place.token()).unwrap();
    let (without, with) = (place.path().join("without"), place.path().join("with"));
    ended(
        &backup(&place.data(), &without, &[]),
        0,
        &["left out", "--with-tls-key"],
    );
    assert!(!without.join("tls").exists());
    ended(
        &backup(&place.data(), &with, &["--with-tls-key"]),
        0,
        &["nothing is wrong"],
    );
    for name in ["authority.key", "authority.crt"] {
        let (from, to) = (place.data().join("tls").join(name), with.join("tls").join(name));
        assert_eq!(fs::read(&from).unwrap(), fs::read(&to).unwrap());
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    }
    drop(server);
}
