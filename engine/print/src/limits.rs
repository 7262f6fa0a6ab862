//! Every limit of printing. Reaching one is an error with its own words.

/// Things of one document.
pub const ITEMS_MAX: usize = 200;
/// Rows of one table, and its columns.
pub const TABLE_ROWS_MAX: usize = 1_000;
pub const TABLE_COLUMNS_MAX: usize = 20;
/// Characters of one text or cell.
pub const TEXT_CHARACTERS_MAX: usize = 4_000;
/// Pages of one document; a label is one.
pub const PAGES_MAX: usize = 50;
/// A side of a label or page, in micrometres.
pub const SIDE_UM_MAX: u32 = 1_200_000;
/// Dots of one inch that are drawn.
pub const DPI_MIN: u32 = 72;
pub const DPI_MAX: u32 = 600;
/// Dots of one picture of a page.
pub const DOTS_MAX: u64 = 40_000_000;
/// Dots of all pages of a document that is drawn.
pub const ALL_DOTS_MAX: u64 = 200_000_000;
/// Copies of one label.
pub const COPIES_MAX: u32 = 1_000;
/// A photo as it comes, and its sides in pixels.
pub const PHOTO_BYTES_MAX: usize = 32 * 1024 * 1024;
pub const PHOTO_SIDE_PIXELS_MAX: u32 = 12_000;
pub const PHOTO_PIXELS_MAX: u64 = 50_000_000;
/// Photos of one document.
pub const PHOTOS_MAX: usize = 40;
/// A font of the system that is read.
pub const FONT_BYTES_MAX: u64 = 64 * 1024 * 1024;
