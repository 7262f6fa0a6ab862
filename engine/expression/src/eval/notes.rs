//! Notes: what went wrong on the way without stopping an evaluation.

use super::Evaluation;
use crate::check::Type;
use crate::limits::NOTES_MAX;
use crate::messages::{Code, quoted};
use crate::{Problem, Span, Value};

impl Evaluation<'_> {
    pub(crate) fn note(&mut self, code: Code, span: Span, words: &[&str]) {
        if self.notes.len() < NOTES_MAX {
            self.push(Problem::new(code, span, words));
        }
    }

    fn push(&mut self, problem: Problem) {
        // In a loop the same thing goes wrong again and again.
        if !self
            .notes
            .iter()
            .any(|note| note.span == problem.span && note.code == problem.code)
        {
            self.notes.push(problem);
        }
    }

    fn written(&self, span: Span) -> String {
        quoted(self.source.get(span.start..span.end).unwrap_or(""))
    }

    pub(super) fn note_empty(&mut self, span: Span) {
        if self.notes.len() < NOTES_MAX {
            let words = self.written(span);
            self.push(Problem::new(Code::EmptyValue, span, &[&words]));
        }
    }

    /// An operator got values that it cannot work with; empty ones are named as such.
    pub(super) fn note_operands(&mut self, sign: &str, span: Span, left: (&Value, Span), right: (&Value, Span)) {
        if self.notes.len() >= NOTES_MAX {
            return;
        }
        let mut empty = false;
        for (value, span) in [left, right] {
            if matches!(value.plain(), Value::Null) {
                self.note_empty(span);
                empty = true;
            }
        }
        if empty {
            return;
        }
        if let (Value::Quantity(one), Value::Quantity(other)) = (left.0.plain(), right.0.plain())
            && one.unit != other.unit
        {
            let symbols = [crate::units::symbol(&one.unit), crate::units::symbol(&other.unit)];
            return self.push(Problem::new(Code::UnitMismatch, span, &symbols));
        }
        let sign = (sign.to_string(), sign.to_string());
        let types = [sign, Type::of(left.0).words(), Type::of(right.0).words()];
        self.push(Problem::bilingual(Code::TypeMismatch, span, &types));
    }

    /// Here something else is needed.
    pub(super) fn note_type(&mut self, wanted: &Type, value: &Value, span: Span) {
        if self.notes.len() >= NOTES_MAX {
            return;
        }
        if matches!(value.plain(), Value::Null) {
            return self.note_empty(span);
        }
        let words = [wanted.words(), Type::of(value).words()];
        self.push(Problem::bilingual(Code::WrongType, span, &words));
    }

    pub(super) fn note_argument(
        &mut self,
        function: &str,
        param: &str,
        wanted: (String, String),
        value: &Value,
        span: Span,
    ) {
        if self.notes.len() >= NOTES_MAX {
            return;
        }
        if matches!(value.plain(), Value::Null) {
            return self.note_empty(span);
        }
        let same = |text: &str| (text.to_string(), text.to_string());
        let words = [same(function), wanted, same(param), Type::of(value).words()];
        self.push(Problem::bilingual(Code::ArgumentType, span, &words));
    }

    /// The function that is being worked out cannot work with this value.
    pub(crate) fn note_bad_value(&mut self, value: &Value) {
        if self.notes.len() < NOTES_MAX {
            let shown = value.to_formula_text_within(80).unwrap_or_default();
            let words = quoted(&shown);
            self.push(Problem::new(Code::BadValue, self.here, &[self.function, &words]));
        }
    }
}
