//! What people read, the same on screen and on paper: tables of texts, made from `record.json` alone.

use serde_json::Value;

use crate::build::Record;

pub(crate) struct View {
    pub(crate) title: String,
    /// Said above everything when the run has not ended.
    pub(crate) warning: Option<&'static str>,
    pub(crate) sections: Vec<Section>,
    /// Pictures that are taken along, by the name of their part.
    pub(crate) pictures: Vec<String>,
}

pub(crate) struct Section {
    pub(crate) title: String,
    /// None for pairs of a name and a value.
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

const NOT_FINISHED: &str =
    "NOT FINISHED: the run goes on; this is how far it had come. 未完成：运行仍在继续，以下为截至导出时的情况。";

pub(crate) fn of(record: &Record) -> View {
    let json = &record.json;
    let mut sections = vec![case(json, &record.hash), signatures(json)];
    sections.extend(list(&json["answers"]).map(|form| answers(json, form)));
    sections.extend([files(json), called(json), timeline(json)]);
    sections.retain(|section| !section.rows.is_empty());
    let pictures = list(&json["files"]).filter(|file| text(&file["media_type"]).starts_with("image/"));
    View {
        title: text(&json["title"]),
        warning: (json["finished"] != true).then_some(NOT_FINISHED),
        pictures: pictures
            .filter_map(|file| file["part"].as_str().map(str::to_owned))
            .collect(),
        sections,
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn case(json: &Value, hash: &str) -> Section {
    let run = &json["run"];
    let started_at = at(&run["started_at_ms"], &Value::Null);
    let ended_at = at(&run["ended_at_ms"], &Value::Null);
    let rows = [
        ("Record (SHA-256) 记录", hash.to_owned()),
        ("Run 运行", text(&run["id"])),
        (
            "App 应用",
            format!("{}, version 版本 {}", text(&run["app"]), text(&run["app_version"])),
        ),
        ("Status 状态", text(&run["status"])),
        ("Outcome 结果", text(&run["outcome"])),
        ("Station 工位", text(&run["station"])),
        (
            "Started 开始",
            format!("{started_at}, {}", person(json, &run["started_by"])),
        ),
        ("Ended 结束", ended_at),
        ("Called by 调用者", text(&run["called_by"])),
        ("Inputs 输入", text(&json["inputs"])),
        (
            "Journal 日志",
            format!("{} entries 条, SHA-256 {}", text(&run["entries"]), text(&run["head"])),
        ),
    ];
    let shown = rows.into_iter().filter(|(_, value)| !value.is_empty());
    Section {
        title: "Case 案卷".to_owned(),
        columns: Vec::new(),
        rows: shown.map(|(name, value)| vec![name.to_owned(), value]).collect(),
    }
}

fn signatures(json: &Value) -> Section {
    let row = |signed: &Value| {
        let confirmed = text(&signed["confirmed"]);
        vec![
            person(json, &signed["person"]),
            text(&signed["meaning"]),
            at(&signed["at_ms"], &signed["offset_s"]),
            if confirmed.is_empty() {
                "—".to_owned()
            } else {
                confirmed
            },
            text(&signed["seq"]),
        ]
    };
    Section {
        title: "Signatures 签名".to_owned(),
        columns: vec![
            "Who 签名人",
            "Meaning 含义",
            "When 时间",
            "Confirmed by 确认方式",
            "Entry 条目",
        ],
        rows: list(&json["signatures"]).map(row).collect(),
    }
}

fn answers(json: &Value, form: &Value) -> Section {
    let step = form["step"].as_str().unwrap_or_default();
    let about = &json["forms"][step];
    let round = form["round"].as_u64().filter(|round| *round > 0);
    let round = round.map(|round| format!(" ({round})")).unwrap_or_default();
    let title = format!(
        "{}{round} · {} · {}",
        text(&about["title"]),
        person(json, &form["person"]),
        at(&form["at_ms"], &form["offset_s"])
    );
    // In the order in which they were asked; what the form of today does not ask comes last.
    let place = |field: &str| list(&about["fields"]).position(|known| known["id"] == field);
    let mut answered: Vec<_> = form["answers"].as_object().into_iter().flatten().collect();
    answered.sort_by_key(|(field, _)| place(field).unwrap_or(usize::MAX));
    let rows = answered.into_iter().map(|(field, answer)| {
        let known = place(field).map(|place| text(&about["fields"][place]["title"]));
        let mut verdict = text(&form["verdicts"][field.as_str()]).replace('_', " ");
        let warned = text(&form["warnings"][field.as_str()]);
        if !warned.is_empty() {
            verdict = format!("{verdict} {warned}").trim().to_owned();
        }
        vec![known.unwrap_or_else(|| field.clone()), text(answer), verdict]
    });
    Section {
        title,
        columns: vec!["Field 字段", "Answer 答案", "Verdict 判定"],
        rows: rows.collect(),
    }
}

fn files(json: &Value) -> Section {
    let row = |file: &Value| {
        let part = text(&file["part"]);
        vec![
            if part.is_empty() {
                "left out 未附".to_owned()
            } else {
                part
            },
            text(&file["media_type"]),
            text(&file["size_bytes"]),
            text(&file["sha256"]),
        ]
    };
    Section {
        title: "Files 文件".to_owned(),
        columns: vec!["Part 部分", "Kind 类型", "Bytes 字节", "SHA-256"],
        rows: list(&json["files"]).map(row).collect(),
    }
}

fn called(json: &Value) -> Section {
    let row = |called: &Value| {
        ["app", "run", "head", "record_sha256"]
            .map(|member| text(&called[member]))
            .to_vec()
    };
    Section {
        title: "Called runs 调用的运行".to_owned(),
        columns: vec![
            "App 应用",
            "Run 运行",
            "Journal 日志 (SHA-256)",
            "Record 记录 (SHA-256)",
        ],
        rows: list(&json["called"]).map(row).collect(),
    }
}

fn timeline(json: &Value) -> Section {
    let row = |line: &Value| {
        let facts: Vec<String> = list(&line["facts"]).map(|told| fact(json, told)).collect();
        let note = text(&line["note"]);
        let mut what = facts.join("\n");
        if !note.is_empty() {
            what = format!("{what}\n{note}").trim().to_owned();
        }
        if what.is_empty() {
            what = text(&line["what"]).replace('_', " ");
        }
        let who = match line["person"].is_string() {
            true => format!("{} ({})", person(json, &line["person"]), text(&line["via"])),
            false => text(&line["via"]),
        };
        vec![text(&line["seq"]), at(&line["at_ms"], &line["offset_s"]), who, what]
    };
    Section {
        title: "Timeline 时间线".to_owned(),
        columns: vec!["#", "When 时间", "Who 谁", "What 事项"],
        rows: list(&json["timeline"]).map(row).collect(),
    }
}

/// What it is, of which step, and its members; answers are shown with their forms.
fn fact(json: &Value, fact: &Value) -> String {
    let kind = &fact["kind"];
    let mut out = text(&kind["what"]).replace('_', " ");
    if let Some(step) = fact["step"].as_str() {
        let title = text(&json["forms"][step]["title"]);
        out = format!("{}: {out}", if title.is_empty() { step.to_owned() } else { title });
    }
    let members = kind.as_object().into_iter().flatten();
    let told = members.filter(|(name, value)| {
        !matches!(name.as_str(), "what" | "answers" | "verdicts" | "warnings" | "task") && !value.is_null()
    });
    let told: Vec<String> = told.map(|(name, value)| format!("{name} {}", text(value))).collect();
    if !told.is_empty() {
        out = format!("{out} ({})", told.join(", "));
    }
    out
}

/// The name and the id.
fn person(json: &Value, id: &Value) -> String {
    let id = text(id);
    match json["people"][id.as_str()].as_str() {
        Some(name) if name != id => format!("{name} ({id})"),
        _ => id,
    }
}

/// A value as people read it.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes 是".to_owned(),
        Value::Bool(false) => "no 否".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            let told = members.iter().map(|(name, value)| format!("{name}: {}", text(value)));
            told.collect::<Vec<_>>().join(", ")
        }
    }
}

/// By the site's clocks where they are known, else UTC; empty when there is none.
fn at(ms: &Value, offset_s: &Value) -> String {
    let Some(ms) = ms.as_i64() else { return String::new() };
    let offset_s = offset_s
        .as_i64()
        .and_then(|offset| i32::try_from(offset).ok())
        .unwrap_or(0);
    let moment = jiff::Timestamp::from_millisecond(ms);
    let zone = jiff::tz::Offset::from_seconds(offset_s);
    match (moment, zone) {
        (Ok(moment), Ok(zone)) => zone.to_datetime(moment).strftime("%Y-%m-%d %H:%M:%S").to_string() + &sign(offset_s),
        _ => format!("{ms} ms"),
    }
}

fn sign(offset_s: i32) -> String {
    if offset_s == 0 {
        return " UTC".to_owned();
    }
    let minutes = offset_s.unsigned_abs() / 60;
    let sign = if offset_s < 0 { '-' } else { '+' };
    format!(" {sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
