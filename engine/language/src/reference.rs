//! The reference of the language: one page a word, from the tables that the readers use.

use crate::diagnostic::Language;
use crate::docs::in_language;
use crate::keywords::Keywords;
use crate::read::app::APP;
use crate::read::keys::{Key, Kind, Shape};
use crate::read::site::SITE;
use crate::read::{field_common, step_common};
use crate::{fields, steps};

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chapter {
    File,
    Step,
    Field,
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Part of its address: `form`, `field-number` where a step has the same word.
    pub name: String,
    pub chapter: Chapter,
    /// The word, as a file has it in the reader's language.
    pub word: String,
    /// The same word in the other language.
    pub other_word: String,
    pub doc: String,
    /// What stands behind the word; empty for a whole file.
    pub shape: String,
    /// A list entry, or a file.
    pub example: String,
    pub keys: Vec<PageKey>,
    /// Keys that all steps or all fields may have.
    pub common: Vec<PageKey>,
}

/// A key on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageKey {
    pub word: String,
    pub other_word: String,
    pub required: bool,
    pub shape: String,
    pub doc: String,
    /// Keys of its entries.
    pub inside: Vec<PageKey>,
}

const APP_EXAMPLE: &str = "app: Report a near miss\nabout: What nearly went wrong, before it does.\nstart:\n  - button: Report a near miss\ninputs:\n  - text: Where\nsteps:\n  - form: What happened?\n    fields:\n      - text: What did you see?\n      - photo: Show it\n        optional: yes\n  - tell: team leader\n    message: \"Near miss at {where}: {what_did_you_see}\"\n";
const SITE_EXAMPLE: &str = "site: Wuhu plant\ntime_zone: Asia/Shanghai\nareas:\n  - area: machining\n    lines:\n      - line: line-3\n        stations: [op-10, qc-1]\nroles: [operator, inspector, team leader]\nshifts:\n  - shift: Early\n    days: mon-fri\n    from: \"06:00\"\n    to: \"14:00\"\n";

/// The part of a page's address for a word of a step, else of a field.
pub(crate) fn page_of(word: &str) -> String {
    word.to_owned()
}

fn field_page(word: &str) -> String {
    match steps::is_word(word) {
        true => format!("field-{word}"),
        false => word.to_owned(),
    }
}

/// Every page, in the order of the tables: the two kinds of files, steps, fields.
pub fn reference(language: Language) -> Vec<Page> {
    let words = words_of(language);
    let file = |name: &str, keys: &'static [Key], doc: (&str, &str), example: &str| Page {
        name: name.to_owned(),
        chapter: Chapter::File,
        word: words.say(name).to_owned(),
        other_word: other(words).say(name).to_owned(),
        doc: match language {
            Language::En => doc.0.to_owned(),
            Language::Zh => doc.1.to_owned(),
        },
        shape: String::new(),
        example: words_in(example, words),
        keys: keys.iter().map(|key| page_key(key, language)).collect(),
        common: Vec::new(),
    };
    let mut pages = vec![
        file(
            "app",
            APP,
            (
                "One file is one app. It reads from top to bottom.",
                "一个文件就是一个应用，从上往下读。",
            ),
            APP_EXAMPLE,
        ),
        file(
            "site",
            SITE,
            (
                "`site.yaml` names what apps refer to: places, roles, shifts and what is outside.",
                "`site.yaml` 写明应用要用到的东西：地点、角色、班次和外部系统。",
            ),
            SITE_EXAMPLE,
        ),
    ];
    let kind = |kind: &'static Kind, chapter: Chapter| {
        let (common, name) = match chapter {
            Chapter::Field => (field_common(), field_page(kind.word)),
            _ => (step_common(), page_of(kind.word)),
        };
        Page {
            name,
            chapter,
            word: words.say(kind.word).to_owned(),
            other_word: other(words).say(kind.word).to_owned(),
            doc: words.in_message(in_language(kind.doc, language)),
            shape: shape_words(kind.shape, language),
            example: words_in(kind.example, words),
            keys: kind.keys.iter().map(|key| page_key(key, language)).collect(),
            common: common
                .iter()
                .filter(|key| key.word != kind.word && kind.keys.iter().all(|own| own.word != key.word))
                .map(|key| page_key(key, language))
                .collect(),
        }
    };
    pages.extend(steps::KINDS.iter().map(|one| kind(one, Chapter::Step)));
    pages.extend(fields::KINDS.iter().map(|one| kind(one, Chapter::Field)));
    pages
}

/// Chinese readers see the Chinese words.
fn words_of(language: Language) -> Keywords {
    match language {
        Language::En => Keywords::En,
        Language::Zh => Keywords::Zh,
    }
}

fn other(words: Keywords) -> Keywords {
    match words {
        Keywords::En => Keywords::Zh,
        Keywords::Zh => Keywords::En,
    }
}

fn words_in(example: &str, words: Keywords) -> String {
    words.in_yaml(example)
}

fn page_key(key: &'static Key, language: Language) -> PageKey {
    let words = words_of(language);
    let inside: Vec<&'static Key> = match key.shape {
        Shape::Entries(keys) | Shape::Map(keys) | Shape::WordsOrEntries(keys) | Shape::ConditionOrMap(keys) => {
            keys.iter().collect()
        }
        Shape::OneOfEntries(kinds) => kinds.iter().flat_map(|keys| keys.iter()).collect(),
        _ => Vec::new(),
    };
    PageKey {
        word: key.say(words).to_owned(),
        other_word: key.say(other(words)).to_owned(),
        required: key.required,
        shape: shape_words(key.shape, language),
        doc: words.in_message(in_language(key.doc, language)),
        inside: inside.into_iter().map(|key| page_key(key, language)).collect(),
    }
}

/// What the value of a key looks like, in words.
pub(crate) fn shape_words(shape: Shape, language: Language) -> String {
    let (en, zh) = match shape {
        Shape::Sentence => (
            "a sentence; `{name}` shows a value; in several languages `{en: …, zh: …}`",
            "一句话；`{名称}` 显示一个值；多种语言写成 `{en: …, zh: …}`",
        ),
        Shape::Word => ("words", "文字"),
        Shape::Id => (
            "an id: small letters, digits and `_`",
            "代号：小写字母、汉字、数字和 `_`",
        ),
        Shape::Condition => (
            "a condition, without `=`: `shaft_diameter is ok`",
            "条件，不写 `=`：`轴径 is ok`",
        ),
        Shape::ConditionOrMap(_) => ("a condition, or `{if: …, message: …}`", "条件，或 `{如果: …, 消息: …}`"),
        Shape::Tree => (
            "a tree of words: `[Other, {Machine: [Spindle]}]`",
            "词的树：`[其他, {机器: [主轴]}]`",
        ),
        Shape::Formula => ("`= formula`", "`= 公式`"),
        Shape::Value => (
            "a value, a sentence with `{values}`, or `= formula`",
            "一个值、带 `{值}` 的一句话，或 `= 公式`",
        ),
        Shape::Duration => (
            "a length of time: `20 min`, `1 h 30 min`, `2 days`",
            "时长：`20 分钟`、`1 小时 30 分钟`、`2 天`",
        ),
        Shape::Count => ("a whole number", "整数"),
        Shape::Times => ("how often: `3 times`", "次数：`3 次`"),
        Shape::Number => ("a number", "数字"),
        Shape::YesNo => ("`yes` or `no`", "`是` 或 `否`"),
        Shape::Limits => (
            "limits: `24.95 to 25.05 mm`, `at least 40 N`",
            "限值：`24.95 到 25.05 mm`、`至少 40 N`",
        ),
        Shape::Steps => ("a list of steps", "步骤的列表"),
        Shape::Fields => ("a list of fields", "填写项的列表"),
        Shape::Parties => (
            "one or several of: a role, a station, `{person: …}`, `= formula`",
            "一个或几个：角色、工位、`{人员: …}`、`= 公式`",
        ),
        Shape::Party => (
            "a role, a station, `{person: …}`, or `= formula`",
            "角色、工位、`{人员: …}` 或 `= 公式`",
        ),
        Shape::Words => (
            "one or several words: `[first, second]`",
            "一个或几个词：`[第一, 第二]`",
        ),
        Shape::Sentences => ("a list of sentences", "句子的列表"),
        Shape::Formulas => ("one or several names or formulas", "一个或几个名称或公式"),
        Shape::Values => ("values by name: `name: value`", "按名称给出的值：`名称: 值`"),
        Shape::Data => ("values of any form", "任意形式的数据"),
        Shape::Entries(_) => ("a list of entries with these keys", "条目的列表，每条有以下各项"),
        Shape::Map(_) => ("these keys", "以下各项"),
        Shape::WordsOrEntries(_) => (
            "a list of words, or of entries with these keys",
            "词的列表，或有以下各项的条目的列表",
        ),
        Shape::OneOfEntries(_) => (
            "a list of entries; the first key says of which kind",
            "条目的列表，第一项说明是哪一种",
        ),
    };
    match language {
        Language::En => en.to_owned(),
        Language::Zh => zh.to_owned(),
    }
}
