//! From text to tokens. Full-width signs are read as their ASCII twins, and signs of programming languages as the
//! words they stand for, with a problem that says so.

use std::sync::Arc;

use super::escape::read_text;
use crate::messages::Code;
use crate::units::{self, Measure};
use crate::{Number, Problem, Span};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word,
    Number(Number),
    Unit(Measure),
    Text(Arc<str>),
    /// `@"…"`
    Moment(Arc<str>),
    Sign(Sign),
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
    Star,
    Power,
    Slash,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    OpenRound,
    CloseRound,
    OpenSquare,
    CloseSquare,
    OpenCurly,
    CloseCurly,
    Comma,
    Colon,
    Dot,
    DotDot,
    Arrow,
}

impl Sign {
    pub(super) fn text(self) -> &'static str {
        match self {
            Sign::Plus => "+",
            Sign::Minus => "-",
            Sign::Star => "*",
            Sign::Power => "**",
            Sign::Slash => "/",
            Sign::Equal => "=",
            Sign::NotEqual => "!=",
            Sign::Less => "<",
            Sign::LessEqual => "<=",
            Sign::Greater => ">",
            Sign::GreaterEqual => ">=",
            Sign::OpenRound => "(",
            Sign::CloseRound => ")",
            Sign::OpenSquare => "[",
            Sign::CloseSquare => "]",
            Sign::OpenCurly => "{",
            Sign::CloseCurly => "}",
            Sign::Comma => ",",
            Sign::Colon => ":",
            Sign::Dot => ".",
            Sign::DotDot => "..",
            Sign::Arrow => "->",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) span: Span,
    /// Nothing stands between this and the token before.
    pub(super) glued: bool,
}

/// Words that go on with a formula behind a number, so that they are no units.
const AFTER_NUMBER: &[&str] = &[
    "and",
    "or",
    "then",
    "else",
    "in",
    "between",
    "is",
    "instance",
    "satisfies",
    "return",
];

pub(super) fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || ('\u{1F000}'..='\u{1FAFF}').contains(&c)
}

pub(super) fn is_word_part(c: char) -> bool {
    is_word_start(c) || c.is_numeric() || ('\u{300}'..='\u{36F}').contains(&c) || c == '\u{B7}' || c == '\u{200D}'
}

pub(super) fn tokens(source: &str) -> (Vec<Spanned>, Vec<Problem>) {
    let mut lexer = Lexer {
        source,
        at: 0,
        found: Vec::new(),
        problems: Vec::new(),
    };
    while lexer.step() {}
    (lexer.found, lexer.problems)
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    found: Vec<Spanned>,
    problems: Vec<Problem>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn push(&mut self, token: Token, length: usize) {
        let span = Span::new(self.at, self.at + length);
        let glued = self.found.last().is_some_and(|last| last.span.end == span.start);
        self.found.push(Spanned { token, span, glued });
        self.at += length;
    }

    /// Reads one token; false after the last.
    fn step(&mut self) -> bool {
        self.skip_blanks();
        let Some(c) = self.rest().chars().next() else {
            self.push(Token::End, 0);
            return false;
        };
        let decimal_point = c == '.' && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit());
        if c.is_ascii_digit() || decimal_point {
            self.number();
        } else if is_word_start(c) {
            let rest = self.rest();
            let length = rest.find(|c| !is_word_part(c)).unwrap_or(rest.len());
            self.push(Token::Word, length);
        } else if c == '"' || c == '“' || c == '”' || c == '＂' {
            self.text(0);
        } else if c == '@' && self.rest()[1..].starts_with(['"', '“', '＂']) {
            self.text(1);
        } else if c == '\'' || c == '‘' || c == '’' {
            self.single_quoted(c);
        } else {
            self.sign(c);
        }
        true
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                match rest.find("*/") {
                    Some(end) => self.at += end + 2,
                    None => {
                        let span = Span::new(self.at, self.source.len());
                        self.problems.push(Problem::new(Code::UnclosedComment, span, &[]));
                        self.at = self.source.len();
                    }
                }
            } else {
                return;
            }
        }
    }

    fn number(&mut self) {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1);
        }
        let mut exponent = None;
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let last = digits((end + 1 + sign).min(bytes.len()));
            if last > end + 1 + sign {
                exponent = Some(end);
                end = last;
            }
        }
        let text = &self.rest()[..end];
        let number = match exponent {
            Some(_) => Number::from_scientific(text).ok(),
            None if text.starts_with('.') => Number::from_str_exact(&format!("0{text}")).ok(),
            None => Number::from_str_exact(text).ok(),
        };
        if number.is_none() {
            let problem = Problem::new(
                Code::BadNumber,
                Span::new(self.at, self.at + end),
                &[&crate::messages::quoted(text)],
            );
            self.problems.push(problem);
        }
        self.push(Token::Number(number.unwrap_or_default()), end);
        self.unit();
    }

    /// A unit right behind a number. Nothing else that begins with a letter can stand there but a word that goes on.
    fn unit(&mut self) {
        let blanks = self.rest().len() - self.rest().trim_start_matches([' ', '\u{a0}', '\t']).len();
        let rest = &self.source[self.at + blanks..];
        if !rest.starts_with(units::is_unit_start) {
            return;
        }
        let word = &rest[..rest.find(|c| !is_word_part(c)).unwrap_or(rest.len())];
        let small = word.to_lowercase();
        if AFTER_NUMBER.contains(&small.as_str()) && !(word == "in" && stands_alone(&rest[2..])) {
            return;
        }
        let (measure, length) = units::scan(rest);
        self.at += blanks;
        match measure {
            Some(measure) => self.push(Token::Unit(measure), length),
            None => {
                let written = &rest[..length];
                let near = units::near(written);
                let mut problem = Problem::new(
                    Code::UnknownUnit,
                    Span::new(self.at, self.at + length),
                    &[&crate::messages::quoted(written)],
                );
                problem.fix = near.first().cloned();
                self.problems.push(problem.expected(near));
                self.at += length;
            }
        }
    }

    fn text(&mut self, skip: usize) {
        match read_text(&self.source[self.at + skip..]) {
            Some((text, length)) => {
                let text = Arc::from(text);
                let token = if skip == 0 {
                    Token::Text(text)
                } else {
                    Token::Moment(text)
                };
                self.push(token, skip + length);
            }
            None => {
                let span = Span::new(self.at, self.source.len());
                self.problems.push(Problem::new(Code::UnclosedText, span, &[]));
                self.push(Token::Text(Arc::from("")), self.source.len() - self.at);
            }
        }
    }

    fn single_quoted(&mut self, quote: char) {
        let open = quote.len_utf8();
        let close = self.rest()[open..].find(['\'', '’', '‘']);
        let Some(length) = close else {
            let span = Span::new(self.at, self.source.len());
            self.problems.push(Problem::new(Code::UnclosedText, span, &[]));
            self.push(Token::Text(Arc::from("")), self.source.len() - self.at);
            return;
        };
        let inside = self.rest()[open..open + length].to_string();
        let closing = self.rest()[open + length..].chars().next().map_or(0, char::len_utf8);
        let span = Span::new(self.at, self.at + open + length + closing);
        let right = format!("\"{}\"", inside.replace('"', "\\\""));
        self.problems
            .push(Problem::new(Code::SingleQuotes, span, &[&right]).fix(right.clone()));
        self.push(Token::Text(Arc::from(inside)), open + length + closing);
    }

    fn sign(&mut self, c: char) {
        if self.foreign_sign() {
            return;
        }
        let two: String = self.rest().chars().take(2).map(ascii_twin).collect();
        let sign = match two.as_str() {
            "**" => Some(Sign::Power),
            "!=" => Some(Sign::NotEqual),
            "<=" => Some(Sign::LessEqual),
            ">=" => Some(Sign::GreaterEqual),
            ".." => Some(Sign::DotDot),
            "->" => Some(Sign::Arrow),
            _ => None,
        };
        if let Some(sign) = sign {
            let length = self.rest().chars().take(2).map(char::len_utf8).sum();
            return self.push(Token::Sign(sign), length);
        }
        let sign = match ascii_twin(c) {
            '+' => Sign::Plus,
            '-' => Sign::Minus,
            '*' => Sign::Star,
            '/' => Sign::Slash,
            '=' => Sign::Equal,
            '<' => Sign::Less,
            '>' => Sign::Greater,
            '≤' => Sign::LessEqual,
            '≥' => Sign::GreaterEqual,
            '≠' => Sign::NotEqual,
            '(' => Sign::OpenRound,
            ')' => Sign::CloseRound,
            '[' => Sign::OpenSquare,
            ']' => Sign::CloseSquare,
            '{' => Sign::OpenCurly,
            '}' => Sign::CloseCurly,
            ',' => Sign::Comma,
            ':' => Sign::Colon,
            '.' => Sign::Dot,
            '…' => Sign::DotDot,
            // The value under test, in a unary test.
            '?' => return self.push(Token::Word, 1),
            _ => {
                let span = Span::new(self.at, self.at + c.len_utf8());
                self.problems.push(Problem::new(
                    Code::UnknownCharacter,
                    span,
                    &[&crate::messages::quoted(&c.to_string())],
                ));
                self.at += c.len_utf8();
                return;
            }
        };
        self.push(Token::Sign(sign), c.len_utf8());
    }

    /// `==`, `&&`, `||`, `!`, `<>`, `=>`, `=<`: read as what was meant, with a problem.
    fn foreign_sign(&mut self) -> bool {
        const WRONG: &[(&str, &str)] = &[
            ("===", "="),
            ("==", "="),
            ("&&", "and"),
            ("||", "or"),
            ("<>", "!="),
            ("=>", ">="),
            ("=<", "<="),
        ];
        let found = WRONG.iter().find(|(wrong, _)| self.rest().starts_with(wrong));
        let behind_function = self
            .found
            .last()
            .is_some_and(|last| &self.source[last.span.start..last.span.end] == "function");
        if behind_function && self.rest().starts_with("<>") {
            // The type of a function without parameters.
            return false;
        }
        if let Some((wrong, right)) = found {
            let span = Span::new(self.at, self.at + wrong.len());
            let (code, token) = match *right {
                "=" => (Code::DoubleEquals, Token::Sign(Sign::Equal)),
                "and" | "or" => (Code::WriteWord, Token::Word),
                "!=" => (Code::WriteSign, Token::Sign(Sign::NotEqual)),
                ">=" => (Code::WriteSign, Token::Sign(Sign::GreaterEqual)),
                _ => (Code::WriteSign, Token::Sign(Sign::LessEqual)),
            };
            self.problems
                .push(Problem::new(code, span, &[wrong, right]).fix(*right));
            self.push(token, wrong.len());
            return true;
        }
        if !self.rest().starts_with('!') || self.rest().starts_with("!=") {
            return false;
        }
        let behind = &self.rest()[1..];
        let path = behind
            .find(|c: char| !(is_word_part(c) || c == '.'))
            .unwrap_or(behind.len());
        let (length, fix) = match path {
            0 => (1, "not".to_string()),
            _ => (1 + path, format!("not({})", &behind[..path])),
        };
        let span = Span::new(self.at, self.at + length);
        self.problems
            .push(Problem::new(Code::WriteWord, span, &["!", "not( )"]).fix(fix));
        self.at += 1;
        true
    }
}

/// Behind `5 in`: nothing that `in` could be asked about, so it is the inch.
fn stands_alone(rest: &str) -> bool {
    let rest = rest.trim_start();
    let goes_on = [
        "and ",
        "or ",
        "then ",
        "else ",
        "return ",
        "satisfies ",
        "between ",
        "is ",
    ];
    rest.is_empty()
        || rest.starts_with([')', ',', '+', '*', '/', '}'])
        || goes_on.iter().any(|word| rest.starts_with(word))
}

fn ascii_twin(c: char) -> char {
    match c {
        // Full-width forms stand in the same order as ASCII.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '、' => ',',
        '−' => '-',
        '×' => '*',
        '÷' => '/',
        '【' => '[',
        '】' => ']',
        c => c,
    }
}
