//! Time in a test: what comes due while it passes, and what a crash leaves.

use language::model::ReplyResult;

use super::outside::result_of;
use super::{World, system};
use crate::limits::TRIAL_EVENTS_MAX;
use crate::trial::Failure;
use crate::{EventKind, RunState, Timestamp, advance};

impl World {
    /// Lets time pass; timers fire in the order of their moments, and asks end that have waited long enough.
    pub(in crate::trial) fn pass(&mut self, ms: i64) {
        let until = Timestamp(self.now.0.saturating_add(ms.max(0)));
        loop {
            let timer = self.timers.first().copied().filter(|(at, ..)| *at <= until);
            let end = self.ask_ends.first().copied().filter(|(at, ..)| *at <= until);
            if self.events >= TRIAL_EVENTS_MAX {
                break;
            }
            match (timer, end) {
                (Some(first), end) if end.is_none_or(|end| first <= end) => {
                    let (at, number, timer) = first;
                    self.timers.remove(&first);
                    self.now = self.now.max(at);
                    // A timer that is not set any more has nothing to say.
                    let _ = self.happen((number, system("timer"), EventKind::TimerFired { timer }));
                }
                (_, Some(end)) => {
                    let (at, number, ask) = end;
                    self.ask_ends.remove(&end);
                    self.now = self.now.max(at);
                    if self.asks.remove(&(number, ask)).is_some() {
                        let result = result_of(&ReplyResult::Failed("timeout".into()));
                        let _ = self.happen((number, system("outside"), EventKind::Answered { ask, result }));
                    }
                }
                _ => break,
            }
        }
        self.now = until;
    }

    /// Everything that is kept is read back from its bytes, and every journal is played again.
    pub(in crate::trial) fn crash(&mut self) -> Result<(), Failure> {
        for run in &mut self.runs {
            let kept = run.state.to_bytes();
            let app = run.program.app().id.clone();
            let wrong = |en: String, zh: String| Err(Failure::new(en, zh));
            let mut replayed = RunState::new();
            let mut facts = Vec::new();
            for event in &run.journal {
                match advance(&run.program, &mut replayed, event) {
                    Ok(done) => facts.extend(done.facts),
                    Err(refusal) => {
                        let en = format!("app '{app}': the journal refuses what has happened: {refusal}");
                        return wrong(en, format!("应用“{app}”：重放日志时拒绝了已发生的事件：{refusal}"));
                    }
                }
            }
            if replayed.to_bytes() != kept || facts != run.facts {
                let en = format!("app '{app}': the journal, played again, gives another state");
                return wrong(en, format!("应用“{app}”：重放日志得到不同的状态"));
            }
            match RunState::from_bytes(&kept) {
                Ok(state) => run.state = state,
                Err(error) => {
                    let en = format!("app '{app}': what is kept cannot be read back: {error}");
                    return wrong(en, format!("应用“{app}”：无法读回保存的状态：{error}"));
                }
            }
        }
        Ok(())
    }
}
