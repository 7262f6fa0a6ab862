//! Formulas of shop-floor apps: parse, check, evaluate.
//!
//! The language is FEEL (OMG DMN 1.5) over decimal numbers, with the floor's own words: `is ok`, `is not ok`,
//! `is undecided`, `is empty`, `is filled`, and quantities as people write them (`20 min`, `25.05 mm`).
//! Nothing here does IO or reads a clock: the host hands both in through [`Host`].

mod formula;
mod host;
mod types;
mod value;
mod verdict;

pub use formula::{Formula, Outcome, Problem, Reference, Span, Template};
pub use host::{Host, Scope};
pub use types::{Names, Type};
pub use value::{
    Context, Date, DateTime, Duration, Judged, Number, Quantity, Time, Value, YearMonths,
};
pub use verdict::{Limits, Verdict};
