//! From the located tree to the model. One `Reader` per file; every kind of step and field reads itself with it.
//!
//! Reading never stops at a mistake: what is missing is replaced by something harmless, the mistake is reported, and
//! the caller gets no value in the end. So all mistakes of a file are found at once.

mod amounts;
pub(crate) mod app;
mod expected;
mod failing;
mod fields;
mod forms;
pub(crate) mod ids;
pub(crate) mod keys;
mod later;
mod lists;
mod measured;
mod parties;
mod reports;
pub(crate) mod site;
mod spelled_out;
mod started;
mod steps;
pub(crate) mod suggest;
mod tables;
pub(crate) mod tests;
mod values;
pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};

use expression::{Formula, Problem, Template};

use crate::catalogue as c;
use crate::keywords::{self, Keywords, Pair};
use crate::model::{Id, Site, Span, Table};
use crate::tree::{NodeId, Tree};

pub(crate) use fields::FieldEntry;
pub(crate) use reports::{Report, Reports};
pub(crate) use steps::Entry;
pub(crate) use values::plain_data;

/// Where a reader is, for people.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    en: String,
    zh: String,
}

/// When a formula is read, and so which names have a value by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum At {
    /// Outside the steps: titles of the app.
    App,
    /// Before the step that begins at this byte does anything.
    Before(usize),
    /// While the form that begins at this byte is being filled, or when the step is done.
    After(usize),
}

/// What a formula's result is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    Condition,
    /// A condition by which the run goes one way or the other.
    Decision,
    Anything,
    /// Shown, or a column of a decision table: what follows from it is said elsewhere.
    Column,
    List,
    Duration,
    Moment,
    /// How many, or whether it is enough.
    Enough,
}

#[derive(Clone, Debug)]
pub(crate) enum Written {
    Formula(Formula),
    Template(Template),
    /// A condition put together from a column of a decision table and the test at the node.
    Joined(Formula),
}

/// A formula or sentence that is checked once all names of the app are known.
#[derive(Clone, Debug)]
pub(crate) struct Obligation {
    pub(crate) written: Written,
    pub(crate) node: NodeId,
    /// Bytes of the node's text before the formula.
    pub(crate) offset: usize,
    pub(crate) wants: Wants,
    pub(crate) at: At,
    pub(crate) locals: Locals,
    /// Names that have got a value just before, in the same step.
    pub(crate) earlier: Vec<String>,
    pub(crate) place: (String, String),
}

/// Names that exist only here, and come first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locals {
    pub(crate) names: Vec<(String, expression::Type)>,
    /// Names of other things (members of a message) cannot be known; nothing is reported as unknown.
    pub(crate) open: bool,
}

/// Reads one file.
pub(crate) struct Reader<'a> {
    pub(crate) source: &'a str,
    pub(crate) tree: &'a Tree,
    pub(crate) site: Option<&'a Site>,
    pub(crate) plugins: crate::Plugins,
    pub(crate) reports: Reports,
    pub(crate) obligations: Vec<Obligation>,
    /// Read before the steps, which refer to them.
    pub(crate) tables: Vec<Table>,
    /// Ids that could not be read; formulas that use them are not to blame.
    pub(crate) lost: BTreeSet<String>,
    pub(crate) locals: Locals,
    pub(crate) at: At,
    /// Values of the `set` being read that stand above the one being read.
    pub(crate) earlier: Vec<String>,
    /// Keys whose mistake is already told.
    pub(crate) ignored: BTreeSet<NodeId>,
    /// Steps that others name, to be looked up when all are known.
    pub(crate) step_references: Vec<(Id, NodeId, At, (String, String))>,
    /// Fields that others of the same form name.
    pub(crate) field_references: Vec<FieldReference>,
    /// Where the steps, fields and tests stand, for mistakes that are found without knowing the place.
    known_places: Vec<(Span, (String, String))>,
    places: Vec<Place>,
    step_count: usize,
    /// Whose words the file has.
    pub(crate) keywords: Keywords,
    /// Every word of the language that was understood, for writing the file with the other words.
    pub(crate) spoken: Vec<Spoken>,
    /// Ids of steps, fields and tables that mean something to others, by the byte where their entry begins.
    pub(crate) ids: BTreeMap<usize, Id>,
    /// Ids of the other steps, which are numbered where they are alike.
    pub(crate) numbered: BTreeMap<usize, Id>,
}

/// A field that another one of the same form names under a key.
#[derive(Clone, Debug)]
pub(crate) struct FieldReference {
    pub(crate) field: Id,
    pub(crate) node: NodeId,
    pub(crate) key: &'static str,
    /// Words of the kinds that it may be.
    pub(crate) kinds: &'static [&'static str],
    pub(crate) meant: Meant,
}

/// Whether the name of a field may be that of something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    AField,
    /// A gauge of the site, perhaps: only a name that is nearly that of a field is told.
    PerhapsAField,
}

/// A word of the language in a file: bytes of a text's value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken {
    pub(crate) node: NodeId,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) pair: Pair,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a str, tree: &'a Tree, site: Option<&'a Site>, reports: Reports) -> Reader<'a> {
        Reader {
            source,
            tree,
            site,
            plugins: crate::Plugins::default(),
            reports,
            obligations: Vec::new(),
            tables: Vec::new(),
            lost: BTreeSet::new(),
            locals: Locals::default(),
            at: At::App,
            earlier: Vec::new(),
            ignored: BTreeSet::new(),
            step_references: Vec::new(),
            field_references: Vec::new(),
            known_places: Vec::new(),
            places: Vec::new(),
            step_count: 0,
            keywords: Keywords::of(source),
            spoken: Vec::new(),
            ids: BTreeMap::new(),
            numbered: BTreeMap::new(),
        }
    }

    /// Adds a problem, with the place where the reader is.
    pub(crate) fn push(&mut self, mut report: Report) {
        if report.place.0.is_empty() {
            report.place = self.place();
        }
        self.reports.push(report);
    }

    pub(crate) fn place(&self) -> (String, String) {
        let en: Vec<&str> = self.places.iter().map(|place| place.en.as_str()).collect();
        let zh: Vec<&str> = self.places.iter().map(|place| place.zh.as_str()).collect();
        (en.join(", "), zh.join("，"))
    }

    /// Does `work` with `en` and `zh` as the innermost part of the place.
    pub(crate) fn within<T>(&mut self, en: String, zh: String, work: impl FnOnce(&mut Self) -> T) -> T {
        self.places.push(Place { en, zh });
        let out = work(self);
        self.places.pop();
        out
    }

    /// Does `work` with the thing at `node` as the innermost part of the place.
    pub(crate) fn within_node<T>(
        &mut self,
        node: NodeId,
        en: String,
        zh: String,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.within(en, zh, |reader| {
            let place = reader.place();
            reader.known_places.push((reader.span(node), place));
            work(reader)
        })
    }

    /// Tells the place of mistakes of YAML, which were found before anything was known of steps and fields.
    pub(crate) fn place_reports(&mut self) {
        let places = std::mem::take(&mut self.known_places);
        self.reports.place(&places);
    }

    /// Does `work` with names that exist only there.
    pub(crate) fn with_locals<T>(&mut self, locals: Locals, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.locals, locals);
        let out = work(self);
        self.locals = before;
        out
    }

    /// Does `work` with formulas read at another moment.
    pub(crate) fn at<T>(&mut self, at: At, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.at, at);
        let out = work(self);
        self.at = before;
        out
    }

    /// Remembers the names below a node that could not be read.
    pub(crate) fn lost(&mut self, node: NodeId) {
        let mut todo = vec![node];
        while let Some(node) = todo.pop() {
            if let Some(text) = self.tree.scalar(node) {
                self.lost.insert(ids::id_text(text));
            }
            if let Some(entries) = self.tree.list(node) {
                todo.extend(entries);
            }
            for (key, value) in self.tree.map(node).unwrap_or_default() {
                todo.extend([*key, *value]);
            }
        }
    }

    /// A problem of the formula crate, at its place in this file.
    pub(crate) fn problem(&mut self, problem: &Problem, node: NodeId, offset: usize) {
        let place = self.place();
        let report = problem_report(self.tree, problem, node, offset, place);
        self.reports.push(report);
    }

    pub(crate) fn span(&self, node: NodeId) -> Span {
        self.tree.span(node)
    }

    /// Remembers that a whole text is a word of the language.
    pub(crate) fn speak(&mut self, node: NodeId, word: &'static str) {
        if let Some(chinese) = keywords::chinese(word) {
            self.speak_pair(node, (word, chinese));
        }
    }

    pub(crate) fn speak_pair(&mut self, node: NodeId, pair: Pair) {
        let text = self.tree.scalar(node).unwrap_or_default();
        let start = text.len() - text.trim_start().len();
        let end = text.trim_end().len();
        self.speak_inside(node, start, end, pair);
    }

    /// The same for a part of a text.
    pub(crate) fn speak_inside(&mut self, node: NodeId, start: usize, end: usize, pair: Pair) {
        self.spoken.push(Spoken { node, start, end, pair });
    }
}

/// A problem of the formula crate as one of ours.
pub(crate) fn problem_report(
    tree: &Tree,
    problem: &Problem,
    node: NodeId,
    offset: usize,
    place: (String, String),
) -> Report {
    let span = tree.span_inside(node, offset + problem.span.start, offset + problem.span.end);
    let entry = c::formula(problem.code);
    let mut report = Report::new(entry, span)
        .arg_in("message", problem.message.as_str(), problem.message_zh.as_str())
        .expected(problem.expected.iter().cloned());
    report.place = place;
    if let Some((start, end, fix)) = fix_of(tree, problem, node, offset) {
        report = report.edits(tree.replace_inside(node, start, end, &fix));
    }
    report
}

/// What would mend a problem of the formula crate, where only one thing can be meant.
fn fix_of(tree: &Tree, problem: &Problem, node: NodeId, offset: usize) -> Option<(usize, usize, String)> {
    let text = tree.scalar(node).unwrap_or_default();
    let (start, end) = (offset + problem.span.start, offset + problem.span.end);
    let written = text.get(start..end).unwrap_or_default();
    let fix = match problem.code {
        "unknown-unit" => unit_meant(written, &problem.expected),
        "unclosed-text" if !written.contains('\n') => Some(format!("{}\"", written.trim_end())),
        "unknown-function" => {
            let length = written.chars().count();
            let near = |word: &String| strsim::damerau_levenshtein(written, word) <= (length / 3).max(1);
            problem.fix.clone().filter(near)
        }
        "template-brace" => {
            // `{order is late`: the name goes as far as a name can.
            let name = text
                .get(start..)
                .and_then(|rest| rest.strip_prefix('{'))
                .unwrap_or_default();
            let length = name.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
            let length = length.unwrap_or(name.len());
            if length > 0 {
                return Some((start + 1 + length, start + 1 + length, "}".to_owned()));
            }
            problem.fix.clone()
        }
        _ if text.get(start..).is_some_and(|rest| rest.starts_with([';', '；'])) => {
            let length = text[start..].chars().next().map_or(0, char::len_utf8);
            return Some((start, start + length, ",".to_owned()));
        }
        _ => problem.fix.clone(),
    };
    fix.map(|fix| (start, end, fix))
}

/// The unit that is probably meant; none when two are equally near, because a wrong one is worse than none.
pub(crate) fn unit_meant(written: &str, near: &[String]) -> Option<String> {
    // 毫 is easily typed as one of these.
    let usual = written.replace(['豪', '亳'], "毫");
    if usual != written && expression::units::find(&usual).is_some() {
        return Some(usual);
    }
    suggest::clearly(written, near).cloned()
}

/// Stands where a sentence could not be read.
pub(crate) fn no_text() -> crate::model::Text {
    crate::model::Text {
        default: values::empty_template(),
        by_language: Default::default(),
    }
}

/// Keys that every step may have.
pub(crate) fn step_common() -> &'static [keys::Key] {
    steps::COMMON
}

/// Keys that every field may have.
pub(crate) fn field_common() -> &'static [keys::Key] {
    fields::COMMON
}
