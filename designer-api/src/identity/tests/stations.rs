//! Browsers that are stations.

use super::*;

#[tokio::test]
async fn who_was_signed_out_or_down_while_they_enrolled_comes_not_back_by_it() {
    let rig = Rig::new().await;
    let li = Change {
        name: Some("Li Na".into()),
        rights: Some(vec!["admin".into()]),
        password: Some(Some(PASSWORD.into())),
        ..Change::default()
    };
    rig.identity
        .add_person("li", li, &Principal::local("test"))
        .await
        .unwrap();
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
    rig.identity
        .remove_person("li", &Principal::local("test"))
        .await
        .unwrap();
    refused().await;
    assert!(!rig.is_in(&li, Sign::None));
    assert_eq!(rig.identity.enrolments().len(), 1);
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

    let wang = rig
        .sign_in_at(password_of("wang", PASSWORD), rig.identity.place_of(&again))
        .await
        .unwrap();
    let by = Principal::Person(rig.identity.session(&chen.ticket, Sign::None).unwrap());
    let rig = rig.reopened().await;
    rig.identity.unenrol(&again, &by).await.unwrap();
    assert!(rig.identity.station_of(&again).is_none());
    assert!(!rig.is_in(&wang, Sign::None));
    let chen = rig.identity.session(&chen.ticket, Sign::None).unwrap();
    assert_eq!(chen.station, None);
}

#[tokio::test]
async fn one_of_a_stations_browsers_goes_and_the_others_stay() {
    let rig = Rig::new().await;
    let chen = rig.sign_in(password_of("chen", PASSWORD), None).await.unwrap();
    let by = Principal::Token {
        name: Arc::from("setup"),
        scopes: Rights::ALL,
    };
    let lost = rig.identity.enrol("qc-1", &by, None).await.unwrap();
    rig.clock.advance_ms(MINUTE_MS);
    let kept = rig.identity.enrol("qc-1", &by, None).await.unwrap();
    let at = async |person: &str, ticket: &Ticket| {
        let place = rig.identity.place_of(ticket);
        rig.sign_in_at(password_of(person, PASSWORD), place).await.unwrap()
    };
    let (wang, other) = (at("wang", &lost).await, at("wang", &kept).await);
    // When each was last seen is kept across a restart.
    rig.clock.advance_ms(2 * MINUTE_MS);
    rig.identity.keep_station_seen(&lost).await;
    let seen = |rig: &Rig| -> Vec<Option<i64>> {
        let enrolled = rig.identity.enrolments();
        enrolled.iter().map(|one| one.seen_at_ms()).collect()
    };
    let before = seen(&rig);
    assert!(before[0] > before[1], "{before:?}");
    let rig = rig.reopened().await;
    assert_eq!(seen(&rig), before);

    let id = rig.identity.enrolments()[0].row.id.clone();
    let revoked = Principal::Person(rig.identity.session(&chen.ticket, Sign::None).unwrap());
    rig.identity.revoke(&id, &revoked).await.unwrap();
    assert!(rig.identity.place_of(&lost).is_none() && rig.identity.place_of(&kept).is_some());
    assert!(!rig.is_in(&wang, Sign::None));
    assert!(rig.is_in(&other, Sign::None));
    assert!(rig.is_in(&chen, Sign::None));
    let rig = rig.reopened().await;
    assert!(!rig.is_in(&wang, Sign::None) && rig.is_in(&other, Sign::None));
}

#[tokio::test]
async fn a_browser_that_is_revoked_while_someone_signs_in_keeps_nobody() {
    let rig = Rig::new().await;
    let by = Principal::local("test");
    let ticket = rig.identity.enrol("qc-1", &by, None).await.unwrap();
    // The request came from a station; while the password is looked at, the station goes.
    let place = rig.identity.place_of(&ticket);
    let id = rig.identity.enrolments()[0].row.id.clone();
    rig.identity.revoke(&id, &by).await.unwrap();
    let late = rig.sign_in_at(password_of("wang", PASSWORD), place).await;
    assert!(matches!(late, Err(Error::NotAStation)));
    assert!(rig.store.sessions().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_changed_about_people_and_stations_is_in_the_audit_journal() {
    let rig = Rig::new().await;
    let chen = rig.sign_in(password_of("chen", PASSWORD), None).await.unwrap();
    let own = "blue bicycle lamp".to_owned();
    let changed = rig.identity.change_own_password(&chen.signed_in, PASSWORD.into(), own);
    changed.await.unwrap();
    let by = Principal::Person(Arc::clone(&chen.signed_in));
    let ticket = rig.identity.enrol("qc-1", &by, None).await.unwrap();
    rig.identity.unenrol(&ticket, &Principal::local("test")).await.unwrap();
    rig.identity.remove_person("wang", &by).await.unwrap();
    let rows = rig.store.audit(None, 100).await.unwrap();
    let told = |row: &store::rows::AuditRow| {
        for secret in [PASSWORD, "blue bicycle lamp", PIN, BADGE, "argon2"] {
            assert!(!row.body.contains(secret), "{}", row.body);
        }
        let body: serde_json::Value = serde_json::from_str(&row.body).unwrap();
        let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        format!(
            "{} {} {}",
            word(&body["by"]["name"]),
            word(&body["did"]),
            word(&body["on"])
        )
    };
    let told: Vec<String> = rows.iter().rev().map(told).collect();
    assert_eq!(
        told,
        [
            "test person_added chen",
            "test person_added wang",
            "chen person_changed chen",
            "chen station_enrolled qc-1",
            "test station_revoked qc-1",
            "chen person_changed wang",
        ]
    );
}
