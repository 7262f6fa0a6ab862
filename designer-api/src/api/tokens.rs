//! API tokens, while the server runs. `gemba token` does the same while it does not.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Serialize;

use super::Route;
use super::views::List;
use crate::http::{Members, Params, Path, Problem, Rfc3339};
use crate::identity::{Principal, Right, Rights};
use crate::limits;
use crate::server::Server;
use crate::tokens::{Error, Listed, Secret};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/tokens", Right::Admin, list),
        Route::post("/tokens", Right::Admin, add),
        Route::delete("/tokens/{name}", Right::Admin, remove),
    ]
}

#[derive(Serialize)]
struct Token {
    name: String,
    created_at: Rfc3339,
    scopes: Vec<String>,
    /// Only in the answer to its making.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

async fn list(State(server): State<Server>, query: Params) -> Result<Json<List<Token>>, Problem> {
    query.finish()?;
    let token = |listed: Listed| Token {
        name: listed.name.to_string(),
        created_at: Rfc3339(listed.created_at_ms),
        scopes: listed.scopes.ids(),
        token: None,
    };
    Ok(Json(List::whole(
        server.tokens().list().into_iter().map(token).collect(),
    )))
}

/// Takes no idempotency key: the secret is not kept, so it could not be answered again. A repeated name is refused.
async fn add(
    State(server): State<Server>,
    Extension(by): Extension<Principal>,
    mut body: Members,
) -> Result<impl IntoResponse, Problem> {
    let name = body.text("name", limits::TOKEN_NAME_LENGTH_MAX);
    let scopes = scopes(&mut body);
    body.finish()?;
    let secret = Secret::random().map_err(Error::from)?;
    let at_ms = server.now_ms();
    server.tokens().add(&name, &secret, scopes, (at_ms, &by)).await?;
    let token = Token {
        name,
        created_at: Rfc3339(at_ms),
        scopes: scopes.ids(),
        token: Some(secret.reveal().to_owned()),
    };
    Ok((StatusCode::CREATED, Json(token)))
}

/// What the token may do; what everyone may when that is not said.
fn scopes(body: &mut Members) -> Rights {
    let Some(ids) = body.optional_texts("scopes", Right::ALL.len()) else {
        return Rights::usual();
    };
    let known = Right::ALL.map(Right::id);
    for id in &ids {
        body.must_be_among("scopes", id, &known);
    }
    Rights::of_ids(&ids)
}

async fn remove(
    State(server): State<Server>,
    Path(name): Path<String>,
    Extension(by): Extension<Principal>,
    query: Params,
) -> Result<StatusCode, Problem> {
    query.finish()?;
    server.tokens().remove(&name, (server.now_ms(), &by)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let en = error.to_string();
        match error {
            Error::Name => {
                let max = limits::TOKEN_NAME_LENGTH_MAX;
                let zh = format!("令牌名称是 1 到 {max} 个字母、数字、“-”、“_”或“.”");
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", en, zh)
            }
            Error::Exists(name) => Problem::new(StatusCode::CONFLICT, "exists", en, format!("令牌“{name}”已存在")),
            Error::Missing { name, nearest } => Problem::not_found("token", &name, nearest),
            Error::TooMany => Problem::new(StatusCode::CONFLICT, "too-many", en, "令牌已达上限"),
            Error::Last(name) => {
                let zh = format!("“{name}”是最后一个令牌；请先新建另一个");
                Problem::new(StatusCode::CONFLICT, "last-token", en, zh)
            }
            Error::Random(_) => {
                tracing::error!(error = en, "no token could be made");
                Problem::internal()
            }
            Error::Store(error) => error.into(),
        }
    }
}
