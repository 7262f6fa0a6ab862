//! Who may come in: tokens, people, sessions, stations, and the server's own secrets.

use super::samples::*;
use super::{Spoil, Subject, commit, refused};
use crate::Error;
use crate::limits::{PASSWORD_HASH_BYTES_MAX, RIGHTS_MAX, SECRET_BYTES_MAX};
use crate::rows::*;

fn put(row: PersonRow) -> Write {
    Write::PutPerson(Box::new(row))
}

pub async fn tokens_come_and_go(subject: &dyn Subject) {
    let store = subject.store();
    let two = [token("mes", 1), token("admin", 2)].map(Write::PutToken);
    commit(&store, two.to_vec()).await;
    assert_eq!(store.tokens().await.unwrap(), [token("admin", 2), token("mes", 1)]);
    let other = TokenRow {
        scopes: texts(&["author"]),
        ..token("mes", 3)
    };
    let name = "admin".to_owned();
    commit(&store, vec![Write::PutToken(other.clone()), Write::DropToken { name }]).await;
    assert_eq!(store.tokens().await.unwrap(), [other]);
}

pub async fn people_change_and_stay(subject: &dyn Subject) {
    let store = subject.store();
    assert_eq!(store.people().await.unwrap(), []);
    let all = PersonRow {
        pin: Some("$argon2id$…".to_owned()),
        badge: Some([5; 32]),
        standing: Standing {
            skills: vec![Skilled {
                id: "焊接".to_owned(),
                until_ms: Some(9),
            }],
            leader: Some("li".to_owned()),
            away: Some(Away {
                from_ms: 3,
                until_ms: None,
                substitute: Some("li".to_owned()),
            }),
        },
        ..person("wang")
    };
    commit(&store, vec![put(all.clone()), put(person("li"))]).await;
    assert_eq!(store.people().await.unwrap(), [person("li"), all]);
    // One who has left: nothing to come in with, the id stays.
    let left = PersonRow {
        roles: Vec::new(),
        rights: Vec::new(),
        language: None,
        password: None,
        pin: None,
        badge: None,
        active: false,
        changed_at_ms: 8,
        standing: Standing::default(),
        ..person("wang")
    };
    commit(&store, vec![put(left.clone())]).await;
    assert_eq!(store.people().await.unwrap(), [person("li"), left]);
}

pub async fn a_badge_is_one_persons(subject: &dyn Subject) {
    let store = subject.store();
    let with = |id: &str, badge| put(PersonRow { badge, ..person(id) });
    commit(&store, vec![with("wang", Some([5; 32])), with("li", None)]).await;
    let twice = refused(&store, vec![with("li", Some([5; 32]))]).await;
    assert!(matches!(twice, Error::Conflict(_)), "{twice}");
    let both = refused(&store, vec![with("a", Some([6; 32])), with("b", Some([6; 32]))]).await;
    assert!(matches!(both, Error::Conflict(_)), "{both}");
    commit(&store, vec![with("wang", None)]).await;
    commit(&store, vec![with("li", Some([5; 32]))]).await;
    let badges: Vec<_> = store.people().await.unwrap().iter().map(|row| row.badge).collect();
    assert_eq!(badges, [Some([5; 32]), None]);
}

pub async fn sessions_come_and_go(subject: &dyn Subject) {
    let store = subject.store();
    let away = SessionRow {
        station: None,
        ..session(3, "wang")
    };
    let three = [session(2, "li"), session(1, "wang"), away.clone()];
    commit(&store, three.map(Write::PutSession).to_vec()).await;
    assert_eq!(
        store.sessions().await.unwrap(),
        [session(1, "wang"), session(2, "li"), away.clone()]
    );
    let seen = SessionRow {
        seen_at_ms: 9,
        ..session(1, "wang")
    };
    let hash = [2; 32];
    commit(
        &store,
        vec![Write::PutSession(seen.clone()), Write::DropSession { hash }],
    )
    .await;
    assert_eq!(store.sessions().await.unwrap(), [seen, away]);
    let person = "wang".to_owned();
    commit(&store, vec![Write::DropSessionsOf { person }]).await;
    assert_eq!(store.sessions().await.unwrap(), []);
}

/// In one call the order counts, whatever a store does to be fast.
pub async fn signing_out_ends_what_was_put_before(subject: &dyn Subject) {
    let store = subject.store();
    let out = || Write::DropSessionsOf {
        person: "wang".to_owned(),
    };
    commit(&store, vec![Write::PutSession(session(1, "wang"))]).await;
    commit(
        &store,
        vec![
            Write::PutSession(session(2, "wang")),
            Write::PutSession(session(3, "li")),
            out(),
            Write::PutSession(session(4, "wang")),
        ],
    )
    .await;
    assert_eq!(store.sessions().await.unwrap(), [session(3, "li"), session(4, "wang")]);
    // One that changed hands before its person was signed out.
    commit(&store, vec![Write::PutSession(session(3, "wang")), out()]).await;
    assert_eq!(store.sessions().await.unwrap(), []);
}

pub async fn stations_come_and_go(subject: &dyn Subject) {
    let store = subject.store();
    let two = [enrolment("e2", "qc-2"), enrolment("e1", "qc-1")];
    commit(&store, two.map(Write::PutEnrolment).to_vec()).await;
    let moved = enrolment("e1", "qc-3");
    let id = "e2".to_owned();
    assert_eq!(
        store.enrolments().await.unwrap(),
        [enrolment("e1", "qc-1"), enrolment("e2", "qc-2")]
    );
    commit(
        &store,
        vec![Write::PutEnrolment(moved.clone()), Write::DropEnrolment { id }],
    )
    .await;
    assert_eq!(store.enrolments().await.unwrap(), [moved]);
}

pub async fn the_last_reading_of_a_signal_is_kept(subject: &dyn Subject) {
    let store = subject.store();
    let reading = |id: &str, reading: &str, at_ms| SignalRow {
        id: id.to_owned(),
        reading: reading.to_owned(),
        at_ms,
    };
    let first = [reading("speed", "1", 5), reading("level", "{}", 6)];
    commit(&store, first.map(Write::PutSignal).to_vec()).await;
    commit(&store, vec![Write::PutSignal(reading("speed", "2", 4))]).await;
    let kept = store.signals().await.unwrap();
    assert_eq!(kept, [reading("level", "{}", 6), reading("speed", "2", 4)]);
}

pub async fn secrets_come_and_go(subject: &dyn Subject) {
    let store = subject.store();
    assert_eq!(store.secret("setup").await.unwrap(), None);
    let two = [secret("setup", &[0, 255, 7]), secret("csrf", b"")];
    commit(&store, two.clone().map(Write::PutSecret).to_vec()).await;
    for row in &two {
        assert_eq!(store.secret(&row.name).await.unwrap().as_ref(), Some(row));
    }
    let name = "setup".to_owned();
    commit(
        &store,
        vec![Write::PutSecret(secret("csrf", b"new")), Write::DropSecret { name }],
    )
    .await;
    assert_eq!(store.secret("setup").await.unwrap(), None);
    assert_eq!(store.secret("csrf").await.unwrap(), Some(secret("csrf", b"new")));
    assert!(!format!("{:?}", secret("csrf", b"new")).contains("new"));
}

pub async fn secrets_are_listed_by_name(subject: &dyn Subject) {
    let store = subject.store();
    let names = ["outside/b", "setup", "outside/a", "outside"];
    let writes = names.map(|name| Write::PutSecret(secret(name, b"key"))).to_vec();
    commit(&store, writes).await;
    assert_eq!(
        store.secret_names("outside/").await.unwrap(),
        ["outside/a", "outside/b"]
    );
    assert_eq!(store.secret_names("").await.unwrap().len(), 4);
    assert_eq!(store.secret_names("%").await.unwrap(), [""; 0]);
}

pub async fn rights_have_limits(subject: &dyn Subject) {
    let store = subject.store();
    let many = texts(&vec!["operator"; RIGHTS_MAX + 1]);
    for write in [
        put(PersonRow {
            roles: many.clone(),
            ..person("wang")
        }),
        put(PersonRow {
            rights: many.clone(),
            ..person("wang")
        }),
        Write::PutToken(TokenRow {
            scopes: many,
            ..token("mes", 1)
        }),
    ] {
        let error = refused(&store, vec![write]).await;
        assert!(matches!(error, Error::Invalid(_)), "{error}");
    }
    let long = Some("x".repeat(PASSWORD_HASH_BYTES_MAX as usize + 1));
    for write in [
        put(PersonRow {
            password: long.clone(),
            ..person("wang")
        }),
        put(PersonRow {
            pin: long,
            ..person("wang")
        }),
        Write::PutSecret(secret("csrf", &vec![0; SECRET_BYTES_MAX as usize + 1])),
    ] {
        let error = refused(&store, vec![write]).await;
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    }
}

pub async fn the_audit_journal_is_a_chain(subject: &dyn Subject) {
    let store = subject.store();
    let put = |at_ms, body: &str| Write::PutAudit {
        at_ms,
        body: body.to_owned(),
    };
    commit(&store, vec![put(1, "{}"), put(2, r#"{"did":"x"}"#)]).await;
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![put(3, "{}")]).await.unwrap();
    drop(unit);
    // A clock that goes back is kept as it is: the numbers are the order.
    commit(&store, vec![put(1, "{}")]).await;
    let rows = store.audit(None, 9).await.unwrap();
    let numbers: Vec<u64> = rows.iter().map(|row| row.seq).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(store.audit(Some(3), 1).await.unwrap(), rows[1..2]);
    assert_eq!(store.audit(Some(1), 9).await.unwrap(), []);
    let mut head = Hash::default();
    for row in rows.iter().rev() {
        head = audit_hash(&head, row.seq, row.at_ms, &row.body);
        assert_eq!(row.hash, head);
    }
    let report = store.verify(&|_, _| {}).await.unwrap();
    assert_eq!((report.audit_entries, report.faults), (3, Vec::new()));
    let long = "x".repeat(crate::limits::AUDIT_BODY_BYTES_MAX as usize + 1);
    assert!(matches!(
        refused(&store, vec![put(1, &long)]).await,
        crate::Error::TooLarge { .. }
    ));
}

pub async fn verify_finds_a_changed_audit_entry(subject: &dyn Subject) {
    let store = subject.store();
    let put = |body: &str| Write::PutAudit {
        at_ms: 1,
        body: body.to_owned(),
    };
    commit(&store, vec![put("{}"), put("{}"), put("{}")]).await;
    subject.spoil(Spoil::ChangeAudit { seq: 2 }).await;
    let report = store.verify(&|_, _| {}).await.unwrap();
    let faults = ["audit journal: entry 2 is not what was written, or does not follow the one before it"];
    assert_eq!(report.faults, faults);
}
