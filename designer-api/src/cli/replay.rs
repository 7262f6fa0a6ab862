//! `gemba replay`

use jiff::Timestamp;
use language::diagnostic::Language;
use runtime::{Replayed, Replaying};
use serde_json::Value;
use std::path::{Path, PathBuf};

use super::exit::data_unusable;
use super::out::{complain, say};
use super::{Exit, Lang};
use crate::data;
use crate::limits;

/// Plays the recorded runs of a period by a changed app, and says which would have come out otherwise.
///
/// Nothing is sent and nothing is written: what came from outside is taken from the record. Time passes as it did then.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 every run would be what it was, 1 something would be otherwise, 2 the app or the address cannot be read,
3 the data cannot be opened

Examples:
  gemba replay apps/first-piece.yaml --against data --since 2026-11-01
  gemba replay first-piece.yaml --against http://127.0.0.1:7878 --since 2026-11-01T06:00:00+08:00")]
pub(super) struct Replay {
    /// The changed app
    app: PathBuf,
    /// The data folder of a stopped server, or the address of a running one: http only
    #[arg(long, value_name = "DIR|URL")]
    against: String,
    /// Runs that began on this day (UTC) or at this moment, or later
    #[arg(long, value_name = "DATE", value_parser = moment)]
    since: i64,
    /// And before this one
    #[arg(long, value_name = "DATE", value_parser = moment)]
    until: Option<i64>,
    /// Whose runs are played, where that is another app
    #[arg(long = "app", value_name = "ID")]
    of: Option<String>,
    /// An API token with the scope 'author', of a running server
    #[arg(long, env = "GEMBA_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// One JSON document on standard output
    #[arg(long)]
    json: bool,
    /// The language of what is said
    #[arg(long)]
    lang: Option<Lang>,
}

impl Replay {
    pub(super) fn run(self) -> Exit {
        let source = match std::fs::read_to_string(&self.app) {
            Ok(source) => source,
            Err(error) => {
                complain(format_args!("'{}' cannot be read: {error}", self.app.display()));
                return Exit::CannotRead;
            }
        };
        if self.against.starts_with("https://") {
            complain("https is not spoken here: send the app to POST /api/v1/apps/{app}/replay with another program");
            return Exit::CannotRead;
        }
        let is_address = self.against.starts_with("http://");
        let replayed = match is_address {
            true => self.of_server(&source),
            false => self.of_data(&source),
        };
        match replayed {
            Ok(replayed) => self.tell(&replayed),
            Err(exit) => exit,
        }
    }

    fn asked(&self) -> Replaying {
        Replaying {
            app: self.of.clone(),
            since_ms: self.since,
            until_ms: self.until,
            after: None,
            at_most: None,
        }
    }

    fn of_data(&self, source: &str) -> Result<Value, Exit> {
        let folder = Path::new(&self.against);
        let mut found = Err(Exit::CannotRead);
        super::block_on(async {
            let store = match data::open_existing(folder).await {
                Ok(Some(store)) => store,
                Ok(None) => {
                    complain(format_args!("there is no data of a Gemba in '{}'", folder.display()));
                    return Exit::CannotRead;
                }
                Err(error) => {
                    let exit = data_unusable(folder, &error);
                    if matches!(error, store::Error::InUse(_)) {
                        complain("of a running server, give its address instead: --against http://127.0.0.1:7878");
                    }
                    found = Err(exit);
                    return exit;
                }
            };
            let replayed = runtime::replay_stored(&store, source, &self.asked(), &|_| {}).await;
            store.close().await;
            found = replayed
                .map_err(|error| refused(&error))
                .map(|replayed| json_of(&replayed));
            Exit::Done
        });
        found
    }

    /// Page by page, as the server gives them.
    fn of_server(&self, source: &str) -> Result<Value, Exit> {
        let read = language::read_app(source, None);
        let own = read.value.map(|app| app.id.to_string());
        let Some(app) = self.of.clone().or(own) else {
            complain(format_args!(
                "'{}' has errors; `gemba check` tells them",
                self.app.display()
            ));
            return Err(Exit::CannotRead);
        };
        let token = self.token.clone().unwrap_or_default();
        let mut whole: Option<Value> = None;
        let mut after: Option<String> = None;
        loop {
            let url = format!("{}/api/v1/apps/{app}/replay", self.against.trim_end_matches('/'));
            let mut request = ureq::post(&url)
                .query("since", at(self.since))
                .header("Authorization", format!("Bearer {token}"))
                .header("Content-Type", "application/yaml")
                .config()
                .timeout_global(Some(limits::REQUEST_TIMEOUT * 2))
                .http_status_as_error(false)
                .build();
            if let Some(until) = self.until {
                request = request.query("until", at(until));
            }
            if let Some(after) = &after {
                request = request.query("after", after);
            }
            let cannot = |error: &dyn std::fmt::Display| {
                complain(format_args!("{url} cannot be asked: {error}"));
                Exit::CannotRead
            };
            let mut answer = request.send(source).map_err(|error| cannot(&error))?;
            let status = answer.status();
            let text = answer.body_mut().read_to_string().map_err(|error| cannot(&error))?;
            let part: Value = serde_json::from_str(&text).map_err(|error| cannot(&error))?;
            if !status.is_success() {
                let detail = part["detail"].as_str().unwrap_or("it says nothing");
                return Err(cannot(&format!("{status}: {detail}")));
            }
            after = part["next"].as_str().map(str::to_owned);
            match &mut whole {
                None => whole = Some(part),
                Some(whole) => add(whole, &part),
            }
            if after.is_none() {
                return Ok(whole.unwrap_or_default());
            }
        }
    }

    fn tell(&self, replayed: &Value) -> Exit {
        let count = |name: &str| replayed[name].as_u64().unwrap_or(0);
        let is_same = count("differ") == 0 && count("unknown") == 0;
        let exit = if is_same { Exit::Done } else { Exit::ProblemsFound };
        if self.json {
            say(format_args!("{replayed:#}"));
            return exit;
        }
        let chinese = Lang::or_of_the_terminal(self.lang) == Language::Zh;
        let (runs, same, differ, unknown) = (count("runs"), count("same"), count("differ"), count("unknown"));
        match chinese {
            false => say(format_args!(
                "{runs} recorded runs: {same} would be the same, {differ} would not, {unknown} cannot be told"
            )),
            true => say(format_args!(
                "{runs} 个记录的运行：{same} 个相同，{differ} 个不同，{unknown} 个无法判断"
            )),
        }
        for difference in replayed["differences"].as_array().into_iter().flatten() {
            let text = difference[if chinese { "zh" } else { "en" }]
                .as_str()
                .unwrap_or_default();
            let runs = difference["runs"].as_u64().unwrap_or(0);
            let example = difference["examples"][0].as_str().unwrap_or_default();
            match chinese {
                false => say(format_args!("  {runs} x {text} (such as run {example})")),
                true => say(format_args!("  {runs} 个{text}（例如运行 {example}）")),
            }
        }
        exit
    }
}

fn refused(error: &runtime::Error) -> Exit {
    match error {
        runtime::Error::App(diagnostics) => {
            for diagnostic in diagnostics {
                complain(format_args!("{}: {}", diagnostic.code, diagnostic.message.0));
            }
            complain("the app has errors; `gemba check` tells where");
        }
        other => complain(other),
    }
    Exit::CannotRead
}

fn json_of(replayed: &Replayed) -> Value {
    // Counts, ids and text: there is nothing JSON cannot say.
    serde_json::to_value(replayed).expect("a report is JSON")
}

/// Adds a further part of a server's answer.
fn add(whole: &mut Value, part: &Value) {
    for name in ["runs", "same", "differ", "unknown"] {
        let sum = whole[name].as_u64().unwrap_or(0) + part[name].as_u64().unwrap_or(0);
        whole[name] = sum.into();
    }
    for (kind, count) in part["kinds"].as_object().into_iter().flatten() {
        let sum = whole["kinds"][kind].as_u64().unwrap_or(0) + count.as_u64().unwrap_or(0);
        whole["kinds"][kind] = sum.into();
    }
    for more in part["differences"].as_array().into_iter().flatten() {
        let known = whole["differences"].as_array_mut();
        let Some(known) = known else { continue };
        match known.iter_mut().find(|known| known["en"] == more["en"]) {
            Some(known) => {
                let sum = known["runs"].as_u64().unwrap_or(0) + more["runs"].as_u64().unwrap_or(0);
                known["runs"] = sum.into();
            }
            None => known.push(more.clone()),
        }
    }
    whole["next"] = part["next"].clone();
}

fn at(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}

/// A day, or a moment with its offset.
fn moment(text: &str) -> Result<i64, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at.as_millisecond());
    }
    let day: jiff::civil::Date = text
        .parse()
        .map_err(|_| "a day such as 2026-11-01, or a moment such as 2026-11-01T06:00:00Z".to_owned())?;
    let at = day
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_err(|error| error.to_string())?;
    Ok(at.timestamp().as_millisecond())
}
