//! `measure`: a measured value with limits and a verdict.
use std::collections::BTreeMap;

use expression::{Limits, Number, Type};
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, TableName, Written, describe};
use crate::catalogue as c;
use crate::limits;
use crate::model::Id;
use crate::read::ids::id_text;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{FieldEntry, FieldReference, Meant, Reader, Report};

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
    /// What it is measured with; its record tells the uncertainty.
    pub gauge: Option<MeasuredWith>,
}

/// A `gauge` field of the form, or where there is none of that id a gauge of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredWith {
    pub field: Id,
    pub number: String,
    pub table: TableName,
}

impl FieldOf for Measure {
    const KIND: Kind = Kind {
        word: "measure",
        shape: Shape::Sentence,
        doc: "A measured value with limits; ok, not ok, undecided or not measured.",
        keys: &[
            required(
                "limits",
                Shape::Limits,
                "Both limits belong to what is ok: `24.95 to 25.05 mm`, `at least 40 N`.",
            ),
            key("target", Shape::Number, "What is aimed at."),
            key(
                "unit",
                Shape::Word,
                "The unit, when it is not written behind the limits.",
            ),
            key("decimals", Shape::Count, "How many decimals can be typed."),
            key(
                "samples",
                Shape::Count,
                "How many pieces are measured; 1 when it is not written.",
            ),
            key(
                "uncertainty",
                Shape::Number,
                "Expanded uncertainty of the gauge: closer than this to a limit is undecided.",
            ),
            key(
                "gauge",
                Shape::Word,
                "What it is measured with: a `gauge` field of this form, or a gauge's number; its record tells the uncertainty.",
            ),
        ],
        example: "- measure: Shaft diameter\n  limits: 24.95 to 25.05 mm\n  samples: 3",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let keys = &entry.keys;
        let mut readable = true;
        let (limits, mut unit, middle) = match keys.get("limits") {
            Some(node) => reader.limits(node).unwrap_or_else(|| {
                readable = false;
                (Limits::default(), None, None)
            }),
            None => {
                reader.missing(keys, "limits", "24.95 to 25.05 mm", c::MEASURE_WITHOUT_LIMITS);
                readable = false;
                (Limits::default(), None, None)
            }
        };
        if let Some(node) = keys.get("unit") {
            unit = reader.unit(node, unit.as_deref());
        }
        // Without limits nobody knows which unit the others should have.
        let target = keys
            .get("target")
            .filter(|_| readable)
            .and_then(|node| reader.quantity(node, "target", unit.as_deref()));
        let uncertainty = keys
            .get("uncertainty")
            .filter(|_| readable)
            .and_then(|node| reader.quantity(node, "uncertainty", unit.as_deref()));
        let decimals = keys
            .get("decimals")
            .map(|node| reader.count(node, "decimals", 0, limits::DECIMALS_MAX));
        let samples = keys
            .get("samples")
            .map_or(1, |node| reader.count(node, "samples", 1, limits::SAMPLES_MAX));
        let found = Measure {
            limits,
            target: target.or(middle),
            unit,
            decimals,
            samples,
            uncertainty,
            gauge: measured_with(reader, entry),
        };
        found.sensible(reader, entry);
        Some(found)
    }

    fn value_type(&self) -> Option<Type> {
        let number = match &self.unit {
            Some(unit) => Type::Quantity(unit.as_str().into()),
            None => Type::Number,
        };
        let ends = BTreeMap::from([("lower".into(), number.clone()), ("upper".into(), number.clone())]);
        let details = BTreeMap::from([
            ("samples".into(), Type::List(Box::new(number.clone()))),
            ("limits".into(), Type::Context(ends)),
            ("unit".into(), Type::Text),
            ("verdict".into(), Type::Text),
            ("target".into(), number.clone()),
            ("min".into(), number.clone()),
            ("max".into(), number.clone()),
            ("mean".into(), number.clone()),
        ]);
        Some(Type::Judged(Box::new(number), details))
    }

    fn written(&self) -> Written<'_> {
        Written::Numbers
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({
            "limits": describe::limits(&self.limits, with),
            "target": self.target.map(|target| with.number(target)),
            "unit": self.unit,
            "unit_symbol": describe::symbol(&self.unit),
            "decimals": self.decimals,
            "samples": self.samples,
            "uncertainty": self.uncertainty.map(|uncertainty| with.number(uncertainty)),
            "gauge": self.gauge.as_ref().map(|gauge| gauge.number.as_str()),
        })
    }

    fn answer(&self) -> Option<Json> {
        if self.samples == 1 {
            return Some(json!({"type": "number"}));
        }
        Some(json!({
            "type": "array", "items": {"type": "number"}, "minItems": self.samples, "maxItems": self.samples
        }))
    }
}

impl Measure {
    /// What cannot be meant: a target outside the limits, decimals too coarse for the limits, a gauge too coarse.
    fn sensible(&self, reader: &mut Reader<'_>, entry: &FieldEntry) {
        let outside = |number: &Number| {
            self.limits.lower.is_some_and(|lower| *number < lower)
                || self.limits.upper.is_some_and(|upper| *number > upper)
        };
        if let (Some(target), Some(node)) = (self.target, entry.keys.get("target"))
            && outside(&target)
        {
            let report = Report::new(c::TARGET_OUTSIDE, reader.span(node)).arg("target", target.to_string());
            reader.push(report);
        }
        if let (Some(decimals), Some(node)) = (self.decimals, entry.keys.get("decimals")) {
            let ends = [self.limits.lower, self.limits.upper];
            let needed = ends
                .iter()
                .flatten()
                .map(|end| end.normalize().scale())
                .max()
                .unwrap_or(0);
            if needed > decimals {
                let span = reader.span(node);
                let report = Report::new(c::DECIMALS_TOO_FEW, span)
                    .arg("decimals", decimals.to_string())
                    .arg("needed", needed.to_string());
                reader.push(report.replace(span, needed.to_string()));
            }
        }
        if let (Some(decimals), Some(uncertainty), Some(node)) =
            (self.decimals, self.uncertainty, entry.keys.get("decimals"))
            && let Some(better) = decimals_of(uncertainty).filter(|better| decimals > *better)
        {
            let span = reader.span(node);
            let report = Report::new(c::DECIMALS_TOO_FINE, span)
                .arg("decimals", decimals.to_string())
                .arg("uncertainty", uncertainty.to_string());
            reader.push(report.replace(span, better.to_string()));
        }
        if let (Some(uncertainty), Some(node)) = (self.uncertainty, entry.keys.get("uncertainty"))
            && let (Some(lower), Some(upper)) = (self.limits.lower, self.limits.upper)
            && upper
                .checked_sub(lower)
                .is_some_and(|width| uncertainty.saturating_add(uncertainty) > width)
        {
            let report = Report::new(c::GAUGE_TOO_COARSE, reader.span(node));
            reader.push(report.arg("uncertainty", uncertainty.to_string()));
        }
    }
}

fn measured_with(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<MeasuredWith> {
    let node = entry.keys.get("gauge")?;
    let number = reader.words(node, "gauge")?;
    if let Some(slot) = entry.keys.slot("uncertainty") {
        reader.push(Report::new(c::UNCERTAINTY_TWICE, reader.span(slot.key)));
    }
    let field = Id::new(&id_text(&number));
    reader.field_references.push(FieldReference {
        field: field.clone(),
        node,
        key: "gauge",
        kinds: &["gauge"],
        meant: Meant::PerhapsAField,
    });
    // A field of the form needs no table of its own.
    let table = TableName::Site(Id::new(super::GAUGES));
    Some(MeasuredWith { field, number, table })
}

/// The decimals that a reading with this uncertainty can have: as many as the uncertainty has with two significant
/// digits (JCGM 100, 7.2.6).
fn decimals_of(uncertainty: Number) -> Option<u32> {
    let mut value = uncertainty.normalize();
    if value <= Number::ZERO {
        return None;
    }
    let mut first = 0;
    while value < Number::ONE && first < limits::DECIMALS_MAX {
        value = value.checked_mul(Number::TEN)?;
        first += 1;
    }
    Some(first + 1)
}
