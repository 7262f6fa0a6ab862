//! Why a run cannot go over to another version, in words.

use language::model::Id;
use serde::{Deserialize, Serialize};

/// Why a run stays on its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyNot {
    /// The plan names a step that one of the versions does not have.
    PlanWrong { from: Id, to: Id },
    /// The run stands at a step that is no more.
    StepGone { step: Id },
    /// The step is something else now, and what is open of it cannot be what is asked now.
    KindChanged { step: Id, was: String, is: String },
    /// The step is now in, or was in, another branch, element or `undo`.
    Elsewhere { step: Id, around: Id },
    /// The branch is under way and is no more.
    BranchGone { step: Id, branch: Id },
    /// A value is there that the new version reads as something else.
    ValueDiffers { name: String, is: String, wanted: String },
    /// The step was done, and the new version does not say how it is taken back.
    UndoGone { step: Id },
    /// It is being taken back to an earlier step, and what was done since is undone first.
    OnItsWayBack,
    /// What is asked now cannot be worked out from what the run knows.
    Stops { step: Id, message: String },
}

impl WhyNot {
    /// In English and Chinese.
    pub fn message(&self) -> (String, String) {
        match self {
            WhyNot::PlanWrong { from, to } => (
                format!("the plan says '{from}' goes to '{to}', but one of them is no step"),
                format!("方案写明“{from}”转到“{to}”，但其中一个不是步骤"),
            ),
            WhyNot::StepGone { step } => (
                format!("it stands at '{step}', which the new version does not have; say in `map` where it goes"),
                format!("它停在“{step}”，新版本没有这一步；请在 `map` 中写明转到哪里"),
            ),
            WhyNot::KindChanged { step, was, is } => (
                format!("it waits at '{step}', which was `{was}` and is `{is}` now; `map` '{step}' to begin it anew"),
                format!("它在“{step}”等待，该步骤原为 `{was}`，现为 `{is}`；可用 `map` 让它重新开始"),
            ),
            WhyNot::Elsewhere { step, around } => (
                format!("'{step}' was moved into or out of '{around}', whose parts a run begins and ends as a whole"),
                format!("“{step}”被移入或移出“{around}”，运行只能整体开始和结束它的各部分"),
            ),
            WhyNot::BranchGone { step, branch } => (
                format!("branch '{branch}' of '{step}' is under way, and the new version does not have it"),
                format!("“{step}”的分支“{branch}”正在进行，新版本没有这个分支"),
            ),
            WhyNot::ValueDiffers { name, is, wanted } => (
                format!("'{name}' is {is}, and the new version reads it as {wanted}; name it in `leave` to go without"),
                format!("“{name}”是 {is}，新版本将其读作 {wanted}；写入 `leave` 则不带上它"),
            ),
            WhyNot::UndoGone { step } => (
                format!(
                    "'{step}' was done, and the new version does not say how to take it back; name it in `leave` to go without"
                ),
                format!("“{step}”已完成，新版本没有写明如何撤回；写入 `leave` 则不再撤回"),
            ),
            WhyNot::OnItsWayBack => (
                "it is being taken back to an earlier step; it can go over when that is done".to_owned(),
                "它正被退回到较早的步骤；退回完成后才能转到新版本".to_owned(),
            ),
            WhyNot::Stops { step, message } => (
                format!("it would stop at '{step}': {message}"),
                format!("它会停在“{step}”：{message}"),
            ),
        }
    }
}

impl std::fmt::Display for WhyNot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message().0)
    }
}
