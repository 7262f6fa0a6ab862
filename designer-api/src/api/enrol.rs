//! The page at `/enrol`: how a tablet comes to trust this server's own certificate authority. Beside one word on the
//! server's health, it is the only thing that is also served without TLS: a tablet that does not trust the server yet
//! has no other way to it. Whoever is between could then give it another authority; that is why the page says to compare
//! the fingerprint with the terminal's.

use axum::extract::{RawQuery, State};
use axum::http::uri::{Authority as HostAndPort, PathAndQuery, Uri};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use language::diagnostic::Language;
use qrcode::render::svg;

use super::ROOT;
use super::health::health;
use crate::http::observe::observe;
use crate::http::{Problem, Reader};
use crate::server::Server;
use crate::tls::{self, Authority, Name, with_port};

const EN: &str = include_str!("enrol.en.html");
const ZH: &str = include_str!("enrol.zh.html");

/// The authority's certificate, as devices take it and as tools take it.
const DER_PATH: &str = "/enrol/gemba-ca.crt";
const PEM_PATH: &str = "/enrol/gemba-ca.pem";

/// What is there when the server has an authority of its own.
pub(super) fn router() -> Router<Server> {
    Router::new()
        .route("/enrol", routing::get(page))
        .route(DER_PATH, routing::get(der))
        .route(PEM_PATH, routing::get(pem))
}

/// All that is served to those who come without TLS. No token, password or answer gets further than here.
pub(crate) fn plain_router(server: Server) -> Router {
    let own = server.tls().is_some_and(|tls| tls.authority().is_some());
    let pages = if own { router() } else { Router::new() };
    pages
        // What watches the server need not trust its certificate; the answer is one word.
        .route(&format!("{ROOT}/health"), routing::get(health))
        .fallback(elsewhere)
        .layer(from_fn_with_state(server.clone(), observe))
        .with_state(server)
}

async fn page(
    State(server): State<Server>,
    reader: Reader,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let authority = authority(&server)?;
    let reader = match query.as_deref() {
        Some("lang=en") => Reader(Language::En),
        Some("lang=zh") => Reader(Language::Zh),
        _ => reader,
    };
    let place = place(&headers, authority);
    let qr = qrcode::QrCode::new(format!("http://{place}/enrol")).map_err(|_| Problem::internal())?;
    let drawn = qr.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    // An XML declaration has no place within HTML.
    let drawn = drawn.split_once("?>").map_or(drawn.as_str(), |(_, svg)| svg);
    let text = reader
        .pick((EN, ZH))
        .replace("{{place}}", &place)
        .replace("{{qr}}", drawn)
        .replace("{{fingerprint}}", &authority.fingerprint().replace(':', ":<wbr>"))
        .replace("{{der}}", DER_PATH)
        .replace("{{pem}}", PEM_PATH);
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::VARY, "accept-language, host"),
    ];
    Ok((headers, text).into_response())
}

async fn der(State(server): State<Server>) -> Result<Response, Problem> {
    let bytes = authority(&server)?.certificate().to_vec();
    // Not as an attachment: iPads take it into their settings only when it is opened.
    Ok(([(header::CONTENT_TYPE, "application/x-x509-ca-cert")], bytes).into_response())
}

async fn pem(State(server): State<Server>) -> Result<Response, Problem> {
    let text = authority(&server)?.certificate_pem().to_owned();
    let headers = [
        (header::CONTENT_TYPE, "application/x-pem-file"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"gemba-ca.pem\""),
    ];
    Ok((headers, text).into_response())
}

fn authority(server: &Server) -> Result<&Authority, Problem> {
    let own = server.tls().and_then(tls::Tls::authority);
    own.ok_or_else(Problem::no_such_route)
}

/// Where browsers go on: under the name that they came by when the certificate has it, else under the best one.
fn place(headers: &HeaderMap, authority: &Authority) -> String {
    let came_by = host(headers);
    let name = came_by.as_ref().and_then(|host| host.host().parse::<Name>().ok());
    match (came_by, name) {
        (Some(came_by), Some(name)) if authority.vouches_for(&name) => came_by.as_str().to_owned(),
        _ => with_port(&authority.names().best(), authority.names().listen.port()),
    }
}

/// Anything else without TLS: programs are told, browsers are sent to the same address with TLS.
async fn elsewhere(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let reads = method == Method::GET || method == Method::HEAD;
    if reads
        && !uri.path().starts_with(ROOT)
        && let Some(to) = secured(&uri, &headers)
    {
        // Not for ever: the server may be started without TLS again.
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response();
    }
    Problem::new(
        StatusCode::FORBIDDEN,
        "tls-needed",
        "this server speaks HTTPS: use https:// instead of http://; what was sent came unencrypted and was not looked \
         at, but others on the network may have read it: change a token or password that was in it",
        "本服务器使用 HTTPS：请用 https:// 代替 http://；刚才发送的内容未加密，服务器未处理，但网络中的其他人可能已读到：\
         如其中有令牌或密码，请更换",
    )
    .into_response()
}

fn secured(uri: &Uri, headers: &HeaderMap) -> Option<HeaderValue> {
    let host = host(headers)?;
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    // `//elsewhere` is harmless after a host; a path that does not begin with a slash would join it.
    let path = if path.starts_with('/') { path } else { "/" };
    HeaderValue::try_from(format!("https://{host}{path}")).ok()
}

/// By which name and port the request came; `None` when it names none that could be one.
fn host(headers: &HeaderMap) -> Option<HostAndPort> {
    let host = HostAndPort::try_from(headers.get(header::HOST)?.as_bytes()).ok()?;
    // Neither a user's name before it, nor anything but digits behind it: it goes into the page and into addresses.
    let bare = host
        .port_u16()
        .map_or_else(|| host.host().to_owned(), |port| format!("{}:{port}", host.host()));
    host.host()
        .parse::<Name>()
        .ok()
        .filter(|_| host.as_str() == bare)
        .map(|_| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_a_port_and_nothing_else() {
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(text))]);
            host(&headers).map(|host| host.as_str().to_owned())
        };
        for good in [
            "localhost:7878",
            "gemba.local",
            "192.168.1.20:443",
            "[fd00::1]:7878",
            "[::1]",
        ] {
            assert_eq!(read(good).as_deref(), Some(good));
        }
        for wrong in [
            "a:b@localhost:7878",
            "a'&b@localhost",
            "localhost:7878'x=",
            "localhost:",
            "x\"><script>",
            "*.local",
            "",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
