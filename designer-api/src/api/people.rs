//! People: who may sign in.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Serialize;
use store::rows::{Away, Skilled};

use super::Route;
use super::views::List;
use crate::http::{Members, Params, Path, Problem, Rfc3339};
use crate::identity::{self, Change, Principal, Right};
use crate::limits;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/people", Right::Read, list),
        Route::post("/people", Right::Admin, add),
        Route::put("/people/{id}", Right::Admin, change),
        Route::delete("/people/{id}", Right::Admin, remove),
        Route::put("/people/{id}/away", Right::Work, put_away),
        Route::delete("/people/{id}/away", Right::Work, end_away),
    ]
}

#[derive(Serialize)]
struct Person {
    id: String,
    name: String,
    roles: Vec<String>,
    rights: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    skills: Vec<Skill>,
    leader: Option<String>,
    away: Option<AwayView>,
    #[serde(flatten)]
    secrets: Option<Secrets>,
}

#[derive(Serialize)]
struct Skill {
    id: String,
    until: Option<Rfc3339>,
}

impl From<Skilled> for Skill {
    fn from(skill: Skilled) -> Skill {
        Skill {
            id: skill.id,
            until: skill.until_ms.map(Rfc3339),
        }
    }
}

#[derive(Serialize)]
struct AwayView {
    from: Rfc3339,
    until: Option<Rfc3339>,
    substitute: Option<String>,
}

impl From<Away> for AwayView {
    fn from(away: Away) -> AwayView {
        AwayView {
            from: Rfc3339(away.from_ms),
            until: away.until_ms.map(Rfc3339),
            substitute: away.substitute,
        }
    }
}

/// What only administrators see.
#[derive(Serialize)]
struct Secrets {
    active: bool,
    has_password: bool,
    has_pin: bool,
    has_badge: bool,
}

impl Person {
    fn for_everyone(person: identity::Person) -> Person {
        Person {
            id: person.id,
            name: person.name,
            roles: person.roles,
            rights: person.rights.ids(),
            language: person.language,
            skills: person.standing.skills.into_iter().map(Skill::from).collect(),
            leader: person.standing.leader,
            away: person.standing.away.map(AwayView::from),
            secrets: None,
        }
    }

    fn for_admin(person: identity::Person) -> Person {
        let secrets = Secrets {
            active: person.active,
            has_password: person.has_password,
            has_pin: person.has_pin,
            has_badge: person.has_badge,
        };
        Person {
            secrets: Some(secrets),
            ..Person::for_everyone(person)
        }
    }
}

/// In order of id. Those who left are shown to administrators only.
async fn list(
    State(server): State<Server>,
    Extension(principal): Extension<Principal>,
    mut query: Params,
) -> Result<Json<List<Person>>, Problem> {
    let page = query.page();
    query.finish()?;
    let is_admin = principal.rights().has(Right::Admin);
    let after = page.after.map(|after| after.to_lowercase());
    let people = server.identity().people().into_iter();
    let mut people: Vec<identity::Person> = people
        .filter(|person| person.active || is_admin)
        .filter(|person| after.as_ref().is_none_or(|after| person.id.to_lowercase() > *after))
        .take(page.limit as usize + 1)
        .collect();
    let next = if people.len() > page.limit as usize {
        people.pop();
        people.last().map(|person| person.id.clone())
    } else {
        None
    };
    let view = if is_admin {
        Person::for_admin
    } else {
        Person::for_everyone
    };
    Ok(Json(List {
        items: people.into_iter().map(view).collect(),
        next,
    }))
}

async fn add(
    State(server): State<Server>,
    Extension(by): Extension<Principal>,
    mut body: Members,
) -> Result<impl IntoResponse, Problem> {
    let id = body.text("id", limits::PERSON_LENGTH_MAX);
    let change = read(&mut body);
    body.finish()?;
    let person = server.identity().add_person(&id, change, &by).await?;
    tracing::info!(person = person.id, by = by.name(), rights = ?person.rights, "a person was added");
    let escaped = percent_encoding::utf8_percent_encode(&person.id, percent_encoding::NON_ALPHANUMERIC);
    let location = format!("/api/v1/people/{escaped}");
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(Person::for_admin(person)),
    ))
}

async fn change(
    State(server): State<Server>,
    Path(id): Path<String>,
    Extension(by): Extension<Principal>,
    mut body: Members,
) -> Result<Json<Person>, Problem> {
    let change = Change {
        active: body.optional_yes_no("active"),
        ..read(&mut body)
    };
    body.finish()?;
    let person = server.identity().change_person(&id, change, &by).await?;
    tracing::info!(person = person.id, by = by.name(), rights = ?person.rights, active = person.active, "a person was changed");
    Ok(Json(Person::for_admin(person)))
}

async fn remove(
    State(server): State<Server>,
    Path(id): Path<String>,
    Extension(by): Extension<Principal>,
    query: Params,
) -> Result<StatusCode, Problem> {
    query.finish()?;
    server.identity().remove_person(&id, &by).await?;
    tracing::info!(person = id, by = by.name(), "a person was taken out");
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody says that they are away, or who supervises does.
async fn put_away(
    State(server): State<Server>,
    Path(id): Path<String>,
    Extension(by): Extension<Principal>,
    mut body: Members,
) -> Result<Json<Person>, Problem> {
    own_or_supervised(&by, &id)?;
    let away = Away {
        from_ms: body.optional_moment("from").unwrap_or_else(|| server.engine().now().0),
        until_ms: body.optional_moment("until"),
        substitute: body.optional_text("substitute", limits::PERSON_LENGTH_MAX),
    };
    body.finish()?;
    let person = server.identity().put_away(&id, Some(away), &by).await?;
    tracing::info!(person = person.id, by = by.name(), "a person is away");
    Ok(Json(Person::for_everyone(person)))
}

async fn end_away(
    State(server): State<Server>,
    Path(id): Path<String>,
    Extension(by): Extension<Principal>,
    query: Params,
) -> Result<Json<Person>, Problem> {
    query.finish()?;
    own_or_supervised(&by, &id)?;
    let person = server.identity().put_away(&id, None, &by).await?;
    tracing::info!(person = person.id, by = by.name(), "a person is back");
    Ok(Json(Person::for_everyone(person)))
}

fn own_or_supervised(by: &Principal, id: &str) -> Result<(), Problem> {
    match by.signed_in() {
        Some(signed_in) if signed_in.person.eq_ignore_ascii_case(id) => Ok(()),
        _ => by.must_have(Right::Supervise),
    }
}

/// `[{id, until?}]`
fn skills(body: &mut Members) -> Option<Vec<Skilled>> {
    let entries = body.optional_objects("skills", limits::PERSON_SKILLS_MAX)?;
    let mut skills = Vec::with_capacity(entries.len());
    for mut entry in entries {
        skills.push(Skilled {
            id: entry.text("id", limits::TEXT_LENGTH_MAX),
            until_ms: entry.optional_moment("until"),
        });
        if entry.finish().is_err() {
            body.refuse(
                "skills",
                "wrong-type",
                "a skill is {'id': …, 'until': moment or nothing}",
                "技能写成 {'id': …, 'until': 时刻或不写}",
            );
        }
    }
    Some(skills)
}

fn read(body: &mut Members) -> Change {
    Change {
        skills: skills(body),
        leader: body.nullable_text("leader", limits::PERSON_LENGTH_MAX),
        away: None,
        name: body.optional_text("name", limits::TEXT_LENGTH_MAX),
        roles: body.optional_texts("roles", limits::PERSON_ROLES_MAX),
        rights: body.optional_texts("rights", Right::ALL.len()),
        language: body.nullable_text("language", limits::TEXT_LENGTH_MAX),
        password: body.nullable_text("password", limits::SECRET_TYPED_LENGTH_MAX),
        pin: body.nullable_text("pin", limits::PIN_TYPED_LENGTH_MAX),
        badge: body.nullable_text("badge", limits::SECRET_TYPED_LENGTH_MAX),
        active: None,
    }
}
