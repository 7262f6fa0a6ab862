//! What of a server an app may use: the path that a request really asks for, held against what the site allows.

use crate::failure::{Failure, Kind};
use crate::limits;
use language::model::Connection;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stays as it is in a query's name or value (RFC 3986, unreserved).
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What a path cannot hold as it is, and letters of other scripts.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// How often a server may decode a path before it looks at it.
const DECODINGS_MAX: usize = 3;

/// The target of a request: base, path and query. `path` begins with `/` and comes with its values percent-encoded.
pub(crate) fn target<'q>(
    connection: &Connection,
    base: &str,
    path: &str,
    query: impl IntoIterator<Item = (&'q str, &'q str)>,
) -> Result<String, Failure> {
    check(connection, path)?;
    let mut target = format!("{base}{}", utf8_percent_encode(path, IN_PATH));
    if target.is_empty() {
        target.push('/');
    }
    for (place, (name, value)) in query.into_iter().enumerate() {
        target.push(if place == 0 { '?' } else { '&' });
        target.extend(utf8_percent_encode(name, IN_QUERY));
        target.push('=');
        target.extend(utf8_percent_encode(value, IN_QUERY));
    }
    if target.len() > limits::TARGET_BYTES_MAX {
        let (size, max) = (target.len(), limits::TARGET_BYTES_MAX);
        return Err(Failure::last(
            Kind::TooLarge,
            format!("path and query have {size} bytes, at most {max} are sent"),
        ));
    }
    Ok(target)
}

/// Servers differ in how often they decode a path and in what they take for a slash. A path is allowed only when it is
/// in every reading, and when no reading of it goes up.
fn check(connection: &Connection, path: &str) -> Result<(), Failure> {
    let refuse = |why: &str| {
        let shown: String = path.chars().filter(|sign| !sign.is_control()).take(200).collect();
        Err(Failure::last(Kind::NotAllowed, format!("the path '{shown}' {why}")))
    };
    if !path.is_empty() && !path.starts_with('/') {
        return refuse("does not begin with '/'");
    }
    if path.contains(['?', '#']) {
        return refuse("holds a query: what is asked goes under 'query'");
    }
    let mut reading = path.to_owned();
    for _ in 0..=DECODINGS_MAX {
        if reading.chars().any(char::is_control) {
            return refuse("holds a sign that no path has");
        }
        let goes_up = |part: &str| {
            // Some servers cut what follows a semicolon.
            let part = part.split(';').next().unwrap_or_default();
            part == "." || part == ".."
        };
        if reading.split(['/', '\\']).any(goes_up) {
            return refuse("goes up, which no app may");
        }
        if !connection.allows_path(&reading) || !connection.allows_path(&reading.replace('\\', "/")) {
            let id = &connection.id;
            return refuse(&format!("is not among those that the connection '{id}' allows"));
        }
        let Ok(decoded) = percent_decode_str(&reading).decode_utf8() else {
            return refuse("is no text");
        };
        if decoded == reading {
            return Ok(());
        }
        reading = decoded.into_owned();
    }
    refuse("is encoded over and over")
}

/// A topic, held against what the site allows of the broker; written there without or with a slash at the beginning.
pub(crate) fn topic(connection: &Connection, topic: &str) -> Result<(), Failure> {
    let refuse = |kind, why: &str| {
        let shown: String = topic.chars().filter(|sign| !sign.is_control()).take(200).collect();
        Err(Failure::last(kind, format!("the topic '{shown}' {why}")))
    };
    if topic.len() > limits::TOPIC_BYTES_MAX {
        let max = limits::TOPIC_BYTES_MAX;
        return refuse(Kind::TooLarge, &format!("has more than {max} bytes"));
    }
    // MQTT 3.1.1, 4.7.1 and 4.7.3; those with $ belong to the broker.
    if topic.is_empty() || topic.starts_with('$') || topic.contains(['+', '#']) || topic.chars().any(char::is_control) {
        return refuse(
            Kind::NotAllowed,
            "is none: it is empty, begins with $, or holds +, # or a control sign",
        );
    }
    let allowed = connection.allows_path(topic) || connection.allows_path(&format!("/{topic}"));
    if !allowed {
        let id = &connection.id;
        return refuse(
            Kind::NotAllowed,
            &format!("is not among those that the connection '{id}' allows"),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use language::model::Id;

    fn connection(paths: &[&str]) -> Connection {
        Connection {
            id: Id::new("erp"),
            title: "erp".into(),
            address: "https://erp.example/api".into(),
            methods: vec!["GET".into()],
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            secret: None,
        }
    }

    #[test]
    fn what_is_allowed_is_asked_for_as_it_is() {
        let orders = connection(&["/orders/*", "/health"]);
        let of = |path| target(&orders, "/api", path, []).unwrap();
        assert_eq!(of("/orders/4711"), "/api/orders/4711");
        assert_eq!(of("/orders/4711/lines"), "/api/orders/4711/lines");
        assert_eq!(of("/orders/a%2Fb%20c"), "/api/orders/a%2Fb%20c");
        assert_eq!(of("/orders/轴"), "/api/orders/%E8%BD%B4");
        assert_eq!(of("/orders/..."), "/api/orders/...");
        assert_eq!(of("/health"), "/api/health");
        let query = [("plant", "10 00"), ("a&b", "=?#\r\n轴")];
        let asked = target(&orders, "", "/health", query).unwrap();
        assert_eq!(asked, "/health?plant=10%2000&a%26b=%3D%3F%23%0D%0A%E8%BD%B4");
        assert_eq!(target(&connection(&[]), "", "", []).unwrap(), "/");
        assert_eq!(
            target(&connection(&[]), "/api", "/any/path", []).unwrap(),
            "/api/any/path"
        );
    }

    #[test]
    fn tricks_with_paths_are_refused() {
        let orders = connection(&["/orders/*", "/health"]);
        for path in [
            "/admin",
            "/orders",
            "/healthy",
            "/health/",
            "orders/1",
            "/orders/../admin",
            "/orders/..",
            "/orders/./1",
            "/orders/%2e%2e/admin",
            "/orders/%2E%2E%2Fadmin",
            "/orders/..%2fadmin",
            "/orders/..%5cadmin",
            "/orders/..\\admin",
            "/orders/%252e%252e/admin",
            "/orders/%25252e%25252e/admin",
            "/orders/%2525252525252e/admin",
            "/orders/..;/admin",
            "/orders/..;a=b/admin",
            "/orders/%2e%2e%3b/admin",
            "/orders/1?admin=1",
            "/orders/1#x",
            "/orders/1%00",
            "/orders/1\r\nHost: elsewhere",
            "/orders/1%0d%0aHost:%20elsewhere",
            "/orders/%ff",
            "//elsewhere.example/orders/1",
            "/%6frders/%2e%2e/admin",
            "http://elsewhere.example/orders/1",
            "@elsewhere.example/orders/1",
        ] {
            let refused = target(&orders, "/api", path, []).unwrap_err();
            assert_eq!(refused.kind, Kind::NotAllowed, "{path}");
            assert!(!refused.again && !refused.message.contains(['\r', '\n']), "{path}");
        }
        // Allowed as it is written, and not as a server may read it.
        assert!(target(&connection(&["/a%2Fb"]), "", "/a%2Fb", []).is_err());
        let long = "x".repeat(limits::TARGET_BYTES_MAX);
        let refused = target(&orders, "", &format!("/orders/{long}"), []).unwrap_err();
        assert_eq!(refused.kind, Kind::TooLarge);
    }

    #[test]
    fn topics_are_plain_and_allowed() {
        let any = connection(&[]);
        let line = connection(&["/line3/*"]);
        assert!(topic(&any, "line3/released").is_ok() && topic(&line, "line3/released").is_ok());
        assert!(topic(&connection(&["line3/*"]), "line3/released").is_ok());
        assert!(topic(&line, "line4/released").is_err());
        for wrong in ["", "#", "line3/#", "line3/+/x", "$SYS/broker", "line3\0", "line3\n"] {
            assert!(topic(&any, wrong).is_err(), "{wrong:?}");
        }
    }
}
