//! The help, at `/docs`: Markdown from `designer-api/docs`, embedded and shown as pages. No sign-in is asked for: there is
//! nothing in it that is not in the source.
//!
//! A page is `NAME.en.md` and `NAME.zh.md` there and one line in [`PAGES`]. It begins with its title (`# …`) and a
//! paragraph that the list at `/docs` shows. Pages link each other by file (`operator.en.md#backup`), so that the links
//! work wherever the folder is read; the tests prove that each of them, and each heading it names, is there. HTML in a
//! page is shown as text. The reference of the language is made of its tables ([`shelves`]).

mod page;
mod render;
mod shelves;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing;
use language::diagnostic::Language;
use std::sync::LazyLock;

use crate::http::Reader;
use page::Page;

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        &[$((
            $name,
            include_str!(concat!("../../docs/", $name, ".en.md")),
            include_str!(concat!("../../docs/", $name, ".zh.md")),
        )),*]
    };
}

/// In the order of the list.
const PAGES: &[(&str, &str, &str)] = pages![
    "tutorial",
    "site",
    "editors",
    "import",
    "operator",
    "connections",
    "patterns"
];

const STYLE: &str = include_str!("docs.css");

/// Nothing is run, and nothing is loaded from elsewhere.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Rendered when the first of them is asked for.
static RENDERED: LazyLock<Vec<Page>> = LazyLock::new(|| {
    PAGES
        .iter()
        .map(|(name, en, zh)| Page {
            name,
            en: render::render(en, Language::En),
            zh: render::render(zh, Language::Zh),
        })
        .collect()
});

pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/docs", routing::get(list))
        .route("/docs/", routing::get(async || Redirect::permanent("/docs")))
        .route("/docs/docs.css", routing::get(style))
        .route("/docs/language", routing::get(words))
        .route("/docs/language/{word}", routing::get(word))
        .route("/docs/errors", routing::get(errors))
        .route("/docs/errors/{code}", routing::get(error))
        .route("/docs/{page}", routing::get(one))
}

/// `?lang=` goes before what the browser asks for.
#[derive(serde::Deserialize)]
struct Asked {
    lang: Option<String>,
}

impl Asked {
    fn language(&self, reader: Reader) -> Language {
        match self.lang.as_deref() {
            Some("zh") => Language::Zh,
            Some("en") => Language::En,
            _ => reader.0,
        }
    }
}

async fn list(reader: Reader, Query(asked): Query<Asked>) -> Response {
    html(StatusCode::OK, page::list(&RENDERED, asked.language(reader)))
}

async fn one(reader: Reader, Path(name): Path<String>, Query(asked): Query<Asked>) -> Response {
    let language = asked.language(reader);
    match RENDERED.iter().find(|page| page.name == name) {
        Some(found) => html(StatusCode::OK, found.whole(language)),
        None => html(StatusCode::NOT_FOUND, page::missing(language)),
    }
}

/// Words that are searched for.
#[derive(serde::Deserialize)]
struct Searched {
    #[serde(default)]
    q: String,
}

async fn words(reader: Reader, Query(asked): Query<Asked>, Query(searched): Query<Searched>) -> Response {
    index(&shelves::WORDS, searched.q, asked.language(reader)).await
}

async fn word(reader: Reader, Path(name): Path<String>, Query(asked): Query<Asked>) -> Response {
    found(&shelves::WORDS, name, asked.language(reader)).await
}

async fn errors(reader: Reader, Query(asked): Query<Asked>, Query(searched): Query<Searched>) -> Response {
    index(&shelves::ERRORS, searched.q, asked.language(reader)).await
}

async fn error(reader: Reader, Path(name): Path<String>, Query(asked): Query<Asked>) -> Response {
    found(&shelves::ERRORS, name, asked.language(reader)).await
}

/// Pages are made by checking their examples, which is work for a thread of its own.
async fn made(work: impl FnOnce() -> Option<String> + Send + 'static) -> Option<String> {
    tokio::task::spawn_blocking(work).await.ok().flatten()
}

async fn index(shelf: &'static shelves::Shelf, searched: String, language: Language) -> Response {
    let page = made(move || Some(shelf.index(&searched, language))).await;
    html(StatusCode::OK, page.unwrap_or_default())
}

async fn found(shelf: &'static shelves::Shelf, name: String, language: Language) -> Response {
    match made(move || shelf.one(&name, language)).await {
        Some(page) => html(StatusCode::OK, page),
        None => html(StatusCode::NOT_FOUND, page::missing(language)),
    }
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, STYLE).into_response()
}

fn html(status: StatusCode, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::VARY, "accept-language"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    let mut reply = (status, headers, text).into_response();
    reply.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(CONTENT_SECURITY_POLICY),
    );
    reply
}

#[cfg(test)]
mod tests;
