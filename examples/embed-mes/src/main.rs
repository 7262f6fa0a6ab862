//! `cargo run -p embed-mes [FOLDER]`: without a folder, in one that is gone afterwards.

use std::error::Error;
use std::io;
use std::path::PathBuf;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    embed_mes::work_through_an_order(&folder, &mut io::stdout()).await
}
