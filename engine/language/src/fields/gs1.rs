//! `gs1`: a code of the GS1 system, taken apart.
//!
//! Application identifiers, formats and names follow the GS1 General Specifications, section 3.2.
use std::collections::BTreeMap;

use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf};
use crate::catalogue as c;
use crate::limits;
use crate::read::keys::{Kind, Shape, key};
use crate::read::suggest::nearest;
use crate::read::{FieldEntry, Reader, Report};

/// Answer: the text that the reader sends. Value: its parts by name, `raw`, and `parts` with all of them by identifier.
#[derive(Clone, Debug, PartialEq)]
pub struct Gs1 {
    /// Parts without which the code is refused.
    pub needs: Vec<Gs1Part>,
}

/// A part of a code that has a name in formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gs1Part(pub &'static str);

/// What the data of an identifier mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gs1Means {
    Text,
    Number,
    /// YYMMDD.
    Date,
    /// A number whose decimals the last digit of the identifier tells, in this unit (UCUM).
    Amount(&'static str),
}

/// One application identifier, or a family of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gs1Identifier {
    /// `n` stands for the digit that tells the decimals, `-` for any digit.
    pub ai: &'static str,
    /// `n` digits, `x` characters, `..` up to; parts joined by `+`.
    pub format: &'static str,
    /// Digits from the beginning that end with a check digit; 0 for none.
    pub checked: usize,
    /// Name in formulas; empty for none.
    pub name: &'static str,
    pub means: Gs1Means,
}

const fn named(ai: &'static str, format: &'static str, name: &'static str, means: Gs1Means) -> Gs1Identifier {
    Gs1Identifier {
        ai,
        format,
        checked: 0,
        name,
        means,
    }
}

const fn key_of(ai: &'static str, format: &'static str, checked: usize, name: &'static str) -> Gs1Identifier {
    Gs1Identifier {
        ai,
        format,
        checked,
        name,
        means: Gs1Means::Text,
    }
}

const fn other(ai: &'static str, format: &'static str) -> Gs1Identifier {
    named(ai, format, "", Gs1Means::Text)
}

/// Longer identifiers come first where one begins like another.
pub const GS1_IDENTIFIERS: &[Gs1Identifier] = &[
    key_of("00", "n18", 18, "sscc"),
    key_of("01", "n14", 14, "gtin"),
    key_of("02", "n14", 14, "content"),
    key_of("03", "n14", 14, ""),
    named("10", "x..20", "lot", Gs1Means::Text),
    named("11", "n6", "production_date", Gs1Means::Date),
    named("12", "n6", "due_date", Gs1Means::Date),
    named("13", "n6", "packaging_date", Gs1Means::Date),
    named("15", "n6", "best_before", Gs1Means::Date),
    named("16", "n6", "sell_by", Gs1Means::Date),
    named("17", "n6", "expiry", Gs1Means::Date),
    named("20", "n2", "variant", Gs1Means::Text),
    named("21", "x..20", "serial", Gs1Means::Text),
    other("22", "x..20"),
    other("235", "x..28"),
    named("240", "x..30", "additional_id", Gs1Means::Text),
    named("241", "x..30", "customer_part", Gs1Means::Text),
    other("242", "n..6"),
    other("243", "x..20"),
    other("250", "x..30"),
    other("251", "x..30"),
    key_of("253", "n13+x..17", 13, ""),
    other("254", "x..20"),
    key_of("255", "n13+n..12", 13, ""),
    named("30", "n..8", "count", Gs1Means::Number),
    named("310n", "n6", "weight", Gs1Means::Amount("kg")),
    named("311n", "n6", "length", Gs1Means::Amount("m")),
    named("312n", "n6", "width", Gs1Means::Amount("m")),
    named("313n", "n6", "height", Gs1Means::Amount("m")),
    named("314n", "n6", "area", Gs1Means::Amount("m2")),
    named("315n", "n6", "volume", Gs1Means::Amount("L")),
    other("316n", "n6"),
    named("320n", "n6", "weight_lb", Gs1Means::Amount("[lb_av]")),
    named("330n", "n6", "gross_weight", Gs1Means::Amount("kg")),
    other("32-n", "n6"),
    other("33-n", "n6"),
    other("34-n", "n6"),
    other("35-n", "n6"),
    other("36-n", "n6"),
    named("37", "n..8", "count_inside", Gs1Means::Number),
    other("390n", "n..15"),
    other("391n", "n3+n..15"),
    other("392n", "n..15"),
    other("393n", "n3+n..15"),
    other("394n", "n4"),
    other("395n", "n6"),
    named("400", "x..30", "order", Gs1Means::Text),
    other("401", "x..30"),
    key_of("402", "n17", 17, "shipment"),
    other("403", "x..30"),
    key_of("410", "n13", 13, "ship_to"),
    key_of("411", "n13", 13, ""),
    key_of("412", "n13", 13, ""),
    key_of("413", "n13", 13, ""),
    key_of("414", "n13", 13, "location"),
    key_of("415", "n13", 13, ""),
    key_of("416", "n13", 13, ""),
    key_of("417", "n13", 13, ""),
    other("420", "x..20"),
    other("421", "n3+x..9"),
    other("422", "n3"),
    other("423", "n3+n..12"),
    other("424", "n3"),
    other("425", "n3+n..12"),
    other("426", "n3"),
    other("427", "x..3"),
    other("4307", "x2"),
    other("4309", "n20"),
    other("4317", "x2"),
    other("4321", "n1"),
    other("4322", "n1"),
    other("4323", "n1"),
    other("4324", "n10"),
    other("4325", "n10"),
    other("4326", "n6"),
    other("433-", "x..7"),
    other("430-", "x..70"),
    other("431-", "x..70"),
    other("4320", "x..35"),
    other("7001", "n13"),
    other("7002", "x..30"),
    other("7003", "n10"),
    other("7004", "n..4"),
    other("7005", "x..12"),
    other("7006", "n6"),
    other("7007", "n6..12"),
    other("7008", "x..3"),
    other("7009", "x..10"),
    other("7010", "x..2"),
    other("7011", "n6..10"),
    other("7020", "x..20"),
    other("7021", "x..20"),
    other("7022", "x..20"),
    other("7023", "x..30"),
    other("703-", "n3+x..27"),
    other("7040", "n1+x3"),
    other("71-", "x..20"),
    other("723-", "x2+x..28"),
    other("7240", "x..20"),
    other("7241", "n2"),
    other("7242", "x..25"),
    other("8001", "n14"),
    other("8002", "x..20"),
    key_of("8003", "n14+x..16", 14, "returnable_asset"),
    named("8004", "x..30", "asset", Gs1Means::Text),
    other("8005", "n6"),
    key_of("8006", "n18", 14, ""),
    other("8007", "x..34"),
    other("8008", "n8..12"),
    other("8009", "x..50"),
    other("8010", "x..30"),
    other("8011", "n..12"),
    other("8012", "x..20"),
    other("8013", "x..25"),
    key_of("8017", "n18", 18, ""),
    key_of("8018", "n18", 18, ""),
    other("8019", "n..10"),
    other("8020", "x..25"),
    key_of("8026", "n18", 14, ""),
    other("8030", "x..90"),
    other("8110", "x..70"),
    other("8111", "n4"),
    other("8112", "x..70"),
    other("8200", "x..70"),
    other("90", "x..30"),
    other("9-", "x..90"),
];

fn part(name: &str) -> Option<Gs1Part> {
    let named = GS1_IDENTIFIERS
        .iter()
        .find(|one| !one.name.is_empty() && one.name == name)?;
    Some(Gs1Part(named.name))
}

fn part_names() -> impl Iterator<Item = &'static str> {
    GS1_IDENTIFIERS
        .iter()
        .map(|one| one.name)
        .filter(|name| !name.is_empty())
}

impl FieldOf for Gs1 {
    const KIND: Kind = Kind {
        word: "gs1",
        shape: Shape::Sentence,
        doc: "A GS1 code that is scanned: read as its parts, refused when a check digit is wrong.",
        keys: &[key(
            "needs",
            Shape::Words,
            "Parts that must be in it: `gtin`, `lot`, `serial`, `expiry`, `sscc`, `weight`, …",
        )],
        example: "- gs1: Label of the drum\n  needs: [gtin, lot, expiry]",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let mut needs: Vec<Gs1Part> = Vec::new();
        let nodes = entry
            .keys
            .get("needs")
            .map(|node| reader.one_or_more(node))
            .unwrap_or_default();
        for node in nodes {
            let Some(found) = reader.words(node, "needs") else {
                continue;
            };
            match part(&found) {
                Some(known) if needs.contains(&known) => {
                    reader.push(Report::new(c::CHOICE_TWICE, reader.span(node)).arg("found", found));
                }
                Some(known) => needs.push(known),
                None => {
                    let meant = match found.to_lowercase().as_str() {
                        "batch" | "batch_number" | "批次" | "批号" => vec!["lot".to_owned()],
                        "ean" | "article" => vec!["gtin".to_owned()],
                        "serial_number" | "序列号" => vec!["serial".to_owned()],
                        "expiry_date" | "use_by" | "有效期" => vec!["expiry".to_owned()],
                        plain => nearest(plain, part_names()),
                    };
                    let span = reader.span(node);
                    let mut report = Report::new(c::UNKNOWN_GS1_PART, span).arg("found", found.as_str());
                    if let Some(first) = meant.first() {
                        report = report.replace(span, first.clone());
                    }
                    let others: Vec<&str> = part_names()
                        .filter(|name| !meant.iter().any(|one| one == name))
                        .collect();
                    reader.push(report.expected(meant).expected(others));
                }
            }
        }
        Some(Gs1 { needs })
    }

    fn value_type(&self) -> Option<Type> {
        let part = BTreeMap::from([("ai".into(), Type::Text), ("value".into(), Type::Text)]);
        let mut members = BTreeMap::from([
            ("raw".into(), Type::Text),
            ("parts".into(), Type::List(Box::new(Type::Context(part)))),
        ]);
        for one in GS1_IDENTIFIERS.iter().filter(|one| !one.name.is_empty()) {
            let of = match one.means {
                Gs1Means::Text => Type::Text,
                Gs1Means::Number => Type::Number,
                Gs1Means::Date => Type::Date,
                Gs1Means::Amount(unit) => Type::Quantity(unit.into()),
            };
            members.insert(one.name.into(), of);
        }
        Some(Type::Context(members))
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "minLength": 1, "maxLength": limits::CODE_CHARACTERS_MAX}))
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"needs": self.needs.iter().map(|part| part.0).collect::<Vec<_>>()})
    }
}
