//! Who calls, for whom, under which idempotency key.

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, request::Parts};
use percent_encoding::percent_decode;
use runtime::{Acting, Caller};
use std::sync::Arc;

use super::{Members, Problem};
use crate::identity::{Duties, Principal, SignedIn};
use crate::limits;

/// Header that names the person acting: UTF-8, percent-encoded.
pub(crate) const PERSON_HEADER: &str = "gemba-person";
/// Header of the idempotency key (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const KEY_HEADER: &str = "idempotency-key";

/// A call as its headers describe it.
pub(crate) struct Call {
    principal: Principal,
    person: Option<String>,
    key: Option<String>,
    /// Of who is signed in.
    duties: Arc<Duties>,
}

impl Call {
    /// Who is signed in; programs and empty stations are nobody.
    pub(crate) fn signed_in(&self) -> Option<&Arc<SignedIn>> {
        self.principal.signed_in()
    }

    /// The caller, when the body has no say in who acts.
    pub(crate) fn caller(self) -> Caller {
        let (name, person, acting) = match &self.principal {
            Principal::Token { name, .. } => (name.to_string(), self.person, None),
            Principal::Person(signed_in) => (
                signed_in.via(),
                Some(signed_in.person.clone()),
                Some(with_duties(signed_in.acting(), &self.duties)),
            ),
            // Nobody acts here; the engine does nothing for such a caller.
            Principal::Local { name } => (name.to_string(), self.person, None),
            Principal::Station { id } => (format!("station/{id}"), None, Some(Acting::default())),
        };
        Caller {
            name,
            person,
            key: self.key,
            acting,
            confirmed: None,
        }
    }

    /// The caller; the member `person` may name who acts when the header does not.
    pub(crate) fn caller_of(self, members: &mut Members) -> Result<Caller, Problem> {
        let named = members.optional_person("person");
        match (&self.person, named) {
            (_, Some(_)) if self.principal.signed_in().is_some() => Err(Problem::acts_as_themselves()),
            (Some(header), Some(member)) if *header != member => Err(Problem::bad_header(
                format!("the header says that '{header}' acts, the member 'person' says '{member}'"),
                format!("请求头指定的人员是“{header}”，成员 person 指定的是“{member}”"),
            )),
            (None, Some(member)) => Ok(Call {
                person: Some(member),
                ..self
            }
            .caller()),
            _ => Ok(self.caller()),
        }
    }
}

/// What they may do for those who are away counts as theirs.
fn with_duties(mut acting: Acting, duties: &Duties) -> Acting {
    let more = duties.roles.iter().filter(|role| !acting.roles.contains(role));
    let more: Vec<String> = more.cloned().collect();
    acting.roles.extend(more);
    acting.skills.clone_from(&duties.skills);
    acting.stands_for.clone_from(&duties.stands_for);
    acting
}

/// A person's name or number without spaces around it; `None` when it is none, or too long, or has control characters.
pub(super) fn checked_person(text: &str) -> Option<&str> {
    let text = text.trim();
    let fits = (1..=limits::PERSON_LENGTH_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then_some(text)
}

/// A header that says who acts, or under which key: two of it would say two things.
fn once<'h>(headers: &'h HeaderMap, name: &str, shown: &str) -> Result<Option<&'h HeaderValue>, Problem> {
    let mut given = headers.get_all(name).iter();
    match (given.next(), given.next()) {
        (_, Some(_)) => Err(Problem::bad_header(
            format!("the header {shown} is given more than once"),
            format!("请求头 {shown} 出现了多次"),
        )),
        (one, None) => Ok(one),
    }
}

fn person(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = once(headers, PERSON_HEADER, "Gemba-Person")? else {
        return Ok(None);
    };
    let bad = || {
        let max = limits::PERSON_LENGTH_MAX;
        Problem::bad_header(
            format!("the header Gemba-Person must be 1 to {max} characters, UTF-8, percent-encoded"),
            format!("请求头 Gemba-Person 必须是 1 到 {max} 个字符，UTF-8 百分号编码"),
        )
    };
    let text = percent_decode(value.as_bytes()).decode_utf8().map_err(|_| bad())?;
    checked_person(&text)
        .map(|person| Some(person.to_owned()))
        .ok_or_else(bad)
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = once(headers, KEY_HEADER, "Idempotency-Key")? else {
        return Ok(None);
    };
    let fits = |text: &&str| {
        (1..=limits::KEY_LENGTH_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match value.to_str().ok().filter(fits) {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(Problem::bad_header(
            format!(
                "the header Idempotency-Key must be 1 to {} visible ASCII characters",
                limits::KEY_LENGTH_MAX
            ),
            format!(
                "请求头 Idempotency-Key 必须是 1 到 {} 个可见 ASCII 字符",
                limits::KEY_LENGTH_MAX
            ),
        )),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Call, Problem> {
        // Every route that takes a `Call` stands behind the guard; without its mark nobody is let through.
        let principal = parts
            .extensions
            .get::<Principal>()
            .cloned()
            .ok_or_else(super::guard::token_missing)?;
        let person = person(&parts.headers)?;
        if person.is_some() && principal.signed_in().is_some() {
            return Err(Problem::acts_as_themselves());
        }
        Ok(Call {
            principal,
            person,
            key: key(&parts.headers)?,
            duties: parts.extensions.get::<Arc<Duties>>().cloned().unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn with(name: &'static str, value: &[u8]) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_bytes(value).unwrap())])
    }

    #[test]
    fn persons_are_percent_encoded_utf8() {
        assert_eq!(person(&with(PERSON_HEADER, b"wang")).unwrap(), Some("wang".into()));
        assert_eq!(person(&with(PERSON_HEADER, b"%E7%8E%8B")).unwrap(), Some("王".into()));
        assert_eq!(
            person(&with(PERSON_HEADER, "王".as_bytes())).unwrap(),
            Some("王".into())
        );
        assert_eq!(person(&HeaderMap::new()).unwrap(), None);
        for wrong in [&b"%FF"[..], b"", b"%20", b"a%0Ab", &[b'x'; 101]] {
            assert!(person(&with(PERSON_HEADER, wrong)).is_err());
        }
    }

    #[test]
    fn keys_are_visible_ascii() {
        assert_eq!(
            key(&with(KEY_HEADER, b"order-4711/1")).unwrap(),
            Some("order-4711/1".into())
        );
        for wrong in [&b""[..], b"a b", "王".as_bytes(), &[b'x'; 201]] {
            assert!(key(&with(KEY_HEADER, wrong)).is_err());
        }
    }
}
