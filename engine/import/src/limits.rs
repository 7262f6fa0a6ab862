//! Every limit of an import, far above any real sheet. Reaching one is an error with its own words.

/// The file as it comes.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Parts (files inside the .xlsx).
pub const PARTS_MAX: usize = 2_000;
/// What is read of the parts when they are unpacked, together.
pub const UNPACKED_BYTES_MAX: usize = 48 * 1024 * 1024;
/// Sheets that are looked at.
pub const SHEETS_MAX: usize = 64;
/// Cells with something in them, of all sheets together.
pub const CELLS_MAX: usize = 100_000;
/// Text of all cells together.
pub const TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// One cell; Excel takes 32,767 characters.
pub const CELL_BYTES_MAX: usize = 128 * 1024;
/// Merged regions of one sheet.
pub const MERGES_MAX: usize = 20_000;
/// Rows at the top of a sheet among which the header row is sought.
pub const HEADER_ROWS_MAX: u32 = 60;
/// Characters of a title; longer ones go on in the hint.
pub const TITLE_CHARACTERS_MAX: usize = 120;
/// Characters of a hint.
pub const HINT_CHARACTERS_MAX: usize = 500;
/// Fields of one form; what is beyond is reported and left out.
pub const FIELDS_PER_FORM_MAX: usize = 300;
/// Forms of one app.
pub const FORMS_MAX: usize = 60;
/// Choices of a list.
pub const CHOICES_MAX: usize = 500;
/// Entries of a report; one more says how many were left out.
pub const REPORT_ENTRIES_MAX: usize = 2_000;
/// Characters of a cell that a report shows.
pub const SHOWN_CHARACTERS_MAX: usize = 120;
/// Bytes of one XPath expression, and its nesting.
pub const XPATH_BYTES_MAX: usize = 4_000;
pub const XPATH_DEPTH_MAX: usize = 20;
/// Names, numbers, texts and signs of one XPath expression.
pub const XPATH_TOKENS_MAX: usize = 400;
/// Groups inside one another.
pub const GROUP_DEPTH_MAX: usize = 20;
/// How often a made app is checked and what the checker refuses is taken back.
pub const CORRECTIONS_MAX: usize = 12;
