//! What apps ask of the world outside is held against what the site allows, as far as it can be seen before.

use super::{head, tell};
use crate::catalogue as c;
use crate::model::{App, Connection, Id, Located, Site, Step};
use crate::names::Index;
use crate::read::suggest::{clearly, nearest};
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::{Http, StepKind};

/// Nothing is known without a site.
pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let Some(site) = reader.site else { return };
    let mut found = Vec::new();
    each_step(&app.steps, &mut |step| {
        let reports = match &step.kind {
            StepKind::Http(http) => of_http(reader, site, step, http),
            StepKind::Publish(publish) => match connection(site, &publish.connection) {
                Ok(connection) if connection.is_broker() => Vec::new(),
                Ok(_) => vec![other_kind(site, &publish.connection, "publish", [SERVER, BROKER])],
                Err(report) => vec![*report],
            },
            StepKind::Write(write) => of_signal(site, &write.signal).into_iter().collect(),
            _ => Vec::new(),
        };
        found.extend(reports.into_iter().map(|report| (step, report)));
    });
    for (step, report) in found {
        tell(reader, index, step, report);
    }
}

fn of_http(reader: &Reader<'_>, site: &Site, step: &Step, http: &Http) -> Vec<Report> {
    let connection = match connection(site, &http.connection) {
        Ok(connection) => connection,
        Err(report) => return vec![*report],
    };
    if connection.is_broker() {
        return vec![other_kind(site, &http.connection, "http", [BROKER, SERVER])];
    }
    let mut reports = Vec::new();
    let id = connection.id.as_str();
    let method = http.method.name();
    if !connection.methods.iter().any(|allowed| allowed == method) {
        let report = Report::new(c::METHOD_NOT_ALLOWED, head(reader, step)).arg("found", id);
        let allowed = connection.methods.iter().cloned();
        reports.push(report.arg("method", method).expected(allowed));
    }
    let path = http.path.source();
    if !may_be_allowed(connection, path) {
        let report = Report::new(c::PATH_NOT_ALLOWED, head(reader, step)).arg("found", id);
        reports.push(report.arg("path", path).expected(connection.paths.iter().cloned()));
    }
    reports
}

/// A value in a path may become anything but a way up, so only what stands before the first is held against the list.
fn may_be_allowed(connection: &Connection, path: &str) -> bool {
    if path.split(['/', '\\']).any(|part| part == "." || part == "..") {
        return false;
    }
    match path.split_once('{') {
        None => connection.allows_path(path),
        Some((before, _)) => {
            let fits = |allowed: &String| match allowed.strip_suffix('*') {
                Some(start) => before.starts_with(start) || start.starts_with(before),
                None => allowed.starts_with(before),
            };
            connection.paths.is_empty() || connection.paths.iter().any(fits)
        }
    }
}

fn of_signal(site: &Site, signal: &Located<Id>) -> Option<Report> {
    match site.signals.iter().find(|one| one.id == signal.value) {
        None => {
            let known = site.signals.iter().map(|one| one.id.as_str());
            Some(unknown(c::NO_SUCH_SIGNAL, signal, known))
        }
        Some(one) if one.write.is_none() => {
            let report = Report::new(c::SIGNAL_ONLY_READ, signal.span).arg("found", one.id.as_str());
            let written = site.signals.iter().filter(|one| one.write.is_some());
            Some(report.expected(written.map(|one| one.id.to_string())))
        }
        Some(_) => None,
    }
}

fn connection<'s>(site: &'s Site, named: &Located<Id>) -> Result<&'s Connection, Box<Report>> {
    let known = site.connections.iter().map(|one| one.id.as_str());
    let found = site.connections.iter().find(|one| one.id == named.value);
    found.ok_or_else(|| Box::new(unknown(c::NO_SUCH_CONNECTION, named, known)))
}

fn unknown<'n>(entry: &'static c::Entry, named: &Located<Id>, known: impl Iterator<Item = &'n str> + Clone) -> Report {
    let name = named.value.as_str();
    let near = nearest(name, known.clone());
    let mut report = Report::new(entry, named.span).arg("found", name);
    if let Some(first) = clearly(name, &near) {
        report = report.replace(named.span, first);
    }
    let others: Vec<String> = known
        .filter(|word| !near.iter().any(|other| other == word))
        .map(str::to_owned)
        .collect();
    report.expected(near).expected(others)
}

type Words = (&'static str, &'static str);
const SERVER: Words = ("an HTTP server", " HTTP 服务器");
const BROKER: Words = ("a broker", "消息服务");

/// The site may have one that is meant: the only one of the other kind.
fn other_kind(site: &Site, named: &Located<Id>, word: &'static str, [is, needs]: [Words; 2]) -> Report {
    let others = || {
        site.connections
            .iter()
            .filter(|one| one.is_broker() == (needs == BROKER))
    };
    let mut report = Report::new(c::CONNECTION_OF_OTHER_KIND, named.span)
        .arg("found", named.value.as_str())
        .arg("word", word)
        .arg_in("is", is.0, is.1)
        .arg_in("needs", needs.0, needs.1);
    if let (Some(only), 1) = (others().next(), others().count()) {
        report = report.replace(named.span, only.id.as_str());
    }
    report.expected(others().map(|one| one.id.to_string()))
}
