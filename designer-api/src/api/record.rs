//! The record of a run for many years, as one file.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use print::Fonts;
use record::Exported;
use std::sync::OnceLock;

use super::Route;
use super::runs::id;
use crate::cli::record::file_name;
use crate::http::{Params, Path, Problem};
use crate::identity::Right;
use crate::server::Server;

pub(super) fn routes() -> Vec<Route> {
    // A record names everybody who acted, and how the site was set up: more than a run shows to those who work.
    vec![Route::get("/runs/{run}/record", Right::Supervise, one).uploading()]
}

const FORMATS: &[&str] = &["zip", "html", "pdf", "json"];

/// Looked for once: a system has many.
static FONTS: OnceLock<Fonts> = OnceLock::new();

async fn one(
    State(server): State<Server>,
    Path(run): Path<String>,
    mut query: Params,
) -> Result<impl IntoResponse, Problem> {
    let format = query.word("format", FORMATS).unwrap_or_else(|| "zip".to_owned());
    query.finish()?;
    let run = id(&run)?;
    let exported = record::export(&server.engine().cases(), run).await?;
    let exported = exported.ok_or_else(|| Problem::not_found("run", &run.to_string(), None))?;
    let (media_type, bytes) = server.think(|| file(&exported, &format)).await.map_err(|why| {
        tracing::error!(%run, why, "a record could not be made");
        Problem::internal()
    })?;
    let name = file_name(&run.to_string(), &format);
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (
            header::HeaderName::from_static("gemba-record-sha256"),
            exported.record.hash,
        ),
    ];
    Ok((headers, bytes))
}

fn file(exported: &Exported, format: &str) -> Result<(&'static str, Vec<u8>), String> {
    let fonts = FONTS.get_or_init(Fonts::of_the_system);
    Ok(match format {
        "html" => ("text/html; charset=utf-8", exported.html().into_bytes()),
        "pdf" => ("application/pdf", exported.pdf(fonts)?),
        "json" => ("application/json", exported.record.bytes.clone()),
        _ => ("application/zip", record::pack(&exported.parts(fonts)?)?),
    })
}
