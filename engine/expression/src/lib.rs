//! Formulas of shop-floor apps: parse, check, evaluate.
//!
//! Nothing here does IO, reads a clock or knows a time zone: the host hands them in through [`Host`], and values by
//! name through [`Scope`]. So a formula gives the same on a server, in a browser (the crate compiles to
//! `wasm32-unknown-unknown`) and in a replay years later.
//!
//! ```
//! use gemba_expression::{Context, DateTime, Formula, Host, Names, Type, Value};
//!
//! struct Clock;
//! impl Host for Clock {
//!     fn now(&self) -> DateTime {
//!         DateTime::from_unix_ms(0, 0)
//!     }
//!     fn offset_s(&self, _zone: &str, _at_unix_s: i64) -> Option<i32> {
//!         None
//!     }
//! }
//!
//! let names = Names::default().with("qty", Type::Number);
//! let formula = Formula::parse("qty * 0.1 >= 0.3", &names).expect("it is well written");
//! assert!(formula.check(&names).1.is_empty());
//!
//! let values: Context = [("qty".into(), Value::from(3))].into_iter().collect();
//! assert_eq!(formula.evaluate(&values, &Clock).expect("no limit is reached").value, Value::Bool(true));
//!
//! let slip = Formula::parse("qtty > 5", &names).expect("it is well written");
//! assert_eq!(slip.check(&names).1[0].fix.as_deref(), Some("qty"));
//! ```
//!
//! # The language
//!
//! FEEL of OMG DMN 1.5 (clause 10.3), over decimal numbers:
//!
//! | | |
//! | --- | --- |
//! | numbers | `25.05`, `-3`, `1.2e3`; `+ - * / **`; `0.1 + 0.2 = 0.3` |
//! | compare | `= != < <= > >=`, `x between 1 and 5`, `x in (1, 2)`, `x in [1..5]`, `x in (< 5, > 10)` |
//! | combine | `and`, `or`, `not(x)`: true, false, or null when it is not known |
//! | choose | `if x > 5 then "a" else "b"` |
//! | lists | `[1, 2]`, `list[1]`, `list[-1]`, `list[item > 2]`, `rows[qty > 2].name` |
//! | loops | `for x in list return x * 2`, `some x in list satisfies …`, `every x in list satisfies …` |
//! | groups | `{net: gross - tare, ok: net > 0}`, `order.customer.name` |
//! | time | `@"2026-09-30"`, `@"2026-09-30T14:05:00@Europe/Berlin"`, `due + 3 days`, `now() - started > 8 h` |
//! | functions | about 90 of the language; own ones with `function(a, b) a * b` |
//! | types | `x instance of list<number>` |
//!
//! The floor's own words:
//!
//! - `x is ok`, `x is not ok`, `x is undecided`, `x is empty`, `x is filled`. The first two ask the [`Verdict`] of a
//!   measured or checked answer ([`Judged`]). What was not measured is neither ok nor not ok, so both are null of it,
//!   and `not(x is ok)` is not true of it either: not measured is never a pass.
//! - Quantities and durations as people write them: `25.05 mm`, `20 min`, `1 h 30 min`, `2 days`. A unit stands only
//!   right behind a number, so a field may be called `m`. Two units are the same or they do not fit: nothing is
//!   converted. A bare number beside a quantity is taken to be of its unit. See [`units`].
//! - A sentence with values in it is a [`Template`].
//!
//! A name has several words only where it is declared (`batch size`), the longest first; everything else is one word.
//!
//! # Where it departs from DMN, and why
//!
//! - 28 digits instead of 34, and null beyond 7.9e28: exact where factories compute, the same everywhere, and fast.
//! - Moments are compared to the millisecond; nothing is stamped finer.
//! - No `external` functions: a formula calls nothing outside.
//! - Regular expressions take linear time: no back-references, no subtraction of classes, ASCII classes.
//! - A unit may follow a number (`5 mm`); in DMN nothing can stand there. `5 in` is an inch only where `in` cannot be
//!   the test.
//! - `sort` without a function sorts ascending; `trim`.
//! - Full-width signs (`（ ） ， ： ＝ ＞ ＜ “ ”`) are read as the plain ones.
//!
//! # When something is wrong
//!
//! What cannot be read or checked is a [`Problem`] with its place, plain words in English and Chinese, what could
//! stand there, and a fix; [`CATALOGUE`] lists them all. While a formula is evaluated, whatever does not fit gives
//! `Null` and a note of the same form; only a limit of [`limits`] stops it. Nothing that can be written makes it
//! panic, hang, or overflow the stack.

mod builtins;
mod cells;
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

pub use cells::{Cell, Fits};
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
