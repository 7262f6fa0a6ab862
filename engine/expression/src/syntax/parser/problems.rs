//! What a person is told when the text cannot be read, and what was probably meant.

use super::super::lexer::{Sign, Token};
use super::{Parsed, Parser};
use crate::check::declared_as;
use crate::messages::{Code, quoted};
use crate::problem::nearest;
use crate::{Problem, Span};

/// Words of the language, for those who write them in capitals.
const KEYWORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "between",
    "instance",
    "of",
    "is",
    "true",
    "false",
    "null",
    "function",
];

/// What people write behind `is`, and the floor's word for it.
const FLOOR_WORDS: &[(&str, &str)] = &[
    ("pass", "ok"),
    ("passed", "ok"),
    ("good", "ok"),
    ("true", "ok"),
    ("fail", "not ok"),
    ("failed", "not ok"),
    ("bad", "not ok"),
    ("nok", "not ok"),
    ("null", "empty"),
    ("missing", "empty"),
    ("blank", "empty"),
    ("set", "filled"),
    ("defined", "filled"),
    ("undefined", "empty"),
    ("合格", "ok"),
    ("不合格", "not ok"),
];

impl Parser<'_> {
    pub(super) fn fail(&self, code: Code, span: Span, words: &[&str]) -> Box<Problem> {
        Box::new(Problem::new(code, span, words))
    }

    pub(super) fn unexpected(&self, expected: &[&str]) -> Box<Problem> {
        if let Some(problem) = self.capitals() {
            return problem;
        }
        if *self.token() == Token::End {
            let end = Span::new(self.source.trim_end().len(), self.source.len());
            let problem = Problem::new(Code::UnexpectedEnd, end, &[expected.first().unwrap_or(&"")]);
            return Box::new(problem.expected(expected.iter().copied()));
        }
        if let Some(problem) = self.words_of_a_name() {
            return problem;
        }
        let written = self.text();
        let problem = Problem::new(Code::Unexpected, self.span(), &[&quoted(written)]);
        let near = nearest(written, expected.iter().copied().filter(|word| !word.contains(' ')));
        let mut problem = problem.expected(expected.iter().copied());
        problem.fix = near.into_iter().next();
        Box::new(problem)
    }

    /// A word of the language in capitals, here or before: it was read as a name, and then nothing fits.
    pub(super) fn capitals(&self) -> Option<Box<Problem>> {
        let read = self
            .tokens
            .iter()
            .take(self.at + 1)
            .filter(|token| token.token == Token::Word);
        read.into_iter().find_map(|token| {
            let written = &self.source[token.span.start..token.span.end];
            let small = written.to_lowercase();
            let meant =
                written != small && KEYWORDS.contains(&small.as_str()) && !self.names.names.contains_key(written);
            meant.then(|| Box::new(Problem::new(Code::Capitals, token.span, &[&quoted(written), &small]).fix(small)))
        })
    }

    /// Words in a row are often the sentence that a field was made from: `Shaft diameter` for `shaft_diameter`.
    pub(super) fn words_of_a_name(&self) -> Option<Box<Problem>> {
        const WORDS_MAX: usize = 8;
        let is_word = |at: usize| self.tokens.get(at).is_some_and(|token| token.token == Token::Word);
        if self.at == 0 || !is_word(self.at) || !is_word(self.at - 1) {
            return None;
        }
        let first = (self.at.saturating_sub(WORDS_MAX)..self.at)
            .rev()
            .take_while(|&at| is_word(at))
            .last()?;
        let last = (self.at..self.at + WORDS_MAX).take_while(|&at| is_word(at)).last()?;
        let windows = (first..self.at).flat_map(|from| (self.at..=last).rev().map(move |to| (from, to)));
        windows.into_iter().find_map(|(from, to)| {
            let span = Span::new(self.tokens[from].span.start, self.tokens[to].span.end);
            let written = &self.source[span.start..span.end];
            let name = declared_as(written, self.names)?;
            let problem = Problem::new(Code::UnknownName, span, &[written]);
            Some(Box::new(problem.expected([name.to_string()]).fix(name.to_string())))
        })
    }

    pub(super) fn expect_word(&mut self, word: &'static str) -> Parsed<()> {
        if self.take_word(word) {
            return Ok(());
        }
        Err(self.unexpected(&[word]))
    }

    /// The closing sign of a bracket that was opened at `open`.
    pub(super) fn expect_close(&mut self, open: Span, close: Sign) -> Parsed<()> {
        if self.take(close) {
            return Ok(());
        }
        if *self.token() != Token::End {
            return Err(self.unexpected(&[close.text(), ","]));
        }
        let end = Span::new(self.source.len(), self.source.len());
        let words = [quoted(&self.source[open.start..open.end]), quoted(close.text())];
        Err(Box::new(
            Problem::new(Code::UnclosedBracket, end, &[&words[0], &words[1]]).fix(close.text()),
        ))
    }

    /// Behind `is`, or `is not`.
    pub(super) fn unknown_floor_word(&self) -> Box<Problem> {
        const KNOWN: [&str; 5] = ["ok", "not ok", "undecided", "empty", "filled"];
        if *self.token() == Token::End {
            return self.unexpected(&KNOWN);
        }
        let written = self.text();
        let small = written.to_lowercase();
        let same = KNOWN.contains(&small.as_str()).then(|| small.clone());
        let meant = || {
            FLOOR_WORDS
                .iter()
                .find(|(word, _)| *word == small)
                .map(|(_, meant)| (*meant).to_string())
        };
        let near = || nearest(&small, KNOWN).into_iter().next();
        let mut problem = Problem::new(Code::UnknownFloorWord, self.span(), &[written]).expected(KNOWN);
        problem.fix = same.or_else(meant).or_else(near);
        Box::new(problem)
    }
}
