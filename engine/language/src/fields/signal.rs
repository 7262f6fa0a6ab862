//! `signal`: what a machine says, frozen when the form is sent.
use std::collections::BTreeMap;

use expression::{Limits, Type};
use serde_json::{Value as Json, json};

use super::{Asks, Describe, FieldOf, describe};
use crate::catalogue as c;
use crate::model::Id;
use crate::read::ids::id_text;
use crate::read::keys::{Kind, Shape, key};
use crate::read::suggest::nearest;
use crate::read::{FieldEntry, Reader, Report};

/// Takes no answer. Nothing that is stale or of another quality than good has a value; nothing without a value is ok.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    pub from: Id,
    /// UCUM code, as the site or the limits say.
    pub unit: Option<String>,
    /// `None`: never too old.
    pub stale_after_ms: Option<i64>,
    /// Both open: any reading that can be used is ok.
    pub limits: Limits,
}

impl FieldOf for Signal {
    const KIND: Kind = Kind {
        word: "signal",
        shape: Shape::Sentence,
        doc: "What a machine says at the moment when the form is sent; kept with its quality and time.",
        keys: &[
            key(
                "from",
                Shape::Word,
                "Signal of the site; the one called as the sentence when it is not written.",
            ),
            key("limits", Shape::Limits, "What is ok: `1190 to 1210`."),
        ],
        example: "- signal: Spindle speed\n  from: spindle_speed\n  limits: 1190 to 1210",
    };
    const ASKS: Asks = Asks::TheWorld;

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let node = entry.keys.get("from").or_else(|| entry.keys.get(entry.word));
        let written = match (entry.keys.get("from"), node) {
            (Some(node), _) => reader.words(node, "from")?,
            (None, Some(node)) => reader.tree.scalar(node).unwrap_or_default().to_owned(),
            (None, None) => return None,
        };
        let id = Id::new(&id_text(&written));
        let known = reader.site.and_then(|site| {
            let fits = |signal: &&crate::model::Signal| signal.id == id || id_text(&signal.title) == id.as_str();
            site.signals.iter().find(fits)
        });
        if let (Some(site), None, Some(node)) = (reader.site, known, node) {
            let near = nearest(id.as_str(), site.signals.iter().map(|signal| signal.id.as_str()));
            let span = reader.span(node);
            let mut report = Report::new(c::UNKNOWN_SIGNAL, span).arg("found", written.as_str());
            if let (Some(first), true) = (near.first(), entry.keys.get("from").is_some()) {
                report = report.replace(span, first.clone());
            }
            let all = site
                .signals
                .iter()
                .map(|signal| signal.id.to_string())
                .filter(|id| !near.contains(id));
            let others: Vec<String> = all.collect();
            reader.push(report.expected(near).expected(others));
        }
        let mut unit = known.and_then(|signal| signal.unit.clone());
        let mut limits = Limits::default();
        if let Some(node) = entry.keys.get("limits")
            && let Some((read, of_limits, _)) = reader.limits(node)
        {
            if let (Some(own), Some(other)) = (&unit, &of_limits)
                && own != other
            {
                let symbol = expression::units::symbol(own).to_owned();
                let report = Report::new(c::SIGNAL_UNIT, reader.span(node)).arg("unit", symbol);
                reader.push(report);
            }
            unit = unit.or(of_limits);
            limits = read;
        }
        Some(Signal {
            from: known.map_or(id, |signal| signal.id.clone()),
            unit,
            stale_after_ms: known.and_then(|signal| signal.stale_after_ms),
            limits,
        })
    }

    fn value_type(&self) -> Option<Type> {
        let number = match &self.unit {
            Some(unit) => Type::Quantity(unit.as_str().into()),
            None => Type::Any,
        };
        let ends = BTreeMap::from([("lower".into(), number.clone()), ("upper".into(), number.clone())]);
        let details = BTreeMap::from([
            ("quality".into(), Type::Text),
            ("at".into(), Type::DateTime),
            ("verdict".into(), Type::Text),
            ("limits".into(), Type::Context(ends)),
        ]);
        Some(Type::Judged(Box::new(number), details))
    }

    fn answer(&self) -> Option<Json> {
        None
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({
            "from": self.from,
            "unit": self.unit,
            "unit_symbol": describe::symbol(&self.unit),
            "stale_after_ms": self.stale_after_ms,
            "limits": describe::limits(&self.limits, with),
        })
    }
}
