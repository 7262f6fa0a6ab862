//! `gemba test --watch`: tests again what was changed.
//!
//! The folders are watched, not the files: many editors write a new file and put it in the place of the old one.

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};

use super::{Test, play};
use crate::cli::Exit;
use crate::cli::files::{self, File};
use crate::cli::out::{complain, say};
use crate::limits::CHANGES_GATHERED_FOR;

/// Does not end by itself, except when nothing can be read or watched.
pub(super) fn run(test: &Test) -> Exit {
    let (sender, changes) = mpsc::channel();
    let watched = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Looking at a file is no change; when nobody listens any more the program ends anyway.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = sender.send(());
        }
    })
    .and_then(|mut watcher| watch(&mut watcher, &test.path).map(|()| watcher));
    // From here on a change is noticed, so nothing is missed between the first look and the next.
    let _watcher = match watched {
        Ok(watcher) => watcher,
        Err(error) => {
            complain(format_args!("changes cannot be watched: {error}"));
            return Exit::CannotRead;
        }
    };
    let mut known = match files::read(&test.path) {
        Ok(files) => {
            print(test, &files, |_| true);
            sources(&files)
        }
        Err(error) => {
            complain(error);
            return Exit::CannotRead;
        }
    };
    while gathered(&changes) {
        match files::read(&test.path) {
            Ok(files) => {
                let now = sources(&files);
                if now != known {
                    let changed = changed(&files, &known);
                    print(test, &files, |file| changed.contains(&file.path));
                    known = now;
                }
            }
            // A file may be away for a moment while it is replaced.
            Err(error) => complain(error),
        }
    }
    Exit::Done
}

fn watch(watcher: &mut RecommendedWatcher, paths: &[PathBuf]) -> notify::Result<()> {
    for path in paths {
        if path.is_dir() {
            watcher.watch(path, RecursiveMode::Recursive)?;
        } else {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            watcher.watch(folder.unwrap_or_else(|| Path::new(".")), RecursiveMode::NonRecursive)?;
        }
    }
    Ok(())
}

/// Waits for a change, and until nothing more comes for a moment. False when no more can come.
fn gathered(changes: &Receiver<()>) -> bool {
    if changes.recv().is_err() {
        return false;
    }
    while changes.recv_timeout(CHANGES_GATHERED_FOR).is_ok() {}
    true
}

fn sources(files: &[File]) -> BTreeMap<PathBuf, String> {
    let one = |file: &File| (file.path.clone(), file.source.clone());
    files.iter().map(one).collect()
}

/// What has to be tested again: files that are new or other than before, all of them when a site is, and apps that call
/// a changed one.
fn changed(files: &[File], known: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let is_other = |file: &File| known.get(&file.path) != Some(&file.source);
    let other_site = files.iter().any(|file| file.is_site() && is_other(file));
    let ids: Vec<&str> = files
        .iter()
        .filter(|file| is_other(file))
        .filter_map(|file| Some(file.app()?.id.as_str()))
        .collect();
    let calls = |file: &File| {
        let app = file.app();
        app.is_some_and(|app| {
            language::called_apps(app)
                .iter()
                .any(|called| ids.contains(&called.as_str()))
        })
    };
    let again = files.iter().filter(|file| other_site || is_other(file) || calls(file));
    again.map(|file| file.path.clone()).collect()
}

fn print(test: &Test, files: &[File], wanted: impl Fn(&File) -> bool) {
    let wrong: Vec<&File> = files.iter().filter(|file| wanted(file) && file.has_errors()).collect();
    test.print(&play(files, wanted), &wrong);
    say(format_args!("waiting for changes; Ctrl+C ends"));
}
