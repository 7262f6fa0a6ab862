//! Cookies: a session's and a station's, read strictly.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::identity::Ticket;
use crate::limits;

/// Who is signed in at this browser.
pub(crate) const SESSION: &str = "gemba_session";
/// Which station this browser is.
pub(crate) const STATION: &str = "gemba_station";

/// The cookie of this name. None when it has not the form of one, or comes twice: somebody else on this host may have
/// set one of them.
pub(crate) fn ticket(headers: &HeaderMap, name: &str) -> Option<Ticket> {
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
    set(SESSION, ticket.reveal(), None, secure)
}

pub(crate) fn of_station(ticket: &Ticket, secure: bool) -> HeaderValue {
    let max_age_s = limits::ENROLMENT_DAYS * 24 * 3600;
    set(STATION, ticket.reveal(), Some(max_age_s), secure)
}

/// Makes the browser forget it.
pub(crate) fn none(name: &str, secure: bool) -> HeaderValue {
    set(name, "", Some(0), secure)
}

/// Out of reach of scripts, and never sent with what another site begins.
fn set(name: &str, value: &str, max_age_s: Option<u32>, secure: bool) -> HeaderValue {
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
        let found = |values: &[&str]| ticket(&cookies(values), SESSION).map(|ticket| ticket.reveal().to_owned());
        let own = format!("{SESSION}={good}");
        assert_eq!(found(&[&own]), Some(good.clone()));
        assert_eq!(found(&[&format!("a=b; {own}; c")]), Some(good.clone()));
        assert_eq!(found(&["a=b", &own]), Some(good.clone()));
        for wrong in [
            String::new(),
            format!("x{own}"),
            format!("{own}0"),
            format!("{SESSION}=\"{good}\""),
            own.to_uppercase(),
            format!("{own}; {own}"),
        ] {
            assert_eq!(found(&[&wrong]), None, "{wrong}");
        }
        assert_eq!(found(&[&own, &own]), None);
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
            format!("gemba_station={zeros}; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000; Secure").as_str()
        );
        assert_eq!(
            none(SESSION, false),
            "gemba_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }
}
