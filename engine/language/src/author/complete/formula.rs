//! Names and words that a formula may use where the cursor stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use expression::{Names, Type};

use super::{CompletionKind, Found};
use crate::author::cursor::Cursor;
use crate::diagnostic::Language;
use crate::model::{App, Id, Span, Step};
use crate::read::tests::each_step;
use crate::steps::StepKind;

/// Words of formulas that are said about a name.
const OF_FORMULAS: &[&str] = &[
    "is ok",
    "is not ok",
    "is undecided",
    "is empty",
    "is filled",
    "and",
    "or",
    "not(",
];

impl Found<'_> {
    pub(super) fn formula(&mut self, in_braces: bool) {
        let before = self.cursor.before.clone();
        let names = self.names();
        let path = path_before(&before);
        let replaced = Span {
            start: self.cursor.word.end - path.last().map_or(0, |word| word.len()),
            end: self.cursor.word.end,
        };
        let members = members_at(&names, &path[..path.len().saturating_sub(1)]);
        let first = path.len() < 2;
        for (name, of) in members {
            let detail = type_words(&of, self.language);
            self.push(CompletionKind::Name, &name, name.to_string(), detail, String::new());
            if let Some(last) = self.out.last_mut() {
                last.replaced = replaced;
            }
        }
        if first && !in_braces && !before.trim_end().is_empty() {
            for word in OF_FORMULAS {
                self.push(
                    CompletionKind::Value,
                    word,
                    (*word).to_owned(),
                    String::new(),
                    String::new(),
                );
                if let Some(last) = self.out.last_mut() {
                    last.replaced = replaced;
                }
            }
        }
    }

    /// Names that a formula may use here.
    fn names(&self) -> Names {
        let Some(app) = self.around.app else {
            return Names::default();
        };
        let mut names = names_of(app, self.cursor);
        if self.cursor.around("find").is_some() {
            let columns = self.table().unwrap_or_default();
            names
                .names
                .extend(columns.into_iter().map(|column| (column.0, Type::Any)));
        }
        names
    }
}

/// The names at the innermost step that the cursor is in.
pub(in crate::author) fn names_of(app: &App, cursor: &Cursor) -> Names {
    let mut here: Option<Id> = None;
    each_step(&app.steps, &mut |step: &Step| {
        let word = step.kind.word();
        let said = cursor.around(word).map(|text| text.trim_matches(['"', '\'']));
        if said.is_some_and(|said| said == step.title.default.source()) {
            here = Some(step.id.clone());
        }
    });
    let none = Id::new("");
    let mut names = crate::names::names_at(app, here.as_ref().unwrap_or(&none));
    // The element of a loop is known inside it only.
    each_step(&app.steps, &mut |step| {
        if let StepKind::ForEach(_) = &step.kind
            && cursor
                .around("for_each")
                .is_some_and(|said| said == step.title.default.source())
        {
            for block in step.kind.blocks() {
                if let Some((item, of)) = block.item {
                    names.names.entry(item.0).or_insert(of);
                }
            }
        }
    });
    names
}

/// The dotted name in front of the cursor: `capability.cp` is `capability` and `cp`.
fn path_before(before: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let length: usize = before
        .chars()
        .rev()
        .take_while(|c| is_part(*c))
        .map(char::len_utf8)
        .sum();
    before[before.len() - length..].split('.').collect()
}

/// Members of a dotted name; all names for none.
pub(in crate::author) fn members_at(names: &Names, path: &[&str]) -> BTreeMap<Arc<str>, Type> {
    let Some((first, rest)) = path.split_first() else {
        return names.names.clone();
    };
    let mut of = names.names.get(*first).cloned().unwrap_or(Type::Any);
    for part in rest {
        of = members(&of).remove(*part).unwrap_or(Type::Any);
    }
    members(&of)
}

fn members(of: &Type) -> BTreeMap<Arc<str>, Type> {
    match of {
        Type::Context(members) => members.clone(),
        Type::Judged(_, details) => details.clone(),
        Type::List(inner) => members(inner)
            .into_iter()
            .map(|(name, of)| (name, Type::List(Box::new(of))))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// A type in words, with its unit.
pub(in crate::author) fn type_words(of: &Type, language: Language) -> String {
    let pick = |en: &str, zh: &str| match language {
        Language::En => en.to_owned(),
        Language::Zh => zh.to_owned(),
    };
    match of {
        Type::Any | Type::Null => String::new(),
        Type::Bool => pick("yes or no", "是或否"),
        Type::Number => pick("number", "数字"),
        Type::Quantity(unit) => format!("{} ({unit})", pick("number", "数字")),
        Type::Text => pick("text", "文字"),
        Type::OneOf(choices) => {
            let shown: Vec<&str> = choices.iter().take(6).map(|choice| &**choice).collect();
            format!("{} {}", pick("one of", "其中之一："), shown.join(", "))
        }
        Type::Date => pick("date", "日期"),
        Type::Time => pick("time of day", "时间"),
        Type::DateTime => pick("date and time", "日期和时间"),
        Type::Duration => pick("length of time", "时长"),
        Type::YearMonths => pick("months", "月数"),
        Type::List(inner) => {
            let inner = type_words(inner, language);
            format!("{} {inner}", pick("list of", "列表：")).trim_end().to_owned()
        }
        Type::Context(_) => pick("group of values", "一组值"),
        Type::Judged(inner, _) => format!("{}, {}", type_words(inner, language), pick("with a verdict", "带判定")),
        Type::Range(_) => pick("range", "范围"),
        Type::Function => pick("function", "函数"),
    }
}
