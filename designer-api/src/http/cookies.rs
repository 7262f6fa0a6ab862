//! Cookies: a session's and a station's, read strictly.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::identity::Ticket;
use crate::limits;

/// What a browser holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is signed in at it.
    Session,
    /// Which station it is.
    Station,
}

impl Cookie {
    /// Browsers take what begins with `__Host-` from this very server only, and over HTTPS (RFC 6265bis, 4.1.3.2): nobody
    /// who answers without encryption in its place can put another session under a person.
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Cookie::Session, true) => "__Host-gemba_session",
            (Cookie::Session, false) => "gemba_session",
            (Cookie::Station, true) => "__Host-gemba_station",
            (Cookie::Station, false) => "gemba_station",
        }
    }
}

/// What this cookie holds. None when it has not the form of one, or comes twice: somebody else on this host may have set
/// one of them.
pub(crate) fn ticket(headers: &HeaderMap, cookie: Cookie, secure: bool) -> Option<Ticket> {
    let name = cookie.name(secure);
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(given, _)| *given == name)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => Ticket::read(value),
        _ => None,
    }
}

/// Until the browser is closed: the session itself ends sooner.
pub(crate) fn of_session(ticket: &Ticket, secure: bool) -> HeaderValue {
    set(Cookie::Session, ticket.reveal(), None, secure)
}

pub(crate) fn of_station(ticket: &Ticket, secure: bool) -> HeaderValue {
    let max_age_s = limits::ENROLMENT_DAYS * 24 * 3600;
    set(Cookie::Station, ticket.reveal(), Some(max_age_s), secure)
}

/// Makes the browser forget it.
pub(crate) fn none(cookie: Cookie, secure: bool) -> HeaderValue {
    set(cookie, "", Some(0), secure)
}

/// Out of reach of scripts, and never sent with what another site begins.
fn set(cookie: Cookie, value: &str, max_age_s: Option<u32>, secure: bool) -> HeaderValue {
    let name = cookie.name(secure);
    let mut cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict");
    if let Some(seconds) = max_age_s {
        cookie.push_str(&format!("; Max-Age={seconds}"));
    }
    if secure {
        cookie.push_str("; Secure");
    }
    let mut value = HeaderValue::from_str(&cookie).expect("names and tickets are visible ASCII");
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::COOKIE, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn one_cookie_of_the_right_form_is_read() {
        let good = "0123456789abcdef".repeat(4);
        let found =
            |values: &[&str]| ticket(&cookies(values), Cookie::Session, false).map(|ticket| ticket.reveal().to_owned());
        let own = format!("gemba_session={good}");
        assert_eq!(found(&[&own]), Some(good.clone()));
        assert_eq!(found(&[&format!("a=b; {own}; c")]), Some(good.clone()));
        assert_eq!(found(&["a=b", &own]), Some(good.clone()));
        for wrong in [
            String::new(),
            format!("x{own}"),
            format!("{own}0"),
            format!("gemba_session=\"{good}\""),
            format!("__Host-{own}"),
            own.to_uppercase(),
            format!("{own}; {own}"),
        ] {
            assert_eq!(found(&[&wrong]), None, "{wrong}");
        }
        assert_eq!(found(&[&own, &own]), None);
        let over_tls = |value: &str| ticket(&cookies(&[value]), Cookie::Session, true).is_some();
        assert!(over_tls(&format!("__Host-{own}")) && over_tls(&format!("{own}; __Host-{own}")));
        assert!(!over_tls(&own), "anyone without encryption could have set it");
    }

    #[test]
    fn flags() {
        let ticket = Ticket::read(&"0".repeat(64)).unwrap();
        let session = of_session(&ticket, false);
        let zeros = "0".repeat(64);
        assert_eq!(
            session,
            format!("gemba_session={zeros}; Path=/; HttpOnly; SameSite=Strict").as_str()
        );
        assert!(session.is_sensitive());
        let station = of_station(&ticket, true);
        assert_eq!(
            station,
            format!("__Host-gemba_station={zeros}; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000; Secure")
                .as_str()
        );
        assert_eq!(
            none(Cookie::Session, false),
            "gemba_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }
}
