//! `release`: frees what this run holds.
use super::StepOf;
use crate::model::Computed;
use crate::read::keys::{Kind, Shape};
use crate::read::{Entry, Reader};

/// `- release: line-3`.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub target: Computed,
}

impl StepOf for Release {
    const KIND: Kind = Kind {
        word: "release",
        shape: Shape::Value,
        doc: "Frees what this run holds.",
        keys: &[],
        example: "- release: line-3",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        Some(Release {
            target: reader.target(entry.value, "release"),
        })
    }
}
