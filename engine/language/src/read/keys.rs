//! What may be written where: the tables that readers, suggestions and the JSON Schema share.

use crate::diagnostic::Edit;
use crate::keywords;
use crate::model::Span;
use crate::read::{Reader, Report};
use crate::tree::NodeId;
use crate::{catalogue as c, steps};

/// What the value of a key looks like; the reader reads it so, and the JSON Schema says so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A sentence, possibly in several languages.
    Sentence,
    /// Plain words.
    Word,
    Id,
    /// A formula without `=`.
    Condition,
    /// A formula without `=`, or a mapping with these keys.
    ConditionOrMap(&'static [Key]),
    /// `= formula`.
    Formula,
    /// A value, a sentence with values in it, or `= formula`.
    Value,
    /// `20 min`.
    Duration,
    /// A whole number from 1.
    Count,
    /// `3 times`.
    Times,
    Number,
    YesNo,
    /// `24.95 to 25.05 mm`.
    Limits,
    Steps,
    Fields,
    /// Roles, stations, people.
    Parties,
    /// One party.
    Party,
    /// One word or a list of them.
    Words,
    /// A list of sentences.
    Sentences,
    /// A list of formulas without `=`.
    Formulas,
    /// `name: value` pairs.
    Values,
    /// Plain data of any shape.
    Data,
    /// A list of entries with these keys, the first of which says what the entry is.
    Entries(&'static [Key]),
    /// A mapping with these keys.
    Map(&'static [Key]),
    /// A list of words or of entries with these keys.
    WordsOrEntries(&'static [Key]),
    /// A tree of words: `[Other, {Machine: [Spindle, Coolant]}]`.
    Tree,
    /// One of several kinds of entries, told apart by their first key.
    OneOfEntries(&'static [&'static [Key]]),
}

/// A key that may be written in a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) word: &'static str,
    /// Its Chinese form where that is another one than elsewhere: `from` of a shift is no list of options.
    pub(crate) chinese: Option<&'static str>,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    /// One line for people.
    pub(crate) doc: &'static str,
}

pub(crate) const fn key(word: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key {
        word,
        chinese: None,
        shape,
        required: false,
        doc,
    }
}

pub(crate) const fn required(word: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key {
        word,
        chinese: None,
        shape,
        required: true,
        doc,
    }
}

impl Key {
    /// The same with a Chinese form of its own.
    pub(crate) const fn called(self, chinese: &'static str) -> Key {
        Key {
            chinese: Some(chinese),
            ..self
        }
    }

    /// Whether a text is this word, in either language.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.chinese == Some(text) || keywords::is(self.word, text)
    }

    /// The word in this language.
    pub(crate) fn say(&self, words: keywords::Keywords) -> &'static str {
        match (words, self.chinese) {
            (keywords::Keywords::En, _) => self.word,
            (keywords::Keywords::Zh, Some(chinese)) => chinese,
            (keywords::Keywords::Zh, None) => keywords::chinese(self.word).unwrap_or(self.word),
        }
    }
}

/// What every kind of step or field says about itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// The word an entry begins with.
    pub(crate) word: &'static str,
    /// What stands behind the word.
    pub(crate) shape: Shape,
    /// One line for people.
    pub(crate) doc: &'static str,
    /// Keys of its own, beside the ones that all steps or all fields have.
    pub(crate) keys: &'static [Key],
    /// A list entry as one would write it.
    pub(crate) example: &'static str,
}

/// One key of a mapping that was understood.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) word: &'static str,
    pub(crate) key: NodeId,
    pub(crate) value: NodeId,
}

/// The keys of a mapping, each under the word it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) node: NodeId,
    slots: Vec<Slot>,
}

impl Keys {
    pub(crate) fn slot(&self, word: &str) -> Option<Slot> {
        self.slots.iter().copied().find(|slot| slot.word == word)
    }
    pub(crate) fn get(&self, word: &str) -> Option<NodeId> {
        self.slot(word).map(|slot| slot.value)
    }
}

impl Reader<'_> {
    /// Sorts the keys of a mapping. Unknown words are reported, and taken as the word that was most likely meant, so
    /// that one slip of the finger gives one message.
    pub(crate) fn keys(&mut self, node: NodeId, known: &[&'static [Key]], what: &str) -> Option<Keys> {
        let all: Vec<&'static Key> = known.iter().flat_map(|keys| keys.iter()).collect();
        self.keys_named(node, &all, &[], what)
    }

    /// Like [`Reader::keys`], with keys that are already understood.
    pub(crate) fn keys_named(
        &mut self,
        node: NodeId,
        known: &[&'static Key],
        taken: &[Slot],
        what: &str,
    ) -> Option<Keys> {
        let words: &[&'static str] = &known.iter().map(|key| key.word).collect::<Vec<_>>();
        let entries = self.mapping(node, what)?;
        let mut slots: Vec<Slot> = taken.to_vec();
        let mut odd = Vec::new();
        for (key, value) in entries {
            if taken.iter().any(|slot| slot.key == key) || self.ignored.contains(&key) {
                continue;
            }
            let Some(text) = self.tree.scalar(key).map(str::to_owned) else {
                continue;
            };
            let own = known.iter().find(|known| known.chinese == Some(text.as_str()));
            match own.map(|known| known.word).or_else(|| keywords::one_of(&text, words)) {
                Some(word) => {
                    match known
                        .iter()
                        .find(|known| known.word == word)
                        .and_then(|known| known.chinese)
                    {
                        Some(chinese) => self.speak_pair(key, (word, chinese)),
                        None => self.speak(key, word),
                    }
                    match slots.iter().find(|slot| slot.word == word) {
                        // A second one of the same word was refused with the tree; not so one in another language.
                        Some(first) => self.in_both_languages(*first, key, &text),
                        None => slots.push(Slot { word, key, value }),
                    }
                }
                None => odd.push((key, value, text)),
            }
        }
        let alone = odd.len() == 1;
        for (key, value, text) in odd {
            let free: Vec<&'static str> = words
                .iter()
                .copied()
                .filter(|word| slots.iter().all(|slot| slot.word != *word))
                .collect();
            // What is missing is probably what was meant.
            let missing = known.iter().filter(|key| key.required && free.contains(&key.word));
            let missing: Vec<&'static str> = missing.map(|key| key.word).collect();
            let missing = match missing[..] {
                [one] if alone => Some(one),
                _ => None,
            };
            if let Some(word) = self.odd_key(key, &text, &free, missing, words, what) {
                slots.push(Slot { word, key, value });
            }
        }
        Some(Keys { node, slots })
    }

    /// `steps` and `步骤` side by side.
    fn in_both_languages(&mut self, first: Slot, key: NodeId, text: &str) {
        if self.tree.scalar(first.key) == Some(text) {
            return;
        }
        let line = 1 + self.source[..self.tree.span(first.key).start].matches('\n').count();
        let report = Report::new(c::DUPLICATE_KEY, self.tree.span(key)).arg("found", text);
        self.push(report.arg("line", line.to_string()));
    }

    /// Known words for a message: those probably meant as they were typed, the others with the words of the file.
    pub(crate) fn possible(&self, typed: &str, near: &[&'static str], words: &[&'static str]) -> Vec<&'static str> {
        let others = words.iter().filter(|word| !near.contains(word));
        let near = near.iter().map(|word| spelled(word, typed));
        near.chain(others.map(|word| self.keywords.say(word))).collect()
    }

    /// A key that is not known as it is written; the word it is taken for.
    fn odd_key(
        &mut self,
        key: NodeId,
        text: &str,
        free: &[&'static str],
        missing: Option<&'static str>,
        words: &[&'static str],
        what: &str,
    ) -> Option<&'static str> {
        let span = self.tree.span(key);
        if let Some(word) = free.iter().find(|word| is_other_number(word, text)) {
            let report = Report::new(c::OTHER_NUMBER, span).arg("found", text).arg("word", *word);
            self.push(report.replace(span, *word));
            return Some(word);
        }
        let plain = text.trim().to_lowercase().replace([' ', '-'], "_");
        let mut near = keywords::near(&plain, free);
        let other_step = steps::is_word(text) || self.later_word(text, span).is_some();
        let missing = missing.filter(|word| near.is_empty() && !other_step && self.may_stand_for(key, word));
        near.extend(missing);
        let meant = keywords::one_of(&plain, free).or_else(|| near.first().copied());
        if let Some(report) = self.required_key(key, text, free) {
            self.push(report);
            return None;
        }
        let expected = self.possible(text, &near, words);
        if meant.is_none() {
            if let Some(report) = self.later_word(text, span) {
                self.push(report);
                return None;
            }
            if steps::is_word(text) && what != "app" {
                let fix = self.own_entry(key);
                let report =
                    Report::new(c::STEP_INSIDE_ENTRY, span)
                        .arg("found", text)
                        .arg_in("in", what, in_chinese(what));
                self.push(report.edits(fix));
                self.lost(key);
                return None;
            }
        }
        let report = Report::new(c::UNKNOWN_KEY, span)
            .arg("found", text)
            .arg_in("in", what, in_chinese(what))
            .expected(expected);
        let report = match meant {
            Some(word) => report.replace(span, spelled(word, text)),
            None => {
                self.lost(key);
                report
            }
        };
        self.push(report);
        meant
    }

    /// Whether what stands behind a key can be the value of another word: lists of entries are no sentences.
    fn may_stand_for(&self, key: NodeId, word: &str) -> bool {
        let entries = |node: &NodeId| self.tree.list(*node).is_some() || self.tree.map(*node).is_some();
        let wants_entries = matches!(
            word,
            "steps" | "fields" | "ways" | "branches" | "columns" | "values" | "from"
        );
        let value = self.tree.value_of(key);
        value.is_some_and(|value| entries(&value) == wants_entries)
    }

    /// `required: yes` of other tools: every field is required here unless it is optional.
    fn required_key(&self, key: NodeId, text: &str, free: &[&'static str]) -> Option<Report> {
        if !matches!(text, "required" | "mandatory" | "必填" | "必须") || !free.contains(&"optional") {
            return None;
        }
        let span = self.tree.span(key);
        let line = crate::tree::Tree::line_start(self.source, span.start);
        let end = self.source[line..]
            .find('\n')
            .map_or(self.source.len(), |end| line + end + 1);
        let alone = self.source[line..span.start].trim().is_empty();
        let report = Report::new(c::UNKNOWN_KEY, span)
            .arg("found", text)
            .arg_in("in", "a field", "字段")
            .expected([self.keywords.say("optional")]);
        let wants = self.source[span.end..end].trim_start_matches([':', ' ']).trim();
        let optional = format!(
            "{}: {}",
            spelled("optional", text),
            if keywords::is_chinese(wants) { "是" } else { "yes" }
        );
        let newline = if self.source[..end].ends_with('\n') { "\n" } else { "" };
        Some(match wants {
            "yes" | "true" | "on" | "是" if alone => report.fix(line, end, ""),
            "no" | "false" | "off" | "否" if alone => report.fix(span.start, end, format!("{optional}{newline}")),
            _ => report,
        })
    }

    /// Makes a key the beginning of an entry of its own: `    form: X` to `  - form: X`.
    fn own_entry(&self, key: NodeId) -> Option<Edit> {
        let start = self.tree.span(key).start;
        let line = crate::tree::Tree::line_start(self.source, start);
        let indent = self.source.get(line..start)?;
        (indent.len() >= 2 && indent.bytes().all(|b| b == b' ')).then(|| Edit {
            start: start - 2,
            end: start,
            text: "- ".to_owned(),
        })
    }

    /// Reports a key that is missing from an entry.
    pub(crate) fn missing(&mut self, keys: &Keys, word: &str, example: &str, entry: &'static c::Entry) {
        let (span, column) = self.entry_start(keys);
        let report = Report::new(entry, span).arg("word", word).arg("example", example);
        let report = match column {
            Some((line_end, column)) => {
                let text = format!("\n{}{word}: {example}", " ".repeat(column));
                report.insert(line_end, line_end, text)
            }
            None => report,
        };
        self.push(report);
    }

    /// The first key of an entry, and where a further key would be put: the end of the first line and its column.
    pub(crate) fn entry_start(&self, keys: &Keys) -> (Span, Option<(usize, usize)>) {
        let node = self.tree.node(keys.node);
        let Some((key, value)) = self.tree.map(keys.node).and_then(|entries| entries.first().copied()) else {
            return (node.span, None);
        };
        let span = self.tree.span(key);
        if node.flow {
            return (span, None);
        }
        let line = crate::tree::Tree::line_start(self.source, span.start);
        let column = self.source[line..span.start].chars().count();
        // Behind the first value, so behind all its lines; a block value keeps its own place below.
        let value = self.tree.node(value);
        let from = match value.content {
            crate::tree::Content::Text { .. } => value.span.end,
            _ => span.end,
        };
        let from = if self.source[..from].ends_with('\n') {
            from - 1
        } else {
            from
        };
        let line_end = self.source[from..].find('\n').map_or(self.source.len(), |at| from + at);
        (span, Some((line_end, column)))
    }
}

/// A word in the language in which another one was typed.
pub(crate) fn spelled(word: &'static str, typed: &str) -> &'static str {
    match keywords::is_chinese(typed) {
        true => keywords::chinese(word).unwrap_or(word),
        false => word,
    }
}

/// `step` for `steps`, `branches` for `branch`.
fn is_other_number(word: &str, text: &str) -> bool {
    let plural_of = |one: &str, many: &str| {
        many.strip_suffix('s').is_some_and(|stem| stem == one)
            || many.strip_suffix("es").is_some_and(|stem| stem == one)
    };
    plural_of(word, text) || plural_of(text, word)
}

/// The place of a key in Chinese: "a `form` step" is said with the word it contains.
fn in_chinese(what: &str) -> String {
    let word = what.split('`').nth(1);
    match (word, what) {
        (Some(list), what) if what.starts_with("an entry of") => format!("`{list}` 的一项"),
        (Some("late"), _) => "`late` 的一级".to_owned(),
        (Some(word), what) if what.ends_with("step") => format!("`{word}` 步骤"),
        (Some(word), _) => format!("`{word}` 字段"),
        (None, "app") => "应用".to_owned(),
        (None, "site") => "现场文件".to_owned(),
        (None, "a test") => "测试".to_owned(),
        (None, "a table") => "表".to_owned(),
        (None, "a way") => "`ways` 的一项".to_owned(),
        (None, "a branch") => "`branches` 的一项".to_owned(),
        (None, "an objection") => "`warn_if` 或 `refuse_if`".to_owned(),
        (None, "a start") => "启动方式".to_owned(),
        (None, other) => other.to_owned(),
    }
}
