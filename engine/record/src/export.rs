//! The record of a run of a store, with those of the runs that it called.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use print::Fonts;
use runtime::{Case, Cases, Error};
use store::rows::RunId;

use crate::build::{Called, Record};
use crate::limits;
use crate::parts::{Parts, of_record};

/// A record, with all that belongs to it.
pub struct Exported {
    pub record: Record,
    case: Case,
    /// Records of called runs, by run.
    called: BTreeMap<String, Vec<u8>>,
}

impl Exported {
    /// What people read and the manifest are made here: it takes a while.
    pub fn parts(&self, fonts: &Fonts) -> Result<Parts, String> {
        of_record(&self.record, &self.case, &self.called, fonts)
    }

    /// The page, as in the record.
    pub fn html(&self) -> String {
        crate::html::page(&self.record)
    }

    /// The sheets, as in the record.
    pub fn pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, String> {
        crate::paper::pdf(&self.record, fonts)
    }
}

/// `None` when there is no such run. Fails where its journal does not lead to its state: that is damaged data.
pub async fn export(cases: &Cases, run: RunId) -> Result<Option<Exported>, Error> {
    let Some(case) = cases.case(run).await? else {
        return Ok(None);
    };
    let mut taken = BTreeMap::new();
    let called = records_of_called(cases, &case, 1, &mut taken).await?;
    let record = record_of(&case, &called)?;
    Ok(Some(Exported {
        record,
        case,
        called: taken,
    }))
}

fn record_of(case: &Case, called: &[Called]) -> Result<Record, Error> {
    let made = Record::of(case, called);
    made.map_err(|why| store::Error::Damaged(format!("run {}: {why}", case.run.id)).into())
}

/// In the order in which they ended. Those that are too deep or too many are named by the head of their journal.
fn records_of_called<'s>(
    cases: &'s Cases,
    caller: &'s Case,
    depth: usize,
    taken: &'s mut BTreeMap<String, Vec<u8>>,
) -> Pin<Box<dyn Future<Output = Result<Vec<Called>, Error>> + Send + 's>> {
    Box::pin(async move {
        let mut out = Vec::new();
        for run in called_runs(caller) {
            // One that is not kept any more is named by the journal of its caller.
            let Some(inner) = cases.case(run).await? else { continue };
            let mut called = Called {
                run: run.to_string(),
                app: inner.run.app.clone(),
                head: inner.head(),
                record: None,
            };
            if depth <= limits::CALLED_DEPTH_MAX && taken.len() < limits::CALLED_MAX {
                let own = records_of_called(cases, &inner, depth + 1, taken).await?;
                let record = record_of(&inner, &own)?;
                called.record = Some(record.hash);
                taken.insert(called.run.clone(), record.bytes);
            }
            out.push(called);
        }
        Ok(out)
    })
}

fn called_runs(caller: &Case) -> Vec<RunId> {
    let mut out = Vec::new();
    for row in &caller.journal {
        let body: serde_json::Value = serde_json::from_slice(&row.body).unwrap_or_default();
        let kind = &body["event"]["kind"];
        if kind["kind"] != "call_ended" {
            continue;
        }
        let run = kind["run"].as_str().and_then(|run| run.parse().ok());
        out.extend(run.filter(|run| !out.contains(run)));
    }
    out
}
