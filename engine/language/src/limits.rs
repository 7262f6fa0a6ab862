//! Every limit of the language, far above any real app. Reaching one gives its own diagnostic.

/// A whole file.
pub const FILE_BYTES_MAX: usize = 1_000_000;
/// Mappings and lists inside one another.
pub const DEPTH_MAX: usize = 64;
/// Keys, values and list entries of a file together.
pub const NODES_MAX: usize = 100_000;
/// Entries of one mapping.
pub const KEYS_PER_MAP_MAX: usize = 1_000;
/// Entries of one list.
pub const ENTRIES_PER_LIST_MAX: usize = 10_000;
/// One text.
pub const TEXT_BYTES_MAX: usize = 100_000;
/// A title or an outcome, shown on a small screen.
pub const TITLE_CHARACTERS_MAX: usize = 200;
/// An id; longer sentences are cut at a word.
pub const ID_CHARACTERS_MAX: usize = 60;
/// Steps of an app, those inside others included.
pub const STEPS_MAX: usize = 2_000;
/// Fields of one form.
pub const FIELDS_PER_FORM_MAX: usize = 500;
/// Columns of one table.
pub const COLUMNS_PER_TABLE_MAX: usize = 500;
/// Choices of one field.
pub const CHOICES_MAX: usize = 1_000;
/// Rounds of a `repeat`.
pub const ROUNDS_MAX: u32 = 1_000;
/// Elements of a `for_each`.
pub const ELEMENTS_MAX: u32 = 1_000;
/// Elements of a `for_each` that may run at the same time.
pub const AT_ONCE_MAX: u32 = 100;
/// Records that one `find` may read.
pub const FOUND_RECORDS_MAX: u32 = 1_000;
/// Records that `find` reads when `at_most` is not written.
pub const FOUND_RECORDS_DEFAULT: u32 = 100;
/// Samples of one measurement.
pub const SAMPLES_MAX: u32 = 500;
/// Decimals of a number field.
pub const DECIMALS_MAX: u32 = 12;
/// Photos or files of one field.
pub const BLOBS_PER_FIELD_MAX: u32 = 20;
/// Rows of one `rows` field.
pub const ROWS_MAX: u32 = 1_000;
/// How often a `group` is asked when `at_most` is not written.
pub const GROUPS_DEFAULT: u32 = 20;
/// Rows of a `matrix`.
pub const MATRIX_ROWS_MAX: usize = 100;
/// The best of a `rating`.
pub const RATING_MAX: u32 = 10;
/// The same when `at_most` is not written.
pub const RATING_DEFAULT: u32 = 5;
/// What one tap on a `counter` may add.
pub const COUNTER_STEP_MAX: u32 = 1_000_000;
/// Points on the picture of a `mark`.
pub const MARKS_MAX: u32 = 1_000;
/// The same when `at_most` is not written.
pub const MARKS_DEFAULT: u32 = 100;
/// Address of a `link`.
pub const LINK_BYTES_MAX: usize = 2_000;
/// Rows of a `rows` field when `at_most` is not written.
pub const ROWS_DEFAULT: u32 = 200;
/// Characters of a `text` answer when `at_most` is not written.
pub const TEXT_ANSWER_CHARACTERS_DEFAULT: u32 = 200;
/// Characters of a `long_text` answer when `at_most` is not written.
pub const LONG_TEXT_ANSWER_CHARACTERS_DEFAULT: u32 = 10_000;
/// Characters of any text answer.
pub const TEXT_ANSWER_CHARACTERS_MAX: u32 = 100_000;
/// Characters of a scanned code.
pub const CODE_CHARACTERS_MAX: u32 = 4_096;
/// Bytes of a `pattern`.
pub const PATTERN_BYTES_MAX: usize = 1_000;
/// Holds of an app whose ways to a release are followed; any further ones are taken to be right.
pub const HOLDS_FOLLOWED_MAX: usize = 100;
/// Ways in which one app starts.
pub const STARTS_MAX: usize = 100;
/// Between two starts of `every`: a minute.
pub const EVERY_MS_MIN: i64 = 60_000;
/// Between two starts of `every`: 52 weeks.
pub const EVERY_MS_MAX: i64 = 364 * 86_400_000;
/// Shifts of a site.
pub const SHIFTS_MAX: usize = 100;
/// Breaks of one shift.
pub const BREAKS_PER_SHIFT_MAX: usize = 20;
/// Days off of a site, each a day or a range of days.
pub const DAYS_OFF_MAX: usize = 1_000;
/// Reasons of one tree.
pub const REASONS_MAX: usize = 1_000;
/// Levels of a tree of reasons.
pub const REASON_LEVELS_MAX: usize = 6;
/// Signals of a site.
pub const SIGNALS_MAX: usize = 10_000;
/// Systems that get what apps emit.
pub const SUBSCRIBERS_MAX: usize = 50;
/// Addresses of one channel.
pub const EMAILS_PER_CHANNEL_MAX: usize = 50;
/// Dots per inch of a printer.
pub const PRINTER_DPI_MIN: u32 = 72;
/// Dots per inch of a printer.
pub const PRINTER_DPI_MAX: u32 = 1_200;
/// Problems reported of one file; the rest is counted.
pub const DIAGNOSTICS_MAX: usize = 200;
/// Mistakes of YAML itself that are mended in thought so that the rest of the file can be read too.
pub const SYNTAX_REPAIRS_MAX: usize = 8;
/// Above this size a mistake of YAML itself is reported without trying out what would mend it.
pub const SYNTAX_REPAIR_FILE_BYTES_MAX: usize = 64_000;
/// Bytes that are parsed to try out what would mend the mistakes of one file.
pub const SYNTAX_TRIED_BYTES_MAX: usize = 4_000_000;
/// Times that a step is tried again.
pub const RETRIES_MAX: u32 = 100;
/// The longest pause between two tries, in milliseconds: a day.
pub const RETRY_PAUSE_MS_MAX: i64 = 86_400_000;
/// How long an answer from outside may take when `within` is not written, in milliseconds.
pub const ANSWER_WITHIN_MS_DEFAULT: i64 = 30_000;
/// The longest that an answer from outside may take, in milliseconds: ten minutes.
pub const ANSWER_WITHIN_MS_MAX: i64 = 600_000;
/// Statuses under one `accept`.
pub const STATUSES_MAX: usize = 50;
/// Copies of one print.
pub const COPIES_MAX: u32 = 100;
/// Entries of the `content` of one print.
pub const PRINTED_ITEMS_MAX: usize = 200;
/// The smallest side of a label, in micrometres.
pub const LABEL_UM_MIN: u32 = 5_000;
/// The largest side of a label, in micrometres.
pub const LABEL_UM_MAX: u32 = 1_000_000;
/// Rows of one decision table.
pub const TABLE_ROWS_MAX: usize = 500;
/// Buttons of one form.
pub const BUTTONS_MAX: usize = 8;
