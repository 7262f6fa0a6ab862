//! The apps that ship, as templates: what they name of a site, and the same with other names.
//!
//! A template is one of `examples/` as it is. What it asks for follows from what it says: the roles, lines and stations
//! of the example's site that it names, and the limits of what it measures.

use kernel::trial;
use language::fields::FieldKind;
use language::model::{App, Level, Site, Step};
use language::steps::StepKind;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The site that the templates were written for.
pub(super) const SITE: &str = include_str!("../../../../examples/site.yaml");

macro_rules! templates {
    ($($name:literal)*) => {
        const TEMPLATES: &[Template] = &[$(Template {
            name: $name,
            source: include_str!(concat!("../../../../examples/", $name, ".yaml")),
        }),*];
    };
}

templates! {
    "first-piece-inspection" "patrol-check" "work-instruction" "andon-call" "defect-rework"
    "downtime-reason" "maintenance-checklist" "audit-5s" "shift-handover" "changeover"
    "kitting" "line-clearance" "receiving-inspection" "assembly-verification" "weigh-and-dispense"
    "gauge-calibration" "kanban" "near-miss" "packing-check" "training-sign-off"
    "deviation-8d" "temporary-change" "scrap-report" "permit-to-work" "energy-round"
}

/// A filled-in app with its tests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Template {
    pub(super) name: &'static str,
    pub(super) source: &'static str,
}

/// Something of the template that another site or product has otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    /// As it is named with `--set`.
    pub(super) key: String,
    pub(super) kind: Asked,
    /// The words of the template.
    pub(super) default: String,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Role,
    Line,
    Station,
    Limits,
}

/// Why a template cannot be filled in like this.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("there is no template '{0}'{1}\nsee them all: gemba new --list")]
    Unknown(String, String),
    #[error("the template asks nothing called '{0}'; it asks: {1}")]
    UnknownKey(String, String),
    #[error("--set takes name=value, not '{0}'")]
    NoValue(String),
    #[error("'{0}' cannot be put in: letters, digits, spaces and - _ . / ± µ ° % are possible")]
    Value(String),
    #[error("'{value}' is not in the site.yaml of the folder; choose with --set {key}=…: {known}")]
    NotOfTheSite { value: String, key: String, known: String },
}

impl Asked {
    /// What the site has of it; nothing is known of limits.
    pub(super) fn known(self, site: &Site) -> Vec<String> {
        let equipment = |level| {
            let of_level = site.equipment.iter().filter(move |one| one.level == level);
            of_level.map(|one| one.id.to_string()).collect()
        };
        match self {
            Asked::Role => site.roles.iter().map(|role| role.title.clone()).collect(),
            Asked::Line => equipment(Level::Line),
            Asked::Station => equipment(Level::Station),
            Asked::Limits => Vec::new(),
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Asked::Role => "role",
            Asked::Line => "line",
            Asked::Station => "station",
            Asked::Limits => "limits",
        }
    }
}

pub(super) fn all() -> &'static [Template] {
    TEMPLATES
}

/// The template of this name, or the only one whose name begins so.
pub(super) fn find(name: &str) -> Result<Template, Error> {
    let folded = name
        .trim()
        .trim_end_matches(".yaml")
        .to_lowercase()
        .replace([' ', '_'], "-");
    if let Some(exact) = TEMPLATES.iter().find(|template| template.name == folded) {
        return Ok(*exact);
    }
    let mut beginning = TEMPLATES.iter().filter(|template| template.name.starts_with(&folded));
    match (beginning.next(), beginning.next()) {
        (Some(only), None) if !folded.is_empty() => Ok(*only),
        _ => {
            let near = crate::nearest::nearest(&folded, TEMPLATES.iter().map(|template| template.name));
            let near = near.map_or_else(String::new, |near| format!("; is '{near}' meant?"));
            Err(Error::Unknown(name.to_owned(), near))
        }
    }
}

impl Template {
    /// The app as it stands, at its own site.
    pub(super) fn app(self) -> Option<(App, Site)> {
        let site = language::read_site(SITE).value?;
        let app = language::read_app(self.source, Some(&site)).value?;
        Some((app, site))
    }

    pub(super) fn questions(self) -> Vec<Question> {
        let Some((app, site)) = self.app() else {
            return Vec::new();
        };
        let mut questions = Vec::new();
        for kind in [Asked::Line, Asked::Station, Asked::Role] {
            let named: Vec<String> = kind
                .known(&site)
                .into_iter()
                .filter(|name| {
                    Words::new(self.source).any(|word| {
                        self.source[word..].starts_with(name.as_str()) && ends(self.source, word + name.len())
                    })
                })
                .collect();
            let only = named.len() == 1 && kind != Asked::Role;
            questions.extend(named.into_iter().map(|default| Question {
                key: if only {
                    kind.word().to_owned()
                } else {
                    default.replace(' ', "-")
                },
                kind,
                default,
            }));
        }
        limits(&app.steps, self.source, &mut questions);
        questions
    }

    /// The template with other names in it. Those that are not given stay.
    pub(super) fn filled_in(self, title: Option<&str>, given: &BTreeMap<String, String>) -> Result<String, Error> {
        let questions = self.questions();
        let mut swaps: Vec<(&str, &str)> = Vec::new();
        for (key, value) in given {
            let Some(question) = questions.iter().find(|question| question.key == *key) else {
                let keys: Vec<&str> = questions.iter().map(|question| question.key.as_str()).collect();
                return Err(Error::UnknownKey(key.clone(), keys.join(", ")));
            };
            if !is_plain(value) {
                return Err(Error::Value(value.clone()));
            }
            swaps.push((&question.default, value));
        }
        // The longest first: a name may be the beginning of another.
        swaps.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        let source = with_other_words(self.source, &swaps);
        Ok(match title {
            Some(title) => with_title(&source, title),
            None => source,
        })
    }
}

/// `name=value` of the command line.
pub(super) fn given(sets: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let one = |set: &String| {
        let (key, value) = set.split_once('=').ok_or_else(|| Error::NoValue(set.clone()))?;
        Ok((key.trim().to_owned(), value.trim().to_owned()))
    };
    sets.iter().map(one).collect()
}

/// How many tests of a filled-in template pass, and how many there are.
pub(super) fn rehearsed(app: App, site: Site) -> (usize, usize) {
    let reports = trial::run_tests(&Arc::new(app), &[], &Arc::new(site));
    let passed = reports.iter().filter(|report| report.failures.is_empty()).count();
    (passed, reports.len())
}

fn limits(steps: &[Step], source: &str, questions: &mut Vec<Question>) {
    for step in steps {
        if let StepKind::Form(form) = &step.kind {
            for field in &form.fields {
                let text = source.get(field.span.start..field.span.end).unwrap_or_default();
                let written = text.lines().find_map(|line| line.trim().strip_prefix("limits: "));
                if let (FieldKind::Measure(_), Some(written)) = (&field.kind, written) {
                    let question = Question {
                        key: field.id.to_string(),
                        kind: Asked::Limits,
                        default: written.trim().to_owned(),
                    };
                    // The same limits somewhere else are meant as well.
                    if !questions.iter().any(|known| known.default == question.default) {
                        questions.push(question);
                    }
                }
            }
        }
        for block in step.blocks() {
            limits(block.steps, source, questions);
        }
    }
}

fn with_other_words(source: &str, swaps: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(source.len());
    let mut copied = 0;
    for word in Words::new(source) {
        let fits = |swap: &&(&str, &str)| source[word..].starts_with(swap.0) && ends(source, word + swap.0.len());
        if word >= copied
            && let Some((from, to)) = swaps.iter().find(fits)
        {
            out.push_str(&source[copied..word]);
            out.push_str(to);
            copied = word + from.len();
        }
    }
    out.push_str(&source[copied..]);
    out
}

/// Another title; an id that was written beside the old one goes with it.
fn with_title(source: &str, title: &str) -> String {
    let mut lines = source.lines().peekable();
    let mut out = String::with_capacity(source.len());
    for line in lines.by_ref() {
        if line.starts_with("app:") {
            out.push_str(&format!("app: {}\n", super::quoted(title)));
            break;
        }
        out.push_str(line);
        out.push('\n');
    }
    lines.next_if(|line| line.starts_with("id:"));
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '±' | 'µ' | '°' | '%');
    !value.is_empty() && value.trim() == value && value.chars().all(plain) && value.starts_with(char::is_alphanumeric)
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether a word may end in front of this byte.
fn ends(source: &str, at: usize) -> bool {
    !source[at..].starts_with(is_part_of_word)
}

/// The bytes at which words begin.
struct Words<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    fn new(source: &'a str) -> Words<'a> {
        Words { source, at: 0 }
    }
}

impl Iterator for Words<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            let c = self.source[self.at..].chars().next()?;
            let begins = is_part_of_word(c) && !self.source[..self.at].ends_with(is_part_of_word);
            let at = self.at;
            self.at += c.len_utf8();
            if begins {
                return Some(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_swapped_at_once() {
        let swaps = [
            ("team leader", "inspector"),
            ("line-3", "line-9"),
            ("inspector", "auditor"),
        ];
        assert_eq!(
            with_other_words("line-3 line-30 [team leader, inspector, inspectors]", &swaps),
            "line-9 line-30 [inspector, auditor, inspectors]"
        );
    }

    #[test]
    fn a_title_takes_the_old_id_away() {
        assert_eq!(
            with_title("# x\napp: Old\nid: old\nsteps:\n", "New: one"),
            "# x\napp: \"New: one\"\nsteps:\n"
        );
    }

    #[test]
    fn every_template_asks_and_passes_as_it_is_and_with_other_names() {
        for template in all() {
            let (app, site) = template
                .app()
                .unwrap_or_else(|| panic!("{} is not right", template.name));
            let (passed, all) = rehearsed(app, site.clone());
            assert!(passed == all && all > 0, "{}: {passed} of {all}", template.name);
            // With the lines, stations and roles of another plant.
            let other = |name: &str| format!("{name} x");
            let questions = template.questions();
            let mut given = BTreeMap::new();
            let mut swaps: Vec<(String, String)> = Vec::new();
            for question in questions.iter().filter(|question| question.kind != Asked::Limits) {
                let value = match question.kind {
                    Asked::Role => other(&question.default),
                    _ => format!("{}x", question.default),
                };
                given.insert(question.key.clone(), value.clone());
                swaps.push((question.default.clone(), value));
            }
            swaps.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
            let swaps: Vec<(&str, &str)> = swaps.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
            let site = with_other_words(SITE, &swaps);
            let site = language::read_site(&site).value.unwrap_or_else(|| panic!("{site}"));
            let source = template.filled_in(Some("Ours"), &given).unwrap();
            let read = language::read_app(&source, Some(&site));
            assert!(
                read.diagnostics.is_empty(),
                "{}: {:#?}",
                template.name,
                read.diagnostics
            );
            let app = read.value.unwrap();
            assert_eq!(app.id.as_str(), "ours");
            let (passed, all) = rehearsed(app, site);
            assert_eq!(passed, all, "{}", template.name);
        }
    }

    #[test]
    fn names_are_found_by_their_beginning() {
        assert_eq!(find("first-piece").unwrap().name, "first-piece-inspection");
        assert_eq!(find("Andon call").unwrap().name, "andon-call");
        assert!(
            find("frist-piece-inspection")
                .unwrap_err()
                .to_string()
                .contains("first-piece-inspection")
        );
        assert!(find("").is_err());
    }
}
