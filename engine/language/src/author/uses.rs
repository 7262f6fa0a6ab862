//! Every place of a file where a thing is made or named.

use std::collections::BTreeMap;

use super::names::{self, Named};
use crate::keywords;
use crate::model::{App, Id, Site, Span};
use crate::names::{Index, Meaning};
use crate::place::Place;
use crate::read::ids::id_text;
use crate::read::keys::Shape;
use crate::read::{At, Reader, Reports, Written};
use crate::steps::StepKind;
use crate::tree::{NodeId, Tree};

/// What is made or named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    Step(Id),
    Field {
        form: Id,
        id: Id,
    },
    Input(Id),
    /// A name that a `set` or `find` gives.
    Value(Id),
    /// A table of this app.
    Table(Id),
    Column {
        table: Id,
        id: Id,
    },
    App(Id),
    /// A thing of the site: its id, by its kind.
    Site {
        kind: SiteKind,
        id: Id,
    },
}

/// Kinds of things that a site file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteKind(pub(super) Named);

/// A thing at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub thing: Thing,
    pub span: Span,
    /// Here it is made.
    pub is_definition: bool,
    pub(super) node: NodeId,
    /// Bytes of the text of `node`.
    pub(super) inside: (usize, usize),
    /// The entry that has the thing's sentence; of definitions whose id follows from it.
    pub(super) entry: Option<NodeId>,
}

/// A file with what it makes and names.
pub(super) struct Uses {
    pub(super) tree: Tree,
    pub(super) found: Vec<Use>,
}

/// Every place where a thing is made or named, in the order of the file.
pub fn uses(source: &str, site: Option<&Site>) -> Vec<Use> {
    collect(source, site).map(|uses| uses.found).unwrap_or_default()
}

/// The thing at a byte.
pub fn thing_at(uses: &[Use], at: usize) -> Option<&Use> {
    let inside = uses.iter().filter(|one| one.span.start <= at && at <= one.span.end);
    // What stands behind `call:` names an app, and the step besides: the app is meant.
    inside.min_by_key(|one| (one.span.end - one.span.start, !matches!(one.thing, Thing::App(_))))
}

pub(super) fn collect(source: &str, site: Option<&Site>) -> Option<Uses> {
    let tree = crate::tree::load(source, &mut Reports::default(), &|_| 0)?;
    let is_site = crate::format::is_site(source);
    let mut reader = Reader::new(source, &tree, site, Reports::default());
    let app = if is_site {
        None
    } else {
        crate::read::app::app(&mut reader, &tree)
    };
    let mut collect = Collect {
        tree: &tree,
        site,
        is_site,
        app: app.as_ref(),
        found: Vec::new(),
        by_start: BTreeMap::new(),
    };
    collect.entries();
    collect.walk(tree.root(), &Place::root(is_site), "");
    if let Some(app) = &app {
        collect.made(app, &reader.ids);
        collect.itself(app);
        collect.read(app, &reader);
        collect.tests(app);
    }
    let mut found = collect.found;
    found.sort_by_key(|one| (one.span.start, one.span.end, !one.is_definition));
    found.dedup_by(|a, b| a.span == b.span && a.thing == b.thing);
    Some(Uses { tree, found })
}

struct Collect<'c> {
    tree: &'c Tree,
    site: Option<&'c Site>,
    is_site: bool,
    app: Option<&'c App>,
    found: Vec<Use>,
    /// Entries of lists, by the byte where they begin.
    by_start: BTreeMap<usize, NodeId>,
}

impl Collect<'_> {
    fn whole(&mut self, node: NodeId, thing: Thing, is_definition: bool, entry: Option<NodeId>) {
        let text = self.tree.scalar(node).unwrap_or_default();
        let start = text.len() - text.trim_start().len();
        self.part(node, start, text.trim_end().len(), thing, is_definition, entry);
    }

    fn part(
        &mut self,
        node: NodeId,
        start: usize,
        end: usize,
        thing: Thing,
        is_definition: bool,
        entry: Option<NodeId>,
    ) {
        self.found.push(Use {
            thing,
            span: self.tree.span_inside(node, start, end),
            is_definition,
            node,
            inside: (start, end),
            entry,
        });
    }

    fn value(&self, map: NodeId, word: &str) -> Option<NodeId> {
        let pairs = self.tree.map(map)?;
        let found = pairs
            .iter()
            .find(|(key, _)| self.tree.scalar(*key).is_some_and(|text| keywords::is(word, text)));
        found.map(|(_, value)| *value)
    }

    /// Things of the site, tables and other apps, by the keys that name them.
    fn walk(&mut self, node: NodeId, place: &Place, key: &str) {
        let tree = self.tree;
        if let Some(entries) = tree.list(node) {
            for entry in entries {
                self.defined(*entry, key);
                self.walk(*entry, &place.entry(), key);
            }
            return;
        }
        if let Some(pairs) = tree.map(node) {
            let keys: Vec<&str> = pairs.iter().filter_map(|(key, _)| tree.scalar(*key)).collect();
            let around = place.known_by(&keys);
            for (key, value) in pairs {
                let Some(key) = tree.scalar(*key) else { continue };
                let field = matches!(place, Place::Field)
                    && matches!(&around, Place::Keys { kind: Some(kind), .. } if keywords::is(kind.word, key));
                let behind = around.behind(key, &keys);
                let inner = if field { "" } else { key };
                self.walk(*value, &behind, inner);
            }
            return;
        }
        let shape_names = matches!(
            place,
            Place::Value(
                Shape::Word | Shape::Words | Shape::Party | Shape::Parties | Shape::Value | Shape::Sentence | Shape::Id
            )
        );
        let Some(text) = tree.scalar(node).filter(|_| shape_names) else {
            return;
        };
        if text.trim_start().starts_with('=') {
            return;
        }
        let kinds = names::behind(key);
        if kinds.contains(&Named::App) {
            self.whole(node, Thing::App(Id::new(&id_text(text))), false, None);
            return;
        }
        if let Some((kind, id)) = names::named(text.trim(), kinds, self.site, self.app) {
            let own = kind == Named::Table
                && self
                    .app
                    .is_some_and(|app| app.tables.iter().any(|table| table.id == id));
            let thing = match own {
                true => Thing::Table(id),
                false => Thing::Site {
                    kind: SiteKind(kind),
                    id,
                },
            };
            self.whole(node, thing, false, None);
        }
    }

    /// An entry of a list of a site file makes a thing.
    fn defined(&mut self, entry: NodeId, list: &str) {
        if !self.is_site {
            return;
        }
        let Some((word, kind)) = names::entries_of(list) else {
            return;
        };
        let name = match self.tree.scalar(entry) {
            Some(_) => Some(entry),
            None => self.value(entry, word),
        };
        let Some((name, text)) = name.and_then(|name| Some((name, self.tree.scalar(name)?))) else {
            return;
        };
        let written = self.value(entry, "id").and_then(|id| self.tree.scalar(id));
        let id = match (written, kind) {
            (Some(id), _) => Id::new(id),
            (None, Named::Equipment) => Id::new(text.trim()),
            (None, _) => Id::new(&id_text(text)),
        };
        self.whole(
            name,
            Thing::Site {
                kind: SiteKind(kind),
                id,
            },
            true,
            None,
        );
    }

    /// What the app itself makes: steps, fields, inputs, tables, columns, values.
    /// The app, by its `id:` or by its sentence.
    fn itself(&mut self, app: &App) {
        let root = self.tree.root();
        if let Some(name) = self.value(root, "id").or_else(|| self.value(root, "app")) {
            self.whole(name, Thing::App(app.id.clone()), true, Some(root));
        }
    }

    fn made(&mut self, app: &App, ids: &BTreeMap<usize, Id>) {
        let inputs: Vec<usize> = app.inputs.iter().map(|input| input.span.start).collect();
        let tables: BTreeMap<usize, &Id> = app.tables.iter().map(|table| (table.span.start, &table.id)).collect();
        let mut steps: BTreeMap<usize, (Id, usize)> = BTreeMap::new();
        crate::read::tests::each_step(&app.steps, &mut |step| {
            steps.insert(step.span.start, (step.id.clone(), step.span.end));
        });
        for (start, entry) in self.by_start.clone() {
            let Some(id) = ids.get(&start) else { continue };
            let (name, written) = (
                self.tree.map(entry).and_then(|pairs| pairs.first().copied()),
                self.value(entry, "id"),
            );
            let Some(name) = written.or_else(|| name.map(|(_, value)| value)) else {
                continue;
            };
            let thing = if let Some(table) = tables.get(&start) {
                self.columns(entry, table);
                Thing::Table((*table).clone())
            } else if inputs.contains(&start) {
                Thing::Input(id.clone())
            } else if steps.contains_key(&start) {
                Thing::Step(id.clone())
            } else {
                // A field belongs to the innermost step around it.
                let around = steps.range(..start).rev().find(|(_, (_, end))| *end >= start);
                let Some((_, (form, _))) = around else { continue };
                Thing::Field {
                    form: form.clone(),
                    id: id.clone(),
                }
            };
            let name = if self.tree.scalar(name).is_some() {
                name
            } else {
                self.first_text(name).unwrap_or(name)
            };
            self.whole(name, thing, true, Some(entry));
        }
        crate::read::tests::each_step(&app.steps, &mut |step| self.values(step.span.start, &step.kind));
    }

    /// `{en: …}`: its first text.
    fn first_text(&self, node: NodeId) -> Option<NodeId> {
        self.tree
            .map(node)
            .and_then(|pairs| pairs.first())
            .map(|(_, value)| *value)
    }

    fn entries(&mut self) {
        let mut todo = vec![self.tree.root()];
        while let Some(node) = todo.pop() {
            for entry in self.tree.list(node).unwrap_or_default() {
                if self.tree.map(*entry).is_some() {
                    self.by_start.insert(self.tree.span(*entry).start, *entry);
                }
                todo.push(*entry);
            }
            todo.extend(self.tree.map(node).unwrap_or_default().iter().map(|(_, value)| *value));
        }
    }

    fn columns(&mut self, entry: NodeId, table: &Id) {
        let column = |text: &str| Thing::Column {
            table: table.clone(),
            id: Id::new(&id_text(text)),
        };
        let columns = self
            .value(entry, "columns")
            .and_then(|node| self.tree.list(node))
            .unwrap_or_default()
            .to_vec();
        for node in columns {
            if let Some(text) = self.tree.scalar(node) {
                self.whole(node, column(text), true, None);
            }
        }
        if let Some(node) = self.value(entry, "key")
            && let Some(text) = self.tree.scalar(node)
        {
            self.whole(node, column(text), false, None);
        }
    }

    /// Names that a step gives, and the columns that it writes.
    fn values(&mut self, start: usize, kind: &StepKind) {
        let at = self.by_start.get(&start).copied();
        let Some(entry) = at else { return };
        let pairs = |collect: &Self| {
            let node = collect.value(entry, "values")?;
            collect.tree.map(node).map(<[(NodeId, NodeId)]>::to_vec)
        };
        match kind {
            StepKind::Set(_) => {
                for (key, _) in pairs(self).unwrap_or_default() {
                    if let Some(name) = self.tree.scalar(key) {
                        self.whole(key, Thing::Value(Id::new(name)), true, None);
                    }
                }
            }
            StepKind::Find(_) => {
                if let Some(name) = self.value(entry, "as") {
                    let id = Id::new(self.tree.scalar(name).unwrap_or_default());
                    self.whole(name, Thing::Value(id), true, None);
                }
            }
            StepKind::Save(save) => {
                for (key, _) in pairs(self).unwrap_or_default() {
                    if let Some(name) = self.tree.scalar(key) {
                        let thing = Thing::Column {
                            table: save.table.value.clone(),
                            id: Id::new(name),
                        };
                        self.whole(key, thing, false, None);
                    }
                }
            }
            _ => {}
        }
    }

    /// What formulas and sentences read, and the steps that others name.
    fn read(&mut self, app: &App, reader: &Reader<'_>) {
        let index = Index::new(app);
        for obligation in &reader.obligations {
            let references = match &obligation.written {
                Written::Formula(formula) => formula.references(),
                Written::Template(template) => template.references(),
                // The column's formula is a use of its own.
                Written::Joined(_) => continue,
            };
            let start = match obligation.at {
                At::App => 0,
                At::Before(start) | At::After(start) => start,
            };
            for reference in references {
                let Some(first) = reference.path.first() else { continue };
                let from = obligation.offset + reference.span.start;
                let name = Id(first.clone());
                let local = obligation.locals.names.iter().any(|(local, _)| *local == **first);
                let to = from + first.len();
                if local {
                    self.column_of(start, &name, obligation.node, from, to);
                    continue;
                }
                if index.items_at(start).contains(&name) {
                    continue;
                }
                let member = reference.path.get(1).cloned();
                let thing = match index.meanings.get(&name) {
                    Some(Meaning::Input) => Thing::Input(name),
                    Some(Meaning::Value) => Thing::Value(name),
                    Some(Meaning::Field { step }) => Thing::Field {
                        form: step.clone(),
                        id: name,
                    },
                    Some(Meaning::Step) => {
                        if let Some(member) = &member {
                            let end = obligation.offset + reference.span.end;
                            let text = self.tree.scalar(obligation.node).unwrap_or_default();
                            let dot = text
                                .get(to..end)
                                .and_then(|rest| rest.find(&**member))
                                .map(|at| to + at);
                            if let Some(at) = dot {
                                let field = Thing::Field {
                                    form: name.clone(),
                                    id: Id(member.clone()),
                                };
                                self.part(obligation.node, at, at + member.len(), field, false, None);
                            }
                        }
                        Thing::Step(name)
                    }
                    Some(Meaning::Run) | None => continue,
                };
                self.part(obligation.node, from, to, thing, false, None);
            }
        }
        for (id, node, ..) in &reader.step_references {
            self.whole(*node, Thing::Step(id.clone()), false, None);
        }
    }

    /// In the `where` of a `find` names are columns.
    fn column_of(&mut self, start: usize, name: &Id, node: NodeId, from: usize, to: usize) {
        let mut table = None;
        if let Some(app) = self.app {
            crate::read::tests::each_step(&app.steps, &mut |step| {
                if let (StepKind::Find(find), true) = (&step.kind, step.span.start == start) {
                    table = Some(find.table.value.clone());
                }
            });
        }
        if let Some(table) = table {
            let id = name.clone();
            self.part(node, from, to, Thing::Column { table, id }, false, None);
        }
    }

    /// Tests name inputs, steps and fields by their ids.
    fn tests(&mut self, app: &App) {
        let tests = self
            .value(self.tree.root(), "tests")
            .and_then(|node| self.tree.list(node))
            .unwrap_or_default()
            .to_vec();
        for test in tests {
            for (key, _) in self.pairs(self.value(test, "start")) {
                self.key(key, &|name| Thing::Input(Id::new(name)));
            }
            let answers = self.value(test, "answer");
            let answers = answers
                .and_then(|node| self.tree.list(node))
                .unwrap_or_default()
                .to_vec();
            let answers: Vec<_> = answers.into_iter().flat_map(|entry| self.pairs(Some(entry))).collect();
            for (step, answer) in answers {
                let form = Id::new(self.tree.scalar(step).unwrap_or_default());
                if crate::read::tests::find_step(&app.steps, &form).is_none() {
                    continue;
                }
                self.key(step, &|name| Thing::Step(Id::new(name)));
                for (key, _) in self.pairs(Some(answer)) {
                    self.key(key, &|name| Thing::Field {
                        form: form.clone(),
                        id: Id::new(name),
                    });
                }
            }
            let Some(expect) = self.value(test, "expect") else {
                continue;
            };
            let open = self
                .value(expect, "open")
                .and_then(|node| self.tree.list(node))
                .unwrap_or_default()
                .to_vec();
            for node in open {
                self.key(node, &|name| Thing::Step(Id::new(name)));
            }
            for (key, _) in self.pairs(self.value(expect, "records")) {
                self.key(key, &|name| Thing::Table(Id::new(name)));
            }
            let index = Index::new(app);
            for (key, _) in self.pairs(self.value(expect, "values")) {
                let name = Id::new(self.tree.scalar(key).unwrap_or_default());
                let thing = match index.meanings.get(&name) {
                    Some(Meaning::Field { step }) => Thing::Field {
                        form: step.clone(),
                        id: name,
                    },
                    Some(Meaning::Input) => Thing::Input(name),
                    _ => Thing::Value(name),
                };
                self.whole(key, thing, false, None);
            }
        }
    }

    fn pairs(&self, node: Option<NodeId>) -> Vec<(NodeId, NodeId)> {
        node.and_then(|node| self.tree.map(node)).unwrap_or_default().to_vec()
    }

    fn key(&mut self, node: NodeId, thing: &dyn Fn(&str) -> Thing) {
        if let Some(name) = self.tree.scalar(node) {
            let thing = thing(name);
            self.whole(node, thing, false, None);
        }
    }
}
