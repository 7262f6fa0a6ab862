//! Why something outside was not done, in words for people.

use kernel::AskResult;

/// Kinds are stable: flows compare them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nobody is there.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// It is there, and does not want us: its certificate is not trusted, it does not know the secret.
    Refused,
    /// It answered with another status than success.
    Status,
    /// What is sent or what comes back is too large.
    TooLarge,
    /// The site does not allow it.
    NotAllowed,
    /// The secret is not there or of no use.
    Secret,
    /// What came back is no answer: not HTTP, not JSON though it says so.
    Unreadable,
    /// Nobody here can do this.
    NoHost,
    /// It may have been done, and doing it again may do harm.
    UnknownOutcome,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Unreachable => "unreachable",
            Kind::Timeout => "timeout",
            Kind::Refused => "refused",
            Kind::Status => "status",
            Kind::TooLarge => "too_large",
            Kind::NotAllowed => "not_allowed",
            Kind::Secret => "secret",
            Kind::Unreadable => "unreadable",
            Kind::NoHost => "no_host",
            Kind::UnknownOutcome => "unknown_outcome",
        }
    }
}

/// What was not done, and why.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub kind: Kind,
    /// One sentence without its full stop.
    pub message: String,
    /// The same may succeed later.
    pub again: bool,
}

impl Failure {
    /// Trying again is of no use.
    pub(crate) fn last(kind: Kind, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            message: message.into(),
            again: false,
        }
    }

    /// The same may succeed later.
    pub(crate) fn again(kind: Kind, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            message: message.into(),
            again: true,
        }
    }
}

impl From<Failure> for AskResult {
    fn from(failure: Failure) -> AskResult {
        AskResult::Failed {
            kind: failure.kind.word().to_owned(),
            message: failure.message,
            again: failure.again,
        }
    }
}
