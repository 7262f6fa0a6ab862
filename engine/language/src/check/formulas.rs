//! Names and types of all formulas of the app.

use std::collections::BTreeSet;
use std::sync::Arc;

use expression::{Formula, Names, Problem, Reference, Type};

use super::means::Sampled;
use super::ranges::Ranges;
use super::unsure::Unsure;
use crate::catalogue as c;
use crate::keywords;
use crate::model::{App, Id};
use crate::names::{Filled, Index, Inside, Meaning};
use crate::read::tests::each_step;
use crate::read::{At, Obligation, Reader, Report, Wants, Written, problem_report};
use crate::steps::StepKind;

/// The run itself, as formulas call it.
const RUN: &str = "run";

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &mut Index) {
    let unsure = Unsure::of(app, index);
    let sampled = Sampled::of(app, index);
    let ranges = Ranges::of(app, index);
    for obligation in std::mem::take(&mut reader.obligations) {
        let (references, local, wrong) = one(reader, index, &obligation);
        if !wrong {
            unsure.decides(reader, &obligation, &references, &local);
            sampled.decides(reader, &obligation, &references, &local);
            ranges.decides(reader, &obligation, &references, &local);
        }
    }
    let mut tables = Vec::new();
    each_step(&app.steps, &mut |step| {
        if let StepKind::Decide(decide) = &step.kind {
            tables.push((step, decide));
        }
    });
    for (step, decide) in tables {
        unsure.table(reader, index, step, decide);
    }
}

/// Names and types of one formula: what it reads, which names exist only there, and whether anything is wrong.
fn one(
    reader: &mut Reader<'_>,
    index: &mut Index,
    obligation: &Obligation,
) -> (Vec<Reference>, BTreeSet<String>, bool) {
    let start = match obligation.at {
        At::App => None,
        At::Before(start) | At::After(start) => Some(start),
    };
    let mut locals: Vec<(Id, Type)> = Vec::new();
    for (name, kind) in &obligation.locals.names {
        locals.push((Id::new(name), kind.clone()));
    }
    let local: BTreeSet<String> = obligation.locals.names.iter().map(|(name, _)| name.clone()).collect();
    let references = match &obligation.written {
        Written::Formula(formula) | Written::Joined(formula) => formula.references(),
        Written::Template(template) => template.references(),
    };
    if obligation.locals.open {
        let unknown = references.iter().filter_map(|reference| reference.path.first());
        locals.extend(
            unknown
                .filter(|name| !index.knows(name))
                .map(|name| (Id(name.clone()), Type::Any)),
        );
    }
    locals.extend(run_with_hidden(index, obligation, &references));
    let (kind, problems, references) = index.with_names_at(start, locals, |names| match &obligation.written {
        Written::Formula(formula) | Written::Joined(formula) => formula.check_reading(names),
        Written::Template(template) => {
            let (problems, references) = template.check_reading(names);
            (Type::Text, problems, references)
        }
    });
    if let Written::Joined(_) = obligation.written {
        // What is wrong with the column itself is told there.
        let column = formula_text(obligation).find(") in (").unwrap_or(0);
        if let Some(problem) = problems.first().filter(|problem| problem.span.end > column) {
            let quoted = quoted_cell(reader, obligation).filter(|formula| {
                let of_locals = obligation.locals.names.iter();
                let locals = of_locals.map(|(name, kind)| (Id::new(name), kind.clone())).collect();
                index.with_names_at(start, locals, |names| formula.check(names).1.is_empty())
            });
            cell_problem(reader, obligation, problem, quoted.is_some());
        }
        return (references, local, true);
    }
    let mut wrong = !problems.is_empty();
    for problem in &problems {
        formula_problem(reader, index, obligation, problem);
    }
    for reference in &references {
        wrong |= !order(reader, index, obligation, reference, &local);
    }
    if !wrong {
        result(reader, obligation, &kind);
    }
    (references, local, wrong)
}

/// Names that exist only here hide the run's: `run.order` is the run's `order` where a column is called that too.
fn run_with_hidden(index: &Index, obligation: &Obligation, references: &[Reference]) -> Option<(Id, Type)> {
    let run = Arc::from(RUN);
    let Some(Type::Context(members)) = index.type_of(&run) else {
        return None;
    };
    let mut members = members.clone();
    let before = members.len();
    for reference in references {
        let [first, name, ..] = reference.path.as_slice() else {
            continue;
        };
        if **first == *RUN
            && hides(obligation, name)
            && let Some(of) = index.type_of(name)
        {
            members.entry(name.clone()).or_insert_with(|| of.clone());
        }
    }
    (members.len() > before).then_some((Id(run), Type::Context(members)))
}

/// Whether a name of the run may mean something else here.
fn hides(obligation: &Obligation, name: &str) -> bool {
    obligation.locals.open || obligation.locals.names.iter().any(|(local, _)| local == name)
}

fn formula_text(obligation: &Obligation) -> &str {
    match &obligation.written {
        Written::Formula(formula) | Written::Joined(formula) => formula.source(),
        Written::Template(template) => template.source(),
    }
}

/// The test of a column with its word in quotes.
fn quoted_cell(reader: &Reader<'_>, obligation: &Obligation) -> Option<Formula> {
    let text = reader.tree.scalar(obligation.node)?.trim();
    let is_word = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' '));
    let source = formula_text(obligation).replace(&format!("({text})"), &format!("(\"{text}\")"));
    Formula::parse(&source, &Names::default()).ok().filter(|_| is_word)
}

/// A test of a decision table that does not fit its column.
fn cell_problem(reader: &mut Reader<'_>, obligation: &Obligation, problem: &Problem, is_text_meant: bool) {
    let text = reader
        .tree
        .scalar(obligation.node)
        .unwrap_or_default()
        .trim()
        .to_owned();
    if reader.lost.contains(&text) {
        return;
    }
    let span = reader.span(obligation.node);
    let mut report = Report::new(c::DECIDE_CELL, span).arg("found", text.as_str()).arg_in(
        "message",
        problem.message.as_str(),
        problem.message_zh.as_str(),
    );
    // A word without quotes is a name to a formula; the text is what is meant.
    if problem.code == "unknown-name" && is_text_meant {
        report = report.replace(span, format!("'\"{text}\"'"));
    }
    report.place = obligation.place.clone();
    reader.push(report);
}

/// Reports a problem, unless it only follows from another one.
fn formula_problem(reader: &mut Reader<'_>, index: &Index, obligation: &Obligation, problem: &Problem) {
    let text = reader.tree.scalar(obligation.node).unwrap_or_default();
    let from = obligation.offset + problem.span.start;
    let found = text
        .get(from..obligation.offset + problem.span.end)
        .unwrap_or_default()
        .to_owned();
    if problem.code == "unknown-name" {
        if reader.lost.contains(&found) {
            return;
        }
        if let Some(forms) = index.ambiguous.get(&Id::new(&found)) {
            let better: Vec<String> = forms.iter().map(|form| format!("{form}.{found}")).collect();
            let span = reader.tree.span_inside(obligation.node, from, from + found.len());
            let mut report = Report::new(c::NAME_IN_SEVERAL_STEPS, span).arg("found", found.as_str());
            report.place = obligation.place.clone();
            let nearest = latest_before(index, obligation, forms).unwrap_or_else(|| forms[0].clone());
            let fix = format!("{nearest}.{found}");
            let edits = reader
                .tree
                .replace_inside(obligation.node, from, from + found.len(), &fix);
            reader.push(report.edits(edits).expected(better));
            return;
        }
    }
    if with_itself(reader, index, obligation, problem, (from, &found)) {
        return;
    }
    let mut report = problem_report(
        reader.tree,
        problem,
        obligation.node,
        obligation.offset,
        obligation.place.clone(),
    );
    if let Some(meant) = text_meant(index, obligation, problem, &found) {
        let to = from + found.len();
        report.fix = reader.tree.replace_inside(obligation.node, from, to, &meant);
        report.expected.insert(0, meant);
    }
    reader.push(report);
}

/// `where: order = order` compares a column with itself; the second is meant to be the run's.
fn with_itself(
    reader: &mut Reader<'_>,
    index: &Index,
    obligation: &Obligation,
    problem: &Problem,
    (from, found): (usize, &str),
) -> bool {
    if !matches!(problem.code, "always-true" | "always-false") {
        return false;
    }
    let name = found.split(|c: char| !(c.is_alphanumeric() || c == '_')).next();
    let Some(name) = name.filter(|name| hides(obligation, name) && index.knows(&Arc::from(*name))) else {
        return false;
    };
    let second = found.rfind(name).unwrap_or_default();
    if second == 0 || !found[second..].trim().eq(name) {
        return false;
    }
    let better = format!("{RUN}.{name}");
    let span = reader
        .tree
        .span_inside(obligation.node, from + second, from + second + name.len());
    let edits = reader
        .tree
        .replace_inside(obligation.node, from + second, from + second + name.len(), &better);
    let mut report = Report::new(c::COMPARED_WITH_ITSELF, span)
        .arg("found", name)
        .arg("better", better.as_str())
        .edits(edits);
    report.place = obligation.place.clone();
    reader.push(report);
    true
}

/// `what_now = stop` means `"stop"`, and `surface = "合格"` means `"pass"`.
fn text_meant(index: &Index, obligation: &Obligation, problem: &Problem, found: &str) -> Option<String> {
    if problem.code == "never-equal" {
        let inner = found.strip_prefix('"')?.strip_suffix('"')?;
        let pair = keywords::literal(inner, keywords::CHECKED)?;
        return (pair.1 == inner).then(|| format!("\"{}\"", pair.0));
    }
    if problem.code != "unknown-name" {
        return None;
    }
    let Written::Formula(formula) = &obligation.written else {
        return None;
    };
    let is_choice = |reference: &Reference| {
        let choices = match index.type_of(reference.path.first()?)? {
            Type::OneOf(choices) => choices,
            Type::Judged(inner, _) => match inner.as_ref() {
                Type::OneOf(choices) => choices,
                _ => return None,
            },
            _ => return None,
        };
        choices.iter().any(|choice| **choice == *found).then_some(())
    };
    let read = formula.references();
    read.iter().find_map(is_choice).map(|()| format!("\"{found}\""))
}

/// The last of these forms that can have been answered.
fn latest_before(index: &Index, obligation: &Obligation, forms: &[Id]) -> Option<Id> {
    let (reader, inside) = moment(obligation.at)?;
    let done = |form: &&Id| index.filled(form, reader, inside) == Filled::Possibly;
    forms.iter().rfind(done).cloned()
}

/// What `run.` says the run's name of: not `run.id` and the like, which are the run's own.
fn behind_run<'p>(index: &Index, path: &'p [Arc<str>]) -> Option<&'p [Arc<str>]> {
    let [first, name, ..] = path else { return None };
    let Some(Type::Context(own)) = index.type_of(first).filter(|_| **first == *RUN) else {
        return None;
    };
    (!own.contains_key(name)).then(|| &path[1..])
}

fn moment(at: At) -> Option<(usize, Inside)> {
    match at {
        At::App => None,
        At::Before(start) => Some((start, Inside::No)),
        At::After(start) => Some((start, Inside::Yes)),
    }
}

/// Names that cannot have a value yet; whether it can.
fn order(
    reader: &mut Reader<'_>,
    index: &Index,
    obligation: &Obligation,
    reference: &Reference,
    local: &BTreeSet<String>,
) -> bool {
    let Some((start, inside)) = moment(obligation.at) else {
        return true;
    };
    let of_run = behind_run(index, &reference.path);
    let Some(first) = of_run.unwrap_or(&reference.path).first() else {
        return true;
    };
    // What is said to be the run's own is nothing that exists only here.
    let nothing = BTreeSet::new();
    let local = if of_run.is_some() { &nothing } else { local };
    let name = Id(first.clone());
    let known_here = local.contains(name.as_str())
        || (obligation.locals.open && of_run.is_none())
        || obligation.earlier.iter().any(|earlier| earlier == name.as_str())
        || index.items_at(start).contains(&name);
    let meaning = index.meanings.get(&name);
    if !known_here {
        hidden_field(reader, index, obligation, reference, &name);
    }
    if known_here || matches!(meaning, None | Some(Meaning::Run | Meaning::Input)) {
        return true;
    }
    let all_rounds = reference.path.get(1).is_some_and(|member| &**member == "rounds");
    let (entry, step) = match index.filled(&name, start, inside) {
        Filled::Possibly => return true,
        Filled::InsideEach(_) if all_rounds => return true,
        // Only what a step has got is listed by its rounds; a value that a `set` or `find` gives is not.
        Filled::InsideEach(step) if matches!(meaning, Some(Meaning::Value)) => (c::VALUE_INSIDE_FOR_EACH, step),
        Filled::InsideEach(step) => (c::INSIDE_FOR_EACH, step),
        Filled::Later(step) => (c::NOT_FILLED_YET, step),
        Filled::OtherWay(step) => (c::NOT_ON_THIS_WAY, step),
    };
    let Some(step) = index.steps.get(&step) else {
        return true;
    };
    let from = obligation.offset + reference.span.start;
    let span = reader
        .tree
        .span_inside(obligation.node, from, obligation.offset + reference.span.end);
    let place = format!("{} '{}'", step.number, step.title);
    let rounds = format!("{}.rounds", step.id);
    let place_zh = format!("{}“{}”", step.number, step.title);
    let mut report = Report::new(entry, span)
        .arg("found", name.as_str())
        .arg_in("where", place, place_zh)
        .arg("rounds", rounds);
    report.place = obligation.place.clone();
    reader.push(report);
    false
}

/// An input or a value that has the name of a field: the field is not what is read.
fn hidden_field(reader: &mut Reader<'_>, index: &Index, obligation: &Obligation, reference: &Reference, name: &Id) {
    let Some(forms) = index.hidden.get(name) else { return };
    let Some(form) = latest_before(index, obligation, forms) else {
        return;
    };
    let from = obligation.offset + reference.span.start;
    let to = from + name.as_str().len();
    let span = reader.tree.span_inside(obligation.node, from, to);
    let (en, zh) = match index.meanings.get(name) {
        Some(Meaning::Input) => ("input of that name", "同名的启动输入"),
        _ => ("value of that name", "同名的计算值"),
    };
    let better = format!("{form}.{name}");
    let mut report = Report::new(c::NAME_HIDES_FIELD, span)
        .arg("found", name.as_str())
        .arg_in("what", en, zh)
        .arg("better", better.as_str())
        .expected([better]);
    report.place = obligation.place.clone();
    reader.push(report);
}

/// Whether what comes out can be used here.
fn result(reader: &mut Reader<'_>, obligation: &Obligation, kind: &Type) {
    let plain = match kind {
        Type::Judged(inner, _) => inner.as_ref(),
        other => other,
    };
    let (fits, en, zh) = match obligation.wants {
        Wants::Anything | Wants::Column => return,
        Wants::Condition | Wants::Decision => (matches!(plain, Type::Bool), "a condition", "条件"),
        Wants::List => (matches!(plain, Type::List(_)), "a list", "列表"),
        Wants::Enough => (
            matches!(plain, Type::Number | Type::Bool),
            "a number, or yes or no",
            "数量或是否",
        ),
        Wants::Duration => (
            matches!(plain, Type::Duration),
            "a time such as 20 min",
            "时长（例如 20 min）",
        ),
        Wants::Moment => (
            matches!(plain, Type::Date | Type::DateTime | Type::Time),
            "a date or a time",
            "日期或时间",
        ),
    };
    if fits || matches!(plain, Type::Any | Type::Null) {
        return;
    }
    let text = reader.tree.scalar(obligation.node).unwrap_or_default();
    let span = reader
        .tree
        .span_inside(obligation.node, obligation.offset, text.trim_end().len());
    let (found_en, found_zh) = describe(plain);
    let mut report = match obligation.wants {
        Wants::Condition | Wants::Decision => {
            let message = format!("{en} is needed here, not {found_en}");
            Report::new(c::FORMULA_NO_CONDITION, span).arg_in(
                "message",
                message,
                format!("这里需要{zh}，不是{found_zh}"),
            )
        }
        _ => Report::new(c::RESULT_TYPE, span)
            .arg_in("wanted", en, zh)
            .arg_in("found", found_en, found_zh),
    };
    report.place = obligation.place.clone();
    reader.push(report);
}

fn describe(kind: &Type) -> (&'static str, &'static str) {
    match kind {
        Type::Bool => ("yes or no", "是或否"),
        Type::Number => ("a number", "数字"),
        Type::Quantity(_) => ("a number with a unit", "带单位的数字"),
        Type::Text | Type::OneOf(_) => ("a text", "文字"),
        Type::Date => ("a date", "日期"),
        Type::Time => ("a time of day", "时间"),
        Type::DateTime => ("a date and time", "日期和时间"),
        Type::Duration => ("a length of time", "时长"),
        Type::YearMonths => ("a number of months", "月数"),
        Type::List(_) => ("a list", "列表"),
        Type::Context(_) => ("a group of values", "一组值"),
        Type::Range(_) => ("a range", "范围"),
        _ => ("something else", "其他内容"),
    }
}
