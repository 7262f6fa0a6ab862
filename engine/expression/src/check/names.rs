//! Names and members: what they are, or what was probably meant.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Check, Local, Type};
use crate::builtins;
use crate::messages::Code;
use crate::problem::Problem;
use crate::syntax::{Kind, Node};
use crate::{Names, Span, units};

impl Check<'_> {
    pub(super) fn name(&mut self, name: &Arc<str>, span: Span) -> Type {
        if let Some(of) = self.known(name) {
            if self.is_of_item(name) {
                self.of_items.insert(span.start);
            }
            return of;
        }
        let known = self.visible();
        let problem = Problem::new(Code::UnknownName, span, &[name]);
        self.push(problem.suggest(name, known.iter().map(|name| &**name)));
        Type::Any
    }

    fn known(&self, name: &str) -> Option<Type> {
        let mut any_item = false;
        for local in self.locals.iter().rev() {
            match local {
                Local::Named(bound, of) if **bound == *name => return Some(of.clone()),
                Local::Named(..) => {}
                Local::Item(item) => {
                    if let Some(of) = member_of(item, name) {
                        return Some(of);
                    }
                    if name == "item" {
                        return Some(item.clone());
                    }
                    any_item |= matches!(item.plain(), Type::Any | Type::Null);
                }
            }
        }
        if let Some(of) = self.names.names.get(name) {
            return Some(of.clone());
        }
        // The item of a list that nothing is known about may well have it.
        if any_item {
            return Some(Type::Any);
        }
        builtins::find(name).map(|_| Type::Function)
    }

    /// Whether a name is surely a member of a filter's item: it comes before whatever is outside.
    fn is_of_item(&self, name: &str) -> bool {
        for local in self.locals.iter().rev() {
            match local {
                Local::Named(bound, _) if **bound == *name => return false,
                Local::Named(..) => {}
                Local::Item(item) => {
                    let known = !matches!(item.plain(), Type::Any | Type::Null);
                    if known && member_of(item, name).is_some() {
                        return true;
                    }
                }
            }
        }
        false
    }

    fn visible(&self) -> Vec<Arc<str>> {
        let mut visible: Vec<Arc<str>> = self.names.names.keys().cloned().collect();
        for local in &self.locals {
            match local {
                Local::Named(name, _) => visible.push(name.clone()),
                Local::Item(item) => {
                    visible.push(Arc::from("item"));
                    if let Type::Context(entries) = item.plain() {
                        visible.extend(entries.keys().cloned());
                    }
                }
            }
        }
        visible
    }

    pub(super) fn callee(&mut self, callee: &Node) {
        let Kind::Name(name) = &callee.kind else {
            let of = self.node(callee);
            if !matches!(of.plain(), Type::Function | Type::Any | Type::Null) {
                let written = crate::messages::quoted(self.written(callee.span));
                self.problem(Code::NotAFunction, callee.span, &[&written]);
            }
            return;
        };
        match self.known(name) {
            None => {
                let problem = Problem::new(Code::UnknownFunction, callee.span, &[name]);
                self.push(problem.suggest(name, builtins::names()));
            }
            Some(Type::Function | Type::Any | Type::Null) => {}
            Some(_) => {
                let written = crate::messages::quoted(name);
                self.problem(Code::NotAFunction, callee.span, &[&written]);
            }
        }
    }

    pub(super) fn member(&mut self, base: &Type, name: &Arc<str>, span: Span) -> Type {
        if let Some(of) = member_of(base, name) {
            return of;
        }
        if let Type::List(item) = base.plain() {
            return Type::List(Box::new(self.member(item, name, span)));
        }
        let known = members(base);
        let (en, zh) = base.words();
        let words = [(name.to_string(), name.to_string()), (en, zh)];
        let problem = Problem::bilingual(Code::UnknownMember, span, &words);
        let mut problem = problem.suggest(name, known.iter().map(|name| &**name));
        if problem.expected.is_empty() {
            problem.expected = known.iter().take(8).map(|name| name.to_string()).collect();
        }
        self.push(problem);
        Type::Any
    }
}

/// The type of a member; `Any` where nothing is known, `None` where there is surely no such member.
fn member_of(base: &Type, name: &str) -> Option<Type> {
    if let Type::Judged(inner, details) = base {
        if let Type::Context(entries) = inner.plain()
            && let Some(of) = entries.get(name)
        {
            return Some(of.clone());
        }
        return match name {
            _ if details.contains_key(name) => details.get(name).cloned(),
            "verdict" => Some(Type::OneOf(
                ["ok", "not_ok", "not_decidable", "undefined"].map(Arc::from).to_vec(),
            )),
            "value" => Some((**inner).clone()),
            _ => member_of(inner, name),
        };
    }
    match base {
        Type::Any | Type::Null => Some(Type::Any),
        Type::Context(entries) => entries.get(name).cloned(),
        other => properties(other)
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, of)| of),
    }
}

fn members(base: &Type) -> Vec<Arc<str>> {
    let keys = |entries: &BTreeMap<Arc<str>, Type>| entries.keys().cloned().collect::<Vec<_>>();
    match base {
        Type::Judged(inner, details) => {
            let mut all = keys(details);
            all.extend(["verdict", "value"].map(Arc::from));
            all.extend(members(inner));
            all
        }
        Type::Context(entries) => keys(entries),
        other => properties(other).into_iter().map(|(name, _)| Arc::from(name)).collect(),
    }
}

fn properties(of: &Type) -> Vec<(&'static str, Type)> {
    let numbers = |names: &[&'static str]| names.iter().map(|name| (*name, Type::Number)).collect::<Vec<_>>();
    let date = ["year", "month", "day", "weekday"];
    let time = ["hour", "minute", "second"];
    let place = || [("time offset", Type::Duration), ("timezone", Type::Text)];
    match of {
        Type::Date => numbers(&date),
        Type::Time => numbers(&time).into_iter().chain(place()).collect(),
        Type::DateTime => numbers(&date)
            .into_iter()
            .chain(numbers(&time))
            .chain(place())
            .collect(),
        Type::Duration => numbers(&["days", "hours", "minutes", "seconds"]),
        Type::YearMonths => numbers(&["years", "months"]),
        Type::Quantity(_) => vec![("number", Type::Number), ("unit", Type::Text)],
        Type::Range(edge) => vec![
            ("start", (**edge).clone()),
            ("end", (**edge).clone()),
            ("start included", Type::Bool),
            ("end included", Type::Bool),
        ],
        _ => Vec::new(),
    }
}

/// Used by the parser: the declared name that several words in a row were probably meant to be.
pub(crate) fn declared_as(words: &str, names: &Names) -> Option<Arc<str>> {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-', '_'], "");
    let wanted = plain(words);
    names.names.keys().find(|name| plain(name) == wanted).cloned()
}

/// The symbol that people see for the unit of a type.
pub(super) fn symbol(of: &Type) -> Option<&str> {
    match of.plain() {
        Type::Quantity(unit) => Some(units::symbol(unit)),
        _ => None,
    }
}
