//! A small MES with Gemba's engine inside.
//!
//! The MES knows its orders and its people; the engine knows how a first piece is inspected, keeps the line on hold
//! until it is released, and remembers everything. There is no server: both are one process, one folder.

use async_trait::async_trait;
use gemba_engine::language::read_site;
use gemba_engine::store::rows::TaskFilter;
use gemba_engine::{Caller, Change, Changes, Channel, Complete, Engine, News, RunView, Start, TaskRef, TaskView};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::io::Write;
use std::path::Path;

/// Apps are text: embedded, as here, or read from wherever the MES keeps its files.
const FIRST_PIECE: &str = include_str!("../../first-piece-inspection.yaml");
const SITE: &str = include_str!("../../site.yaml");

/// How the MES tells people something; a real one would have its own pagers and mail.
struct Pager;

#[async_trait]
impl Channel for Pager {
    fn name(&self) -> &str {
        "pager"
    }
    /// Called at least once for each message; `key` is the same when it comes again.
    async fn deliver(&self, _key: &str, body: &str) -> Result<(), String> {
        println!("pager: {body}");
        Ok(())
    }
}

/// Takes order 4711 through its first-piece inspection, and writes down what happens.
pub async fn work_through_an_order(folder: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let site = read_site(SITE).value.ok_or("site.yaml is wrong")?;
    let engine = Engine::builder()
        .folder(folder)
        .site(site)
        .channel(Pager)
        .open()
        .await?;
    let published = engine.publish(FIRST_PIECE, &mes(None)).await?;
    writeln!(out, "{}, version {}", published.app.title, published.app.version)?;

    // From here on: what the MES would keep its own screens fresh by.
    let mut changes = engine.changes();

    // The MES has finished a changeover. The key makes the request safe to repeat: after a crash in between, the same
    // run is given back rather than a second one started.
    let start = Start {
        app: published.app.id,
        station: Some("qc-1".into()),
        inputs: members(json!({"order": "4711"})),
        ..Start::default()
    };
    let changeover = Caller {
        key: Some("changeover-4711".into()),
        ..mes(None)
    };
    let run = engine.start(start, &changeover).await?.run;
    hold(&engine, out).await?;

    let piece =
        json!({"serial_number": "A1", "micrometer": "M-7", "shaft_diameter": [25.0, 25.01, 25.0], "surface": "pass"});
    answer(&engine, "operator", "wang", piece, out).await?;
    let kept = json!({"the_piece_is_marked_and_kept_as_reference": true});
    let run_now = answer(&engine, "inspector", "li", kept, out).await?;
    writeln!(out, "run is {:?}", run_now.status)?;
    hold(&engine, out).await?;

    // Everything that was asked is done, and so is what it caused.
    engine.settled().await?;
    holds_told(&mut changes, out)?;

    for entry in engine.timeline(run.id, 0, 100).await?.items {
        for fact in entry.facts {
            let kind = serde_json::to_value(&fact.kind)?;
            let who = entry.person.as_deref().unwrap_or(&entry.via);
            let step = fact.step.as_ref().map_or("", |step| step.as_str());
            writeln!(
                out,
                "{:>2} {who:<6} {:<16} {step}",
                entry.seq,
                kind["what"].as_str().unwrap_or_default()
            )?;
        }
    }
    engine.shutdown().await;
    Ok(())
}

/// Writes down what was told of holds. A screen would wait with `changes.next().await`.
fn holds_told(changes: &mut Changes, out: &mut impl Write) -> std::io::Result<()> {
    while let Some(news) = changes.try_next() {
        match news {
            News::Commit(commit) => {
                for change in commit.changes() {
                    if let Change::Hold { target, what, .. } = change {
                        writeln!(out, "told: hold on {target} was {what:?}")?;
                    }
                }
            }
            News::Reset => writeln!(out, "told: too much has happened, read all holds again")?,
        }
    }
    Ok(())
}

/// Answers the first task that is offered to this role, as this person.
async fn answer(
    engine: &Engine,
    role: &str,
    person: &str,
    answers: Value,
    out: &mut impl Write,
) -> Result<RunView, Box<dyn Error>> {
    let offered = TaskFilter {
        roles: vec![role.into()],
        ..TaskFilter::default()
    };
    let tasks = engine.tasks(&offered, &Default::default()).await?.items;
    let TaskView {
        run,
        task,
        version,
        spec,
        ..
    } = tasks.into_iter().next().ok_or("no task is open")?;
    let title = spec.title.first().map_or("", |(_, title)| title);
    writeln!(out, "{role} {person} answers '{title}'")?;
    let task = TaskRef {
        run,
        task,
        version: Some(version),
    };
    Ok(engine
        .complete(Complete::new(task, members(answers)), &mes(Some(person)))
        .await?)
}

async fn hold(engine: &Engine, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    match engine.holds(Some("line-3")).await?.first() {
        Some(hold) => writeln!(out, "line-3 is on hold: {}", hold.why)?,
        None => writeln!(out, "line-3 is free")?,
    }
    Ok(())
}

/// Who asks: this program, on behalf of one of its people.
fn mes(person: Option<&str>) -> Caller {
    Caller::trusted("mes", person)
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
