//! What each request does inside a transaction; one file per theme.

mod apps;
mod asks;
pub(crate) mod handle;
mod holds;
pub(crate) mod messages;
pub(crate) mod migrations;
pub(crate) mod runs;
mod tasks;

use crate::Error;
use crate::batch::Batch;
use crate::command::{Command, Reply};
use crate::requests::Caller;
use kernel::Actor;
use store::rows::Write;

impl Batch<'_> {
    /// Does one command. The outer error: nothing of it must be kept. The inner one: refused, but what was written for
    /// it (a draft of refused answers) is kept.
    pub(crate) async fn execute(&mut self, command: &Command, caller: &Caller) -> Result<Result<Reply, Error>, Error> {
        let reply = match command {
            Command::Complete(answer) => return self.complete(answer, caller).await,
            Command::Publish(new) => self.publish(new, caller)?,
            Command::Start(start) => self.start(start, caller).await?,
            Command::Claim(task) => self.claim(task, caller).await?,
            Command::GiveBack(task) => self.give_back(task, caller).await?,
            Command::Handle(handle) => self.handle(handle, caller).await?,
            Command::SaveDraft(draft) => self.save_draft(draft, caller).await?,
            Command::Send(message) => self.send(message, caller).await?,
            Command::Cancel { run, why } => self.cancel(*run, why, caller).await?,
            Command::Retry { run } => self.retry(*run, caller).await?,
            Command::Repair(repairing) => self.repair(repairing, caller).await?,
            Command::MigrateRuns(asked) => self.migrate_runs(asked, caller).await?,
            Command::Restart(restarting) => self.restart(restarting, caller).await?,
            Command::Brake { scope, why } => self.brake(scope, why, caller)?,
            Command::LetGo { scope, per_minute } => self.release_brake(scope, *per_minute, caller)?,
            Command::LetRunGo(run) => self.let_run_go(*run).await?,
            Command::ReleaseHold { target, run, why } => self.release_hold(target, *run, why, caller).await?,
            Command::TellSignal(told) => self.tell_signal(told, caller).await?,
            Command::WriteSignals => {
                self.write_signals(false);
                Reply::Done
            }
            Command::PutSiteRecord { table, key, record } => self.put_site_record(table, key, record),
            Command::DropSiteRecord { table, key } => self.drop_site_record(table, key).await?,
            Command::GiveUp(id, row) => self.give_up(*id, row),
            Command::Settle(id, what) => self.settle(*id, *what).await?,
            Command::BeginAsk { run, ask, row } => self.begin_ask(*run, *ask, *row).await?,
            Command::PutAppFile(row) => {
                self.push(Write::PutAppFile(row.clone()));
                Reply::Done
            }
            Command::PutToken(token) => {
                self.push(Write::PutToken(token.clone()));
                Reply::Done
            }
            Command::Answered(answered) => self.answered(answered).await?,
            Command::Delivered(id) => {
                self.push(Write::DropOutbox { id: *id });
                Reply::Done
            }
        };
        Ok(Ok(reply))
    }
}

pub(crate) fn actor(caller: &Caller) -> Actor {
    Actor {
        person: caller.person.clone(),
        via: caller.name.clone(),
        confirmed: caller.confirmed.map(|how| how.word().to_owned()),
    }
}
