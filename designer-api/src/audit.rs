//! The audit journal: who changed who may do what, when, and from what to what. Every entry is written in the same
//! transaction as what it tells of, bound to the one before it by its hash, and never changed (21 CFR 11.10 (e)). What is
//! secret is not in it: of a password it says that there is one, or another one.
//!
//! An entry is a JSON object:
//!
//! ```json
//! {"by": {"kind": "person", "name": "li"}, "did": "person_changed", "on": "wang", "old": {…}, "new": {…}}
//! ```

use serde_json::{Map, Value, json};
use store::rows::{PersonRow, TokenRow, Write};

use crate::identity::Principal;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    PersonAdded,
    PersonChanged,
    SetupLinkMade,
    TokenAdded,
    TokenReplaced,
    TokenRemoved,
    SecretSet,
    SecretRemoved,
    StationEnrolled,
    StationRevoked,
}

impl Did {
    fn word(self) -> &'static str {
        match self {
            Did::PersonAdded => "person_added",
            Did::PersonChanged => "person_changed",
            Did::SetupLinkMade => "setup_link_made",
            Did::TokenAdded => "token_added",
            Did::TokenReplaced => "token_replaced",
            Did::TokenRemoved => "token_removed",
            Did::SecretSet => "secret_set",
            Did::SecretRemoved => "secret_removed",
            Did::StationEnrolled => "station_enrolled",
            Did::StationRevoked => "station_revoked",
        }
    }
}

/// `on` is the id or name of what was changed; `old` and `new` are null where there was, or is, nothing.
pub(crate) fn entry(at_ms: i64, by: &Principal, did: Did, on: &str, (old, new): (Value, Value)) -> Write {
    let (kind, name) = match by {
        Principal::Token { name, .. } => ("token", name.to_string()),
        Principal::Person(signed_in) => ("person", signed_in.person.clone()),
        Principal::Station { id } => ("station", id.to_string()),
        Principal::Local { name } => ("local", name.to_string()),
    };
    let body = json!({
        "by": {"kind": kind, "name": name},
        "did": did.word(),
        "on": on,
        "old": old,
        "new": new,
    });
    Write::PutAudit {
        at_ms,
        body: body.to_string(),
    }
}

/// What changed about a person. Nothing when nothing did.
pub(crate) fn person(at_ms: i64, by: &Principal, old: Option<&PersonRow>, new: &PersonRow) -> Option<Write> {
    let now = person_members(new);
    let Some(old) = old else {
        return Some(entry(at_ms, by, Did::PersonAdded, &new.id, (Value::Null, now.into())));
    };
    let before = person_members(old);
    let mut changed = (Map::new(), Map::new());
    for (member, value) in now {
        let is_other_secret = match member.as_str() {
            "password" => old.password != new.password,
            "pin" => old.pin != new.pin,
            "badge" => old.badge != new.badge,
            _ => false,
        };
        let was = before.get(&member).cloned().unwrap_or_default();
        if was == value && !is_other_secret {
            continue;
        }
        let value = if was == value { json!("another") } else { value };
        changed.0.insert(member.clone(), was);
        changed.1.insert(member, value);
    }
    if changed.0.is_empty() {
        return None;
    }
    let changed = (changed.0.into(), changed.1.into());
    Some(entry(at_ms, by, Did::PersonChanged, &new.id, changed))
}

fn person_members(row: &PersonRow) -> Map<String, Value> {
    let secret = |is_set: bool| if is_set { json!("set") } else { Value::Null };
    Map::from_iter(
        [
            ("name", json!(row.name)),
            ("roles", json!(row.roles)),
            ("rights", json!(row.rights)),
            ("language", json!(row.language)),
            ("active", json!(row.active)),
            ("password", secret(row.password.is_some())),
            ("pin", secret(row.pin.is_some())),
            ("badge", secret(row.badge.is_some())),
            ("skills", json!(row.standing.skills)),
            ("leader", json!(row.standing.leader)),
            ("away", json!(row.standing.away)),
        ]
        .map(|(member, value)| (member.to_owned(), value)),
    )
}

/// What is said of a token.
pub(crate) fn token(row: &TokenRow) -> Value {
    json!({"scopes": row.scopes})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> PersonRow {
        PersonRow {
            id: "wang".into(),
            name: "Wang".into(),
            roles: vec!["operator".into()],
            rights: Vec::new(),
            language: None,
            password: Some("$argon2id$one".into()),
            pin: None,
            badge: Some([7; 32]),
            active: true,
            changed_at_ms: 1,
            standing: store::rows::Standing::default(),
        }
    }

    fn body(write: Option<Write>) -> Option<Value> {
        let Some(Write::PutAudit { body, .. }) = write else {
            return None;
        };
        assert!(!body.contains("argon2"), "{body}");
        Some(serde_json::from_str(&body).unwrap())
    }

    #[test]
    fn what_changed_is_told_and_no_secret_is() {
        let by = Principal::local("test");
        let added = body(person(5, &by, None, &row())).unwrap();
        assert_eq!((&added["did"], &added["on"]), (&json!("person_added"), &json!("wang")));
        assert_eq!(
            (&added["new"]["password"], &added["new"]["pin"]),
            (&json!("set"), &Value::Null)
        );
        assert_eq!(added["by"], json!({"kind": "local", "name": "test"}));
        let changed = PersonRow {
            password: Some("$argon2id$other".into()),
            badge: None,
            roles: Vec::new(),
            changed_at_ms: 2,
            ..row()
        };
        let changed = body(person(5, &by, Some(&row()), &changed)).unwrap();
        assert_eq!(
            changed["old"],
            json!({"roles": ["operator"], "password": "set", "badge": "set"})
        );
        assert_eq!(
            changed["new"],
            json!({"roles": [], "password": "another", "badge": null})
        );
        assert_eq!(
            body(person(
                5,
                &by,
                Some(&row()),
                &PersonRow {
                    changed_at_ms: 9,
                    ..row()
                }
            )),
            None
        );
    }
}
