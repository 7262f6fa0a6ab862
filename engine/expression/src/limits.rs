//! Every limit of this crate, with its unit in the name. A formula that reaches one is refused with a problem that
//! names the limit in words; none of them is near anything that people write by hand.

/// Length of a formula's or a template's text.
pub const SOURCE_BYTES_MAX: usize = 8 * 1024;
/// Nesting of a formula: brackets in brackets, ifs in ifs.
pub const DEPTH_MAX: u16 = 64;
/// Operators of one strength in a row, as in `a + b + c`.
pub const OPERATORS_IN_A_ROW_MAX: usize = 256;
/// Problems reported for one formula.
pub const PROBLEMS_MAX: usize = 32;
/// Notes kept from one evaluation.
pub const NOTES_MAX: usize = 16;
/// Steps of work of one evaluation; about one per operator, list item or compared value.
pub const FUEL_STEPS_MAX: u32 = 100_000;
/// List items, context entries and pieces of 16 bytes of text that one evaluation may build.
pub const CELLS_MAX: u32 = 200_000;
/// Length of a text that a formula builds.
pub const TEXT_BYTES_MAX: usize = 100_000;
/// Text that a regular expression is run on.
pub const PATTERN_INPUT_BYTES_MAX: usize = 20_000;
/// Compiled size of a regular expression.
pub const PATTERN_SIZE_BYTES_MAX: usize = 64 * 1024;
/// Length of a regular expression.
pub const PATTERN_BYTES_MAX: usize = 1_000;
/// Functions of a formula calling each other.
pub const CALL_DEPTH_MAX: u16 = 24;
/// Operators being worked on at the same moment, over all calls.
pub const EVALUATION_DEPTH_MAX: u16 = 256;
/// Lists in lists, contexts in contexts.
pub const VALUE_DEPTH_MAX: u16 = 40;
/// Longest duration, about 30 billion years.
pub const DURATION_NANOS_MAX: i128 = 1_000_000_000_000_000_000_000_000_000;
/// Longest duration in months, about 8 billion years.
pub const DURATION_MONTHS_MAX: i64 = 100_000_000_000;
/// Largest year of a date, before or after year 0.
pub const YEAR_MAX: i32 = 999_999_999;
