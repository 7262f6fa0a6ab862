//! `check`: pass, fail, or not applicable where allowed.
use std::collections::BTreeMap;

use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written};
use crate::read::keys::{Kind, Shape, key};
use crate::read::{FieldEntry, Reader};

/// Answer: `pass`, `fail` or `not applicable`. Verdict: ok, not ok; undefined when not answered or not applicable.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub not_applicable_allowed: bool,
}

impl Check {
    fn answers(&self) -> &'static [&'static str] {
        if self.not_applicable_allowed {
            &["pass", "fail", "not applicable"]
        } else {
            &["pass", "fail"]
        }
    }
}

impl FieldOf for Check {
    const KIND: Kind = Kind {
        word: "check",
        shape: Shape::Sentence,
        doc: "Pass or fail; `not applicable` only where it is allowed.",
        keys: &[key(
            "not_applicable",
            Shape::YesNo,
            "`yes` allows the answer `not applicable`.",
        )],
        example: "- check: Surface\n  not_applicable: yes",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let allowed = entry
            .keys
            .get("not_applicable")
            .is_some_and(|node| reader.yes_no(node, "not_applicable"));
        Some(Check {
            not_applicable_allowed: allowed,
        })
    }

    fn value_type(&self) -> Option<Type> {
        let answers = self.answers().iter().map(|answer| (*answer).into()).collect();
        Some(Type::Judged(
            Box::new(Type::OneOf(answers)),
            BTreeMap::from([("verdict".into(), Type::Text)]),
        ))
    }

    fn written(&self) -> Written<'_> {
        Written::Checked
    }

    fn described(&self, _with: &dyn Describe) -> Json {
        json!({"not_applicable_allowed": self.not_applicable_allowed})
    }

    fn answer(&self) -> Option<Json> {
        Some(json!({"type": "string", "enum": self.answers()}))
    }
}
