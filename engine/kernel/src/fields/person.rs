//! `person`: someone who works here.

use expression::Value;
use language::fields::Person;
use language::model::{Field, Id};
use serde_json::Value as Json;

use super::{Accepted, Place, texts};
use crate::limits::KEY_CHARACTERS_MAX;
use crate::{FieldRefusal, Looked, PersonKnown};

pub(super) fn accept(person: &Person, _field: &Field, answer: &Json, place: &Place<'_>) -> Accepted {
    let id = texts::line(answer, KEY_CHARACTERS_MAX, place)?.trim();
    match (place.asking.known.known().people.get(place.path), place.asking.known) {
        (Some(Some(known)), _) => {
            has_role(known, person.role.as_ref(), place)?;
            Ok(Value::text(known.id.as_str()))
        }
        (None, Looked::NotYet(_)) => Ok(Value::text(id)),
        (Some(None), _) | (None, Looked::Up(_)) => {
            let en = format!("nobody here is called '{id}'");
            Err(place.refuse("unknown-person", &en, &format!("没有叫“{id}”的人员")))
        }
    }
}

pub(super) fn has_role(person: &PersonKnown, role: Option<&Id>, place: &Place<'_>) -> Result<(), Vec<FieldRefusal>> {
    match role {
        Some(role) if !person.roles.iter().any(|has| has == role.as_str()) => {
            let en = format!("{} does not have the role '{role}'", person.id);
            Err(place.refuse("role-missing", &en, &format!("{} 没有角色“{role}”", person.id)))
        }
        _ => Ok(()),
    }
}
