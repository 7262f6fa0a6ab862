//! What browsers load: the pages built by `build.rs`, served from the binary.
//!
//! Files under `/assets/` carry a hash of their content in their names and may be kept for ever; the page itself is
//! asked for every time. Every path of the Terminal gives the same page, which reads the path itself; a file that does
//! not exist is 404 and never the page.

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{self, MethodRouter};

/// One built file.
struct Asset {
    path: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
}

/// Sorted by path; empty when built with `GEMBA_WEB=none`.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/web_assets.rs"));

/// Paths of the Terminal (`web/terminal/app.tsx`).
const PAGES: &[&str] = &[
    "/",
    "/setup",
    "/runs",
    "/runs/{*rest}",
    "/tasks/{*rest}",
    "/start/{*rest}",
    "/floor",
    "/people",
    "/station",
    "/account",
    "/welcome",
];

/// Nothing is loaded from elsewhere, and nothing inline is run. Pictures that were just taken are blobs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// All pages and files; `without` answers at `/` when there are none.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(without: MethodRouter<S>) -> Router<S> {
    let Some(page) = asset("/index.html") else {
        return Router::new().route("/", without);
    };
    let mut router = Router::new()
        .route("/assets/{file}", routing::get(file))
        .route("/sw.js", routing::get(file))
        .route("/manifest.webmanifest", routing::get(file));
    for path in PAGES {
        router = router.route(
            path,
            routing::get(move |headers: HeaderMap| async move { serve(page, &headers) }),
        );
    }
    router
}

/// Whether the Terminal has a page at this path.
#[cfg(test)]
pub(crate) fn is_page(path: &str) -> bool {
    PAGES.iter().any(|page| match page.strip_suffix("{*rest}") {
        Some(beginning) => path.len() > beginning.len() && path.starts_with(beginning),
        None => *page == path,
    })
}

async fn file(uri: Uri, headers: HeaderMap) -> Response {
    match asset(uri.path()) {
        Some(asset) => serve(asset, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn asset(path: &str) -> Option<&'static Asset> {
    let at = ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok()?;
    ASSETS.get(at)
}

fn serve(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let (bytes, encoding) = match asset.brotli {
        Some(brotli) if takes_brotli(headers) => (brotli, Some("br")),
        _ => (asset.plain, None),
    };
    let is_hashed = asset.path.starts_with("/assets/");
    let kept = if is_hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut reply = bytes.into_response();
    let of_reply = reply.headers_mut();
    let mut set = |name, value| of_reply.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, media_type(asset.path));
    set(header::CACHE_CONTROL, kept);
    set(header::VARY, "accept-encoding");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    if !is_hashed {
        set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
        set(header::REFERRER_POLICY, "same-origin");
        set(
            header::HeaderName::from_static("permissions-policy"),
            "camera=(self), microphone=(), geolocation=()",
        );
    }
    reply
}

/// `br` named and not refused by `q=0`.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT_ENCODING).iter();
    named.filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let is_brotli = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
            let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            is_brotli && !refused
        })
    })
}

/// Of the kinds that the build makes.
fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accepted: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))])
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        assert!(takes_brotli(&headers("gzip, deflate, br, zstd")));
        assert!(takes_brotli(&headers("gzip;q=0.5, BR;q=1.0")));
        assert!(!takes_brotli(&headers("gzip, br;q=0")));
        assert!(!takes_brotli(&headers("gzip, brotli")));
        assert!(!takes_brotli(&HeaderMap::new()));
    }

    #[test]
    fn the_page_is_asked_for_every_time_and_files_are_kept() {
        let asset = |path| {
            &*Box::leak(Box::new(Asset {
                path,
                plain: b"plain",
                brotli: Some(b"br"),
            }))
        };
        let page = serve(asset("/index.html"), &headers("br"));
        assert_eq!(page.headers()[header::CACHE_CONTROL], "no-cache");
        assert_eq!(page.headers()[header::CONTENT_ENCODING], "br");
        assert!(page.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let file = serve(asset("/assets/index-abc.js"), &headers("gzip"));
        assert_eq!(
            file.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(file.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert!(!file.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(ASSETS.is_sorted_by(|a, b| a.path < b.path));
    }
}
