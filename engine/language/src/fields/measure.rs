//! `measure`: a measured value with limits and a verdict.
use expression::{Limits, Number};
/// Answer: one number, or a list of `samples` numbers. Value: the number, or the mean of the samples; every sample
/// must be inside for the verdict to be ok.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    pub limits: Limits,
    pub target: Option<Number>,
    /// UCUM code.
    pub unit: Option<String>,
    pub decimals: Option<u32>,
    /// 1 when not written.
    pub samples: u32,
    /// Expanded uncertainty of the gauge in `unit` (ISO 14253-1).
    pub uncertainty: Option<Number>,
}
