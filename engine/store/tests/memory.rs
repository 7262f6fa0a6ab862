//! The store in memory passes the suite that SQLite passes.
#![cfg(feature = "memory")]

use async_trait::async_trait;
use gemba_store::conformance::{Spoil, Subject};
use gemba_store::memory::MemoryStore;
use gemba_store::{AnyStore, Store};
use std::sync::Arc;

struct InMemory(Arc<MemoryStore>);

async fn fresh() -> Box<dyn Subject> {
    Box::new(InMemory(Arc::default()))
}

#[async_trait]
impl Subject for InMemory {
    fn store(&self) -> AnyStore {
        self.0.clone()
    }

    async fn spoil(&self, how: Spoil) {
        self.0.tamper(|disk| match how {
            Spoil::ChangeBody { run, seq } => {
                let row = disk.journal.get_mut(&(run, seq)).expect("an entry");
                Arc::make_mut(row).body = b"{}".to_vec();
            }
            Spoil::RemoveEntry { run, seq } => drop(disk.journal.remove(&(run, seq))),
            Spoil::SwapEntries { run, seqs: (a, b) } => {
                let [mut one, mut other] = [a, b].map(|seq| disk.journal.remove(&(run, seq)).expect("an entry"));
                Arc::make_mut(&mut one).seq = b;
                Arc::make_mut(&mut other).seq = a;
                disk.journal.insert((run, b), one);
                disk.journal.insert((run, a), other);
            }
            Spoil::ChangeAudit { seq } => {
                let row = disk.audit.get_mut(&seq).expect("an entry");
                Arc::make_mut(row).body = r#"{"did":"nothing"}"#.to_owned();
            }
            Spoil::ChangeHead { run } => {
                let row = disk.runs.get_mut(&run).expect("a run");
                Arc::make_mut(row).head = [0; 32];
            }
            Spoil::RemoveRun { run } => drop(disk.runs.remove(&run)),
        });
    }
}

gemba_store::conformance!(fresh);

/// What a crash leaves is what was committed: a unit that was dropped in the middle is not in it.
#[tokio::test]
async fn a_disk_outlives_its_store() {
    use gemba_store::conformance::samples::{id, insert, run};
    let store = MemoryStore::default();
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![insert(run(1))]).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = store.begin().await.unwrap();
    unit.write(vec![insert(run(2))]).await.unwrap();
    let disk = store.committed().clone();
    drop((unit, store));
    let again = MemoryStore::of(disk);
    assert!(again.run(id(1)).await.unwrap().is_some());
    assert!(again.run(id(2)).await.unwrap().is_none());
}
