//! `find`: records of a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::{Formula, Value};
use language::model::{Id, Step};
use language::steps::{Find, Order};

use crate::formula::{self, Names};
use crate::interpret::{Next, Run, Trouble};
use crate::limits::FOUND_RECORDS_MAX;
use crate::program::Compiler;
use crate::query;
use crate::slots::Declaring;
use crate::state::{Asked, Wait};
use crate::{Effect, FactKind, Query, Record, Refusal};

#[derive(Debug)]
pub(crate) struct Op {
    table: Id,
    condition: Option<Formula>,
    /// What the condition reads from the run; columns of the table come first and are not among them.
    captured: Names,
    equals: Vec<query::Equality>,
    sort: Option<(Id, Order)>,
    at_most: u32,
    slot: u32,
    columns: Vec<Id>,
}

pub(super) fn declare(kind: &Find, _step: &Step, _number: u32, d: &mut Declaring) {
    let slot = d.shared(&kind.name);
    d.answer(slot);
}

pub(super) fn compile(kind: &Find, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let columns = c
        .table(&kind.table.value)
        .map(|table| table.columns.clone())
        .unwrap_or_default();
    let plain = query::plain_columns(c.app, &kind.table.value);
    let condition = kind.condition.as_ref().map(|condition| condition.value.clone());
    let read = condition
        .iter()
        .flat_map(Formula::references)
        .map(|reference| reference.path);
    let outside: Vec<_> = read
        .filter(|path| !columns.iter().any(|column| path.first() == Some(&column.0)))
        .collect();
    let op = Op {
        table: kind.table.value.clone(),
        captured: c.binder().names(outside.iter().map(Vec::as_slice)),
        equals: condition
            .as_ref()
            .map(|condition| query::equalities(condition, &columns, &plain))
            .unwrap_or_default(),
        condition,
        sort: kind.sort.clone(),
        at_most: kind.at_most.clamp(1, FOUND_RECORDS_MAX),
        columns,
        slot: c.slots.shared(&kind.name).expect("the name was declared with its step"),
    };
    c.emit(super::Op::Find(op));
}

impl Op {
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let view = run.view(token, &self.captured);
        let captured: BTreeMap<Arc<str>, Value> = self
            .captured
            .0
            .iter()
            .map(|(name, binding)| (name.clone(), formula::read(view.state, view.slots, view.frame, binding)))
            .collect();
        let equals = self
            .equals
            .iter()
            .filter_map(|equality| equality.value(&captured, &run.clock))
            .collect();
        let query = run.number();
        run.state.asked = Some(Asked {
            query,
            token,
            operations: run.operations,
        });
        run.effect(Effect::Find(Box::new(Query {
            query,
            table: self.table.clone(),
            equals,
            condition: self.condition.clone(),
            captured,
            at: run.clock.at,
            offset_s: run.clock.offset_s_at(run.clock.at.0),
            sort: self.sort.clone(),
            at_most: self.at_most,
        })));
        Ok(Next::Wait(Wait::Query(query)))
    }
}

/// The records that the last query asked for have come.
pub(crate) fn found(run: &mut Run<'_>, query: u32, records: &[Record]) -> Result<(), Refusal> {
    let Some(asked) = run.state.asked.take_if(|asked| asked.query == query) else {
        return Err(Refusal::OutOfPlace);
    };
    run.operations = asked.operations;
    let op = run
        .state
        .tokens
        .get(&asked.token)
        .and_then(|token| run.program.op(token.at));
    if let Some(super::Op::Find(op)) = op.map(|placed| &placed.op) {
        let records = records.iter().take(op.at_most as usize);
        let list: Vec<Value> = records
            .map(|record| {
                // A column that the record does not have is empty, and not what the run calls so.
                let missing = op.columns.iter().map(|column| (column.0.clone(), Value::Null));
                let columns = record.iter().map(|(column, value)| (column.0.clone(), value.clone()));
                Value::Context(Arc::new(missing.chain(columns).collect()))
            })
            .collect();
        let count = list.len() as u32;
        let list = Value::List(Arc::new(list));
        if let Err(Trouble(message)) = run.room_for(&list) {
            run.incident(asked.token, message);
            return Ok(());
        }
        run.fact(
            asked.token,
            FactKind::Found {
                table: op.table.clone(),
                count,
            },
        );
        run.write(asked.token, op.slot, list);
    }
    run.resume(asked.token);
    Ok(())
}
