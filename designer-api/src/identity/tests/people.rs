//! What changes about people, and who must stay.

use super::*;

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
        rig.identity.remove_person("CHEN", &Principal::local("test")).await,
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
    rig.identity
        .remove_person("chen", &Principal::local("test"))
        .await
        .unwrap();
    let taken = Change {
        name: Some("Chen".into()),
        ..Change::default()
    };
    assert!(matches!(
        rig.identity.add_person("Chen", taken, &Principal::local("test")).await,
        Err(Error::PersonExists(_))
    ));
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
    let tablet = identity.enrol("qc-1", &Principal::local("test"), None).await.unwrap();
    let place = identity.place_of(&tablet);
    identity
        .sign_in(Credential::Badge("B-0002".into()), place, HERE)
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
    identity
        .change_person("demo-li", own, &Principal::local("test"))
        .await
        .unwrap();
    let offered = identity.make_demo(vec![demo]).await.unwrap();
    assert_eq!(
        offered.map(|offered| offered.len()),
        Some(0),
        "it is a real person's now"
    );
}
