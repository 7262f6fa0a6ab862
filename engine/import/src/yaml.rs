//! A draft as YAML, checked by the language: what it refuses is taken back and reported, until nothing is refused.

use std::collections::BTreeSet;

use language::Keywords;
use language::diagnostic::{Diagnostic, Severity};

use crate::codes as c;
use crate::draft::{Draft, Field, Form, Key, Value, Words, one_line};
use crate::limits;
use crate::report::Report;
use crate::workbook::Error;

/// Where a line of the text comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Owner {
    form: Option<usize>,
    /// Position in the form, then in the field.
    field: Vec<usize>,
    key: Option<usize>,
}

/// The app as text that passes the check, in the layout of the formatter.
pub(crate) fn finish(mut draft: Draft, keywords: Keywords, report: &mut Report) -> Result<String, Error> {
    settle_ids(&mut draft, report);
    for _ in 0..limits::CORRECTIONS_MAX {
        let (text, owners) = write(&draft);
        let errors: Vec<Diagnostic> = language::read_app(&text, None)
            .diagnostics
            .into_iter()
            .filter(|one| one.severity == Severity::Error)
            .collect();
        if errors.is_empty() {
            return language::format_in(&text, keywords).ok_or_else(|| Error::NotValid(String::new()));
        }
        let mut changed = false;
        let mut seen = BTreeSet::new();
        for error in &errors {
            let line = text[..error.span.start.min(text.len())].matches('\n').count();
            if seen.insert(line)
                && let Some(owner) = owners.get(line)
            {
                changed |= take_back(&mut draft, owner, error, report);
            }
        }
        if !changed {
            let first = errors.first().map(|one| one.message.0.clone()).unwrap_or_default();
            return Err(Error::NotValid(first));
        }
    }
    Err(Error::NotValid("too many corrections".to_owned()))
}

/// What the checker refuses becomes a comment, or a text that may be left out. Whether something could be changed.
fn take_back(draft: &mut Draft, owner: &Owner, error: &Diagnostic, report: &mut Report) -> bool {
    let Some(form) = owner.form.and_then(|at| draft.forms.get_mut(at)) else {
        let old = draft.title.clone();
        draft.title = old.without_values();
        return draft.title != old;
    };
    let Some(field) = find(&mut form.fields, &owner.field) else {
        let old = form.title.clone();
        form.title = old.without_values();
        return form.title != old;
    };
    let (en, zh) = (&error.message.0, &error.message.1);
    let note = |report: &mut Report, entry, text: &str, field: &Field| {
        report.add_in_both(entry, field.place.clone(), text, en, zh);
    };
    let key = owner.key.filter(|at| *at < field.keys.len());
    let translated = key.and_then(|at| field.keys[at].translated_from.clone());
    if let (Some(at), Some(original)) = (key, translated) {
        let key = field.keys.remove(at);
        note(report, c::FORMULA_REFUSED, &original, field);
        // In the words of the form it comes from.
        let column = match key.word {
            "show_if" => "relevant",
            "refuse_if" => "constraint",
            "is" => "calculation",
            other => other,
        };
        field.comments.push(format!("{column}: {}", one_line(&original)));
        return true;
    }
    if field.word == "text" && field.inside.is_none() && field.keys.iter().all(|key| key.word == "optional") {
        let old = field.title.clone();
        field.title = old.without_values();
        return field.title != old;
    }
    note(report, c::FIELD_TAKEN_BACK, &field.source.clone(), field);
    field.word = "text";
    field.title = field.title.without_values();
    field.keys = vec![Key::bare("optional", "yes")];
    field.inside = None;
    true
}

fn find<'d>(fields: &'d mut [Field], path: &[usize]) -> Option<&'d mut Field> {
    let (first, rest) = path.split_first()?;
    let field = fields.get_mut(*first)?;
    if rest.is_empty() {
        return Some(field);
    }
    find(&mut field.inside.as_mut()?.1, rest)
}

/// Every form and field gets an id that is right and nobody else has.
fn settle_ids(draft: &mut Draft, report: &mut Report) {
    let mut taken = BTreeSet::new();
    for form in &mut draft.forms {
        form.id = Some(free(&wished("form", form.id.as_deref(), &form.title), &mut taken));
    }
    for form in &mut draft.forms {
        settle_fields(&mut form.fields, &mut taken, report);
    }
}

fn settle_fields(fields: &mut [Field], taken: &mut BTreeSet<String>, report: &mut Report) {
    for field in fields {
        let wish = wished(field.word, field.id.as_deref(), &field.title);
        let id = free(&wish, taken);
        if id != wish {
            report.add(c::SAME_NAME, field.place.clone(), field.title.first(), &[&id]);
        }
        field.id = Some(id);
        if let Some((_, inside)) = &mut field.inside {
            settle_fields(inside, taken, report);
        }
    }
}

/// The id that an entry would like: as it is called, made a right one.
pub(crate) fn wished(word: &str, id: Option<&str>, title: &Words) -> String {
    let id = language::id_text(id.unwrap_or_else(|| title.first()));
    if language::is_id(&id) {
        return id;
    }
    let with_word = language::id_text(&format!("{word} {id}"));
    if language::is_id(&with_word) {
        with_word
    } else {
        word.to_owned()
    }
}

/// The same with a number behind it, when it is taken.
pub(crate) fn free(wish: &str, taken: &mut BTreeSet<String>) -> String {
    let mut id = wish.to_owned();
    let mut number = 2;
    while !taken.insert(id.clone()) {
        let end = format!("_{number}");
        let kept: String = wish
            .chars()
            .take(language::limits::ID_CHARACTERS_MAX - end.len())
            .collect();
        id = format!("{kept}{end}");
        number += 1;
    }
    id
}

#[derive(Default)]
struct Writer {
    text: String,
    owners: Vec<Owner>,
}

fn write(draft: &Draft) -> (String, Vec<Owner>) {
    let mut writer = Writer::default();
    let top = Owner::default();
    for comment in &draft.comments {
        writer.comment(0, comment, &top);
    }
    writer.line(0, &format!("app: {}", sentence(&draft.title)), &top);
    if let Some(id) = &draft.id {
        writer.line(0, &format!("id: {id}"), &top);
    }
    if let Some(about) = &draft.about {
        writer.line(0, &format!("about: {}", sentence(about)), &top);
    }
    writer.line(0, "steps:", &top);
    for (at, form) in draft.forms.iter().enumerate() {
        writer.form(draft, at, form);
    }
    (writer.text, writer.owners)
}

impl Writer {
    fn line(&mut self, indent: usize, text: &str, owner: &Owner) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(text);
        self.text.push('\n');
        self.owners.push(owner.clone());
    }

    fn comment(&mut self, indent: usize, text: &str, owner: &Owner) {
        self.line(indent, &format!("# {}", one_line(text)), owner);
    }

    fn form(&mut self, draft: &Draft, at: usize, form: &Form) {
        let owner = Owner {
            form: Some(at),
            ..Owner::default()
        };
        for comment in &form.comments {
            self.comment(2, comment, &owner);
        }
        self.line(2, &format!("- form: {}", sentence(&form.title)), &owner);
        self.id(4, form.id.as_deref(), &form.title, &owner);
        let other = form.not_by.and_then(|at| draft.forms.get(at));
        if let Some(id) = other.and_then(|other| other.id.as_deref()) {
            self.line(4, &format!("not_by: {id}"), &owner);
        }
        if let Some(shown) = other
            .map(|other| shown(&other.fields))
            .filter(|shown| !shown.is_empty())
        {
            self.line(4, &format!("show: [{}]", shown.join(", ")), &owner);
        }
        for key in &form.keys {
            self.key(4, key, &owner, &[]);
        }
        if !form.fields.is_empty() {
            self.line(4, "fields:", &owner);
            self.fields(6, &form.fields, &owner);
        }
    }

    fn fields(&mut self, indent: usize, fields: &[Field], within: &Owner) {
        for (at, field) in fields.iter().enumerate() {
            let mut owner = within.clone();
            owner.field.push(at);
            for comment in &field.comments {
                self.comment(indent, comment, &owner);
            }
            self.line(indent, &format!("- {}: {}", field.word, sentence(&field.title)), &owner);
            self.id(indent + 2, field.id.as_deref(), &field.title, &owner);
            for (at, key) in field.keys.iter().enumerate() {
                owner.key = Some(at);
                self.key(indent + 2, key, &owner, fields);
            }
            owner.key = None;
            if let Some((word, inside)) = &field.inside {
                self.line(indent + 2, &format!("{word}:"), &owner);
                self.fields(indent + 4, inside, &owner);
            }
        }
    }

    /// Only where the sentence gives another one.
    fn id(&mut self, indent: usize, id: Option<&str>, title: &Words, owner: &Owner) {
        if let Some(id) = id
            && language::id_text(title.first()) != id
        {
            self.line(indent, &format!("id: {id}"), owner);
        }
    }

    fn key(&mut self, indent: usize, key: &Key, owner: &Owner, beside: &[Field]) {
        let word = key.word;
        match &key.value {
            Value::AnyNotOk => {
                let judged = judged(beside).map(|id| format!("{id} is not ok")).collect::<Vec<_>>();
                self.line(indent, &format!("{word}: {}", judged.join(" or ")), owner);
            }
            Value::Bare(text) => self.line(indent, &format!("{word}: {text}"), owner),
            Value::Text(text) => self.line(indent, &format!("{word}: {}", quoted(text, true)), owner),
            Value::Words(words) => self.line(indent, &format!("{word}: {}", sentence(words)), owner),
            Value::Said { condition, message } => {
                self.line(indent, &format!("{word}:"), owner);
                self.line(indent + 2, &format!("if: {}", quoted(condition, true)), owner);
                self.line(indent + 2, &format!("message: {}", sentence(message)), owner);
            }
            Value::List(items) => {
                let one: Vec<String> = items.iter().map(in_brackets).collect();
                let line = format!("{word}: [{}]", one.join(", "));
                if line.chars().count() + indent <= 110 {
                    self.line(indent, &line, owner);
                    return;
                }
                self.line(indent, &format!("{word}:"), owner);
                for item in items {
                    self.line(indent + 2, &format!("- {}", sentence(item)), owner);
                }
            }
        }
    }
}

/// Fields that get a verdict.
fn judged(fields: &[Field]) -> impl Iterator<Item = &str> {
    let judged = |field: &&Field| matches!(field.word, "measure" | "check");
    fields
        .iter()
        .filter(judged)
        .filter_map(|field| field.id.as_deref())
        .take(JUDGED_MAX)
}

/// More would make a condition that nobody reads.
const JUDGED_MAX: usize = 100;

/// What a second person sees of what the first one filled in.
fn shown(fields: &[Field]) -> Vec<&str> {
    let has_answer = |field: &&Field| !matches!(field.word, "info" | "warning" | "photo" | "file" | "sign" | "tick");
    fields
        .iter()
        .filter(has_answer)
        .filter_map(|field| field.id.as_deref())
        .take(JUDGED_MAX)
        .collect()
}

/// A sentence behind a colon.
fn sentence(words: &Words) -> String {
    written(words, true)
}

/// A sentence between brackets, where commas part.
fn in_brackets(words: &Words) -> String {
    written(words, false)
}

fn written(words: &Words, commas: bool) -> String {
    match words.texts.as_slice() {
        [(_, only)] => quoted(only, commas),
        texts => {
            let one = |(tag, text): &(String, String)| format!("{tag}: {}", quoted(text, false));
            format!("{{{}}}", texts.iter().map(one).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Words that YAML or the language would take for something else.
const TAKEN: &[&str] = &["yes", "no", "on", "off", "true", "false", "null", "any", "y", "n"];

/// A text as YAML: as it is where that is safe, else between double quotes.
fn quoted(text: &str, commas: bool) -> String {
    let plain = |c: char| c.is_alphanumeric() || " -_./()°%±<>=\"+*".contains(c) || (commas && (c == ',' || c == ';'));
    // `= today()` is a formula.
    let formula = text.strip_prefix("= ").unwrap_or(text);
    let safe = text.chars().all(plain)
        && formula.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && !TAKEN.contains(&text.to_lowercase().as_str());
    if safe {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
