//! Effects of the kernel as writes of the transaction.

use crate::batch::Batch;
use crate::moves::Chain;
use crate::requests::Message;
use crate::run::{OpenTask, assignee};
use crate::signals::listener_name;
use crate::site::SITE;
use crate::{asks, outbox, records};
use kernel::{Assignee, Effect, Ending, Query};
use language::model::Id;
use serde_json::{Map, Value};
use store::rows::{HoldRow, ListenerRow, NoticeRow, RecordRow, RunId, TimerRow, Write};

/// What the kernel asks of the store, to be answered in the same transaction.
pub(crate) enum Asked {
    Find(Box<Query>),
    Number { query: u32, series: Id },
}

impl Batch<'_> {
    /// Each effect as a write; what it asks of other runs goes to `chain`.
    pub(crate) fn carry_out(&mut self, run: RunId, effects: Vec<Effect>, chain: &mut Chain) -> Option<Asked> {
        for (place, effect) in effects.into_iter().enumerate() {
            match effect {
                Effect::OpenTask(spec) | Effect::UpdateTask(spec) => self.put_task(run, *spec),
                Effect::CloseTask { task, .. } => {
                    // Noted with whom it was offered to, so before it is forgotten.
                    self.push(Write::DropTask { run, task });
                    self.known_run(run).tasks.remove(&task);
                }
                Effect::GiveOut { task, give } => chain.give(run, task, give),
                Effect::SetTimer { timer, at } => {
                    self.push(Write::PutTimer(TimerRow {
                        run,
                        timer,
                        at_ms: at.0,
                    }));
                }
                Effect::ClearTimer { timer } => self.push(Write::DropTimer { run, timer }),
                Effect::Listen { wait, message } => {
                    self.push(Write::PutListener(ListenerRow { run, wait, message }));
                }
                Effect::Watch { wait, signal } => {
                    let message = listener_name(signal.as_str());
                    self.push(Write::PutListener(ListenerRow { run, wait, message }));
                    if let Some(reading) = self.watched(&signal) {
                        chain.signal(run, signal, reading);
                    }
                }
                Effect::StopListening { wait } => self.push(Write::DropListener { run, wait }),
                Effect::Find(query) => return Some(Asked::Find(query)),
                Effect::Number { query, series } => return Some(Asked::Number { query, series }),
                Effect::Save {
                    table,
                    of_site,
                    key,
                    record,
                } => {
                    let owner = match of_site {
                        true => SITE.to_owned(),
                        false => self.known_run(run).row.app.clone(),
                    };
                    self.save(run, owner, &table, key, &record);
                }
                Effect::Ask(ask) => {
                    let row = asks::row(run, &ask, self.now.0);
                    self.push(Write::PutAsk(Box::new(row)));
                }
                Effect::DropAsk { ask } => self.push(Write::DropAsk { run, ask }),
                Effect::Remove { table, key } => {
                    let app = self.known_run(run).row.app.clone();
                    let table = table.to_string();
                    self.push(Write::DropRecord { app, table, key });
                }
                Effect::Emit { name, body } => self.emit(run, place, name, body, chain),
                Effect::Hold { target, why } => self.hold(run, target, why),
                Effect::Release { target } => self.push(Write::DropHold { target, run }),
                Effect::StartRun { call, app, inputs } => {
                    chain.call(run, call, app, inputs);
                }
                Effect::Tell { to, text, step } => self.tell(run, place, &to, text, &step),
                Effect::End(ending) => self.end(run, ending, chain),
            }
        }
        None
    }

    fn put_task(&mut self, run: RunId, spec: kernel::TaskSpec) {
        let loaded = self.known_run(run);
        let task = spec.task;
        let version = loaded.tasks.get(&task).map_or(1, |open| open.version + 1);
        let open = OpenTask { version, spec };
        let row = loaded.task_row(&open);
        loaded.tasks.insert(task, open);
        self.push(Write::PutTask(Box::new(row)));
    }

    fn save(&mut self, run: RunId, owner: String, table: &Id, key: String, record: &kernel::Record) {
        let table = table.to_string();
        let values = records::to_text(record);
        // The store counts the version up.
        let row = RecordRow {
            app: owner,
            table,
            key,
            values,
            run,
            version: 1,
            at_ms: self.now.0,
        };
        self.push(Write::PutRecord(row));
    }

    /// To the runs that wait for it within this transaction, and to the outside after it.
    fn emit(&mut self, run: RunId, place: usize, name: String, body: Map<String, Value>, chain: &mut Chain) {
        let at_ms = self.now.0;
        let row = &self.known_run(run).row;
        let emitted = outbox::Emitted {
            run,
            app: row.app.clone(),
            name: name.clone(),
            body: body.clone(),
            at_ms,
        };
        let key = format!("{run}-{}-{place}", row.seq);
        for channel in self.shared.channels.iter().filter(|channel| channel.takes_event(&name)) {
            let row = outbox::emitted(channel.name(), &key, &emitted);
            self.push(Write::PutOutbox(row));
        }
        chain.emit(run, Message { name, body });
    }

    fn hold(&mut self, run: RunId, target: String, why: String) {
        let app = self.known_run(run).row.app.clone();
        self.push(Write::PutHold(HoldRow {
            target,
            run,
            app,
            why,
            since_ms: self.now.0,
        }));
    }

    fn tell(&mut self, run: RunId, place: usize, to: &Assignee, text: String, step: &Id) {
        let (to_kind, to_id) = assignee(to);
        let at_ms = self.now.0;
        let row = &self.known_run(run).row;
        let (app, seq) = (row.app.clone(), row.seq);
        let step = step.to_string();
        // The store gives the number.
        let notice = NoticeRow {
            id: 0,
            run,
            app,
            step,
            to_kind,
            to_id,
            text,
            at_ms,
        };
        // Unique for ever: a run's entries are numbered, and so are the effects of one.
        let key = format!("{run}-{seq}-{place}");
        for channel in self.shared.channels.iter().filter(|channel| channel.takes(to)) {
            let row = outbox::told(channel.name(), &key, &notice);
            self.push(Write::PutOutbox(row));
        }
        self.push(Write::PutNotice(notice));
    }

    fn end(&mut self, run: RunId, ending: Ending, chain: &mut Chain) {
        let at_ms = self.now.0;
        let row = &mut self.known_run(run).row;
        row.outcome.clone_from(&ending.outcome);
        row.ended_at_ms = Some(at_ms);
        if let Some((parent, Some(call))) = row.parent {
            chain.call_ended(parent, call, run.to_string(), ending);
        }
    }
}
