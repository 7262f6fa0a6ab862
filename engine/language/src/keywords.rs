//! The words of the language in English and Chinese: one table, one form in each, the same meaning.
//!
//! Files may be written with either, also mixed; readers work with the English form. A word of a list and the word
//! its entries begin with (`tables`, `table`) are one word in Chinese; no place knows both.
//!
//! Formulas keep the words of FEEL, `is ok` and `and` included, so that one formula has one text whoever reads it; one
//! in Chinese words (`轴径 合格 且 外观 合格`) is refused with the right one to be pasted. Units are values, and
//! understood in both languages (`20 min`, `20 分钟`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Serialize;

use crate::limits;
use crate::read::suggest::nearest;

/// Whose words a file is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Keywords {
    #[default]
    En,
    Zh,
}

/// English and Chinese of one word.
pub(crate) type Pair = (&'static str, &'static str);

/// Keys and the words that entries begin with.
pub(crate) const WORDS: &[Pair] = &[
    // The app
    ("app", "应用"),
    ("id", "代号"),
    ("about", "用途"),
    ("start", "启动"),
    ("button", "按钮"),
    ("message", "消息"),
    ("inputs", "输入"),
    ("tables", "记录表"),
    ("table", "记录表"),
    ("key", "唯一列"),
    ("columns", "列"),
    ("steps", "步骤"),
    ("tests", "测试"),
    ("test", "测试"),
    // Steps
    ("form", "表单"),
    ("if", "如果"),
    ("choose", "选择"),
    ("repeat", "重复"),
    ("for_each", "逐个"),
    ("together", "同时"),
    ("wait", "等待"),
    ("wait_until", "等到"),
    ("wait_for", "等候"),
    ("set", "计算"),
    ("find", "查找"),
    ("save", "保存"),
    ("hold", "锁定"),
    ("release", "解锁"),
    ("call", "调用"),
    ("tell", "通知"),
    ("finish", "结束"),
    ("fail", "失败"),
    // What stands beside them
    ("note", "备注"),
    ("to", "交给"),
    ("at", "地点"),
    ("within", "限时"),
    ("late", "超时"),
    ("after", "再过"),
    ("move_to", "转给"),
    ("not_by", "不同人"),
    ("sign", "签字"),
    ("show", "显示"),
    ("fields", "填写项"),
    ("otherwise", "否则"),
    ("ways", "情况"),
    ("when", "当"),
    ("until", "直到"),
    ("at_most", "最多"),
    ("in", "清单"),
    ("as", "称为"),
    ("at_once", "同时几个"),
    ("branches", "分支"),
    ("branch", "分支"),
    ("values", "值"),
    ("where", "条件"),
    ("sort", "排序"),
    ("why", "原因"),
    ("with", "传入"),
    // Fields
    ("info", "说明"),
    ("text", "文字"),
    ("long_text", "长文字"),
    ("whole", "整数"),
    ("number", "数字"),
    ("measure", "测量"),
    ("percent", "百分比"),
    ("yes_no", "是否"),
    ("check", "检查"),
    ("choose_many", "多选"),
    ("date", "日期"),
    ("time", "时间"),
    ("date_time", "日期时间"),
    ("scan", "扫码"),
    ("photo", "拍照"),
    ("file", "附件"),
    ("tick", "打勾"),
    ("rows", "明细"),
    // What stands beside them
    ("optional", "可不填"),
    ("show_if", "显示条件"),
    ("hint", "提示"),
    ("default", "默认值"),
    ("limits", "限值"),
    ("target", "目标值"),
    ("unit", "单位"),
    ("decimals", "小数位"),
    ("samples", "样本数"),
    ("uncertainty", "不确定度"),
    ("min", "最小"),
    ("max", "最大"),
    ("at_least", "至少"),
    ("from", "选项"),
    ("not_applicable", "可不适用"),
    ("pattern", "格式"),
    ("meaning", "含义"),
    // Who
    ("role", "角色"),
    ("person", "人员"),
    ("station", "工位"),
    // Tests
    ("answer", "回答"),
    ("pass", "经过"),
    ("send", "发送"),
    ("expect", "期望"),
    ("outcome", "结果"),
    ("held", "仍锁定"),
    ("told", "已通知"),
    ("open", "待办"),
    ("records", "记录数"),
    ("by", "填写人"),
    ("signed_by", "签字人"),
    // The site
    ("site", "工厂"),
    ("time_zone", "时区"),
    ("areas", "车间"),
    ("area", "车间"),
    ("lines", "产线"),
    ("line", "产线"),
    ("stations", "工位"),
    ("title", "名称"),
    ("roles", "角色"),
];

/// Words of the full language that this version does not have yet.
const LATER: &[Pair] = &[
    ("approve", "审批"),
    ("decide", "判定"),
    ("run", "运行"),
    ("print", "打印"),
    ("http", "请求"),
    ("publish", "发布"),
    ("write", "写入"),
    ("emit", "上报"),
    ("remove", "删除"),
    ("on_error", "出错时"),
    ("undo", "撤销"),
    ("warn_if", "警告条件"),
    ("refuse_if", "拒绝条件"),
    ("from_last", "沿用上次"),
    ("buttons", "按钮组"),
    ("pages", "分页"),
    ("gauge", "量具"),
    ("order", "工单"),
    ("serial", "序列号"),
    ("lot", "批次"),
    ("material", "物料"),
    ("asset", "设备"),
    ("verify", "复核"),
    ("warning", "警示"),
    ("link", "链接"),
    ("counter", "计数"),
    ("duration", "时长"),
    ("money", "金额"),
    ("formula", "公式"),
    ("reason", "原因树"),
    ("rank", "排名"),
    ("rating", "评分"),
    ("matrix", "矩阵"),
    ("month", "月份"),
    ("shift", "班次"),
    ("place", "位置"),
    ("gps", "定位"),
    ("mark", "标记"),
    ("sketch", "草图"),
    ("video", "视频"),
    ("audio", "录音"),
    ("group", "分组"),
    ("pick", "选记录"),
    ("signal", "信号"),
];

/// What stands behind `optional`, `wait` and the like.
pub(crate) const YES_NO: &[Pair] = &[("yes", "是"), ("no", "否")];
/// Answers of a `check`.
pub(crate) const CHECKED: &[Pair] = &[("pass", "合格"), ("fail", "不合格"), ("not applicable", "不适用")];
/// What `together` waits for.
pub(crate) const JOIN: &[Pair] = &[("all", "全部"), ("first", "最先")];
/// How a run of a test ends.
pub(crate) const OUTCOMES: &[Pair] = &[
    ("finished", "完成"),
    ("failed", "失败"),
    ("cancelled", "取消"),
    ("waiting", "等待中"),
];
/// How `find` sorts.
pub(crate) const ORDERS: &[Pair] = &[
    ("smallest first", "最小在前"),
    ("oldest first", "最早在前"),
    ("lowest first", "最低在前"),
    ("ascending", "升序"),
    ("newest first", "最新在前"),
    ("largest first", "最大在前"),
    ("highest first", "最高在前"),
    ("latest first", "最近在前"),
    ("descending", "降序"),
];
/// Behind the number of `at_most: 3 times`.
pub(crate) const TIMES: Pair = ("times", "次");
/// Between the two ends of limits.
pub(crate) const TO: Pair = ("to", "到");
/// In front of the one end of limits.
pub(crate) const ONE_END: &[Pair] = &[("at least", "至少"), ("at most", "最多")];

/// What people say instead, also because other tools do, and mean the word.
const SAID_INSTEAD: &[Pair] = &[
    ("app", "title"),
    ("app", "name"),
    ("app", "application"),
    ("about", "description"),
    ("about", "purpose"),
    ("steps", "workflow"),
    ("steps", "flow"),
    ("steps", "tasks"),
    ("steps", "then"),
    ("steps", "do"),
    ("start", "trigger"),
    ("start", "triggers"),
    ("start", "on"),
    ("inputs", "parameters"),
    ("inputs", "params"),
    ("repeat", "loop"),
    ("repeat", "while"),
    ("for_each", "foreach"),
    ("together", "parallel"),
    ("choose", "switch"),
    ("wait", "sleep"),
    ("wait", "delay"),
    ("tell", "notify"),
    ("tell", "alert"),
    ("hold", "block"),
    ("hold", "lock"),
    ("release", "unlock"),
    ("release", "unblock"),
    ("finish", "end"),
    ("finish", "stop"),
    ("fail", "abort"),
    ("set", "compute"),
    ("set", "assign"),
    ("find", "query"),
    ("find", "search"),
    ("save", "store"),
    ("save", "insert"),
    ("at_most", "max"),
    ("at_most", "limit"),
    ("at_most", "times"),
    ("at_most", "max_rounds"),
    ("at_least", "min"),
    ("otherwise", "else"),
    ("otherwise", "default"),
    ("within", "deadline"),
    ("within", "timeout"),
    ("within", "due"),
    ("late", "escalation"),
    ("late", "overdue"),
    ("to", "assign"),
    ("to", "assignee"),
    ("to", "assigned_to"),
    ("to", "owner"),
    ("at", "where"),
    ("limits", "tolerance"),
    ("limits", "range"),
    ("limits", "spec"),
    ("target", "nominal"),
    ("samples", "count"),
    ("show_if", "visible_if"),
    ("show_if", "visible"),
    ("show_if", "when"),
    ("hint", "help"),
    ("hint", "placeholder"),
    ("from", "options"),
    ("from", "choices"),
    ("from", "values"),
    ("from", "enum"),
    ("pattern", "regex"),
    ("sign", "signature"),
    ("why", "because"),
    ("why", "reason"),
    ("message", "text"),
    ("message", "msg"),
    ("ways", "cases"),
    ("ways", "options"),
    ("when", "case"),
    ("when", "if"),
    ("when", "condition"),
    ("until", "while"),
    ("until", "condition"),
    ("in", "list"),
    ("in", "items"),
    ("as", "item"),
    ("with", "inputs"),
    ("with", "params"),
    ("where", "filter"),
    ("sort", "order_by"),
    ("note", "comment"),
    ("expect", "assert"),
    ("fields", "字段"),
    ("fields", "内容"),
    ("fields", "项目"),
    ("app", "应用名称"),
    ("app", "名称"),
    ("about", "说明"),
    ("about", "描述"),
    ("id", "编号"),
    ("key", "主键"),
    ("tables", "表"),
    ("table", "表"),
    ("columns", "字段"),
    ("steps", "流程"),
    ("form", "填表"),
    ("choose", "单选"),
    ("repeat", "循环"),
    ("for_each", "遍历"),
    ("together", "并行"),
    ("release", "释放"),
    ("release", "放行"),
    ("hold", "冻结"),
    ("tell", "提醒"),
    ("to", "负责人"),
    ("to", "由"),
    ("within", "时限"),
    ("late", "超期"),
    ("sign", "签名"),
    ("otherwise", "其他"),
    ("otherwise", "其它"),
    ("when", "如果"),
    ("ways", "分支"),
    ("where", "当"),
    ("show_if", "显示如果"),
    ("limits", "公差"),
    ("limits", "范围"),
    ("limits", "上下限"),
    ("from", "选择项"),
    ("from", "可选"),
    ("optional", "选填"),
    ("optional", "非必填"),
    ("measure", "检测"),
    ("scan", "扫描"),
    ("photo", "照片"),
    ("photo", "图片"),
    ("file", "文件"),
    ("tick", "勾选"),
    ("text", "文本"),
    ("long_text", "长文本"),
    ("number", "数值"),
    ("rows", "表格"),
    ("samples", "样本"),
    ("decimals", "小数"),
    ("expect", "预期"),
    ("hint", "帮助"),
    ("default", "默认"),
    ("min", "最小值"),
    ("max", "最大值"),
];

static CHINESE: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| WORDS.iter().chain(LATER).copied().collect());
/// Every word of the language in both languages, with what it counts for [`Keywords::of`].
static COUNTED: LazyLock<BTreeMap<&str, i64>> = LazyLock::new(|| {
    let english = WORDS.iter().map(|pair| (pair.0, -1));
    english.chain(WORDS.iter().map(|pair| (pair.1, 1))).collect()
});

/// The Chinese form of an English word.
pub(crate) fn chinese(word: &str) -> Option<&'static str> {
    CHINESE.get(word).copied()
}

/// Whether a text is this word, in either language.
pub(crate) fn is(word: &str, text: &str) -> bool {
    word == text || (!text.is_ascii() && chinese(word) == Some(text))
}

/// The word of a list that a text is.
pub(crate) fn one_of(text: &str, words: &[&'static str]) -> Option<&'static str> {
    words.iter().copied().find(|word| is(word, text))
}

/// Whether a text is a word of the language in Chinese.
pub(crate) fn is_chinese_word(text: &str) -> bool {
    COUNTED.get(text) == Some(&1)
}

/// The English form of a word that this version does not have yet.
pub(crate) fn later(text: &str) -> Option<&'static str> {
    LATER.iter().find(|pair| pair.1 == text).map(|pair| pair.0)
}

/// The pair of a list that a text is, in either language.
pub(crate) fn literal(text: &str, pairs: &'static [Pair]) -> Option<Pair> {
    pairs.iter().copied().find(|pair| pair.0 == text || pair.1 == text)
}

/// The word that people mean who say it otherwise.
pub(crate) fn said_instead(text: &str, words: &[&'static str]) -> Option<&'static str> {
    let meant = |word: &&'static str| SAID_INSTEAD.iter().any(|pair| pair.1 == text && pair.0 == *word);
    words.iter().copied().find(meant)
}

/// Words of formulas in Chinese, longer ones before those they begin with.
const IN_FORMULAS: &[Pair] = &[
    ("is not ok", "不合格"),
    ("is ok", "合格"),
    ("is undecided", "无法判定"),
    ("is undecided", "待定"),
    ("is empty", "为空"),
    ("is empty", "没填"),
    ("is empty", "未填"),
    ("is empty", "未测量"),
    ("is filled", "已填"),
    ("is filled", "不为空"),
    ("and", "并且"),
    ("and", "而且"),
    ("and", "且"),
    ("or", "或者"),
    ("or", "或"),
    (">=", "大于等于"),
    (">=", "不小于"),
    ("<=", "小于等于"),
    ("<=", "不大于"),
    (">", "大于"),
    ("<", "小于"),
    ("!=", "不等于"),
    ("=", "等于"),
    ("= true", "为是"),
    ("= false", "为否"),
];

/// A formula in Chinese words with those of FEEL; `None` when it has none. Texts between quotes stay.
pub(crate) fn formula_in_feel(formula: &str) -> Option<String> {
    let mut changed = false;
    let one = |word: &str| -> String {
        let whole = IN_FORMULAS.iter().find(|pair| pair.1 == word);
        if let Some(pair) = whole {
            return pair.0.to_owned();
        }
        // `轴径合格` without a space.
        let glued = IN_FORMULAS.iter().filter(|pair| pair.0.starts_with("is"));
        let split = glued
            .filter_map(|pair| Some((word.strip_suffix(pair.1)?, pair.0)))
            .next();
        split.map_or_else(|| word.to_owned(), |(name, feel)| format!("{name} {feel}"))
    };
    let mut parts: Vec<String> = Vec::new();
    for (index, part) in formula.split('"').enumerate() {
        let words = part.split(' ').map(|word| {
            let inner = word.trim_matches(['(', ')']);
            if index % 2 == 1 || inner.is_empty() {
                return word.to_owned();
            }
            let feel = one(inner);
            changed |= feel != inner;
            word.replacen(inner, &feel, 1)
        });
        parts.push(words.collect::<Vec<_>>().join(" "));
    }
    changed.then(|| parts.join("\""))
}

/// Whether a text has Chinese characters in it.
pub(crate) fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

/// Words of the list that were probably meant, nearest first: Chinese ones for what is written in Chinese.
pub(crate) fn near(written: &str, words: &[&'static str]) -> Vec<&'static str> {
    let mut near: Vec<&'static str> = said_instead(written, words).into_iter().collect();
    if !is_chinese(written) {
        for found in nearest(written, words.iter().copied()) {
            let word = words.iter().copied().find(|word| *word == found);
            near.extend(word.filter(|word| !near.contains(word)));
        }
        return near;
    }
    let forms = words.iter().filter_map(|word| chinese(word));
    for form in nearest(written, forms) {
        let word = words.iter().copied().find(|word| chinese(word) == Some(form.as_str()));
        near.extend(word.filter(|word| !near.contains(word)));
    }
    near
}

impl Keywords {
    /// Whose words a file has: those that most of its lines begin with.
    pub(crate) fn of(source: &str) -> Keywords {
        if source.len() > limits::FILE_BYTES_MAX {
            return Keywords::En;
        }
        let mut balance = 0_i64;
        for line in source.lines() {
            let text = line.trim_start_matches([' ', '\t', '\u{3000}', '-', '\u{feff}']);
            let word = text.split([':', '：', ' ']).next().unwrap_or_default();
            balance += COUNTED.get(word).copied().unwrap_or(0);
        }
        if balance > 0 { Keywords::Zh } else { Keywords::En }
    }

    /// A word in this language.
    pub(crate) fn say(self, word: &str) -> &str {
        match self {
            Keywords::En => word,
            Keywords::Zh => chinese(word).unwrap_or(word),
        }
    }

    pub(crate) fn pick(self, pair: Pair) -> &'static str {
        match self {
            Keywords::En => pair.0,
            Keywords::Zh => pair.1,
        }
    }

    /// The words between backticks of a message, in this language: `until`, `app:`.
    pub(crate) fn in_message(self, message: &str) -> String {
        if self == Keywords::En {
            return message.to_owned();
        }
        let part = |(index, part): (usize, &str)| {
            let word = part.strip_suffix(':').unwrap_or(part);
            match chinese(word).filter(|_| index % 2 == 1) {
                Some(word) if part.ends_with(':') => format!("{word}:"),
                Some(word) => word.to_owned(),
                None => part.to_owned(),
            }
        };
        let parts: Vec<String> = message.split('`').enumerate().map(part).collect();
        parts.join("`")
    }

    /// A piece of a file with its keys in this language.
    pub(crate) fn in_yaml(self, text: &str) -> String {
        if self == Keywords::En {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let mut at = 0;
            while let Some(first) = line[at..].chars().next() {
                let word = &line[at..][..line[at..].find(|c: char| !is_letter(c)).unwrap_or(line.len() - at)];
                let before = &line[..at];
                let begins = before.trim_matches([' ', '-']).is_empty() || before.trim_end().ends_with(['{', ',']);
                let behind = &line[at + word.len()..];
                let ends = behind.starts_with(": ") || behind.trim_end() == ":";
                out.push_str(if begins && ends { self.say(word) } else { word });
                if word.is_empty() {
                    out.push(first);
                }
                at += word.len().max(if word.is_empty() { first.len_utf8() } else { 0 });
            }
        }
        out
    }
}

fn is_letter(character: char) -> bool {
    character.is_ascii_lowercase() || character == '_'
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::read::keys::{Key, Shape};
    use crate::{fields, read, steps};

    /// Words that may stand side by side.
    fn places() -> Vec<(&'static str, Vec<&'static str>)> {
        let words = |keys: &[&'static [Key]]| keys.iter().flat_map(|keys| keys.iter()).map(|key| key.word).collect();
        let mut found: Vec<(&'static str, Vec<&'static str>)> = vec![
            ("app", words(&[read::app::APP])),
            ("site", words(&[read::site::SITE])),
            ("who", vec!["role", "person", "station"]),
        ];
        for (kinds, common) in [
            (steps::KINDS, read::step_common()),
            (fields::KINDS, read::field_common()),
        ] {
            for kind in kinds {
                let mut all: Vec<&'static str> = words(&[kind.keys, common]);
                // The word itself, and those of the others, which a forgotten dash brings in.
                all.extend(kinds.iter().map(|kind| kind.word));
                found.push((kind.word, all));
                inner(kind.keys, &mut found);
            }
        }
        inner(read::app::APP, &mut found);
        inner(read::site::SITE, &mut found);
        found
    }

    fn inner(keys: &'static [Key], found: &mut Vec<(&'static str, Vec<&'static str>)>) {
        for key in keys {
            let lists: Vec<&'static [Key]> = match key.shape {
                Shape::Entries(keys) | Shape::Map(keys) | Shape::WordsOrEntries(keys) => vec![keys],
                Shape::OneOfEntries(kinds) => kinds.to_vec(),
                _ => Vec::new(),
            };
            for keys in lists {
                found.push((key.word, keys.iter().map(|key| key.word).collect()));
                inner(keys, found);
            }
        }
    }

    #[test]
    fn every_word_has_one_chinese_form() {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (word, form) in WORDS {
            assert!(seen.insert(word, form).is_none(), "{word} twice");
            assert!(
                is_chinese(form) && form.chars().all(|c| !c.is_ascii() && c.is_alphabetic()),
                "{form}"
            );
        }
        for word in read::words::all() {
            assert!(seen.contains_key(word), "{word} has no Chinese form");
        }
    }

    #[test]
    fn words_that_stand_side_by_side_differ_in_chinese() {
        for (place, words) in places() {
            let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
            for word in words {
                let other = seen.insert(chinese(word).unwrap_or_default(), word);
                assert!(other.is_none_or(|other| other == word), "{place}: {word} and {other:?}");
            }
        }
    }

    #[test]
    fn what_is_said_instead_is_no_word_of_the_same_place() {
        for (word, said) in SAID_INSTEAD {
            for (place, words) in places().iter().filter(|(_, words)| words.contains(word)) {
                let known = one_of(said, words);
                assert!(known.is_none(), "{place}: {said} is {known:?}, not {word}");
            }
        }
    }

    #[test]
    fn words_of_pieces_and_messages() {
        let zh = Keywords::Zh;
        assert_eq!(
            zh.in_yaml("\n  steps:\n    - form: to: do\n      fields: [{wait: 1 min, note: a b: c}]"),
            "\n  步骤:\n    - 表单: to: do\n      填写项: [{等待: 1 min, 备注: a b: c}]"
        );
        assert_eq!(zh.in_yaml("- text: x"), "- 文字: x");
        assert_eq!(
            zh.in_message("`until` is missing, until `{found}` `app:`"),
            "`直到` is missing, until `{found}` `应用:`"
        );
        assert_eq!(Keywords::En.in_yaml("steps:"), "steps:");
    }

    #[test]
    fn a_file_has_the_words_that_most_of_its_lines_begin_with() {
        assert_eq!(
            Keywords::of("应用: x\n步骤：\n  - 等待: 1 min\n    note: y\n"),
            Keywords::Zh
        );
        assert_eq!(Keywords::of("app: 应用\nsteps:\n  - wait: 1 min\n"), Keywords::En);
        assert_eq!(Keywords::of(""), Keywords::En);
    }
}
