//! What the rows of a decision table leave open and what they say twice, by its hit policy (DMN 1.5, 8.2.8).
//!
//! Every column is cut into pieces of which all tests say the same ([`column`]); then no more than finitely many cases are
//! left, and each row is a box of them (Calvanese et al., Semantics and Analysis of DMN Decision Tables, BPM 2016). What is
//! said is proved by an example: columns are taken for independent of one another only where each reads a name of its
//! own, and a test against something that is computed counts as one that may fit and may not.

mod column;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use expression::{Bound, Fits, Number, Type, Value};

use self::column::{Column, InColumn, Pieces};
use self::search::{Doubt, Found, open};
use super::by_name::ByName;
use super::tell;
use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::model::{App, Computed, Field, Span, Step};
use crate::names::Index;
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::{Decide, RowTest, Rule, StepKind};

/// What can be typed into a field that counts or measures.
#[derive(Clone, Debug, Default)]
struct Numbers {
    lower: Option<Number>,
    upper: Option<Number>,
    /// `None`: any.
    decimals: Option<u32>,
}

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &mut Index) {
    let mut tables = Vec::new();
    each_step(&app.steps, &mut |step| {
        if let StepKind::Decide(decide) = &step.kind {
            tables.push((step, decide.as_ref()));
        }
    });
    if tables.is_empty() {
        return;
    }
    let ranges = ByName::of(app, index, numbers);
    for (step, decide) in tables {
        let table = Table::new(decide, step, index, &ranges);
        for report in table.said_twice(reader, decide) {
            tell(reader, index, step, report);
        }
        if let Some(report) = table.left_open(reader, step, decide) {
            tell(reader, index, step, report);
        }
        for report in table.never_reached(reader, decide) {
            tell(reader, index, step, report);
        }
    }
}

fn numbers(field: &Field) -> Option<Numbers> {
    let of = |range: &expression::Limits, decimals: Option<u32>| Numbers {
        lower: range.lower,
        upper: range.upper,
        decimals,
    };
    Some(match &field.kind {
        FieldKind::Whole(whole) => of(&whole.range, Some(0)),
        FieldKind::Counter(counter) => of(&counter.range, Some(0)),
        FieldKind::Number(number) => of(&number.range, number.decimals_max),
        FieldKind::Percent(percent) => of(&percent.range, None),
        FieldKind::Rating(rating) => Numbers {
            lower: Some(Number::ONE),
            upper: Some(rating.at_most.into()),
            decimals: Some(0),
        },
        // The mean of several samples may lie between.
        FieldKind::Measure(measure) if measure.samples <= 1 => Numbers {
            decimals: measure.decimals,
            ..Numbers::default()
        },
        _ => return None,
    })
}

struct Table {
    /// How each column is called in examples.
    names: Vec<String>,
    columns: Vec<Column>,
    /// Whether the column can be anything whatever the others are.
    free: Vec<bool>,
    rows: usize,
}

/// A piece of each column, where it matters.
type Example = BTreeMap<usize, usize>;

impl Table {
    fn new(decide: &Decide, step: &Step, index: &mut Index, ranges: &ByName<Numbers>) -> Table {
        let inputs = &decide.inputs;
        let types: Vec<Type> = index.with_names_at(Some(step.span.start), Vec::new(), |names| {
            inputs.iter().map(|input| input.value.check(names).0).collect()
        });
        let columns = inputs.iter().zip(&types).enumerate().map(|(place, (input, kind))| {
            let cell = |row: &crate::steps::Row| {
                let test = row.when.get(place)?.as_ref()?;
                Some(test.condition.value.cell())
            };
            let cells: Vec<_> = decide.rows.iter().map(cell).collect();
            let references = input.value.references();
            let range = match references.as_slice() {
                [one] if input.value.is_path() => ranges.read_by(one, &BTreeSet::new()),
                _ => None,
            };
            Column::new(kind, range, &cells)
        });
        let columns = columns.collect();
        let reads = |place: usize| {
            let references = inputs[place].value.references().into_iter();
            references.map(|one| one.path.join(".")).collect::<Vec<_>>()
        };
        let apart = |one: &String, other: &String| {
            let inside = |long: &str, short: &str| {
                long == short || long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'))
            };
            !inside(one, other) && !inside(other, one)
        };
        let free = (0..inputs.len()).map(|place| {
            let own = reads(place);
            let says_all = inputs[place].value.is_path() || matches!(types[place], Type::Bool) && !own.is_empty();
            let others = (0..inputs.len()).filter(|other| *other != place).flat_map(reads);
            let others: Vec<String> = others.collect();
            says_all && own.iter().all(|one| others.iter().all(|other| apart(one, other)))
        });
        Table {
            names: inputs
                .iter()
                .map(|input| input.value.source().trim().to_owned())
                .collect(),
            free: free.collect(),
            columns,
            rows: decide.rows.len(),
        }
    }

    fn row(&self, column: usize, row: usize) -> &InColumn {
        &self.columns[column].rows[row]
    }

    /// Rows that fit at the same time where only one may, or where both must give the same.
    fn said_twice(&self, reader: &Reader<'_>, decide: &Decide) -> Vec<Report> {
        let entry = match decide.rule {
            Rule::Unique => c::ROWS_OVERLAP,
            Rule::Any => c::ROWS_DISAGREE,
            _ => return Vec::new(),
        };
        let mut found = Vec::new();
        for second in 1..self.rows {
            let both = (0..second).find_map(|first| {
                let matters =
                    decide.rule == Rule::Unique || differ(&decide.rows[first].then, &decide.rows[second].then);
                let example = self.both(first, second).filter(|_| matters)?;
                Some((first, example))
            });
            let Some((first, common)) = both else { continue };
            let example = common
                .iter()
                .map(|(column, pieces)| (*column, pieces.iter().next().unwrap_or(0)));
            let report = Report::new(entry, self.place_of(reader, decide, second))
                .arg("first", (first + 1).to_string())
                .arg("second", (second + 1).to_string());
            let report = self.shown(report, &example.collect());
            found.push(match self.only_an_end(&common) {
                Some((column, end)) => without_end(reader, report, decide.rows[second].when[column].as_ref(), end),
                None => report,
            });
        }
        found
    }

    /// The pieces of each column that both rows fit; `None` when they never fit together, or when that is not known.
    fn both(&self, first: usize, second: usize) -> Option<BTreeMap<usize, Pieces>> {
        let mut common = BTreeMap::new();
        for (number, column) in self.columns.iter().enumerate() {
            let pieces = match (self.row(number, first), self.row(number, second)) {
                (InColumn::Any, InColumn::Any) => continue,
                (InColumn::Unknown, _) | (_, InColumn::Unknown) => return None,
                _ if !self.free[number] => return None,
                (InColumn::Any, InColumn::Pieces(pieces)) | (InColumn::Pieces(pieces), InColumn::Any) => pieces.clone(),
                (InColumn::Pieces(one), InColumn::Pieces(other)) => {
                    let mut both = Pieces::none(column.shown.len());
                    one.iter()
                        .filter(|piece| other.has(*piece))
                        .for_each(|piece| both.insert(piece));
                    both
                }
            };
            if pieces.is_empty() {
                return None;
            }
            common.insert(number, pieces);
        }
        Some(common)
    }

    /// The only column in which two rows share nothing but the value at which one ends and the other begins.
    fn only_an_end(&self, common: &BTreeMap<usize, Pieces>) -> Option<(usize, &Value)> {
        let mut ends = common.iter().filter_map(|(column, pieces)| {
            let mut shared = pieces.iter();
            let end = self.columns[*column].ends[shared.next()?].as_ref()?;
            shared.next().is_none().then_some((*column, end))
        });
        ends.next().filter(|_| ends.next().is_none())
    }

    /// A case that no row is for.
    fn left_open(&self, reader: &Reader<'_>, step: &Step, decide: &Decide) -> Option<Report> {
        let may_be_none = matches!(decide.rule, Rule::All | Rule::Count);
        if decide.otherwise.is_some() || may_be_none || self.rows == 0 {
            return None;
        }
        let Found::Open(example) = open(self, (0..self.rows).collect(), None, Doubt::Covers) else {
            return None;
        };
        let report = Report::new(c::CASE_WITHOUT_ROW, super::head(reader, step));
        Some(self.shown(report, &example))
    }

    /// Rows that come too late: whatever fits them fits a row above.
    fn never_reached(&self, reader: &Reader<'_>, decide: &Decide) -> Vec<Report> {
        if decide.rule != Rule::First {
            return Vec::new();
        }
        let mut found = Vec::new();
        for late in 1..self.rows {
            if let Found::Covered = open(self, (0..late).collect(), Some(late), Doubt::Leaves) {
                let report = Report::new(c::ROW_NEVER_REACHED, self.place_of(reader, decide, late));
                found.push(report.arg("found", (late + 1).to_string()));
            }
        }
        found
    }

    fn shown(&self, report: Report, example: &Example) -> Report {
        let shown = example.iter().filter_map(|(column, piece)| {
            let value = self.columns[*column].shown.get(*piece)?;
            Some(format!("{} = {value}", self.names[*column]))
        });
        let shown: Vec<String> = shown.collect();
        if shown.is_empty() {
            return report.arg_in("example", "anything is given", "任何情况");
        }
        report.arg_in("example", shown.join(" and "), shown.join("，"))
    }

    fn place_of(&self, reader: &Reader<'_>, decide: &Decide, row: usize) -> Span {
        let start = decide.rows[row].span.start;
        Span {
            start,
            end: reader.line_end(start).min(decide.rows[row].span.end),
        }
    }
}

/// Whether two rows give something else, as far as it is written out.
fn differ(one: &[Computed], other: &[Computed]) -> bool {
    one.iter().zip(other).any(|pair| match pair {
        (Computed::Literal(one), Computed::Literal(other)) => one != other,
        _ => false,
    })
}

/// The later of two rows that meet at one value leaves it to the other.
fn without_end(reader: &Reader<'_>, report: Report, test: Option<&RowTest>, end: &Value) -> Report {
    let Some(test) = test else { return report };
    let Some(cell) = test.condition.value.cell() else {
        return report;
    };
    let [Fits::Between(from, to)] = &cell.any_of[..] else {
        return report;
    };
    let ends = |bound: &Bound| *bound == Bound::Included(end.clone());
    let (sign, meant) = match (ends(from), ends(to)) {
        (true, false) if *to == Bound::Open => (">=", ">"),
        (false, true) if *from == Bound::Open => ("<=", "<"),
        (true, false) => ("[", "]"),
        (false, true) => ("]", "["),
        _ => return report,
    };
    let span = test.condition.span;
    let written = &reader.source[span.start..span.end];
    let at = if sign == "]" {
        written.rfind(sign)
    } else {
        written.find(sign)
    };
    match at.map(|at| span.start + at) {
        Some(at) if !cell.opposite && !written.starts_with('[') => report.fix(at, at + sign.len(), meant),
        _ => report,
    }
}
