//! The four verdicts of a measured or checked answer (OPC 40001-101 ResultEvaluation).

use serde::{Deserialize, Serialize};

use crate::Number;

/// Not measured is never a pass: only `Ok` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    NotOk,
    /// The gauge's uncertainty reaches over a limit (ISO 14253-1 guard band): too close to call.
    NotDecidable,
    /// Not measured.
    Undefined,
}

impl Verdict {
    /// The verdict of several samples together: one not ok decides, then one undefined, then one undecided.
    pub fn of_all(_verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
        todo!()
    }
}

/// Lower and upper limit, both included; one may be open.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Limits {
    pub lower: Option<Number>,
    pub upper: Option<Number>,
}

impl Limits {
    /// ISO 14253-1: ok when the value is inside by at least `uncertainty`, not ok when outside by at least that,
    /// else not decidable. Without an uncertainty the limits decide.
    pub fn judge(&self, _value: Number, _uncertainty: Option<Number>) -> Verdict {
        todo!()
    }
}
