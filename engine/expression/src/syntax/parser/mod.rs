//! The precedence parser. It never recurses deeper than [`DEPTH_MAX`] and never builds a tree that is higher.

mod forms;
mod primary;
mod problems;

pub(crate) use primary::moment;

use std::sync::Arc;

use super::ast::{ArithOp, Asked, CompareOp, Kind, Node, Test};
use super::lexer::{self, Sign, Spanned, Token};
use super::names::LongNames;
use crate::limits::{DEPTH_MAX, OPERATORS_IN_A_ROW_MAX, SOURCE_BYTES_MAX};
use crate::messages::{Code, quoted};
use crate::{Names, Problem, Span};

/// Words that no operand begins with.
pub(super) const RESERVED: &[&str] = &[
    "and",
    "or",
    "then",
    "else",
    "in",
    "between",
    "satisfies",
    "return",
    "is",
    "instance",
];
pub(crate) fn parse(source: &str, names: &Names) -> Result<Node, Vec<Problem>> {
    let whole = Span::new(0, source.len());
    if source.len() > SOURCE_BYTES_MAX {
        return Err(vec![Problem::new(
            Code::FormulaTooLong,
            whole,
            &[&SOURCE_BYTES_MAX.to_string()],
        )]);
    }
    let (tokens, mut problems) = lexer::tokens(source);
    let mut parser = Parser {
        source,
        names,
        tokens,
        at: 0,
        long: LongNames::of(names),
        depth: 0,
        in_range_end: false,
        problems: Vec::new(),
    };
    let root = parser.formula();
    problems.append(&mut parser.problems);
    match root {
        Ok(root) if problems.is_empty() => Ok(root),
        Ok(_) => Err(problems),
        Err(problem) => {
            // What the lexer could not read usually explains what the parser then stumbles over.
            if problems.is_empty() {
                problems.push(*problem);
            }
            Err(problems)
        }
    }
}

type Parsed<T> = Result<T, Box<Problem>>;

struct Parser<'a> {
    source: &'a str,
    names: &'a Names,
    tokens: Vec<Spanned>,
    at: usize,
    long: LongNames,
    depth: u16,
    /// Behind `..`, where `[` closes the range and opens no filter.
    in_range_end: bool,
    problems: Vec<Problem>,
}

impl Parser<'_> {
    fn formula(&mut self) -> Parsed<Node> {
        if *self.token() == Token::End {
            return Err(self.fail(Code::EmptyFormula, self.span(), &[]));
        }
        if *self.token() == Token::Sign(Sign::Equal) {
            let problem = Problem::new(Code::EqualsFirst, self.span(), &[]).fix("");
            return Err(Box::new(problem));
        }
        let root = self.expression()?;
        match self.token() {
            Token::End => Ok(root),
            Token::Sign(sign @ (Sign::CloseRound | Sign::CloseSquare | Sign::CloseCurly)) => {
                let problem = Problem::new(Code::ExtraBracket, self.span(), &[&quoted(sign.text())]).fix("");
                Err(Box::new(problem))
            }
            _ => Err(self.unexpected(&["an operator", "the end"])),
        }
    }

    // Looking at tokens.

    fn token(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn peek(&self, ahead: usize) -> &Token {
        &self.tokens[(self.at + ahead).min(self.tokens.len() - 1)].token
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    fn previous_end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |at| self.tokens[at].span.end)
    }

    fn text(&self) -> &str {
        self.text_at(0)
    }

    fn text_at(&self, ahead: usize) -> &str {
        let span = self.tokens[(self.at + ahead).min(self.tokens.len() - 1)].span;
        &self.source[span.start..span.end]
    }

    fn is_word(&self, word: &str) -> bool {
        *self.token() == Token::Word && (self.text() == word || self.is_foreign_word(word))
    }

    /// `&&` and `||` come out of the lexer as words.
    fn is_foreign_word(&self, word: &str) -> bool {
        matches!((self.text(), word), ("&&", "and") | ("||", "or"))
    }

    fn is_word_at(&self, ahead: usize, word: &str) -> bool {
        *self.peek(ahead) == Token::Word && self.text_at(ahead) == word
    }

    fn is(&self, sign: Sign) -> bool {
        *self.token() == Token::Sign(sign)
    }

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn take(&mut self, sign: Sign) -> bool {
        let found = self.is(sign);
        if found {
            self.advance();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    // Limits.

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH_MAX {
            return Err(self.fail(Code::TooDeep, self.span(), &[&DEPTH_MAX.to_string()]));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn node(&self, kind: Kind, span: Span) -> Parsed<Node> {
        let mut height = 0;
        kind.children(&mut |child| height = height.max(child.height));
        if height >= DEPTH_MAX {
            return Err(self.fail(Code::TooDeep, span, &[&DEPTH_MAX.to_string()]));
        }
        Ok(Node {
            kind,
            span,
            height: height + 1,
        })
    }

    fn check_row(&self, count: usize) -> Parsed<()> {
        if count < OPERATORS_IN_A_ROW_MAX {
            return Ok(());
        }
        Err(self.fail(
            Code::TooManyOperators,
            self.span(),
            &[&OPERATORS_IN_A_ROW_MAX.to_string()],
        ))
    }

    // Operators, from the weakest to the strongest.

    fn expression(&mut self) -> Parsed<Node> {
        let in_range_end = std::mem::replace(&mut self.in_range_end, false);
        let result = self.deeper(Self::disjunction);
        self.in_range_end = in_range_end;
        result
    }

    fn disjunction(&mut self) -> Parsed<Node> {
        let first = self.conjunction()?;
        if !self.is_word("or") {
            return Ok(first);
        }
        let start = first.span;
        let mut operands = vec![first];
        while self.take_word("or") {
            self.check_row(operands.len())?;
            operands.push(self.conjunction()?);
        }
        let span = start.to(operands[operands.len() - 1].span);
        self.node(Kind::Or(operands), span)
    }

    fn conjunction(&mut self) -> Parsed<Node> {
        let first = self.comparison()?;
        if !self.is_word("and") {
            return Ok(first);
        }
        let start = first.span;
        let mut operands = vec![first];
        while self.take_word("and") {
            self.check_row(operands.len())?;
            operands.push(self.comparison()?);
        }
        let span = start.to(operands[operands.len() - 1].span);
        self.node(Kind::And(operands), span)
    }

    fn comparison(&mut self) -> Parsed<Node> {
        let mut left = self.sum()?;
        loop {
            left = if let Some(op) = self.compare_op() {
                self.advance();
                let right = self.sum()?;
                let span = left.span.to(right.span);
                self.node(Kind::Compare(op, Box::new((left, right))), span)?
            } else if self.take_word("between") {
                let low = self.sum()?;
                self.expect_word("and")?;
                let high = self.sum()?;
                let span = left.span.to(high.span);
                self.node(Kind::Between(Box::new((left, low, high))), span)?
            } else if self.take_word("in") {
                let tests = self.tests()?;
                let span = Span::new(left.span.start, self.previous_end());
                self.node(Kind::In(Box::new(left), tests), span)?
            } else if self.is_word("instance") && self.is_word_at(1, "of") {
                self.advance();
                self.advance();
                let of = self.deeper(Self::type_name)?;
                let span = Span::new(left.span.start, self.previous_end());
                self.node(Kind::InstanceOf(Box::new(left), Box::new(of)), span)?
            } else if self.take_word("is") {
                let asked = self.asked()?;
                let span = Span::new(left.span.start, self.previous_end());
                self.node(Kind::Is(Box::new(left), asked), span)?
            } else {
                return Ok(left);
            };
        }
    }

    fn compare_op(&self) -> Option<CompareOp> {
        let Token::Sign(sign) = self.token() else {
            return None;
        };
        Some(match sign {
            Sign::Equal => CompareOp::Equal,
            Sign::NotEqual => CompareOp::NotEqual,
            Sign::Less => CompareOp::Less,
            Sign::LessEqual => CompareOp::LessEqual,
            Sign::Greater => CompareOp::Greater,
            Sign::GreaterEqual => CompareOp::GreaterEqual,
            _ => return None,
        })
    }

    /// Behind `is`.
    fn asked(&mut self) -> Parsed<Asked> {
        let not = self.take_word("not");
        let asked = match (self.text(), not) {
            ("ok", false) => Asked::Ok,
            ("ok", true) => Asked::NotOk,
            ("undecided", false) => Asked::Undecided,
            ("undecided", true) => Asked::NotUndecided,
            ("empty", false) | ("filled", true) => Asked::Empty,
            ("filled", false) | ("empty", true) => Asked::Filled,
            _ => return Err(self.unknown_floor_word()),
        };
        self.advance();
        Ok(asked)
    }

    fn tests(&mut self) -> Parsed<Vec<Test>> {
        if !self.is(Sign::OpenRound) {
            return Ok(vec![self.test()?]);
        }
        let open = self.span();
        self.advance();
        let in_range_end = std::mem::replace(&mut self.in_range_end, false);
        let first = self.test_inside()?;
        let mut tests = match first {
            Test::Value(start) if self.take(Sign::DotDot) => {
                self.in_range_end = in_range_end;
                return Ok(vec![Test::Value(self.range_behind(open, false, start)?)]);
            }
            first => vec![first],
        };
        while self.take(Sign::Comma) {
            self.check_row(tests.len())?;
            tests.push(self.test_inside()?);
        }
        self.expect_close(open, Sign::CloseRound)?;
        self.in_range_end = in_range_end;
        Ok(tests)
    }

    fn test(&mut self) -> Parsed<Test> {
        match self.compare_op() {
            Some(op) => {
                self.advance();
                Ok(Test::Compare(op, self.sum()?))
            }
            None => Ok(Test::Value(self.sum()?)),
        }
    }

    fn test_inside(&mut self) -> Parsed<Test> {
        match self.compare_op() {
            Some(_) => self.test(),
            None => Ok(Test::Value(self.expression()?)),
        }
    }

    fn row(&mut self, operator: fn(&Self) -> Option<ArithOp>, operand: fn(&mut Self) -> Parsed<Node>) -> Parsed<Node> {
        let first = operand(self)?;
        if operator(self).is_none() {
            return Ok(first);
        }
        let start = first.span;
        let mut rest: Vec<(ArithOp, Node)> = Vec::new();
        while let Some(op) = operator(self) {
            self.check_row(rest.len() + 1)?;
            self.advance();
            rest.push((op, operand(self)?));
        }
        let span = Span::new(start.start, self.previous_end());
        self.node(Kind::Arith(Box::new(first), rest), span)
    }

    fn sum(&mut self) -> Parsed<Node> {
        let operator = |parser: &Self| match parser.token() {
            Token::Sign(Sign::Plus) => Some(ArithOp::Add),
            Token::Sign(Sign::Minus) => Some(ArithOp::Subtract),
            _ => None,
        };
        self.row(operator, Self::product)
    }

    fn product(&mut self) -> Parsed<Node> {
        let operator = |parser: &Self| match parser.token() {
            Token::Sign(Sign::Star) => Some(ArithOp::Multiply),
            Token::Sign(Sign::Slash) => Some(ArithOp::Divide),
            _ => None,
        };
        self.row(operator, Self::power)
    }

    fn power(&mut self) -> Parsed<Node> {
        let operator = |parser: &Self| (*parser.token() == Token::Sign(Sign::Power)).then_some(ArithOp::Power);
        self.row(operator, Self::unary)
    }

    fn unary(&mut self) -> Parsed<Node> {
        if !self.is(Sign::Minus) {
            return self.postfix();
        }
        let start = self.span();
        self.advance();
        let operand = self.deeper(Self::unary)?;
        let span = start.to(operand.span);
        self.node(Kind::Negate(Box::new(operand)), span)
    }

    /// A name as it is declared, or one word.
    fn name(&mut self) -> Option<(Arc<str>, Span)> {
        let start = self.span();
        let (name, count) = match self.long.find(self.source, &self.tokens[self.at..]) {
            Some(found) => found,
            None if *self.token() == Token::Word => (Arc::from(self.text()), 1),
            None => return None,
        };
        for _ in 0..count {
            self.advance();
        }
        Some((name, Span::new(start.start, self.previous_end())))
    }
}
