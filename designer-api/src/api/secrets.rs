//! Secrets of the world outside: set, named and forgotten, never shown. What uses one reads it anew, so a new one holds
//! from the next request on.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::{Extension, Json, Router, routing};
use connect::{Secret, VaultError};
use serde::Serialize;
use serde_json::Value;
use store::rows::Write;
use tower_http::catch_panic::CatchPanicLayer;

use super::views::List;
use super::{ROOT, Route};
use crate::audit::{self, Did};
use crate::http::guard::in_time;
use crate::http::observe::{observe, panicked};
use crate::http::{Members, Params, Path, Problem};
use crate::identity::{Principal, Right};
use crate::limits;
use crate::local::User;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/secrets", Right::Admin, list),
        Route::put("/secrets/{name}", Right::Admin, set),
        Route::delete("/secrets/{name}", Right::Admin, remove),
    ]
}

/// The same for who may open the data folder's own door: commands on the server's computer.
pub(crate) fn local_router(server: Server) -> Router {
    Router::new()
        .route(&format!("{ROOT}/secrets"), routing::get(list))
        .route(&format!("{ROOT}/secrets/{{name}}"), routing::put(set).delete(remove))
        .layer(from_fn(local_guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(server.clone(), observe))
        .with_state(server)
}

/// What [`guard`](crate::http::guard) does for others; who is here has all rights.
async fn local_guard(ConnectInfo(User(by)): ConnectInfo<User>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(by);
    in_time(limits::REQUEST_TIMEOUT, next.run(request)).await
}

#[derive(Serialize)]
struct Named {
    name: String,
}

async fn list(State(server): State<Server>, query: Params) -> Result<Json<List<Named>>, Problem> {
    query.finish()?;
    let names = server.vault().names().await?;
    Ok(Json(List::whole(
        names.into_iter().map(|name| Named { name }).collect(),
    )))
}

/// Takes no idempotency key: its fingerprint would be kept, and repeating it does no harm.
async fn set(
    State(server): State<Server>,
    Path(name): Path<String>,
    Extension(by): Extension<Principal>,
    mut body: Members,
) -> Result<StatusCode, Problem> {
    let secret = Secret::new(body.text("secret", connect::limits::SECRET_BYTES_MAX));
    body.finish()?;
    let told = told(&server, &by, Did::SecretSet, &name);
    server.vault().set(&name, &secret, vec![told]).await?;
    tracing::info!(secret = name, by = by.name(), "a secret was set");
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(server): State<Server>,
    Path(name): Path<String>,
    Extension(by): Extension<Principal>,
    query: Params,
) -> Result<StatusCode, Problem> {
    query.finish()?;
    let told = told(&server, &by, Did::SecretRemoved, &name);
    server.vault().remove(&name, vec![told]).await?;
    tracing::info!(secret = name, by = by.name(), "a secret was removed");
    Ok(StatusCode::NO_CONTENT)
}

/// The entry of the audit journal.
fn told(server: &Server, by: &Principal, did: Did, name: &str) -> Write {
    audit::entry(server.now_ms(), by, did, name, (Value::Null, Value::Null))
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Problem {
        let invalid = |en: String, zh: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", en, zh);
        let en = error.to_string();
        match error {
            VaultError::Name(name) => {
                let max = connect::limits::SECRET_NAME_CHARACTERS_MAX;
                let zh = format!("“{name}”不是密钥名称：应为字母 A 到 Z、数字、“_”、“-”和“.”，最多 {max} 个");
                invalid(en, zh)
            }
            VaultError::Empty => invalid(en, "密钥为空".to_owned()),
            VaultError::TooLarge => {
                let max = connect::limits::SECRET_BYTES_MAX;
                invalid(en, format!("密钥超过 {max} 字节"))
            }
            VaultError::Missing(name) => Problem::not_found("secret", &name, None),
            VaultError::Store(error) => error.into(),
            VaultError::KeyMissing(_) | VaultError::Key { .. } | VaultError::OtherKey | VaultError::Random => {
                tracing::error!(error = en, "a secret could not be kept");
                Problem::internal()
            }
        }
    }
}
