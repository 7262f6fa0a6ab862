//! Journals: the chain, and what `verify` finds.

use super::samples::*;
use super::{Spoil, Subject, commit, refused};
use crate::Error;
use crate::rows::*;

pub async fn hashes_are_as_documented(_subject: &dyn Subject) {
    let run = RunId::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
    let hash = journal_hash(&[0xaa; 32], run, 258, -2, b"{}");
    let hexadecimal: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    // Computed with Python's hashlib over the bytes that the documentation names.
    assert_eq!(
        hexadecimal,
        "b6b4547adfc9a8a5875e7efe357198feab0f27bcba0799e5d2e97aca64366ea5"
    );
}

pub async fn journals_are_read_in_order(subject: &dyn Subject) {
    let store = subject.store();
    let mut writes = chained(1, 5);
    writes.reverse();
    writes.extend(chained(2, 2));
    commit(&store, writes).await;
    let numbers = |rows: Vec<JournalRow>| rows.iter().map(|row| row.seq).collect::<Vec<_>>();
    assert_eq!(numbers(store.journal(id(1), 0, 100).await.unwrap()), [1, 2, 3, 4, 5]);
    assert_eq!(numbers(store.journal(id(1), 2, 2).await.unwrap()), [3, 4]);
    assert_eq!(numbers(store.journal(id(1), 5, 2).await.unwrap()), Vec::<u64>::new());
    assert_eq!(numbers(store.journal(id(3), 0, 2).await.unwrap()), Vec::<u64>::new());
    let rows = store.journal(id(2), 0, 1).await.unwrap();
    assert_eq!(rows, [entry(&Hash::default(), id(2), 1)]);
}

pub async fn an_entry_is_written_once(subject: &dyn Subject) {
    let store = subject.store();
    commit(&store, chained(1, 2)).await;
    let again = Write::Journal(entry(&[5; 32], id(1), 2));
    let error = refused(&store, vec![again]).await;
    assert!(matches!(error, Error::Conflict(_)), "{error}");
    assert_eq!(store.counts().await.unwrap().journal_entries, 2);
}

/// Three runs with five entries each, and one that has none yet.
async fn written(subject: &dyn Subject) {
    let mut writes: Vec<Write> = (1..=3).flat_map(|number| chained(number, 5)).collect();
    writes.push(insert(RunRow {
        seq: 0,
        head: Hash::default(),
        ..run(4)
    }));
    commit(&subject.store(), writes).await;
}

async fn faults(subject: &dyn Subject) -> Vec<String> {
    let report = subject.store().verify(&|_, _| {}).await.unwrap();
    report.faults
}

pub async fn verify_passes_what_is_whole(subject: &dyn Subject) {
    written(subject).await;
    // More than a store looks at in one go.
    for part in 0..4 {
        let numbers = part * 400 + 100..part * 400 + 500;
        commit(
            &subject.store(),
            numbers.flat_map(|number| chained(number, 1)).collect(),
        )
        .await;
    }
    let heard = std::sync::Mutex::new(Vec::new());
    let store = subject.store();
    let report = store
        .verify(&|done, all| heard.lock().unwrap().push((done, all)))
        .await
        .unwrap();
    let expected = VerifyReport {
        runs: 1_604,
        entries: 1_615,
        audit_entries: 0,
        faults: Vec::new(),
    };
    assert_eq!(report, expected);
    let heard = heard.into_inner().unwrap();
    assert!(
        heard.is_sorted() && heard.iter().all(|(done, all)| done <= all),
        "{heard:?}"
    );
    assert_eq!(heard.last(), Some(&(1_604, 1_604)));
}

pub async fn verify_finds_a_changed_body(subject: &dyn Subject) {
    written(subject).await;
    subject.spoil(Spoil::ChangeBody { run: id(2), seq: 3 }).await;
    assert_eq!(
        faults(subject).await,
        [format!(
            "run {}: entry 3 is not what was written, or does not follow the one before it",
            id(2)
        )]
    );
}

pub async fn verify_finds_a_removed_entry(subject: &dyn Subject) {
    written(subject).await;
    subject.spoil(Spoil::RemoveEntry { run: id(1), seq: 5 }).await;
    subject.spoil(Spoil::RemoveEntry { run: id(2), seq: 2 }).await;
    subject.spoil(Spoil::RemoveEntry { run: id(3), seq: 1 }).await;
    let found = faults(subject).await;
    assert_eq!(
        found[0],
        format!("run {}: is at entry 5, but its last entry is 4", id(1))
    );
    assert_eq!(found[1], format!("run {}: entry 2 is missing", id(2)));
    assert!(
        found[2].starts_with(&format!("run {}: entry 3 is not", id(2))),
        "{found:?}"
    );
    assert_eq!(found[3], format!("run {}: entry 1 is missing", id(3)));
    assert!(
        found[4].starts_with(&format!("run {}: entry 2 is not", id(3))),
        "{found:?}"
    );
    assert_eq!(found.len(), 5);
}

pub async fn verify_finds_swapped_entries(subject: &dyn Subject) {
    written(subject).await;
    subject
        .spoil(Spoil::SwapEntries {
            run: id(2),
            seqs: (2, 3),
        })
        .await;
    let found = faults(subject).await;
    assert!(!found.is_empty());
    let start = format!("run {}: entry ", id(2));
    assert!(found.iter().all(|fault| fault.starts_with(&start)), "{found:?}");
}

pub async fn verify_finds_a_wrong_head(subject: &dyn Subject) {
    written(subject).await;
    subject.spoil(Spoil::ChangeHead { run: id(3) }).await;
    assert_eq!(
        faults(subject).await,
        [format!("run {}: its head is not the hash of its last entry, 5", id(3))]
    );
}

pub async fn verify_finds_a_removed_run(subject: &dyn Subject) {
    written(subject).await;
    subject.spoil(Spoil::RemoveRun { run: id(2) }).await;
    subject.spoil(Spoil::RemoveRun { run: id(4) }).await;
    assert_eq!(
        faults(subject).await,
        [format!("run {}: has 5 journal entries but does not exist", id(2))]
    );
}
