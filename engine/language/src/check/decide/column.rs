//! A column of a decision table, cut into pieces: values of which every test of the column says the same, each piece
//! known by one of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use expression::{Bound, Cell, Date, Duration, Fits, Number, Type, Value};

use super::Numbers;

/// What a column can be, and which rows fit which piece of it.
pub(super) struct Column {
    /// One value of each piece, as it is written; those that people think of first come first.
    pub(super) shown: Vec<String>,
    pub(super) rows: Vec<InColumn>,
    /// Whether a row may fit when there is no value.
    pub(super) fits_nothing: Vec<bool>,
    /// The value of each piece that is no more than a value at which tests begin or end.
    pub(super) ends: Vec<Option<Value>>,
}

/// How a row stands to the pieces of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum InColumn {
    /// It fits whatever comes, also when there is no value.
    Any,
    Pieces(Pieces),
    /// Nothing can be said: it is held against something that is computed.
    Unknown,
}

/// A set of pieces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pieces(Vec<u64>);

impl Pieces {
    pub(super) fn none(count: usize) -> Pieces {
        Pieces(vec![0; count.div_ceil(64)])
    }
    pub(super) fn insert(&mut self, piece: usize) {
        self.0[piece / 64] |= 1 << (piece % 64);
    }
    pub(super) fn has(&self, piece: usize) -> bool {
        self.0[piece / 64] & (1 << (piece % 64)) != 0
    }
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.0.len() * 64).filter(|piece| self.has(*piece))
    }
}

/// One value of a piece.
#[derive(Clone, Debug, PartialEq)]
enum Sample {
    Word(Arc<str>),
    /// Any text that no test names.
    OtherText,
    Bool(bool),
    Ordered(Number),
}

impl Column {
    /// `cells` are the tests of the rows: `None` for `any`, `Some(None)` for one that is not against constants.
    pub(super) fn new(kind: &Type, range: Option<&Numbers>, cells: &[Option<Option<Cell>>]) -> Column {
        let scale = Scale::of(kind);
        let known = || cells.iter().flatten().flatten();
        let samples = match plain(kind) {
            Type::Bool => vec![Sample::Bool(true), Sample::Bool(false)],
            Type::OneOf(words) => words.iter().cloned().map(Sample::Word).collect(),
            Type::Text => words(known())
                .into_iter()
                .map(Sample::Word)
                .chain([Sample::OtherText])
                .collect(),
            _ => match &scale {
                Some(scale) => ordered(scale, range, known()),
                None => Vec::new(),
            },
        };
        let fits = |cell: &Cell, sample: &Sample| fits(cell, sample, scale.as_ref());
        let row = |cell: &Option<Option<Cell>>| match cell {
            None => InColumn::Any,
            Some(None) => InColumn::Unknown,
            Some(Some(cell)) => {
                let mut pieces = Pieces::none(samples.len());
                for (number, sample) in samples.iter().enumerate() {
                    match fits(cell, sample) {
                        Some(true) => pieces.insert(number),
                        Some(false) => {}
                        None => return InColumn::Unknown,
                    }
                }
                if samples.is_empty() {
                    InColumn::Unknown
                } else {
                    InColumn::Pieces(pieces)
                }
            }
        };
        let nothing = |cell: &Option<Option<Cell>>| match cell {
            Some(Some(cell)) => cell.opposite || cell.any_of.iter().any(|fits| matches!(fits, Fits::NotEqual(_))),
            _ => true,
        };
        let points: BTreeSet<Number> = scale.iter().flat_map(|scale| ends(scale, known())).collect();
        let end = |sample: &Sample| match sample {
            Sample::Ordered(number) if points.contains(number) => Some(scale.as_ref()?.value(*number)),
            _ => None,
        };
        Column {
            rows: cells.iter().map(row).collect(),
            fits_nothing: cells.iter().map(nothing).collect(),
            shown: samples.iter().map(|sample| shown(sample, scale.as_ref())).collect(),
            ends: samples.iter().map(end).collect(),
        }
    }
}

/// What is measured or checked computes as what it holds.
fn plain(kind: &Type) -> &Type {
    match kind {
        Type::Judged(inner, _) => plain(inner),
        other => other,
    }
}

/// Values that come one after the other, counted.
#[derive(Clone, Debug)]
enum Scale {
    Number,
    Quantity(Arc<str>),
    /// By days since 1970.
    Date,
    /// By milliseconds.
    Duration,
}

impl Scale {
    fn of(kind: &Type) -> Option<Scale> {
        match plain(kind) {
            Type::Number => Some(Scale::Number),
            Type::Quantity(unit) => Some(Scale::Quantity(unit.clone())),
            Type::Date => Some(Scale::Date),
            Type::Duration => Some(Scale::Duration),
            _ => None,
        }
    }

    fn count(&self, value: &Value) -> Option<Number> {
        match (self, value) {
            (Scale::Number | Scale::Quantity(_), Value::Number(number)) => Some(*number),
            (Scale::Quantity(unit), Value::Quantity(quantity)) if quantity.unit == *unit => Some(quantity.number),
            (Scale::Date, Value::Date(date)) => Some(Number::from(date.unix_days())),
            (Scale::Duration, Value::Duration(duration)) => Some(Number::from(duration.as_ms())),
            _ => None,
        }
    }

    fn value(&self, count: Number) -> Value {
        let whole = || i64::try_from(count.trunc()).unwrap_or_default();
        match self {
            Scale::Number => Value::Number(count.normalize()),
            Scale::Quantity(unit) => Value::quantity(count.normalize(), unit.clone()),
            Scale::Date => Date::from_unix_days(whole()).map_or(Value::Null, Value::Date),
            Scale::Duration => Value::Duration(Duration::from_ms(whole())),
        }
    }
}

/// The values at which the tests change what they say.
fn ends<'c>(scale: &Scale, cells: impl Iterator<Item = &'c Cell>) -> BTreeSet<Number> {
    let mut found = BTreeSet::new();
    for fits in cells.flat_map(|cell| &cell.any_of) {
        match fits {
            Fits::Equal(value) | Fits::NotEqual(value) => found.extend(scale.count(value)),
            Fits::Between(from, to) => {
                let values = [from, to].into_iter().filter_map(Bound::value);
                found.extend(values.filter_map(|value| scale.count(value)));
            }
        }
    }
    found
}

/// Whether some test begins at nought and none knows less: then less is not thought of.
fn begins_at_nought<'c>(scale: &Scale, mut cells: impl Iterator<Item = &'c Cell>, ends: &BTreeSet<Number>) -> bool {
    let begins = |fits: &Fits| match fits {
        Fits::Between(from, _) => from.value().and_then(|value| scale.count(value)) == Some(Number::ZERO),
        Fits::Equal(value) => scale.count(value) == Some(Number::ZERO),
        Fits::NotEqual(_) => false,
    };
    ends.first() == Some(&Number::ZERO) && cells.any(|cell| cell.any_of.iter().any(begins))
}

/// One value of each stretch between two ends, and the ends themselves: what lies between before what lies outside.
fn ordered<'c>(scale: &Scale, range: Option<&Numbers>, cells: impl Iterator<Item = &'c Cell> + Clone) -> Vec<Sample> {
    let mut ends = ends(scale, cells.clone());
    let (low, high) = range.map_or((None, None), |range| (range.lower, range.upper));
    let low = low.or_else(|| begins_at_nought(scale, cells, &ends).then_some(Number::ZERO));
    ends.extend(low);
    ends.extend(high);
    let decimals = match scale {
        Scale::Date | Scale::Duration => Some(0),
        _ => range.and_then(|range| range.decimals),
    };
    let possible = |number: &Number| {
        low.is_none_or(|low| *number >= low)
            && high.is_none_or(|high| *number <= high)
            && decimals.is_none_or(|decimals| number.normalize().scale() <= decimals)
    };
    let points: Vec<Number> = ends.iter().copied().collect();
    let mut found: Vec<Number> = Vec::new();
    for (number, point) in points.iter().enumerate() {
        found.push(*point);
        if let Some(next) = points.get(number + 1) {
            found.extend(between(*point, *next, decimals));
        }
    }
    let one = Number::ONE;
    found.extend(points.last().and_then(|last| last.checked_add(one)));
    found.extend(points.first().and_then(|first| first.checked_sub(one)));
    if points.is_empty() {
        found.push(one);
    }
    found.retain(possible);
    found.into_iter().map(Sample::Ordered).collect()
}

/// A value between two others, where there is one: the next one with few decimals.
fn between(from: Number, to: Number, decimals: Option<u32>) -> Option<Number> {
    let widest = decimals.unwrap_or_else(|| from.scale().max(to.scale()) + 1);
    (0..=widest).find_map(|decimals| {
        let step = Number::new(1, decimals);
        let next = (from / step).floor().checked_add(Number::ONE)?.checked_mul(step)?;
        (next > from && next < to).then_some(next)
    })
}

/// The texts that the tests name.
fn words<'c>(cells: impl Iterator<Item = &'c Cell>) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> = Vec::new();
    for fits in cells.flat_map(|cell| &cell.any_of) {
        if let Fits::Equal(Value::Text(text)) | Fits::NotEqual(Value::Text(text)) = fits
            && !found.contains(text)
        {
            found.push(text.clone());
        }
    }
    found
}

fn fits(cell: &Cell, sample: &Sample, scale: Option<&Scale>) -> Option<bool> {
    let mut any = false;
    for one in &cell.any_of {
        any |= match one {
            Fits::Equal(value) => equals(value, sample, scale)?,
            Fits::NotEqual(value) => !equals(value, sample, scale)?,
            Fits::Between(from, to) => {
                let (Sample::Ordered(number), Some(scale)) = (sample, scale) else {
                    return None;
                };
                above(from, *number, scale)? && below(to, *number, scale)?
            }
        };
    }
    Some(any != cell.opposite)
}

fn equals(value: &Value, sample: &Sample, scale: Option<&Scale>) -> Option<bool> {
    match (value, sample) {
        (Value::Text(text), Sample::Word(word)) => Some(text == word),
        (Value::Text(_), Sample::OtherText) => Some(false),
        (Value::Bool(one), Sample::Bool(other)) => Some(one == other),
        (value, Sample::Ordered(number)) => Some(scale?.count(value)? == *number),
        _ => None,
    }
}

fn above(from: &Bound, number: Number, scale: &Scale) -> Option<bool> {
    Some(match from {
        Bound::Open => true,
        Bound::Included(end) => number >= scale.count(end)?,
        Bound::Excluded(end) => number > scale.count(end)?,
    })
}

fn below(to: &Bound, number: Number, scale: &Scale) -> Option<bool> {
    Some(match to {
        Bound::Open => true,
        Bound::Included(end) => number <= scale.count(end)?,
        Bound::Excluded(end) => number < scale.count(end)?,
    })
}

/// As it would stand in a formula.
fn shown(sample: &Sample, scale: Option<&Scale>) -> String {
    match sample {
        Sample::Word(word) => format!("\"{word}\""),
        Sample::OtherText => "\"…\"".to_owned(),
        Sample::Bool(value) => value.to_string(),
        Sample::Ordered(number) => scale.map_or_else(String::new, |scale| scale.value(*number).display()),
    }
}
