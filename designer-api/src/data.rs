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

/// Opens a data folder that must be there.
pub(crate) async fn open_existing(data: &Path) -> Result<Option<AnyStore>, store::Error> {
    if !data.join(DATABASE).is_file() {
        return Ok(None);
    }
    open(data).await.map(Some)
}
