//! Where the items of a sheet are: the header row, what its columns hold, and the rows below.

use std::collections::BTreeMap;

use super::header::{self, Role};
use crate::codes as c;
use crate::limits;
use crate::report::{Place, Report};
use crate::workbook::Sheet;

/// Columns for readings beyond this are days or rounds, not pieces.
const SAMPLE_COLUMNS_MAX: usize = 10;
/// A header is short.
const HEADER_CHARACTERS_MAX: usize = 40;

/// A table of items.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) header_row: u32,
    /// The first row below the header.
    pub(super) first_row: u32,
    pub(super) columns: BTreeMap<u32, Role>,
    /// Columns for readings of pieces; 0 or 1 is no list.
    pub(super) readings: usize,
    /// The unit that a header gives for all.
    pub(super) unit: Option<String>,
}

impl Table {
    /// The text of a row in the column of a role: its own, or that of the merged cell over it.
    pub(super) fn text<'s>(&self, sheet: &'s Sheet, row: u32, role: Role) -> &'s str {
        let mut columns = self.columns.iter().filter(|(_, own)| **own == role);
        columns
            .find_map(|(column, _)| Some(spread(sheet, row, *column)).filter(|text| !text.is_empty()))
            .unwrap_or("")
    }
    pub(super) fn column(&self, role: Role) -> Option<u32> {
        self.columns
            .iter()
            .find(|(_, own)| **own == role)
            .map(|(column, _)| *column)
    }
    pub(super) fn has(&self, role: Role) -> bool {
        self.column(role).is_some()
    }
    /// What the column of a role is called.
    pub(super) fn name<'s>(&self, sheet: &'s Sheet, role: Role) -> &'s str {
        let Some(column) = self.column(role) else { return "" };
        let above = spread(sheet, self.header_row, column);
        let own = sheet.text(self.first_row.saturating_sub(1), column);
        if above.is_empty() { own } else { above }
    }
}

/// What a cell shows when a merged cell above or left of it counts.
pub(super) fn spread(sheet: &Sheet, row: u32, column: u32) -> &str {
    let own = sheet.text(row, column);
    if !own.is_empty() {
        return own;
    }
    match sheet.merge_at(row, column) {
        Some(merge) => sheet.text(merge.top, merge.left),
        None => "",
    }
}

/// The best header row of a sheet.
pub(super) fn find(sheet: &Sheet) -> Option<Table> {
    let mut best: Option<(usize, u32)> = None;
    for row in sheet
        .rows()
        .into_iter()
        .take_while(|row| *row < limits::HEADER_ROWS_MAX)
    {
        let score = score(sheet, row);
        if score > 0 && best.is_none_or(|(best, _)| score > best) {
            best = Some((score, row));
        }
    }
    best.map(|(_, row)| table(sheet, row))
}

/// A header row that is known to be at a row.
pub(super) fn find_at(sheet: &Sheet, row: u32) -> Option<Table> {
    (score(sheet, row) > 0).then(|| table(sheet, row))
}

/// How many different things the cells of a row say about columns; 0 when no column holds items.
pub(super) fn score(sheet: &Sheet, row: u32) -> usize {
    let mut roles: Vec<Role> = Vec::new();
    let mut cells = 0;
    for (_, text) in sheet.row(row) {
        cells += 1;
        if text.chars().count() > HEADER_CHARACTERS_MAX {
            return 0;
        }
        if let Some(role) = header::role(text)
            && !roles.contains(&role)
        {
            roles.push(role);
        }
    }
    let items = roles.contains(&Role::Item) || (roles.contains(&Role::Category) && roles.contains(&Role::Spec));
    let telling = roles
        .iter()
        .filter(|role| !matches!(role, Role::Known | Role::Number))
        .count();
    if !items || (telling < 2 && cells > 2) {
        return 0;
    }
    // `Items` alone above a list counts, but less than anything else.
    telling * 2 + usize::from(cells > 1)
}

fn table(sheet: &Sheet, header_row: u32) -> Table {
    let mut columns = BTreeMap::new();
    let mut unit = None;
    for (column, text) in sheet.row(header_row) {
        if let Some(role) = header::role(text) {
            let last = sheet
                .merge_at(header_row, column)
                .map_or(column, |merge| merge.right.min(column + 40));
            for column in column..=last {
                columns.insert(column, role);
            }
            if matches!(role, Role::Spec | Role::Nominal | Role::Result) {
                unit = unit.or_else(|| header::unit_in(text));
            }
        } else if header::is_sample(text) {
            columns.insert(column, Role::Result);
        }
    }
    let bottom = sheet
        .row(header_row)
        .filter_map(|(column, _)| sheet.merge_at(header_row, column));
    let bottom = bottom
        .map(|merge| merge.bottom)
        .max()
        .unwrap_or(header_row)
        .min(header_row + 3);
    let mut first_row = bottom + 1;
    let second = sub_header(sheet, header_row, &mut columns);
    if let Some(second) = second {
        first_row = first_row.max(second + 1);
    } else if bottom > header_row && sheet.row(header_row + 1).next().is_none() {
        first_row = bottom + 1;
    }
    if !columns.values().any(|role| *role == Role::Item) {
        for role in columns.values_mut().filter(|role| **role == Role::Category) {
            *role = Role::Item;
        }
    }
    // Two columns of one kind: the first counts, except for readings.
    let readings = columns.values().filter(|role| **role == Role::Result).count();
    Table {
        header_row,
        first_row,
        columns,
        readings,
        unit,
    }
}

/// `Upper | Lower` or `1 | 2 | 3` below a wide header.
fn sub_header(sheet: &Sheet, header_row: u32, columns: &mut BTreeMap<u32, Role>) -> Option<u32> {
    let row = header_row + 1;
    let mut found = Vec::new();
    let mut others = 0;
    for (column, text) in sheet.row(row) {
        let above = columns.get(&column).copied();
        match header::role(text) {
            Some(
                role @ (Role::Lower
                | Role::Upper
                | Role::UpperDeviation
                | Role::LowerDeviation
                | Role::Nominal
                | Role::Verdict
                | Role::Result
                | Role::Unit),
            ) => found.push((column, role)),
            _ if header::is_sample(text) && matches!(above, Some(Role::Result | Role::Verdict) | None) => {
                found.push((column, Role::Result));
            }
            _ => others += 1,
        }
    }
    if found.len() < 2 || others > 0 {
        return None;
    }
    for (column, role) in found {
        columns.insert(column, role);
    }
    Some(row)
}

impl Table {
    /// Says what is made of the columns that are no part of an item.
    pub(super) fn report(&mut self, sheet: &Sheet, report: &mut Report) {
        if self.readings > SAMPLE_COLUMNS_MAX {
            if let Some(column) = self.column(Role::Result) {
                let place = Place::cell(&sheet.name, self.header_row, column);
                let text = format!("{} …", sheet.text(self.header_row, column));
                report.add(c::COLUMN_FOR_EACH_DAY, place, &text, &[]);
            }
            self.readings = 0;
        }
        for (column, text) in sheet.row(self.header_row) {
            let place = Place::cell(&sheet.name, self.header_row, column);
            match self.columns.get(&column) {
                None => report.add(c::COLUMN_LEFT_OUT, place, text, &[]),
                Some(Role::Known) => report.add(c::KNOWN_BY_ITSELF, place, text, &[]),
                Some(_) => {}
            }
        }
    }
}
