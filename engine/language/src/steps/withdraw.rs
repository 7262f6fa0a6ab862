//! `withdraw`: takes back other steps of this run, wherever they are being done.
use super::StepOf;
use crate::model::{Id, Located};
use crate::read::ids::id_text;
use crate::read::keys::{Kind, Shape};
use crate::read::{Entry, Reader};

/// `- withdraw: [measure_the_noise, measure_the_heat]`: whoever is in one of these steps goes on behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct Withdraw {
    pub steps: Vec<Located<Id>>,
}

impl StepOf for Withdraw {
    const KIND: Kind = Kind {
        word: "withdraw",
        shape: Shape::Words,
        doc: "Takes back steps that are being done in other branches, by their names: they go on behind them.",
        keys: &[],
        example: "- withdraw: [measure_the_noise, measure_the_heat]",
    };

    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self> {
        let nodes = reader.one_or_more(entry.value);
        let named = nodes.into_iter().filter_map(|node| {
            let value = Id::new(&id_text(&reader.words(node, "withdraw")?));
            let span = reader.span(node);
            Some(Located { value, span })
        });
        let steps: Vec<_> = named.collect();
        (!steps.is_empty()).then_some(Withdraw { steps })
    }
}
