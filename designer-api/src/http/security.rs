//! What browsers are told about every answer, so that a mistake elsewhere does less harm.

use std::net::IpAddr;

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

/// Whether browsers trust where the page comes from: by HTTPS, or from this machine.
/// Elsewhere they take no notice of what is said about openers, and complain about it in every console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Trustworthy,
    Other,
}

impl Origin {
    /// By the request's `Host`, where it does not come by HTTPS (Secure Contexts, 3.1).
    pub(super) fn of(request: &HeaderMap, is_tls: bool) -> Origin {
        let host = request
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("");
        let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None => host.split(':').next().unwrap_or(""),
        };
        let is_here = name.parse::<IpAddr>().map_or_else(
            |_| name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost"),
            |address| address.is_loopback(),
        );
        match is_tls || is_here {
            true => Origin::Trustworthy,
            false => Origin::Other,
        }
    }
}

/// Adds what the answer does not say itself.
pub(super) fn secure(headers: &mut HeaderMap, transport: Transport, origin: Origin) {
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
    if origin == Origin::Trustworthy {
        say(OPENER_POLICY, "same-origin");
    }
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
        secure(&mut headers, transport, Origin::Other);
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
    fn openers_are_spoken_of_where_browsers_listen() {
        let of = |host: &'static str, is_tls| {
            let request = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
            Origin::of(&request, is_tls)
        };
        for here in [
            "localhost",
            "LOCALHOST:7878",
            "gemba.localhost",
            "127.0.0.1:80",
            "127.1.2.3",
            "[::1]:7878",
        ] {
            assert_eq!(of(here, false), Origin::Trustworthy, "{here}");
        }
        for there in ["10.0.0.7:7878", "gemba", "localhost.example", "[fe80::1]:80", ""] {
            assert_eq!(of(there, false), Origin::Other, "{there}");
            assert_eq!(of(there, true), Origin::Trustworthy, "{there}");
        }
        let mut headers = HeaderMap::new();
        secure(&mut headers, Transport::Any, Origin::Other);
        assert!(!headers.contains_key(OPENER_POLICY));
        secure(&mut headers, Transport::Any, Origin::Trustworthy);
        assert_eq!(headers[OPENER_POLICY], "same-origin");
    }

    #[test]
    fn what_an_answer_says_itself_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        secure(&mut headers, Transport::Any, Origin::Trustworthy);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox");
        assert_eq!(headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(), 1);
    }
}
