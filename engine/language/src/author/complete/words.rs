//! Words of which there are only these: keys' own values, answers of a test's script, examples of amounts.

use expression::Type;

use super::{CompletionKind, Found};
use crate::fields::FieldKind;
use crate::keywords::{self, Keywords, Pair};
use crate::read::tests::each_step;
use crate::steps::StepKind;

impl Found<'_> {
    /// Words of which there are only these, in the places that take them.
    pub(super) fn fixed(&mut self, key: &str) {
        let beside: Vec<String> = self.cursor.beside().iter().map(|(word, _)| word.clone()).collect();
        let is = |word: &str| keywords::is(word, key);
        let stands = |word: &str| beside.iter().any(|one| keywords::is(word, one));
        let of_test = self.cursor.below().iter().any(|above| keywords::is("tests", above));
        let pairs: &[&[Pair]] = if is("default") && stands("check") {
            &[keywords::CHECKED]
        } else if is("default") && (stands("yes_no") || stands("tick")) {
            &[keywords::YES_NO]
        } else if is("wait_for") && stands("together") {
            &[keywords::JOIN]
        } else if is("days") {
            &[keywords::WEEKDAYS, keywords::EVERY_DAY]
        } else if is("rule") && stands("decide") {
            &[keywords::RULES]
        } else if is("give") && !of_test {
            &[keywords::GIVE]
        } else if is("not_by") || is("same_as") {
            &[keywords::ANY_STEP]
        } else if is("outcome") && of_test {
            &[keywords::OUTCOMES]
        } else if of_test {
            self.answer(key);
            &[]
        } else {
            &[]
        };
        for pair in pairs.iter().copied().flatten() {
            self.word(self.words.pick(*pair));
        }
        let plain: &[&str] = if is("quality") {
            &["good", "uncertain", "bad"]
        } else if is("format") && stands("printer") {
            &["zpl", "pdf", "png"]
        } else if is("methods") && stands("connection") {
            &["GET", "POST", "PUT", "PATCH", "DELETE"]
        } else {
            &[]
        };
        plain.iter().for_each(|word| self.word(word));
    }

    pub(super) fn word(&mut self, word: &str) {
        let (doc, detail) = (String::new(), String::new());
        self.push(CompletionKind::Value, word, word.to_owned(), detail, doc);
    }

    /// In the script of a test: what a field can be answered with, where these are words.
    pub(super) fn answer(&mut self, field: &str) {
        let below: Vec<String> = self.cursor.below().iter().map(|key| (*key).to_owned()).collect();
        let Some(at) = below.iter().position(|key| keywords::is("answer", key)) else {
            return;
        };
        let (Some(app), Some(answered)) = (self.around.app, below.get(at + 1)) else {
            return;
        };
        let mut words: Vec<String> = Vec::new();
        let kinds = self.words;
        each_step(&app.steps, &mut |step| {
            let StepKind::Form(form) = &step.kind else { return };
            if step.id.as_str() != answered.as_str() {
                return;
            }
            let Some(found) = form.fields.iter().find(|one| one.id.as_str() == field) else {
                return;
            };
            let of_pairs = |pairs: &[Pair]| pairs.iter().map(|pair| kinds.pick(*pair).to_owned()).collect();
            words = match &found.kind {
                FieldKind::YesNo(_) | FieldKind::Tick(_) => of_pairs(keywords::YES_NO),
                FieldKind::Check(_) => of_pairs(keywords::CHECKED),
                _ => match step.kind.members() {
                    Some(Type::Context(members)) => match members.get(field) {
                        Some(Type::OneOf(choices)) => choices.iter().map(ToString::to_string).collect(),
                        _ => Vec::new(),
                    },
                    _ => Vec::new(),
                },
            };
        });
        for word in words {
            self.thing(&word, String::new());
        }
    }

    pub(super) fn examples(&mut self, en: &[&str], zh: &[&str]) {
        let examples = if self.words == Keywords::Zh { zh } else { en };
        for example in examples {
            let replaced = self.since(&self.cursor.before.clone());
            self.push(
                CompletionKind::Value,
                example,
                (*example).to_owned(),
                String::new(),
                String::new(),
            );
            if let Some(last) = self.out.last_mut() {
                last.replaced = replaced;
            }
        }
    }
}
