//! All parts of a record, by name: what is kept, what people read, and the manifest with the hash of each.

use std::collections::BTreeMap;

use print::Fonts;
use runtime::Case;

use crate::build::{Record, file_name};
use crate::{hash, html, paper};

/// The parts of a record, by name.
pub type Parts = BTreeMap<String, Vec<u8>>;

/// The whole truth.
pub const RECORD: &str = "record.json";
/// The hash and name of every other part, a line for each, as `sha256sum` writes and checks them.
pub const MANIFEST: &str = "MANIFEST";
pub(crate) const PAGE: &str = "record.html";
pub(crate) const PAPER: &str = "record.pdf";
pub(crate) const APP: &str = "app.yaml";
const ABOUT: &str = "README.txt";
/// Records of called runs: `called/<run>.json`.
pub(crate) const CALLED: &str = "called/";

const ABOUT_TEXT: &str = concat!(
    "This is the record of one case of a Gemba (version ",
    env!("CARGO_PKG_VERSION"),
    "), made to be read and checked for many years.\n\
    本文件是 Gemba 一个案卷的记录，供长期阅读与校验。\n\n\
    record.html   to read in a browser 用浏览器阅读\n\
    record.pdf    to read and print 阅读与打印\n\
    record.json   everything, for programs; its SHA-256 is the hash of the record 全部内容；其 SHA-256 即记录的哈希值\n\
    app.yaml      the app as it was 当时的应用\n\
    files/        what was uploaded or printed, by SHA-256 上传或打印的文件\n\
    called/       records of runs that this one called 被调用运行的记录\n\
    MANIFEST      SHA-256 of each part 各部分的 SHA-256\n\n\
    Check it 校验: gemba verify FILE, or unpack it and 或解压后: sha256sum -c MANIFEST\n\
    Keep the hash of the record at another place as well: who has both can show that nothing was changed.\n\
    请将记录的哈希值另存一处：两者相符即可证明未被更改。\n"
);

/// The parts of a record. `called` are records of called runs by id, as JSON in its canonical form.
pub fn of_record(
    record: &Record,
    case: &Case,
    called: &BTreeMap<String, Vec<u8>>,
    fonts: &Fonts,
) -> Result<Parts, String> {
    let mut parts = Parts::new();
    parts.insert(RECORD.to_owned(), record.bytes.clone());
    parts.insert(PAGE.to_owned(), html::page(record).into_bytes());
    parts.insert(PAPER.to_owned(), paper::pdf(record, fonts)?);
    parts.insert(ABOUT.to_owned(), ABOUT_TEXT.as_bytes().to_vec());
    if let Some(source) = newest_source(case) {
        parts.insert(APP.to_owned(), source.as_bytes().to_vec());
    }
    for file in &case.files {
        if let Some(bytes) = &file.bytes {
            parts.insert(file_name(file), bytes.clone());
        }
    }
    for (run, json) in called {
        parts.insert(format!("{CALLED}{run}.json"), json.clone());
    }
    let manifest = manifest(&parts);
    parts.insert(MANIFEST.to_owned(), manifest.into_bytes());
    Ok(parts)
}

/// The source that the run was at last.
pub(crate) fn newest_source(case: &Case) -> Option<&str> {
    let fits = |row: &&store::rows::AppRow| row.app == case.run.app && row.version == case.run.app_version;
    case.definitions.iter().find(fits).map(|row| row.source.as_str())
}

/// The lines of all parts but the manifest itself.
pub(crate) fn manifest(parts: &Parts) -> String {
    let others = parts.iter().filter(|(name, _)| *name != MANIFEST);
    others
        .map(|(name, bytes)| format!("{}  {name}\n", hash(bytes)))
        .collect()
}
