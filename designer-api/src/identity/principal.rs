//! Who a request comes from.

use runtime::Acting;
use std::sync::Arc;
use store::rows::Hash;

use super::session::Pulse;
use super::{Right, Rights};
use crate::http::Problem;

/// Who a request comes from; the guard puts it into the request's extensions.
#[derive(Clone, Debug)]
pub(crate) enum Principal {
    /// A program. It vouches for the person that it names.
    Token { name: Arc<str>, scopes: Rights },
    /// Somebody at a browser.
    Person(Arc<SignedIn>),
    /// An enrolled tablet at which nobody is signed in.
    Station { id: Arc<str> },
    /// Who may write into the data folder: a command on the server's computer, or the server itself.
    Local { name: Arc<str> },
}

/// Somebody who is signed in, as the newest change left them.
pub(crate) struct SignedIn {
    /// The person's id.
    pub(crate) person: String,
    pub(crate) name: String,
    /// Ids of roles of the site.
    pub(crate) roles: Vec<String>,
    pub(crate) rights: Rights,
    /// `en` or `zh`, when the person has chosen one.
    pub(crate) language: Option<String>,
    /// The station at which they are; `None` at a browser of their own.
    pub(crate) station: Option<Arc<str>>,
    /// Which of the station's browsers; not known of sessions that began before it was kept.
    pub(super) enrolment: Option<Arc<str>>,
    pub(super) session: Hash,
    pub(super) created_at_ms: i64,
    pub(super) expires_at_ms: i64,
    pub(super) pulse: Arc<Pulse>,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn")
            .field("person", &self.person)
            .field("roles", &self.roles)
            .field("rights", &self.rights)
            .field("station", &self.station)
            .finish_non_exhaustive()
    }
}

impl SignedIn {
    /// Which of all sessions it is.
    pub(crate) fn session(&self) -> Hash {
        self.session
    }

    /// When the session ends, whatever happens.
    pub(crate) fn expires_at_ms(&self) -> i64 {
        self.expires_at_ms
    }

    /// What journals say that the person acted through.
    pub(crate) fn via(&self) -> String {
        match &self.station {
            Some(station) => format!("station/{station}"),
            None => "web/browser".to_owned(),
        }
    }

    /// For the engine, which refuses what is not offered to them.
    pub(crate) fn acting(&self) -> Acting {
        Acting {
            roles: self.roles.clone(),
            station: self.station.as_deref().map(str::to_owned),
            supervises: self.rights.has(Right::Supervise),
            ..Acting::default()
        }
    }
}

impl Principal {
    /// The server itself, as it does this.
    pub(crate) fn local(name: &str) -> Principal {
        Principal::Local { name: Arc::from(name) }
    }

    /// The user of this computer who runs this command.
    pub(crate) fn command_line() -> Principal {
        use std::os::unix::fs::MetadataExt;
        let user = std::fs::metadata("/proc/self").map(|own| own.uid());
        Principal::of_user(user.ok())
    }

    /// A user of this computer, by their number where it is known.
    pub(crate) fn of_user(user: Option<u32>) -> Principal {
        match user {
            Some(user) => Principal::local(&format!("command line, user {user}")),
            None => Principal::local("command line"),
        }
    }

    /// Who it is, for those who read what was done by whom.
    pub(crate) fn name(&self) -> String {
        match self {
            Principal::Token { name, .. } => name.to_string(),
            Principal::Person(person) => person.person.clone(),
            Principal::Station { id } => format!("station/{id}"),
            Principal::Local { name } => name.to_string(),
        }
    }

    pub(crate) fn rights(&self) -> Rights {
        match self {
            Principal::Token { scopes, .. } => *scopes,
            Principal::Person(person) => person.rights,
            Principal::Station { .. } => Rights::default(),
            Principal::Local { .. } => Rights::ALL,
        }
    }

    /// Refuses who has not got the right.
    pub(crate) fn must_have(&self, right: Right) -> Result<(), Problem> {
        if self.rights().has(right) {
            Ok(())
        } else {
            Err(Problem::right_missing(right))
        }
    }

    /// The person signed in; `None` for programs and empty stations.
    pub(crate) fn signed_in(&self) -> Option<&Arc<SignedIn>> {
        match self {
            Principal::Person(person) => Some(person),
            Principal::Token { .. } | Principal::Station { .. } | Principal::Local { .. } => None,
        }
    }
}
