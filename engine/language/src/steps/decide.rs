//! `decide`: a decision table (DMN 1.5, clause 8) with a hit policy.
use expression::{Formula, Names, Type};

use super::StepOf;
use crate::catalogue as c;
use crate::keywords;
use crate::limits;
use crate::model::{Computed, Condition, Id, Located, Span, Table};
use crate::read::keys::{Key, Kind, Shape, key, required};
use crate::read::{Entry, Reader, Report, Wants};
use crate::tree::NodeId;

/// `- decide: sentence` with `inputs`, `gives`, `rows: [{when, then}]`, `rule` and `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Decide {
    pub rule: Rule,
    pub inputs: Vec<Located<Formula>>,
    pub gives: Vec<Id>,
    pub rows: Vec<Row>,
    /// What is given when no row fits; without it everything is empty then.
    pub otherwise: Option<Vec<Computed>>,
}

/// One entry of `rows`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// By input; `None` does not matter.
    pub when: Vec<Option<Test>>,
    pub then: Vec<Computed>,
    pub span: Span,
}

/// A unary test: `> 2 mm`, `[0.5..2] mm`, `"A", "B"`, `not("A")`.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// As it is written, with the unit inside of a range.
    pub source: String,
    /// The test of its input, whole.
    pub condition: Condition,
}

/// Which of the rows that fit count (DMN 1.5, 8.2.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// At most one row fits.
    Unique,
    /// Several rows fit only when they give the same.
    Any,
    /// The first from the top.
    First,
    /// All rows, as lists.
    All,
    Sum,
    Min,
    Max,
    /// How many.
    Count,
}

const ROW: &[Key] = &[
    required(
        "when",
        Shape::Words,
        "One test for each input, in the same order; `-` or `any` does not matter.",
    ),
    required("then", Shape::Words, "What this row gives, in the order of `gives`."),
];

impl StepOf for Decide {
    const KIND: Kind = Kind {
        word: "decide",
        shape: Shape::Sentence,
        doc: "A decision table: what is given follows from the row whose tests fit.",
        keys: &[
            required(
                "inputs",
                Shape::Formulas,
                "What is looked at; one column of the table each.",
            ),
            required("gives", Shape::Words, "Names of the values that the table gives."),
            key(
                "rule",
                Shape::Word,
                "Which rows count: `unique` (when nothing is written), `any`, `first`, `all`, `sum`, `min`, `max`, `count`.",
            ),
            required("rows", Shape::Entries(ROW), "The rows."),
            key(
                "otherwise",
                Shape::Words,
                "What is given when no row fits, in the order of `gives`.",
            ),
        ],
        example: "- decide: Disposition\n  inputs: [run.station]\n  gives: disposition\n  rows:\n    - when: '\"qc-1\"'\n      then: scrap\n  otherwise: use as is",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let keys = &entry.keys;
        let mut inputs = Vec::new();
        match keys.get("inputs") {
            Some(node) => {
                for node in reader.one_or_more(node) {
                    inputs.push(reader.bare_formula(node, "inputs", Wants::Column));
                }
            }
            None => reader.missing(keys, "inputs", "[run.station]", c::KEY_MISSING),
        }
        let mut gives: Vec<Id> = Vec::new();
        match keys.get("gives") {
            Some(node) => {
                for node in reader.one_or_more(node) {
                    gives.extend(reader.id(node));
                }
            }
            None => reader.missing(keys, "gives", "result", c::KEY_MISSING),
        }
        let rule = keys
            .get("rule")
            .and_then(|node| reader.word_of(node, "rule", keywords::RULES))
            .map_or(Rule::Unique, rule);
        let mut rows = Vec::new();
        match keys.get("rows") {
            Some(node) => {
                let nodes = reader.entries(node, "rows");
                if nodes.len() > limits::TABLE_ROWS_MAX {
                    let max = limits::TABLE_ROWS_MAX.to_string();
                    reader.push(Report::new(c::DECIDE_TOO_MANY_ROWS, reader.head(node)).arg("max", max));
                }
                for node in nodes.into_iter().take(limits::TABLE_ROWS_MAX) {
                    rows.extend(row(reader, node, &inputs, &gives));
                }
            }
            None => reader.missing(keys, "rows", "[{when: any, then: 1}]", c::KEY_MISSING),
        }
        let otherwise = keys
            .get("otherwise")
            .map(|node| given(reader, node, &gives, "otherwise"));
        (!inputs.is_empty() && !gives.is_empty()).then_some(Decide {
            rule,
            inputs,
            gives,
            rows,
            otherwise,
        })
    }

    fn values(&self, names: &mut Names, _tables: &[Table]) -> Vec<(Id, Type)> {
        let type_of = |place: usize| {
            let rows = self.rows.iter().map(|row| &row.then);
            let mut types = rows
                .chain(&self.otherwise)
                .filter_map(|given| given.get(place))
                .map(|value| crate::names::type_of(value, names));
            let first = types.next().unwrap_or(Type::Any);
            let one = if types.all(|other| other == first) {
                first
            } else {
                Type::Any
            };
            match self.rule {
                Rule::Unique | Rule::Any | Rule::First => one,
                Rule::All => Type::List(Box::new(one)),
                Rule::Count => Type::Number,
                Rule::Sum | Rule::Min | Rule::Max => Type::Any,
            }
        };
        self.gives
            .iter()
            .enumerate()
            .map(|(place, name)| (name.clone(), type_of(place)))
            .collect()
    }
}

fn rule(word: &str) -> Rule {
    match word {
        "any" => Rule::Any,
        "first" => Rule::First,
        "all" => Rule::All,
        "sum" => Rule::Sum,
        "min" => Rule::Min,
        "max" => Rule::Max,
        "count" => Rule::Count,
        _ => Rule::Unique,
    }
}

fn row(reader: &mut Reader<'_>, node: NodeId, inputs: &[Located<Formula>], gives: &[Id]) -> Option<Row> {
    let keys = reader.keys(node, &[ROW], "a row")?;
    let mut when = Vec::new();
    match keys.get("when") {
        Some(node) => {
            let nodes = reader.one_or_more(node);
            if nodes.len() != inputs.len() {
                let report = Report::new(c::DECIDE_WIDTH, reader.head(node))
                    .arg("what", "when")
                    .arg("found", nodes.len().to_string())
                    .arg("wanted", inputs.len().to_string());
                reader.push(report);
            }
            for (node, input) in nodes.into_iter().zip(inputs) {
                when.push(test(reader, node, input));
            }
        }
        None => reader.missing(&keys, "when", "any", c::KEY_MISSING),
    }
    let then = match keys.get("then") {
        Some(node) => given(reader, node, gives, "then"),
        None => {
            reader.missing(&keys, "then", "1", c::KEY_MISSING);
            Vec::new()
        }
    };
    Some(Row {
        when,
        then,
        span: reader.span(node),
    })
}

/// What a row gives: one value, or a list in the order of `gives`.
fn given(reader: &mut Reader<'_>, node: NodeId, gives: &[Id], what: &'static str) -> Vec<Computed> {
    let nodes = reader.one_or_more(node);
    if nodes.len() != gives.len() {
        let report = Report::new(c::DECIDE_WIDTH, reader.head(node))
            .arg("what", what)
            .arg("found", nodes.len().to_string())
            .arg("wanted", gives.len().to_string());
        reader.push(report);
    }
    nodes.into_iter().map(|node| reader.computed(node, what)).collect()
}

/// A test of one input; a whole condition in the end, so that everybody else has to know only those.
fn test(reader: &mut Reader<'_>, node: NodeId, input: &Located<Formula>) -> Option<Test> {
    let span = reader.span(node);
    let written = reader.words(node, "when")?;
    if matches!(written.as_str(), "-" | "–") || keywords::literal(&written, keywords::ANY).is_some() {
        if let Some(pair) = keywords::literal(&written, keywords::ANY) {
            reader.speak_pair(node, pair);
        }
        return None;
    }
    let source = with_units(&written);
    let column = input.value.source();
    // `not(…)` of a test is the opposite of it (DMN 1.5, grammar rule 12), not of a value.
    let text = match source.strip_prefix("not(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => format!("not(({column}) in ({inner}))"),
        None => format!("({column}) in ({source})"),
    };
    match Formula::parse(&text, &Names::default()) {
        Ok(value) => {
            let condition = Located { value, span };
            reader.also_check(&condition, node, Wants::Condition);
            Some(Test { source, condition })
        }
        Err(_) => {
            let report = Report::new(c::DECIDE_TEST, span).arg("found", written.as_str());
            let words = written
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            let report = match range_meant(&written) {
                Some(range) => report.replace(span, format!("\"{range}\"")),
                // `A` stands for a name; the text is meant.
                None if words => report.replace(span, format!("'\"{written}\"'")),
                None => report,
            };
            reader.push(report);
            None
        }
    }
}

/// `1 to 3 mm`, `1 - 3` and `1 到 3` are ranges as people write them.
fn range_meant(written: &str) -> Option<String> {
    let parts = [" to ", " - ", "到", "至", "~", "-"].into_iter();
    let (from, rest) = parts.filter_map(|sign| written.split_once(sign)).next()?;
    let rest = rest.trim();
    let digits = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(rest.len());
    let (to, unit) = (&rest[..digits], rest[digits..].trim());
    let is_number = |text: &str| text.trim().parse::<expression::Number>().is_ok();
    let range = format!("[{}..{to}]", from.trim());
    (is_number(from) && is_number(to)).then(|| {
        if unit.is_empty() {
            range
        } else {
            format!("{range} {unit}")
        }
    })
}

/// `[0.5..2] mm` has its unit at both ends.
fn with_units(test: &str) -> String {
    let Some(close) = test.rfind([']', ')', '[']).filter(|_| test.contains("..")) else {
        return test.to_owned();
    };
    let (range, unit) = test.split_at(close + 1);
    let unit = unit.trim();
    if unit.is_empty() || unit.contains(',') || range.matches("..").count() != 1 {
        return test.to_owned();
    }
    let range = range.replacen("..", &format!(" {unit}.."), 1);
    let (inside, bracket) = range.split_at(range.len() - 1);
    format!("{inside} {unit}{bracket}")
}

#[cfg(test)]
mod tests {
    use super::with_units;

    #[test]
    fn the_unit_of_a_range_is_that_of_both_ends() {
        for (written, read) in [
            ("[0.5..2] mm", "[0.5 mm..2 mm]"),
            ("]0.5..2[ mm", "]0.5 mm..2 mm["),
            ("[1..2]", "[1..2]"),
            ("> 2 mm", "> 2 mm"),
            ("[1..2], [4..5]", "[1..2], [4..5]"),
        ] {
            assert_eq!(with_units(written), read);
        }
    }
}
