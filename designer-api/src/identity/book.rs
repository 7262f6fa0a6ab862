//! The book of people, sessions and stations: what is kept in memory, and how it is written through.

use language::model::{Level, Site};
use runtime::Clock;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;
use store::AnyStore;
use store::rows::{Hash, PersonRow, SecretRow, Write};

use super::demo::DemoPerson;
use super::hashing::Hashing;
use super::lockout::{Counted, Locked, Lockouts};
use super::pace::Paces;
use super::session::Session;
use super::setup::SetupCodes;
use super::station::Enrolled;
use super::{Error, Right, Rights};

/// Name under which the store keeps the key that badges are hashed with.
const BADGE_KEY: &str = "badge-key";

/// How long a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetimes {
    /// From signing in, whatever happens.
    pub(crate) absolute: Duration,
    /// Without a sign of the person, at a browser of their own.
    pub(crate) idle: Duration,
    /// The same at an enrolled station.
    pub(crate) idle_at_station: Duration,
}

impl Default for Lifetimes {
    fn default() -> Lifetimes {
        Lifetimes {
            absolute: Duration::from_hours(12),
            idle: Duration::from_mins(30),
            idle_at_station: Duration::from_mins(2),
        }
    }
}

/// Everyone whom the server knows.
pub(crate) struct Identity {
    pub(super) store: AnyStore,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) site: Arc<Site>,
    pub(super) lifetimes: Lifetimes,
    pub(super) hashing: Hashing,
    pub(super) demo: RwLock<Vec<DemoPerson>>,
    /// Changes happen one after the other, each on disk before it is seen.
    pub(super) changing: tokio::sync::Mutex<()>,
    state: RwLock<State>,
    lockouts: Mutex<Lockouts>,
    paces: Mutex<Paces>,
    badge_key: Vec<u8>,
}

/// What requests look into. Never locked while something waits.
#[derive(Default)]
pub(super) struct State {
    /// By id in lower case: two people's ids differ in more than capitals.
    pub(super) people: BTreeMap<String, Arc<PersonRow>>,
    /// Whose badge has this hash.
    pub(super) badges: HashMap<Hash, String>,
    /// For whom somebody stands in whenever they are away; both by id in lower case.
    pub(super) substitutes: HashMap<String, Vec<String>>,
    pub(super) sessions: HashMap<Hash, Session>,
    pub(super) enrolments: HashMap<Hash, Arc<Enrolled>>,
    pub(super) setup: SetupCodes,
}

impl Identity {
    pub(crate) async fn open(
        store: AnyStore,
        clock: Arc<dyn Clock>,
        site: Site,
        lifetimes: Lifetimes,
    ) -> Result<Identity, Error> {
        let badge_key = badge_key(&store).await?;
        let mut state = State::default();
        for row in store.people().await? {
            state.put_person(row);
        }
        for row in store.enrolments().await? {
            state.enrolments.insert(row.hash, Arc::new(Enrolled::of(row)));
        }
        state.setup = SetupCodes::open(&store).await?;
        let identity = Identity {
            clock,
            site: Arc::new(site),
            lifetimes,
            hashing: Hashing::new(),
            demo: RwLock::default(),
            changing: tokio::sync::Mutex::default(),
            state: RwLock::new(state),
            lockouts: Mutex::default(),
            paces: Mutex::default(),
            badge_key,
            store,
        };
        identity.load_sessions().await?;
        Ok(identity)
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now().0
    }

    pub(super) fn look(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn lockouts(&self) -> MutexGuard<'_, Lockouts> {
        self.lockouts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before a try of a password, PIN, badge or code.
    pub(super) fn try_begins(&self, counted: &[Counted]) -> Result<(), Error> {
        Ok(self.lockouts().begin(counted, self.now_ms())?)
    }

    /// Before anything is done for someone at the door.
    pub(super) fn pace(&self, address: IpAddr) -> Result<(), Error> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(paces.take(address, self.now_ms())?)
    }

    pub(super) fn try_was_right(&self, counted: &[Counted]) {
        self.lockouts().right(counted);
    }

    pub(super) fn free(&self, id: &str) {
        self.lockouts().free(&Counted::Person(id.to_lowercase()));
    }

    pub(super) fn badge_hash(&self, badge: &str) -> Hash {
        super::ticket::keyed(&self.badge_key, badge.as_bytes())
    }

    pub(super) async fn write(&self, changes: Vec<Write>) -> Result<(), store::Error> {
        let mut unit = self.store.begin().await?;
        unit.write(changes).await?;
        unit.commit().await
    }

    /// Whether the site has this station; a site that names none has them all.
    pub(super) fn has_station(&self, id: &str) -> bool {
        let mut stations = self.stations().peekable();
        stations.peek().is_none() || stations.any(|(known, _)| known == id)
    }

    /// Ids and titles.
    pub(super) fn stations(&self) -> impl Iterator<Item = (&str, &str)> {
        let stations = self.site.equipment.iter();
        stations
            .filter(|place| place.level == Level::Station)
            .map(|place| (place.id.as_str(), place.title.as_str()))
    }
}

impl State {
    pub(super) fn put_person(&mut self, row: PersonRow) {
        let key = row.id.to_lowercase();
        self.badges.retain(|_, of| *of != key);
        if let Some(badge) = row.badge {
            self.badges.insert(badge, key.clone());
        }
        for away in self.substitutes.values_mut() {
            away.retain(|of| *of != key);
        }
        self.substitutes.retain(|_, away| !away.is_empty());
        let away = row.standing.away.as_ref();
        if let Some(substitute) = away.and_then(|away| away.substitute.as_ref()) {
            let of = self.substitutes.entry(substitute.to_lowercase()).or_default();
            of.push(key.clone());
        }
        self.people.insert(key, Arc::new(row));
    }

    pub(super) fn person(&self, id: &str) -> Option<&Arc<PersonRow>> {
        self.people.get(&id.to_lowercase())
    }

    pub(super) fn has_enrolment(&self, id: &str) -> bool {
        self.enrolments.values().any(|enrolled| enrolled.row.id == id)
    }

    /// Whether someone can sign in and manage people.
    pub(super) fn has_admin_besides(&self, id: &str) -> bool {
        let mut others = self.people.values().filter(|row| row.id != id);
        others.any(|row| can_administrate(row))
    }
}

/// With a password, for that is taken everywhere.
pub(super) fn can_administrate(row: &PersonRow) -> bool {
    row.active && row.password.is_some() && Rights::of_ids(&row.rights).has(Right::Admin)
}

impl From<Locked> for Error {
    fn from(locked: Locked) -> Error {
        Error::Locked {
            retry_after_s: locked.retry_after_s,
        }
    }
}

/// What is counted against wrong tries of a person at an address.
pub(super) fn counted_person(id: &str, address: IpAddr) -> [Counted; 2] {
    [Counted::Person(id.to_lowercase()), Counted::Address(address)]
}

/// The key of earlier starts, or a new one at the first.
async fn badge_key(store: &AnyStore) -> Result<Vec<u8>, Error> {
    if let Some(row) = store.secret(BADGE_KEY).await? {
        return Ok(row.bytes);
    }
    let mut bytes = vec![0_u8; 32];
    getrandom::fill(&mut bytes)?;
    let row = SecretRow {
        name: BADGE_KEY.to_owned(),
        bytes: bytes.clone(),
    };
    let mut unit = store.begin().await?;
    unit.write(vec![Write::PutSecret(row)]).await?;
    unit.commit().await?;
    Ok(bytes)
}
