//! People: who may sign in, with which roles and rights.

use kernel::FieldRefusal;
use language::model::Id;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::rows::{Away, Hash, PersonRow, Skilled, Standing, Write};

use super::book::can_administrate;
use super::rules::{self, refusal};
use super::standing;
use super::{Error, Identity, Principal, Right, Rights, SignedIn};
use crate::audit;
use crate::limits;
use crate::nearest::nearest;

/// A person as others may see them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
    pub(crate) rights: Rights,
    pub(crate) language: Option<String>,
    /// Whether they may sign in at all.
    pub(crate) active: bool,
    pub(crate) has_password: bool,
    pub(crate) has_pin: bool,
    pub(crate) has_badge: bool,
    pub(crate) standing: Standing,
}

/// What is to change about a person. `None` leaves as it is; `Some(None)` takes away.
#[derive(Clone, Default)]
pub(crate) struct Change {
    pub(crate) name: Option<String>,
    pub(crate) roles: Option<Vec<String>>,
    /// Ids; `read` and `work` may be among them, everyone has them.
    pub(crate) rights: Option<Vec<String>>,
    /// `en` or `zh`.
    pub(crate) language: Option<Option<String>>,
    pub(crate) password: Option<Option<String>>,
    pub(crate) pin: Option<Option<String>>,
    pub(crate) badge: Option<Option<String>>,
    pub(crate) active: Option<bool>,
    pub(crate) skills: Option<Vec<Skilled>>,
    pub(crate) leader: Option<Option<String>>,
    pub(crate) away: Option<Option<Away>>,
}

/// A change whose secrets were hashed.
struct Hashed {
    password: Option<Option<String>>,
    pin: Option<Option<String>>,
    badge: Option<Option<Hash>>,
}

impl Identity {
    /// In order of id, those who left at their places.
    pub(crate) fn people(&self) -> Vec<Person> {
        self.look().people.values().map(|row| Person::from(&**row)).collect()
    }

    /// Somebody who may sign in.
    pub(crate) fn active_person(&self, id: &str) -> Option<Person> {
        let state = self.look();
        let row = state.person(id).filter(|row| row.active);
        row.map(|row| Person::from(&**row))
    }

    /// The roles that somebody who may sign in has.
    pub(crate) fn roles_had(&self) -> BTreeSet<Id> {
        let state = self.look();
        let active = state.people.values().filter(|row| row.active);
        active.flat_map(|row| &row.roles).map(|role| Id::new(role)).collect()
    }

    /// Keeps someone new; on disk when it returns.
    pub(crate) async fn add_person(&self, id: &str, change: Change, by: &Principal) -> Result<Person, Error> {
        let id = id.trim();
        let mut faults: Vec<FieldRefusal> = rules::id("id", id).into_iter().collect();
        if change.name.is_none() {
            let (en, zh) = ("'name' is missing".into(), "缺少“name”".into());
            faults.push(refusal("name", "missing", en, zh));
        }
        let name = change.name.clone().unwrap_or_default();
        self.check_change(&change, id, &name, &mut faults);
        if !faults.is_empty() {
            return Err(Error::Refused(faults));
        }
        let hashed = self.hash(&change).await?;
        let _one_at_a_time = self.changing.lock().await;
        if self.look().person(id).is_some() {
            return Err(Error::PersonExists(id.to_owned()));
        }
        if self.look().people.len() >= limits::PEOPLE_MAX {
            return Err(Error::TooMany("people"));
        }
        let blank = PersonRow {
            id: id.to_owned(),
            name,
            roles: Vec::new(),
            rights: Vec::new(),
            language: None,
            password: None,
            pin: None,
            badge: None,
            active: true,
            changed_at_ms: 0,
            standing: Standing::default(),
        };
        let row = changed(&blank, change, hashed, self.now_ms());
        self.put(row, Vec::new(), by).await
    }

    /// Changes someone. What they may do holds from the next request on; who gets other credentials, or may not sign in
    /// any more, is signed out everywhere, but for `by` themselves.
    pub(crate) async fn change_person(&self, id: &str, change: Change, by: &Principal) -> Result<Person, Error> {
        let known = self.known(id)?;
        let mut faults = Vec::new();
        let name = change.name.as_ref().unwrap_or(&known.name);
        self.check_change(&change, &known.id, name, &mut faults);
        if !faults.is_empty() {
            return Err(Error::Refused(faults));
        }
        let hashed = self.hash(&change).await?;
        let _one_at_a_time = self.changing.lock().await;
        let known = self.known(id)?;
        let has_other_credentials = hashed.password.is_some() || hashed.pin.is_some() || hashed.badge.is_some();
        let row = changed(&known, change, hashed, self.now_ms());
        if can_administrate(&known) && !can_administrate(&row) && !self.look().has_admin_besides(&row.id) {
            return Err(Error::LastAdmin(row.id));
        }
        let ended = if has_other_credentials || !row.active {
            let itself = by.signed_in();
            let goes_on = |signed_in: &SignedIn| itself.is_some_and(|by| row.active && by.session == signed_in.session);
            self.look()
                .sessions_where(|signed_in| signed_in.person == row.id && !goes_on(signed_in))
        } else {
            Vec::new()
        };
        if has_other_credentials {
            self.free(&row.id);
        }
        self.put(row, ended, by).await
    }

    /// Who leaves is signed out at once and cannot sign in any more; the id stays taken, for journals name it.
    pub(crate) async fn remove_person(&self, id: &str, by: &Principal) -> Result<(), Error> {
        let change = Change {
            password: Some(None),
            pin: Some(None),
            badge: Some(None),
            active: Some(false),
            ..Change::default()
        };
        self.change_person(id, change, by).await.map(drop)
    }

    pub(super) async fn put(&self, row: PersonRow, ended: Vec<Arc<SignedIn>>, by: &Principal) -> Result<Person, Error> {
        if let Some(badge) = &row.badge {
            let of = self.look().badges.get(badge).cloned();
            if of.is_some_and(|of| of != row.id.to_lowercase()) {
                return Err(Error::BadgeExists);
            }
        }
        let ended: Vec<Hash> = ended.iter().map(|signed_in| signed_in.session).collect();
        let known = self.look().person(&row.id).cloned();
        let mut changes = vec![Write::PutPerson(Box::new(row.clone()))];
        changes.extend(audit::person(self.now_ms(), by, known.as_deref(), &row));
        changes.extend(ended.iter().map(|hash| Write::DropSession { hash: *hash }));
        self.write(changes).await?;
        let person = Person::from(&row);
        let mut state = self.change();
        state.end_sessions(&ended);
        state.refresh_sessions(&row);
        state.put_person(row);
        Ok(person)
    }

    fn known(&self, id: &str) -> Result<Arc<PersonRow>, Error> {
        let state = self.look();
        state.person(id).cloned().ok_or_else(|| Error::Missing {
            what: "person",
            id: id.to_owned(),
            nearest: nearest(id, state.people.values().map(|row| row.id.as_str())).map(str::to_owned),
        })
    }

    fn check_change(&self, change: &Change, id: &str, name: &str, faults: &mut Vec<FieldRefusal>) {
        faults.extend(change.name.as_deref().and_then(rules::name));
        let given = |value: &Option<Option<String>>| value.clone().flatten();
        faults.extend(given(&change.password).and_then(|text| rules::password("password", &text, id, name)));
        faults.extend(given(&change.pin).and_then(|text| rules::pin("pin", &text, id)));
        faults.extend(given(&change.badge).and_then(|text| rules::badge("badge", text.trim())));
        let language = given(&change.language).filter(|language| !matches!(language.as_str(), "en" | "zh"));
        if let Some(language) = language {
            let en = format!("there is no language '{language}'; there are 'en' and 'zh'");
            faults.push(refusal(
                "language",
                "unknown",
                en,
                format!("没有语言“{language}”；可用 en 和 zh"),
            ));
        }
        self.check_standing(change, id, faults);
        let roles = change.roles.as_deref().unwrap_or_default();
        if roles.len() > limits::PERSON_ROLES_MAX {
            let max = limits::PERSON_ROLES_MAX;
            let en = format!("a person has at most {max} roles");
            faults.push(refusal("roles", "too-many", en, format!("一个人最多 {max} 个角色")));
        }
        let of_site: Vec<&str> = self.site.roles.iter().map(|role| role.id.as_str()).collect();
        if !of_site.is_empty() {
            faults.extend(
                roles
                    .iter()
                    .filter_map(|role| unknown("roles", ("role", "角色"), role, &of_site)),
            );
        }
        let rights = Right::ALL.map(Right::id);
        let given = change.rights.as_deref().unwrap_or_default().iter();
        faults.extend(given.filter_map(|right| unknown("rights", ("right", "权限"), right, &rights)));
    }

    async fn hash(&self, change: &Change) -> Result<Hashed, Error> {
        let of_badge = |badge: &Option<String>| badge.as_deref().map(|badge| self.badge_hash(badge.trim()));
        Ok(Hashed {
            password: self.hash_given(&change.password).await?,
            pin: self.hash_given(&change.pin).await?,
            badge: change.badge.as_ref().map(of_badge),
        })
    }

    async fn hash_given(&self, given: &Option<Option<String>>) -> Result<Option<Option<String>>, Error> {
        match given {
            None => Ok(None),
            Some(None) => Ok(Some(None)),
            Some(Some(secret)) => Ok(Some(Some(self.hashing.hash(secret.clone()).await?))),
        }
    }
}

fn changed(known: &PersonRow, change: Change, hashed: Hashed, now_ms: i64) -> PersonRow {
    let standing = standing::changed(known, &change);
    let rights = change
        .rights
        .map(|ids| Rights::of_ids(&ids).without(Rights::usual()).ids());
    let mut roles = change.roles.unwrap_or_else(|| known.roles.clone());
    roles.sort();
    roles.dedup();
    PersonRow {
        id: known.id.clone(),
        name: change
            .name
            .map_or_else(|| known.name.clone(), |name| name.trim().to_owned()),
        roles,
        rights: rights.unwrap_or_else(|| known.rights.clone()),
        language: change.language.unwrap_or_else(|| known.language.clone()),
        password: hashed.password.unwrap_or_else(|| known.password.clone()),
        pin: hashed.pin.unwrap_or_else(|| known.pin.clone()),
        badge: hashed.badge.unwrap_or(known.badge),
        active: change.active.unwrap_or(known.active),
        changed_at_ms: now_ms,
        standing,
    }
}

/// A word that is none of those known; the nearest is named.
pub(super) fn unknown(field: &str, what: (&str, &str), word: &str, known: &[&str]) -> Option<FieldRefusal> {
    if known.contains(&word) {
        return None;
    }
    let (mut en, mut zh) = (
        format!("there is no {} '{word}'", what.0),
        format!("没有{}“{word}”", what.1),
    );
    if let Some(nearest) = nearest(word, known.iter().copied()) {
        en.push_str(&format!("; did you mean '{nearest}'?"));
        zh.push_str(&format!("；是不是“{nearest}”？"));
    }
    Some(refusal(field, "unknown", en, zh))
}

impl From<&PersonRow> for Person {
    fn from(row: &PersonRow) -> Person {
        Person {
            id: row.id.clone(),
            name: row.name.clone(),
            roles: row.roles.clone(),
            rights: Rights::of_person(row),
            language: row.language.clone(),
            active: row.active,
            has_password: row.password.is_some(),
            has_pin: row.pin.is_some(),
            has_badge: row.badge.is_some(),
            standing: row.standing.clone(),
        }
    }
}
