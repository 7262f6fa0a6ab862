//! The tree of an XPath expression as a formula of the language.

use std::collections::BTreeMap;

use super::xpath::{Expr, Why, too_long, why};

/// What a question gives, as far as translating needs it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Gives {
    Number,
    Text,
    Date,
    DateTime,
    Time,
    YesNo,
    /// One of a list: texts of its choices by name.
    Choice(BTreeMap<String, String>),
    /// Some of a list.
    Choices(BTreeMap<String, String>),
    /// A repeat.
    List,
    Other,
}

/// A question as expressions see it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) gives: Gives,
    /// The repeat it is in.
    pub(super) within: Option<String>,
}

/// Where an expression stands.
pub(super) struct Scope<'s> {
    pub(super) questions: &'s BTreeMap<String, Known>,
    /// The question whose constraint it is.
    pub(super) own: Option<&'s str>,
    /// The repeat around it.
    pub(super) within: Option<&'s str>,
}

/// A part of a formula, in brackets where it is more than one thing.
fn enclosed(expr: &Expr, written: String) -> String {
    let is_one = match expr {
        Expr::Pair(..) => false,
        Expr::Call(name, _) => !matches!(name.as_str(), "if" | "coalesce" | "selected" | "concat"),
        _ => true,
    };
    if is_one { written } else { format!("({written})") }
}

fn no_choice(name: &str) -> Why {
    why(format!("'{name}' is no choice"), format!("'{name}' 不是选项"))
}

/// Formula and what it gives.
type Written = Result<(String, Gives), Why>;

/// Bytes of a part that is written twice.
const TWICE_BYTES_MAX: usize = 1_000;

/// A text between quotes.
pub(super) fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Scope<'_> {
    /// The formula; or why there is none, in a few words.
    pub(super) fn formula(&self, expr: &Expr) -> Result<String, Why> {
        self.write(expr).map(|(formula, _)| formula)
    }

    fn known(&self, expr: &Expr) -> Option<&Known> {
        match expr {
            Expr::Question(name) => self.questions.get(name),
            Expr::Own => self.questions.get(self.own?),
            _ => None,
        }
    }

    fn write(&self, expr: &Expr) -> Written {
        match expr {
            Expr::Number(number) => Ok((number.clone(), Gives::Number)),
            Expr::Text(written) => Ok((text(written), Gives::Text)),
            Expr::Own | Expr::Question(_) => {
                let known = self.known(expr).ok_or_else(|| match expr {
                    Expr::Question(name) => why(format!("there is no question '{name}'"), format!("没有问题 '{name}'")),
                    _ => why("`.` stands for no answer here", "这里的 `.` 没有对应的回答"),
                })?;
                if known.within.is_some() && known.within.as_deref() != self.within {
                    let id = &known.id;
                    return Err(why(
                        format!("'{id}' is asked several times"),
                        format!("'{id}' 会问多次"),
                    ));
                }
                Ok((known.id.clone(), known.gives.clone()))
            }
            Expr::Minus(inner) => Ok((format!("-{}", self.inside(inner)?), Gives::Number)),
            Expr::Pair(sign, left, right) => self.pair(sign, left, right),
            Expr::Call(name, args) => self.call(name, args),
        }
    }

    /// In brackets where it is more than one thing.
    fn inside(&self, expr: &Expr) -> Result<String, Why> {
        Ok(enclosed(expr, self.formula(expr)?))
    }

    fn is_date(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Own | Expr::Question(_) => self.known(expr).is_some_and(|known| known.gives == Gives::Date),
            Expr::Call(name, _) => matches!(name.as_str(), "today" | "date"),
            Expr::Pair("+" | "-", left, _) => self.is_date(left),
            _ => false,
        }
    }

    fn pair(&self, sign: &str, left: &Expr, right: &Expr) -> Written {
        match sign {
            "and" | "or" => {
                let side = |side: &Expr| match side {
                    Expr::Pair(inner @ ("and" | "or"), ..) if *inner != sign => self.inside(side),
                    Expr::Call(name, _) if name == "if" => self.inside(side),
                    _ => self.formula(side),
                };
                Ok((format!("{} {sign} {}", side(left)?, side(right)?), Gives::YesNo))
            }
            "=" | "!=" | "<" | "<=" | ">" | ">=" => self.compared(sign, left, right),
            "mod" => Ok((
                format!("modulo({}, {})", self.formula(left)?, self.formula(right)?),
                Gives::Number,
            )),
            "+" | "-" if self.is_date(left) => match right {
                Expr::Number(days) if days.bytes().all(|byte| byte.is_ascii_digit()) => Ok((
                    format!("{} {sign} duration(\"P{days}D\")", self.inside(left)?),
                    Gives::Date,
                )),
                _ => Err(why("it reckons with dates", "它计算日期")),
            },
            _ => {
                let sign = if sign == "div" { "/" } else { sign };
                let tight = matches!(sign, "*" | "/");
                let side = |side: &Expr, first: bool| match side {
                    Expr::Pair("+" | "-", ..) if first && !tight => self.formula(side),
                    Expr::Pair("*" | "div", ..) if !tight || first => self.formula(side),
                    _ => self.inside(side),
                };
                Ok((
                    format!("{} {sign} {}", side(left, true)?, side(right, false)?),
                    Gives::Number,
                ))
            }
        }
    }

    fn compared(&self, sign: &str, left: &Expr, right: &Expr) -> Written {
        if let (Expr::Text(_) | Expr::Number(_), true) = (left, self.known(right).is_some()) {
            let turned = match sign {
                "<" => ">",
                "<=" => ">=",
                ">" => "<",
                ">=" => "<=",
                same => same,
            };
            return self.compared(turned, right, left);
        }
        let equality = matches!(sign, "=" | "!=");
        if equality && *right == Expr::Text(String::new()) {
            let word = if sign == "=" { "is empty" } else { "is filled" };
            return Ok((format!("{} {word}", self.inside(left)?), Gives::YesNo));
        }
        let (written, gives) = self.write(left)?;
        let left_text = enclosed(left, written);
        let literal = match right {
            Expr::Text(value) | Expr::Number(value) => Some(value.as_str()),
            _ => None,
        };
        let right_text = match (&gives, literal) {
            (Gives::Choice(choices), Some(value)) => text(choices.get(value).ok_or_else(|| no_choice(value))?),
            (Gives::Choices(choices), Some(value)) => {
                let choice = choices.get(value).ok_or_else(|| no_choice(value))?;
                format!("[{}]", text(choice))
            }
            (Gives::Number, Some(value)) if value.trim().parse::<expression::Number>().is_ok() => {
                value.trim().to_owned()
            }
            (Gives::Text, Some(value)) if equality => text(value),
            (Gives::Text, Some(_)) => return Err(why("it compares a text with a number", "它把文字和数字比较")),
            (Gives::YesNo, Some("OK" | "ok" | "yes" | "true" | "1")) => "true".to_owned(),
            (Gives::YesNo, Some("no" | "false" | "0" | "")) => "false".to_owned(),
            (Gives::Date, Some(value)) => format!("date({})", text(value)),
            _ => self.inside(right)?,
        };
        Ok((format!("{left_text} {sign} {right_text}"), Gives::YesNo))
    }

    fn call(&self, name: &str, args: &[Expr]) -> Written {
        let one = |at: usize| self.formula(&args[at]);
        let as_number = |formula: String| Ok((formula, Gives::Number));
        let as_yes_no = |formula: String| Ok((formula, Gives::YesNo));
        let as_text = |formula: String| Ok((formula, Gives::Text));
        match (name, args.len()) {
            ("true", 0) => as_yes_no("true".to_owned()),
            ("false", 0) => as_yes_no("false".to_owned()),
            ("today", 0) => Ok(("today()".to_owned(), Gives::Date)),
            ("now", 0) => Ok(("now()".to_owned(), Gives::DateTime)),
            ("not", 1) => as_yes_no(format!("not({})", one(0)?)),
            ("boolean", 1) => as_yes_no(one(0)?),
            ("number" | "int", 1) => {
                let (written, gives) = self.write(&args[0])?;
                let number = if gives == Gives::Number {
                    written
                } else {
                    format!("number({written})")
                };
                as_number(if name == "int" {
                    format!("floor({number})")
                } else {
                    number
                })
            }
            ("string", 1) => as_text(format!("string({})", one(0)?)),
            ("abs" | "sqrt" | "exp" | "log", 1) => as_number(format!("{name}({})", one(0)?)),
            ("round", 1) => as_number(format!("round half up({}, 0)", one(0)?)),
            ("round", 2) => as_number(format!("round half up({}, {})", one(0)?, one(1)?)),
            ("pow", 2) => as_number(format!("{} ** {}", self.inside(&args[0])?, self.inside(&args[1])?)),
            ("string-length", 1) => as_number(format!("string length({})", one(0)?)),
            ("contains", 2) => as_yes_no(format!("contains({}, {})", one(0)?, one(1)?)),
            ("starts-with", 2) => as_yes_no(format!("starts with({}, {})", one(0)?, one(1)?)),
            ("ends-with", 2) => as_yes_no(format!("ends with({}, {})", one(0)?, one(1)?)),
            ("normalize-space", 1) => as_text(format!("trim({})", one(0)?)),
            ("regex", 2) => match &args[1] {
                // The whole answer must fit.
                Expr::Text(pattern) => {
                    let bare = pattern.trim_start_matches('^').trim_end_matches('$');
                    as_yes_no(format!("matches({}, {})", one(0)?, text(&format!("^({bare})$"))))
                }
                _ => Err(why("the pattern is computed", "格式是算出来的")),
            },
            ("if", 3) => {
                let (then, gives) = self.write(&args[1])?;
                Ok((format!("if {} then {then} else {}", one(0)?, one(2)?), gives))
            }
            ("coalesce", 2) => {
                let (first, gives) = self.write(&args[0])?;
                // It stands there twice.
                if first.len() > TWICE_BYTES_MAX {
                    return Err(too_long());
                }
                Ok((format!("if {first} is filled then {first} else {}", one(1)?), gives))
            }
            ("once", 1) => self.write(&args[0]),
            ("date", 1) => match &args[0] {
                Expr::Text(date) => Ok((format!("date({})", text(date)), Gives::Date)),
                other => match self.write(other)? {
                    (written, Gives::Date) => Ok((written, Gives::Date)),
                    (written, _) => Ok((format!("date({written})"), Gives::Date)),
                },
            },
            ("concat", 1..) => {
                let part = |expr: &Expr| -> Result<String, Why> {
                    Ok(match self.write(expr)? {
                        (written, Gives::Text | Gives::Choice(_)) => enclosed(expr, written),
                        (written, _) => format!("string({written})"),
                    })
                };
                let parts: Result<Vec<String>, Why> = args.iter().map(part).collect();
                as_text(parts?.join(" + "))
            }
            ("min" | "max", 2..) => {
                let parts: Result<Vec<String>, Why> = args.iter().map(|arg| self.formula(arg)).collect();
                as_number(format!("{name}({})", parts?.join(", ")))
            }
            ("sum" | "count" | "min" | "max", 1) => self.over_repeat(name, &args[0]),
            ("selected", 2) => self.selected(&args[0], &args[1]),
            ("count-selected", 1) => match self.write(&args[0])? {
                (written, Gives::Choices(_)) => as_number(format!("count({written})")),
                _ => Err(why(
                    "it counts the choices of what is no select_multiple",
                    "它计数的不是多选题",
                )),
            },
            ("jr:choice-name", 2) => match &args[0] {
                question @ (Expr::Question(_) | Expr::Own) => self.write(question),
                Expr::Text(_) => Err(why("it names a choice", "它引用选项名称")),
                other => self.write(other),
            },
            (name, _) => Err(why(
                format!("there is no counterpart of {name}()"),
                format!("{name}() 没有对应的写法"),
            )),
        }
    }

    /// `sum(${qty})`, where `qty` is asked in a repeat, or `count(${repeat})`.
    fn over_repeat(&self, name: &str, of: &Expr) -> Written {
        let known = self.known(of).ok_or_else(|| {
            why(
                format!("{name}() of what is no question"),
                format!("{name}() 的对象不是问题"),
            )
        })?;
        let list = match (&known.within, &known.gives) {
            (Some(repeat), _) => {
                let repeat = self
                    .questions
                    .get(repeat)
                    .ok_or_else(|| why("its repeat is missing", "找不到重复组"))?;
                format!("{}.{}", repeat.id, known.id)
            }
            (None, Gives::List) => known.id.clone(),
            _ => {
                return Err(why(
                    format!("{name}() of what is asked once"),
                    format!("{name}() 的对象只问一次"),
                ));
            }
        };
        Ok((format!("{name}({list})"), Gives::Number))
    }

    fn selected(&self, of: &Expr, choice: &Expr) -> Written {
        let (written, gives) = self.write(of)?;
        let Expr::Text(name) = choice else {
            return Err(why("the choice is computed", "选项是算出来的"));
        };
        let of = |choices: &BTreeMap<String, String>| {
            let choice = choices.get(name.as_str()).ok_or_else(|| no_choice(name));
            choice.map(|choice| text(choice))
        };
        match &gives {
            Gives::Choices(choices) => Ok((format!("list contains({written}, {})", of(choices)?), Gives::YesNo)),
            Gives::Choice(choices) => Ok((format!("{written} = {}", of(choices)?), Gives::YesNo)),
            _ => Err(why("selected() of what is no choice", "selected() 的对象不是选择题")),
        }
    }
}
