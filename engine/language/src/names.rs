//! What a name in a formula means. The checker types formulas with these rules, the kernel looks values up with them.
//!
//! A bare name is looked up in this order; the first that fits counts:
//!
//! 1. names that exist only in that place: the columns of the table in the `where` of a `find`, the members of the
//!    message in the `where` of a `wait_for` or a `start`, the other answers of the row in a column of `rows`;
//! 2. the current element of the innermost `for_each` around the step (`item`, or what `as` says), then of the next
//!    one outwards;
//! 3. `run`: `run.id`, `run.started_at`, `run.started_by` and `run.station`;
//! 4. an input of the app, by its id;
//! 5. a value: a name that a `set` computes, or the list of a `find` (`as`, else the step's id);
//! 6. a field, by its id, when exactly one form of the app has a field of that id (columns of `rows` do not count);
//! 7. a step, by its id: its members are what the step has got.
//!
//! Members of a step: of a form its answers by field id, `answered_by`, `answered_at`, and with `sign` also
//! `signed_by` and `signed_at`; of a `wait_for` the members of the message; of a `call` that waits `outcome` and
//! `values`. A field whose id several forms have, or that an input or value has too, is read as `step.field`.
//!
//! Loops: the steps of a `repeat` are done once in every round; their names read the latest round in which the step was
//! done, inside the loop and after it. The steps of a `for_each` are done once for every element, and what they get
//! belongs to that element: inside, names read the own element; outside, there is nothing to read by these names, only
//! `step.rounds`. `step.rounds` is the list of the members of all rounds or elements in which the step was done, in
//! the order in which they were done; only steps inside a loop have it. A value that a `set` gives inside a `for_each`
//! belongs to the element too, unless a `set` outside gives the same name: then both mean the one outside.
//!
//! A name whose step has not been done yet reads as empty. So does every answer of a step that was skipped. While a
//! form is open its own fields read the answers as they are typed, in `show_if` and `default` of its fields.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use expression::{Names, Type};

use crate::model::{App, Computed, Id, Step};
use crate::steps::{StepKind, WayIn};

/// What a bare name reads, apart from names that exist only in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// `run`: the run itself.
    Run,
    Input,
    /// A name that a `set` or `find` gives.
    Value,
    /// A field that only this form has.
    Field {
        step: Id,
    },
    Step,
}

/// The meaning of every bare name of an app. `for_each` elements are not in it: they come first inside their loop.
pub fn meanings(app: &App) -> BTreeMap<Id, Meaning> {
    Index::new(app).meanings
}

/// The names that a formula may use before `step` does anything, with their types. With an id that no step has, the
/// names that are known everywhere.
pub fn names_at(app: &App, step: &Id) -> Names {
    let index = Index::new(app);
    let start = index
        .steps
        .values()
        .find(|known| known.id == *step)
        .map(|known| known.start);
    index.names_at(start)
}

/// Type of a value that is written out or computed.
pub(crate) fn type_of(value: &Computed, names: &Names) -> Type {
    match value {
        Computed::Formula(formula) => formula.value.check(names).0,
        Computed::Text(_) => Type::Text,
        Computed::Literal(value) => match value {
            expression::Value::Bool(_) => Type::Bool,
            expression::Value::Number(_) => Type::Number,
            expression::Value::Text(_) => Type::Text,
            _ => Type::Any,
        },
    }
}

/// Does `work` with some names added, and takes them away again: an app may have thousands of names, and as many
/// formulas to check.
pub(crate) fn with_names<T>(names: &mut Names, extra: Vec<(Id, Type)>, work: impl FnOnce(&mut Names) -> T) -> T {
    let mut hidden = Vec::with_capacity(extra.len());
    for (name, kind) in extra {
        let before = names.names.insert(name.0.clone(), kind);
        hidden.push((name, before));
    }
    let out = work(names);
    for (name, before) in hidden.into_iter().rev() {
        match before {
            Some(kind) => names.names.insert(name.0, kind),
            None => names.names.remove(&name.0),
        };
    }
    out
}

/// Whether a step gives values to names of the app.
fn gives_values(kind: &StepKind) -> bool {
    use StepKind::{Decide, Find, Http, Number, Run, Set};
    matches!(kind, Decide(_) | Set(_) | Find(_) | Http(_) | Number(_) | Run(_))
}

/// One level on the way from the app down to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hop {
    /// Start of the step whose block this is; 0 for the app itself.
    owner: usize,
    block: usize,
    way: WayIn,
    /// Place in the block.
    index: usize,
    /// Whether what happens inside belongs to the element of a `for_each`.
    each: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) id: Id,
    pub(crate) start: usize,
    /// Counted from the top, as people are told.
    pub(crate) number: usize,
    pub(crate) title: String,
    path: Vec<Hop>,
    /// Elements of the loops around it, the outermost first.
    items: Vec<(Id, Type)>,
}

/// All names of an app, and where they get their values.
#[derive(Debug)]
pub(crate) struct Index {
    /// By the byte at which they begin, which tells steps apart also while ids are not yet unique.
    pub(crate) steps: BTreeMap<usize, Known>,
    pub(crate) meanings: BTreeMap<Id, Meaning>,
    /// Fields that several forms have, with those forms.
    pub(crate) ambiguous: BTreeMap<Id, Vec<Id>>,
    /// Fields whose id an input or a value has too, with their forms.
    pub(crate) hidden: BTreeMap<Id, Vec<Id>>,
    names: Names,
    /// Steps that give a value to a name (a value, a field, or the step's own).
    providers: BTreeMap<Id, Vec<usize>>,
}

/// Whether a name can have a value at some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filled {
    Possibly,
    /// Only by the step that begins there, which comes later.
    Later(usize),
    /// Only by a step of another way.
    OtherWay(usize),
    /// Only inside a `for_each`, whose elements keep it to themselves.
    InsideEach(usize),
}

impl Index {
    pub(crate) fn new(app: &App) -> Index {
        let mut index = Index {
            steps: BTreeMap::new(),
            meanings: BTreeMap::new(),
            ambiguous: BTreeMap::new(),
            hidden: BTreeMap::new(),
            names: Names::default(),
            providers: BTreeMap::new(),
        };
        let mut path = Vec::new();
        let top = Hop {
            owner: 0,
            block: 0,
            way: WayIn::OneOf,
            index: 0,
            each: false,
        };
        index.place(&app.steps, top, &mut path, &mut Vec::new());
        index.declare(app);
        // The first pass types values with the names above them, the second with all of them: loops look back.
        for _ in 0..2 {
            index.value_types(app, &app.steps);
        }
        index.item_types(&app.steps);
        index
    }

    fn place(&mut self, steps: &[Step], hop: Hop, path: &mut Vec<Hop>, items: &mut Vec<(Id, Type)>) {
        for (index, step) in steps.iter().enumerate() {
            path.push(Hop { index, ..hop });
            let known = Known {
                id: step.id.clone(),
                start: step.span.start,
                number: self.steps.len() + 1,
                title: step.title.default.source().to_owned(),
                path: path.clone(),
                items: items.clone(),
            };
            self.steps.insert(step.span.start, known);
            for (number, block) in step.blocks().into_iter().enumerate() {
                let depth = items.len();
                items.extend(block.item.clone());
                let inner = Hop {
                    owner: step.span.start,
                    block: number,
                    way: block.way,
                    index: 0,
                    each: block.item.is_some(),
                };
                self.place(block.steps, inner, path, items);
                items.truncate(depth);
            }
            path.pop();
        }
    }

    fn declare(&mut self, app: &App) {
        self.meanings.insert(Id::new("run"), Meaning::Run);
        let run = [
            ("id", Type::Text),
            ("started_at", Type::DateTime),
            ("started_by", Type::Text),
            ("station", Type::Text),
        ];
        let run = run.into_iter().map(|(name, kind)| (Arc::from(name), kind)).collect();
        self.names.names.insert("run".into(), Type::Context(run));
        for (name, kind) in crate::fields::types(&app.inputs) {
            self.meanings.insert(Id(name.clone()), Meaning::Input);
            self.names.names.insert(name, kind);
        }
        let mut fields: BTreeMap<Id, Vec<(Id, Type)>> = BTreeMap::new();
        self.declare_steps(&app.steps, &mut fields);
        for (field, forms) in fields {
            if let Some(meaning) = self.meanings.get(&field)
                && *meaning != Meaning::Step
            {
                self.hidden
                    .insert(field, forms.into_iter().map(|(form, _)| form).collect());
                continue;
            }
            match forms.as_slice() {
                [(form, kind)] => {
                    self.meanings
                        .insert(field.clone(), Meaning::Field { step: form.clone() });
                    self.names.names.insert(field.0.clone(), kind.clone());
                }
                _ => {
                    self.meanings.remove(&field);
                    self.names.names.remove(&field.0);
                    self.ambiguous
                        .insert(field, forms.into_iter().map(|(form, _)| form).collect());
                }
            }
        }
    }

    fn declare_steps(&mut self, steps: &[Step], fields: &mut BTreeMap<Id, Vec<(Id, Type)>>) {
        for step in steps {
            if let StepKind::Form(form) = &step.kind {
                for (name, kind) in crate::fields::types(&form.fields) {
                    fields
                        .entry(Id(name.clone()))
                        .or_default()
                        .push((step.id.clone(), kind));
                    self.providers.entry(Id(name)).or_default().push(step.span.start);
                }
            }
            if let Some(members) = step.members() {
                self.providers.entry(step.id.clone()).or_default().push(step.span.start);
                if self
                    .meanings
                    .get(&step.id)
                    .is_none_or(|meaning| *meaning == Meaning::Step)
                {
                    let members = self.with_rounds(members, step.span.start);
                    self.meanings.insert(step.id.clone(), Meaning::Step);
                    self.names.names.insert(step.id.0.clone(), members);
                }
            }
            for (name, _) in step.kind.values(&mut Names::default(), &[]) {
                self.providers.entry(name.clone()).or_default().push(step.span.start);
                if self.meanings.get(&name) != Some(&Meaning::Input) {
                    self.meanings.insert(name.clone(), Meaning::Value);
                    self.names.names.insert(name.0, Type::Any);
                }
            }
            for block in step.blocks() {
                self.declare_steps(block.steps, fields);
            }
        }
    }

    /// Steps inside a loop also have all their rounds.
    fn with_rounds(&self, members: Type, start: usize) -> Type {
        let in_loop = self
            .steps
            .get(&start)
            .is_some_and(|known| known.path.iter().any(|hop| hop.way == WayIn::Rounds));
        match members {
            Type::Context(mut members) if in_loop => {
                let rounds = Type::List(Box::new(Type::Context(members.clone())));
                members.insert("rounds".into(), rounds);
                Type::Context(members)
            }
            other => other,
        }
    }

    fn value_types(&mut self, app: &App, steps: &[Step]) {
        for step in steps {
            if gives_values(&step.kind) {
                let items = self
                    .steps
                    .get(&step.span.start)
                    .map(|known| known.items.clone())
                    .unwrap_or_default();
                let given = with_names(&mut self.names, items, |names| step.kind.values(names, &app.tables));
                for (name, kind) in given {
                    if self.meanings.get(&name) != Some(&Meaning::Value) {
                        continue;
                    }
                    let several = self.providers.get(&name).is_some_and(|steps| steps.len() > 1);
                    // A name that several steps set has the type of all of them only when they agree; say nothing.
                    let kind = if several { Type::Any } else { kind };
                    self.names.names.insert(name.0, kind);
                }
            }
            for block in step.blocks() {
                self.value_types(app, block.steps);
            }
        }
    }

    /// Elements get the type of their list, from the outermost loop inwards.
    fn item_types(&mut self, steps: &[Step]) {
        for step in steps {
            if let StepKind::ForEach(each) = &step.kind {
                let items = self
                    .steps
                    .get(&step.span.start)
                    .map(|known| known.items.clone())
                    .unwrap_or_default();
                let depth = items.len();
                let kind = with_names(&mut self.names, items, |names| each.item_type(names));
                // The steps inside follow the loop in the file.
                let inside = self
                    .steps
                    .range_mut(step.span.start + 1..step.span.end.max(step.span.start + 1));
                for (_, known) in inside {
                    if let Some(item) = known.items.get_mut(depth) {
                        item.1 = kind.clone();
                    }
                }
            }
            for block in step.blocks() {
                self.item_types(block.steps);
            }
        }
    }

    /// Names and types before the step that begins there.
    pub(crate) fn names_at(&self, start: Option<usize>) -> Names {
        let mut names = self.names.clone();
        if let Some(known) = start.and_then(|start| self.steps.get(&start)) {
            names
                .names
                .extend(known.items.iter().map(|(item, kind)| (item.0.clone(), kind.clone())));
        }
        names
    }

    /// Does `work` with the names and types before the step that begins there, and with `locals` in front of them.
    pub(crate) fn with_names_at<T>(
        &mut self,
        start: Option<usize>,
        locals: Vec<(Id, Type)>,
        work: impl FnOnce(&Names) -> T,
    ) -> T {
        let mut extra = start
            .and_then(|start| self.steps.get(&start))
            .map(|known| known.items.clone())
            .unwrap_or_default();
        extra.extend(locals);
        with_names(&mut self.names, extra, |names| work(names))
    }

    /// The type of a name that is known in the whole app.
    pub(crate) fn type_of(&self, name: &Arc<str>) -> Option<&Type> {
        self.names.names.get(name)
    }

    /// Whether a name is known in the whole app.
    pub(crate) fn knows(&self, name: &Arc<str>) -> bool {
        self.names.names.contains_key(name)
    }

    /// Elements of the loops around a step.
    pub(crate) fn items_at(&self, start: usize) -> BTreeSet<&Id> {
        self.steps
            .get(&start)
            .map(|known| known.items.iter().map(|item| &item.0).collect())
            .unwrap_or_default()
    }

    /// Whether `name` can have a value where a formula of the step at `reader` stands; `inside` is true for formulas
    /// that are read when everything inside the step may have been done.
    pub(crate) fn filled(&self, name: &Id, reader: usize, inside: Inside) -> Filled {
        let Some(providers) = self.providers.get(name) else {
            return Filled::Possibly;
        };
        let mut worst = Filled::Possibly;
        for provider in providers {
            match self.order(*provider, reader, inside) {
                Filled::Possibly => return Filled::Possibly,
                other => worst = other,
            }
        }
        worst
    }

    fn order(&self, provider: usize, reader: usize, inside: Inside) -> Filled {
        let (Some(from), Some(to)) = (self.steps.get(&provider), self.steps.get(&reader)) else {
            return Filled::Possibly;
        };
        let common = from
            .path
            .iter()
            .zip(&to.path)
            .take_while(|(one, other)| one == other)
            .count();
        let shared = |hop: &Hop| {
            to.path
                .iter()
                .any(|other| other.owner == hop.owner && other.block == hop.block)
        };
        if from.path.iter().any(|hop| hop.each && !shared(hop)) {
            return Filled::InsideEach(provider);
        }
        // In a `repeat` around both, an earlier round may have filled it, unless an element kept it to itself.
        let looped = |upto: usize| {
            let each = from.path.iter().rposition(|hop| hop.each);
            let inside_each = |at: usize| each.is_none_or(|each| at > each);
            (0..upto).any(|at| to.path[at].way == WayIn::Rounds && !to.path[at].each && inside_each(at))
        };
        let (Some(one), Some(other)) = (from.path.get(common), to.path.get(common)) else {
            // The same step, or one inside the other.
            let within = from.path.len() >= to.path.len();
            return match inside {
                Inside::Yes if within => Filled::Possibly,
                _ if !within || looped(common) => Filled::Possibly,
                _ => Filled::Later(provider),
            };
        };
        if one.owner == other.owner && one.block == other.block {
            let own_loop = one.way == WayIn::Rounds && !one.each;
            let around = looped(common) || own_loop;
            return if one.index < other.index || around {
                Filled::Possibly
            } else {
                Filled::Later(provider)
            };
        }
        match (one.way, other.way) {
            (WayIn::Beside, WayIn::Beside) | (WayIn::Rounds, WayIn::AfterRounds) => Filled::Possibly,
            (WayIn::OneOf | WayIn::Rounds | WayIn::Beside | WayIn::AfterRounds, WayIn::OnError | WayIn::Undo) => {
                Filled::Possibly
            }
            _ if looped(common) => Filled::Possibly,
            (WayIn::AfterRounds, WayIn::Rounds) => Filled::Later(provider),
            _ => Filled::OtherWay(provider),
        }
    }
}

/// Whether a formula sees what happens inside its own step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    Yes,
    No,
}
