//! People, sessions and stations over a real store, in time that stands still until it is moved.

use kernel::Timestamp;
use language::model::{Equipment, Id, Level, Role, Site};
use runtime::{Clock, Confirmed, ManualClock};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use store::AnyStore;
use tempfile::TempDir;

use super::*;

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
            .add_person("chen", person("Chen Jie", &["admin"]))
            .await
            .unwrap();
        let wang = Change {
            roles: Some(vec!["operator".into()]),
            pin: Some(Some(PIN.into())),
            badge: Some(Some(BADGE.into())),
            ..person("Wang Xiaoming", &[])
        };
        identity.add_person("wang", wang).await.unwrap();
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
        self.identity.sign_in(credential, station.map(Arc::from), HERE).await
    }

    async fn wang(&self, station: Option<&str>) -> NewSession {
        self.sign_in(password_of("wang", PASSWORD), station).await.unwrap()
    }

    fn is_in(&self, session: &NewSession, sign: Sign) -> bool {
        self.identity.session(&session.ticket, sign).is_some()
    }

    async fn change(&self, id: &str, change: Change) -> Result<Person, Error> {
        self.identity.change_person(id, change, None).await
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

#[tokio::test]
async fn a_session_ends_when_nobody_does_anything_and_after_its_time_whatever_anyone_does() {
    let rig = Rig::new().await;
    let session = rig.wang(None).await;
    rig.clock.advance_ms(29 * MINUTE_MS);
    assert!(rig.is_in(&session, Sign::None));
    rig.clock.advance_ms(MINUTE_MS - 1);
    assert!(rig.is_in(&session, Sign::OfLife));
    rig.clock.advance_ms(29 * MINUTE_MS);
    assert!(rig.is_in(&session, Sign::None), "somebody did something");
    rig.clock.advance_ms(MINUTE_MS);
    assert!(!rig.is_in(&session, Sign::OfLife), "a page that loads lists is nobody");

    let session = rig.wang(None).await;
    for _ in 0..12 * 3 - 1 {
        rig.clock.advance_ms(20 * MINUTE_MS);
        assert!(rig.is_in(&session, Sign::OfLife));
    }
    rig.clock.advance_ms(20 * MINUTE_MS);
    assert!(!rig.is_in(&session, Sign::OfLife));
}

#[tokio::test]
async fn at_a_station_a_session_ends_sooner() {
    let rig = Rig::new().await;
    let session = rig.wang(Some("qc-1")).await;
    assert_eq!(rig.identity.idle_s(&session.signed_in), 120);
    rig.clock.advance_ms(2 * MINUTE_MS - 1);
    assert!(rig.is_in(&session, Sign::OfLife));
    rig.clock.advance_ms(2 * MINUTE_MS);
    assert!(!rig.is_in(&session, Sign::OfLife));
}

#[tokio::test]
async fn a_restart_keeps_sessions_and_never_ends_one_early() {
    let rig = Rig::new().await;
    let session = rig.wang(Some("qc-1")).await;
    // Less than a minute: the store is not told.
    rig.clock.advance_ms(MINUTE_MS - 1);
    assert!(rig.is_in(&session, Sign::OfLife));
    rig.identity.keep_seen(&session.signed_in).await;
    let kept = rig.store.sessions().await.unwrap()[0].seen_at_ms;
    assert_eq!(kept, rig.clock.now().0 - MINUTE_MS + 1);
    rig.clock.advance_ms(2 * MINUTE_MS - 1);
    let rig = rig.reopened().await;
    assert!(rig.is_in(&session, Sign::OfLife));
    rig.clock.advance_ms(MINUTE_MS);
    assert!(rig.is_in(&session, Sign::OfLife));
    let signed_in = rig.identity.session(&session.ticket, Sign::OfLife).unwrap();
    rig.identity.keep_seen(&signed_in).await;
    assert_eq!(rig.store.sessions().await.unwrap()[0].seen_at_ms, rig.clock.now().0);

    rig.clock.advance_ms(HOUR_MS);
    let rig = rig.reopened().await;
    assert!(!rig.is_in(&session, Sign::OfLife));
    assert!(rig.store.sessions().await.unwrap().is_empty(), "swept at the start");
}

#[tokio::test]
async fn what_changes_about_a_person_holds_at_once() {
    let rig = Rig::new().await;
    let session = rig.wang(None).await;
    let rights = Change {
        rights: Some(vec!["supervise".into(), "read".into()]),
        roles: Some(Vec::new()),
        ..Change::default()
    };
    rig.change("wang", rights).await.unwrap();
    let now = rig.identity.session(&session.ticket, Sign::None).unwrap();
    assert!(now.rights.has(Right::Supervise) && now.roles.is_empty());
    rig.change(
        "wang",
        Change {
            rights: Some(Vec::new()),
            ..Change::default()
        },
    )
    .await
    .unwrap();
    assert!(
        !rig.identity
            .session(&session.ticket, Sign::None)
            .unwrap()
            .rights
            .has(Right::Supervise)
    );

    for change in [
        Change {
            active: Some(false),
            ..Change::default()
        },
        Change {
            active: Some(true),
            ..Change::default()
        },
    ] {
        rig.change("wang", change).await.unwrap();
        assert!(!rig.is_in(&session, Sign::OfLife));
    }
    let session = rig.wang(None).await;
    rig.change(
        "wang",
        Change {
            pin: Some(None),
            ..Change::default()
        },
    )
    .await
    .unwrap();
    assert!(
        !rig.is_in(&session, Sign::OfLife),
        "other credentials end what the old ones began"
    );
    assert!(rig.store.sessions().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_password_that_was_changed_while_it_was_checked_begins_nothing() {
    let rig = Rig::new().await;
    let checked = rig.identity.look().person("wang").cloned().unwrap();
    let other = Change {
        password: Some(Some("yellow submarine paint".into())),
        ..Change::default()
    };
    rig.change("wang", other).await.unwrap();
    let begun = rig.identity.begin_session(&checked, None).await;
    assert!(matches!(begun, Err(Error::WrongCredentials)));
    assert!(rig.store.sessions().await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_waits_for_the_end_of_a_session_is_told() {
    let rig = Rig::new().await;
    let session = rig.wang(None).await;
    // The session goes on under other rights.
    rig.change(
        "wang",
        Change {
            rights: Some(vec!["author".into()]),
            ..Change::default()
        },
    )
    .await
    .unwrap();
    let ended = rig.identity.ended(&session.signed_in);
    let mut ended = std::pin::pin!(ended);
    let pending = std::future::poll_fn(|context| std::task::Poll::Ready(ended.as_mut().poll(context).is_pending()));
    assert!(pending.await);
    rig.identity.remove_person("wang").await.unwrap();
    ended.await;

    let chen = rig.sign_in(password_of("chen", PASSWORD), None).await.unwrap();
    rig.clock.advance_ms(30 * MINUTE_MS);
    rig.identity.ended(&chen.signed_in).await;
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_person_and_a_new_password_frees() {
    let rig = Rig::new().await;
    for person in ["wang", "nobody"] {
        for _ in 0..5 {
            let refused = rig.sign_in(password_of(person, "wrong horse battery"), None).await;
            assert!(matches!(refused, Err(Error::WrongCredentials)));
        }
        // Whether there is such a person cannot be told from that.
        let refused = rig.sign_in(password_of(person, PASSWORD), None).await;
        assert!(matches!(refused, Err(Error::Locked { retry_after_s: 60 })));
    }
    // So is everything else that says who it is: signing in by PIN, and signing.
    let refused = rig.sign_in(pin_of("WANG", PIN), Some("qc-1")).await;
    assert!(matches!(refused, Err(Error::Locked { .. })));
    rig.clock.advance_ms(MINUTE_MS);
    rig.sign_in(password_of("wang", PASSWORD), None).await.unwrap();

    for _ in 0..5 {
        assert!(rig.sign_in(password_of("wang", "wrong"), None).await.is_err());
    }
    let other = "yellow submarine paint";
    rig.change(
        "wang",
        Change {
            password: Some(Some(other.into())),
            ..Change::default()
        },
    )
    .await
    .unwrap();
    rig.sign_in(password_of("wang", other), None).await.unwrap();

    for _ in 0..5 {
        assert!(rig.sign_in(password_of("wang", "wrong"), None).await.is_err());
    }
    let rig = rig.reopened().await;
    rig.sign_in(password_of("wang", other), None).await.unwrap();
}

#[tokio::test]
async fn wrong_badges_lock_the_station_and_many_wrong_tries_the_address() {
    let rig = Rig::new().await;
    let badge = |text: &str| Credential::Badge(text.into());
    for _ in 0..5 {
        assert!(matches!(
            rig.sign_in(badge("04:00:00:00"), Some("qc-1")).await,
            Err(Error::WrongCredentials)
        ));
    }
    assert!(matches!(
        rig.sign_in(badge(BADGE), Some("qc-1")).await,
        Err(Error::Locked { .. })
    ));
    rig.sign_in(badge(BADGE), Some("qc-2")).await.unwrap();
    for n in 0..20 {
        let _ = rig.sign_in(password_of(&format!("nobody-{n}"), "wrong"), None).await;
    }
    let elsewhere = IpAddr::from([10, 0, 0, 8]);
    assert!(matches!(
        rig.sign_in(password_of("wang", PASSWORD), None).await,
        Err(Error::Locked { .. })
    ));
    rig.identity
        .sign_in(password_of("wang", PASSWORD), None, elsewhere)
        .await
        .unwrap();
}

#[tokio::test]
async fn signatures_are_confirmed_by_what_is_the_persons_own() {
    let rig = Rig::new().await;
    let wang = rig.wang(None).await.signed_in;
    let confirm = async |proof| rig.identity.confirm(&wang, proof).await;
    assert_eq!(
        confirm(Proof::Password(PASSWORD.into())).await.unwrap(),
        Confirmed::Password
    );
    assert_eq!(confirm(Proof::Pin(PIN.into())).await.unwrap(), Confirmed::Pin);
    assert_eq!(confirm(Proof::Badge(BADGE.into())).await.unwrap(), Confirmed::Badge);
    for wrong in [
        Proof::Password(PIN.into()),
        Proof::Pin("271829".into()),
        Proof::Badge("04:A2:99:FE".into()),
        Proof::Badge(String::new()),
    ] {
        assert_eq!(confirm(wrong).await.unwrap_err().code, "wrong-credentials");
    }
    assert_eq!(
        confirm(Proof::Pin("0".into())).await.unwrap_err().code,
        "wrong-credentials"
    );
    assert_eq!(confirm(Proof::Pin(PIN.into())).await.unwrap_err().code, "locked");

    let chen = rig
        .sign_in(password_of("chen", PASSWORD), None)
        .await
        .unwrap()
        .signed_in;
    let no_pin = rig.identity.confirm(&chen, Proof::Pin(String::new())).await;
    assert_eq!(no_pin.unwrap_err().code, "wrong-credentials");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let rig = Rig::new().await;
    let last = |result: Result<Person, Error>| assert!(matches!(result, Err(Error::LastAdmin(_))));
    last(
        rig.change(
            "chen",
            Change {
                rights: Some(Vec::new()),
                ..Change::default()
            },
        )
        .await,
    );
    last(
        rig.change(
            "chen",
            Change {
                active: Some(false),
                ..Change::default()
            },
        )
        .await,
    );
    last(
        rig.change(
            "chen",
            Change {
                password: Some(None),
                ..Change::default()
            },
        )
        .await,
    );
    assert!(matches!(
        rig.identity.remove_person("CHEN").await,
        Err(Error::LastAdmin(_))
    ));
    // One who could not sign in would not help.
    let admin = Some(vec!["admin".to_owned()]);
    rig.change(
        "wang",
        Change {
            rights: admin,
            password: Some(None),
            ..Change::default()
        },
    )
    .await
    .unwrap();
    last(
        rig.change(
            "chen",
            Change {
                rights: Some(Vec::new()),
                ..Change::default()
            },
        )
        .await,
    );
    let other = Some(Some("yellow submarine paint".to_owned()));
    rig.change(
        "wang",
        Change {
            password: other,
            ..Change::default()
        },
    )
    .await
    .unwrap();
    rig.identity.remove_person("chen").await.unwrap();
    let taken = Change {
        name: Some("Chen".into()),
        ..Change::default()
    };
    assert!(matches!(
        rig.identity.add_person("Chen", taken).await,
        Err(Error::PersonExists(_))
    ));
}

#[tokio::test]
async fn a_setup_code_is_taken_once_even_at_the_same_moment() {
    let folder = TempDir::new().unwrap();
    let store: AnyStore = store::sqlite::Options::new(folder.path()).open().await.unwrap();
    let clock = Arc::new(ManualClock::new(Timestamp(0)));
    let identity = open(&store, &clock).await;
    let code = identity.make_setup_code().unwrap().unwrap();
    let change = |password: &str| Change {
        name: Some("Chen".into()),
        password: Some(Some(password.into())),
        ..Change::default()
    };
    let refused = identity.set_up(&code, "chen", change("short"), HERE).await;
    assert!(
        matches!(refused, Err(Error::Refused(_))),
        "a link is not used up by a bad password"
    );
    let (one, other) = tokio::join!(
        identity.set_up(&code, "chen", change(PASSWORD), HERE),
        identity.set_up(&code, "mallory", change(PASSWORD), HERE),
    );
    assert!(one.is_ok());
    assert!(matches!(other, Err(Error::SetupDone)));
    assert_eq!(identity.people().len(), 1);

    // Everyone forgot their password: a code of the command line is taken by the next start.
    let code = identity.keep_setup_code().await.unwrap();
    let identity = open(&store, &clock).await;
    assert!(identity.make_setup_code().unwrap().is_none());
    let wrong = identity.set_up("x", "li", change(PASSWORD), HERE).await;
    assert!(matches!(wrong, Err(Error::WrongCredentials)));
    identity.set_up(&code, "li", change(PASSWORD), HERE).await.unwrap();
    let identity = open(&store, &clock).await;
    let used = identity.set_up(&code, "mallory", change(PASSWORD), HERE).await;
    assert!(matches!(used, Err(Error::SetupDone)));
}

#[tokio::test]
async fn a_setup_link_is_worth_nothing_once_someone_administrates() {
    let folder = TempDir::new().unwrap();
    let store: AnyStore = store::sqlite::Options::new(folder.path()).open().await.unwrap();
    let identity = open(&store, &Arc::new(ManualClock::new(Timestamp(0)))).await;
    let code = identity.make_setup_code().unwrap().unwrap();
    let change = |rights: &[&str]| Change {
        name: Some("Chen".into()),
        rights: Some(rights.iter().map(|right| (*right).into()).collect()),
        password: Some(Some(PASSWORD.into())),
        ..Change::default()
    };
    identity.add_person("chen", change(&["admin"])).await.unwrap();
    let late = identity.set_up(&code, "mallory", change(&[]), HERE).await;
    assert!(matches!(late, Err(Error::SetupDone)));
    assert_eq!(identity.people().len(), 1);
}

#[tokio::test]
async fn who_was_signed_out_or_down_while_they_enrolled_comes_not_back_by_it() {
    let rig = Rig::new().await;
    let li = Change {
        name: Some("Li Na".into()),
        rights: Some(vec!["admin".into()]),
        password: Some(Some(PASSWORD.into())),
        ..Change::default()
    };
    rig.identity.add_person("li", li).await.unwrap();
    let ticket = {
        let chen = rig.sign_in(password_of("chen", PASSWORD), None).await.unwrap();
        let by = Principal::Person(Arc::clone(&chen.signed_in));
        rig.identity.enrol("qc-1", &by, None).await.unwrap()
    };
    let li = rig.sign_in(password_of("li", PASSWORD), Some("qc-1")).await.unwrap();
    // As the guard let them in, before what follows.
    let by = Principal::Person(Arc::clone(&li.signed_in));
    let refused = async || {
        let enrolled = rig.identity.enrol("qc-1", &by, None).await;
        assert!(matches!(enrolled, Err(Error::SignedOut)));
        let unenrolled = rig.identity.unenrol(&ticket, &by).await;
        assert!(matches!(unenrolled, Err(Error::SignedOut)));
    };
    let no_rights = Change {
        rights: Some(Vec::new()),
        ..Change::default()
    };
    rig.change("li", no_rights).await.unwrap();
    refused().await;
    let now = rig.identity.session(&li.ticket, Sign::None).unwrap();
    assert!(!now.rights.has(Right::Admin));
    rig.identity.remove_person("li").await.unwrap();
    refused().await;
    assert!(!rig.is_in(&li, Sign::None));
    assert_eq!(rig.identity.enrolments().len(), 1);
}

#[tokio::test]
async fn sessions_of_one_person_have_an_end() {
    let rig = Rig::new().await;
    let first = rig.wang(None).await;
    for _ in 0..crate::limits::SESSIONS_OF_PERSON_MAX {
        rig.clock.advance_ms(1);
        rig.wang(None).await;
    }
    assert!(!rig.is_in(&first, Sign::None));
    assert_eq!(
        rig.store.sessions().await.unwrap().len(),
        crate::limits::SESSIONS_OF_PERSON_MAX
    );
}

#[tokio::test]
async fn an_enrolled_browser_is_what_the_site_has() {
    let rig = Rig::new().await;
    let chen = rig.sign_in(password_of("chen", PASSWORD), None).await.unwrap();
    let by = Principal::Person(Arc::clone(&chen.signed_in));
    assert!(matches!(
        rig.identity.enrol("qc1", &by, None).await,
        Err(Error::Missing { .. })
    ));
    let ticket = rig.identity.enrol("qc-1", &by, None).await.unwrap();
    assert_eq!(rig.identity.station_of(&ticket).as_deref(), Some("qc-1"));
    let moved = rig.identity.session(&chen.ticket, Sign::None).unwrap();
    assert_eq!(
        moved.station.as_deref(),
        Some("qc-1"),
        "whoever enrolled it is at the station now"
    );
    let again = rig.identity.enrol("qc-1", &by, Some(&ticket)).await.unwrap();
    assert!(rig.identity.station_of(&ticket).is_none());
    assert_eq!(rig.identity.enrolments().len(), 1);

    let wang = rig.wang(Some("qc-1")).await;
    let by = Principal::Person(rig.identity.session(&chen.ticket, Sign::None).unwrap());
    let rig = rig.reopened().await;
    rig.identity.unenrol(&again, &by).await.unwrap();
    assert!(rig.identity.station_of(&again).is_none());
    assert!(!rig.is_in(&wang, Sign::None));
    let chen = rig.identity.session(&chen.ticket, Sign::None).unwrap();
    assert_eq!(chen.station, None);
}

#[tokio::test]
async fn demo_people_are_made_where_nobody_is_and_only_offered_when_asked_for() {
    let demo = DemoPerson {
        person: "demo-li".into(),
        name: "Li".into(),
        roles: vec!["operator".into()],
        rights: Vec::new(),
        password: "let me show you".into(),
        pin: "804613".into(),
        badge: "B-0002".into(),
    };
    let rig = Rig::new().await;
    assert!(rig.identity.make_demo(vec![demo.clone()]).await.unwrap().is_none());
    assert!(rig.identity.demo().is_empty());

    let folder = TempDir::new().unwrap();
    let store: AnyStore = store::sqlite::Options::new(folder.path()).open().await.unwrap();
    let clock = Arc::new(ManualClock::new(Timestamp(0)));
    let identity = open(&store, &clock).await;
    assert_eq!(
        identity
            .make_demo(vec![demo.clone()])
            .await
            .unwrap()
            .map(|made| made.len()),
        Some(1)
    );
    let station = Some(Arc::from("qc-1"));
    identity
        .sign_in(Credential::Badge("B-0002".into()), station, HERE)
        .await
        .unwrap();
    let identity = open(&store, &clock).await;
    assert!(identity.demo().is_empty());
    identity.make_demo(vec![demo.clone()]).await.unwrap();
    assert_eq!(identity.demo().len(), 1);
    let own = Change {
        password: Some(Some(PASSWORD.into())),
        ..Change::default()
    };
    identity.change_person("demo-li", own, None).await.unwrap();
    let offered = identity.make_demo(vec![demo]).await.unwrap();
    assert_eq!(
        offered.map(|offered| offered.len()),
        Some(0),
        "it is a real person's now"
    );
}

#[tokio::test]
async fn nothing_that_people_type_is_kept() {
    let rig = Rig::new().await;
    let session = rig.wang(Some("qc-1")).await;
    let everything = format!(
        "{:?}{:?}{:?}{:?}",
        rig.store.people().await.unwrap(),
        rig.store.sessions().await.unwrap(),
        session.signed_in,
        Principal::Person(Arc::clone(&session.signed_in)),
    );
    for secret in [PASSWORD, PIN, BADGE, session.ticket.reveal()] {
        assert!(!everything.contains(secret));
    }
}

#[test]
fn lifetimes_of_the_contract() {
    let lifetimes = Lifetimes::default();
    assert_eq!(lifetimes.absolute, Duration::from_secs(12 * 3600));
    assert_eq!(lifetimes.idle, Duration::from_secs(30 * 60));
    assert_eq!(lifetimes.idle_at_station, Duration::from_secs(120));
}
