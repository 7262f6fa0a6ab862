//! Rights: one vocabulary for people and for the scopes of tokens.

use store::rows::PersonRow;

/// What someone may do. Each route names the one that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// See everything that is not secret.
    Read,
    /// Start runs, and do what is offered.
    Work,
    /// Act on what is offered to others: cancel, retry, release holds, take over.
    Supervise,
    /// Publish apps.
    Author,
    /// People, tokens, stations.
    Admin,
}

impl Right {
    pub(crate) const ALL: [Right; 5] = [Right::Read, Right::Work, Right::Supervise, Right::Author, Right::Admin];

    pub(crate) fn id(self) -> &'static str {
        match self {
            Right::Read => "read",
            Right::Work => "work",
            Right::Supervise => "supervise",
            Right::Author => "author",
            Right::Admin => "admin",
        }
    }

    pub(crate) fn of(id: &str) -> Option<Right> {
        Right::ALL.into_iter().find(|right| right.id() == id)
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of rights.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rights(u8);

impl Rights {
    pub(crate) const ALL: Rights = Rights(0b1_1111);

    /// What every person has, and a token that was made without saying what it may do.
    pub(crate) fn usual() -> Rights {
        [Right::Read, Right::Work].into_iter().collect()
    }

    /// As rows keep them; a word that this version does not know gives nothing.
    pub(crate) fn of_ids<'a>(ids: impl IntoIterator<Item = &'a String>) -> Rights {
        ids.into_iter().filter_map(|id| Right::of(id)).collect()
    }

    /// What rows keep of a person is what was given besides the usual.
    pub(crate) fn of_person(row: &PersonRow) -> Rights {
        Rights::usual().and(Rights::of_ids(&row.rights))
    }

    pub(crate) fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    pub(crate) fn and(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Rights) -> Rights {
        Rights(self.0 & !other.0)
    }

    /// In the order of [`Right::ALL`].
    pub(crate) fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |right| self.has(*right))
    }

    pub(crate) fn ids(self) -> Vec<String> {
        self.iter().map(|right| right.id().to_owned()).collect()
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Rights {
        Rights(rights.into_iter().fold(0, |bits, right| bits | right.bit()))
    }
}

impl std::fmt::Debug for Rights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_rights() {
        assert_eq!(Right::ALL.into_iter().collect::<Rights>(), Rights::ALL);
        let usual = Rights::usual();
        assert!(usual.has(Right::Read) && usual.has(Right::Work));
        assert!(!usual.has(Right::Supervise) && !usual.has(Right::Author) && !usual.has(Right::Admin));
        assert!(!Rights::default().has(Right::Read));
        assert_eq!(usual.ids(), ["read", "work"]);
        assert_eq!(Rights::of_ids(&Rights::ALL.ids()), Rights::ALL);
        let some = Rights::of_ids(&["admin".to_owned(), "fly".to_owned()]);
        assert_eq!(some.and(usual).ids(), ["read", "work", "admin"]);
    }
}
