//! People, sessions and stations over a real store, in time that stands still until it is moved.

use kernel::Timestamp;
use language::model::{Equipment, Id, Level, Role, Site};
use runtime::{Clock, Confirmed, ManualClock};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use store::AnyStore;
use store::rows::EnrolmentRow;
use tempfile::TempDir;

use super::*;

mod credentials;
mod people;
mod sessions;
mod setup;
mod stations;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7));
const PASSWORD: &str = "green bicycle lamp";
const PIN: &str = "271828";
const BADGE: &str = "04:A2:99:FF";
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

struct Rig {
    _folder: TempDir,
    store: AnyStore,
    clock: Arc<ManualClock>,
    identity: Identity,
}

impl Rig {
    /// With the administrator `chen` and the operator `wang`.
    async fn new() -> Rig {
        let folder = TempDir::new().unwrap();
        let store: AnyStore = store::sqlite::Options::new(folder.path()).open().await.unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp(1_790_000_000_000)));
        let identity = open(&store, &clock).await;
        let person = |name: &str, rights: &[&str]| Change {
            name: Some(name.into()),
            rights: Some(rights.iter().map(|right| (*right).into()).collect()),
            password: Some(Some(PASSWORD.into())),
            ..Change::default()
        };
        identity
            .add_person("chen", person("Chen Jie", &["admin"]), &Principal::local("test"))
            .await
            .unwrap();
        let wang = Change {
            roles: Some(vec!["operator".into()]),
            pin: Some(Some(PIN.into())),
            badge: Some(Some(BADGE.into())),
            ..person("Wang Xiaoming", &[])
        };
        identity
            .add_person("wang", wang, &Principal::local("test"))
            .await
            .unwrap();
        Rig {
            _folder: folder,
            store,
            clock,
            identity,
        }
    }

    /// As after a restart: only what is in the store is left.
    async fn reopened(self) -> Rig {
        let identity = open(&self.store, &self.clock).await;
        Rig { identity, ..self }
    }

    async fn sign_in(&self, credential: Credential, station: Option<&str>) -> Result<NewSession, Error> {
        let Some(station) = station else {
            return self.sign_in_at(credential, None).await;
        };
        // At a browser of the station that is none of those that tests enrol: it is there just for this.
        let another = EnrolmentRow {
            id: "another".into(),
            hash: [7; 32],
            station: station.into(),
            by: "test".into(),
            at_ms: 0,
            seen_at_ms: None,
        };
        let place = Place {
            station: Arc::from(station),
            enrolment: Arc::from("another"),
        };
        let enrolled = Arc::new(station::Enrolled::of(another));
        self.identity.change().enrolments.insert([7; 32], enrolled);
        let session = self.sign_in_at(credential, Some(place)).await;
        self.identity.change().enrolments.remove(&[7; 32]);
        session
    }

    async fn sign_in_at(&self, credential: Credential, place: Option<Place>) -> Result<NewSession, Error> {
        self.identity.sign_in(credential, place, HERE).await
    }

    async fn wang(&self, station: Option<&str>) -> NewSession {
        self.sign_in(password_of("wang", PASSWORD), station).await.unwrap()
    }

    fn is_in(&self, session: &NewSession, sign: Sign) -> bool {
        self.identity.session(&session.ticket, sign).is_some()
    }

    async fn change(&self, id: &str, change: Change) -> Result<Person, Error> {
        self.identity.change_person(id, change, &Principal::local("test")).await
    }
}

async fn open(store: &AnyStore, clock: &Arc<ManualClock>) -> Identity {
    let site = Site {
        equipment: vec![Equipment {
            id: Id::new("qc-1"),
            title: "Quality 1".into(),
            level: Level::Station,
            parent: None,
        }],
        roles: vec![Role {
            id: Id::new("operator"),
            title: "operator".into(),
        }],
        ..Site::default()
    };
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Identity::open(Arc::clone(store), clock, site, Lifetimes::default())
        .await
        .unwrap()
}

fn password_of(person: &str, password: &str) -> Credential {
    Credential::Password {
        person: person.into(),
        password: password.into(),
    }
}

fn pin_of(person: &str, pin: &str) -> Credential {
    Credential::Pin {
        person: person.into(),
        pin: pin.into(),
    }
}
