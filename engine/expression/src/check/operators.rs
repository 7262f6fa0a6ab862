//! Operators: which types go together, and what was probably meant where they do not.

use std::cmp::Ordering;
use std::sync::Arc;

use super::names::symbol;
use super::{Check, Type};
use crate::messages::Code;
use crate::problem::nearest;
use crate::syntax::{ArithOp, CompareOp, Kind, Node, moment};
use crate::{Problem, Span, Value};

impl Check<'_> {
    pub(super) fn negate(&mut self, operand: &Node) -> Type {
        let of = self.node(operand);
        match of.plain() {
            Type::Number | Type::Quantity(_) | Type::Duration | Type::YearMonths | Type::Any => of.plain().clone(),
            Type::Null => Type::Any,
            other => {
                self.wrong_type(&Type::Number, &other.clone(), operand.span);
                Type::Any
            }
        }
    }

    pub(super) fn arith(&mut self, first: &Node, rest: &[(ArithOp, Node)]) -> Type {
        let mut left = self.node(first);
        let mut span = first.span;
        for (op, operand) in rest {
            let right = self.node(operand);
            let whole = span.to(operand.span);
            if *op == ArithOp::Divide && is_zero(operand) {
                self.problem(Code::DivisionByZero, whole, &[]);
            }
            left = match arith_type(*op, left.plain(), right.plain()) {
                Some(of) => of,
                None => {
                    self.mismatch(op.sign(), &left, &right, whole);
                    Type::Any
                }
            };
            span = whole;
        }
        left
    }

    fn mismatch(&mut self, sign: &str, left: &Type, right: &Type, span: Span) {
        if let (Some(one), Some(other)) = (symbol(left), symbol(right))
            && one != other
        {
            let words = [one.to_string(), other.to_string()];
            return self.problem(Code::UnitMismatch, span, &[&words[0], &words[1]]);
        }
        let sign = (sign.to_string(), sign.to_string());
        self.push(Problem::bilingual(
            Code::TypeMismatch,
            span,
            &[sign, left.words(), right.words()],
        ));
    }

    pub(super) fn compare(&mut self, op: CompareOp, left: &Node, right: &Node, span: Span) {
        let a = self.node(left);
        let b = self.node(right);
        self.compare_types(op, (&a, left), (&b, right), span);
    }

    pub(super) fn compare_types(&mut self, op: CompareOp, left: (&Type, &Node), right: (&Type, &Node), span: Span) {
        let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        let (a, b) = (left.0.plain(), right.0.plain());
        if !ordered {
            for (options, text) in [(a, right.1), (b, left.1)] {
                if let (Type::OneOf(options), Kind::Constant(Value::Text(text_value))) = (options, &text.kind) {
                    return self.option(options, text_value, text.span);
                }
            }
            if let (Type::OneOf(one), Type::OneOf(other)) = (a, b)
                && !one.iter().any(|option| other.contains(option))
            {
                let words = other.join(", ");
                return self.problem(Code::NeverEqual, span, &[&words]);
            }
        }
        let has_no_order = |of: &Type| {
            matches!(
                of,
                Type::Bool | Type::List(_) | Type::Context(_) | Type::Function | Type::Range(_)
            )
        };
        if ordered && (has_no_order(a) || has_no_order(b)) {
            return self.mismatch(op.sign(), left.0, right.0, span);
        }
        self.comparable(op.sign(), left.0, right.0, span, Some((left.1, right.1)));
    }

    fn option(&mut self, options: &[Arc<str>], text: &Arc<str>, span: Span) {
        if options.contains(text) || options.is_empty() {
            return;
        }
        let mut near: Vec<String> = said_instead(text, options).into_iter().collect();
        near.extend(nearest(text, options.iter().map(|option| &**option)));
        let fix = near.first().map(|option| quoted_text(option));
        let mut expected = near;
        expected.extend(
            options
                .iter()
                .map(|option| option.to_string())
                .filter(|option| **option != **text),
        );
        let mut seen = std::collections::BTreeSet::new();
        expected.retain(|option| seen.insert(option.clone()));
        let mut problem =
            Problem::new(Code::NeverEqual, span, &[text]).expected(expected.iter().map(|o| quoted_text(o)));
        problem.fix = fix;
        self.push(problem);
    }

    /// The two can be compared; where one is a text that only looks like the other, the fix says how it is written.
    pub(super) fn comparable(&mut self, sign: &str, a: &Type, b: &Type, span: Span, nodes: Option<(&Node, &Node)>) {
        let (left, right) = (a.plain(), b.plain());
        let alike = match (left, right) {
            (Type::Any | Type::Null, _) | (_, Type::Any | Type::Null) => true,
            (Type::Number, Type::Quantity(_)) | (Type::Quantity(_), Type::Number) => true,
            (Type::Text | Type::OneOf(_), Type::Text | Type::OneOf(_)) => true,
            (Type::List(_), Type::List(_)) | (Type::Context(_), Type::Context(_)) => true,
            (Type::Range(_), Type::Range(_)) => true,
            (left, right) => left == right,
        };
        if alike {
            return;
        }
        let fix = nodes.and_then(|(l, r)| rewritten(right, l).or_else(|| rewritten(left, r)));
        match fix {
            Some((span, fix)) => {
                let sign = (sign.to_string(), sign.to_string());
                let problem = Problem::bilingual(Code::TypeMismatch, span, &[sign, a.words(), b.words()]);
                self.push(problem.expected([fix.clone()]).fix(fix));
            }
            None => self.mismatch(sign, a, b, span),
        }
    }

    pub(super) fn between(&mut self, value: &Node, low: &Node, high: &Node) {
        let of = self.node(value);
        let low_type = self.node(low);
        let high_type = self.node(high);
        self.comparable("between", &of, &low_type, value.span.to(low.span), Some((value, low)));
        self.comparable(
            "between",
            &of,
            &high_type,
            value.span.to(high.span),
            Some((value, high)),
        );
        if let (Kind::Constant(low_value), Kind::Constant(high_value)) = (&low.kind, &high.kind)
            && constant_order(low_value, high_value) == Some(Ordering::Greater)
        {
            let span = low.span.to(high.span);
            let fix = format!("{} and {}", self.written(high.span), self.written(low.span));
            self.push(Problem::new(Code::AlwaysFalse, span, &[]).fix(fix));
        }
    }

    /// One value of `in (…)`: equal to it, or in it when it is a list or a range.
    pub(super) fn test_value(&mut self, value: &Type, operand: &Node, test: &Type, node: &Node) {
        if let Kind::List(items) = &node.kind {
            for item in items {
                let of = self.node(item);
                self.test_value(value, operand, &of, item);
            }
            return;
        }
        match test.plain() {
            Type::List(item) => {
                let both_lists = matches!(value.plain(), Type::List(_));
                let item = match item.plain() {
                    Type::Range(edge) => edge,
                    _ => item,
                };
                if !both_lists {
                    self.comparable("in", value, item, node.span, None);
                }
            }
            Type::Range(edge) => {
                self.comparable("in", value, edge, node.span, None);
                if let Kind::Range(range) = &node.kind
                    && let (Kind::Constant(low), Kind::Constant(high)) = (&range.start.kind, &range.end.kind)
                    && constant_order(low, high) == Some(Ordering::Greater)
                {
                    self.problem(Code::AlwaysFalse, node.span, &[]);
                }
            }
            _ => self.compare_types(CompareOp::Equal, (value, operand), (test, node), node.span),
        }
    }
}

fn is_zero(node: &Node) -> bool {
    match &node.kind {
        Kind::Constant(Value::Number(number)) => number.is_zero(),
        Kind::Constant(Value::Quantity(quantity)) => quantity.number.is_zero(),
        Kind::Constant(Value::Duration(duration)) => duration.0 == 0,
        _ => false,
    }
}

fn quoted_text(text: &str) -> String {
    Value::from(text).to_formula_text()
}

/// How a text that stands where another type is meant would be written as that type.
fn rewritten(wanted: &Type, node: &Node) -> Option<(Span, String)> {
    let Kind::Constant(Value::Text(text)) = &node.kind else {
        return None;
    };
    let fix = match wanted {
        Type::Bool if ["yes", "true", "ja", "pass", "是"].contains(&&*text.to_lowercase()) => "true".to_string(),
        Type::Bool if ["no", "false", "nein", "fail", "否"].contains(&&*text.to_lowercase()) => "false".to_string(),
        Type::Number | Type::Quantity(_) => {
            let number = crate::parse_quantity(text).ok()?;
            number.1.is_none().then(|| text.trim().to_string())?
        }
        Type::Date | Type::Time | Type::DateTime | Type::Duration | Type::YearMonths => {
            (Type::of(&moment(text)?) == *wanted).then(|| format!("@\"{text}\""))?
        }
        _ => return None,
    };
    Some((node.span, fix))
}

/// The order of two constants that need no clock and no zones.
pub(super) fn constant_order(a: &Value, b: &Value) -> Option<Ordering> {
    crate::eval::compare::order(a, b, &super::fold::NoHost)
}

/// The type of the result; `None` when the operator does not work with the two.
fn arith_type(op: ArithOp, a: &Type, b: &Type) -> Option<Type> {
    use ArithOp::{Add, Divide, Multiply, Power, Subtract};
    use Type::{Any, Date, DateTime, Duration, Null, Number, OneOf, Quantity, Text, Time, YearMonths};
    let moment = |of: &Type| matches!(of, Date | DateTime);
    Some(match (op, a, b) {
        (_, Any | Null, _) | (_, _, Any | Null) => Any,
        (_, Number, Number) => Number,
        (Power, ..) => return None,
        (Add | Subtract, Quantity(unit), Quantity(other)) if unit == other => Quantity(unit.clone()),
        (Add | Subtract, Quantity(unit), Number) | (Add | Subtract, Number, Quantity(unit)) => Quantity(unit.clone()),
        (Add | Subtract, Duration, Duration) => Duration,
        (Add | Subtract, YearMonths, YearMonths) => YearMonths,
        (Add, Text | OneOf(_), Text | OneOf(_)) => Text,
        (Add | Subtract, Date | DateTime | Time, Duration) => a.clone(),
        (Add, Duration, Date | DateTime | Time) => b.clone(),
        (Add | Subtract, Date | DateTime, YearMonths) => a.clone(),
        (Add, YearMonths, Date | DateTime) => b.clone(),
        (Subtract, Time, Time) => Duration,
        (Subtract, a, b) if moment(a) && moment(b) => Duration,
        (Multiply, Quantity(unit), Number) | (Multiply, Number, Quantity(unit)) => Quantity(unit.clone()),
        (Multiply, Duration | YearMonths, Number) => a.clone(),
        (Multiply, Number, Duration | YearMonths) => b.clone(),
        (Divide, Quantity(unit), Quantity(other)) if unit == other => Number,
        (Divide, Quantity(_) | Duration | YearMonths, Number) => a.clone(),
        (Divide, Duration, Duration) | (Divide, YearMonths, YearMonths) => Number,
        _ => return None,
    })
}

/// What people say instead of the answers to a check.
fn said_instead(text: &str, options: &[Arc<str>]) -> Option<String> {
    let meant = match text.to_lowercase().as_str() {
        "ok" | "good" | "passed" | "io" | "合格" | "通过" | "好" => "pass",
        "not ok" | "nok" | "ng" | "bad" | "failed" | "nio" | "不合格" | "不通过" | "坏" => "fail",
        _ => return None,
    };
    let is_check = ["pass", "fail"]
        .iter()
        .all(|word| options.iter().any(|option| &**option == *word));
    is_check.then(|| meant.to_owned())
}
