//! Limits of the language server.

/// Files of a folder that are looked at; the rest is known only when it is open.
pub const FILES_MAX: usize = 10_000;
/// Folders inside one another that are looked into.
pub const FOLDER_DEPTH_MAX: usize = 32;
/// A file of the folder that is larger is no app.
pub const FILE_BYTES_MAX: u64 = 1_000_000;
/// How long the server waits for the next key before it checks a file again.
pub const PAUSE_MS: u64 = 150;
/// Completions of one place.
pub const COMPLETIONS_MAX: usize = 1_000;
