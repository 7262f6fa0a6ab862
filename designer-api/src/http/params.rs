//! The query of a URL, read as strictly as a body.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::FieldRefusal;
use percent_encoding::percent_decode_str;
use store::rows::{Page, RunId};

use super::Problem;
use crate::limits;
use crate::nearest::nearest;

/// The parameters of a query. A wrong one is noted; [`Params::finish`] must be asked before anything is done.
pub(crate) struct Params {
    left: Vec<(String, String)>,
    known: Vec<&'static str>,
    faults: Vec<FieldRefusal>,
}

impl Params {
    /// Fails when a value is no UTF-8.
    fn parse(query: &str) -> Option<Params> {
        let decode = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced)
                .decode_utf8()
                .ok()
                .map(|text| text.into_owned())
        };
        let mut left = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            left.push((decode(name)?, decode(value)?));
        }
        Some(Params {
            left,
            known: Vec::new(),
            faults: Vec::new(),
        })
    }

    pub(crate) fn fault(&mut self, name: &str, code: &str, en: String, zh: String) {
        self.faults.push(FieldRefusal {
            field: name.into(),
            code: code.into(),
            message: (en, zh),
        });
    }

    /// A parameter that may be repeated.
    pub(crate) fn many(&mut self, name: &'static str) -> Vec<String> {
        self.known.push(name);
        let (own, left) = std::mem::take(&mut self.left)
            .into_iter()
            .partition(|(given, _)| given == name);
        self.left = left;
        let values: Vec<String> = own.into_iter().map(|(_, value)| value).collect();
        if values.len() > limits::FILTER_VALUES_MAX {
            let max = limits::FILTER_VALUES_MAX;
            let en = format!("'{name}' is given more than {max} times");
            self.fault(name, "too-many", en, format!("“{name}”出现超过 {max} 次"));
        }
        if values
            .iter()
            .any(|value| value.chars().count() > limits::TEXT_LENGTH_MAX)
        {
            let max = limits::TEXT_LENGTH_MAX;
            let en = format!("'{name}' is longer than {max} characters");
            self.fault(name, "too-long", en, format!("“{name}”超过 {max} 个字符"));
        }
        values
    }

    pub(crate) fn one(&mut self, name: &'static str) -> Option<String> {
        let values = self.many(name);
        if values.len() > 1 {
            let en = format!("'{name}' is given more than once");
            self.fault(name, "too-many", en, format!("“{name}”出现了多次"));
        }
        values.into_iter().next()
    }

    /// A whole number.
    pub(crate) fn whole(&mut self, name: &'static str) -> Option<u64> {
        let text = self.one(name)?;
        let whole = text.parse().ok();
        if whole.is_none() {
            let en = format!("'{name}' must be a whole number, it is '{text}'");
            self.fault(name, "wrong-type", en, format!("“{name}”必须是整数，收到的是“{text}”"));
        }
        whole
    }

    /// A moment as RFC 3339 has it; milliseconds since 1970.
    pub(crate) fn moment(&mut self, name: &'static str) -> Option<i64> {
        let text = self.one(name)?;
        let moment: Option<jiff::Timestamp> = text.parse().ok();
        if moment.is_none() {
            let en = format!("'{name}' must be a moment such as 2026-11-22T08:30:00Z, it is '{text}'");
            let zh = format!("“{name}”必须是时刻，例如 2026-11-22T08:30:00Z，收到的是“{text}”");
            self.fault(name, "wrong-type", en, zh);
        }
        moment.map(|moment| moment.as_millisecond())
    }

    pub(crate) fn run(&mut self, name: &'static str) -> Option<RunId> {
        let text = self.one(name)?;
        let run = text.parse().ok();
        if run.is_none() {
            let en = format!("'{name}' must be the id of a run (a UUID)");
            self.fault(name, "wrong-type", en, format!("“{name}”必须是运行的编号（UUID）"));
        }
        run
    }

    /// One of a few words; the nearest is named when it is none of them.
    pub(crate) fn word(&mut self, name: &'static str, words: &[&'static str]) -> Option<String> {
        let text = self.one(name)?;
        self.must_be_among(name, &text, words.iter().copied());
        Some(text)
    }

    /// Notes a fault when `text` is none of `known`; says the nearest.
    pub(crate) fn must_be_among<'a>(
        &mut self,
        name: &'static str,
        text: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) {
        if known.clone().any(|word| word == text) {
            return;
        }
        let (mut en, mut zh) = (format!("there is no {name} '{text}'"), format!("没有 {name}“{text}”"));
        if let Some(nearest) = nearest(text, known) {
            en.push_str(&format!("; did you mean '{nearest}'?"));
            zh.push_str(&format!("；是不是“{nearest}”？"));
        }
        self.fault(name, "unknown", en, zh);
    }

    pub(crate) fn limit(&mut self) -> u32 {
        let Some(limit) = self.whole("limit") else {
            return limits::PAGE_DEFAULT;
        };
        let max = limits::PAGE_MAX;
        u32::try_from(limit)
            .ok()
            .filter(|limit| (1..=max).contains(limit))
            .unwrap_or_else(|| {
                let (en, zh) = (
                    format!("'limit' must be 1 to {max}"),
                    format!("“limit”必须是 1 到 {max}"),
                );
                self.fault("limit", "out-of-range", en, zh);
                max
            })
    }

    pub(crate) fn page(&mut self) -> Page {
        Page {
            after: self.one("after"),
            limit: self.limit(),
        }
    }

    /// What is left, for those who take any name.
    pub(crate) fn rest(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.left)
    }

    /// Everything that was wrong, and everything that nobody asked for.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in std::mem::take(&mut self.left) {
            let (mut en, mut zh) = (format!("'{name}' is not known here"), format!("这里没有“{name}”"));
            if let Some(nearest) = nearest(&name, self.known.iter().copied()) {
                en.push_str(&format!("; did you mean '{nearest}'?"));
                zh.push_str(&format!("；是不是“{nearest}”？"));
            }
            self.fault(&name, "unknown-parameter", en, zh);
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_query(self.faults))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Params, Problem> {
        Params::parse(parts.uri.query().unwrap_or("")).ok_or_else(|| {
            Problem::new(
                axum::http::StatusCode::BAD_REQUEST,
                "not-utf8",
                "the query is not percent-encoded UTF-8",
                "查询参数不是百分号编码的 UTF-8",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_taken() {
        let mut params = Params::parse("role=a&role=%E7%8E%8B+x&after=c&limit=5&status=waiting").unwrap();
        assert_eq!(params.many("role"), ["a", "王 x"]);
        assert_eq!(
            params.page(),
            Page {
                after: Some("c".into()),
                limit: 5
            }
        );
        assert_eq!(params.word("status", &["waiting"]), Some("waiting".into()));
        assert!(params.finish().is_ok());
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let mut params = Params::parse("limit=0&statoin=x&app=a&app=b&status=watiing&run=7").unwrap();
        params.page();
        params.one("app");
        params.one("station");
        params.run("run");
        params.word("status", &["finished", "waiting"]);
        let said = params.finish().unwrap_err().detail.0;
        for part in [
            "'limit' must be 1 to 1000",
            "'app' is given more than once",
            "'statoin' is not known here; did you mean 'station'?",
            "'run' must be the id of a run",
            "there is no status 'watiing'; did you mean 'waiting'?",
        ] {
            assert!(said.contains(part), "{said}");
        }
        assert!(Params::parse("a=%FF").is_none());
    }
}
