//! Operands, and what is hung onto them: members, filters, calls.

use std::sync::Arc;

use super::super::ast::{Arg, CompareOp, Kind, Node, RangeNode};
use super::super::lexer::{Sign, Token};
use super::{Parsed, Parser, RESERVED};
use crate::builtins::{self, Builtin};
use crate::messages::Code;
use crate::quantity::{Length, length_of};
use crate::temporal::{self, Duration, YearMonths};
use crate::units::Measure;
use crate::{Number, Problem, Span, Value};

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Parsed<Node> {
        let mut node = self.primary()?;
        loop {
            let start = node.span.start;
            if self.take(Sign::Dot) {
                let Some((name, span)) = self.name() else {
                    return Err(self.unexpected(&["a name"]));
                };
                node = self.node(Kind::Member(Box::new(node), name, span), Span::new(start, span.end))?;
            } else if self.is(Sign::OpenSquare) && !self.in_range_end {
                let open = self.span();
                self.advance();
                let filter = self.expression()?;
                self.expect_close(open, Sign::CloseSquare)?;
                let span = Span::new(start, self.previous_end());
                node = self.node(Kind::Filter(Box::new((node, filter))), span)?;
            } else if self.is(Sign::OpenRound) {
                let args = self.args()?;
                let span = Span::new(start, self.previous_end());
                node = self.node(Kind::Call(Box::new(node), args), span)?;
            } else {
                return Ok(node);
            }
        }
    }

    fn primary(&mut self) -> Parsed<Node> {
        let span = self.span();
        match self.token().clone() {
            Token::Number(number) => {
                self.advance();
                self.number(number, span)
            }
            Token::Text(text) => {
                self.advance();
                self.node(Kind::Constant(Value::Text(text)), span)
            }
            Token::Moment(text) => {
                self.advance();
                let kind = moment(&text).map_or(Kind::BadMoment(text), Kind::Constant);
                self.node(kind, span)
            }
            Token::Sign(Sign::OpenRound) => self.round(),
            Token::Sign(Sign::OpenSquare) => self.square(),
            Token::Sign(Sign::CloseSquare) => self.open_range(),
            Token::Sign(Sign::OpenCurly) => self.context(),
            Token::Word => self.word(),
            _ => Err(self.unexpected(&["a value"])),
        }
    }

    fn number(&mut self, number: Number, start: Span) -> Parsed<Node> {
        let Token::Unit(measure) = *self.token() else {
            return self.node(Kind::Constant(Value::Number(number)), start);
        };
        self.advance();
        let too_large = |parser: &Self| {
            let span = Span::new(start.start, parser.previous_end());
            let text = crate::messages::quoted(&parser.source[span.start..span.end]);
            parser.fail(Code::BadNumber, span, &[&text])
        };
        let value = match measure {
            Measure::Of(unit) => Value::quantity(number, unit.code),
            Measure::Time(unit) => {
                let mut total = length_of(number, unit).ok_or_else(|| too_large(self))?;
                // `1 h 30 min`
                while let (Token::Number(number), Token::Unit(Measure::Time(unit))) =
                    (self.token().clone(), self.peek(1).clone())
                {
                    self.advance();
                    self.advance();
                    let part = length_of(number, unit).ok_or_else(|| too_large(self))?;
                    total = add(total, part).ok_or_else(|| too_large(self))?;
                }
                match total {
                    Length::Time(duration) => Value::Duration(duration),
                    Length::Months(months) => Value::YearMonths(months),
                }
            }
        };
        let span = Span::new(start.start, self.previous_end());
        self.node(Kind::Constant(value), span)
    }

    fn word(&mut self) -> Parsed<Node> {
        let span = self.span();
        if self.long.find(self.source, &self.tokens[self.at..]).is_none() {
            if let Some(node) = self.form()? {
                return Ok(node);
            }
            if let Some(node) = self.builtin_call()? {
                return Ok(node);
            }
            if RESERVED.contains(&self.text()) || self.is_foreign_word("and") || self.is_foreign_word("or") {
                return Err(self.unexpected(&["a value"]));
            }
        }
        let Some((name, span_of_name)) = self.name() else {
            return Err(self.unexpected(&["a value"]));
        };
        if let Some(builtin) = builtins::find(&name)
            && self.is(Sign::OpenRound)
        {
            return self.call_of(builtin, span);
        }
        self.node(Kind::Name(name), span_of_name)
    }

    /// A function of the language, whose name may have several words.
    fn builtin_call(&mut self) -> Parsed<Option<Node>> {
        let start = self.span();
        let mut name = String::new();
        for count in 0..builtins::WORDS_MAX {
            if *self.peek(count) != Token::Word {
                break;
            }
            if count > 0 {
                name.push(' ');
            }
            name.push_str(self.text_at(count));
            if *self.peek(count + 1) == Token::Sign(Sign::OpenRound)
                && let Some(builtin) = builtins::find(&name)
            {
                for _ in 0..=count {
                    self.advance();
                }
                return self.call_of(builtin, start).map(Some);
            }
        }
        Ok(None)
    }

    fn call_of(&mut self, builtin: &'static Builtin, start: Span) -> Parsed<Node> {
        let args = self.args()?;
        let span = Span::new(start.start, self.previous_end());
        self.node(Kind::CallBuiltin(builtin, args), span)
    }

    pub(super) fn args(&mut self) -> Parsed<Vec<Arg>> {
        let open = self.span();
        self.advance();
        let mut args = Vec::new();
        if self.take(Sign::CloseRound) {
            return Ok(args);
        }
        loop {
            self.check_row(args.len())?;
            let name = self.arg_name();
            let value = self.expression()?;
            args.push(Arg { name, value });
            if !self.take(Sign::Comma) {
                break;
            }
        }
        self.expect_close(open, Sign::CloseRound)?;
        Ok(args)
    }

    /// `start position:` in front of a value.
    fn arg_name(&mut self) -> Option<(Arc<str>, Span)> {
        let words = (0..4).take_while(|&ahead| *self.peek(ahead) == Token::Word).count();
        if words == 0 || *self.peek(words) != Token::Sign(Sign::Colon) {
            return None;
        }
        let start = self.span();
        let name = (0..words)
            .map(|ahead| self.text_at(ahead))
            .collect::<Vec<_>>()
            .join(" ");
        for _ in 0..words {
            self.advance();
        }
        let span = Span::new(start.start, self.previous_end());
        self.advance();
        Some((Arc::from(name), span))
    }

    /// `(a)`, `(1..10]`, `(< 10)`.
    fn round(&mut self) -> Parsed<Node> {
        let open = self.span();
        self.advance();
        if let Some(op) = self.compare_op() {
            return self.test_value(open, op);
        }
        let inside = self.expression()?;
        if self.take(Sign::DotDot) {
            return self.range_behind(open, false, inside);
        }
        self.expect_close(open, Sign::CloseRound)?;
        let span = Span::new(open.start, self.previous_end());
        Ok(Node { span, ..inside })
    }

    fn test_value(&mut self, open: Span, op: CompareOp) -> Parsed<Node> {
        self.advance();
        let edge = self.expression()?;
        self.expect_close(open, Sign::CloseRound)?;
        let span = Span::new(open.start, self.previous_end());
        self.node(Kind::TestValue(op, Box::new(edge)), span)
    }

    /// `[a, b]`, `[1..10]`.
    fn square(&mut self) -> Parsed<Node> {
        let open = self.span();
        self.advance();
        let mut items = Vec::new();
        if !self.take(Sign::CloseSquare) {
            items.push(self.expression()?);
            if self.take(Sign::DotDot) {
                let start = items.remove(0);
                return self.range_behind(open, true, start);
            }
            while self.take(Sign::Comma) {
                items.push(self.expression()?);
            }
            self.expect_close(open, Sign::CloseSquare)?;
        }
        let span = Span::new(open.start, self.previous_end());
        self.node(Kind::List(items), span)
    }

    /// `]1..10]`
    fn open_range(&mut self) -> Parsed<Node> {
        let open = self.span();
        self.advance();
        let start = self.expression()?;
        if !self.take(Sign::DotDot) {
            return Err(self.unexpected(&[".."]));
        }
        self.range_behind(open, false, start)
    }

    /// Behind `..`: the end and the closing bracket.
    pub(super) fn range_behind(&mut self, open: Span, start_included: bool, start: Node) -> Parsed<Node> {
        let in_range_end = std::mem::replace(&mut self.in_range_end, true);
        let end = self.sum();
        self.in_range_end = in_range_end;
        let end = end?;
        let end_included = match self.token() {
            Token::Sign(Sign::CloseSquare) => true,
            Token::Sign(Sign::CloseRound | Sign::OpenSquare) => false,
            _ => {
                let close = if start_included {
                    Sign::CloseSquare
                } else {
                    Sign::CloseRound
                };
                self.expect_close(open, close)?;
                start_included
            }
        };
        self.advance();
        let span = Span::new(open.start, self.previous_end());
        self.node(
            Kind::Range(Box::new(RangeNode {
                start,
                start_included,
                end,
                end_included,
            })),
            span,
        )
    }

    /// `{net: gross - tare, "any text": 1}`
    fn context(&mut self) -> Parsed<Node> {
        let open = self.span();
        self.advance();
        let mut entries: Vec<(Arc<str>, Node)> = Vec::new();
        if !self.take(Sign::CloseCurly) {
            loop {
                let (key, span) = self.key()?;
                if entries.iter().any(|(name, _)| *name == key) {
                    return Err(self.fail(Code::Unexpected, span, &[&crate::messages::quoted(&key)]));
                }
                self.long.add(&key);
                let value = self.expression()?;
                entries.push((key, value));
                if !self.take(Sign::Comma) {
                    break;
                }
            }
            self.expect_close(open, Sign::CloseCurly)?;
        }
        let span = Span::new(open.start, self.previous_end());
        self.node(Kind::Context(entries), span)
    }

    fn key(&mut self) -> Parsed<(Arc<str>, Span)> {
        let start = self.span();
        if let Token::Text(key) = self.token().clone() {
            self.advance();
            if !self.take(Sign::Colon) {
                return Err(self.unexpected(&[":"]));
            }
            return Ok((key, start));
        }
        let first = self.at;
        while !matches!(
            self.token(),
            Token::End | Token::Sign(Sign::Colon | Sign::Comma | Sign::CloseCurly | Sign::OpenCurly)
        ) {
            self.advance();
        }
        if self.at == first || !self.is(Sign::Colon) {
            return Err(self.unexpected(&["a name", ":"]));
        }
        let span = Span::new(start.start, self.previous_end());
        let key: Vec<&str> = self.source[span.start..span.end].split_whitespace().collect();
        self.advance();
        Ok((Arc::from(key.join(" ")), span))
    }

    pub(super) fn problem_here(&self, code: Code) -> Box<Problem> {
        self.fail(code, self.span(), &[])
    }
}

/// What `@"…"` holds.
pub(crate) fn moment(text: &str) -> Option<Value> {
    let found = temporal::date_strict(text).map(Value::Date);
    let found = found.or_else(|| temporal::date_time_strict(text).map(|moment| Value::DateTime(Arc::new(moment))));
    let found = found.or_else(|| temporal::time_strict(text).map(|time| Value::Time(Arc::new(time))));
    let found = found.or_else(|| temporal::duration_iso(text).map(Value::Duration));
    found.or_else(|| temporal::year_months_iso(text).map(Value::YearMonths))
}

fn add(one: Length, other: Length) -> Option<Length> {
    match (one, other) {
        (Length::Time(a), Length::Time(b)) => Some(Length::Time(Duration::within(a.0.checked_add(b.0)?)?)),
        (Length::Months(a), Length::Months(b)) => Some(Length::Months(YearMonths::within(a.0.checked_add(b.0)?)?)),
        _ => None,
    }
}
