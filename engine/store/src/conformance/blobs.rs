//! Blobs.

use super::Subject;
use crate::Error;
use crate::limits::BLOB_BYTES_MAX;

pub async fn same_bytes_same_id(subject: &dyn Subject) {
    let store = subject.store();
    let first = store.put_blob(b"scratch", "image/jpeg", 1).await.unwrap();
    // printf scratch | sha256sum
    assert_eq!(first.id, SCRATCH);
    assert_eq!(
        (first.media_type.as_str(), first.size_bytes, first.at_ms),
        ("image/jpeg", 7, 1)
    );
    let again = store.put_blob(b"scratch", "image/png", 2).await.unwrap();
    assert_eq!(again, first);
    let other = store.put_blob(b"dent", "image/jpeg", 3).await.unwrap();
    assert_ne!(other.id, first.id);
    assert_eq!(store.blob(&first.id).await.unwrap(), Some((first, b"scratch".to_vec())));
    assert_eq!(store.blob(&other.id).await.unwrap(), Some((other, b"dent".to_vec())));
    let empty = store.put_blob(b"", "text/plain", 4).await.unwrap();
    assert_eq!(store.blob(&empty.id).await.unwrap(), Some((empty, Vec::new())));
}

const SCRATCH: &str = "5a9cb6b54ea56d52a69891af8c21afb73d3841611bbabb5d7c61312d81e6e041";

pub async fn what_is_no_blob(subject: &dyn Subject) {
    let store = subject.store();
    let unknown = "0".repeat(64);
    for id in ["", "abc", "../../gemba.db", &"Z".repeat(64), &"é".repeat(32), &unknown] {
        assert_eq!(store.blob(id).await.unwrap(), None);
    }
}

pub async fn blobs_have_limits(subject: &dyn Subject) {
    let store = subject.store();
    let large = vec![0; BLOB_BYTES_MAX as usize + 1];
    let error = store.put_blob(&large, "video/mp4", 1).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    let largest = store.put_blob(&large[1..], "video/mp4", 1).await.unwrap();
    assert_eq!(largest.size_bytes, BLOB_BYTES_MAX);
    for media_type in [
        "",
        "image",
        "image/",
        "/png",
        "image/png; x=1",
        "text/html\r\nX: y",
        "a/b/c",
        "-a/b",
    ] {
        let error = store.put_blob(b"x", media_type, 1).await.unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{media_type:?}: {error}");
    }
    let long = format!("image/{}", "x".repeat(100));
    let error = store.put_blob(b"x", &long, 1).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    store.put_blob(b"x", "application/vnd.api+json", 1).await.unwrap();
}
