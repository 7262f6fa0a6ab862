//! `fail`: ends the run as failed.
use crate::model::Text;

/// `- fail: Broken` with an optional `why`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fail {
    pub why: Option<Text>,
}
