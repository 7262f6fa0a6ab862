//! `number`: the next number of a gap-free series.
use expression::{Names, Type};

use super::StepOf;
use crate::catalogue as c;
use crate::model::{Id, Located, Table};
use crate::read::ids::id_of;
use crate::read::keys::{Kind, Shape, key};
use crate::read::site::one_of;
use crate::read::{Entry, Reader};

/// `- number: series of the site` with `as`, the name of the number; without it the step's id.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub series: Located<Id>,
    pub name: Id,
}

impl StepOf for Number {
    const KIND: Kind = Kind {
        word: "number",
        shape: Shape::Word,
        doc: "Takes the next number of a series of the site; a number is never taken twice and never left out.",
        keys: &[key(
            "as",
            Shape::Id,
            "Name of the number; the step's id when it is not written.",
        )],
        example: "- number: NCR\n  as: ncr_number",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let value = match reader.site {
            Some(site) => one_of(
                reader,
                entry.value,
                ("number", c::UNKNOWN_SERIES),
                &site.numbers,
                |series| (&series.id, &series.title),
            )?
            .id
            .clone(),
            None => id_of("series", &reader.words(entry.value, "number")?),
        };
        let series = Located {
            value,
            span: reader.span(entry.value),
        };
        let name = entry.keys.get("as").and_then(|node| reader.id(node));
        Some(Number {
            series,
            name: name.unwrap_or_else(|| entry.id.clone()),
        })
    }

    fn values(&self, _names: &mut Names, _tables: &[Table]) -> Vec<(Id, Type)> {
        vec![(self.name.clone(), Type::Text)]
    }
}
