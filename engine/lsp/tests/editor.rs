//! What an editor gets.

#![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

use std::fs;
use std::path::Path;
use std::thread::JoinHandle;

use gemba_lsp::{Connection, serve};
use lsp_server::{Message, Notification, Request};
use serde_json::{Value as Json, json};

const SITE: &str = "site: Plant
time_zone: Asia/Shanghai
areas:
  - area: machining
    lines:
      - line: line-3
        stations: [qc-1, qc-2]
roles: [operator, team leader]
connections:
  - connection: erp
    address: https://erp.example/api
";

const APP: &str = "app: First piece
start:
  - button: Go
    at: [qc-1]
inputs:
  - text: Order
tables:
  - table: Pieces
    key: serial
    columns: [serial, diameter]
steps:
  - form: Measure the piece
    to: operator
    fields:
      - measure: Shaft diameter
        limits: 24.95 to 25.05 mm
      - check: Surface
  - if: shaft_diameter is ok
    steps:
      - tell: team leader
        message: \"{order}: {shaft_diameter}\"
  - save: Pieces
    values:
      serial: = order
      diameter: = measure_the_piece.shaft_diameter
tests:
  - test: Good
    start: {order: A}
    answer:
      - measure_the_piece: {shaft_diameter: 25, surface: pass}
";

struct Editor {
    connection: Connection,
    server: Option<JoinHandle<()>>,
    folder: tempfile::TempDir,
    asked: i32,
}

impl Editor {
    fn on(files: &[(&str, &str)], locale: &str) -> Editor {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let (connection, theirs) = Connection::memory();
        let server = std::thread::spawn(move || serve(&theirs).unwrap());
        let mut editor = Editor {
            connection,
            server: Some(server),
            folder,
            asked: 0,
        };
        let root = uri(editor.folder.path());
        let ready = editor.ask(
            "initialize",
            json!({"capabilities": {}, "locale": locale, "workspaceFolders": [{"uri": root, "name": "apps"}]}),
        );
        assert_eq!(ready["capabilities"]["positionEncoding"], "utf-16");
        editor.say("initialized", json!({}));
        editor
    }

    fn say(&self, method: &str, params: Json) {
        let said = Notification::new(method.to_owned(), params);
        self.connection.sender.send(said.into()).unwrap();
    }

    fn response(&mut self, method: &str, params: Json) -> Result<Json, String> {
        self.asked += 1;
        let asked = Request::new(self.asked.into(), method.to_owned(), params);
        self.connection.sender.send(asked.into()).unwrap();
        loop {
            if let Message::Response(response) = self.connection.receiver.recv().unwrap() {
                assert_eq!(response.id, self.asked.into());
                let text = serde_json::to_value(&response).unwrap();
                return match text.get("error") {
                    Some(error) => Err(error["message"].as_str().unwrap().to_owned()),
                    None => Ok(text["result"].clone()),
                };
            }
        }
    }

    fn ask(&mut self, method: &str, params: Json) -> Json {
        self.response(method, params).unwrap()
    }

    fn uri(&self, name: &str) -> String {
        uri(&self.folder.path().join(name))
    }

    fn open(&self, name: &str, text: &str) {
        let document = json!({"uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text});
        self.say("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// The next diagnostics of this version of a file.
    fn diagnostics(&self, name: &str, version: i32) -> Vec<Json> {
        loop {
            if let Message::Notification(told) = self.connection.receiver.recv().unwrap()
                && told.params["uri"] == self.uri(name).as_str()
                && told.params["version"] == version
            {
                return told.params["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    fn change(&self, name: &str, version: i32, changes: Json) {
        let document = json!({"uri": self.uri(name), "version": version});
        self.say(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": changes}),
        );
    }

    fn at(&self, name: &str, text: &str, mark: &str, behind: usize) -> Json {
        let byte = text.find(mark).unwrap_or_else(|| panic!("{mark}")) + behind;
        let before = &text[..byte];
        let line = before.matches('\n').count();
        let character = before.rsplit('\n').next().unwrap().encode_utf16().count();
        json!({"textDocument": {"uri": self.uri(name)}, "position": {"line": line, "character": character}})
    }

    /// What is offered where `|` stands in a file.
    fn offered(&mut self, name: &str, marked: &str) -> Vec<String> {
        let text = marked.replacen('|', "", 1);
        self.open(name, &text);
        let at = self.at(name, marked, "|", 0);
        let found = self.ask("textDocument/completion", at);
        let items = found.as_array().unwrap().iter();
        items.map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.say("exit", json!(null));
        let served = self.server.take().unwrap().join();
        assert!(std::thread::panicking() || served.is_ok());
    }
}

fn uri(path: &Path) -> String {
    let text = path.to_str().unwrap();
    let mut out = String::from("file://");
    for byte in text.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn applied(text: &str, edits: &Json) -> String {
    let byte = |position: &Json| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let units = position["character"].as_u64().unwrap() as usize;
        let mut seen = 0;
        let inside = text[start..].char_indices().find(|(_, c)| {
            let here = seen >= units;
            seen += c.len_utf16();
            here
        });
        inside.map_or(text.len(), |(at, _)| start + at)
    };
    let mut all: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (
                byte(&range["start"]),
                byte(&range["end"]),
                edit["newText"].as_str().unwrap(),
            )
        })
        .collect();
    all.sort();
    let mut out = text.to_owned();
    for (start, end, new) in all.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}

#[test]
fn mistakes_are_told_when_a_file_is_opened_and_when_it_changes() {
    let editor = Editor::on(&[("site.yaml", SITE)], "en");
    editor.open("a.yaml", APP);
    assert_eq!(editor.diagnostics("a.yaml", 1), Vec::<Json>::new());
    // Behind Chinese and an emoji, in UTF-16.
    let line = APP[..APP.find("message:").unwrap()].matches('\n').count();
    let range = json!({"start": {"line": line, "character": 17}, "end": {"line": line, "character": 80}});
    editor.change("a.yaml", 2, json!([{"range": range, "text": "\"轴🔧径 {ordr}\""}]));
    let found = editor.diagnostics("a.yaml", 2);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["range"]["start"], json!({"line": line, "character": 24}));
    assert_eq!(found[0]["range"]["end"], json!({"line": line, "character": 28}));
    assert!(found[0]["message"].as_str().unwrap().contains("ordr"));
    editor.change("a.yaml", 3, json!([{"text": APP.replace("qc-1", "qc-9")}]));
    assert_eq!(editor.diagnostics("a.yaml", 3).len(), 1);
    // The site gets the station: the app is right again.
    editor.open("site.yaml", &SITE.replace("qc-2", "qc-9"));
    while !editor.diagnostics("a.yaml", 3).is_empty() {}
}

#[test]
fn what_fits_is_offered() {
    let report = "app: Report\ninputs:\n  - text: Line\nsteps:\n  - tell: operator\n    message: \"{line}\"\n";
    let mut editor = Editor::on(&[("site.yaml", SITE), ("report.yaml", report)], "en");
    let with = |from: &str, to: &str| {
        assert!(APP.contains(from), "{from}");
        APP.replacen(from, to, 1)
    };
    let cases: Vec<(String, &[&str], &[&str])> = vec![
        // Keys of the file, of a kind, without those that are there.
        (
            "|".to_owned(),
            &["app", "steps", "inputs", "tables"],
            &["form", "fields"],
        ),
        (
            with("    to: operator\n", "    to: operator\n    |\n"),
            &["within", "late", "not_by", "sign", "if"],
            &["to", "fields", "limits"],
        ),
        (
            with("24.95 to 25.05 mm\n", "24.95 to 25.05 mm\n        sam|\n"),
            &["samples", "target", "show_if"],
            &["limits"],
        ),
        // Words of steps and fields.
        (
            with("  - save: Pieces", "  - |\n  - save: Pieces"),
            &["form", "hold", "tell"],
            &["measure", "fields"],
        ),
        (
            with("      - check: Surface", "      - c|"),
            &["check", "choose", "measure"],
            &["form"],
        ),
        (
            with("      - tell: team leader\n", "      - |\n      - tell: team leader\n"),
            &["wait", "form"],
            &["check"],
        ),
        // Things of the site and tables.
        (
            with("to: operator", "to: |"),
            &["operator", "team leader", "qc-1"],
            &["erp"],
        ),
        (with("at: [qc-1]", "at: [qc-1, |]"), &["qc-2", "line-3"], &["operator"]),
        (with("save: Pieces", "save: P|"), &["Pieces"], &[]),
        (with("      serial: = order\n", "      |\n"), &["serial"], &["diameter"]),
        (
            with("  - save: Pieces", "  - call: |\n  - save: Pieces"),
            &["report"],
            &["first_piece"],
        ),
        (
            with(
                "  - save: Pieces",
                "  - call: report\n    with:\n      |\n  - save: Pieces",
            ),
            &["line"],
            &[],
        ),
        // Names in formulas and sentences.
        (
            with("if: shaft_diameter is ok", "if: shaft|"),
            &["shaft_diameter", "surface", "order", "is ok"],
            &["Pieces"],
        ),
        (with("= order", "= |"), &["order", "measure_the_piece"], &[]),
        (
            with("{order}: {shaft_diameter}", "{|"),
            &["order", "shaft_diameter"],
            &["is ok"],
        ),
        (
            with("= measure_the_piece.shaft_diameter", "= measure_the_piece.|"),
            &["shaft_diameter", "surface", "answered_by"],
            &["order"],
        ),
        (
            with("= order", "= shaft_diameter.|"),
            &["samples", "verdict", "limits"],
            &["order"],
        ),
        // The script of a test.
        (
            with(
                "      - measure_the_piece: {shaft_diameter: 25, surface: pass}",
                "      - |",
            ),
            &["measure_the_piece"],
            &["shaft_diameter"],
        ),
    ];
    for (marked, there, absent) in cases {
        // What was understood last serves while the file is half typed.
        editor.open("a.yaml", APP);
        let offered = editor.offered("a.yaml", &marked);
        for word in there {
            assert!(
                offered.iter().any(|one| one == word),
                "{word} of {offered:?} in\n{marked}"
            );
        }
        for word in absent {
            assert!(
                !offered.iter().any(|one| one == word),
                "{word} of {offered:?} in\n{marked}"
            );
        }
    }
    let site = SITE.replace("roles:", "|\nroles:");
    let offered = editor.offered("site.yaml", &site);
    assert!(
        offered.contains(&"shifts".to_owned()) && !offered.contains(&"areas".to_owned()),
        "{offered:?}"
    );
}

#[test]
fn words_are_offered_as_the_file_has_them() {
    let mut editor = Editor::on(&[("site.yaml", SITE)], "zh-CN");
    let source = "应用: 首件\n步骤:\n  - 表单: 量一量\n    填写项:\n      - 测量: 轴径\n        |\n";
    let offered = editor.offered("a.yaml", source);
    assert!(offered.contains(&"限值".to_owned()), "{offered:?}");
    assert!(!offered.contains(&"limits".to_owned()), "{offered:?}");
    let text = "应用: 首件\n步骤:\n  - 表单: 量一量\n    填写项:\n      - 测量: 轴径\n        限值: 1 到 2 mm\n        可不填: 是\n";
    editor.open("b.yaml", text);
    let hover = editor.ask("textDocument/hover", editor.at("b.yaml", text, "限值", 3));
    assert!(hover["contents"]["value"].as_str().unwrap().contains("限值"), "{hover}");
}

#[test]
fn words_and_names_are_explained() {
    let mut editor = Editor::on(&[("site.yaml", SITE)], "en");
    editor.open("a.yaml", APP);
    let mut said = |mark: &str, behind: usize| {
        let at = editor.at("a.yaml", APP, mark, behind);
        let found = editor.ask("textDocument/hover", at);
        found["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    assert!(said("measure: Shaft", 2).contains("limits: 24.95 to 25.05 mm"));
    assert!(said("limits: 24", 2).contains("**limits** — "));
    assert!(
        said("shaft_diameter is ok", 3).contains("number (mm)"),
        "{}",
        said("shaft_diameter is ok", 3)
    );
    assert!(said("{order}", 2).contains("input"));
    assert!(said("team leader", 2).contains("of the site"));
}

#[test]
fn things_are_found_where_they_are_made() {
    let mut editor = Editor::on(&[("site.yaml", SITE)], "en");
    editor.open("a.yaml", APP);
    for (mark, behind, file, made) in [
        ("{shaft_diameter}", 3, "a.yaml", "Shaft diameter"),
        ("measure_the_piece.shaft", 3, "a.yaml", "Measure the piece"),
        (".shaft_diameter\n", 3, "a.yaml", "Shaft diameter"),
        ("= order", 3, "a.yaml", "Order"),
        ("save: Pieces", 8, "a.yaml", "Pieces"),
        ("      serial: =", 8, "a.yaml", "serial, diameter"),
        ("to: operator", 6, "site.yaml", "operator"),
        ("[qc-1]", 2, "site.yaml", "qc-1"),
        ("{shaft_diameter: 25", 3, "a.yaml", "Shaft diameter"),
    ] {
        let at = editor.at("a.yaml", APP, mark, behind);
        let found = editor.ask("textDocument/definition", at);
        let place = &found[0];
        assert_eq!(place["uri"], editor.uri(file).as_str(), "{mark}: {found}");
        let text = if file == "a.yaml" { APP } else { SITE };
        let wanted = editor.at(file, text, made, 0);
        assert_eq!(place["range"]["start"], wanted["position"], "{mark}");
    }
    let all = editor.ask("textDocument/references", {
        let mut at = editor.at("a.yaml", APP, "Shaft diameter", 1);
        at["context"] = json!({"includeDeclaration": true});
        at
    });
    assert_eq!(all.as_array().unwrap().len(), 5, "{all}");
}

#[test]
fn a_thing_gets_another_name_wherever_it_is_named() {
    let other = "app: Other\nsteps:\n  - form: Look\n    to: operator\n    fields:\n      - tick: Seen\n";
    let mut editor = Editor::on(&[("site.yaml", SITE), ("a.yaml", APP), ("other.yaml", other)], "en");
    editor.open("a.yaml", APP);
    let mut rename = |mark: &str, behind: usize, name: &str| {
        let mut at = editor.at("a.yaml", APP, mark, behind);
        at["newName"] = json!(name);
        let changes = editor.response("textDocument/rename", at)?;
        Ok::<_, String>((
            changes["changes"].clone(),
            editor.uri("a.yaml"),
            editor.uri("site.yaml"),
            editor.uri("other.yaml"),
        ))
    };
    let (changes, app, ..) = rename("{shaft_diameter}", 3, "diameter_mm").unwrap();
    let now = applied(APP, &changes[&app]);
    let wanted = APP.replace("shaft_diameter", "diameter_mm").replace(
        "- measure: Shaft diameter\n",
        "- measure: Shaft diameter\n        id: diameter_mm\n",
    );
    assert_eq!(now, wanted);
    let (changes, app, ..) = rename("columns: [serial", 11, "number").unwrap();
    let now = applied(APP, &changes[&app]);
    assert_eq!(
        now,
        APP.replace("key: serial", "key: number")
            .replace("[serial,", "[number,")
            .replace("      serial:", "      number:")
    );
    let (changes, app, site, others) = rename("to: operator", 6, "line operator").unwrap();
    assert_eq!(applied(APP, &changes[&app]), APP.replace("operator", "line operator"));
    assert_eq!(
        applied(SITE, &changes[&site]),
        SITE.replace("operator", "line operator")
    );
    assert_eq!(
        applied(other, &changes[&others]),
        other.replace("operator", "line operator")
    );
    // What is taken, or no name, is refused with the reason.
    let taken = rename("{shaft_diameter}", 3, "surface").unwrap_err();
    assert!(taken.contains("a.yaml would be wrong"), "{taken}");
    assert!(
        rename("{shaft_diameter}", 3, "is ok")
            .unwrap_err()
            .contains("small letters")
    );
    assert!(rename("start:\n", 1, "x").is_err());
}

#[test]
fn an_app_gets_another_id_wherever_it_is_called() {
    let calls = "app: Line start\nsteps:\n  - call: first_piece\n    with: {order: = \"A\"}\n  - finish: Done\n";
    let files = [("site.yaml", SITE), ("a.yaml", APP), ("calls.yaml", calls)];
    let mut editor = Editor::on(&files, "en");
    editor.open("a.yaml", APP);
    editor.open("calls.yaml", calls);
    for (name, text, mark, behind) in [
        ("calls.yaml", calls, "call: first_piece", 8),
        ("a.yaml", APP, "app: First", 6),
    ] {
        let mut at = editor.at(name, text, mark, behind);
        let offered = editor.ask("textDocument/prepareRename", at.clone());
        assert_eq!(offered["placeholder"], "first_piece");
        at["newName"] = json!("first_piece_of_shaft");
        let changes = editor.ask("textDocument/rename", at)["changes"].clone();
        assert_eq!(changes.as_object().unwrap().len(), 2, "{changes}");
        // The sentence stays, and gets an id below it.
        let wanted = APP.replacen("app: First piece\n", "app: First piece\nid: first_piece_of_shaft\n", 1);
        assert_eq!(applied(APP, &changes[&editor.uri("a.yaml")]), wanted);
        let wanted = calls.replace("first_piece", "first_piece_of_shaft");
        assert_eq!(applied(calls, &changes[&editor.uri("calls.yaml")]), wanted);
        let mut at = editor.at(name, text, mark, behind);
        at["newName"] = json!("Not An Id");
        assert!(
            editor
                .response("textDocument/rename", at)
                .unwrap_err()
                .contains("small letters")
        );
    }
    let at = editor.at("calls.yaml", calls, "call: first_piece", 8);
    let made = editor.ask("textDocument/definition", at);
    assert_eq!(made.as_array().unwrap().len(), 1);
    assert_eq!(made[0]["uri"], json!(editor.uri("a.yaml")));
}

#[test]
fn words_of_which_there_are_only_these_are_offered() {
    let app = "app: Look
start:
  - at: \"06:00\"
    days: 
steps:
  - form: Look at it
    to: operator
    fields:
      - check: Surface
        default: 
      - yes_no: Marked
        default: 
      - choose: Colour
        from: [red, blue]
  - together: Both
    wait_for: 
    branches:
      - branch: One
        steps:
          - wait: 1 min
  - decide: Way
    rule: 
tests:
  - test: Good
    answer:
      - look_at_it: {surface: pass, marked: yes, colour: red}
    expect:
      outcome: 
";
    let site =
        "site: Plant\ntime_zone: UTC\nprinters:\n  - printer: Labels\n    address: folder:labels\n    format: \n";
    let mut editor = Editor::on(&[("site.yaml", SITE), ("a.yaml", app)], "en");
    editor.open("a.yaml", app);
    editor.open("plant/site.yaml", site);
    let mut offered = |name: &str, text: &str, mark: &str, behind: usize| -> Vec<String> {
        let at = editor.at(name, text, mark, behind);
        let found = editor.ask("textDocument/completion", at);
        let labels = found.as_array().unwrap().iter();
        labels.map(|one| one["label"].as_str().unwrap().to_owned()).collect()
    };
    let of = |mark: &str| mark.len();
    for (mark, words) in [
        ("days: ", &["mon", "sun", "every day"][..]),
        ("check: Surface\n        default: ", &["pass", "fail", "not applicable"]),
        ("yes_no: Marked\n        default: ", &["yes", "no"]),
        ("wait_for: ", &["all", "first"]),
        ("rule: ", &["unique", "first", "all"]),
        ("outcome: ", &["finished", "failed", "waiting"]),
    ] {
        let found = offered("a.yaml", app, mark, of(mark));
        for word in words {
            assert!(
                found.iter().any(|one| one == word),
                "{mark}: {word} is not in {found:?}"
            );
        }
        assert!(!found.iter().any(|one| one == "operator"), "{mark}: {found:?}");
    }
    let found = offered("plant/site.yaml", site, "format: ", 8);
    assert_eq!(found, ["zpl", "pdf", "png"]);
}

#[test]
fn mistakes_are_repaired_and_files_laid_out() {
    let mut editor = Editor::on(&[("site.yaml", SITE)], "en");
    let wrong = APP.replace("limits: 24", "limts: 24");
    editor.open("a.yaml", &wrong);
    let at = editor.at("a.yaml", &wrong, "limts", 0)["position"].clone();
    let found = editor.ask(
        "textDocument/codeAction",
        json!({"textDocument": {"uri": editor.uri("a.yaml")}, "range": {"start": at, "end": at}, "context": {"diagnostics": []}}),
    );
    assert_eq!(found[0]["title"], "Write 'limits'");
    let edits = &found[0]["edit"]["changes"][&editor.uri("a.yaml")];
    assert_eq!(applied(&wrong, edits), APP);

    editor.open("b.yaml", &APP.replacen("app: ", "app:   ", 1));
    let options = json!({"tabSize": 2, "insertSpaces": true});
    let edits = editor.ask(
        "textDocument/formatting",
        json!({"textDocument": {"uri": editor.uri("b.yaml")}, "options": options}),
    );
    assert_eq!(applied(&APP.replacen("app: ", "app:   ", 1), &edits), APP);
    let outline = editor.ask(
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": editor.uri("b.yaml")}}),
    );
    let names: Vec<&str> = outline
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Go",
            "Order",
            "Pieces",
            "Measure the piece",
            "shaft_diameter is ok",
            "Pieces",
            "Good"
        ]
    );
    assert_eq!(outline[3]["children"][0]["name"], "Shaft diameter");
}

#[test]
fn half_typed_files_are_answered_everywhere() {
    let mut editor = Editor::on(&[("site.yaml", SITE)], "en");
    let app = APP.replace("First piece", "首件🔧");
    editor.open("a.yaml", &app);
    let mut version = 1;
    // The file as it is after each key, cut off there.
    for (at, _) in app.char_indices().step_by(7) {
        version += 1;
        editor.change("a.yaml", version, json!([{"text": &app[..at]}]));
        let place = |editor: &Editor| {
            let before = &app[..at];
            let line = before.matches('\n').count();
            let character = before.rsplit('\n').next().unwrap().encode_utf16().count();
            json!({"textDocument": {"uri": editor.uri("a.yaml")}, "position": {"line": line, "character": character}})
        };
        let asked = place(&editor);
        editor.ask("textDocument/completion", asked.clone());
        editor.ask("textDocument/hover", asked.clone());
        editor.ask("textDocument/definition", asked);
        editor.ask(
            "textDocument/documentSymbol",
            json!({"textDocument": {"uri": editor.uri("a.yaml")}}),
        );
    }
    // Positions that are not there.
    let far = json!({"textDocument": {"uri": editor.uri("a.yaml")}, "position": {"line": 9999, "character": 9999}});
    editor.ask("textDocument/completion", far);
    assert!(
        editor
            .response(
                "textDocument/hover",
                json!({"textDocument": {"uri": "file:///nowhere.yaml"}, "position": {"line": 0, "character": 0}})
            )
            .is_err()
    );
    assert!(editor.response("textDocument/unheardOf", json!({})).is_err());
}

#[test]
fn a_folder_of_a_thousand_apps_is_answered_while_it_is_read() {
    let names: Vec<String> = (0..1_000).map(|number| format!("app-{number}.yaml")).collect();
    let texts: Vec<String> = (0..1_000)
        .map(|number| APP.replace("First piece", &format!("App {number}")))
        .collect();
    let mut files: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(texts.iter().map(String::as_str))
        .collect();
    files.push(("site.yaml", SITE));
    let mut editor = Editor::on(&files, "en");
    let caller = APP.replace("  - save: Pieces", "  - call: app_9999\n  - save: Pieces");
    // Answered at once, with what is known by then.
    let offered = editor.offered("a.yaml", &caller.replace("to: operator", "to: |"));
    assert!(offered.contains(&"operator".to_owned()));
    editor.change("a.yaml", 2, json!([{"text": caller}]));
    // Once all are read, a call of an app that is not there is told.
    loop {
        let found = editor.diagnostics("a.yaml", 2);
        if found
            .iter()
            .any(|one| one["message"].as_str().unwrap().contains("app_9999"))
        {
            break;
        }
    }
    let offered = editor.offered("a.yaml", &caller.replace("call: app_9999", "call: |"));
    assert!(offered.len() >= 1_000, "{}", offered.len());
}
