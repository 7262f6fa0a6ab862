//! `gauge`: what is measured with.
use std::collections::BTreeMap;

use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, TableName};
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};

/// Answer: its number. Refused when it is not known, and when its calibration is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    pub from: TableName,
}

/// The site's table of gauges when nothing else is written.
pub(crate) const GAUGES: &str = "gauges";

/// The column of a table of gauges that says until when the calibration holds: a date, that day included.
pub const CALIBRATED_UNTIL: &str = "calibrated_until";
/// The column with the expanded uncertainty, in the unit of what is measured.
pub const UNCERTAINTY: &str = "uncertainty";

impl FieldOf for Gauge {
    const KIND: Kind = Kind {
        word: "gauge",
        shape: Shape::Sentence,
        doc: "What is measured with, by its number; refused when its calibration is due.",
        keys: &[key(
            "from",
            Shape::Word,
            "Table with `calibrated_until` and `uncertainty`; the site's `Gauges` when it is not written.",
        )],
        example: "- gauge: Micrometer",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        Some(Gauge {
            from: reader.gauge_table(&entry.keys, "from"),
        })
    }

    fn value_type(&self) -> Option<Type> {
        let details = BTreeMap::from([
            (CALIBRATED_UNTIL.into(), Type::Date),
            (UNCERTAINTY.into(), Type::Number),
            ("verdict".into(), Type::Text),
        ]);
        Some(Type::Judged(Box::new(Type::Text), details))
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.from)
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "minLength": 1, "maxLength": limits::CODE_CHARACTERS_MAX}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"from_table": self.from})
    }
}
