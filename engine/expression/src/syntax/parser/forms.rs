//! What begins with a word of the language: `if`, `for`, `some`, `every`, `function`, and the names of types.

use std::sync::Arc;

use super::super::ast::{Domain, Iteration, Kind, Lambda, Node};
use super::super::lexer::{Sign, Token};
use super::super::types::{SIMPLE, TypeName};
use super::{Parsed, Parser};
use crate::messages::Code;
use crate::{Span, Value};

impl Parser<'_> {
    /// The form that begins here, if any does.
    pub(super) fn form(&mut self) -> Parsed<Option<Node>> {
        let span = self.span();
        let constant = match self.text() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "if" => return self.if_then().map(Some),
            "for" => return self.for_return().map(Some),
            "some" => return self.quantified(true).map(Some),
            "every" => return self.quantified(false).map(Some),
            "function" if *self.peek(1) == Token::Sign(Sign::OpenRound) => {
                return self.function().map(Some);
            }
            _ => return Ok(None),
        };
        self.advance();
        self.node(Kind::Constant(constant), span).map(Some)
    }

    fn if_then(&mut self) -> Parsed<Node> {
        let start = self.span();
        self.advance();
        let condition = self.expression()?;
        self.expect_word("then")?;
        let then = self.expression()?;
        self.expect_word("else")?;
        let otherwise = self.expression()?;
        let span = start.to(otherwise.span);
        self.node(Kind::If(Box::new((condition, then, otherwise))), span)
    }

    fn for_return(&mut self) -> Parsed<Node> {
        let start = self.span();
        let over = self.iterations()?;
        self.expect_word("return")?;
        let body = self.expression()?;
        let span = start.to(body.span);
        self.node(Kind::For(over, Box::new(body)), span)
    }

    fn quantified(&mut self, some: bool) -> Parsed<Node> {
        let start = self.span();
        let over = self.iterations()?;
        self.expect_word("satisfies")?;
        let condition = self.expression()?;
        let span = start.to(condition.span);
        self.node(
            Kind::Quantified {
                some,
                over,
                condition: Box::new(condition),
            },
            span,
        )
    }

    fn iterations(&mut self) -> Parsed<Vec<Iteration>> {
        let mut over = Vec::new();
        loop {
            self.advance();
            // The name ends in front of `in`; that word in a declared name is part of the name.
            let Some((name, _)) = self.loop_name() else {
                return Err(self.unexpected(&["a name"]));
            };
            self.expect_word("in")?;
            let from = self.expression()?;
            let domain = if self.take(Sign::DotDot) {
                Domain::Between(from, self.expression()?)
            } else {
                Domain::Of(from)
            };
            self.long.add(&name);
            over.push(Iteration { name, domain });
            self.check_row(over.len())?;
            if !self.is(Sign::Comma) {
                return Ok(over);
            }
        }
    }

    fn loop_name(&mut self) -> Option<(Arc<str>, Span)> {
        let start = self.span();
        let mut words: Vec<String> = Vec::new();
        while *self.token() == Token::Word && !self.is_word("in") && words.len() < 8 {
            words.push(self.text().to_string());
            self.advance();
        }
        (!words.is_empty()).then(|| (Arc::from(words.join(" ")), Span::new(start.start, self.previous_end())))
    }

    fn function(&mut self) -> Parsed<Node> {
        let start = self.span();
        self.advance();
        let open = self.span();
        self.advance();
        let mut params: Vec<(Arc<str>, Option<TypeName>)> = Vec::new();
        if !self.take(Sign::CloseRound) {
            loop {
                let words = (0..8).take_while(|&ahead| *self.peek(ahead) == Token::Word).count();
                if words == 0 {
                    return Err(self.unexpected(&["a name", ")"]));
                }
                let name: Arc<str> = Arc::from(
                    (0..words)
                        .map(|ahead| self.text_at(ahead))
                        .collect::<Vec<_>>()
                        .join(" "),
                );
                for _ in 0..words {
                    self.advance();
                }
                self.long.add(&name);
                let of = if self.take(Sign::Colon) {
                    Some(self.deeper(Self::type_name)?)
                } else {
                    None
                };
                params.push((name, of));
                self.check_row(params.len())?;
                if !self.take(Sign::Comma) {
                    break;
                }
            }
            self.expect_close(open, Sign::CloseRound)?;
        }
        if self.is_word("external") {
            return Err(self.problem_here(Code::External));
        }
        let body = self.expression()?;
        let span = start.to(body.span);
        self.node(Kind::Function(Arc::new(Lambda { params, body })), span)
    }

    pub(super) fn type_name(&mut self) -> Parsed<TypeName> {
        let simple = SIMPLE.iter().find(|(words, _)| {
            words
                .iter()
                .enumerate()
                .all(|(ahead, word)| self.is_word_at(ahead, word))
        });
        if let Some((words, of)) = simple {
            for _ in 0..words.len() {
                self.advance();
            }
            return Ok(of.clone());
        }
        if *self.token() != Token::Word {
            return Err(self.unexpected(&["the name of a type"]));
        }
        let word: Arc<str> = Arc::from(self.text());
        self.advance();
        match &*word {
            "list" | "range" => {
                let inner = if self.take(Sign::Less) {
                    let inner = self.deeper(Self::type_name)?;
                    self.expect_greater()?;
                    inner
                } else {
                    TypeName::Any
                };
                Ok(if &*word == "list" {
                    TypeName::List(Box::new(inner))
                } else {
                    TypeName::Range(Box::new(inner))
                })
            }
            "context" => self.context_type(),
            "function" => self.function_type(),
            _ => Ok(TypeName::Unknown(word)),
        }
    }

    fn context_type(&mut self) -> Parsed<TypeName> {
        let mut entries = Vec::new();
        if self.take(Sign::Less) {
            loop {
                let Some((name, _)) = self.name() else {
                    return Err(self.unexpected(&["a name"]));
                };
                if !self.take(Sign::Colon) {
                    return Err(self.unexpected(&[":"]));
                }
                entries.push((name, self.deeper(Self::type_name)?));
                self.check_row(entries.len())?;
                if !self.take(Sign::Comma) {
                    break;
                }
            }
            self.expect_greater()?;
        }
        Ok(TypeName::Context(entries))
    }

    fn function_type(&mut self) -> Parsed<TypeName> {
        let mut params = Vec::new();
        if self.take(Sign::Less) {
            if !self.is(Sign::Greater) {
                loop {
                    params.push(self.deeper(Self::type_name)?);
                    self.check_row(params.len())?;
                    if !self.take(Sign::Comma) {
                        break;
                    }
                }
            }
            self.expect_greater()?;
        }
        let result = if self.take(Sign::Arrow) {
            self.deeper(Self::type_name)?
        } else {
            TypeName::Any
        };
        Ok(TypeName::Function(params, Box::new(result)))
    }

    fn expect_greater(&mut self) -> Parsed<()> {
        if self.take(Sign::Greater) {
            Ok(())
        } else {
            Err(self.unexpected(&[">"]))
        }
    }
}
