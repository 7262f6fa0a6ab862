//! A JSON object read member by member: all that is wrong with it is said at once, and nothing in it is ignored.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use kernel::FieldRefusal;
use serde_json::{Map, Value};

use super::body::{media_type, read_for, unsupported};
use super::call::checked_person;
use super::problem::Problem;
use super::strict_json;
use crate::identity::Principal;
use crate::limits;
use crate::nearest::nearest;
use crate::server::Server;

/// The members of a request's body. An empty body is an object without members.
///
/// A wrong member is noted and its reader gets a stand-in; [`Members::finish`] must be asked before anything is done.
pub(crate) struct Members {
    left: Map<String, Value>,
    known: Vec<&'static str>,
    faults: Vec<FieldRefusal>,
}

impl Members {
    pub(crate) fn new(members: Map<String, Value>) -> Members {
        Members {
            left: members,
            known: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// `null` is the same as not given.
    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.left.shift_remove(name).filter(|value| !value.is_null())
    }

    fn fault(&mut self, name: &str, code: &str, en: String, zh: String) {
        self.faults.push(FieldRefusal {
            field: name.into(),
            code: code.into(),
            message: (en, zh),
        });
    }

    fn missing(&mut self, name: &str) {
        self.fault(name, "missing", format!("'{name}' is missing"), format!("缺少“{name}”"));
    }

    fn wrong_type(&mut self, name: &str, expected: (&str, &str), found: &Value) {
        let kind = match found {
            Value::Null => ("nothing", "空"),
            Value::Bool(_) => ("true or false", "真或假"),
            Value::Number(_) => ("a number", "数字"),
            Value::String(_) => ("text", "文本"),
            Value::Array(_) => ("a list", "列表"),
            Value::Object(_) => ("an object", "对象"),
        };
        let en = format!("'{name}' must be {}, it is {}", expected.0, kind.0);
        self.fault(
            name,
            "wrong-type",
            en,
            format!("“{name}”必须是{}，收到的是{}", expected.1, kind.1),
        );
    }

    pub(crate) fn optional_text(&mut self, name: &'static str, max_chars: usize) -> Option<String> {
        match self.take(name)? {
            Value::String(text) if text.chars().count() > max_chars => {
                let en = format!("'{name}' is longer than {max_chars} characters");
                self.fault(name, "too-long", en, format!("“{name}”超过 {max_chars} 个字符"));
                None
            }
            Value::String(text) => Some(text),
            other => {
                self.wrong_type(name, ("text", "文本"), &other);
                None
            }
        }
    }

    /// As [`Members::optional_text`], where `null` is not the same as not given: it takes away, `Some(None)`.
    pub(crate) fn nullable_text(&mut self, name: &'static str, max_chars: usize) -> Option<Option<String>> {
        if self.left.get(name).is_some_and(Value::is_null) {
            self.take(name);
            return Some(None);
        }
        self.optional_text(name, max_chars).map(Some)
    }

    /// A list of texts.
    pub(crate) fn optional_texts(&mut self, name: &'static str, max_entries: usize) -> Option<Vec<String>> {
        let entries = match self.take(name)? {
            Value::Array(entries) => entries,
            other => {
                self.wrong_type(name, ("a list", "列表"), &other);
                return None;
            }
        };
        if entries.len() > max_entries {
            let en = format!("'{name}' has more than {max_entries} entries");
            self.fault(name, "too-many", en, format!("“{name}”超过 {max_entries} 项"));
            return None;
        }
        let mut texts = Vec::new();
        for entry in entries {
            match entry {
                Value::String(text) if text.chars().count() <= limits::TEXT_LENGTH_MAX => texts.push(text),
                other => {
                    self.wrong_type(name, ("a list of short texts", "短文本列表"), &other);
                    return None;
                }
            }
        }
        Some(texts)
    }

    /// A value of any kind, `null` included; it must be there.
    pub(crate) fn anything(&mut self, name: &'static str) -> Value {
        self.known.push(name);
        match self.left.shift_remove(name) {
            Some(value) => value,
            None => {
                self.missing(name);
                Value::Null
            }
        }
    }

    /// A moment as RFC 3339 has it; milliseconds since 1970.
    pub(crate) fn optional_moment(&mut self, name: &'static str) -> Option<i64> {
        let text = self.optional_text(name, limits::TEXT_LENGTH_MAX)?;
        let parsed: Result<jiff::Timestamp, _> = text.parse();
        if parsed.is_err() {
            let en = format!("'{name}' must be a moment such as 2026-11-22T08:30:00Z");
            self.fault(
                name,
                "wrong-type",
                en,
                format!("“{name}”必须是时刻，例如 2026-11-22T08:30:00Z"),
            );
        }
        parsed.ok().map(|moment| moment.as_millisecond())
    }

    /// As [`Members::objects`], when it is there.
    pub(crate) fn optional_objects(&mut self, name: &'static str, max_entries: usize) -> Option<Vec<Members>> {
        let is_given = self.left.get(name).is_some_and(|value| !value.is_null());
        if is_given {
            return Some(self.objects(name, max_entries));
        }
        self.take(name);
        None
    }

    /// A list of objects, each to be read and finished like a body of its own; it must be there.
    pub(crate) fn objects(&mut self, name: &'static str, max_entries: usize) -> Vec<Members> {
        let entries = match self.take(name) {
            None => {
                self.missing(name);
                return Vec::new();
            }
            Some(Value::Array(entries)) => entries,
            Some(other) => {
                self.wrong_type(name, ("a list", "列表"), &other);
                return Vec::new();
            }
        };
        if entries.len() > max_entries {
            let en = format!("'{name}' has more than {max_entries} entries");
            self.fault(name, "too-many", en, format!("“{name}”超过 {max_entries} 项"));
            return Vec::new();
        }
        let mut objects = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry {
                Value::Object(members) => objects.push(Members::new(members)),
                other => {
                    self.wrong_type(name, ("a list of objects", "对象列表"), &other);
                    return Vec::new();
                }
            }
        }
        objects
    }

    /// Notes a fault of a member that was taken.
    pub(crate) fn refuse(&mut self, name: &str, code: &str, en: &str, zh: &str) {
        self.fault(name, code, en.to_owned(), zh.to_owned());
    }

    /// Notes a fault when `word` is none of `known`; says the nearest.
    pub(crate) fn must_be_among(&mut self, name: &str, word: &str, known: &[&str]) {
        if known.contains(&word) {
            return;
        }
        let (mut en, mut zh) = (
            format!("'{name}' cannot be '{word}'"),
            format!("“{name}”不能是“{word}”"),
        );
        if let Some(nearest) = nearest(word, known.iter().copied()) {
            en.push_str(&format!("; did you mean '{nearest}'?"));
            zh.push_str(&format!("；是不是“{nearest}”？"));
        }
        self.fault(name, "unknown", en, zh);
    }

    /// Not empty.
    pub(crate) fn text(&mut self, name: &'static str, max_chars: usize) -> String {
        let faults = self.faults.len();
        let text = self.optional_text(name, max_chars).unwrap_or_default();
        if text.trim().is_empty() && self.faults.len() == faults {
            self.missing(name);
        }
        text
    }

    /// Who acts.
    pub(crate) fn optional_person(&mut self, name: &'static str) -> Option<String> {
        let text = self.optional_text(name, limits::PERSON_LENGTH_MAX)?;
        let person = checked_person(&text).map(str::to_owned);
        if person.is_none() {
            let en = format!("'{name}' must name a person");
            self.fault(name, "wrong-type", en, format!("“{name}”必须是人员"));
        }
        person
    }

    /// A whole number from 0 to 4,294,967,295.
    pub(crate) fn optional_whole(&mut self, name: &'static str) -> Option<u32> {
        let value = self.take(name)?;
        let whole = value.as_u64().and_then(|number| u32::try_from(number).ok());
        if whole.is_none() {
            self.wrong_type(name, ("a whole number that is not negative", "非负整数"), &value);
        }
        whole
    }

    /// The same; it must be there.
    pub(crate) fn whole(&mut self, name: &'static str) -> u32 {
        let faults = self.faults.len();
        let whole = self.optional_whole(name);
        if whole.is_none() && self.faults.len() == faults {
            self.missing(name);
        }
        whole.unwrap_or_default()
    }

    pub(crate) fn optional_yes_no(&mut self, name: &'static str) -> Option<bool> {
        let value = self.take(name)?;
        if !value.is_boolean() {
            self.wrong_type(name, ("true or false", "true 或 false"), &value);
        }
        value.as_bool()
    }

    pub(crate) fn optional_object(&mut self, name: &'static str) -> Option<Map<String, Value>> {
        match self.take(name)? {
            Value::Object(object) => Some(object),
            other => {
                self.wrong_type(name, ("an object", "对象"), &other);
                None
            }
        }
    }

    pub(crate) fn object(&mut self, name: &'static str) -> Map<String, Value> {
        let faults = self.faults.len();
        let object = self.optional_object(name);
        if object.is_none() && self.faults.len() == faults {
            self.missing(name);
        }
        object.unwrap_or_default()
    }

    /// A run's id.
    pub(crate) fn run(&mut self, name: &'static str) -> store::rows::RunId {
        let text = self.text(name, limits::TEXT_LENGTH_MAX);
        if text.is_empty() {
            return store::rows::RunId::nil();
        }
        text.parse().unwrap_or_else(|_| {
            let en = format!("'{name}' must be the id of a run (a UUID)");
            self.fault(name, "wrong-type", en, format!("“{name}”必须是运行的编号（UUID）"));
            store::rows::RunId::nil()
        })
    }

    /// Everything that was wrong, and everything that nobody asked for.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for name in std::mem::take(&mut self.left).keys() {
            let (mut en, mut zh) = (format!("'{name}' is not known here"), format!("这里没有“{name}”"));
            if let Some(nearest) = nearest(name, self.known.iter().copied()) {
                en.push_str(&format!("; did you mean '{nearest}'?"));
                zh.push_str(&format!("；是不是“{nearest}”？"));
            }
            self.fault(name, "unknown-member", en, zh);
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_body(self.faults))
        }
    }
}

impl FromRequest<Server> for Members {
    type Rejection = Problem;
    async fn from_request(request: Request, server: &Server) -> Result<Members, Problem> {
        let kind = media_type(&request);
        // Without a mark of the guard nobody is signed in.
        let max_bytes = match request.extensions().get::<Principal>() {
            Some(_) => limits::JSON_SIZE_BYTES_MAX,
            None => limits::JSON_AT_DOOR_SIZE_BYTES_MAX,
        };
        let bytes = read_for(server, request, ("the body", "请求正文"), max_bytes).await?;
        if bytes.is_empty() {
            return Ok(Members::new(Map::new()));
        }
        if kind != "application/json" {
            return Err(unsupported("application/json", &kind));
        }
        match strict_json::parse(&bytes) {
            Ok(Value::Object(members)) => Ok(Members::new(members)),
            Ok(_) => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "malformed-json",
                "the body must be a JSON object",
                "请求正文必须是 JSON 对象",
            )),
            Err(error) => Err(malformed(&error)),
        }
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed-json",
        format!("the JSON is malformed at line {line}, column {column}: {what}"),
        format!("JSON 第 {line} 行第 {column} 列有误：{what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn members(value: Value) -> Members {
        Members::new(value.as_object().unwrap().clone())
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let mut body = members(json!({"ap": "x", "version": -1, "inputs": [], "station": "a", "why": ""}));
        body.text("app", 10);
        body.optional_whole("version");
        body.object("inputs");
        assert_eq!(body.optional_text("station", 10), Some("a".into()));
        body.text("why", 10);
        let problem = body.finish().unwrap_err();
        let said = problem.detail.0;
        for part in [
            "'app' is missing",
            "'version' must be a whole number",
            "'inputs' must be an object, it is a list",
            "'why' is missing",
            "'ap' is not known here; did you mean 'app'?",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn what_fits_is_taken() {
        let run = "0199f0aa-0000-7000-8000-000000000001";
        let mut body = members(json!({"app": "x", "version": 3, "inputs": {"a": 1}, "run": run, "station": null}));
        assert_eq!(body.text("app", 10), "x");
        assert_eq!(body.optional_whole("version"), Some(3));
        assert_eq!(body.object("inputs").len(), 1);
        assert_eq!(body.run("run").to_string(), run);
        assert_eq!(body.optional_text("station", 10), None);
        assert!(body.finish().is_ok());
    }
}
