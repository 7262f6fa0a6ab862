//! What browsers are told about every answer, so that a mistake elsewhere does less harm.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// For pages: everything from this server, nothing inline, no page around it. WebAssembly is the engine in the page;
/// pictures that were just taken are blobs.
const PAGE_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";
/// For everything else, should it ever be shown as a page: nothing.
const OTHER_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Whether browsers are told to come by HTTPS only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Any,
    /// With a certificate that browsers know by themselves. Not with one of this server's own authority: a tablet that
    /// has yet to learn to trust it must reach the page that says how.
    HttpsOnly,
}

/// Adds what the answer does not say itself.
pub(super) fn secure(headers: &mut HeaderMap, transport: Transport) {
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page { PAGE_POLICY } else { OTHER_POLICY };
    let mut say = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    say(header::CONTENT_SECURITY_POLICY, policy);
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::REFERRER_POLICY, "same-origin");
    say(PERMISSIONS_POLICY, "camera=(self), microphone=(), geolocation=()");
    say(OPENER_POLICY, "same-origin");
    say(RESOURCE_POLICY, "same-origin");
    if transport == Transport::HttpsOnly {
        say(header::STRICT_TRANSPORT_SECURITY, "max-age=15552000");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secured(kind: &'static str, transport: Transport) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        secure(&mut headers, transport);
        headers
    }

    #[test]
    fn pages_run_what_is_from_here_and_answers_run_nothing() {
        let page = secured("text/html; charset=utf-8", Transport::Any);
        assert_eq!(page[header::CONTENT_SECURITY_POLICY], PAGE_POLICY);
        assert!(!PAGE_POLICY.contains("unsafe-inline"));
        let answer = secured("application/json", Transport::Any);
        assert_eq!(answer[header::CONTENT_SECURITY_POLICY], OTHER_POLICY);
        assert_eq!(answer[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(!answer.contains_key(header::STRICT_TRANSPORT_SECURITY));
        let https = secured("application/json", Transport::HttpsOnly);
        assert!(https.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn what_an_answer_says_itself_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        secure(&mut headers, Transport::Any);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox");
        assert_eq!(headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(), 1);
    }
}
