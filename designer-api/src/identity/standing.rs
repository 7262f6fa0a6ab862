//! What people can do, who leads them, and who does their work while they are away.

use kernel::FieldRefusal;
use store::rows::{Away, PersonRow, Standing};

use super::people::{Change, unknown};
use super::rules::refusal;
use super::{Error, Identity, Person, Principal};
use crate::limits;

/// What somebody may do at this moment beside what their own roles say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Duties {
    /// Ids of skills that they have and that have not run out.
    pub(crate) skills: Vec<String>,
    /// Ids of people who are away, and whose work they do.
    pub(crate) stands_for: Vec<String>,
    /// The roles of those.
    pub(crate) roles: Vec<String>,
}

impl Identity {
    pub(crate) fn duties(&self, person: &str) -> Duties {
        let now_ms = self.now_ms();
        let state = self.look();
        let Some(row) = state.person(person) else {
            return Duties::default();
        };
        let valid = row
            .standing
            .skills
            .iter()
            .filter(|skill| row.standing.has_skill(&skill.id, now_ms));
        let mut duties = Duties {
            skills: valid.map(|skill| skill.id.clone()).collect(),
            ..Duties::default()
        };
        for id in state.substitutes.get(&row.id.to_lowercase()).into_iter().flatten() {
            let away = state
                .person(id)
                .filter(|away| away.active && away.standing.away_at(now_ms).is_some());
            if let Some(away) = away {
                duties.stands_for.push(away.id.clone());
                duties.roles.extend(away.roles.iter().cloned());
            }
        }
        duties
    }

    /// Who is away says so themselves, or who supervises does; `None`: they are back.
    pub(crate) async fn put_away(&self, id: &str, away: Option<Away>, by: &Principal) -> Result<Person, Error> {
        let change = Change {
            away: Some(away),
            ..Change::default()
        };
        self.change_person(id, change, by).await
    }

    /// What cannot be: skills that the site does not have, somebody who leads or stands in for themselves, or is nobody.
    pub(super) fn check_standing(&self, change: &Change, id: &str, faults: &mut Vec<FieldRefusal>) {
        let skills = change.skills.as_deref().unwrap_or_default();
        if skills.len() > limits::PERSON_SKILLS_MAX {
            let max = limits::PERSON_SKILLS_MAX;
            let en = format!("a person has at most {max} skills");
            faults.push(refusal("skills", "too-many", en, format!("一个人最多 {max} 个技能")));
        }
        let of_site: Vec<&str> = self.site.skills.iter().map(|skill| skill.id.as_str()).collect();
        if !of_site.is_empty() {
            let each = skills.iter();
            faults.extend(each.filter_map(|skill| unknown("skills", ("skill", "技能"), &skill.id, &of_site)));
        }
        let leader = change.leader.iter().flatten();
        let away = change.away.iter().flatten();
        let substitute = away.clone().flat_map(|away| &away.substitute);
        let named = leader
            .map(|id| ("leader", id))
            .chain(substitute.map(|id| ("substitute", id)));
        for (field, other) in named {
            faults.extend(self.another(field, id, other));
        }
        if away
            .clone()
            .any(|away| away.until_ms.is_some_and(|until| until <= away.from_ms))
        {
            let (en, zh) = ("'until' comes after 'from'", "“until”必须晚于“from”");
            faults.push(refusal("until", "out-of-range", en.into(), zh.into()));
        }
    }

    /// Somebody else, who may sign in.
    fn another(&self, field: &str, id: &str, other: &str) -> Option<FieldRefusal> {
        if other.eq_ignore_ascii_case(id) {
            let (en, zh) = (
                format!("'{field}' is another person"),
                format!("“{field}”必须是另一个人"),
            );
            return Some(refusal(field, "unknown", en, zh));
        }
        let state = self.look();
        let active: Vec<&str> = state
            .people
            .values()
            .filter(|row| row.active)
            .map(|row| row.id.as_str())
            .collect();
        match state.person(other).is_some_and(|row| row.active) {
            true => None,
            false => unknown(field, ("person", "人员"), other, &active),
        }
    }
}

/// What is known of somebody after a change.
pub(super) fn changed(known: &PersonRow, change: &Change) -> Standing {
    let standing = &known.standing;
    Standing {
        skills: change.skills.clone().unwrap_or_else(|| standing.skills.clone()),
        leader: change.leader.clone().unwrap_or_else(|| standing.leader.clone()),
        away: change.away.clone().unwrap_or_else(|| standing.away.clone()),
    }
}
