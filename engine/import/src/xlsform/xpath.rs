//! XPath as XLSForms use it, read into a tree.

use crate::limits;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Number(String),
    Text(String),
    /// `${name}`
    Question(String),
    /// `.`: the answer itself.
    Own,
    Call(String, Vec<Expr>),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=`, `+`, `-`, `*`, `div`, `mod`, `and`, `or`.
    Pair(&'static str, Box<Expr>, Box<Expr>),
    Minus(Box<Expr>),
}

/// Why there is no formula, in English and Chinese.
pub(super) type Why = (String, String);

pub(super) fn why(en: impl Into<String>, zh: impl Into<String>) -> Why {
    (en.into(), zh.into())
}

pub(super) fn too_long() -> Why {
    why("it is too long", "太长")
}

fn unexpected(what: &str) -> Why {
    why(format!("unexpected {what}"), format!("多出了 {what}"))
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(String),
    Text(String),
    Question(String),
    Name(String),
    Sign(&'static str),
}

const SIGNS: [&str; 13] = ["!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "(", ")", ",", "."];

/// The tree of an expression, or why there is none.
pub(super) fn parse(text: &str) -> Result<Expr, Why> {
    if text.len() > limits::XPATH_BYTES_MAX {
        let most = limits::XPATH_BYTES_MAX;
        return Err(why(
            format!("it is longer than {most} bytes"),
            format!("超过 {most} 字节"),
        ));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let found = parser.or()?;
    match parser.tokens.get(parser.at) {
        None => Ok(found),
        Some(token) => Err(unexpected(&shown(token))),
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Number(text) | Token::Name(text) => text.clone(),
        Token::Text(text) => format!("'{text}'"),
        Token::Question(name) => format!("${{{name}}}"),
        Token::Sign(sign) => (*sign).to_owned(),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Why> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' | '‘' | '’' | '“' | '”' => {
                let open = first.len_utf8();
                let ends = |c: char| c == first || (first == '‘' && c == '’') || (first == '“' && c == '”');
                let end = rest[open..]
                    .find(ends)
                    .ok_or_else(|| why("a quote is not closed", "引号没有关上"))?;
                out.push(Token::Text(rest[open..open + end].to_owned()));
                let close = rest[open + end..].chars().next().map_or(0, char::len_utf8);
                open + end + close
            }
            '$' => {
                let inside = rest.strip_prefix("${").ok_or_else(|| unexpected("$"))?;
                let end = inside
                    .find('}')
                    .ok_or_else(|| why("`${` without `}`", "`${` 缺少 `}`"))?;
                out.push(Token::Question(inside[..end].trim().to_owned()));
                end + 3
            }
            '0'..='9' => {
                let end = rest
                    .find(|c: char| !(c.is_ascii_digit() || c == '.'))
                    .unwrap_or(rest.len());
                out.push(Token::Number(rest[..end].to_owned()));
                end
            }
            _ if rest.starts_with("..") || first == '/' || first == '[' || first == '@' => {
                return Err(why("it walks through the form by a path", "它用路径引用其他问题"));
            }
            _ if first.is_alphabetic() || first == '_' => {
                let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':');
                let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
                out.push(Token::Name(rest[..end].trim_end_matches('-').to_owned()));
                rest[..end].trim_end_matches('-').len()
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| unexpected(&first.to_string()))?;
                out.push(Token::Sign(sign));
                sign.len()
            }
        };
        rest = rest[length..].trim_start();
        if out.len() > limits::XPATH_TOKENS_MAX {
            return Err(too_long());
        }
    }
    Ok(out)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

type Parsed = Result<Expr, Why>;

impl Parser {
    fn sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let found = match self.tokens.get(self.at) {
            Some(Token::Sign(sign)) => signs.iter().find(|one| *one == sign),
            Some(Token::Name(name)) => signs.iter().find(|one| *one == name),
            _ => None,
        };
        let found = found.copied();
        self.at += usize::from(found.is_some());
        found
    }

    fn chain(&mut self, signs: &[&'static str], next: fn(&mut Parser) -> Parsed) -> Parsed {
        let mut left = next(self)?;
        let mut links = 0;
        while let Some(sign) = self.sign(signs) {
            links += 1;
            if links > limits::XPATH_DEPTH_MAX {
                return Err(too_long());
            }
            left = Expr::Pair(sign, Box::new(left), Box::new(next(self)?));
        }
        Ok(left)
    }

    fn or(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > limits::XPATH_DEPTH_MAX {
            return Err(why("it is nested too deeply", "嵌套太深"));
        }
        let found = self.chain(&["or"], Parser::and);
        self.depth -= 1;
        found
    }
    fn and(&mut self) -> Parsed {
        self.chain(&["and"], Parser::equal)
    }
    fn equal(&mut self) -> Parsed {
        self.chain(&["=", "!="], Parser::compare)
    }
    fn compare(&mut self) -> Parsed {
        self.chain(&["<=", ">=", "<", ">"], Parser::sum)
    }
    fn sum(&mut self) -> Parsed {
        self.chain(&["+", "-"], Parser::product)
    }
    fn product(&mut self) -> Parsed {
        self.chain(&["*", "div", "mod"], Parser::minus)
    }
    fn minus(&mut self) -> Parsed {
        if self.sign(&["-"]).is_some() {
            return Ok(Expr::Minus(Box::new(self.one()?)));
        }
        self.one()
    }

    fn one(&mut self) -> Parsed {
        let token = self
            .tokens
            .get(self.at)
            .cloned()
            .ok_or_else(|| why("it ends too early", "没有写完"))?;
        self.at += 1;
        match token {
            Token::Number(number) => Ok(Expr::Number(number)),
            Token::Text(text) => Ok(Expr::Text(text)),
            Token::Question(name) => Ok(Expr::Question(name)),
            Token::Sign(".") => Ok(Expr::Own),
            Token::Sign("(") => {
                let inside = self.or()?;
                self.sign(&[")"])
                    .ok_or_else(|| why("a bracket is not closed", "括号没有关上"))?;
                Ok(inside)
            }
            Token::Name(name) => {
                if self.sign(&["("]).is_none() {
                    return Err(unexpected(&name));
                }
                let mut args = Vec::new();
                if self.sign(&[")"]).is_some() {
                    return Ok(Expr::Call(name, args));
                }
                loop {
                    args.push(self.or()?);
                    if self.sign(&[","]).is_some() {
                        continue;
                    }
                    self.sign(&[")"])
                        .ok_or_else(|| why("a bracket is not closed", "括号没有关上"))?;
                    return Ok(Expr::Call(name, args));
                }
            }
            other => Err(unexpected(&shown(&other))),
        }
    }
}

/// The opposite: what must be refused when this must hold.
pub(super) fn opposite(expr: &Expr) -> Expr {
    let pair = |sign, left: &Expr, right: &Expr| Expr::Pair(sign, Box::new(left.clone()), Box::new(right.clone()));
    match expr {
        Expr::Pair("and", left, right) => pair("or", &opposite(left), &opposite(right)),
        Expr::Pair("or", left, right) => pair("and", &opposite(left), &opposite(right)),
        Expr::Pair("=", left, right) => pair("!=", left, right),
        Expr::Pair("!=", left, right) => pair("=", left, right),
        Expr::Pair("<", left, right) => pair(">=", left, right),
        Expr::Pair("<=", left, right) => pair(">", left, right),
        Expr::Pair(">", left, right) => pair("<=", left, right),
        Expr::Pair(">=", left, right) => pair("<", left, right),
        Expr::Call(name, args) if name == "not" && args.len() == 1 => args[0].clone(),
        other => Expr::Call("not".to_owned(), vec![other.clone()]),
    }
}
