//! What is held must be released on every way to the end of the run.
//!
//! The ways are followed step by step from the hold on. A condition that stands at the hold is taken as true further
//! on, so that `hold … if: stop = true` and `release … if: stop = true` belong together. A test that expects a thing to
//! stay held where a run ends shows that it is meant so.

use std::collections::BTreeSet;

use super::trails::{Guards, Stand, Trails, parts, text};
use super::{head, tell};
use crate::catalogue as c;
use crate::limits;
use crate::model::{App, Computed, Condition, Step};
use crate::names::Index;
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::{Join, Rest, StepKind};

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let found = Targets::of(app);
    let freed: BTreeSet<&str> = found.released.iter().map(|(_, target)| target.as_str()).collect();
    let trails = Trails::of(app);
    for (step, target) in found.held.iter().take(limits::HOLDS_FOLLOWED_MAX) {
        if found.computed_release {
            break;
        }
        if freed.contains(target.as_str()) {
            stays(reader, app, index, &trails, step, target);
        } else {
            let report = Report::new(c::HOLD_WITHOUT_RELEASE, head(reader, step)).arg("found", target.as_str());
            tell(reader, index, step, report);
        }
    }
    let blocked: BTreeSet<&str> = found.held.iter().map(|(_, target)| target.as_str()).collect();
    for (step, target) in &found.released {
        if !found.computed_hold && !blocked.contains(target.as_str()) {
            let report = Report::new(c::RELEASE_WITHOUT_HOLD, head(reader, step)).arg("found", target.as_str());
            tell(reader, index, step, report);
        }
    }
}

/// All holds and releases, as far as what they name can be compared.
struct Targets<'a> {
    held: Vec<(&'a Step, String)>,
    released: Vec<(&'a Step, String)>,
    computed_hold: bool,
    computed_release: bool,
}

impl<'a> Targets<'a> {
    fn of(app: &'a App) -> Targets<'a> {
        let mut found = Targets {
            held: Vec::new(),
            released: Vec::new(),
            computed_hold: false,
            computed_release: false,
        };
        each_step(&app.steps, &mut |step| match &step.kind {
            StepKind::Hold(hold) => match written(&hold.target) {
                Some(target) => found.held.push((step, target)),
                None => found.computed_hold = true,
            },
            StepKind::Release(release) => match written(&release.target) {
                Some(target) => found.released.push((step, target)),
                None => found.computed_release = true,
            },
            _ => {}
        });
        found
    }
}

/// A target as it is written; formulas cannot be compared.
fn written(target: &Computed) -> Option<String> {
    match target {
        Computed::Literal(value) => Some(value.display()),
        Computed::Text(template) => Some(template.source().to_owned()),
        Computed::Formula(_) => None,
    }
}

/// How a run goes on while something is held: what was decided on the way.
type Way<'a> = Vec<(&'a Step, Turn)>;

/// What happens at a step, when that is not the only thing that can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    NotDone,
    Then,
    Otherwise,
    Way(usize),
    NoRounds,
    Fails,
    Ends,
}

/// What becomes of a hold in a list of steps.
#[derive(Default)]
struct Flow<'a> {
    /// A way through on which it is still held.
    through: Option<Way<'a>>,
    /// A way on which the run ends while it is held.
    ended: Option<Way<'a>>,
}

struct Walk<'w> {
    target: &'w str,
    known: Guards,
    /// Sentences of ends that tests expect it to stay held at; an empty one for every end.
    meant: BTreeSet<&'w str>,
}

fn stays(reader: &mut Reader<'_>, app: &App, index: &Index, trails: &Trails<'_>, hold: &Step, target: &str) {
    let expects = |test: &&crate::model::Test| {
        let held = test.expect.held.as_ref();
        // What a sentence with values in it becomes is known only in the run.
        let same = |one: &String| target.contains('{') || crate::id_text(one) == crate::id_text(target);
        held.is_some_and(|held| held.iter().any(same))
    };
    let walk = Walk {
        target,
        known: trails.guards(hold.span.start),
        meant: app
            .tests
            .iter()
            .filter(expects)
            .filter_map(|test| test.expect.outcome.as_deref())
            .collect(),
    };
    let stands = trails.to(hold.span.start);
    if let Some(way) = walk.held_behind(stands) {
        return report(reader, index, hold, target, &way);
    }
    for (depth, stand) in stands.iter().enumerate().rev() {
        let taken_back = |owner: &&Step| may_be_withdrawn(owner) || trails.may_be_withdrawn(owner);
        let Some(owner) = stand.owner.filter(taken_back) else {
            continue;
        };
        // From the block on it is as if the branch had come no further than the hold.
        if walk.held_behind(&stands[..depth]).is_some() {
            let title = owner.title.default.source();
            let report = Report::new(c::HELD_WHEN_WITHDRAWN, head(reader, hold));
            tell(reader, index, hold, report.arg("found", target).arg("block", title));
            return;
        }
    }
}

/// Whether what is inside may be taken away before it is done.
fn may_be_withdrawn(owner: &Step) -> bool {
    let (join, rest) = match &owner.kind {
        StepKind::Together(together) => (&together.join, together.rest),
        StepKind::ForEach(each) => (&each.join, each.rest),
        _ => return false,
    };
    *join != Join::All && rest == Rest::Withdraw
}

impl Walk<'_> {
    /// A way from the innermost of these places on to the end of the run, on which it stays held.
    fn held_behind<'a>(&self, stands: &[Stand<'a>]) -> Option<Way<'a>> {
        let mut through: Option<Way<'a>> = Some(Vec::new());
        for stand in stands.iter().rev() {
            let way = through.take()?;
            let mut flow = self.list(&stand.list[stand.index + 1..], way);
            if let Some(way) = flow.through.take() {
                through = self.out_of(stand, way, &mut flow);
            }
            if flow.ended.is_some() {
                return flow.ended;
            }
        }
        through.filter(|_| !self.meant.contains("finished"))
    }

    fn list<'a>(&self, steps: &'a [Step], way: Way<'a>) -> Flow<'a> {
        let mut flow = Flow {
            through: Some(way),
            ended: None,
        };
        for step in steps {
            let Some(way) = flow.through.take() else { break };
            let known = step
                .condition
                .as_ref()
                .and_then(|condition| self.known(condition, &way));
            if known == Some(false) {
                flow.through = Some(way);
                continue;
            }
            let mut done = self.step(step, way.clone());
            if !step.on_error.is_empty() {
                let failed = self.list(&step.on_error, with(&way, step, Turn::Fails));
                done = either(&way, [done, failed]);
            }
            flow.ended = flow.ended.or(done.ended);
            flow.through = match (done.through, step.condition.is_some() && known.is_none()) {
                // It makes no difference whether it is done.
                (Some(_), true) => Some(way),
                (None, true) => Some(with(&way, step, Turn::NotDone)),
                (done, false) => done,
            };
        }
        flow
    }

    /// What a condition is, as far as it is known at the hold or was decided on the way.
    fn known(&self, condition: &Condition, way: &Way<'_>) -> Option<bool> {
        let mut granted = self.known.clone();
        let mut denied = Guards::new();
        for (step, turn) in way {
            let own = step.condition.as_ref();
            let asked = match &step.kind {
                StepKind::If(both) => Some(&both.condition),
                _ => None,
            };
            match turn {
                Turn::NotDone => denied.extend(own.map(text)),
                Turn::Otherwise => denied.extend(asked.map(text)),
                Turn::Then => granted.extend(asked.into_iter().flat_map(parts)),
                Turn::Way(_) | Turn::NoRounds | Turn::Fails | Turn::Ends => {}
            }
        }
        let wanted = parts(condition);
        if wanted.is_subset(&granted) {
            return Some(true);
        }
        (!wanted.is_disjoint(&denied)).then_some(false)
    }

    fn step<'a>(&self, step: &'a Step, way: Way<'a>) -> Flow<'a> {
        match &step.kind {
            StepKind::Release(release) if written(&release.target).as_deref() == Some(self.target) => Flow::default(),
            StepKind::Finish(_) | StepKind::Fail(_) => {
                let word = match &step.kind {
                    StepKind::Finish(_) => "finished",
                    _ => "failed",
                };
                let meant = self.meant.contains(step.title.default.source()) || self.meant.contains(word);
                Flow {
                    through: None,
                    ended: (!meant).then(|| with(&way, step, Turn::Ends)),
                }
            }
            StepKind::If(both) => {
                let then = || self.list(&both.steps, with(&way, step, Turn::Then));
                let otherwise = || self.list(&both.otherwise, with(&way, step, Turn::Otherwise));
                match self.known(&both.condition, &way) {
                    Some(true) => then(),
                    Some(false) => otherwise(),
                    None => either(&way, [then(), otherwise()]),
                }
            }
            StepKind::Choose(choose) => {
                let ways = choose.ways.iter().enumerate();
                let flows = ways.map(|(number, one)| self.list(&one.steps, with(&way, step, Turn::Way(number))));
                let otherwise = self.list(&choose.otherwise, with(&way, step, Turn::Otherwise));
                either(&way, flows.chain([otherwise]))
            }
            StepKind::Repeat(repeat) => {
                let rounds = self.list(&repeat.steps, way.clone());
                match rounds.through {
                    // Nobody needs the last round when an earlier one has released it.
                    None => rounds,
                    Some(done) => {
                        let run_out = self.list(&repeat.otherwise, with(&done, step, Turn::NoRounds));
                        let rounds = Flow {
                            through: Some(done.clone()),
                            ended: rounds.ended,
                        };
                        either(&done, [rounds, run_out])
                    }
                }
            }
            StepKind::ForEach(each) => {
                let inside = self.list(&each.steps, way.clone());
                let empty = Flow {
                    through: Some(with(&way, step, Turn::NotDone)),
                    ended: None,
                };
                either(&way, [inside, empty])
            }
            StepKind::Together(together) => {
                let branches = together.branches.iter();
                let flows: Vec<Flow<'a>> = branches.map(|branch| self.list(&branch.steps, way.clone())).collect();
                let one_releases = flows.iter().any(|flow| flow.through.is_none() && flow.ended.is_none());
                let all = together.join == Join::All;
                let mut joined = either(&way, flows);
                if one_releases && all {
                    joined.through = None;
                }
                joined
            }
            StepKind::WaitFor(wait) => {
                let came = Flow {
                    through: Some(way.clone()),
                    ended: None,
                };
                match &wait.otherwise {
                    Some(steps) => either(&way, [came, self.list(steps, with(&way, step, Turn::Otherwise))]),
                    None => came,
                }
            }
            _ => Flow {
                through: Some(way),
                ended: None,
            },
        }
    }

    /// Behind the end of the list in which the hold stands: what its owner does then.
    fn out_of<'a>(&self, stand: &Stand<'a>, way: Way<'a>, flow: &mut Flow<'a>) -> Option<Way<'a>> {
        let Some(owner) = stand.owner else {
            return Some(way);
        };
        match &owner.kind {
            StepKind::Repeat(repeat) if stand.block == 0 => {
                let run_out = self.list(&repeat.otherwise, with(&way, owner, Turn::NoRounds));
                if flow.ended.is_none() {
                    flow.ended = run_out.ended;
                }
                Some(way)
            }
            StepKind::Together(together) if together.join == Join::All => {
                let others = together.branches.iter().enumerate();
                let released = others
                    .filter(|(number, _)| *number != stand.block)
                    .map(|(_, branch)| self.list(&branch.steps, Vec::new()))
                    .any(|flow| flow.through.is_none() && flow.ended.is_none());
                (!released).then_some(way)
            }
            _ => Some(way),
        }
    }
}

fn with<'a>(way: &Way<'a>, step: &'a Step, turn: Turn) -> Way<'a> {
    let mut longer = way.clone();
    longer.push((step, turn));
    longer
}

/// One of several; where it is held behind all of them, which one was taken makes no difference.
fn either<'a>(way: &Way<'a>, flows: impl IntoIterator<Item = Flow<'a>>) -> Flow<'a> {
    let mut joined = Flow::default();
    let mut differs = false;
    for flow in flows {
        differs |= flow.through.is_none();
        joined.through = joined.through.or(flow.through);
        joined.ended = joined.ended.or(flow.ended);
    }
    if !differs {
        joined.through = Some(way.clone());
    }
    joined
}

fn report(reader: &mut Reader<'_>, index: &Index, hold: &Step, target: &str, way: &Way<'_>) {
    let place = |step: &Step| {
        index
            .steps
            .get(&step.span.start)
            .map(|known| (known.number, known.title.clone()))
    };
    let mut en = Vec::new();
    let mut zh = Vec::new();
    for (step, turn) in way {
        let Some((number, title)) = place(step) else { continue };
        let (what, what_zh) = match turn {
            Turn::NotDone => ("is not done".to_owned(), "不执行".to_owned()),
            Turn::Then => ("is true".to_owned(), "成立".to_owned()),
            Turn::Otherwise => ("goes to `otherwise`".to_owned(), "走 `otherwise`".to_owned()),
            Turn::Way(way) => (format!("takes way {}", way + 1), format!("走第 {} 种情况", way + 1)),
            Turn::NoRounds => ("has used up its rounds".to_owned(), "次数用完".to_owned()),
            Turn::Fails => ("fails".to_owned(), "出错".to_owned()),
            Turn::Ends => ("ends the run".to_owned(), "结束流程".to_owned()),
        };
        en.push(format!("step {number} '{title}' {what}"));
        zh.push(format!("第 {number} 步“{title}”{what_zh}"));
    }
    let end = way
        .last()
        .filter(|(_, turn)| *turn == Turn::Ends)
        .map(|(step, _)| *step);
    if end.is_none() {
        en.push("the app ends".to_owned());
        zh.push("应用结束".to_owned());
    }
    let step = end.unwrap_or(hold);
    let report = Report::new(c::STAYS_HELD, head(reader, step))
        .arg("found", target)
        .arg_in("path", en.join(", "), zh.join("，"));
    let report = match end {
        Some(end) => release_before(reader, report, end, target),
        None => report,
    };
    tell(reader, index, step, report);
}

/// A `release` in front of the step that ends the run; under its condition, when it has one.
fn release_before(reader: &Reader<'_>, report: Report, end: &Step, target: &str) -> Report {
    let start = end.span.start;
    let line = crate::tree::Tree::line_start(reader.source, start);
    let before = &reader.source[line..start];
    if !before.trim_start().starts_with("- ") || !before.trim_start()[1..].trim().is_empty() {
        return report;
    }
    let indent = &before[..before.len() - before.trim_start().len()];
    let quoted = if crate::tree::plain_is_safe(target) {
        target.to_owned()
    } else {
        crate::tree::quoted(target)
    };
    let condition = end.condition.as_ref().map(|condition| condition.value.source().trim());
    let condition = condition
        .map(|text| format!("{indent}  if: {text}\n"))
        .unwrap_or_default();
    report.insert(line, line, format!("{indent}- release: {quoted}\n{condition}"))
}
