//! `gemba lsp`, as an editor starts it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

fn send(to: &mut impl Write, message: &Value) {
    let text = message.to_string();
    write!(to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
    to.flush().unwrap();
}

fn receive(from: &mut impl BufRead) -> Value {
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(from.read_line(&mut line).unwrap() > 0, "the server is gone");
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut text = vec![0; length];
    std::io::Read::read_exact(from, &mut text).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn until(from: &mut impl BufRead, fits: impl Fn(&Value) -> bool) -> Value {
    loop {
        let message = receive(from);
        if fits(&message) {
            return message;
        }
    }
}

#[test]
fn an_editor_is_served_over_standard_input_and_output() {
    let place = tempfile::tempdir().unwrap();
    fs::write(
        place.path().join("site.yaml"),
        "site: Plant\ntime_zone: UTC\nroles: [operator]\n",
    )
    .unwrap();
    let root = format!("file://{}", place.path().display());
    let uri = format!("{root}/a.yaml");
    let mut server = Command::new(env!("CARGO_BIN_EXE_gemba"))
        .args(["lsp", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap());
    let params = json!({"capabilities": {}, "locale": "zh-cn", "workspaceFolders": [{"uri": root, "name": "apps"}]});
    send(
        &mut input,
        &json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}),
    );
    let ready = until(&mut output, |message| message["id"] == 1);
    assert_eq!(ready["result"]["serverInfo"]["name"], "gemba");
    send(
        &mut input,
        &json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
    );
    let text = "app: 首件🔧\nsteps:\n  - form: Look\n    too: operator\n    fields:\n      - tick: Seen\n";
    let document = json!({"uri": uri, "languageId": "yaml", "version": 7, "text": text});
    send(
        &mut input,
        &json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}),
    );
    let told = until(&mut output, |message| {
        message["method"] == "textDocument/publishDiagnostics"
    });
    let found = &told["params"]["diagnostics"][0];
    assert_eq!(told["params"]["version"], 7);
    assert_eq!(found["range"]["start"], json!({"line": 3, "character": 4}));
    assert!(!found["message"].as_str().unwrap().is_ascii(), "{found}");
    let at = json!({"textDocument": {"uri": uri}, "position": {"line": 3, "character": 9}});
    send(
        &mut input,
        &json!({"jsonrpc": "2.0", "id": 2, "method": "textDocument/completion", "params": at}),
    );
    let offered = until(&mut output, |message| message["id"] == 2);
    assert!(offered["result"].is_array(), "{offered}");
    send(&mut input, &json!({"jsonrpc": "2.0", "id": 3, "method": "shutdown"}));
    until(&mut output, |message| message["id"] == 3);
    send(&mut input, &json!({"jsonrpc": "2.0", "method": "exit"}));
    assert!(server.wait().unwrap().success());
}
