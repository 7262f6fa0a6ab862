//! `reason`: a leaf of a tree of reasons.

use expression::Value;
use language::fields::{Reason, WAY_SEPARATOR};
use language::model::{Field, Reason as Branch};
use serde_json::Value as Json;

use super::{Accepted, Place, texts};

/// The whole way from the root to a leaf. Where the tree is not known nothing
/// is taken.
pub(super) fn accept(reason: &Reason, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let steps = texts::list(answer, 1, u32::MAX, place)?;
    let mut branches: &[Branch] = &reason.tree;
    let mut way: Vec<&str> = Vec::with_capacity(steps.len());
    let mut at_leaf = false;
    for step in steps {
        let Some(step) = step.as_str().map(str::trim) else {
            return Err(place.wrong_type(
                "a list of texts from the root of the tree to a leaf",
                "从根到末级原因的列表",
            ));
        };
        let Some(branch) = branches.iter().find(|branch| branch.title == step) else {
            let options: Vec<_> = branches.iter().take(10).map(|one| one.title.as_str()).collect();
            let en = match options.is_empty() {
                true => format!("'{step}' is no reason of the tree"),
                false => format!("'{step}' is no reason here; there are: {}", options.join(", ")),
            };
            let zh = format!("“{step}”不是此处的原因：{}", options.join("、"));
            return Err(place.refuse("not-an-option", &en, &zh));
        };
        way.push(branch.title.as_str());
        at_leaf = branch.reasons.is_empty();
        branches = &branch.reasons;
    }
    if !at_leaf {
        let last = way.last().copied().unwrap_or_default();
        let en = format!("'{last}' is divided further; the reason has to be exact");
        return Err(place.refuse("too-coarse", &en, &format!("“{last}”还有下级，请选到最后一级")));
    }
    Ok(Value::text(way.join(WAY_SEPARATOR)))
}
