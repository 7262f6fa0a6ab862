//! What only SQLite can get wrong: files, locks, formats, disks, sudden death.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Mount, beside};
use gemba_store::conformance::samples::{chained, entry, id, person, run, texts, token};
use gemba_store::rows::*;
use gemba_store::sqlite::Options;
use gemba_store::{AnyStore, Error};
use sqlx::AssertSqlSafe;
use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

async fn open(folder: &Path) -> Result<AnyStore, Error> {
    let store = Options::new(folder).open().await?;
    Ok(store)
}

async fn commit(store: &AnyStore, writes: Vec<Write>) -> Result<(), Error> {
    let mut unit = store.begin().await?;
    unit.write(writes).await?;
    unit.commit().await
}

async fn faults(store: &AnyStore) -> Vec<String> {
    store.verify(&|_, _| {}).await.expect("it is verified").faults
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_own_user_reads_what_people_answered() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    let above = folder.path().join("above");
    let (new, chosen) = (above.join("new"), folder.path().join("chosen"));
    fs::create_dir(&chosen).unwrap();
    fs::set_permissions(&chosen, fs::Permissions::from_mode(0o755)).unwrap();
    for data in [&new, &chosen] {
        let store = open(data).await.unwrap();
        commit(&store, chained(1, 3)).await.unwrap();
        store.put_blob(b"dent", "image/png", 1).await.unwrap();
        for file in ["gemba.db", "gemba.db-wal", "gemba.db-shm", "lock"] {
            assert_eq!(mode(&data.join(file)), 0o600, "{file}");
        }
        assert_eq!(mode(&data.join("blobs")), 0o700);
        store.close().await;
    }
    assert_eq!(mode(&new), 0o700);
    assert_eq!(mode(&chosen), 0o755, "its maker has chosen");
}

#[tokio::test]
async fn what_was_written_is_there_after_closing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("not/yet/there");
    let store = open(&data).await.unwrap();
    commit(&store, chained(1, 3)).await.unwrap();
    let blob = store.put_blob(b"dent", "image/png", 1).await.unwrap();
    store.close().await;
    assert!(!data.join("gemba.db-wal").exists());
    let store = open(&data).await.unwrap();
    assert_eq!(store.journal(id(1), 0, 9).await.unwrap().len(), 3);
    assert_eq!(store.blob(&blob.id).await.unwrap().unwrap().1, b"dent");
    assert_eq!(faults(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_folder_is_open_once() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).await.unwrap();
    let second = open(folder.path()).await.err().unwrap();
    let me = format!("process {}", std::process::id());
    assert!(matches!(&second, Error::InUse(who) if *who == me), "{second}");
    commit(&first, chained(1, 1)).await.unwrap();
    first.close().await;
    open(folder.path()).await.unwrap();
}

#[tokio::test]
async fn a_newer_format_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.unwrap().close().await;
    let mut connection = beside(folder.path()).await;
    sqlx::raw_sql("PRAGMA user_version = 99")
        .execute(&mut connection)
        .await
        .unwrap();
    drop(connection);
    let error = open(folder.path()).await.err().unwrap();
    assert!(
        matches!(error, Error::NewerFormat { found: 99, known } if known < 99),
        "{error}"
    );
}

/// A file as the first released format left it: a run, and a token from before there were scopes.
#[tokio::test]
async fn the_first_format_is_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = beside_new(folder.path()).await;
    let head = entry(&Hash::default(), id(1), 1).hash;
    let rows = "INSERT INTO token (name, hash, created_at_ms) VALUES ('mes', zeroblob(32), 5);
        INSERT INTO run (id, app, app_version, status, started_by, started_at_ms, updated_at_ms, seq, head, state)
            VALUES (?, 'first-piece', 1, 'waiting', 'wang', 1, 1, 1, ?, x'')";
    for sql in [
        "PRAGMA journal_mode = WAL",
        include_str!("../src/sqlite/migrations/0001_first.sql"),
        "PRAGMA application_id = 0x476d6261; PRAGMA user_version = 1",
    ] {
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }
    for sql in rows.split(';') {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        if sql.contains('?') {
            query = query.bind(id(1).as_bytes().to_vec()).bind(head.to_vec());
        }
        query.execute(&mut connection).await.unwrap();
    }
    drop(connection);
    let all_five = texts(&["read", "work", "supervise", "author", "admin"]);
    let old = TokenRow {
        name: "mes".to_owned(),
        hash: [0; 32],
        created_at_ms: 5,
        scopes: all_five,
    };
    let store = open(folder.path()).await.unwrap();
    assert_eq!(store.tokens().await.unwrap(), std::slice::from_ref(&old));
    assert_eq!(store.run(id(1)).await.unwrap().unwrap().head, head);
    assert_eq!(store.people().await.unwrap(), []);
    let new = [
        Write::PutToken(token("new", 1)),
        Write::PutPerson(Box::new(person("li"))),
    ];
    commit(&store, new.to_vec()).await.unwrap();
    store.close().await;
    let store = open(folder.path()).await.unwrap();
    assert_eq!(store.tokens().await.unwrap(), [old, token("new", 1)]);
    assert_eq!(store.people().await.unwrap(), [person("li")]);
}

#[tokio::test]
async fn what_is_no_database_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("gemba.db");
    for garbage in [
        &b"x"[..],
        b"SQLite format 3",
        &[7; 10_000],
        b"SQLite format 3\0 and then nothing of it",
    ] {
        fs::write(&database, garbage).unwrap();
        let error = open(folder.path()).await.err().unwrap();
        assert!(matches!(error, Error::Damaged(_)), "{error}");
        assert_eq!(fs::read(&database).unwrap(), garbage);
    }
    fs::remove_file(&database).unwrap();
    for sql in ["PRAGMA application_id = 5", "CREATE TABLE songs (title TEXT)"] {
        let mut connection = beside_new(folder.path()).await;
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap();
        drop(connection);
        let error = open(folder.path()).await.err().unwrap();
        assert!(matches!(error, Error::Damaged(_)), "{error}");
    }
}

async fn beside_new(folder: &Path) -> sqlx::SqliteConnection {
    fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("gemba.db"))
        .unwrap();
    beside(folder).await
}

#[tokio::test]
async fn damaged_pages_and_files_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    commit(&store, (1..200).flat_map(|number| chained(number, 3)).collect())
        .await
        .unwrap();
    let blob = store.put_blob(b"dent", "image/png", 1).await.unwrap();
    let gone = store.put_blob(b"crack", "image/png", 1).await.unwrap();
    store.close().await;
    let file = |id: &str| folder.path().join("blobs").join(&id[..2]).join(id);
    fs::write(file(&blob.id), b"DENT").unwrap();
    fs::remove_file(file(&gone.id)).unwrap();
    let store = open(folder.path()).await.unwrap();
    for id in [&blob.id, &gone.id] {
        let error = store.blob(id).await.unwrap_err();
        assert!(matches!(&error, Error::Damaged(what) if what.contains(id)), "{error}");
        assert!(faults(&store).await.iter().any(|fault| fault.contains(id)));
    }
    // Put once more it is whole again.
    store.put_blob(b"dent", "image/png", 1).await.unwrap();
    store.put_blob(b"crack", "image/png", 1).await.unwrap();
    assert_eq!(faults(&store).await, Vec::<String>::new());
    store.close().await;
    let mut bytes = fs::read(folder.path().join("gemba.db")).unwrap();
    for page in bytes.chunks_mut(4096).skip(20).step_by(7) {
        page[..64].fill(0xa5);
    }
    fs::write(folder.path().join("gemba.db"), bytes).unwrap();
    let found = match open(folder.path()).await {
        Ok(store) => store.verify(&|_, _| {}).await.map(|report| report.faults),
        Err(error) => Err(error),
    };
    match found {
        Ok(faults) => assert!(!faults.is_empty()),
        Err(error) => assert!(matches!(error, Error::Damaged(_)), "{error}"),
    }
}

#[tokio::test]
async fn what_was_being_written_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let making = folder.path().join("blobs/making");
    fs::create_dir_all(&making).unwrap();
    fs::write(making.join("17"), b"half a photo").unwrap();
    let store = open(folder.path()).await.unwrap();
    assert_eq!(fs::read_dir(&making).unwrap().count(), 0);
    store.put_blob(b"dent", "image/png", 1).await.unwrap();
    assert_eq!(fs::read_dir(&making).unwrap().count(), 0);
}

#[tokio::test]
async fn the_journal_refuses_changes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    commit(&store, chained(1, 2)).await.unwrap();
    let mut connection = beside(folder.path()).await;
    for sql in [
        "UPDATE journal SET body = x'7b7d'",
        "DELETE FROM journal",
        "UPDATE journal SET seq = seq + 9",
    ] {
        let error = sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(faults(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_read_only_folder_is_told() {
    let Some(mount) = Mount::new("8m") else { return };
    open(mount.path()).await.unwrap().close().await;
    mount.again("ro");
    let error = open(mount.path()).await.err().unwrap();
    assert!(matches!(error, Error::ReadOnly(_)), "{error}");
    let error = open(&mount.path().join("new")).await.err().unwrap();
    assert!(matches!(error, Error::ReadOnly(_)), "{error}");
    mount.again("rw");
    open(mount.path()).await.unwrap().close().await;
}

#[tokio::test]
async fn a_full_disk_is_told_and_got_over() {
    let Some(mount) = Mount::new("6m") else { return };
    let store = open(mount.path()).await.unwrap();
    let batch = |number: u64| -> Vec<Write> {
        let rows = (0..20).map(|part| RunRow {
            state: vec![number as u8; 3_000],
            ..run(number * 100 + part)
        });
        rows.map(|row| Write::InsertRun(Box::new(row))).collect()
    };
    for round in 0..2 {
        let first = round * 10_000;
        let mut written = first;
        let error = loop {
            match commit(&store, batch(written)).await {
                Ok(()) => written += 1,
                Err(error) => break error,
            }
            assert!(written < first + 1_000, "a disk that is never full");
        };
        assert!(matches!(error, Error::DiskFull), "{error}");
        assert!(written > first, "nothing could be written");
        let again = commit(&store, batch(written)).await.unwrap_err();
        assert!(matches!(again, Error::DiskFull), "{again}");
        let blob = store
            .put_blob(&vec![round as u8; 4_000_000], "image/png", 1)
            .await
            .unwrap_err();
        assert!(matches!(blob, Error::DiskFull), "{blob}");
        for part in 0..20 {
            assert!(store.run(id((written - 1) * 100 + part)).await.unwrap().is_some());
            assert_eq!(store.run(id(written * 100 + part)).await.unwrap(), None);
        }
        assert_eq!(store.counts().await.unwrap().runs_waiting % 20, 0);
        mount.again(["size=16m", "size=64m"][usize::from(round > 0)]);
        commit(&store, batch(written)).await.unwrap();
        store
            .put_blob(&vec![round as u8; 4_000_000], "image/png", 1)
            .await
            .unwrap();
        assert!(store.run(id(written * 100)).await.unwrap().is_some());
    }
    store.close().await;
    let store = open(mount.path()).await.unwrap();
    let found = faults(&store).await;
    // These runs have no journals: that, and nothing else, is found.
    assert!(
        found
            .iter()
            .all(|fault| fault.contains("is at entry 1, but its last entry is 0") || fault.starts_with("and "))
    );
}

#[tokio::test]
async fn a_disk_without_room_to_begin_with_is_told() {
    let Some(mount) = Mount::new("64k") else { return };
    fs::write(mount.path().join("ballast"), vec![0; 60_000]).unwrap();
    let error = open(mount.path()).await.err().unwrap();
    assert!(matches!(error, Error::DiskFull), "{error}");
}

/// Where the child of the next test writes.
const FOLDER: &str = "GEMBA_STORE_TEST_FOLDER";
const FIRST: &str = "GEMBA_STORE_TEST_FIRST";
/// Runs in a unit.
const RUNS: u64 = 25;

fn unit(number: u64) -> Vec<Write> {
    (0..RUNS).flat_map(|part| chained(number * RUNS + part, 2)).collect()
}

#[tokio::test]
#[ignore = "the child that the next test starts and kills"]
async fn writes_until_it_is_killed() {
    let folder = std::env::var(FOLDER).expect("started by the next test");
    let mut number: u64 = std::env::var(FIRST).expect("a number").parse().expect("a number");
    let store = open(Path::new(&folder)).await.unwrap();
    loop {
        let blob = store.put_blob(&number.to_be_bytes(), "image/png", 1).await.unwrap();
        commit(&store, unit(number)).await.unwrap();
        // To the pipe itself: what the parent reads has been committed.
        writeln!(std::io::stderr(), "done {number} {}", blob.id).unwrap();
        number += 1;
    }
}

fn start_child(folder: &Path, first: u64) -> (Child, impl Iterator<Item = String>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writes_until_it_is_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    (child, lines.map_while(Result::ok))
}

#[tokio::test]
async fn a_killed_writer_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut next = 0;
    let mut blobs = Vec::new();
    for kill in 1..=12_usize {
        let first = next;
        let (mut child, mut lines) = start_child(folder.path(), first);
        // Some die young, some with a long log.
        let mut said: Vec<String> = lines.by_ref().take(kill * 4).collect();
        assert_eq!(said.len(), kill * 4, "{said:?}");
        if kill == 1 {
            let error = open(folder.path()).await.err().unwrap();
            let who = format!("process {}", child.id());
            assert!(matches!(&error, Error::InUse(other) if *other == who), "{error}");
        }
        child.kill().unwrap();
        said.extend(lines);
        child.wait().unwrap();
        for line in said {
            let mut words = line.split(' ');
            assert_eq!(words.next(), Some("done"), "{line}");
            assert_eq!(words.next(), Some(next.to_string().as_str()), "{line}");
            blobs.push((words.next().unwrap().to_owned(), next));
            next += 1;
        }
        let store = open(folder.path()).await.unwrap();
        assert_eq!(faults(&store).await, Vec::<String>::new());
        // No fault means that each run has its journal; so it is enough that all runs are there.
        for number in first * RUNS..next * RUNS {
            assert!(store.run(id(number)).await.unwrap().is_some(), "run {number}");
        }
        for (blob, number) in blobs.drain(..) {
            assert_eq!(store.blob(&blob).await.unwrap().unwrap().1, number.to_be_bytes());
        }
        // The unit at work when it died happened whole or not at all.
        let runs = store.counts().await.unwrap().runs_waiting;
        assert!(runs == next * RUNS || runs == (next + 1) * RUNS, "{runs} of {next}");
        next = runs / RUNS;
        store.close().await;
    }
}

#[tokio::test]
async fn a_copy_made_beside_a_writer_is_whole_and_has_all_that_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("it's a copy"));
    let store = open(&data).await.unwrap();
    commit(&store, chained(1, 3)).await.unwrap();
    let blob = store.put_blob(b"dent", "image/png", 1).await.unwrap();
    // A writer at work holds nobody up, and what it has not committed is not in the copy.
    let mut unit = store.begin().await.unwrap();
    unit.write(chained(2, 3)).await.unwrap();
    let report = gemba_store::sqlite::backup(&data, &copy, &|_, _| {}).await.unwrap();
    assert_eq!((report.blobs, report.faults.len()), (1, 0));
    unit.commit().await.unwrap();

    let copied = open(&copy).await.unwrap();
    assert_eq!(faults(&copied).await, Vec::<String>::new());
    assert_eq!(copied.run(id(1)).await.unwrap(), store.run(id(1)).await.unwrap());
    assert!(copied.run(id(2)).await.unwrap().is_none() && store.run(id(2)).await.unwrap().is_some());
    assert_eq!(copied.blob(&blob.id).await.unwrap().unwrap().1, b"dent");
    // It goes on as a store of its own.
    commit(&copied, chained(5, 2)).await.unwrap();
    copied.close().await;

    // Not over what is there.
    let refused = gemba_store::sqlite::backup(&data, &copy, &|_, _| {}).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert!(open(&copy).await.unwrap().run(id(5)).await.unwrap().is_some());

    // A blob that is gone is told, and the rest is copied.
    fs::remove_file(data.join("blobs").join(&blob.id[..2]).join(&blob.id)).unwrap();
    let next = folder.path().join("next");
    let report = gemba_store::sqlite::backup(&data, &next, &|_, _| {}).await.unwrap();
    assert_eq!(
        report.faults,
        [format!("blob {}: its file is gone or was changed", blob.id)]
    );
    let next = open(&next).await.unwrap();
    assert!(next.run(id(2)).await.unwrap().is_some());
    assert_eq!(faults(&next).await, report.faults);
}
