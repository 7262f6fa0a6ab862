// Each test binary uses a part of this.
#![allow(dead_code)]
//! A store in a folder of its own, and a second connection to its database for what only tests do.

use async_trait::async_trait;
use gemba_store::AnyStore;
use gemba_store::conformance::{Spoil, Subject};
use gemba_store::sqlite::Options;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

pub(crate) struct OnDisk {
    store: AnyStore,
    folder: TempDir,
}

pub(crate) async fn fresh() -> Box<dyn Subject> {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Options::new(folder.path()).open().await.expect("it opens");
    Box::new(OnDisk { store, folder })
}

/// Beside the store, as a database tool would.
pub(crate) async fn beside(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("gemba.db"));
    options.connect().await.expect("it connects")
}

#[async_trait]
impl Subject for OnDisk {
    fn store(&self) -> AnyStore {
        self.store.clone()
    }

    async fn spoil(&self, how: Spoil) {
        let entry = |run: gemba_store::rows::RunId, seq: u64| format!("run = x'{}' AND seq = {seq}", run.simple());
        let sql = match how {
            Spoil::ChangeBody { run, seq } => {
                format!("UPDATE journal SET body = x'7b7d' WHERE {}", entry(run, seq))
            }
            Spoil::RemoveEntry { run, seq } => {
                format!("DELETE FROM journal WHERE {}", entry(run, seq))
            }
            Spoil::SwapEntries { run, seqs: (a, b) } => format!(
                "UPDATE journal SET seq = -1 WHERE {};
                UPDATE journal SET seq = {a} WHERE {};
                UPDATE journal SET seq = {b} WHERE run = x'{}' AND seq = -1",
                entry(run, a),
                entry(run, b),
                run.simple()
            ),
            Spoil::ChangeHead { run } => {
                format!("UPDATE run SET head = zeroblob(32) WHERE id = x'{}'", run.simple())
            }
            Spoil::ChangeAudit { seq } => format!("UPDATE audit SET body = '[]' WHERE seq = {seq}"),
            Spoil::RemoveRun { run } => format!("DELETE FROM run WHERE id = x'{}'", run.simple()),
        };
        let unlocked = format!(
            "DROP TRIGGER IF EXISTS journal_is_not_changed; DROP TRIGGER IF EXISTS journal_is_not_shortened;
            DROP TRIGGER IF EXISTS audit_is_not_changed; {sql}"
        );
        let mut connection = beside(self.folder.path()).await;
        sqlx::raw_sql(AssertSqlSafe(unlocked))
            .execute(&mut connection)
            .await
            .expect("it is spoilt");
    }
}

/// A small disk in memory. Permissions do not hold root back, and a quota needs a disk of its own.
pub(crate) struct Mount {
    folder: TempDir,
}

impl Mount {
    /// Of this size, or nothing where tests may not mount; then the log says so.
    pub(crate) fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        match mount(&format!("size={size}"), folder.path()) {
            Ok(()) => Some(Self { folder }),
            Err(why) => {
                eprintln!("SKIPPED: this test needs a small disk, and mounting one is not allowed here: {why}");
                None
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Mounts it once more with this option changed.
    pub(crate) fn again(&self, option: &str) {
        mount(&format!("remount,{option}"), self.folder.path()).expect("it is mounted again");
    }
}

fn mount(options: &str, folder: &Path) -> Result<(), String> {
    let mut command = Command::new("mount");
    command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder);
    let output = command.output().map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: a failed test may still have files open.
        let unmounted = Command::new("umount").arg("-l").arg(self.folder.path()).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("{} is still mounted", self.folder.path().display());
        }
    }
}
