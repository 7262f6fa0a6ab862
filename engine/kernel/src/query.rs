//! Questions to tables: what a store may look up by itself, and the answer that follows from all records it hands over.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use expression::{Formula, Scope, Value};
use language::fields::FieldKind;
use language::model::{App, Computed, Id};
use language::steps::{Order, StepKind};

use crate::clock::Clock;
use crate::limits::FOUND_RECORDS_MAX;
use crate::{Query, Record, Zone};

/// Which of `records` a query asks for: filtered, sorted, cut. Pure, so that a replay does the same.
///
/// Records that a formula cannot decide about are not found. Without `sort` they stay in the order in which they come.
pub fn select(query: &Query, records: Vec<Record>) -> Vec<Record> {
    let clock = Clock {
        at: query.at,
        zone: Zone {
            offset_s: query.offset_s,
            next: None,
        },
    };
    let mut found: Vec<Record> = records
        .into_iter()
        .filter(|record| {
            query
                .equals
                .iter()
                .all(|(column, value)| record.get(column).is_some_and(|own| same(own, value)))
        })
        .filter(|record| {
            let Some(condition) = &query.condition else { return true };
            let outcome = condition.evaluate(
                &RecordScope {
                    record,
                    captured: &query.captured,
                },
                &clock,
            );
            matches!(outcome.map(|outcome| outcome.value), Ok(Value::Bool(true)))
        })
        .collect();
    if let Some((column, order)) = &query.sort {
        let value = |record: &Record| record.get(column).cloned().unwrap_or(Value::Null);
        found.sort_by(|a, b| match order {
            Order::SmallestFirst => compare(&value(a), &value(b)),
            Order::LargestFirst => compare(&value(b), &value(a)),
        });
    }
    found.truncate(query.at_most.min(FOUND_RECORDS_MAX) as usize);
    found
}

/// A record's columns come first, then what was read from the run.
struct RecordScope<'a> {
    record: &'a Record,
    captured: &'a BTreeMap<Arc<str>, Value>,
}

impl Scope for RecordScope<'_> {
    fn get(&self, name: &str) -> Option<Value> {
        let column = self
            .record
            .iter()
            .find(|(column, _)| column.as_str() == name)
            .map(|(_, value)| value);
        // A column that the record does not have is empty.
        Some(
            column
                .or_else(|| self.captured.get(name))
                .cloned()
                .unwrap_or(Value::Null),
        )
    }
}

fn plain(value: &Value) -> &Value {
    match value {
        Value::Judged(judged) => &judged.value,
        value => value,
    }
}

fn same(a: &Value, b: &Value) -> bool {
    plain(a) == plain(b)
}

/// A total order, so that sorting is the same everywhere: empty last, then by type, then by value.
fn compare(a: &Value, b: &Value) -> Ordering {
    fn rank(value: &Value) -> u8 {
        match value {
            Value::Bool(_) => 0,
            Value::Number(_) | Value::Quantity(_) => 1,
            Value::Date(_) | Value::DateTime(_) => 2,
            Value::Time(_) => 3,
            Value::Duration(_) => 4,
            Value::Text(_) => 5,
            Value::Null => 7,
            _ => 6,
        }
    }
    let (a, b) = (plain(a), plain(b));
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::Quantity(a), Value::Quantity(b)) => (&a.unit, a.number).cmp(&(&b.unit, b.number)),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => match (a.unix_ms(), b.unix_ms()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.to_string().cmp(&b.to_string()),
        },
        (Value::Time(a), Value::Time(b)) => a.to_string().cmp(&b.to_string()),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

/// `column = something` that a condition demands in any case.
#[derive(Debug)]
pub(crate) struct Equality {
    column: Id,
    value: Formula,
}

impl Equality {
    /// The value that the column must have. Only values that are written in one way are handed to the store; whatever
    /// is left out here is still asked by the condition itself.
    pub(crate) fn value(&self, captured: &BTreeMap<Arc<str>, Value>, clock: &Clock) -> Option<(Id, Value)> {
        let record = Record::new();
        let value = self
            .value
            .evaluate(
                &RecordScope {
                    record: &record,
                    captured,
                },
                clock,
            )
            .ok()?
            .value;
        let value = plain(&value);
        let one_way = matches!(
            value,
            Value::Text(_) | Value::Bool(_) | Value::Number(_) | Value::Date(_)
        );
        one_way.then(|| (self.column.clone(), value.clone()))
    }
}

/// What a condition demands of the `plain` ones among a table's columns, as far as no column is read for it.
pub(crate) fn equalities(condition: &Formula, columns: &[Id], plain: &BTreeSet<Id>) -> Vec<Equality> {
    let demanded = condition
        .demanded_equalities()
        .into_iter()
        .map(|(name, value)| (Id(name), value));
    let of_columns = demanded.filter(|(name, value)| {
        let is_column = |name: Option<&Arc<str>>| columns.iter().any(|column| Some(&column.0) == name);
        plain.contains(name) && !value.references().iter().any(|read| is_column(read.path.first()))
    });
    of_columns.map(|(column, value)| Equality { column, value }).collect()
}

/// Columns whose values are never judged and have no unit: those equal a plain value in a formula, but not in a store.
/// The key always is; the others when every `save` fills them with plain answers or written-out values.
pub(crate) fn plain_columns(app: &App, table: &Id) -> BTreeSet<Id> {
    let Some(table) = app.tables.iter().find(|known| known.id == *table) else {
        return BTreeSet::new();
    };
    let mut other: BTreeSet<Id> = BTreeSet::new();
    let mut plain: BTreeSet<Id> = BTreeSet::new();
    for input in &app.inputs {
        sort_field(input, &mut plain, &mut other);
    }
    let mut saves = Vec::new();
    crate::walk::steps(&app.steps, &mut |step| match &step.kind {
        StepKind::Form(form) => form
            .fields
            .iter()
            .for_each(|field| sort_field(field, &mut plain, &mut other)),
        StepKind::Set(set) => other.extend(set.values.iter().map(|(name, _)| name.clone())),
        StepKind::Find(find) => drop(other.insert(find.name.clone())),
        StepKind::Save(save) if !save.of_site && save.table.value == table.id => saves.push(save),
        _ => {}
    });
    let certain = |column: &Id| {
        *column == table.key
            || saves
                .iter()
                .all(|save| match save.values.iter().find(|(named, _)| named == column) {
                    Some((_, Computed::Literal(_) | Computed::Text(_))) => true,
                    Some((_, Computed::Formula(_))) => false,
                    None => plain.contains(column) && !other.contains(column),
                })
    };
    table.columns.iter().filter(|column| certain(column)).cloned().collect()
}

fn sort_field(field: &language::model::Field, plain: &mut BTreeSet<Id>, other: &mut BTreeSet<Id>) {
    use FieldKind::{Choose, Date, LongText, Number, Percent, Scan, Text, Tick, Whole, YesNo};
    let is_plain = match &field.kind {
        Text(_) | LongText(_) | Scan(_) | Choose(_) | YesNo(_) | Tick(_) | Date(_) | Percent(_) => true,
        // With a unit it is a quantity, which equals the bare number in a formula only.
        Number(kind) => kind.unit.is_none(),
        Whole(kind) => kind.unit.is_none(),
        _ => false,
    };
    let set = if is_plain { plain } else { other };
    set.insert(field.id.clone());
}

#[cfg(test)]
mod tests {
    use expression::Names;

    use super::*;
    use crate::Timestamp;

    #[test]
    fn only_columns_are_asked_for_and_only_for_what_no_column_says() {
        let columns = ["line", "n", "judged"].map(Id::new);
        let plain: BTreeSet<Id> = ["line", "n"].map(Id::new).into();
        let condition = "line = wanted and \"l1\" = other and n = line and 3 = n and judged = 1 and n = judged";
        let condition = Formula::parse(condition, &Names::default()).expect("the condition parses");
        let equalities = equalities(&condition, &columns, &plain);
        let found: Vec<_> = equalities
            .iter()
            .map(|equality| (equality.column.as_str(), equality.value.source()))
            .collect();
        assert_eq!(found, [("line", "wanted"), ("n", "3")]);
    }

    fn query(condition: Option<&str>, order: Order) -> Query {
        Query {
            query: 1,
            table: Id::new("t"),
            equals: Vec::new(),
            condition: condition.map(|condition| Formula::parse(condition, &Names::default()).expect("it parses")),
            captured: BTreeMap::from([("wanted".into(), Value::text("l1"))]),
            at: Timestamp(0),
            offset_s: 0,
            sort: Some((Id::new("n"), order)),
            at_most: 2,
        }
    }

    fn records() -> Vec<Record> {
        let record = |line: &str, n: Value| Record::from([(Id::new("line"), Value::text(line)), (Id::new("n"), n)]);
        let number = |n: i64| Value::Number(n.into());
        vec![
            record("l1", number(2)),
            record("l2", number(9)),
            record("l1", Value::Null),
            record("l1", number(10)),
        ]
    }

    fn numbers(query: &Query) -> Vec<String> {
        select(query, records())
            .iter()
            .map(|record| record[&Id::new("n")].display())
            .collect()
    }

    #[test]
    fn records_are_filtered_sorted_and_cut() {
        assert_eq!(
            numbers(&query(Some("line = wanted"), Order::SmallestFirst)),
            ["2", "10"]
        );
        assert_eq!(numbers(&query(None, Order::SmallestFirst)), ["2", "9"]);
        let largest = numbers(&query(Some("line = wanted and n > 1"), Order::LargestFirst));
        assert_eq!(largest, ["10", "2"]);
        // What cannot be decided is not found.
        assert_eq!(
            numbers(&query(Some("unknown > 1"), Order::SmallestFirst)),
            Vec::<String>::new()
        );
    }
}
