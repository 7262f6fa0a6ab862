//! Where in a file one is typing, by lines and columns: YAML that is half typed cannot be parsed.

use crate::format::is_site;
use crate::keywords;
use crate::model::Span;
use crate::place::Place;

/// One level from the top of the file down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hop {
    /// Below this key.
    Key(String),
    /// In an entry of a list, or at the top of the file, with these keys and what stands behind each.
    Entry(Vec<(String, String)>),
}

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    /// A key, or a word of a list: these bytes so far.
    Key,
    /// What stands behind this key.
    Value(String),
}

#[derive(Clone, Debug)]
pub(super) struct Cursor {
    pub(super) typing: Typing,
    /// What may stand there: around a key the keys of its mapping, of a value its shape.
    pub(super) place: Place,
    /// From the top down, without what is being typed.
    pub(super) hops: Vec<Hop>,
    /// The word that is being typed, as far as the cursor.
    pub(super) word: Span,
    /// The value up to the cursor, without quotes.
    pub(super) before: String,
    /// A key on a line of its own, where a list wants a dash in front of it.
    pub(super) wants_dash: bool,
    /// Inside brackets.
    pub(super) flow: bool,
    /// The column in which the line says something.
    pub(super) word_column: usize,
}

/// A line as far as it can be understood alone.
struct Line<'t> {
    start: usize,
    text: &'t str,
    /// Columns of its dashes.
    dashes: Vec<usize>,
    /// Column of what stands behind them.
    column: usize,
    key: Option<&'t str>,
    value: &'t str,
    blank: bool,
}

impl<'t> Line<'t> {
    fn of(start: usize, text: &'t str) -> Line<'t> {
        let mut column = text.len() - text.trim_start_matches(' ').len();
        let mut dashes = Vec::new();
        while text[column..].starts_with("- ") || text[column..].trim_end() == "-" {
            dashes.push(column);
            let rest = &text[column + 1..];
            column += 1 + rest.len() - rest.trim_start_matches(' ').len();
        }
        let content = &text[column..];
        let blank = dashes.is_empty() && (content.trim().is_empty() || content.starts_with('#'));
        let (key, value) = match colon(content).filter(|_| !blank) {
            Some((at, length)) => (Some(content[..at].trim()), content[at + length..].trim()),
            None => (None, ""),
        };
        Line {
            start,
            text,
            dashes,
            column,
            key,
            value,
            blank,
        }
    }
}

/// The colon behind a key, with its length.
fn colon(content: &str) -> Option<(usize, usize)> {
    if content.starts_with(['"', '\'', '[', '{']) {
        return None;
    }
    let plain = content
        .find(": ")
        .or_else(|| content.trim_end().strip_suffix(':').map(str::len));
    let wide = content.find('：');
    match (plain, wide) {
        (Some(plain), Some(wide)) if wide < plain => Some((wide, '：'.len_utf8())),
        (Some(plain), _) => Some((plain, 1)),
        (None, Some(wide)) => Some((wide, '：'.len_utf8())),
        (None, None) => None,
    }
}

fn lines(source: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut out = Vec::new();
    for text in source.split('\n') {
        out.push(Line::of(start, text.trim_end_matches('\r')));
        start += text.len() + 1;
    }
    out
}

/// Where a byte of a file is.
pub(super) fn at(source: &str, at: usize) -> Option<Cursor> {
    let at = at.min(source.len());
    source.get(..at)?;
    let lines = lines(source);
    let number = lines.partition_point(|line| line.start <= at).checked_sub(1)?;
    let line = &lines[number];
    let head = &line.text[..(at - line.start).min(line.text.len())];
    let in_comment = head.trim_start().starts_with('#') || head.contains(" #");
    if in_comment {
        return None;
    }
    let mut hops = Vec::new();
    // A blank line belongs where the cursor stands in it.
    let typed = Line::of(line.start, head);
    let column = if line.text.trim().is_empty() {
        head.len()
    } else {
        line.column.min(head.len())
    };
    chain(&lines, number, column, !typed.dashes.is_empty(), &mut hops);
    hops.reverse();
    let mut place = Place::root(is_site(source));
    for hop in &hops {
        place = match hop {
            Hop::Key(key) => place.behind(key, &[key]),
            Hop::Entry(keys) => {
                let keys: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
                place.known_by(&keys)
            }
        };
        // Below a key of steps or fields come entries.
        if let (Hop::Entry(_), Place::Value(_)) = (hop, &place) {
            let keys: Vec<String> = match hop {
                Hop::Entry(keys) => keys.iter().map(|(key, _)| key.clone()).collect(),
                Hop::Key(_) => Vec::new(),
            };
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            place = place.entry().known_by(&keys);
        }
    }
    let content = head.get(typed.column..).unwrap_or_default();
    let wants_dash = typed.dashes.is_empty() && matches!(&place, Place::Step | Place::Field) && !starts_entry(&hops);
    let cursor = match typed.key {
        Some(key) => {
            let beside = keys_of(&hops);
            let beside: Vec<&str> = beside.iter().map(String::as_str).chain([key]).collect();
            let place = place.known_by(&beside).behind(key, &beside);
            let (at_colon, length) = colon(content)?;
            in_value(
                content[at_colon + length..].trim_start(),
                place,
                Typing::Value(key.to_owned()),
                hops,
                at,
            )
        }
        None if content.starts_with(['[', '{', '"', '\'', '=']) => in_value(content, place, Typing::Key, hops, at),
        None => Cursor {
            typing: Typing::Key,
            place,
            hops,
            word: word_before(content, at, |c| !c.is_whitespace()),
            before: content.to_owned(),
            wants_dash,
            flow: false,
            word_column: 0,
        },
    };
    Some(Cursor {
        word_column: typed.column,
        ..cursor
    })
}

fn starts_entry(hops: &[Hop]) -> bool {
    matches!(hops.last(), Some(Hop::Entry(keys)) if !keys.is_empty())
}

fn keys_of(hops: &[Hop]) -> Vec<String> {
    match hops.last() {
        Some(Hop::Entry(keys)) => keys.iter().map(|(key, _)| key.clone()).collect(),
        _ => Vec::new(),
    }
}

fn word_before(text: &str, at: usize, is_word: impl Fn(char) -> bool) -> Span {
    let word = text
        .chars()
        .rev()
        .take_while(|c| is_word(*c))
        .map(char::len_utf8)
        .sum::<usize>();
    Span {
        start: at - word,
        end: at,
    }
}

/// Behind a key: through the brackets, if there are any.
fn in_value(value: &str, place: Place, typing: Typing, hops: Vec<Hop>, at: usize) -> Cursor {
    let mut stack: Vec<(Place, Vec<String>)> = Vec::new();
    let mut of = place;
    let mut typing = typing;
    let mut from = 0;
    let mut quote = None;
    for (index, c) in value.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if value[from..index].trim().is_empty() => quote = Some(c),
            (None, '[' | '{') if value[from..index].trim().is_empty() => {
                stack.push((of.clone(), Vec::new()));
                if c == '[' {
                    of = of.entry();
                }
                typing = if c == '{' { Typing::Key } else { typing };
                from = index + 1;
            }
            (None, ']' | '}') => {
                if let Some((outer, _)) = stack.pop() {
                    of = outer;
                }
                from = index + 1;
            }
            (None, ',') if !stack.is_empty() => {
                if let Some((outer, keys)) = stack.last() {
                    of = if keys.is_empty() { outer.entry() } else { outer.clone() };
                    typing = if keys.is_empty() { typing } else { Typing::Key };
                }
                from = index + 1;
            }
            (None, ':') if !stack.is_empty() && value[index + 1..].starts_with(' ') => {
                let key = value[from..index].trim().to_owned();
                if let Some((outer, keys)) = stack.last_mut() {
                    keys.push(key.clone());
                    let beside: Vec<&str> = keys.iter().map(String::as_str).collect();
                    let around = match outer {
                        Place::Value(_) if outer.word(&key, crate::Keywords::En).is_none() => outer.entry(),
                        _ => outer.clone(),
                    };
                    of = around.known_by(&beside).behind(&key, &beside);
                }
                typing = Typing::Value(key);
                from = index + 1;
            }
            _ => {}
        }
    }
    let before = value[from..].trim_start().trim_start_matches(['"', '\'']).to_owned();
    Cursor {
        typing,
        place: of,
        hops,
        word: word_before(&before, at, |c| c.is_alphanumeric() || c == '_' || c == '-'),
        before,
        wants_dash: false,
        flow: !stack.is_empty(),
        word_column: 0,
    }
}

/// From the mapping of a column of a line outwards.
fn chain(lines: &[Line<'_>], number: usize, column: usize, starts: bool, hops: &mut Vec<Hop>) {
    let mut keys: Vec<(String, String)> = Vec::new();
    let mut entry = starts.then_some(number);
    let mut parent = None;
    let own = |line: &Line<'_>| line.key.map(|key| (key.to_owned(), line.value.to_owned()));
    if entry.is_none() {
        for above in (0..number).rev() {
            let line = &lines[above];
            if line.blank || line.column > column && line.dashes.first().is_none_or(|dash| *dash >= column) {
                continue;
            }
            if line.column == column {
                keys.extend(own(line));
                if !line.dashes.is_empty() {
                    entry = Some(above);
                    break;
                }
                continue;
            }
            parent = Some(above);
            break;
        }
        keys.reverse();
    }
    for below in &lines[(number + 1).min(lines.len())..] {
        if below.blank || below.column > column && below.dashes.is_empty() {
            continue;
        }
        if below.column != column || !below.dashes.is_empty() {
            if below.dashes.first().is_some_and(|dash| *dash > column) {
                continue;
            }
            break;
        }
        keys.extend(own(below));
    }
    hops.push(Hop::Entry(keys));
    if let Some(entry) = entry {
        let dash = lines[entry].dashes.last().copied().unwrap_or_default();
        parent = (0..entry).rev().find(|above| {
            let line = &lines[*above];
            !line.blank && (line.column < dash || line.column == dash && line.dashes.is_empty())
        });
    }
    let Some(parent) = parent else { return };
    let above = &lines[parent];
    let Some(key) = above.key else { return };
    hops.push(Hop::Key(key.to_owned()));
    // The entry of the key above, with its own key.
    let before = hops.len();
    chain(lines, parent, above.column, !above.dashes.is_empty(), hops);
    if let Some(Hop::Entry(keys)) = hops.get_mut(before) {
        keys.insert(0, (key.to_owned(), above.value.to_owned()));
        // The word of an entry comes first, so that its kind is known.
        if above.dashes.is_empty() {
            let first = keys.remove(0);
            keys.push(first);
        }
    }
}

impl Cursor {
    /// Keys of the mapping around, with their values.
    pub(super) fn beside(&self) -> &[(String, String)] {
        match self.hops.last() {
            Some(Hop::Entry(keys)) => keys,
            _ => &[],
        }
    }

    /// What stands behind a key of an entry around, the innermost first.
    pub(super) fn around(&self, word: &str) -> Option<&str> {
        let entries = self.hops.iter().rev().filter_map(|hop| match hop {
            Hop::Entry(keys) => Some(keys),
            Hop::Key(_) => None,
        });
        let found = |keys: &'_ Vec<(String, String)>| {
            let value = keys.iter().position(|(key, _)| keywords::is(word, key))?;
            Some(value)
        };
        entries
            .into_iter()
            .find_map(|keys| found(keys).map(|at| keys[at].1.as_str()))
    }

    /// The keys that it is below, the outermost first.
    pub(super) fn below(&self) -> Vec<&str> {
        let keys = self.hops.iter().filter_map(|hop| match hop {
            Hop::Key(key) => Some(key.as_str()),
            Hop::Entry(_) => None,
        });
        keys.collect()
    }
}
