//! A case that some rows do not cover, column by column.

use std::collections::BTreeSet;

use super::column::InColumn;
use super::{Example, Table};

/// Cases that are looked at before nothing is said of a table.
const CASES_MAX: usize = 20_000;

/// Which rows count as covering a case when that cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// All of them: what is found is open indeed.
    Covers,
    /// None of them: when nothing is found, all is covered indeed.
    Leaves,
}

/// What became of a search.
pub(super) enum Found {
    Open(Example),
    Covered,
    /// There were too many cases.
    Unknown,
}

/// A case that none of `rows` covers; with `late`, among those that this row fits.
pub(super) fn open(table: &Table, rows: Vec<usize>, late: Option<usize>, doubt: Doubt) -> Found {
    let mut search = Search {
        table,
        late,
        doubt,
        cases: 0,
        seen: BTreeSet::new(),
    };
    match search.open(0, rows) {
        Some(example) => Found::Open(example),
        None if search.cases > CASES_MAX => Found::Unknown,
        None => Found::Covered,
    }
}

struct Search<'t> {
    table: &'t Table,
    late: Option<usize>,
    doubt: Doubt,
    cases: usize,
    seen: BTreeSet<(usize, Vec<usize>)>,
}

impl Search<'_> {
    fn open(&mut self, column: usize, rows: Vec<usize>) -> Option<Example> {
        if rows.is_empty() {
            return Some(Example::new());
        }
        let rest = column..self.table.columns.len();
        let covers_all = |row: &usize| rest.clone().all(|column| self.always(column, *row));
        if rows.iter().any(covers_all) || !self.seen.insert((column, rows.clone())) {
            return None;
        }
        for piece in self.cases_of(column) {
            self.cases += 1;
            if self.cases > CASES_MAX {
                return None;
            }
            let left = rows
                .iter()
                .copied()
                .filter(|row| self.covers(column, *row, piece))
                .collect();
            if let Some(mut example) = self.open(column + 1, left) {
                example.extend(piece.map(|piece| (column, piece)));
                return Some(example);
            }
        }
        None
    }

    /// The pieces of a column that are to be covered; `None` where they do not matter, and for a value that is not there.
    fn cases_of(&self, column: usize) -> Vec<Option<usize>> {
        let pieces = 0..self.table.columns[column].shown.len();
        if self.doubt == Doubt::Covers {
            return match self.table.free[column] && !pieces.is_empty() {
                true => pieces.map(Some).collect(),
                false => vec![None],
            };
        }
        let fits = |piece: &usize| match self.late.map(|late| self.table.row(column, late)) {
            Some(InColumn::Pieces(own)) => own.has(*piece),
            _ => true,
        };
        let nothing = self
            .late
            .is_none_or(|late| self.table.columns[column].fits_nothing[late]);
        let pieces = pieces.filter(fits).map(Some);
        pieces.chain(nothing.then_some(None)).collect()
    }

    fn covers(&self, column: usize, row: usize, piece: Option<usize>) -> bool {
        match (self.table.row(column, row), piece) {
            (InColumn::Any, _) => true,
            (InColumn::Pieces(own), Some(piece)) => own.has(piece),
            (InColumn::Unknown, _) | (InColumn::Pieces(_), None) => self.doubt == Doubt::Covers,
        }
    }

    fn always(&self, column: usize, row: usize) -> bool {
        match self.table.row(column, row) {
            InColumn::Any => true,
            InColumn::Unknown | InColumn::Pieces(_) => self.doubt == Doubt::Covers && !self.table.free[column],
        }
    }
}
