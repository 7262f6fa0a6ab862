//! The four verdicts of a measured or checked answer (OPC 40001-101 ResultEvaluation).

use serde::{Deserialize, Serialize};

use crate::Number;

/// Not measured is never a pass: only `Ok` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Inside the limits; a check that passed.
    Ok,
    /// Outside the limits; a check that failed.
    NotOk,
    /// The gauge's uncertainty reaches over a limit (ISO 14253-1 guard band): too close to call.
    NotDecidable,
    /// Not measured.
    Undefined,
}

impl Verdict {
    /// The verdict of several samples together: one not ok decides, then one undefined, then one undecided.
    /// Of no samples at all it is undefined.
    pub fn of_all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
        let mut verdicts = verdicts.into_iter();
        let Some(first) = verdicts.next() else {
            return Verdict::Undefined;
        };
        verdicts.fold(
            first,
            |worst, next| {
                if next.weight() > worst.weight() { next } else { worst }
            },
        )
    }

    fn weight(self) -> u8 {
        match self {
            Verdict::Ok => 0,
            Verdict::NotDecidable => 1,
            Verdict::Undefined => 2,
            Verdict::NotOk => 3,
        }
    }

    /// The name under which it is stored, shown and compared: `ok`, `not_ok`, `not_decidable`, `undefined`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::NotOk => "not_ok",
            Verdict::NotDecidable => "not_decidable",
            Verdict::Undefined => "undefined",
        }
    }
}

/// Lower and upper limit, both included; one may be open.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Smallest value that is ok.
    pub lower: Option<Number>,
    /// Largest value that is ok.
    pub upper: Option<Number>,
}

impl Limits {
    /// ISO 14253-1: ok when the value is inside by at least `uncertainty`, not ok when outside by at least that,
    /// else not decidable. Without an uncertainty the limits decide.
    pub fn judge(&self, value: Number, uncertainty: Option<Number>) -> Verdict {
        let guard = uncertainty.map_or(Number::ZERO, |u| u.abs());
        // A limit that leaves the range of numbers when moved by the guard band cannot be reached by any value.
        let inside = self
            .lower
            .is_none_or(|lower| lower.checked_add(guard).is_some_and(|edge| value >= edge))
            && self
                .upper
                .is_none_or(|upper| upper.checked_sub(guard).is_some_and(|edge| value <= edge));
        if inside {
            return Verdict::Ok;
        }
        let outside = self
            .lower
            .is_some_and(|lower| lower.checked_sub(guard).is_some_and(|edge| value <= edge))
            || self
                .upper
                .is_some_and(|upper| upper.checked_add(guard).is_some_and(|edge| value >= edge));
        if outside { Verdict::NotOk } else { Verdict::NotDecidable }
    }
}
