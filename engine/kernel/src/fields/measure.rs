//! `measure`: a measured value with limits and a verdict.

use expression::{Context, Judged, Number, Value, Verdict};
use language::fields::Measure;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, gauge, lookup, numbers, texts};

/// One number, or as many as the field has samples. The value is the number, or the mean (with four decimals
/// more than the samples); the verdict is that of all
/// samples together, each judged by ISO 14253-1 with the gauge's uncertainty. A sample that was not taken is undefined.
pub(super) fn accept(measure: &Measure, field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let answers = match answer {
        Json::Array(_) => texts::list(answer, 0, measure.samples, place)?,
        one => std::slice::from_ref(one),
    };
    let wanted = measure.samples.max(1) as usize;
    if answers.len() < wanted && !field.optional {
        let en = format!("{wanted} samples are needed here, these are {}", answers.len());
        return Err(place.refuse(
            "too-few",
            &en,
            &format!("此处需要 {wanted} 个样本，现有 {} 个", answers.len()),
        ));
    }
    let mut samples = Vec::with_capacity(answers.len());
    for answer in answers {
        let sample = numbers::number(answer, place)?;
        numbers::fine_enough(sample, measure.decimals, place)?;
        samples.push(sample);
    }
    let Some(measured_with) = &measure.gauge else {
        return Ok(judged(measure, &samples, Guard::of(measure)));
    };
    let guard = match place.around.get(measured_with.field.as_str()) {
        // A gauge that is not named, or not in order, proves nothing.
        Some(gauge @ Value::Judged(_)) => gauge::uncertainty_of(&gauge).map_or(Guard::NoGauge, Guard::Known),
        Some(_) => Guard::NoGauge,
        None => match lookup::record(&measured_with.number, place)? {
            Some(record) => {
                gauge::calibrated(&measured_with.number, record, place)?;
                Guard::Known(gauge::uncertainty(record))
            }
            None => Guard::NoGauge,
        },
    };
    Ok(judged(measure, &samples, guard))
}

/// Nothing was measured: undefined, which is never ok.
pub(super) fn unanswered(measure: &Measure) -> Value {
    judged(measure, &[], Guard::of(measure))
}

/// How near to a limit nothing can be decided.
#[derive(Clone, Copy, Debug)]
enum Guard {
    /// The expanded uncertainty; `None` where nothing is said of it, and the limits decide.
    Known(Option<Number>),
    /// The gauge is not known: nothing is decided at all.
    NoGauge,
}

impl Guard {
    fn of(measure: &Measure) -> Guard {
        Guard::Known(measure.uncertainty)
    }
}

fn judged(measure: &Measure, samples: &[Number], guard: Guard) -> Value {
    let missing = (measure.samples.max(1) as usize).saturating_sub(samples.len());
    let verdicts = samples.iter().map(|sample| match guard {
        Guard::Known(uncertainty) => measure.limits.judge(*sample, uncertainty),
        Guard::NoGauge => Verdict::Undefined,
    });
    let verdict = Verdict::of_all(verdicts.chain(std::iter::repeat_n(Verdict::Undefined, missing)));
    let mean = mean(samples);
    let unit = measure.unit.as_deref();
    let number =
        |number: Option<Number>| number.map_or(Value::Null, |number| numbers::with_unit(number.normalize(), unit));
    let mut limits = Context::new();
    limits.insert("lower".into(), number(measure.limits.lower));
    limits.insert("upper".into(), number(measure.limits.upper));
    let mut details = Context::new();
    let all = samples.iter().map(|sample| number(Some(*sample))).collect();
    details.insert("samples".into(), Value::List(Arc::new(all)));
    details.insert("limits".into(), Value::Context(Arc::new(limits)));
    details.insert("target".into(), number(measure.target));
    details.insert("unit".into(), unit.map_or(Value::Null, Value::text));
    details.insert("verdict".into(), Value::text(verdict.name()));
    details.insert("mean".into(), number(mean));
    details.insert("min".into(), number(samples.iter().min().copied()));
    details.insert("max".into(), number(samples.iter().max().copied()));
    let value = number(mean);
    Value::Judged(Arc::new(Judged {
        value,
        verdict,
        details,
    }))
}

/// Decimals that a mean has more than its samples; the rest of 1/3 tells nobody anything.
const MEAN_MORE_DECIMALS: u32 = 4;

/// Summed as parts where the sum is too large; a single sample stays as it is.
fn mean(samples: &[Number]) -> Option<Number> {
    match samples {
        [] => None,
        [only] => Some(*only),
        several => {
            let count = Number::from(several.len());
            let sum = several
                .iter()
                .try_fold(Number::ZERO, |sum, sample| sum.checked_add(*sample));
            let mean = match sum {
                Some(sum) => sum.checked_div(count),
                None => several
                    .iter()
                    .try_fold(Number::ZERO, |sum, sample| sum.checked_add(sample.checked_div(count)?)),
            };
            let decimals = several.iter().map(Number::scale).max().unwrap_or(0) + MEAN_MORE_DECIMALS;
            mean.map(|mean| mean.round_dp(decimals).normalize())
        }
    }
}
