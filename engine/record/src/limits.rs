//! Every limit of records. Reaching one is an error with its own words.

/// A record as a file, and all its parts together.
pub const RECORD_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Parts of one record.
pub const PARTS_MAX: usize = 10_000;
/// The name of a part.
pub const NAME_BYTES_MAX: usize = 200;
/// Records of called runs that are taken along, all levels together; others are named by the head of their journal.
pub const CALLED_MAX: usize = 200;
/// How deep calls are followed.
pub const CALLED_DEPTH_MAX: usize = 10;
/// Entries of the timeline on paper; the HTML and the JSON have all of them.
pub const PAPER_ENTRIES_MAX: usize = 700;
/// Characters of one value on paper.
pub const PAPER_VALUE_CHARACTERS_MAX: usize = 1_000;
/// Faults that are told one by one.
pub const FAULTS_MAX: usize = 100;
