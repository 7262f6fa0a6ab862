//! How many connections there is room for: each is an open file, and the system allows a process only so many.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fmt::{self, Display, Formatter};

use crate::limits;

/// What fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) connections: usize,
    /// Of these, connections that follow live events.
    pub(crate) listeners: usize,
}

/// For who runs the server: there is less room than there could be.
pub(crate) struct TooLittle {
    room: Room,
    files: u64,
}

impl Room {
    /// Asks the system for as many files as it gives. Systems allow few by default, for programs of another age.
    pub(crate) fn make() -> Room {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let wanted = maximum.unwrap_or(u64::MAX).min(limits::FILES_WANTED);
        if current.is_some_and(|current| current < wanted) {
            let limit = Rlimit {
                current: Some(wanted),
                maximum,
            };
            if let Err(error) = setrlimit(Resource::Nofile, limit) {
                tracing::warn!(%error, "the number of open files could not be raised");
            }
        }
        Room::within(getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX))
    }

    /// What fits into so many open files.
    fn within(files: u64) -> Room {
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        let free = files.saturating_sub(limits::FILES_BESIDE_CONNECTIONS).max(1);
        let connections = free.min(limits::CONNECTIONS_MAX);
        Room {
            connections,
            // The other half is for what is asked, and to say that there is no room.
            listeners: (connections / 2).min(limits::EVENT_LISTENERS_MAX),
        }
    }

    /// Something to say when the system gives too little.
    pub(crate) fn too_little(self) -> Option<TooLittle> {
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        (self.connections < limits::CONNECTIONS_MAX).then_some(TooLittle { room: self, files })
    }
}

impl Display for TooLittle {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let TooLittle { room, files } = self;
        let (connections, listeners) = (room.connections, room.listeners);
        write!(
            to,
            "the system lets this process open only {files} files: room for {connections} connections, {listeners} of \
             them with live events; allow {} for all of {} (ulimit -Hn, or LimitNOFILE= of systemd)",
            limits::FILES_WANTED,
            limits::CONNECTIONS_MAX
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_into_so_many_files() {
        let fits = |files| {
            let Room { connections, listeners } = Room::within(files);
            (connections, listeners)
        };
        let most = (limits::CONNECTIONS_MAX, limits::EVENT_LISTENERS_MAX);
        assert_eq!(fits(limits::FILES_WANTED), most);
        assert_eq!(fits(u64::MAX), most);
        assert_eq!(fits(1_024), (768, 384));
        assert_eq!(fits(10), (1, 0));
    }
}
