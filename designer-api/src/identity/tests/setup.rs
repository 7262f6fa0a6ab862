//! The link for the first administrator.

use super::*;

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
    let code = identity.keep_setup_code(&Principal::local("test")).await.unwrap();
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
    identity
        .add_person("chen", change(&["admin"]), &Principal::local("test"))
        .await
        .unwrap();
    let late = identity.set_up(&code, "mallory", change(&[]), HERE).await;
    assert!(matches!(late, Err(Error::SetupDone)));
    assert_eq!(identity.people().len(), 1);
}
