//! Passwords, PINs and badges: what guessing meets, and what signs.

use super::*;

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
