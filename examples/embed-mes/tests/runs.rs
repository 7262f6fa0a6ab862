//! The example does what it shows, and a second run of it finds what the first one left.

#[tokio::test]
async fn an_order_is_worked_through_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut out = Vec::new();
    embed_mes::work_through_an_order(folder.path(), &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    for line in [
        "First-piece inspection, version 1",
        "line-3 is on hold: First piece of 4711 is not released",
        "operator wang answers 'Measure the first piece'",
        "inspector li answers 'Release for series'",
        "run is Finished",
        "line-3 is free",
        "told: hold on line-3 was Put",
        "told: hold on line-3 was Released",
    ] {
        assert!(text.contains(line), "'{line}' is missing in\n{text}");
    }

    // The changeover was reported before: the key gives the finished run, and there is nothing to answer.
    let again = embed_mes::work_through_an_order(folder.path(), &mut Vec::new()).await;
    assert_eq!(again.unwrap_err().to_string(), "no task is open");
}
