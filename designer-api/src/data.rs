//! The data folder.

use std::path::Path;
use store::AnyStore;

/// The store's own file.
const DATABASE: &str = "gemba.db";

/// Opens the data folder; it is made when it is missing.
pub(crate) async fn open(data: &Path) -> Result<AnyStore, store::Error> {
    let store = store::sqlite::Options::new(data).open().await?;
    Ok(store)
}

pub(crate) fn exists(data: &Path) -> bool {
    data.join(DATABASE).is_file()
}

/// Why this user may not read the data.
pub(crate) fn readable(data: &Path) -> std::io::Result<()> {
    std::fs::File::open(data.join(DATABASE)).map(drop)
}

/// Opens a data folder that must be there.
pub(crate) async fn open_existing(data: &Path) -> Result<Option<AnyStore>, store::Error> {
    if !exists(data) {
        return Ok(None);
    }
    open(data).await.map(Some)
}
