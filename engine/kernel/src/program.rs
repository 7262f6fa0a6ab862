//! An app compiled once: a flat list of operations with labels to jump to, names resolved to slots.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use expression::{Formula, Problem, Value};
use language::model::{App, Computed, Id, Party, Site, Step, Table, Text};
use language::steps::StepKind;

use crate::clock::Clock;
use crate::formula::{Binder, BoundComputed, BoundFormula, BoundParty, BoundText, View};
use crate::slots::{self, Slots};
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
    pub(crate) slots: Slots,
    /// Steps whose answering people some `not_by` asks for.
    pub(crate) watched: BTreeSet<Id>,
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
            watched,
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
            slots,
            watched,
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

    pub(crate) fn op(&self, at: u32) -> Option<&Placed> {
        self.ops.get(at as usize)
    }

    pub(crate) fn target(&self, label: Label) -> u32 {
        // Every label is placed when compiling; past the end is an incident, never a panic.
        self.labels.get(label.0 as usize).copied().unwrap_or(u32::MAX)
    }
}

/// Collects operations while the steps of an app are walked.
pub(crate) struct Compiler<'a> {
    pub(crate) app: &'a App,
    #[expect(dead_code, reason = "for the kinds that need shifts, trees and series of the site")]
    pub(crate) site: &'a Site,
    pub(crate) slots: &'a Slots,
    ops: Vec<Placed>,
    labels: Vec<u32>,
    elements: Vec<(Id, u32)>,
    step: Option<Id>,
    next_step: u32,
    /// The first step inside the one that is being compiled.
    block_step: u32,
    /// How many `repeat` are around.
    repeats: u32,
    watched: BTreeSet<Id>,
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
            elements: Vec::new(),
            step: None,
            next_step: 0,
            block_step: 0,
            repeats: 0,
            watched: BTreeSet::new(),
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
            steps::compile(step, number, self);
            self.block_step = outer_block;
            self.place(end);
            self.step = outer;
        }
    }

    /// Steps inside a `repeat`, which may come again.
    pub(crate) fn inside_repeat(&mut self, compile: impl FnOnce(&mut Self)) {
        self.repeats += 1;
        compile(self);
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

    pub(crate) fn watch(&mut self, step: &Id) {
        self.watched.insert(step.clone());
    }

    pub(crate) fn binder(&self) -> Binder<'_> {
        Binder {
            slots: self.slots,
            elements: &self.elements,
        }
    }

    pub(crate) fn formula(&self, formula: &Formula) -> BoundFormula {
        self.binder().formula(formula)
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
            Party::Person(_) | Party::Formula(_) => {}
        }
        self.binder().party(party)
    }

    pub(crate) fn parties(&mut self, parties: &[Party]) -> Vec<BoundParty> {
        parties.iter().map(|party| self.party(party)).collect()
    }
}
