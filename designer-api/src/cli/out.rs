//! Words on the terminal. Whoever reads them may stop (`gemba check apps | head`): then the rest goes unsaid, and what
//! the command does is done all the same.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};

/// A line on standard output.
pub(super) fn say(line: impl Display) {
    let _ = writeln!(stdout(), "{line}");
}

/// Text with its own line ends on standard output.
pub(super) fn say_text(text: &str) {
    let _ = stdout().write_all(text.as_bytes());
}

/// What is wrong and what to do about it, on standard error.
pub(super) fn complain(line: impl Display) {
    let _ = writeln!(stderr(), "gemba: {line}");
}

/// Text with its own line ends on standard error.
pub(super) fn complain_text(text: &str) {
    let _ = stderr().write_all(text.as_bytes());
}

/// A question on standard error; the answer is typed behind it.
pub(super) fn ask(question: impl Display) {
    let mut stderr = stderr();
    let _ = write!(stderr, "{question}");
    let _ = stderr.flush();
}
