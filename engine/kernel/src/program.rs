//! An app compiled once: a flat list of operations with labels to jump to, names resolved to slots.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use expression::{Formula, Problem, Template, Value};
use language::model::{App, Computed, Id, Party, Site, Step, Table, Text};
use language::steps::StepKind;

use crate::clock::Clock;
use crate::failing::{Handler, UndoBlock};
use crate::formula::{Binder, BoundComputed, BoundFormula, BoundParty, BoundText, Names, View};
use crate::mailbox::Kept;
use crate::slots::{self, Slots};
use crate::spans::Span;
use crate::state::{RUN_FRAME, RunState};
use crate::steps::{self, Op};
use crate::walk;

/// An app compiled once to a flat program; shared by all its runs.
#[derive(Debug)]
pub struct Program {
    app: Arc<App>,
    site: Arc<Site>,
    ops: Vec<Placed>,
    labels: Vec<u32>,
    handlers: Vec<Handler>,
    undos: Vec<UndoBlock>,
    /// Of all steps, in the order of their first operations.
    spans: Vec<Span>,
    paths: Vec<Vec<Around>>,
    pub(crate) slots: Slots,
    /// Messages that are kept from the beginning, because a step may want one that came before it.
    pub(crate) kept_messages: BTreeMap<String, Vec<Kept>>,
    /// Steps whose answering people some `not_by` asks for.
    pub(crate) watched: BTreeSet<Id>,
    /// Steps whose last answering person some `same_as` asks for.
    pub(crate) familiar: BTreeSet<Id>,
    /// Whether some step is for the leader of who started the run.
    pub(crate) asks_leader: bool,
    /// Ids of roles, stations and channels that the app names, so that a computed party can be told from a person.
    pub(crate) roles: BTreeSet<String>,
    pub(crate) stations: BTreeSet<String>,
    pub(crate) channels: BTreeSet<String>,
}

/// An operation and the step it is part of.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) op: Op,
    /// `None` for the end of the program.
    pub(crate) step: Option<Id>,
    /// What is done when it fails: the innermost step around it that says so.
    pub(crate) handler: Option<u32>,
    /// Which token does it: see [`Span`].
    pub(crate) part: u32,
    /// What is around it, by number in the program.
    path: u32,
}

/// What a token is inside of, beyond the order of steps: it counts rounds there, or is one of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// A round of this `repeat`.
    Round(Id),
    /// This step, which is alone with something of this name.
    Alone(Id, Id),
    /// A branch of this step, by its id; or an element of it, without one.
    Apart(Id, Option<Id>),
    /// What takes this step back.
    Undo(Id),
}

/// A place in the program that is known before it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label(u32);

impl Program {
    /// Compiles for the site that the app was read for; every app that the language accepted compiles.
    pub fn compile(app: Arc<App>, site: &Arc<Site>) -> Program {
        let slots = Slots::of(&app);
        let mut compiler = Compiler::new(&app, site, &slots);
        compiler.steps(&app.steps);
        compiler.step = None;
        compiler.emit(Op::Flow(steps::flow::Op::End));
        let Compiler {
            ops,
            labels,
            handlers,
            undos,
            spans,
            kept_messages,
            paths,
            watched,
            familiar,
            asks_leader,
            roles,
            stations,
            channels,
            ..
        } = compiler;
        Program {
            app,
            site: Arc::clone(site),
            ops,
            labels,
            handlers,
            undos,
            spans,
            paths,
            slots,
            kept_messages,
            watched,
            familiar,
            asks_leader,
            roles,
            stations,
            channels,
        }
    }

    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The site that the app was read for.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// The run's values by name, as a caller reads them; what is empty is left out.
    pub fn values(&self, state: &RunState) -> BTreeMap<String, Value> {
        let listed = self.slots.listed().filter_map(|(number, slot)| {
            let value = slots::read(state, &self.slots, RUN_FRAME, number)?;
            (!matches!(value, Value::Null)).then(|| (slot.name.to_string(), value.clone()))
        });
        listed.collect()
    }

    /// The value of a name or a formula as the run sees it outside of all loops: for tests and for `what is …`.
    pub fn look_up(&self, state: &RunState, formula: &Formula, clock: &Clock) -> Result<Value, Box<Problem>> {
        let bound = Binder {
            slots: &self.slots,
            elements: &[],
            noted: None,
        }
        .formula(formula);
        let view = View {
            state,
            slots: &self.slots,
            frame: RUN_FRAME,
            names: &bound.names,
            first: None,
        };
        Ok(formula.evaluate(&view, clock).map_err(Box::new)?.value)
    }

    /// All operations with their places, in order.
    pub(crate) fn ops(&self) -> impl Iterator<Item = (u32, &Placed)> {
        (0..).zip(&self.ops)
    }

    pub(crate) fn op(&self, at: u32) -> Option<&Placed> {
        self.ops.get(at as usize)
    }

    /// What is around an operation, the outermost first.
    pub(crate) fn around(&self, at: u32) -> &[Around] {
        let path = self.op(at).and_then(|placed| self.paths.get(placed.path as usize));
        path.map_or(&[], Vec::as_slice)
    }

    pub(crate) fn handlers(&self) -> &[Handler] {
        &self.handlers
    }

    pub(crate) fn undos(&self) -> &[UndoBlock] {
        &self.undos
    }

    pub(crate) fn handler(&self, index: u32) -> Option<&Handler> {
        self.handlers.get(index as usize)
    }

    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    pub(crate) fn undo(&self, index: u32) -> Option<&UndoBlock> {
        self.undos.get(index as usize)
    }

    pub(crate) fn target(&self, label: Label) -> u32 {
        // Every label is placed when compiling; past the end is an incident, never a panic.
        self.labels.get(label.0 as usize).copied().unwrap_or(u32::MAX)
    }
}

/// Collects operations while the steps of an app are walked.
pub(crate) struct Compiler<'a> {
    pub(crate) app: &'a App,
    pub(crate) site: &'a Site,
    pub(crate) slots: &'a Slots,
    ops: Vec<Placed>,
    labels: Vec<u32>,
    handlers: Vec<Handler>,
    undos: Vec<UndoBlock>,
    spans: Vec<Span>,
    /// The part of the program that is being compiled, and how many there are.
    part: u32,
    parts: u32,
    paths: Vec<Vec<Around>>,
    /// What is around the operations that are emitted.
    path: u32,
    /// What covers the operations that are emitted.
    handler: Option<u32>,
    /// What the `undo` that is being compiled reads.
    noted: Option<RefCell<BTreeSet<u32>>>,
    /// How many `repeat` are around in the same branch or element.
    repeats_here: usize,
    elements: Vec<(Id, u32)>,
    step: Option<Id>,
    next_step: u32,
    /// The first step inside the one that is being compiled.
    block_step: u32,
    /// How many `repeat` are around.
    repeats: u32,
    /// How many steps around in the same branch or element are alone with something.
    alone_here: usize,
    kept_messages: BTreeMap<String, Vec<Kept>>,
    watched: BTreeSet<Id>,
    familiar: BTreeSet<Id>,
    asks_leader: bool,
    roles: BTreeSet<String>,
    stations: BTreeSet<String>,
    channels: BTreeSet<String>,
}

impl<'a> Compiler<'a> {
    fn new(app: &'a App, site: &'a Site, slots: &'a Slots) -> Compiler<'a> {
        Compiler {
            app,
            site,
            slots,
            ops: Vec::new(),
            labels: Vec::new(),
            handlers: Vec::new(),
            undos: Vec::new(),
            spans: Vec::new(),
            part: 0,
            parts: 1,
            paths: vec![Vec::new()],
            path: 0,
            handler: None,
            noted: None,
            repeats_here: 0,
            elements: Vec::new(),
            step: None,
            next_step: 0,
            block_step: 0,
            repeats: 0,
            alone_here: 0,
            kept_messages: BTreeMap::new(),
            watched: BTreeSet::new(),
            familiar: BTreeSet::new(),
            asks_leader: false,
            roles: BTreeSet::new(),
            stations: BTreeSet::new(),
            channels: BTreeSet::new(),
        }
    }

    pub(crate) fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            // The same order as in `Declaring::steps`: a step has the same number in both.
            let number = self.next_step;
            self.next_step += 1;
            let outer = self.step.replace(step.id.clone());
            let end = self.label();
            self.spans.push(Span {
                step: step.id.clone(),
                first: self.ops.len() as u32,
                end,
                rounds: self.repeats_here,
                alone: self.alone_here,
                part: self.part,
                fills: self.slots.answers(number..self.next_step + walk::inside(step)),
            });
            if let Some(condition) = &step.condition {
                let condition = self.formula(&condition.value);
                let skipped = self.answers_between(number, self.next_step + walk::inside(step));
                self.emit(Op::Flow(steps::flow::Op::Guard {
                    condition,
                    end,
                    skipped,
                }));
            }
            let outer_block = std::mem::replace(&mut self.block_step, self.next_step);
            match &step.alone {
                Some(name) => self.step_alone(step, number, &name.value),
                None => self.step_that_may_fail(step, number, end),
            }
            self.block_step = outer_block;
            self.place(end);
            self.step = outer;
        }
    }

    /// A step that only one branch at a time is in, with all that is done when it fails.
    fn step_alone(&mut self, step: &Step, number: u32, name: &Id) {
        let done = self.label();
        self.emit(Op::Flow(steps::flow::Op::Alone { name: name.clone() }));
        self.alone_here += 1;
        self.around(Around::Alone(step.id.clone(), name.clone()), |c| {
            c.step_that_may_fail(step, number, done);
            c.place(done);
            c.emit(Op::Flow(steps::flow::Op::NotAlone));
        });
        self.alone_here -= 1;
    }

    /// A step with what is done when it fails, behind it:
    ///
    /// ```text
    /// begin · start: the step · done · to end · on_error: … · to end · undo: … · undone · end:
    /// ```
    fn step_that_may_fail(&mut self, step: &Step, number: u32, end: Label) {
        let fails = step.retry.is_some() || !step.on_error.is_empty();
        if !fails && step.undo.is_empty() {
            return steps::compile(step, number, self);
        }
        let outer = self.handler;
        let on_error = self.label();
        if fails {
            let index = u32::try_from(self.handlers.len()).expect("an app has fewer than 2^32 steps");
            let error = self.slots.member(&step.id, slots::ERROR);
            let blocks: Vec<&[Step]> = step.kind.blocks().into_iter().map(|block| block.steps).collect();
            let mut skipped = self.answers_of(&blocks, &step.on_error);
            if self.repeats > 0 && !step.on_error.is_empty() {
                skipped.extend(error);
            }
            self.emit(Op::Flow(steps::flow::Op::Begin {
                handler: index,
                skipped,
            }));
            let start = self.label();
            self.place(start);
            self.handlers.push(Handler {
                step: step.id.clone(),
                outer,
                start,
                end: on_error,
                rounds: self.repeats_here,
                alone: self.alone_here,
                retry: step.retry,
                on_error: (!step.on_error.is_empty()).then_some((on_error, error)),
            });
            self.handler = Some(index);
        }
        steps::compile(step, number, self);
        self.handler = outer;
        if !step.undo.is_empty() {
            let undo = u32::try_from(self.undos.len()).expect("an app has fewer than 2^32 steps");
            let start = self.label();
            self.undos.push(UndoBlock {
                step: step.id.clone(),
                start,
                reads: Vec::new(),
            });
            self.emit(Op::Flow(steps::flow::Op::Done { undo }));
            self.jump(end);
            self.place(on_error);
            self.steps(&step.on_error);
            self.jump(end);
            self.undo(step, undo);
        } else {
            self.jump(end);
            self.place(on_error);
            self.steps(&step.on_error);
        }
    }

    /// `undo` is done by a token of its own, when all others are gone, and once for every time its step was done.
    fn undo(&mut self, step: &Step, index: u32) {
        let start = self.undos[index as usize].start;
        let outer = self.noted.replace(RefCell::default());
        let repeats_here = std::mem::take(&mut self.repeats_here);
        let alone_here = std::mem::take(&mut self.alone_here);
        let handler = self.handler.take();
        let part = self.next_part();
        self.place(start);
        self.around(Around::Undo(step.id.clone()), |c| {
            c.inside_repeat(|c| c.steps(&step.undo));
            c.emit(Op::Flow(steps::flow::Op::Undone));
        });
        self.part = part;
        self.handler = handler;
        self.repeats_here = repeats_here;
        self.alone_here = alone_here;
        let noted = std::mem::replace(&mut self.noted, outer);
        let reads: Vec<u32> = noted.map(RefCell::into_inner).unwrap_or_default().into_iter().collect();
        if let Some(outer) = &self.noted {
            outer.borrow_mut().extend(&reads);
        }
        self.undos[index as usize].reads = reads;
    }

    /// Steps that a token of their own does: what fails there is first handled there. `branch` tells them apart where the
    /// step has several such parts.
    pub(crate) fn apart(&mut self, branch: Option<&Id>, compile: impl FnOnce(&mut Self)) {
        let handler = self.handler.take();
        let repeats_here = std::mem::take(&mut self.repeats_here);
        let alone_here = std::mem::take(&mut self.alone_here);
        let part = self.next_part();
        self.around(Around::Apart(self.step_id(), branch.cloned()), compile);
        self.part = part;
        self.alone_here = alone_here;
        self.repeats_here = repeats_here;
        self.handler = handler;
    }

    /// Begins a part of its own; returns the one around it.
    fn next_part(&mut self) -> u32 {
        let part = self.parts;
        self.parts += 1;
        std::mem::replace(&mut self.part, part)
    }

    /// Operations of which a token counts the rounds of the step that is being compiled.
    pub(crate) fn in_rounds(&mut self, compile: impl FnOnce(&mut Self)) {
        self.around(Around::Round(self.step_id()), compile);
    }

    fn around(&mut self, around: Around, compile: impl FnOnce(&mut Self)) {
        let outer = self.path;
        let mut path = self.paths[outer as usize].clone();
        path.push(around);
        self.path = self.paths.len() as u32;
        self.paths.push(path);
        compile(self);
        self.path = outer;
    }

    fn step_id(&self) -> Id {
        self.step.clone().unwrap_or_else(|| Id::new(""))
    }

    /// Steps inside a `repeat`, which may come again.
    pub(crate) fn inside_repeat(&mut self, compile: impl FnOnce(&mut Self)) {
        self.repeats += 1;
        self.repeats_here += 1;
        compile(self);
        self.repeats_here -= 1;
        self.repeats -= 1;
    }

    /// The answers of a block of the step that is being compiled; `before` are its blocks in front of that one.
    /// Outside of a `repeat` there are none from an earlier round.
    pub(crate) fn answers_of(&self, before: &[&[Step]], block: &[Step]) -> Vec<u32> {
        let from = self.block_step + before.iter().map(|steps| walk::count(steps)).sum::<u32>();
        self.answers_between(from, from + walk::count(block))
    }

    fn answers_between(&self, from: u32, to: u32) -> Vec<u32> {
        if self.repeats == 0 {
            Vec::new()
        } else {
            self.slots.answers(from..to)
        }
    }

    /// Steps inside a `for_each`, which see its current element by name.
    pub(crate) fn with_element(&mut self, name: &Id, slot: u32, compile: impl FnOnce(&mut Self)) {
        self.elements.push((name.clone(), slot));
        compile(self);
        self.elements.pop();
    }

    pub(crate) fn emit(&mut self, op: Op) {
        self.ops.push(Placed {
            op,
            step: self.step.clone(),
            handler: self.handler,
            part: self.part,
            path: self.path,
        });
    }

    pub(crate) fn label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label((self.labels.len() - 1) as u32)
    }

    /// The label stands for the operation that is emitted next.
    pub(crate) fn place(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.ops.len() as u32;
    }

    pub(crate) fn jump(&mut self, to: Label) {
        self.emit(Op::Flow(steps::flow::Op::Jump(to)));
    }

    /// The end of a branch, of an element, or of the run.
    pub(crate) fn end(&mut self) {
        self.emit(Op::Flow(steps::flow::Op::End));
    }

    /// A step may want a message that came before it.
    pub(crate) fn keep_messages(&mut self, message: &str, which: Kept) {
        self.kept_messages.entry(message.to_owned()).or_default().push(which);
    }

    pub(crate) fn watch(&mut self, step: &Id) {
        self.watched.insert(step.clone());
    }

    /// The last person who answered it is asked for.
    pub(crate) fn watch_last(&mut self, step: &Id) {
        self.familiar.insert(step.clone());
    }

    pub(crate) fn binder(&self) -> Binder<'_> {
        Binder {
            slots: self.slots,
            elements: &self.elements,
            noted: self.noted.as_ref(),
        }
    }

    pub(crate) fn formula(&self, formula: &Formula) -> BoundFormula {
        self.binder().formula(formula)
    }

    pub(crate) fn names_of(&self, template: &Template) -> Names {
        let paths: Vec<_> = template
            .references()
            .into_iter()
            .map(|reference| reference.path)
            .collect();
        self.binder().names(paths.iter().map(Vec::as_slice))
    }

    pub(crate) fn text(&self, text: &Text) -> BoundText {
        self.binder().text(text)
    }

    pub(crate) fn table(&self, table: &Id) -> Option<&'a Table> {
        self.app.tables.iter().find(|known| known.id == *table)
    }

    /// What a formula is called where its value is shown: the title of the field it names, else its own text.
    pub(crate) fn label_of(&self, formula: &Formula) -> BoundText {
        let source = formula.source().trim();
        let name = source.rsplit('.').next().unwrap_or(source);
        let mut title = self
            .app
            .inputs
            .iter()
            .find(|input| input.id.as_str() == source)
            .map(|input| &input.title);
        walk::steps(&self.app.steps, &mut |step| {
            if let StepKind::Form(form) = &step.kind
                && let Some(field) = form.fields.iter().find(|field| field.id.as_str() == name)
                && (name == source || source.split('.').next() == Some(step.id.as_str()))
            {
                title = title.or(Some(&field.title));
            }
        });
        title.map_or_else(|| BoundText::fixed(&source.replace('_', " ")), |title| self.text(title))
    }

    pub(crate) fn computed(&self, computed: &Computed) -> BoundComputed {
        self.binder().computed(computed)
    }

    pub(crate) fn party(&mut self, party: &Party) -> BoundParty {
        match party {
            Party::Role(role) => drop(self.roles.insert(role.to_string())),
            Party::Station(station) => drop(self.stations.insert(station.to_string())),
            Party::Channel(channel) => drop(self.channels.insert(channel.to_string())),
            Party::Leader => self.asks_leader = true,
            Party::Several(parties) => {
                let each = parties.iter().map(|party| self.party(party)).collect();
                return BoundParty::Several(each);
            }
            Party::Person(_) | Party::Here | Party::Formula(_) => {}
        }
        self.binder().party(party)
    }

    pub(crate) fn parties(&mut self, parties: &[Party]) -> Vec<BoundParty> {
        parties.iter().map(|party| self.party(party)).collect()
    }
}
