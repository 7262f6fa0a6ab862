//! API tokens, while the server runs. `gemba token` does the same while it does not.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Route;
use super::views::List;
use crate::http::{Members, Params, Path, Problem, Rfc3339};
use crate::identity::Right;
use crate::limits;
use crate::server::Server;
use crate::tokens::{Error, Secret};

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
    /// Only in the answer to its making.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

async fn list(State(server): State<Server>, query: Params) -> Result<Json<List<Token>>, Problem> {
    query.finish()?;
    let token = |(name, at_ms): (std::sync::Arc<str>, i64)| Token {
        name: name.to_string(),
        created_at: Rfc3339(at_ms),
        token: None,
    };
    Ok(Json(List::whole(
        server.tokens().list().into_iter().map(token).collect(),
    )))
}

/// Takes no idempotency key: the secret is not kept, so it could not be answered again. A repeated name is refused.
async fn add(State(server): State<Server>, mut body: Members) -> Result<impl IntoResponse, Problem> {
    let name = body.text("name", limits::TOKEN_NAME_LENGTH_MAX);
    body.finish()?;
    let secret = Secret::random().map_err(Error::from)?;
    let at_ms = now_ms();
    server.tokens().add(&name, &secret, at_ms).await?;
    let token = Token {
        name,
        created_at: Rfc3339(at_ms),
        token: Some(secret.reveal().to_owned()),
    };
    Ok((StatusCode::CREATED, Json(token)))
}

async fn remove(State(server): State<Server>, Path(name): Path<String>, query: Params) -> Result<StatusCode, Problem> {
    query.finish()?;
    server.tokens().remove(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// When a token was made is for people only; nothing is decided by it.
fn now_ms() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
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
