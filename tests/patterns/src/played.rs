//! Reads and plays the apps of a catalogue.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::trial::{Failure, rehearse};
use language::Together;
use language::model::{App, Site};

use crate::{Catalogue, Header, Support};

/// A pattern whose app is right and whose tests have passed.
#[derive(Clone, Debug)]
pub struct Played {
    pub header: Header,
    pub file: String,
    /// How many tests it has.
    pub tests: usize,
}

struct Source {
    file: String,
    text: String,
    app: Arc<App>,
}

/// Every pattern of a catalogue by number. Fails with everything that is wrong, one line each.
pub fn play(catalogue: &Catalogue) -> Result<Vec<Played>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(catalogue.folder);
    let mut wrong = String::new();
    let mut complain = |file: &str, what: &str| wrong.push_str(&format!("{file}: {what}\n"));
    let site = site(&folder)?;
    let mut sources = Vec::new();
    for (file, text) in files(&folder)? {
        match read(&text, &site) {
            Ok(app) => sources.push(Source { file, text, app }),
            Err(why) => complain(&file, &why),
        }
    }
    let together = Together::of(sources.iter().map(|source| &*source.app));
    let begin = format!("{}-", catalogue.prefix.to_lowercase());
    let mut played = Vec::new();
    for source in &sources {
        for one in together.check(&source.text, &source.app) {
            complain(&source.file, &format!("{} {}", one.code, one.message.0));
        }
        if !source.file.starts_with(&begin) {
            continue;
        }
        match play_one(source, &sources, &site, catalogue) {
            Ok(one) => played.push(one),
            Err(why) => complain(&source.file, &why),
        }
    }
    played.sort_by_key(|one| one.header.number);
    let numbers: Vec<u32> = played.iter().map(|one| one.header.number).collect();
    if !numbers.is_sorted_by(|one, next| one < next)
        || numbers.iter().any(|one| !(1..=catalogue.patterns).contains(one))
    {
        complain(catalogue.folder, &format!("the numbers are {numbers:?}"));
    }
    if wrong.is_empty() { Ok(played) } else { Err(wrong) }
}

/// Every pattern of a catalogue that is shown elsewhere, by number: `shown` are the numbers of those that were.
pub fn listed(catalogue: &Catalogue, shown: &BTreeSet<u32>) -> Result<Vec<Played>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(catalogue.folder);
    let site = site(&folder)?;
    let mut wrong = String::new();
    let mut listed = Vec::new();
    for (file, text) in files(&folder)? {
        let read = read(&text, &site).and_then(|_| Header::read(&text, catalogue.prefix));
        let one = read.and_then(|header| {
            let is_shown = shown.contains(&header.number);
            match (header.support, is_shown) {
                (Support::No, true) => Err("it is shown, and its file says that it is not supported".to_owned()),
                (Support::Full | Support::Part, false) => Err("no test shows it".to_owned()),
                _ => Ok(Played {
                    header,
                    file: file.clone(),
                    tests: usize::from(is_shown),
                }),
            }
        });
        match one {
            Ok(one) => listed.push(one),
            Err(why) => wrong.push_str(&format!("{file}: {why}\n")),
        }
    }
    listed.sort_by_key(|one| one.header.number);
    let numbers: Vec<u32> = listed.iter().map(|one| one.header.number).collect();
    if !numbers.iter().copied().eq(1..=catalogue.patterns) {
        wrong.push_str(&format!("the numbers are {numbers:?}\n"));
    }
    if wrong.is_empty() { Ok(listed) } else { Err(wrong) }
}

fn play_one(source: &Source, all: &[Source], site: &Arc<Site>, catalogue: &Catalogue) -> Result<Played, String> {
    let header = Header::read(&source.text, catalogue.prefix)?;
    let named = format!("{}-{:02}-", catalogue.prefix.to_lowercase(), header.number);
    if !source.file.starts_with(&named) {
        return Err(format!(
            "its number is {}, so its name begins with {named}",
            header.number
        ));
    }
    let others: Vec<Arc<App>> = all
        .iter()
        .filter(|other| other.file != source.file)
        .map(|other| other.app.clone())
        .collect();
    let failures = failures(&source.app, &others, site);
    if !failures.is_empty() {
        return Err(failures);
    }
    let tests = source.app.tests.len();
    if header.support != Support::No {
        if tests == 0 {
            return Err("no test shows it".into());
        }
        shows_something(&header, source, &others, site)?;
    }
    Ok(Played {
        header,
        file: source.file.clone(),
        tests,
    })
}

/// With the pattern taken out the tests must fail.
fn shows_something(header: &Header, source: &Source, others: &[Arc<App>], site: &Arc<Site>) -> Result<(), String> {
    let Some((from, to)) = &header.without else {
        return Err("`Without:` is missing: what takes the pattern out?".into());
    };
    let body: String = source
        .text
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with('#'))
        .collect();
    if !body.contains(from.as_str()) {
        return Err(format!("`Without:` names `{from}`, which is not in the app"));
    }
    let without = language::read_app(&body.replace(from.as_str(), to), Some(site));
    let Some(app) = without.value else {
        let said: Vec<_> = without.diagnostics.iter().map(|one| one.message.0.as_str()).collect();
        return Err(format!("`Without:` makes no right app of it: {}", said.join("; ")));
    };
    match failures(&Arc::new(app), others, site).is_empty() {
        true => Err(format!(
            "the tests also pass with `{to}` for `{from}`: they show nothing"
        )),
        false => Ok(()),
    }
}

fn failures(app: &Arc<App>, others: &[Arc<App>], site: &Arc<Site>) -> String {
    let reports = rehearse(app, others, site).reports;
    let failed = reports.iter().filter(|report| !report.failures.is_empty());
    let said = |failures: &[Failure]| failures.iter().map(|one| one.en.clone()).collect::<Vec<_>>().join("; ");
    failed
        .map(|report| format!("'{}': {}", report.title, said(&report.failures)))
        .collect::<Vec<_>>()
        .join("\n  ")
}

/// An app without a single notice.
fn read(text: &str, site: &Site) -> Result<Arc<App>, String> {
    let read = language::read_app(text, Some(site));
    let line = |at: usize| language::line_and_column(text, at).0;
    let said = read.diagnostics.iter();
    let said = said.map(|one| format!("line {}: {} {}", line(one.span.start), one.code, one.message.0));
    let said: Vec<String> = said.collect();
    match (read.value, said.is_empty()) {
        (Some(app), true) => Ok(Arc::new(app)),
        _ => Err(said.join("\n  ")),
    }
}

fn site(folder: &Path) -> Result<Arc<Site>, String> {
    let Ok(text) = fs::read_to_string(folder.join("site.yaml")) else {
        return Ok(Arc::default());
    };
    let read = language::read_site(&text);
    read.value
        .map(Arc::new)
        .ok_or_else(|| format!("site.yaml: {:?}", read.diagnostics))
}

fn files(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(told)?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml") && !path.ends_with("site.yaml"));
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, fs::read_to_string(&path).map_err(told)?))
    };
    paths.into_iter().map(read).collect()
}
