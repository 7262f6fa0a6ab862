//! Whether a record is what it was when it was made, and whether what it says follows from what happened: without a server
//! and without a database. Every step says what it looked at, in plain words.

use std::collections::BTreeMap;

use print::Fonts;
use runtime::Case;
use serde_json::Value;
use store::rows::{Hash, journal_hash};

use crate::build::{FORMAT, Record};
use crate::parts::{APP, CALLED, MANIFEST, PAGE, PAPER, Parts, RECORD};
use crate::{hash, hexadecimal, html, limits, paper, parts, read};

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it must be.
    Good,
    /// It was changed, or says what does not follow.
    Fault,
    /// It could not be looked at here, or not as closely; nothing speaks against it.
    Note,
}

/// One thing that was looked at, in English and Chinese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub outcome: Outcome,
    pub en: String,
    pub zh: String,
}

/// All that was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The hash of the record, when there is one.
    pub hash: Option<String>,
    pub checks: Vec<Check>,
}

impl Report {
    pub fn is_good(&self) -> bool {
        self.checks.iter().all(|check| check.outcome != Outcome::Fault)
    }

    /// A record that cannot even be opened.
    pub fn unreadable(why: &str) -> Report {
        let mut report = Report::default();
        report.fault(format!("container: {why}"), format!("容器：{why}"));
        report
    }

    fn add(&mut self, outcome: Outcome, en: String, zh: String) {
        if self.checks.len() < limits::FAULTS_MAX {
            self.checks.push(Check { outcome, en, zh });
        }
    }

    fn good(&mut self, en: impl Into<String>, zh: impl Into<String>) {
        self.add(Outcome::Good, en.into(), zh.into());
    }

    fn fault(&mut self, en: impl Into<String>, zh: impl Into<String>) {
        self.add(Outcome::Fault, en.into(), zh.into());
    }

    fn note(&mut self, en: impl Into<String>, zh: impl Into<String>) {
        self.add(Outcome::Note, en.into(), zh.into());
    }
}

/// All parts of a record.
pub fn verify(parts: &Parts, fonts: &Fonts) -> Report {
    let mut report = Report::default();
    manifest(parts, &mut report);
    let Some(bytes) = parts.get(RECORD) else {
        report.fault("record.json is missing", "缺少 record.json");
        return report;
    };
    let Some((record, case)) = verify_record(bytes, parts, &mut report) else {
        return report;
    };
    files(&case, parts, &mut report);
    called(&record, parts, &mut report);
    let source = parts::newest_source(&case).map(str::as_bytes);
    match parts.get(APP).map(Vec::as_slice) == source {
        true => report.good("app.yaml is the app of the record", "app.yaml 与记录中的应用一致"),
        false => report.fault("app.yaml is not the app of the record", "app.yaml 与记录中的应用不一致"),
    }
    page(&record, parts, &mut report);
    on_paper(&record, parts, fonts, &mut report);
    report
}

/// `record.json` alone. What else belongs to it is not looked at.
pub fn verify_json(bytes: &[u8]) -> Report {
    let mut report = Report::default();
    verify_record(bytes, &Parts::new(), &mut report);
    report.note(
        "files, called runs, HTML and PDF are not in this file and were not looked at",
        "此文件不含附件、被调用的运行、HTML 和 PDF，未作检查",
    );
    report
}

/// Every part has its hash, and nothing is there that has none.
fn manifest(parts: &Parts, report: &mut Report) {
    let before = report.checks.len();
    let text = parts
        .get(MANIFEST)
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let mut listed = BTreeMap::new();
    for line in text.as_deref().unwrap_or_default().lines() {
        if let Some((hash, name)) = line.split_once("  ") {
            listed.insert(name, hash);
        }
    }
    for (name, bytes) in parts.iter().filter(|(name, _)| *name != MANIFEST) {
        match listed.remove(name.as_str()) {
            Some(told) if told == hash(bytes) => {}
            Some(_) => report.fault(
                format!("{name} is not what the manifest says: it was changed"),
                format!("{name} 与清单不符：已被更改"),
            ),
            None => report.fault(
                format!("{name} is not in the manifest: it was added"),
                format!("{name} 不在清单中：为后来加入"),
            ),
        }
    }
    for name in listed.keys() {
        report.fault(
            format!("{name} is in the manifest and is missing"),
            format!("{name} 在清单中，但已缺失"),
        );
    }
    if text.as_deref() != Some(parts::manifest(parts).as_str()) && report.checks.len() == before {
        report.fault("the manifest was changed", "清单已被更改");
    }
    if report.checks.len() == before {
        let count = parts.len().saturating_sub(1);
        report.good(
            format!("{count} parts have the SHA-256 of the manifest"),
            format!("{count} 个部分与清单中的 SHA-256 一致"),
        );
    }
}

/// What a record says by itself. Nothing when it cannot be read.
fn verify_record(bytes: &[u8], parts: &Parts, report: &mut Report) -> Option<(Record, Case)> {
    let json: Value = match serde_json::from_slice(bytes) {
        Ok(json) => json,
        Err(error) => {
            report.fault(
                format!("record.json is no JSON: {error}"),
                format!("record.json 不是 JSON：{error}"),
            );
            return None;
        }
    };
    let format = json["format_version"].as_u64();
    if json["format"] != "gemba-record" || format.is_none() {
        report.fault("record.json is no record of a Gemba", "record.json 不是 Gemba 的记录");
        return None;
    }
    if format > Some(FORMAT) {
        let found = format.unwrap_or_default();
        report.fault(
            format!("the record has format {found}; this program knows up to {FORMAT}: use a newer one"),
            format!("记录格式为 {found}，本程序只支持到 {FORMAT}：请使用更新的版本"),
        );
        return None;
    }
    let case = match read::case(&json, parts) {
        Ok(case) => case,
        Err(why) => {
            report.fault(why.clone(), why);
            return None;
        }
    };
    let record = match Record::of_json(json) {
        Ok(record) => record,
        Err(why) => {
            report.fault(format!("record.json: {why}"), format!("record.json：{why}"));
            return None;
        }
    };
    report.hash = Some(hash(bytes));
    match record.bytes == bytes {
        true => report.good(
            format!("record.json has the SHA-256 {}", record.hash),
            format!("record.json 的 SHA-256 为 {}", record.hash),
        ),
        false => report.fault(
            "record.json is not in its canonical form (RFC 8785): it was changed",
            "record.json 不是规范形式（RFC 8785）：已被更改",
        ),
    }
    definitions(&case, report);
    chain(&case, report);
    again(&record, &case, report);
    Some((record, case))
}

fn definitions(case: &Case, report: &mut Report) {
    for row in &case.definitions {
        let (app, version) = (&row.app, row.version);
        match hash(row.source.as_bytes()) == hexadecimal(&row.hash) {
            true => report.good(
                format!("definition of '{app}', version {version}: its source has its SHA-256"),
                format!("“{app}”版本 {version} 的定义：源文件与其 SHA-256 一致"),
            ),
            false => report.fault(
                format!("definition of '{app}', version {version}: its source was changed"),
                format!("“{app}”版本 {version} 的定义：源文件已被更改"),
            ),
        }
    }
}

/// The journal, link by link.
fn chain(case: &Case, report: &mut Report) {
    let mut head = Hash::default();
    for (place, row) in (1..).zip(&case.journal) {
        if row.seq != place {
            return report.fault(
                format!("journal: entry {place} is missing"),
                format!("日志：缺少第 {place} 条"),
            );
        }
        if journal_hash(&head, row.run, row.seq, row.at_ms, &row.body) != row.hash {
            return report.fault(
                format!("journal: entry {place} is not what was written, or does not follow the one before it"),
                format!("日志：第 {place} 条与写入内容不符，或与前一条不连续"),
            );
        }
        head = row.hash;
    }
    let count = case.journal.len();
    if count as u64 != case.run.seq || head != case.run.head || count == 0 {
        return report.fault(
            format!("journal: it ends at entry {count}, which is not where the run stood"),
            format!("日志：止于第 {count} 条，与运行的位置不符"),
        );
    }
    report.good(
        format!("journal: {count} entries follow each other by their hashes, up to the head"),
        format!("日志：{count} 条记录的哈希链完整，直至末条"),
    );
}

/// Plays the journal, and makes the record anew from what is not derived.
fn again(record: &Record, case: &Case, report: &mut Report) {
    let layout = record.json["layout"].as_u64().unwrap_or_default();
    let made = read::called(&record.json).and_then(|called| Record::with_layout(case, &called, layout));
    let made = match made {
        Ok(made) => made,
        Err(why) => {
            return report.fault(format!("replay: {why}"), format!("重放：{why}"));
        }
    };
    report.good(
        "replay: the journal leads to the state, the answers and the verdicts of the record",
        "重放：日志得到记录中的状态、答案和判定",
    );
    let mut same = true;
    let none = serde_json::Map::new();
    let (was, is) = (
        record.json.as_object().unwrap_or(&none),
        made.json.as_object().unwrap_or(&none),
    );
    for (member, value) in is {
        if was.get(member) != Some(value) {
            same = false;
            report.fault(
                format!("record.json: '{member}' is not what follows from the journal"),
                format!("record.json：“{member}”与日志推出的内容不符"),
            );
        }
    }
    for member in was.keys().filter(|member| !is.contains_key(*member)) {
        same = false;
        report.fault(
            format!("record.json: '{member}' is no member of a record"),
            format!("record.json：记录中没有“{member}”"),
        );
    }
    for why in misfits(&record.json) {
        same = false;
        report.fault(
            format!("record.json: {why} of the run is not what its journal says"),
            format!("record.json：运行的“{why}”与日志不符"),
        );
    }
    if same {
        signatures(&record.json, report);
    }
}

/// What is said of the run beside its journal, and does not fit it.
fn misfits(json: &Value) -> Vec<&'static str> {
    let run = &json["run"];
    let journal: Vec<&Value> = json["journal"].as_array().into_iter().flatten().collect();
    let started: Value = journal
        .first()
        .and_then(|first| first["body"].as_str())
        .map_or(Value::Null, |body| serde_json::from_str(body).unwrap_or_default());
    let started = &started["event"]["kind"];
    let state: Value = serde_json::from_str(json["state"].as_str().unwrap_or_default()).unwrap_or_default();
    let lines = json["timeline"].as_array().into_iter().flatten();
    let mut ended = lines.flat_map(|line| {
        let facts = line["facts"].as_array().into_iter().flatten();
        facts.map(move |fact| (&line["at_ms"], &fact["kind"]))
    });
    let ended = ended.rfind(|(_, kind)| kind["what"] == "ended");
    let (ended_at, outcome) = ended.map_or((&Value::Null, &Value::Null), |(at, kind)| (at, &kind["outcome"]));
    let at = |entry: Option<&&Value>| entry.map(|entry| entry["at_ms"].clone()).unwrap_or_default();
    let finished = matches!(run["status"].as_str(), Some("finished" | "failed" | "cancelled"));
    let mut out = Vec::new();
    let mut must = |fits: bool, what| {
        if !fits {
            out.push(what);
        }
    };
    must(run["id"] == started["run"], "id");
    must(run["station"] == started["station"], "station");
    must(run["status"] == state["status"], "status");
    must(json["finished"] == finished, "end");
    must(run["started_at_ms"] == at(journal.first()), "start");
    must(run["updated_at_ms"] == at(journal.last()), "last change");
    if finished {
        must(run["ended_at_ms"] == *ended_at, "end");
        must(run["outcome"] == *outcome, "outcome");
    }
    out
}

/// They are among what follows from the journal; it is said how many there are.
fn signatures(json: &Value, report: &mut Report) {
    let signed: Vec<&Value> = json["signatures"].as_array().into_iter().flatten().collect();
    let confirmed = signed.iter().filter(|signed| signed["confirmed"].is_string()).count();
    let count = signed.len();
    report.good(
        format!("signatures: {count}, each bound to its answers by the journal; {confirmed} confirmed by PIN, password or badge"),
        format!("签名：{count} 个，均由日志与其答案绑定；其中 {confirmed} 个经 PIN、密码或工牌确认"),
    );
}

/// Each has the hash that it is called by.
fn files(case: &Case, parts: &Parts, report: &mut Report) {
    let (mut there, mut left_out) = (0, 0);
    for file in &case.files {
        if file.bytes.is_none() {
            left_out += 1;
            continue;
        }
        let name = crate::build::file_name(file);
        match parts.get(&name) {
            Some(bytes) if hash(bytes) == file.id && bytes.len() as u64 == file.size_bytes => there += 1,
            Some(_) => report.fault(
                format!("{name} is not what was uploaded: it was changed"),
                format!("{name} 与上传内容不符：已被更改"),
            ),
            None => report.fault(format!("{name} is missing"), format!("缺少 {name}")),
        }
    }
    let known = |name: &str| case.files.iter().any(|file| crate::build::file_name(file) == name);
    for name in parts.keys().filter(|name| name.starts_with("files/") && !known(name)) {
        report.fault(
            format!("{name} is no file of this run"),
            format!("{name} 不是此运行的文件"),
        );
    }
    if there > 0 {
        report.good(
            format!("{there} files have their SHA-256"),
            format!("{there} 个文件与其 SHA-256 一致"),
        );
    }
    if left_out > 0 {
        report.note(
            format!("{left_out} files are named by their SHA-256 and are not taken along"),
            format!("{left_out} 个文件仅以 SHA-256 列出，未附在记录中"),
        );
    }
}

/// Records of called runs, each as closely as this one.
fn called(record: &Record, parts: &Parts, report: &mut Report) {
    let mut expected: Vec<(String, String)> = Vec::new();
    let mut own = BTreeMap::new();
    for (name, bytes) in parts.iter().filter(|(name, _)| name.starts_with(CALLED)) {
        let mut inner = Report::default();
        let found = verify_record(bytes, &Parts::new(), &mut inner);
        let faults = inner.checks.iter().filter(|check| check.outcome == Outcome::Fault);
        for fault in faults {
            report.fault(format!("{name}: {}", fault.en), format!("{name}：{}", fault.zh));
        }
        if let Some((record, _)) = found {
            own.insert(name.clone(), record);
        }
    }
    let mut pending = vec![(RECORD.to_owned(), record)];
    while let Some((from, record)) = pending.pop() {
        for called in read::called(&record.json).unwrap_or_default() {
            let Some(told) = called.record else { continue };
            let name = format!("{CALLED}{}.json", called.run);
            let fits = own
                .get(&name)
                .filter(|inner| inner.hash == told && inner.json["run"]["head"] == called.head.as_str());
            match fits {
                Some(inner) if !expected.iter().any(|(known, _)| *known == name) => {
                    expected.push((name.clone(), from.clone()));
                    pending.push((name, inner));
                }
                Some(_) => {}
                None => report.fault(
                    format!("{name} is not the record that {from} names"),
                    format!("{name} 不是 {from} 所列的记录"),
                ),
            }
        }
    }
    for name in own
        .keys()
        .filter(|name| !expected.iter().any(|(known, _)| known == *name))
    {
        report.fault(
            format!("{name} is of no run that was called"),
            format!("{name} 不属于任何被调用的运行"),
        );
    }
    if !expected.is_empty() && report.is_good() {
        let count = expected.len();
        report.good(
            format!("{count} records of called runs are whole, and are those that were called"),
            format!("{count} 个被调用运行的记录完整且相符"),
        );
    }
}

fn page(record: &Record, parts: &Parts, report: &mut Report) {
    let there = parts.get(PAGE).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let there = there.unwrap_or_default();
    let of_this_layout = record.json["layout"] == html::LAYOUT;
    if there == html::page(record) {
        report.good(
            "record.html is what record.json says, drawn again",
            "record.html 与由 record.json 重新生成的页面一致",
        );
    } else if of_this_layout || !there.contains(&record.hash) {
        report.fault(
            "record.html is not what record.json says: it was changed",
            "record.html 与 record.json 不符：已被更改",
        );
    } else {
        report.note(
            "record.html is of another layout than this program draws: its hash and the hash in it are right",
            "record.html 的版式与本程序不同：其哈希值及所载哈希值正确",
        );
    }
}

fn on_paper(record: &Record, parts: &Parts, fonts: &Fonts, report: &mut Report) {
    let there = parts.get(PAPER).map_or(&[][..], Vec::as_slice);
    let mark = paper::mark(record);
    let is_marked = there.windows(mark.len()).any(|bytes| bytes == mark.as_bytes());
    if !is_marked {
        return report.fault(
            "record.pdf does not carry the hash of this record",
            "record.pdf 不含此记录的哈希值",
        );
    }
    match paper::pdf(record, fonts) {
        Ok(again) if again == there => report.good(
            "record.pdf is what record.json says, drawn again",
            "record.pdf 与由 record.json 重新绘制的一致",
        ),
        _ => report.note(
            "record.pdf carries the hash of the record; it is drawn otherwise here, with other fonts or by another version: \
             read record.html where it matters",
            "record.pdf 载有记录的哈希值；此处字体或版本不同，无法重绘比对：如有疑问请以 record.html 为准",
        ),
    }
}
