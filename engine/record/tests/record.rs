//! Records of runs of a real engine: whole as they are made, refused when a bit of them is another.

#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect fails")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use gemba_record::{MANIFEST, Outcome, Parts, RECORD, Report, export, hash, pack, unpack, verify, verify_json};
use kernel::Timestamp;
use language::model::Site;
use print::Fonts;
use runtime::{Caller, Complete, Confirmed, Engine, ManualClock, Options, RunView, Start, TaskRef};
use serde_json::{Map, Value, json};
use store::rows::{PersonRow, RunId, Write};
use tempfile::TempDir;

const PART: &str = "
app: {en: Rework, zh: 返工}
inputs:
  - text: Piece
steps:
  - form: {en: Repair, zh: 修理}
    fields:
      - text: {en: What was done, zh: 做了什么}
        id: done
";

const WEIGHING: &str = "
app: {en: 称量 weighing, zh: 称量}
inputs:
  - text: Order
steps:
  - form: {en: Weigh, zh: 称量}
    sign: {en: weighed by me, zh: 由我称量}
    fields:
      - measure: {en: Mass, zh: 质量}
        limits: 24.95 to 25.05 g
      - photo: {en: Picture, zh: 照片}
        optional: yes
  - call: rework
    id: repair
    with:
      piece: = order
  - finish: Released
";

struct Rig {
    engine: Engine,
    _folder: TempDir,
}

fn members(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

async fn rig(site: Site, sources: &[&str]) -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let store: store::AnyStore = store::sqlite::Options::new(folder.path()).open().await.unwrap();
    let wang = PersonRow {
        id: "wang".into(),
        name: "王小明".into(),
        roles: Vec::new(),
        rights: Vec::new(),
        language: None,
        password: None,
        pin: None,
        badge: None,
        active: true,
        changed_at_ms: 0,
        standing: store::rows::Standing::default(),
    };
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![Write::PutPerson(Box::new(wang))]).await.unwrap();
    unit.commit().await.unwrap();
    let options = Options {
        store,
        site,
        clock: Arc::new(ManualClock::new(Timestamp(1_790_755_200_000))),
        channels: Vec::new(),
        outside: Arc::new(runtime::Nothing),
        ids: runtime::Ids::default(),
    };
    let engine = Engine::open(options).await.unwrap();
    for source in sources {
        engine.publish(source, &Caller::trusted("test", None)).await.unwrap();
    }
    Rig {
        engine,
        _folder: folder,
    }
}

impl Rig {
    async fn answer(&self, run: &RunView, answers: Value) -> RunView {
        let task = &run.tasks[0];
        let task = TaskRef {
            run: task.run,
            task: task.task,
            version: None,
        };
        let caller = Caller {
            confirmed: Some(Confirmed::Pin),
            ..Caller::trusted("station/qc-1", Some("wang"))
        };
        self.engine
            .complete(Complete::new(task, members(answers)), &caller)
            .await
            .unwrap()
    }

    async fn parts(&self, run: RunId) -> Parts {
        let exported = export(&self.engine.cases(), run).await.unwrap().unwrap();
        exported.parts(&Fonts::own()).unwrap()
    }
}

/// A weighing that called a rework, both finished, with a photo.
async fn weighed() -> (Rig, RunId) {
    let rig = rig(Site::default(), &[PART, WEIGHING]).await;
    let photo = rig.engine.put_blob(b"not really a photo", "image/jpeg").await.unwrap();
    let start = Start {
        app: "weighing".into(),
        inputs: members(json!({"order": "4711"})),
        ..Start::default()
    };
    let start = Start {
        app: rig.engine.apps().into_iter().find(|app| app.id != "rework").unwrap().id,
        ..start
    };
    let run = rig
        .engine
        .start(start, &Caller::trusted("test", Some("wang")))
        .await
        .unwrap()
        .run;
    let answers = json!({"mass": 25.011, "picture": photo.id});
    let waiting = rig.answer(&run, answers).await;
    let page = store::rows::Page::default();
    let tasks = rig
        .engine
        .tasks(&store::rows::TaskFilter::default(), &page)
        .await
        .unwrap()
        .items;
    let inner = rig.engine.run(tasks[0].run).await.unwrap();
    assert_ne!(inner.id, waiting.id);
    rig.answer(&inner, json!({"done": "<b>filed & \"checked\"</b>"})).await;
    rig.engine.settled().await.unwrap();
    (rig, run.id)
}

fn check(parts: &Parts) -> Report {
    verify(parts, &Fonts::own())
}

fn faults(report: &Report) -> Vec<&str> {
    let faults = report.checks.iter().filter(|check| check.outcome == Outcome::Fault);
    faults.map(|check| check.en.as_str()).collect()
}

#[tokio::test]
async fn a_record_is_whole_and_always_the_same() {
    let (rig, run) = weighed().await;
    let parts = rig.parts(run).await;
    let report = check(&parts);
    assert_eq!(faults(&report), Vec::<&str>::new());
    assert!(
        report.checks.iter().all(|check| check.outcome == Outcome::Good),
        "{report:#?}"
    );
    assert_eq!(report.hash, Some(hash(&parts[RECORD])));
    let said: Vec<&str> = report.checks.iter().map(|check| check.en.as_str()).collect();
    for looked_at in [
        "parts have",
        "definition of",
        "journal:",
        "replay:",
        "signatures: 1",
        "1 files",
        "1 records of called",
        "record.html",
        "record.pdf",
    ] {
        assert!(
            said.iter().any(|said| said.contains(looked_at)),
            "{looked_at}: {said:#?}"
        );
    }
    let file = pack(&parts).unwrap();
    assert_eq!(unpack(&file).unwrap(), parts);
    assert_eq!(
        pack(&rig.parts(run).await).unwrap(),
        file,
        "the same run, the same bytes"
    );

    let json: Value = serde_json::from_slice(&parts[RECORD]).unwrap();
    assert_eq!(
        (&json["finished"], &json["run"]["status"]),
        (&json!(true), &json!("finished"))
    );
    let signed = &json["signatures"][0];
    assert_eq!(
        [
            &signed["person"],
            &signed["name"],
            &signed["meaning"],
            &signed["confirmed"]
        ],
        [&json!("wang"), &json!("王小明"), &json!("weighed by me"), &json!("pin")]
    );
    assert_eq!(json["answers"][0]["answers"]["mass"], json!(25.011));
    let html = String::from_utf8(parts["record.html"].clone()).unwrap();
    assert!(html.contains("王小明") && html.contains(&hash(&parts[RECORD])));
    let called = json["called"][0]["run"].as_str().unwrap();
    let inner: Value = serde_json::from_slice(&parts[&format!("called/{called}.json")]).unwrap();
    assert_eq!(inner["answers"][0]["answers"]["done"], "<b>filed & \"checked\"</b>");
    assert_eq!(faults(&verify_json(&parts[RECORD])), Vec::<&str>::new());
    rig.engine.shutdown().await;
}

#[tokio::test]
async fn a_run_that_goes_on_says_so() {
    let rig = rig(Site::default(), &[PART]).await;
    let start = Start {
        app: "rework".into(),
        inputs: members(json!({"piece": "<script>alert(1)</script>"})),
        ..Start::default()
    };
    let run = rig
        .engine
        .start(start, &Caller::trusted("test", None))
        .await
        .unwrap()
        .run;
    let parts = rig.parts(run.id).await;
    assert_eq!(faults(&check(&parts)), Vec::<&str>::new());
    let html = String::from_utf8(parts["record.html"].clone()).unwrap();
    assert!(html.contains("NOT FINISHED") && html.contains("未完成"));
    assert!(!html.contains("<script") && html.contains("&lt;script&gt;"));
    assert!(
        export(&rig.engine.cases(), RunId::from_u128(7))
            .await
            .unwrap()
            .is_none()
    );
    rig.engine.shutdown().await;
}

/// Positions all over a part: its beginning, its end, and every so often between.
fn positions(length: usize) -> impl Iterator<Item = usize> {
    let step = (length / 23).max(1);
    (0..length).filter(move |at| at % step == 0 || *at < 3 || at + 3 >= length)
}

fn with_manifest(mut parts: Parts) -> Parts {
    let others = parts.iter().filter(|(name, _)| *name != MANIFEST);
    let manifest: String = others
        .map(|(name, bytes)| format!("{}  {name}\n", hash(bytes)))
        .collect();
    parts.insert(MANIFEST.to_owned(), manifest.into_bytes());
    parts
}

#[tokio::test]
async fn a_wrong_bit_anywhere_is_found() {
    let (rig, run) = weighed().await;
    let parts = rig.parts(run).await;
    let file = pack(&parts).unwrap();
    for at in positions(file.len()) {
        let mut changed = file.clone();
        changed[at] ^= 0x10;
        unpack(&changed).unwrap_err();
    }
    for name in parts.keys() {
        for at in positions(parts[name].len()) {
            let mut changed = parts.clone();
            changed.get_mut(name).unwrap()[at] ^= 0x01;
            let report = check(&changed);
            assert!(!report.is_good(), "{name}, byte {at}");
            let named = if name == MANIFEST { "manifest" } else { name.as_str() };
            assert!(
                faults(&report).iter().any(|fault| fault.contains(named)),
                "{name}, byte {at}: {report:#?}"
            );
        }
        let mut less = parts.clone();
        less.remove(name);
        assert!(!check(&less).is_good(), "without {name}");
    }
    let mut more = parts.clone();
    more.insert("files/more.txt".into(), b"x".to_vec());
    assert!(!check(&with_manifest(more)).is_good());
    // Whoever also makes the manifest anew: everything but the paper follows from the record.
    for name in parts
        .keys()
        .filter(|name| !matches!(name.as_str(), MANIFEST | "record.pdf" | "README.txt"))
    {
        for at in positions(parts[name].len()).step_by(3) {
            let mut changed = parts.clone();
            changed.get_mut(name).unwrap()[at] ^= 0x01;
            assert!(!check(&with_manifest(changed)).is_good(), "{name}, byte {at}");
        }
    }
    rig.engine.shutdown().await;
}

/// A record whose JSON was changed, with all hashes and the canonical form made anew.
fn forged(parts: &Parts, change: impl FnOnce(&mut Value)) -> Report {
    let mut json: Value = serde_json::from_slice(&parts[RECORD]).unwrap();
    let before = json.clone();
    change(&mut json);
    assert_ne!(json, before, "something is changed");
    verify_json(&serde_json_canonicalizer::to_vec(&json).unwrap())
}

/// One way to forge a record.
type Change = fn(&mut Value);

#[tokio::test]
async fn what_does_not_follow_from_the_journal_is_found() {
    let (rig, run) = weighed().await;
    let parts = rig.parts(run).await;
    let changes: [(&str, Change); 20] = [
        ("answers", |json| json["answers"][0]["answers"]["mass"] = json!(25.0)),
        ("answers", |json| json["answers"][0]["verdicts"] = json!({})),
        ("signatures", |json| {
            json["signatures"][0]["meaning"] = json!("looked at")
        }),
        ("signatures", |json| json["signatures"] = json!([])),
        ("timeline", |json| json["timeline"][1]["person"] = json!("li")),
        ("timeline", |json| drop(json["timeline"].as_array_mut().unwrap().pop())),
        ("forms", |json| json["forms"] = json!({})),
        ("inputs", |json| json["inputs"]["order"] = json!("4712")),
        ("status", |json| json["run"]["status"] = json!("failed")),
        ("outcome", |json| json["run"]["outcome"] = json!("Scrapped")),
        ("station", |json| json["run"]["station"] = json!("qc-2")),
        ("start", |json| json["run"]["started_at_ms"] = json!(5)),
        ("end", |json| json["run"]["ended_at_ms"] = json!(5)),
        ("id", |json| json["run"]["id"] = json!(RunId::from_u128(7).to_string())),
        ("journal", |json| json["journal"][1]["at_ms"] = json!(5)),
        ("journal", |json| drop(json["journal"].as_array_mut().unwrap().pop())),
        ("replay", |json| json["state"] = json!("{}")),
        ("definition", |json| json["definitions"][0]["source"] = json!("{}")),
        ("surplus", |json| json["surplus"] = json!(1)),
        ("newer", |json| json["format_version"] = json!(2)),
    ];
    for (what, change) in changes {
        let report = forged(&parts, change);
        let told = faults(&report);
        assert!(told.iter().any(|told| told.contains(what)), "{what}: {report:#?}");
    }
    // A journal whose chain was made anew: what the kernel tells of it is something else than was kept.
    let report = forged(&parts, |json| {
        let mut head = [0; 32];
        let run: RunId = json["run"]["id"].as_str().unwrap().parse().unwrap();
        for entry in json["journal"].as_array_mut().unwrap() {
            let body = entry["body"].as_str().unwrap().replacen("25.011", "25.012", 1);
            let (seq, at_ms) = (entry["seq"].as_u64().unwrap(), entry["at_ms"].as_i64().unwrap());
            head = store::rows::journal_hash(&head, run, seq, at_ms, body.as_bytes());
            entry["body"] = json!(body);
            entry["hash"] = json!(head.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
        json["run"]["head"] = json["journal"].as_array().unwrap().last().unwrap()["hash"].clone();
    });
    assert!(
        faults(&report).iter().any(|told| told.starts_with("replay: ")),
        "{report:#?}"
    );
    rig.engine.shutdown().await;
}

/// The apps that ship, with the site that ships, as far as they start with nothing.
#[tokio::test]
async fn records_of_the_examples_are_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let site = std::fs::read_to_string(folder.join("site.yaml")).unwrap();
    let site = language::read_site(&site).value.unwrap();
    let rig = rig(site, &[]).await;
    let caller = Caller::trusted("test", Some("wang"));
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    let mut looked_at = 0;
    for path in names {
        if path.extension().is_none_or(|ending| ending != "yaml") || path.ends_with("site.yaml") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let app = rig.engine.publish(&source, &caller).await.unwrap().app.id;
        // What must be handed in: a text for each is enough for many.
        let read = language::read_app(&source, None);
        let inputs = read.value.map(|app| app.inputs).unwrap_or_default();
        let inputs = inputs
            .iter()
            .map(|input| (input.id.to_string(), json!("4711")))
            .collect();
        let start = Start {
            app: app.clone(),
            inputs,
            ..Start::default()
        };
        let Ok(started) = rig.engine.start(start, &caller).await else {
            continue;
        };
        let parts = rig.parts(started.run.id).await;
        assert_eq!(faults(&check(&parts)), Vec::<&str>::new(), "{app}");
        looked_at += 1;
    }
    assert!(looked_at >= 15, "{looked_at} examples start like this");
    rig.engine.shutdown().await;
}

/// Somebody else's program, written by `FORMAT.md` alone, comes to the same.
#[tokio::test]
async fn another_program_comes_to_the_same() {
    let (rig, run) = weighed().await;
    let parts = rig.parts(run).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.zip");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent.py");
    let ask = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Command::new("python3").arg(&script).arg(&path).output()
    };
    let good = match ask(&pack(&parts).unwrap()) {
        Ok(good) => good,
        Err(why) => {
            eprintln!("SKIPPED: this test needs python3: {why}");
            return;
        }
    };
    let said = String::from_utf8(good.stdout).unwrap();
    assert!(good.status.success(), "{said}{}", String::from_utf8_lossy(&good.stderr));
    assert!(said.contains(&hash(&parts[RECORD])), "{said}");
    for name in parts.keys() {
        let mut changed = parts.clone();
        changed.get_mut(name).unwrap()[2] ^= 0x01;
        let refused = ask(&pack(&changed).unwrap()).unwrap();
        assert!(!refused.status.success(), "{name}");
    }
    let mut json: Value = serde_json::from_slice(&parts[RECORD]).unwrap();
    json["journal"][1]["at_ms"] = json!(5);
    let mut changed = parts.clone();
    changed.insert(RECORD.to_owned(), serde_json_canonicalizer::to_vec(&json).unwrap());
    let refused = ask(&pack(&with_manifest(changed)).unwrap()).unwrap();
    assert!(!refused.status.success(), "the chain is looked at");
    rig.engine.shutdown().await;
}

#[tokio::test]
async fn a_run_that_went_over_to_another_version_is_whole() {
    let rig = rig(Site::default(), &[PART]).await;
    let start = Start {
        app: "rework".into(),
        inputs: members(json!({"piece": "4711"})),
        ..Start::default()
    };
    let caller = Caller::trusted("test", Some("wang"));
    let run = rig.engine.start(start, &caller).await.unwrap().run;
    let newer = format!("{PART}      - text: {{en: With what, zh: 用什么}}\n        id: tool\n        optional: yes\n");
    rig.engine.publish(&newer, &caller).await.unwrap();
    let migration = runtime::Migration {
        app: "rework".into(),
        to_version: None,
        from_version: None,
        plan: kernel::Plan::default(),
        after: None,
    };
    let went = rig.engine.migrate(&migration, &caller).await.unwrap();
    assert_eq!(went.over, 1);
    let run = rig.engine.run(run.id).await.unwrap();
    rig.answer(&run, json!({"done": "filed", "tool": "file"})).await;
    let parts = rig.parts(run.id).await;
    assert_eq!(faults(&check(&parts)), Vec::<&str>::new());
    let json: Value = serde_json::from_slice(&parts[RECORD]).unwrap();
    let definitions = json["definitions"].as_array().unwrap();
    let versions: Vec<_> = definitions
        .iter()
        .map(|row| (row["app"].as_str().unwrap(), &row["version"]))
        .collect();
    assert_eq!(
        versions,
        [("$site", &json!(1)), ("rework", &json!(1)), ("rework", &json!(2))]
    );
    assert_eq!(json["answers"][0]["answers"]["tool"], "file");
    rig.engine.shutdown().await;
}
