//! How a command ends: exit codes, and what is said when it cannot do its work.

use std::path::Path;
use std::process::ExitCode;

use super::out::complain;

/// The end of a command; [`super::main`]'s help lists the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    /// In an app, its tests, the site or the data.
    ProblemsFound = 1,
    /// Wrong arguments, or a file that cannot be read or written. clap ends with the same code.
    CannotRead = 2,
    /// In use, read-only, full, newer or damaged.
    DataUnusable = 3,
    AddressUnusable = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// The data folder cannot be used: says why and what to do.
pub(super) fn data_unusable(data: &Path, error: &store::Error) -> Exit {
    use store::Error as E;
    let data = data.display();
    match error {
        E::InUse(by) => complain(format_args!(
            "the data in '{data}' is in use by another Gemba ({by}); stop that one, or choose another folder with --data"
        )),
        E::NewerFormat { found, known } => complain(format_args!(
            "the data in '{data}' was written by a newer Gemba (format {found}, this one knows up to {known}); \
             install that version or a later one; nothing was changed"
        )),
        E::ReadOnly(why) => complain(format_args!(
            "the data folder '{data}' cannot be written ({why}); give this user the right to write there, or choose \
             another folder with --data"
        )),
        E::DiskFull => complain(format_args!(
            "the disk of '{data}' is full; free some space and start again"
        )),
        E::Damaged(what) => complain(format_args!(
            "the data in '{data}' is damaged: {what}; nothing was changed; restore a backup, or ask for help with a copy"
        )),
        other => complain(format_args!("the data in '{data}' cannot be opened: {other}")),
    }
    Exit::DataUnusable
}
