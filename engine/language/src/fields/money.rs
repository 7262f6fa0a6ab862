//! `money`: an amount in one currency.
use expression::{Limits, Type};
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, currencies, describe};
use crate::catalogue as c;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::suggest::{clearly, nearest};
use crate::read::{FieldEntry, Reader, Report};
use crate::schema::answers::number_between;

/// Answer: a number with no more decimals than the currency has.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    /// ISO 4217, such as `CNY`.
    pub currency: String,
    /// Decimals of its smallest unit.
    pub decimals: u32,
    pub range: Limits,
}

impl FieldOf for Money {
    const KIND: Kind = Kind {
        word: "money",
        shape: Shape::Sentence,
        doc: "An amount of money.",
        keys: &[
            required(
                "currency",
                Shape::Word,
                "Code of the currency (ISO 4217): `CNY`, `EUR`, `USD`.",
            ),
            key("min", Shape::Number, "Less cannot be typed; 0 when it is not written."),
            key("max", Shape::Number, "More cannot be typed."),
        ],
        example: "- money: Cost of the repair\n  currency: CNY\n  max: 50000",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let currency = match entry.keys.get("currency") {
            Some(node) => reader.words(node, "currency").map(|found| {
                let (code, report) = known(&found, reader.span(node));
                if let Some(report) = report {
                    reader.push(report);
                }
                code
            }),
            None => {
                reader.missing(&entry.keys, "currency", "CNY", c::KEY_MISSING);
                None
            }
        };
        let currency = currency.unwrap_or_default();
        let mut range = reader.range(entry, None);
        range.lower = range.lower.or(Some(expression::Number::ZERO));
        let decimals = currencies::decimals(&currency).unwrap_or(2);
        Some(Money {
            currency,
            decimals,
            range,
        })
    }

    fn value_type(&self) -> Option<Type> {
        Some(Type::Number)
    }

    fn written(&self) -> Written<'_> {
        Written::Numbers
    }

    fn answer(&self) -> Option<Json> {
        Some(number_between("number", &self.range))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        json!({
            "currency": self.currency,
            "decimals_max": self.decimals,
            "range": describe::limits(&self.range, with),
        })
    }
}

/// The code that is meant, and what is wrong with how it is written.
fn known(found: &str, span: crate::model::Span) -> (String, Option<Report>) {
    if currencies::decimals(found).is_some() {
        return (found.to_owned(), None);
    }
    let report = Report::new(c::UNKNOWN_CURRENCY, span).arg("found", found);
    let upper = found.trim().to_uppercase();
    let meant = currencies::meant(&upper).or_else(|| currencies::decimals(&upper).map(|_| upper.clone()));
    if let Some(code) = meant {
        return (code.clone(), Some(report.replace(span, code)));
    }
    let near = nearest(&upper, currencies::codes());
    if let Some(code) = clearly(&upper, &near) {
        return (
            code.clone(),
            Some(report.replace(span, code.clone()).expected(near.clone())),
        );
    }
    let near = if near.is_empty() {
        ["CNY", "EUR", "USD"].map(str::to_owned).to_vec()
    } else {
        near
    };
    (found.to_owned(), Some(report.expected(near)))
}
