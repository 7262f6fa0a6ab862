//! `check`: pass, fail, or not applicable where allowed.
/// Answer: `pass`, `fail` or `not applicable`. Verdict: ok, not ok; undefined when not answered or not applicable.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub not_applicable_allowed: bool,
}
