//! `decide`: a decision table with a hit policy.

use std::sync::Arc;

use expression::{Formula, Names as NoNames, Value};
use language::model::{Id, Step};
use language::steps::{Decide, Rule};
use serde_json::{Map, Value as Json};

use crate::FactKind;
use crate::formula::{BoundComputed, BoundFormula, told, told_short};
use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

#[derive(Debug)]
pub(crate) struct Op {
    rule: Rule,
    inputs: Vec<BoundFormula>,
    gives: Vec<(Id, u32)>,
    rows: Vec<Row>,
    otherwise: Option<Vec<BoundComputed>>,
}

#[derive(Debug)]
struct Row {
    when: Vec<BoundFormula>,
    then: Vec<BoundComputed>,
}

pub(super) fn declare(kind: &Decide, _step: &Step, _number: u32, d: &mut Declaring) {
    for name in &kind.gives {
        let slot = d.shared(name);
        d.answer(slot);
    }
}

pub(super) fn compile(kind: &Decide, _step: &Step, _number: u32, c: &mut Compiler<'_>) {
    let computed = |c: &Compiler<'_>, values: &[language::model::Computed]| -> Vec<BoundComputed> {
        values.iter().map(|value| c.computed(value)).collect()
    };
    let rows = kind.rows.iter().map(|row| Row {
        when: row
            .when
            .iter()
            .flatten()
            .map(|test| c.formula(&test.condition.value))
            .collect(),
        then: computed(c, &row.then),
    });
    let op = Op {
        rule: kind.rule,
        inputs: kind.inputs.iter().map(|input| c.formula(&input.value)).collect(),
        gives: kind
            .gives
            .iter()
            .map(|name| {
                (
                    name.clone(),
                    c.slots.shared(name).expect("the name was declared with its step"),
                )
            })
            .collect(),
        rows: rows.collect(),
        otherwise: kind.otherwise.as_ref().map(|otherwise| computed(c, otherwise)),
    };
    c.emit(super::Op::Decide(op));
}

impl Op {
    /// All values or none, so that trying again finds everything as it was.
    pub(super) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
        let fitting = self.fitting(run, token)?;
        let values = self.given(run, token, &fitting)?;
        run.room_for(&Value::List(Arc::new(values.clone())))?;
        let mut looked_at = Map::new();
        for input in &self.inputs {
            let value = run.evaluate(token, input)?;
            looked_at.insert(input.formula.source().trim().to_owned(), told_short(&value));
        }
        let given = self.gives.iter().zip(&values);
        let given: Map<String, Json> = given
            .map(|((name, _), value)| (name.to_string(), told(value)))
            .collect();
        run.fact(
            token,
            FactKind::RowFits {
                rows: fitting.iter().map(|row| row + 1).collect(),
                inputs: Json::Object(looked_at),
                values: Json::Object(given),
            },
        );
        for ((_, slot), value) in self.gives.iter().zip(values) {
            run.write(token, *slot, value);
        }
        Ok(Next::On)
    }

    /// Only `true` fits: what cannot be decided does not.
    fn fitting(&self, run: &Run<'_>, token: u32) -> Result<Vec<u32>, Trouble> {
        let mut fitting = Vec::new();
        for (place, row) in (0..).zip(&self.rows) {
            let mut fits = true;
            for test in &row.when {
                fits = fits && matches!(run.evaluate(token, test)?, Value::Bool(true));
            }
            if fits {
                fitting.push(place);
                if self.rule == Rule::First {
                    break;
                }
            }
        }
        Ok(fitting)
    }

    fn given(&self, run: &Run<'_>, token: u32, fitting: &[u32]) -> Result<Vec<Value>, Trouble> {
        let mut rows: Vec<Vec<Value>> = Vec::with_capacity(fitting.len());
        for row in fitting.iter().filter_map(|row| self.rows.get(*row as usize)) {
            rows.push(self.computed(run, token, &row.then)?);
        }
        let single = matches!(self.rule, Rule::Unique | Rule::Any | Rule::First);
        if rows.is_empty() && (single || self.otherwise.is_some()) {
            return match &self.otherwise {
                Some(otherwise) => self.computed(run, token, otherwise),
                None => Ok(vec![Value::Null; self.gives.len()]),
            };
        }
        let numbers: Vec<String> = fitting.iter().map(|row| (row + 1).to_string()).collect();
        let numbers = numbers.join(", ");
        match self.rule {
            Rule::Unique if rows.len() > 1 => {
                Err(Trouble(format!("rows {numbers} of the table fit, and only one may")))
            }
            Rule::Any if rows.iter().any(|row| *row != rows[0]) => Err(Trouble(format!(
                "rows {numbers} of the table fit and do not give the same"
            ))),
            Rule::Unique | Rule::Any | Rule::First => Ok(rows.swap_remove(0)),
            Rule::Count => Ok(vec![Value::Number((rows.len() as u64).into()); self.gives.len()]),
            Rule::All | Rule::Sum | Rule::Min | Rule::Max => (0..self.gives.len())
                .map(|place| self.collected(run, rows.iter().filter_map(|row| row.get(place).cloned()).collect()))
                .collect(),
        }
    }

    /// A column of all rows that fit, as the rule puts it together.
    fn collected(&self, run: &Run<'_>, column: Vec<Value>) -> Result<Value, Trouble> {
        let function = match self.rule {
            Rule::Sum => "sum(column)",
            Rule::Min => "min(column)",
            Rule::Max => "max(column)",
            _ => return Ok(Value::List(Arc::new(column))),
        };
        if column.is_empty() {
            return Ok(Value::Null);
        }
        let formula =
            Formula::parse(function, &NoNames::default()).map_err(|_| Trouble(format!("{function} is no formula")))?;
        let column = Column(Value::List(Arc::new(column)));
        let outcome = formula.evaluate(&column, &run.clock);
        outcome
            .map(|outcome| outcome.value)
            .map_err(|problem| Trouble(format!("{function} could not be computed: {}", problem.message)))
    }

    fn computed(&self, run: &Run<'_>, token: u32, values: &[BoundComputed]) -> Result<Vec<Value>, Trouble> {
        values.iter().map(|value| run.compute(token, value)).collect()
    }
}

/// The one name that a collecting rule reads.
struct Column(Value);

impl expression::Scope for Column {
    fn get(&self, name: &str) -> Option<Value> {
        (name == "column").then(|| self.0.clone())
    }
}
