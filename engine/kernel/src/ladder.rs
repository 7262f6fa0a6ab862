//! `within` and its ladder: the moment something is late, and who is told at each rung after it.

use expression::Value;
use language::model::{Deadline, Id, Stretch, Within};

use crate::formula::{BoundFormula, BoundParty, BoundText};
use crate::interpret::{Run, Trouble};
use crate::limits::WAIT_MS_MAX;
use crate::program::Compiler;
use crate::state::Purpose;
use crate::{Assignee, Effect, FactKind, Timestamp, working_time};

/// A deadline with its rungs in the order in which they come.
#[derive(Debug)]
pub(crate) struct Ladder {
    within: Bound,
    rungs: Vec<Rung>,
}

/// How long there is.
#[derive(Debug)]
enum Bound {
    For(Stretch),
    Formula(BoundFormula),
}

#[derive(Debug)]
struct Rung {
    after: Stretch,
    tell: Vec<BoundParty>,
    move_to: Option<BoundParty>,
    message: Option<BoundText>,
}

/// What has become of a ladder when a timer fired.
pub(crate) struct Climbed {
    /// How many steps of the ladder are done now; the deadline itself is the first.
    pub(crate) done: u32,
    /// Who has to do it now, when that changed.
    pub(crate) moved_to: Option<Assignee>,
}

impl Ladder {
    pub(crate) fn compile(deadline: &Deadline, c: &mut Compiler<'_>) -> Ladder {
        let mut rungs: Vec<Rung> = Vec::with_capacity(deadline.late.len());
        for rung in &deadline.late {
            rungs.push(Rung {
                after: rung.after,
                tell: c.parties(&rung.tell),
                move_to: rung.move_to.as_ref().map(|party| c.party(party)),
                message: rung.message.as_ref().map(|text| c.text(text)),
            });
        }
        let ladder = Ladder {
            within: match &deadline.within {
                Within::For(stretch) => Bound::For(*stretch),
                Within::Formula(formula) => Bound::Formula(c.formula(&formula.value)),
            },
            rungs,
        };
        ladder.in_order()
    }

    /// Those of the clock and those of work are in the order in which they were written.
    fn in_order(mut self) -> Ladder {
        let of_clock = |rung: &Rung| matches!(rung.after, Stretch::OfClock(_));
        if self.rungs.iter().all(of_clock) || !self.rungs.iter().any(of_clock) {
            self.rungs.sort_by_key(|rung| rung.after.duration());
        }
        self
    }

    /// Whether every rung of the other comes when this one's does.
    pub(crate) fn same_times(&self, other: &Ladder) -> bool {
        let within = match (&self.within, &other.within) {
            (Bound::For(one), Bound::For(other)) => one == other,
            (Bound::Formula(one), Bound::Formula(other)) => one.formula.source() == other.formula.source(),
            _ => false,
        };
        let after = |ladder: &Ladder| ladder.rungs.iter().map(|rung| rung.after).collect::<Vec<_>>();
        within && after(self) == after(other)
    }

    /// The moments of the deadline and of every rung, as the calendar of now has them: so that they stay what people
    /// were told when the clocks change. Empty when they follow from the clock alone.
    pub(crate) fn moments(&self, run: &Run<'_>, token: u32) -> Result<Vec<Timestamp>, Trouble> {
        let of_clock = |stretch: &Stretch| matches!(stretch, Stretch::OfClock(_));
        let by_the_clock = matches!(&self.within, Bound::For(within) if of_clock(within));
        if by_the_clock && self.rungs.iter().all(|rung| of_clock(&rung.after)) {
            return Ok(Vec::new());
        }
        let from = |from: Timestamp, stretch: Stretch| match stretch {
            Stretch::OfClock(duration) => Ok(plus(from, duration.as_ms())),
            Stretch::OfWork(duration) => working_time::after(run.program.site(), &run.clock, from, duration.as_ms()),
        };
        let due_at = match &self.within {
            Bound::For(within) => from(run.clock.at, *within)?,
            Bound::Formula(formula) => plus(run.clock.at, worked_out(run, token, formula)?),
        };
        let rungs = self.rungs.iter().map(|rung| from(due_at, rung.after));
        std::iter::once(Ok(due_at)).chain(rungs).collect()
    }

    /// When it is late; `moments` as [`Ladder::moments`] gave them.
    pub(crate) fn due_at(&self, since: Timestamp, moments: &[Timestamp]) -> Timestamp {
        let by_the_clock = || match &self.within {
            Bound::For(within) => plus(since, within.duration().as_ms()),
            // Its moments are always kept.
            Bound::Formula(_) => since,
        };
        moments.first().copied().unwrap_or_else(by_the_clock)
    }

    /// The moment of the next step when `done` are done; `None` at the top.
    pub(crate) fn next_at(&self, since: Timestamp, moments: &[Timestamp], done: u32) -> Option<Timestamp> {
        let due_at = self.due_at(since, moments);
        let Some(rung) = (done as usize).checked_sub(1) else {
            return Some(due_at);
        };
        let by_the_clock = plus(due_at, self.rungs.get(rung)?.after.duration().as_ms());
        Some(moments.get(rung + 1).copied().unwrap_or(by_the_clock))
    }

    /// The moment of every step, also where they follow from the clock alone.
    pub(crate) fn all_moments(&self, since: Timestamp, moments: &[Timestamp]) -> Vec<Timestamp> {
        let steps = 0..=u32::try_from(self.rungs.len()).unwrap_or(u32::MAX);
        steps.filter_map(|done| self.next_at(since, moments, done)).collect()
    }

    /// Whether any of it counts the time of shifts only.
    pub(crate) fn counts_work(&self) -> bool {
        let of_work = |stretch: &Stretch| matches!(stretch, Stretch::OfWork(_));
        matches!(&self.within, Bound::For(within) if of_work(within))
            || self.rungs.iter().any(|rung| of_work(&rung.after))
    }

    /// Does every step that has come by `now`. The first rung joins the deadline when it comes with it.
    pub(crate) fn climb(&self, run: &mut Run<'_>, token: u32, of: &Climbing<'_>, now: Timestamp) -> Climbed {
        let mut climbed = Climbed {
            done: of.done,
            moved_to: None,
        };
        while self
            .next_at(of.since, of.moments, climbed.done)
            .is_some_and(|at| at <= now)
        {
            let rung = (climbed.done as usize)
                .checked_sub(1)
                .and_then(|rung| self.rungs.get(rung));
            match rung {
                Some(rung) => {
                    if let Some(moved) = rung.step(run, token, of, climbed.done) {
                        climbed.moved_to = Some(moved);
                    }
                }
                None => {
                    run.fact(
                        token,
                        FactKind::Late {
                            task: of.task,
                            rung: 0,
                            told: Vec::new(),
                            moved_to: None,
                        },
                    );
                }
            }
            climbed.done += 1;
        }
        climbed
    }

    pub(crate) fn set_next(
        &self,
        run: &mut Run<'_>,
        token: u32,
        (since, moments): (Timestamp, &[Timestamp]),
        done: u32,
        purpose: Purpose,
    ) -> Option<u32> {
        let at = self.next_at(since, moments, done)?;
        Some(run.set_timer(token, at, purpose))
    }
}

/// Whose ladder is climbed, and how far it was.
pub(crate) struct Climbing<'a> {
    pub(crate) task: Option<u32>,
    pub(crate) step: &'a Id,
    /// What is late, in the app's first language.
    pub(crate) title: &'a str,
    pub(crate) since: Timestamp,
    pub(crate) moments: &'a [Timestamp],
    pub(crate) done: u32,
}

/// How long a formula says there is.
fn worked_out(run: &Run<'_>, token: u32, formula: &BoundFormula) -> Result<i64, Trouble> {
    match run.evaluate(token, formula)? {
        Value::Duration(duration) if duration.as_ms() > WAIT_MS_MAX => {
            Err(Trouble("this would wait for more than ten years".into()))
        }
        Value::Duration(duration) => Ok(duration.as_ms()),
        _ => Err(Trouble(format!("{} is not a duration", formula.formula.source()))),
    }
}

fn plus(from: Timestamp, ms: i64) -> Timestamp {
    Timestamp(from.0.saturating_add(ms.max(0)))
}

impl Rung {
    fn step(&self, run: &mut Run<'_>, token: u32, of: &Climbing<'_>, number: u32) -> Option<Assignee> {
        let mut told = Vec::new();
        for party in &self.tell {
            told.append(&mut named(run, token, party));
        }
        let text = match &self.message {
            Some(message) => run.text(token, message),
            None => late_notice(of.title),
        };
        for to in &told {
            run.effect(Effect::Tell {
                to: to.clone(),
                text: text.clone(),
                step: of.step.clone(),
            });
        }
        let moved_to = self
            .move_to
            .as_ref()
            .and_then(|party| named(run, token, party).into_iter().next());
        let moved = moved_to.clone();
        run.fact(
            token,
            FactKind::Late {
                task: of.task,
                rung: number,
                told,
                moved_to: moved,
            },
        );
        moved_to
    }
}

/// What is told where the app says nothing: in the script of the title, for a Chinese floor reads no English.
fn late_notice(title: &str) -> String {
    let chinese = |character: char| matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}');
    if title.chars().any(chinese) {
        format!("逾期：{title}")
    } else {
        format!("Late: {title}")
    }
}

/// A rung that names nobody must not stop what is late already; the timeline says so.
fn named(run: &mut Run<'_>, token: u32, party: &BoundParty) -> Vec<Assignee> {
    match run.parties(token, party) {
        Ok(parties) => parties,
        Err(Trouble(message)) => {
            run.fact(token, FactKind::NobodyTold { message });
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::late_notice;

    #[test]
    fn a_chinese_floor_is_told_in_chinese() {
        assert_eq!(late_notice("测量首件"), "逾期：测量首件");
        assert_eq!(late_notice("Measure Ø 25 µm"), "Late: Measure Ø 25 µm");
    }
}
