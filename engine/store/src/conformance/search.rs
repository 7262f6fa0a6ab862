//! Runs by a text that someone typed.

use super::samples::*;
use super::{Subject, commit};
use crate::Error;
use crate::limits::{SEARCH_RUNS_MAX, SEARCH_TEXT_BYTES_MAX};
use crate::rows::*;

async fn found(subject: &dyn Subject, text: &str, filter: &RunFilter) -> Vec<RunId> {
    let found = subject.store().search_runs(text, filter, &page(100)).await.unwrap();
    assert_eq!(found.next, None, "{text}: all was looked at");
    found.rows.iter().map(|row| row.id).collect()
}

pub async fn runs_are_found_by_what_they_say(subject: &dyn Subject) {
    let store = subject.store();
    let rows = [
        RunRow {
            started_by: "王芳".to_owned(),
            ..run(1)
        },
        RunRow {
            outcome: Some("Scrap: 100% wrong".to_owned()),
            status: "failed".to_owned(),
            ..run(2)
        },
        RunRow {
            station: Some("QC-1".to_owned()),
            ..run(3)
        },
        RunRow {
            app: "near_miss".to_owned(),
            ..run(4)
        },
    ];
    commit(&store, rows.clone().map(insert).to_vec()).await;
    let all = RunFilter::default();
    for (text, expected) in [
        ("王", &[1][..]),
        ("SCRAP", &[2]),
        ("100%", &[2]),
        ("qc-1", &[3]),
        ("r_m", &[4]),
        (" near ", &[4]),
        ("first", &[3, 2, 1]),
        ("wang", &[4, 3, 2]),
        ("%", &[2]),
        ("_", &[4]),
        (r"\", &[]),
        ("'", &[]),
        ("nobody", &[]),
    ] {
        let expected: Vec<_> = expected.iter().map(|number| id(*number)).collect();
        assert_eq!(found(subject, text, &all).await, expected, "{text}");
    }
    let failed = RunFilter {
        status: Some("failed".to_owned()),
        ..RunFilter::default()
    };
    assert_eq!(found(subject, "first", &failed).await, [id(2)]);
    let long = "x".repeat(SEARCH_TEXT_BYTES_MAX as usize + 1);
    let refused = store.search_runs(&long, &all, &page(1)).await.unwrap_err();
    assert!(matches!(refused, Error::TooLarge { .. }), "{refused}");
    let refused = store.search_runs("x", &all, &after("no cursor".to_owned(), 1)).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
}

pub async fn runs_are_found_by_the_beginning_of_their_id(subject: &dyn Subject) {
    let store = subject.store();
    let far = 1 << 30;
    let named = RunRow {
        app: id(far).to_string()[..8].to_owned(),
        ..run(3)
    };
    commit(
        &store,
        vec![insert(run(1)), insert(run(2)), insert(named), insert(run(far))],
    )
    .await;
    let all = RunFilter::default();
    let whole = id(2).to_string();
    assert_eq!(found(subject, &whole, &all).await, [id(2)]);
    assert_eq!(
        found(subject, &whole.replace('-', "").to_uppercase(), &all).await,
        [id(2)]
    );
    assert_eq!(found(subject, &whole[..8], &all).await, [id(3), id(2), id(1)]);
    // What is no beginning of any id is text again; with an id that fits, the text is not looked for.
    assert_eq!(found(subject, &id(far).to_string()[..8], &all).await, [id(far)]);
    assert!(found(subject, "0000000000", &all).await.is_empty());
    let other = RunFilter {
        app: Some("near_miss".to_owned()),
        ..RunFilter::default()
    };
    assert!(found(subject, &whole, &other).await.is_empty());
    let first = store.search_runs(&whole[..8], &all, &page(2)).await.unwrap();
    assert_eq!(first.rows.len(), 2);
    let rest = after(first.next.unwrap(), 2);
    let rest = store.search_runs(&whole[..8], &all, &rest).await.unwrap();
    assert_eq!((rest.rows.len(), rest.next), (1, None));
}

pub async fn a_search_goes_on_where_it_stopped(subject: &dyn Subject) {
    let store = subject.store();
    let all = u64::from(SEARCH_RUNS_MAX) + 10;
    let found_at = [2, 9, 10, 11, all];
    let rows = (1..=all).map(|number| {
        let started_by = if found_at.contains(&number) { "li" } else { "wang" };
        insert(RunRow {
            started_by: started_by.to_owned(),
            state: Vec::new(),
            ..run(number)
        })
    });
    commit(&store, rows.collect()).await;
    let mut seen = Vec::new();
    let mut calls = 0;
    let mut next = None;
    loop {
        let part = Page { after: next, limit: 3 };
        let found = store.search_runs("li", &RunFilter::default(), &part).await.unwrap();
        seen.extend(found.rows.iter().map(|row| row.id));
        calls += 1;
        next = found.next;
        if next.is_none() {
            break;
        }
    }
    let expected: Vec<_> = found_at.iter().rev().map(|number| id(*number)).collect();
    assert_eq!(seen, expected);
    // The newest with the one beside it, up to where the first call stopped; the rest, full; nothing.
    assert_eq!(calls, 3);
}
