//! Formulas of shop-floor apps: parse, check, evaluate.
//!
//! The language is FEEL (OMG DMN 1.5) over decimal numbers, with the floor's own words: `is ok`, `is not ok`,
//! `is undecided`, `is empty`, `is filled`, and quantities as people write them (`20 min`, `25.05 mm`).
//! Nothing here does IO or reads a clock: the host hands both in through [`Host`].

mod builtins;
mod check;
mod demands;
mod eval;
mod formula;
mod host;
pub mod limits;
mod messages;
mod problem;
mod quantity;
mod syntax;
mod template;
mod temporal;
pub mod units;
mod value;
mod verdict;

pub use check::{Names, Type};
pub use eval::Function;
pub use formula::{Formula, Outcome, Reference};
pub use host::{Host, Scope};
pub use messages::{CATALOGUE, Entry};
pub use problem::{Problem, Span};
pub use quantity::{WrittenLimits, parse_duration, parse_limits, parse_quantity};
pub use template::Template;
pub use value::{
    Bound, Context, Date, DateTime, Duration, Judged, Number, Quantity, Range, Time, Value, YearMonths, Zone,
};
pub use verdict::{Limits, Verdict};
