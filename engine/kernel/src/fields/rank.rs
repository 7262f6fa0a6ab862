//! `rank`: all of a list, in order.

use expression::Value;
use language::fields::Rank;
use language::model::Field;
use serde_json::Value as Json;
use std::sync::Arc;

use super::{Accepted, Place, choose_many};

pub(super) fn accept(rank: &Rank, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let all = u32::try_from(rank.from.len()).unwrap_or(u32::MAX);
    let chosen = choose_many::each_once(&rank.from, answer, (all, all), place)?;
    Ok(Value::List(Arc::new(chosen.into_iter().map(Value::text).collect())))
}
