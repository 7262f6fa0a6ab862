//! Formulas in Chinese words, for the fix that is offered.

use super::Pair;

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
