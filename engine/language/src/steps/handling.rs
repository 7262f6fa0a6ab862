//! How a task is given out, and what may be done with it besides answering it: the keys that `form` and `approve` share.
//!
//! The words are those of a floor; what they stand for is WS-HumanTask 1.1 (life cycle) and the workflow resource patterns
//! (Russell, van der Aalst, ter Hofstede, Edmond, 2005), by number.

use serde::{Deserialize, Serialize};

use crate::catalogue as c;
use crate::keywords;
use crate::model::{Id, Party, Stretch};
use crate::read::ids::id_text;
use crate::read::keys::Keys;
use crate::read::site::one_of;
use crate::read::{Reader, Report};
use crate::tree::NodeId;

/// Stands among the steps of `not_by` and `same_as` for every step of the run: no step has this id.
pub const ANY_STEP: &str = "*";

/// How a task is given out and handled.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Handling {
    /// Skills of the site that whoever does it must have, all of them (WRP-8).
    pub skills: Vec<Id>,
    /// Whoever answered the last of these steps gets it, where somebody has (WRP-6, WRP-7).
    pub same_as: Vec<Id>,
    pub give: Give,
    /// Given back when whoever has it does nothing for so long.
    pub lease: Option<Stretch>,
    /// Whoever has it may skip it with a reason (WRP-33).
    pub skippable: bool,
    /// Once somebody has it, only they and who supervises see it (WRP-41).
    pub private: bool,
}

/// How one person is found for a task, as `give` says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Give {
    /// Whoever claims it first (WRP-12, WRP-13).
    #[default]
    Offer,
    /// It is in that person's hands at once (WRP-14).
    Reserve,
    /// The same, and it is being worked on (WRP-36).
    Start,
    /// In turn (WRP-16).
    RoundRobin,
    /// By chance (WRP-15).
    Random,
    /// To whom has the fewest tasks in hand (WRP-17).
    ShortestQueue,
    /// To who did this step last (WRP-9).
    LastDone,
    /// A supervisor says who; until then nobody else sees it (WRP-20, WRP-40).
    ByHand,
}

impl Give {
    /// Whether somebody has to be chosen among several when the task comes.
    pub fn is_choice(self) -> bool {
        matches!(
            self,
            Give::RoundRobin | Give::Random | Give::ShortestQueue | Give::LastDone
        )
    }
}

impl Reader<'_> {
    /// The keys that say how a task is given out.
    pub(super) fn handling(&mut self, keys: &Keys, to: Option<&Party>, not_by: &[Id]) -> Handling {
        let skill_nodes = keys.get("skill").map(|node| self.one_or_more(node));
        let skills = skill_nodes.into_iter().flatten().filter_map(|node| self.skill(node));
        let skills: Vec<Id> = skills.collect();
        let same_as = keys.get("same_as").map(|node| self.step_names(node, "same_as"));
        let same_as = same_as.unwrap_or_default();
        if let (Some(node), Some(both)) = (keys.get("same_as"), same_as.iter().find(|step| not_by.contains(step))) {
            let report = Report::new(c::SAME_AND_NOT_SAME, self.span(node)).arg("found", both.as_str());
            self.push(report);
        }
        Handling {
            give: match keys.get("give") {
                Some(node) => self.give(node, to, &skills, &same_as),
                None => Give::default(),
            },
            skills,
            same_as,
            lease: keys.get("lease").map(|node| self.stretch(node, "lease")),
            skippable: keys.get("skippable").is_some_and(|node| self.yes_no(node, "skippable")),
            private: keys.get("private").is_some_and(|node| self.yes_no(node, "private")),
        }
    }

    /// A skill of the site.
    fn skill(&mut self, node: NodeId) -> Option<Id> {
        let Some(site) = self.site else {
            return self.words(node, "skill").map(|name| Id::new(&id_text(&name)));
        };
        let what = ("skill", c::UNKNOWN_SKILL);
        one_of(self, node, what, &site.skills, |one| (&one.id, &one.title)).map(|one| one.id.clone())
    }

    fn give(&mut self, node: NodeId, to: Option<&Party>, skills: &[Id], same_as: &[Id]) -> Give {
        let give = match self.word_of(node, "give", keywords::GIVE) {
            Some("reserve") => Give::Reserve,
            Some("start") => Give::Start,
            Some("round robin") => Give::RoundRobin,
            Some("random") => Give::Random,
            Some("shortest queue") => Give::ShortestQueue,
            Some("who did it last") => Give::LastDone,
            Some("by hand") => Give::ByHand,
            _ => Give::Offer,
        };
        let one = matches!(to, Some(Party::Person(_) | Party::Formula(_) | Party::Leader)) || !same_as.is_empty();
        let several = matches!(to, Some(Party::Role(_) | Party::Several(_) | Party::Formula(_))) || !skills.is_empty();
        let fits = match give {
            Give::Offer | Give::ByHand => true,
            Give::Reserve | Give::Start => one,
            _ => several,
        };
        if !fits {
            let entry = if give.is_choice() {
                c::GIVEN_AMONG_NOBODY
            } else {
                c::RESERVED_FOR_NOBODY
            };
            let report = Report::new(entry, self.span(node));
            let found = self.tree.scalar(node).unwrap_or_default().trim().to_owned();
            self.push(report.arg("found", found));
        }
        give
    }
}
