//! When a session ends, and when it does not.

use super::*;

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
    rig.identity
        .remove_person("wang", &Principal::local("test"))
        .await
        .unwrap();
    ended.await;

    let chen = rig.sign_in(password_of("chen", PASSWORD), None).await.unwrap();
    rig.clock.advance_ms(30 * MINUTE_MS);
    rig.identity.ended(&chen.signed_in).await;
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

#[test]
fn lifetimes_of_the_contract() {
    let lifetimes = Lifetimes::default();
    assert_eq!(lifetimes.absolute, Duration::from_secs(12 * 3600));
    assert_eq!(lifetimes.idle, Duration::from_secs(30 * 60));
    assert_eq!(lifetimes.idle_at_station, Duration::from_secs(120));
}
