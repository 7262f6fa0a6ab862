//! The world outside: answers at once, late, wrongly, or never; and channels that lose what they are handed. It remembers
//! what it was asked, so that nothing is done twice that must not be.

use crate::chance::{Chance, number_of};
use crate::control::{Control, Fate};
use crate::watch::Watch;
use async_trait::async_trait;
use kernel::{Ask, AskResult, Request};
use language::model::PrinterAddress;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::memory::MemoryStore;
use tokio::sync::oneshot;

/// Outlives crashes of the engine.
#[derive(Clone)]
pub struct World {
    inner: Arc<Mutex<Inner>>,
    control: Control,
    watch: Arc<Mutex<Watch>>,
    /// What is committed: nobody may ask for what is not.
    disk: Arc<Mutex<Arc<MemoryStore>>>,
}

struct Inner {
    chance: Chance,
    is_kind: bool,
    /// Those who wait for an answer.
    waiting: BTreeMap<u64, (String, oneshot::Sender<AskResult>)>,
    next: u64,
    done: BTreeMap<String, u32>,
    delivered: BTreeSet<String>,
    pub asked: u64,
}

impl World {
    pub fn new(seed: u64, control: &Control, watch: &Arc<Mutex<Watch>>, disk: Arc<MemoryStore>) -> World {
        World {
            inner: Arc::new(Mutex::new(Inner {
                chance: Chance::new(seed, 0x0075),
                is_kind: false,
                waiting: BTreeMap::new(),
                next: 0,
                done: BTreeMap::new(),
                delivered: BTreeSet::new(),
                asked: 0,
            })),
            control: control.clone(),
            watch: watch.clone(),
            disk: Arc::new(Mutex::new(disk)),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn moves_to(&self, disk: Arc<MemoryStore>) {
        *self.disk.lock().unwrap_or_else(PoisonError::into_inner) = disk;
    }

    /// From now on everything is answered at once, and well.
    pub fn be_kind(&self) {
        let mut inner = self.inner();
        inner.is_kind = true;
        drop(inner);
        while self.answer_one(0) {}
    }

    /// Who was asked and has not answered does so now; false when nobody waits.
    pub fn answer_one(&self, which: usize) -> bool {
        let mut inner = self.inner();
        let Some(number) = inner.waiting.keys().copied().nth(which % inner.waiting.len().max(1)) else {
            return false;
        };
        let Some((key, sender)) = inner.waiting.remove(&number) else {
            return false;
        };
        let result = inner.result(&key);
        drop(inner);
        // Who asked may be gone: a late answer reaches nobody.
        let _ = sender.send(result);
        true
    }

    /// The engine is gone, and with it those who waited.
    pub fn hang_up(&self) {
        self.inner().waiting.clear();
    }

    pub fn asked(&self) -> u64 {
        self.inner().asked
    }

    fn problem(&self, problem: String) {
        self.watch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .problem(problem);
    }
}

impl Inner {
    fn result(&mut self, key: &str) -> AskResult {
        let value = || json!({"status": 200, "body": {"n": number_of(key) % 7}, "headers": {"content_type": "application/json"}});
        let failed = |kind: &str, again| AskResult::Failed {
            kind: kind.to_owned(),
            message: format!("it was {kind}"),
            again,
        };
        if self.is_kind {
            return AskResult::Done { value: value() };
        }
        match self.chance.below(12) {
            0 => failed("unreachable", true),
            1 => failed("refused", false),
            2 => failed("timeout", true),
            3 => AskResult::Done {
                value: json!({"status": 503, "body": "later", "headers": {}}),
            },
            4 => AskResult::Done { value: Json::Null },
            _ => AskResult::Done { value: value() },
        }
    }
}

#[async_trait]
impl runtime::Outside for World {
    async fn ask(&self, ask: &Ask, key: &str) -> AskResult {
        self.control.note(number_of(key));
        let kept = {
            let disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
            let committed = disk.committed();
            committed.asks.values().find(|row| row.key == key).cloned()
        };
        let repeats = may_repeat(&ask.request);
        match kept {
            // It may have been withdrawn in the very moment; what must not be done twice was looked at before.
            None => {}
            Some(row) if !repeats && row.begun_at_ms.is_none() => {
                self.problem(format!("ask {key} is being done, and it is not kept that it began"));
            }
            Some(_) => {}
        }
        match self.control.fate("asking the world outside") {
            Fate::PowerBefore => {
                self.control.power_off("an ask, before it was done");
                std::future::pending::<()>().await;
            }
            Fate::PowerAfter => {
                self.count(key, repeats);
                self.control
                    .power_off("an ask, after it was done and before anybody heard");
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        self.count(key, repeats);
        let answer = {
            let mut inner = self.inner();
            let at_once = inner.is_kind || inner.chance.percent(50);
            match at_once {
                true => Ok(inner.result(key)),
                false => {
                    let (sender, receiver) = oneshot::channel();
                    inner.next += 1;
                    let number = inner.next;
                    inner.waiting.insert(number, (key.to_owned(), sender));
                    Err(receiver)
                }
            }
        };
        match answer {
            Ok(result) => result,
            Err(receiver) => match receiver.await {
                Ok(result) => result,
                // Nobody will ever answer.
                Err(_) => std::future::pending().await,
            },
        }
    }
}

impl World {
    fn count(&self, key: &str, repeats: bool) {
        let times = {
            let mut inner = self.inner();
            inner.asked += 1;
            let times = inner.done.entry(key.to_owned()).or_default();
            *times += 1;
            *times
        };
        if times > 1 && !repeats {
            self.problem(format!("ask {key} was done {times} times and may be done once"));
        }
    }
}

/// As the engine's contract has it: papers on a printer and values of machines are never repeated.
fn may_repeat(request: &Request) -> bool {
    match request {
        Request::Write { .. } => false,
        Request::Print {
            printer: Some(printer), ..
        } => {
            let site = crate::site::site();
            let known = site.printers.iter().find(|known| known.id == *printer);
            known.is_some_and(|known| matches!(known.address, PrinterAddress::Folder(_)))
        }
        _ => true,
    }
}

/// Hands what people are told and what runs emit to a system that is not always there.
pub struct SimChannel(pub World);

#[async_trait]
impl runtime::Channel for SimChannel {
    fn name(&self) -> &str {
        "line"
    }

    fn takes_event(&self, name: &str) -> bool {
        name.len().is_multiple_of(2)
    }

    async fn deliver(&self, key: &str, body: &str) -> Result<(), String> {
        let world = &self.0;
        world.control.note(number_of(key));
        let may_leave = world
            .watch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .may_leave(key);
        if !may_leave {
            world.problem(format!(
                "message {key} leaves, and was never committed, or has left before: {body}"
            ));
        }
        match world.control.fate("handing a message over") {
            Fate::PowerBefore | Fate::PowerAfter => {
                world.control.power_off("handing a message over");
                std::future::pending::<()>().await;
            }
            Fate::Fails | Fate::Unheard => return Err("the line is down".to_owned()),
            Fate::Fine => {}
        }
        let mut inner = world.inner();
        if !inner.is_kind && inner.chance.percent(15) {
            return Err("nobody takes it".to_owned());
        }
        inner.delivered.insert(key.to_owned());
        Ok(())
    }
}
