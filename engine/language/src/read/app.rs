//! The whole app: its top keys, in whatever order they are written.

use super::amounts::has_working_time;
use super::ids::{id_of, id_text};
use super::keys::{Key, Keys, Shape, key, required};
use super::site::{DAYS, one_of};
use super::{Locals, Reader, Report};
use crate::catalogue as c;
use crate::keywords;
use crate::limits;
use crate::model::{App, DAY_MIN, Every, Field, Id, Start, Weekdays};
use crate::read::tables::TABLE;
use crate::read::tests::TEST;
use crate::tree::{NodeId, Tree};

const BUTTON: &[Key] = &[
    required("button", Shape::Sentence, "What stands on the button."),
    key(
        "at",
        Shape::Words,
        "Stations where the button is shown; everywhere when it is not written.",
    ),
];
const MESSAGE: &[Key] = &[
    required("message", Shape::Word, "Name of the message."),
    key("where", Shape::Condition, "Which message; its members are names here."),
];

const EVERY: &[Key] = &[
    required(
        "every",
        Shape::Duration,
        "Again and again: `2 h` is at 00:00, 02:00, 04:00, …",
    ),
    key("in", Shape::Word, "`working time`: only while the site works.").called("期间"),
];
const AT: &[Key] = &[
    required("at", Shape::Word, "A time of day: `\"06:00\"`.").called("时刻"),
    DAYS,
];
const SHIFT: &[Key] = &[
    required("shift", Shape::Word, "When this shift of the site begins."),
    key("before_end", Shape::Duration, "So long before it ends instead."),
];
/// How a start is known, in this order: a button has an `at` too.
const STARTS: &[&[Key]] = &[MESSAGE, BUTTON, EVERY, SHIFT, AT];

/// The keys of an app file.
pub(crate) const APP: &[Key] = &[
    required("app", Shape::Sentence, "What the app is called."),
    key(
        "id",
        Shape::Id,
        "Name of the app; follows from the sentence when it is not written.",
    ),
    key("about", Shape::Sentence, "What it is for, in a sentence or two."),
    key(
        "takt",
        Shape::Duration,
        "How often a piece comes, such as `60 s`; a note says when the questions take longer.",
    ),
    key(
        "start",
        Shape::OneOfEntries(&[BUTTON, MESSAGE, EVERY, AT, SHIFT]),
        "What may start it; without it, a button that everyone sees.",
    ),
    key("inputs", Shape::Fields, "What is asked, or handed in, at the start."),
    key("tables", Shape::Entries(TABLE), "The records the app keeps."),
    required("steps", Shape::Steps, "What is done, from top to bottom."),
    key(
        "tests",
        Shape::Entries(TEST),
        "Scripted runs that show that the app does what it should.",
    ),
];

/// Reads an app from its tree.
pub(crate) fn app(reader: &mut Reader<'_>, tree: &Tree) -> Option<App> {
    let root = tree.root();
    if tree.map(root).is_none() {
        let entry = if tree.is_empty(root) {
            c::EMPTY_FILE
        } else {
            c::NOT_AN_APP
        };
        let report = Report::new(entry, reader.head(root));
        let words = ["app", "steps"].map(|word| format!("{}:", reader.keywords.say(word)));
        reader.push(report.expected(words));
        return None;
    }
    let is_site = |reader: &Reader<'_>, (key, _): &(NodeId, NodeId)| {
        let text = reader.tree.scalar(*key);
        text.is_some_and(|text| keywords::is("site", text))
    };
    if let Some((key, _)) = tree
        .map(root)
        .and_then(|entries| entries.iter().find(|entry| is_site(reader, entry)))
    {
        let span = reader.span(*key);
        reader.push(Report::new(c::SITE_AS_APP, span));
        return None;
    }
    let keys = reader.keys(root, &[APP], "app")?;
    let title = match keys.get("app") {
        Some(node) => reader.sentence(node, "app"),
        None => {
            let start = reader.span(root).start;
            let line = Tree::line_start(reader.source, start);
            let span = reader.head(root);
            reader.push(Report::new(c::APP_WITHOUT_NAME, span).insert(line, line, "app: What it is called\n"));
            super::no_text()
        }
    };
    let id = match keys.get("id") {
        Some(node) => reader.id(node).unwrap_or_else(|| Id::new("app")),
        None => id_of("app", title.default.source()),
    };
    let about = keys.get("about").map(|node| reader.sentence(node, "about"));
    let takt = keys.get("takt").map(|node| reader.duration(node, "takt"));
    let starts = keys.get("start").map(|node| starts(reader, node)).unwrap_or_default();
    let tables = keys
        .get("tables")
        .map(|node| reader.read_tables(node))
        .unwrap_or_default();
    reader.tables = tables.clone();
    // Fields of the start choose from the app's tables.
    let inputs = keys.get("inputs").map(|node| inputs(reader, node)).unwrap_or_default();
    let steps = match keys.get("steps") {
        Some(node) => reader.steps(node, "steps"),
        None => {
            let report = Report::new(c::APP_WITHOUT_STEPS, reader.head(root));
            let end = reader.source.len();
            let newline = if reader.source.ends_with('\n') { "" } else { "\n" };
            let text =
                format!("{newline}steps:\n  - form: What happened?\n    fields:\n      - text: What did you see?\n");
            reader.push(report.insert(end, end, text));
            Vec::new()
        }
    };
    let mut app = App {
        id,
        title,
        about,
        takt,
        starts,
        inputs,
        tables,
        steps,
        tests: Vec::new(),
    };
    crate::check::step_ids(reader, &mut app);
    if let Some(node) = keys.get("tests") {
        app.tests = reader.read_tests(node, &app);
    }
    Some(app)
}

fn inputs(reader: &mut Reader<'_>, node: NodeId) -> Vec<Field> {
    let zh = "启动时填写".to_owned();
    reader.within("inputs".to_owned(), zh, |reader| {
        let fields = reader.fields(node, "inputs");
        reader.none_from_last(&fields);
        fields
    })
}

fn starts(reader: &mut Reader<'_>, node: NodeId) -> Vec<Start> {
    let mut found = Vec::new();
    for node in reader.entries(node, "start") {
        let has = |known: &&&[Key]| {
            let entries = reader.tree.map(node).unwrap_or_default();
            let is_word = |text: &str| known[0].chinese == Some(text) || keywords::is(known[0].word, text);
            entries
                .iter()
                .any(|(key, _)| reader.tree.scalar(*key).is_some_and(is_word))
        };
        // `at: qc-1` alone is a button without its word.
        let place = |reader: &Reader<'_>| {
            let at = reader.tree.map(node).unwrap_or_default().iter();
            let mut at = at.filter(|(key, _)| reader.tree.scalar(*key).is_some_and(|text| keywords::is("at", text)));
            let Some((_, value)) = at.next() else { return false };
            let time =
                |text: &str| text.contains(|c: char| c.is_ascii_digit() || "点：".contains(c)) && !text.contains('-');
            !reader.tree.scalar(*value).is_some_and(time)
        };
        let known = match STARTS.iter().find(has) {
            Some(known) if known[0].word == "at" && place(reader) => BUTTON,
            Some(known) => known,
            None => BUTTON,
        };
        let Some(keys) = reader.keys(node, &[known], "a start") else {
            continue;
        };
        if let Some(name) = keys.get("message") {
            let Some(name) = reader.words(name, "message") else {
                continue;
            };
            let locals = Locals {
                names: Vec::new(),
                open: true,
            };
            let condition = keys
                .get("where")
                .map(|node| reader.with_locals(locals, |reader| reader.condition(node, "where")));
            found.push(Start::Message { name, condition });
        } else if let Some(title) = keys.get("button") {
            let title = reader.sentence(title, "button");
            let at = keys.get("at").map(|node| reader.places(node)).unwrap_or_default();
            found.push(Start::Button { title, at });
        } else if known[0].word != "button" {
            found.extend(scheduled(reader, &keys));
        } else {
            let report = Report::new(c::UNKNOWN_START, reader.head(node));
            let words = ["button", "message", "every", "at", "shift"].map(|word| reader.keywords.say(word));
            reader.push(report.expected(words));
        }
    }
    if found.len() > limits::STARTS_MAX {
        let report = Report::new(c::TOO_MANY_OF_SITE, reader.head(node)).arg("list", "start");
        reader.push(report.arg("max", limits::STARTS_MAX.to_string()));
    }
    found
}

/// `every`, `at` or `shift`.
fn scheduled(reader: &mut Reader<'_>, keys: &Keys) -> Option<Start> {
    if let Some(node) = keys.get("every") {
        let every = reader.duration(node, "every");
        if !(limits::EVERY_MS_MIN..=limits::EVERY_MS_MAX).contains(&every.as_ms()) {
            let found = reader.tree.scalar(node).unwrap_or_default().trim().to_owned();
            if !reader.reports.any_error() {
                let nearest = match every.as_ms() < limits::EVERY_MS_MIN {
                    true => "1 min",
                    false => "52 weeks",
                };
                let report = Report::new(c::EVERY_OUT_OF_RANGE, reader.span(node)).arg("found", found);
                let report = report.edits(reader.tree.replace_inside(node, 0, usize::MAX, nearest));
                reader.push(report);
            }
            return None;
        }
        let when = keys.get("in").map(|node| {
            reader.word_of(node, "in", &[keywords::WORKING_TIME]);
            if reader.site.is_some_and(|site| !has_working_time(site)) {
                reader.push(Report::new(c::NO_WORKING_TIME, reader.span(node)));
            }
            Every::WorkingTime
        });
        return Some(Start::Every {
            every,
            when: when.unwrap_or(Every::Always),
        });
    }
    if let Some(node) = keys.get("shift") {
        let before_end = keys.get("before_end").map(|node| reader.duration(node, "before_end"));
        let shift = match reader.site {
            Some(site) => one_of(reader, node, ("shift", c::UNKNOWN_SHIFT), &site.shifts, |shift| {
                (&shift.id, &shift.title)
            })?
            .id
            .clone(),
            None => Id::new(&id_text(&reader.words(node, "shift")?)),
        };
        return Some(Start::Shift { shift, before_end });
    }
    let at_min = reader.time_of_day(keys.get("at")?, "at")?;
    let days = keys.get("days").map(|node| reader.weekdays(node));
    if at_min == DAY_MIN {
        let node = keys.get("at")?;
        let span = reader.span(node);
        let report = Report::new(c::TIME_OF_DAY_EXPECTED, span)
            .arg("what", "at")
            .arg("found", "24:00");
        reader.push(report.edits(reader.tree.replace_inside(node, 0, usize::MAX, "00:00")));
        return None;
    }
    Some(Start::At {
        at_min,
        days: days.unwrap_or(Weekdays::ALL),
    })
}
