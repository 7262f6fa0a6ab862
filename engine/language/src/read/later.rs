//! Words of the full language that this version does not have yet.

use super::{Reader, Report};
use crate::catalogue as c;
use crate::keywords;
use crate::model::Span;

/// Word, and what to use for now; English and Chinese.
const LATER: &[(&str, &str, &str)] = &[
    (
        "approve",
        "use a `form` with `sign` and a `choose` field",
        "请用带 `sign` 和 `choose` 字段的 `form`",
    ),
    ("decide", "use `choose` with `ways`", "请用带 `ways` 的 `choose`"),
    (
        "warn_if",
        "use an `info` field with `show_if`",
        "请用带 `show_if` 的 `info` 字段",
    ),
    (
        "refuse_if",
        "use `min` and `max`, `limits` or a `pattern`",
        "请用 `min`、`max`、`limits` 或 `pattern`",
    ),
    ("from_last", "leave it out", "请去掉"),
    ("buttons", "use a `choose` field", "请用 `choose` 字段"),
    ("pages", "use several `form` steps", "请拆成多个 `form` 步骤"),
    ("gauge", "use `scan`", "请用 `scan`"),
    ("order", "use `scan`", "请用 `scan`"),
    ("serial", "use `scan`", "请用 `scan`"),
    ("lot", "use `scan`", "请用 `scan`"),
    ("material", "use `scan`", "请用 `scan`"),
    ("asset", "use `scan`", "请用 `scan`"),
    ("gs1", "use `scan`", "请用 `scan`"),
    ("rfid", "use `scan`", "请用 `scan`"),
    ("person", "use `text`", "请用 `text`"),
    (
        "verify",
        "use a second `form` with `not_by` and `sign`",
        "请用第二个带 `not_by` 和 `sign` 的 `form`",
    ),
    (
        "warning",
        "use `info`, and `tick` to have it acknowledged",
        "请用 `info`，需要确认时加 `tick`",
    ),
    ("link", "use `info`", "请用 `info`"),
    ("counter", "use `whole`", "请用 `whole`"),
    (
        "duration",
        "use `number` with a unit in the sentence",
        "请用 `number`，并在句子里写单位",
    ),
    ("money", "use `number`", "请用 `number`"),
    ("formula", "use a `set` step", "请用 `set` 步骤"),
    ("reason", "use `choose`", "请用 `choose`"),
    ("rank", "use `choose`", "请用 `choose`"),
    ("rating", "use `choose`", "请用 `choose`"),
    ("matrix", "use several `choose` fields", "请用多个 `choose` 字段"),
    ("month", "use `date`", "请用 `date`"),
    ("shift", "use `choose`", "请用 `choose`"),
    ("place", "use `choose` or `scan`", "请用 `choose` 或 `scan`"),
    ("gps", "use `text`", "请用 `text`"),
    ("mark", "use `photo`", "请用 `photo`"),
    ("sketch", "use `photo`", "请用 `photo`"),
    ("video", "use `file`", "请用 `file`"),
    ("audio", "use `file`", "请用 `file`"),
    ("group", "use `rows`", "请用 `rows`"),
    (
        "pick",
        "use `find` before the form and `choose`",
        "请在表单前用 `find`，再用 `choose`",
    ),
    ("signal", "use `wait_for`", "请用 `wait_for`"),
];

impl Reader<'_> {
    /// A word that a later version will know.
    pub(crate) fn later_word(&self, word: &str, span: Span) -> Option<Report> {
        let english = keywords::later(word).unwrap_or(word);
        let (_, en, zh) = LATER.iter().find(|later| later.0 == english)?;
        let report = Report::new(c::NOT_YET, span)
            .arg("found", word)
            .arg_in("instead", *en, *zh);
        // Where one word takes the place of the other, it can be pasted.
        let instead = en.strip_prefix("use `").and_then(|rest| rest.strip_suffix('`'));
        Some(
            match instead.filter(|word| crate::fields::kind(word).is_some_and(needs_nothing_else)) {
                Some(instead) => report.replace(span, self.keywords.say(instead)),
                None => report,
            },
        )
    }
}

fn needs_nothing_else(kind: &crate::read::keys::Kind) -> bool {
    kind.keys.iter().all(|key| !key.required)
}
