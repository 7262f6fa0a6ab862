//! What the tests of an app have come to: every step, and every way that a run can go at a branch.

use std::collections::{BTreeMap, BTreeSet};

use language::model::{Deadline, Id, Span, Step};
use language::steps::{Decide, Form, StepKind};

use crate::interpret::Traced;
use crate::program::Program;
use crate::steps::{self, Op};
use crate::{Fact, FactKind};

/// All steps and ways of an app, from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coverage {
    pub points: Vec<Point>,
}

/// A step, or one way at a branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub step: Id,
    /// Where the step stands in the app's file.
    pub span: Span,
    /// `None` for the step itself; else the way, in English and Chinese.
    pub way: Option<(String, String)>,
    pub reached: bool,
}

impl Coverage {
    /// How many steps were done, and how many there are.
    pub fn steps(&self) -> (usize, usize) {
        self.count(|point| point.way.is_none())
    }

    /// How many ways were gone, and how many there are.
    pub fn ways(&self) -> (usize, usize) {
        self.count(|point| point.way.is_some())
    }

    /// Percent of the steps and of the ways, the smaller of the two, rounded down; 100 for an app that has none.
    pub fn percent(&self) -> u32 {
        let percent = |(reached, all): (usize, usize)| match all {
            0 => 100,
            // At most 100.
            _ => u32::try_from(reached * 100 / all).unwrap_or(100),
        };
        percent(self.steps()).min(percent(self.ways()))
    }

    fn count(&self, which: impl Fn(&Point) -> bool) -> (usize, usize) {
        let of = self.points.iter().filter(|point| which(point));
        let reached = of.clone().filter(|point| point.reached).count();
        (reached, of.count())
    }
}

/// What runs have come to, by places of the program.
#[derive(Debug, Default)]
pub(super) struct Reached {
    done: BTreeSet<u32>,
    went: BTreeSet<(u32, u32)>,
    /// Rungs of ladders, counted from 1.
    rungs: BTreeSet<(Id, u32)>,
    /// Rows of decision tables that fitted, counted from 1; 0 where none did.
    rows: BTreeSet<(Id, u32)>,
    /// Answers by which a form may say how it was sent, as JSON.
    answered: BTreeSet<(Id, String, String)>,
}

impl Reached {
    pub(super) fn note(&mut self, trace: &[Traced], facts: &[Fact]) {
        for (at, to) in trace {
            self.done.insert(*at);
            self.went.extend(to.map(|to| (*at, to)));
        }
        for fact in facts {
            if let Some(step) = &fact.step {
                self.note_fact(step, &fact.kind);
            }
        }
    }

    fn note_fact(&mut self, step: &Id, kind: &FactKind) {
        match kind {
            FactKind::Late { rung, .. } => drop(self.rungs.insert((step.clone(), *rung))),
            FactKind::RowFits { rows, .. } if rows.is_empty() => drop(self.rows.insert((step.clone(), 0))),
            FactKind::RowFits { rows, .. } => self.rows.extend(rows.iter().map(|row| (step.clone(), *row))),
            FactKind::TaskCompleted { answers, .. } => {
                let answers = answers.as_object().into_iter().flatten();
                let chosen = answers.filter(|(_, answer)| answer.is_boolean() || answer.is_string());
                let chosen = chosen.map(|(field, answer)| (step.clone(), field.clone(), answer.to_string()));
                self.answered.extend(chosen);
            }
            _ => {}
        }
    }

    pub(super) fn add(&mut self, other: Reached) {
        self.done.extend(other.done);
        self.went.extend(other.went);
        self.rungs.extend(other.rungs);
        self.rows.extend(other.rows);
        self.answered.extend(other.answered);
    }
}

/// Holds what was reached against everything that there is.
pub(super) fn measure(program: &Program, reached: &Reached) -> Coverage {
    let mut by_step: BTreeMap<&Id, Vec<(u32, &Op)>> = BTreeMap::new();
    for (at, placed) in program.ops() {
        if let Some(step) = &placed.step {
            by_step.entry(step).or_default().push((at, &placed.op));
        }
    }
    let mut measuring = Measuring {
        program,
        reached,
        by_step,
        points: Vec::new(),
    };
    measuring.steps(&program.app().steps);
    Coverage {
        points: measuring.points,
    }
}

struct Measuring<'a> {
    program: &'a Program,
    reached: &'a Reached,
    by_step: BTreeMap<&'a Id, Vec<(u32, &'a Op)>>,
    points: Vec<Point>,
}

impl Measuring<'_> {
    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            let ops = self.by_step.get(&step.id).cloned().unwrap_or_default();
            let done = ops
                .iter()
                .any(|(at, op)| !is_guard(op) && self.reached.done.contains(at));
            self.point(step, None, done);
            if step.condition.is_some() {
                self.guard(step, &ops, done);
            }
            self.ways(step, &ops);
            if let Some(first) = step.on_error.first() {
                let failed = self.come_to(first);
                self.point(step, Some(("`on_error`", "出错时")), failed);
            }
            for block in step.blocks() {
                self.steps(block.steps);
            }
        }
    }

    /// Whether a run has got as far as this step, be it only to its `if`.
    fn come_to(&self, step: &Step) -> bool {
        let ops = self.by_step.get(&step.id);
        ops.is_some_and(|ops| ops.iter().any(|(at, _)| self.reached.done.contains(at)))
    }

    fn point(&mut self, step: &Step, way: Option<(&str, &str)>, reached: bool) {
        self.points.push(Point {
            step: step.id.clone(),
            span: step.span,
            way: way.map(|(en, zh)| (en.to_owned(), zh.to_owned())),
            reached,
        });
    }

    /// `if:` beside a step's own word.
    fn guard(&mut self, step: &Step, ops: &[(u32, &Op)], done: bool) {
        let skipped = ops.iter().any(|(at, op)| match op {
            Op::Flow(steps::flow::Op::Guard { end, .. }) => self.went(*at, self.program.target(*end)),
            _ => false,
        });
        self.point(step, Some(("`if` is true", "`if` 成立")), done);
        self.point(step, Some(("`if` is not true", "`if` 不成立")), skipped);
    }

    fn went(&self, at: u32, to: u32) -> bool {
        self.reached.went.contains(&(at, to))
    }

    fn ways(&mut self, step: &Step, ops: &[(u32, &Op)]) {
        match &step.kind {
            StepKind::If(_) | StepKind::Choose(_) => self.branches(step, ops),
            StepKind::Repeat(repeat) => self.rounds(step, repeat.at_most, ops),
            StepKind::Decide(decide) => self.rows(step, decide),
            StepKind::Form(form) => {
                self.sent(step, form);
                self.rungs(step, form.deadline.as_ref());
            }
            StepKind::WaitFor(wait) => {
                self.rungs(step, wait.deadline.as_ref());
                self.waited(step, wait.otherwise.is_some(), ops);
            }
            _ => {}
        }
    }

    fn branches(&mut self, step: &Step, ops: &[(u32, &Op)]) {
        let ways: Vec<_> = ops
            .iter()
            .filter_map(|(at, op)| match op {
                Op::If(way) | Op::Choose(way) => Some((*at, way)),
                _ => None,
            })
            .collect();
        for (number, (at, _)) in ways.iter().enumerate() {
            let reached = self.went(*at, at + 1);
            let (en, zh) = match &step.kind {
                StepKind::If(_) => ("it is true".to_owned(), "成立".to_owned()),
                _ => (format!("way {}", number + 1), format!("第 {} 种情况", number + 1)),
            };
            self.point(step, Some((&en, &zh)), reached);
        }
        if let Some((at, last)) = ways.last() {
            let reached = self.went(*at, self.program.target(last.otherwise));
            self.point(step, Some(("otherwise", "否则")), reached);
        }
    }

    fn rounds(&mut self, step: &Step, at_most: u32, ops: &[(u32, &Op)]) {
        let until = ops.iter().find_map(|(at, op)| match op {
            Op::Repeat(steps::repeat::Op::Until {
                again, otherwise, end, ..
            }) => Some((*at, *again, *otherwise, *end)),
            _ => None,
        });
        let Some((at, again, otherwise, end)) = until else {
            return;
        };
        let [again, otherwise, end] = [again, otherwise, end].map(|label| self.program.target(label));
        let went = |to| self.went(at, to);
        let mut ways = vec![("`until` is true", "`until` 成立", went(end))];
        if at_most > 1 {
            ways.push(("another round", "再来一次", went(again)));
        }
        // Without steps under `otherwise` both lead to the same place.
        if otherwise != end {
            ways.push(("the rounds are used up", "次数用完", went(otherwise)));
        }
        for (en, zh, reached) in ways {
            self.point(step, Some((en, zh)), reached);
        }
    }

    /// Every row of a decision table, and what is given when none fits.
    fn rows(&mut self, step: &Step, decide: &Decide) {
        // Tables have far fewer rows than a u32 counts.
        let rows = u32::try_from(decide.rows.len()).unwrap_or(u32::MAX);
        for row in 1..=rows {
            let reached = self.reached.rows.contains(&(step.id.clone(), row));
            let (en, zh) = (format!("row {row} fits"), format!("第 {row} 行符合"));
            self.point(step, Some((&en, &zh)), reached);
        }
        if decide.otherwise.is_some() {
            let reached = self.reached.rows.contains(&(step.id.clone(), 0));
            self.point(step, Some(("no row fits", "没有一行符合")), reached);
        }
    }

    /// Every button of a form; yes and no of an approval.
    fn sent(&mut self, step: &Step, form: &Form) {
        for button in &form.buttons {
            let sent = (step.id.clone(), button.field.to_string(), button.answer.to_string());
            let reached = self.reached.answered.contains(&sent);
            let title = |tag: &str| {
                button
                    .title
                    .by_language
                    .get(tag)
                    .unwrap_or(&button.title.default)
                    .source()
            };
            let (en, zh) = (format!("sent as '{}'", title("en")), format!("提交为“{}”", title("zh")));
            self.point(step, Some((&en, &zh)), reached);
        }
    }

    fn rungs(&mut self, step: &Step, deadline: Option<&Deadline>) {
        for number in 1..=deadline.map_or(0, |deadline| deadline.late.len()) {
            // Ladders have far fewer rungs than a u32 counts.
            let rung = u32::try_from(number).unwrap_or(u32::MAX);
            let reached = self.reached.rungs.contains(&(step.id.clone(), rung));
            let (en, zh) = (format!("late, {number}."), format!("超时第 {number} 级"));
            self.point(step, Some((&en, &zh)), reached);
        }
    }

    /// What was waited for came, or it did not.
    fn waited(&mut self, step: &Step, has_otherwise: bool, ops: &[(u32, &Op)]) {
        if !has_otherwise {
            return;
        }
        let places = ops.iter().find_map(|(at, op)| match op {
            Op::WaitFor(wait) => Some((at + 1, wait.otherwise.map(|label| self.program.target(label)))),
            _ => None,
        });
        let Some((behind, Some(otherwise))) = places else {
            return;
        };
        let done = |at| self.reached.done.contains(&at);
        let (came, did_not) = (done(behind), done(otherwise));
        self.point(step, Some(("it came", "等到了")), came);
        self.point(step, Some(("it did not come", "没等到")), did_not);
    }
}

fn is_guard(op: &Op) -> bool {
    matches!(op, Op::Flow(steps::flow::Op::Guard { .. }))
}
