//! A record is fetched from the server, or written from the data of a stopped one, and checked without either.

use serde_json::json;
use std::fs;

use crate::support::{Place, gemba};

const NOTE: &str = "app: {en: Note, zh: 记录}\ninputs:\n  - text: What\nsteps:\n  - finish: Written\n";

/// What the command said, and its exit code.
fn said(arguments: &[&str]) -> (String, i32) {
    let output = gemba().args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.code().unwrap())
}

#[test]
fn a_record_leaves_the_server_and_is_checked_without_it() {
    let place = Place::new(&[("note.yaml", NOTE)]);
    let server = place.start();
    let client = server.client();
    let start = json!({"app": "note", "inputs": {"what": "轴 4711"}});
    let run = client.post("/runs", &start).with(201);
    let run = run["id"].as_str().unwrap();
    let fetched = client.get(&format!("/runs/{run}/record"));
    assert_eq!(fetched.status, 200);
    let hash = fetched.headers["gemba-record-sha256"].to_str().unwrap().to_owned();
    for (format, begins) in [("html", "<!doctype html>"), ("pdf", "%PDF-"), ("json", "{\"answers\"")] {
        let part = client.get(&format!("/runs/{run}/record?format={format}"));
        assert!(part.bytes.starts_with(begins.as_bytes()), "{format}");
        assert_eq!(part.headers["gemba-record-sha256"], hash.as_str());
    }
    client
        .get(&format!("/runs/{run}/record?format=docx"))
        .refused(422, "invalid-query");
    client
        .get("/runs/019abe0c-5a4e-7c11-9d0c-0d6b1c9f0a11/record")
        .refused(404, "not-found");

    let file = place.path().join("record.zip");
    let path = file.to_str().unwrap();
    fs::write(&file, &fetched.bytes).unwrap();
    let (text, code) = said(&["verify", path, "--lang", "en"]);
    assert!(
        code == 0 && text.contains("the record is whole") && text.contains(&hash),
        "{text}"
    );
    let mut changed = fetched.bytes.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    fs::write(&file, &changed).unwrap();
    let (text, code) = said(&["verify", path, "--lang", "zh"]);
    assert!(code == 1 && text.contains("此记录不可信"), "{text}");
    let (text, code) = said(&["verify", "/nothing/is/here"]);
    assert_eq!(code, 2, "{text}");

    server.stop();
    let data = place.data();
    let out = place.path().join("records");
    let arguments = [
        "record",
        run,
        "--data",
        data.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    let (text, code) = said(&arguments);
    assert!(code == 0 && text.contains(&hash), "{text}");
    let written = fs::read(out.join(format!("{run}.gemba-record.zip"))).unwrap();
    assert!(written == fetched.bytes, "the same run, the same bytes");
    assert_eq!(said(&arguments).1, 2, "nothing is overwritten");
}
