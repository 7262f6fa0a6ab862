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
