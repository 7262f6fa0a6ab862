//! App files: found in folders, read, and checked together with their site.

use language::Together;
use language::diagnostic::{Diagnostic, Language, Severity};
use language::model::{App, Site};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use crate::{diagnostics, limits};

const SITE_FILE: &str = "site.yaml";

/// A file that was read; its diagnostics point into `source`.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) source: String,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) content: Content,
}

/// What was understood of a file; `None` when it has errors.
pub(super) enum Content {
    Site(Option<Arc<Site>>),
    App {
        app: Option<Arc<App>>,
        /// What it was checked against; an empty one when there is none.
        site: Arc<Site>,
    },
}

/// Why files could not be looked at.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("'{}' cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("'{}' is not text in UTF-8: byte {at} does not fit", path.display())]
    NotUtf8 { path: PathBuf, at: usize },
    #[error("'{}' is larger than {} MiB; that is no app", path.display(), limits::FILE_SIZE_BYTES_MAX / 1024 / 1024)]
    TooLarge { path: PathBuf },
    #[error("'{}' is larger than {} MiB", path.display(), max_bytes / 1024 / 1024)]
    TooLargeBeside { path: PathBuf, max_bytes: u64 },
    #[error("there are more than {} files in '{}'", limits::FILES_MAX, path.display())]
    TooMany { path: PathBuf },
    #[error("the folders in '{}' are more than {} deep", path.display(), limits::FOLDER_DEPTH_MAX)]
    TooDeep { path: PathBuf },
    #[error("there is no *.yaml in '{}'", path.display())]
    NoFiles { path: PathBuf },
}

impl File {
    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// All diagnostics for people.
    pub(super) fn told(&self, language: Language) -> String {
        diagnostics::to_text(&self.diagnostics, &self.source, &self.path, language)
    }

    pub(super) fn app(&self) -> Option<&Arc<App>> {
        match &self.content {
            Content::App { app, .. } => app.as_ref(),
            Content::Site(_) => None,
        }
    }

    /// The site that an app was checked against.
    pub(super) fn site(&self) -> Arc<Site> {
        match &self.content {
            Content::App { site, .. } => Arc::clone(site),
            Content::Site(site) => site.clone().unwrap_or_default(),
        }
    }

    pub(super) fn is_site(&self) -> bool {
        matches!(self.content, Content::Site(_))
    }
}

/// Reads and checks files and whole folders. An app is checked against the `site.yaml` of its folder, or of the nearest
/// folder above it within the path that was named.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<File>, Error> {
    let mut sites = Sites::default();
    let mut sought = BTreeSet::new();
    let mut found = Vec::new();
    for root in paths {
        for path in find(root)? {
            if sought.insert(path.clone()) {
                let site = sites.beside(&path, root)?;
                found.push((path, site));
            }
        }
    }
    let mut files = read_all(found)?;
    look_at_each_other(&mut files, paths, &mut sites)?;
    Ok(files)
}

/// Adds what apps get wrong about one another. A file that was named alone is looked at beside those of its folder.
fn look_at_each_other(files: &mut [File], roots: &[PathBuf], sites: &mut Sites) -> Result<(), Error> {
    let named: Vec<Arc<App>> = files.iter().filter_map(|file| file.app().cloned()).collect();
    if !named.iter().any(|app| language::names_others(app)) {
        return Ok(());
    }
    let mut beside = Vec::new();
    for root in roots.iter().filter(|root| root.is_file()) {
        let folder = root.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        for path in find(folder)? {
            // What cannot be read is told to who names it.
            let file = read_one(path, folder, sites).ok();
            beside.extend(file.and_then(|file| file.app().cloned()));
        }
    }
    let together = Together::of(beside.iter().chain(&named).map(Arc::as_ref));
    for file in files {
        let Some(app) = file.app().cloned() else { continue };
        let found = together.check(&file.source, &app);
        diagnostics::add(&mut file.diagnostics, found);
    }
    Ok(())
}

/// As many at a time as there are cores, in the order that they were found in.
fn read_all(found: Vec<(PathBuf, Option<Arc<Site>>)>) -> Result<Vec<File>, Error> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let each = found.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let read = |part: &[(PathBuf, Option<Arc<Site>>)]| -> Result<Vec<File>, Error> {
            let files = part.iter().cloned();
            files.map(|(path, site)| read_with(path, site)).collect()
        };
        let parts: Vec<_> = found.chunks(each).map(|part| scope.spawn(move || read(part))).collect();
        let mut files = Vec::with_capacity(found.len());
        for part in parts {
            let read = part.join().unwrap_or_else(|panic| resume_unwind(panic));
            files.extend(read?);
        }
        Ok(files)
    })
}

fn read_one(path: PathBuf, root: &Path, sites: &mut Sites) -> Result<File, Error> {
    let site = sites.beside(&path, root)?;
    read_with(path, site)
}

fn read_with(path: PathBuf, site: Option<Arc<Site>>) -> Result<File, Error> {
    let source = read_text(&path)?;
    if is_site(&path) {
        let read = language::read_site(&source);
        let site = read.value.map(Arc::new);
        return Ok(File {
            path,
            source,
            diagnostics: read.diagnostics,
            content: Content::Site(site),
        });
    }
    let read = language::read_app(&source, site.as_deref());
    Ok(File {
        path,
        source,
        diagnostics: read.diagnostics,
        content: Content::App {
            app: read.value.map(Arc::new),
            site: site.unwrap_or_default(),
        },
    })
}

fn is_site(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == SITE_FILE)
}

/// The site of each folder, read once.
#[derive(Default)]
struct Sites(BTreeMap<PathBuf, Option<Arc<Site>>>);

impl Sites {
    /// Of an app; a site has none.
    fn beside(&mut self, file: &Path, root: &Path) -> Result<Option<Arc<Site>>, Error> {
        if is_site(file) {
            return Ok(None);
        }
        let mut folder = file.parent();
        while let Some(current) = folder {
            if let Some(site) = self.in_folder(current)? {
                return Ok(Some(site));
            }
            folder = current.parent().filter(|above| above.starts_with(root));
        }
        Ok(None)
    }

    /// A site that has errors is as good as none: its own errors are told with its own file.
    fn in_folder(&mut self, folder: &Path) -> Result<Option<Arc<Site>>, Error> {
        if let Some(known) = self.0.get(folder) {
            return Ok(known.clone());
        }
        let path = folder.join(SITE_FILE);
        let site = if path.is_file() {
            language::read_site(&read_text(&path)?).value.map(Arc::new)
        } else {
            None
        };
        self.0.insert(folder.to_owned(), site.clone());
        Ok(site)
    }
}

/// The file itself, or every `*.yaml` and `*.yml` of a folder and its folders, in order of name; hidden ones left out.
fn find(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let about = fs::metadata(root).map_err(|source| Error::Read {
        path: root.to_owned(),
        source,
    })?;
    if !about.is_dir() {
        return Ok(vec![root.to_owned()]);
    }
    let mut found = Vec::new();
    find_in(root, root, 0, &mut found)?;
    if found.is_empty() {
        return Err(Error::NoFiles { path: root.to_owned() });
    }
    found.sort();
    Ok(found)
}

fn find_in(root: &Path, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    if depth > limits::FOLDER_DEPTH_MAX {
        return Err(Error::TooDeep { path: root.to_owned() });
    }
    let failed = |source| Error::Read {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        let is_yaml = path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml");
        // A link to a folder is not followed: it may lead round in a circle.
        if kind.is_dir() {
            find_in(root, &path, depth + 1, found)?;
        } else if is_yaml && path.is_file() {
            if found.len() >= limits::FILES_MAX {
                return Err(Error::TooMany { path: root.to_owned() });
            }
            found.push(path);
        }
    }
    Ok(())
}

pub(super) fn read_text(path: &Path) -> Result<String, Error> {
    let failed = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    if fs::metadata(path).map_err(failed)?.len() > limits::FILE_SIZE_BYTES_MAX {
        return Err(Error::TooLarge { path: path.to_owned() });
    }
    String::from_utf8(fs::read(path).map_err(failed)?).map_err(|error| Error::NotUtf8 {
        path: path.to_owned(),
        at: error.utf8_error().valid_up_to(),
    })
}

/// A file beside an app.
pub(super) fn read_bytes(path: &Path, max_bytes: u64) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::Read {
        path: path.to_owned(),
        source,
    };
    if fs::metadata(path).map_err(failed)?.len() > max_bytes {
        let path = path.to_owned();
        return Err(Error::TooLargeBeside { path, max_bytes });
    }
    fs::read(path).map_err(failed)
}

/// Apps that say they are the same: each later path with the earlier one that has its id.
pub(super) fn twins(files: &[File]) -> Vec<(&Path, &Path)> {
    let mut first: BTreeMap<&str, &Path> = BTreeMap::new();
    let mut twins = Vec::new();
    for file in files {
        let Some(app) = file.app() else { continue };
        match first.get(app.id.as_str()) {
            Some(earlier) => twins.push((file.path.as_path(), *earlier)),
            None => drop(first.insert(app.id.as_str(), &file.path)),
        }
    }
    twins
}
