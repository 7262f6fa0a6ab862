//! `scan`: any barcode.

use expression::Value;
use language::fields::Scan;
use language::model::Field;
use serde_json::Value as Json;

use super::{Accepted, Place, codes};

pub(super) fn accept(scan: &Scan, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    codes::scanned(&scan.pattern, answer, place).map(Value::text)
}
