//! Words of the full language that this version does not have yet.

use super::{Reader, Report};
use crate::catalogue as c;
use crate::keywords;
use crate::model::Span;

/// Word, and what to use for now; English and Chinese.
const LATER: &[(&str, &str, &str)] = &[("script", "compute with `set`", "请用 `set` 计算")];

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
