//! What is kept, table by table.

use crate::rows::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The last numbers that were given; they never go back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last {
    pub notice: u64,
    pub outbox: u64,
    pub undelivered: u64,
    pub ask: u64,
}

/// Declares the tables once: the disk, and which rows of it a unit has touched.
macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident: $key:ty => $row:ty,)+) => {
        /// All that is committed. A clone shares its rows with the original: it is what a crash leaves behind.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Disk {
            $($(#[$doc])* pub $table: BTreeMap<$key, Arc<$row>>,)+
            pub last: Last,
        }

        /// Keys of the rows that differ between two disks.
        #[derive(Debug, Default)]
        pub(super) struct Touched {
            $(pub(super) $table: BTreeSet<$key>,)+
        }

        impl Touched {
            /// Makes those rows of `to` what they are in `from`; nothing differs any more.
            pub(super) fn carry(&mut self, from: &Disk, to: &mut Disk) {
                $(for key in std::mem::take(&mut self.$table) {
                    match from.$table.get(&key) {
                        Some(row) => drop(to.$table.insert(key, row.clone())),
                        None => drop(to.$table.remove(&key)),
                    }
                })+
                to.last = from.last.clone();
            }
        }

        impl Side {
            $(
                #[allow(dead_code)]
                pub(super) fn $table(&mut self) -> Table<'_, $key, $row> {
                    Table { rows: &mut self.disk.$table, touched: &mut self.touched.$table }
                }
            )+
        }
    };
}

tables! {
    runs: RunId => RunRow,
    journal: (RunId, u64) => JournalRow,
    tasks: (RunId, u32) => TaskRow,
    drafts: (RunId, u32) => DraftRow,
    timers: (RunId, u32) => TimerRow,
    listeners: (RunId, u32) => ListenerRow,
    /// By app, table and key.
    records: (String, String, String) => RecordRow,
    holds: (String, RunId) => HoldRow,
    notices: u64 => NoticeRow,
    outbox: u64 => OutboxRow,
    undelivered: u64 => UndeliveredRow,
    asks: (RunId, u32) => AskRow,
    /// By series and period: the last number.
    series: (String, String) => u64,
    apps: (String, u32) => AppRow,
    /// By scope and key.
    answered: (String, String) => AnsweredRow,
    tokens: String => TokenRow,
    people: String => PersonRow,
    sessions: Hash => SessionRow,
    enrolments: String => EnrolmentRow,
    secrets: String => SecretRow,
    signals: String => SignalRow,
    /// By app, step and person.
    workers: (String, String, String) => WorkerRow,
    audit: u64 => AuditRow,
    app_files: (String, String, u32) => AppFileRow,
    last_answers: (String, String, String) => LastAnswersRow,
    blobs: String => (BlobRow, Vec<u8>),
}

/// The copy that units work on.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) disk: Disk,
    pub(super) touched: Touched,
}

/// One table of it; whatever changes is remembered.
pub(super) struct Table<'s, K, V> {
    rows: &'s mut BTreeMap<K, Arc<V>>,
    touched: &'s mut BTreeSet<K>,
}

impl<K: Ord + Clone, V: Clone> Table<'_, K, V> {
    pub(super) fn put(&mut self, key: K, row: V) {
        self.touched.insert(key.clone());
        self.rows.insert(key, Arc::new(row));
    }

    pub(super) fn drop(&mut self, key: &K) {
        if self.rows.remove(key).is_some() {
            self.touched.insert(key.clone());
        }
    }

    /// Drops the rows of which this is so.
    pub(super) fn drop_where(&mut self, is_dropped: impl Fn(&V) -> bool) {
        let found = self.rows.iter().filter(|(_, row)| is_dropped(row));
        let keys: Vec<K> = found.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.drop(&key);
        }
    }

    pub(super) fn change(&mut self, key: &K, change: impl FnOnce(&mut V)) {
        if let Some(row) = self.rows.get_mut(key) {
            self.touched.insert(key.clone());
            change(Arc::make_mut(row));
        }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key).map(|row| &**row)
    }

    pub(super) fn has(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }
}
