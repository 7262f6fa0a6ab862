//! The files of the folder: on disk, and as the editor has them.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use language::author::{Beside, read_half};
use language::model::{App, Site};

use crate::limits;

const SITE_FILE: &str = "site.yaml";

/// What is known of a file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) text: Arc<str>,
    /// The editor's number of this text; `None` for a file that is not open.
    pub(crate) version: Option<i32>,
    /// As it was last understood without errors.
    pub(crate) app: Option<Arc<App>>,
    pub(crate) site: Option<Arc<Site>>,
}

/// Open files, and those of the folders that were read so far.
#[derive(Default)]
pub(crate) struct Folder {
    files: BTreeMap<PathBuf, File>,
    unread: VecDeque<PathBuf>,
    roots: Vec<PathBuf>,
}

pub(crate) fn is_site_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == SITE_FILE)
}

impl Folder {
    pub(crate) fn new(roots: Vec<PathBuf>) -> Folder {
        let mut unread = Vec::new();
        for root in &roots {
            find(root, 0, &mut unread);
        }
        // Apps are read with their site.
        unread.sort_by_key(|path| (!is_site_file(path), path.clone()));
        Folder {
            files: BTreeMap::new(),
            unread: unread.into(),
            roots,
        }
    }

    pub(crate) fn file(&self, path: &Path) -> Option<&File> {
        self.files.get(path)
    }

    pub(crate) fn is_read(&self) -> bool {
        self.unread.is_empty()
    }

    /// Reads one more file of the folders.
    pub(crate) fn read_next(&mut self) {
        while let Some(path) = self.unread.pop_front() {
            if self.files.contains_key(&path) {
                continue;
            }
            self.read(&path);
            return;
        }
    }

    /// Reads a file from the disk, unless it is open.
    fn read(&mut self, path: &Path) {
        let small = fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() <= limits::FILE_BYTES_MAX);
        let text = small.then(|| fs::read_to_string(path).ok()).flatten();
        if let Some(text) = text {
            self.put(path.to_owned(), text.into(), None);
        }
    }

    /// A file as the editor has it, or the disk.
    pub(crate) fn put(&mut self, path: PathBuf, text: Arc<str>, version: Option<i32>) {
        let (mut app, mut site) = match self.files.remove(&path) {
            Some(file) => (file.app, file.site),
            None => (None, None),
        };
        if is_site_file(&path) {
            site = language::read_site(&text).value.map(Arc::new).or(site);
        } else {
            let around = self.site_of(&path);
            let read = language::read_app(&text, around.as_deref()).value;
            // What is half typed is understood as far as it goes, when nothing better was seen before.
            let half = || {
                app.is_none()
                    .then(|| read_half(&text, around.as_deref()))
                    .flatten()
                    .map(Arc::new)
            };
            app = read.map(Arc::new).or_else(half).or(app);
        }
        let file = File {
            text,
            version,
            app,
            site,
        };
        self.files.insert(path, file);
    }

    /// A file that is no longer open is as the disk has it.
    pub(crate) fn close(&mut self, path: &Path) {
        self.files.remove(path);
        self.read(path);
    }

    /// A file changed on the disk; whether that matters to others.
    pub(crate) fn changed(&mut self, path: &Path) {
        let open = self.files.get(path).is_some_and(|file| file.version.is_some());
        if !open {
            self.files.remove(path);
            self.read(path);
        }
    }

    /// The site file of a file: in its folder, or the nearest one above it within the folder that the editor opened.
    pub(crate) fn site_file_of(&mut self, path: &Path) -> Option<PathBuf> {
        if is_site_file(path) {
            return Some(path.to_owned());
        }
        let mut folder = path.parent();
        while let Some(current) = folder {
            let candidate = current.join(SITE_FILE);
            if !self.files.contains_key(&candidate) {
                self.read(&candidate);
            }
            if self.files.contains_key(&candidate) {
                return Some(candidate);
            }
            let inside = |above: &&Path| self.roots.iter().any(|root| above.starts_with(root));
            folder = current.parent().filter(inside);
        }
        None
    }

    pub(crate) fn site_of(&mut self, path: &Path) -> Option<Arc<Site>> {
        let site = self.site_file_of(path)?;
        self.files.get(&site)?.site.clone()
    }

    /// Open files.
    pub(crate) fn open(&self) -> Vec<PathBuf> {
        let open = self.files.iter().filter(|(_, file)| file.version.is_some());
        open.map(|(path, _)| path.clone()).collect()
    }

    /// The apps that are known, with their files.
    pub(crate) fn apps(&self) -> impl Iterator<Item = (&PathBuf, &Arc<App>)> {
        self.files
            .iter()
            .filter_map(|(path, file)| Some((path, file.app.as_ref()?)))
    }

    /// What the other apps can be called with.
    pub(crate) fn beside(&self, path: &Path) -> Vec<Beside> {
        let others = self.apps().filter(|(other, _)| *other != path);
        others.map(|(_, app)| Beside::of(app)).collect()
    }

    /// Every file below the folder of a site file.
    pub(crate) fn below(&self, site_file: &Path) -> Vec<PathBuf> {
        let folder = site_file.parent().unwrap_or(site_file);
        let inside = self.files.keys().filter(|path| path.starts_with(folder));
        inside.cloned().collect()
    }

    pub(crate) fn read_all(&mut self) {
        while !self.is_read() {
            self.read_next();
        }
    }
}

fn find(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let Ok(kind) = entry.file_type() else { continue };
        if hidden || found.len() >= limits::FILES_MAX {
            continue;
        }
        let path = entry.path();
        // A link to a folder is not followed: it may lead round in a circle.
        if kind.is_dir() && depth < limits::FOLDER_DEPTH_MAX {
            let not_ours = entry.file_name() == "node_modules" || entry.file_name() == "target";
            if !not_ours {
                find(&path, depth + 1, found);
            }
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            found.push(path);
        }
    }
}
