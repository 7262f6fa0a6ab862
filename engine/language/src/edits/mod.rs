//! Edits of a file by what is meant, for the designer and other programs: a value is set, an entry put in, moved or
//! taken away, and everything else in the file stays as it was written, byte for byte.
//!
//! Things are named by stable paths: keys and ids from the top of the file down, `steps/measure/fields/shaft_diameter/limits`.
//! A key is given in English or Chinese; an entry of a list by its id, by its number from 0, or by its word or
//! sentence; a step inside others also right below the topmost `steps`. `~1` is a `/` inside a key, and `~0` a `~`.
//!
//! Values are given as JSON with English words, and written with the words, the quotes and the indentation of the
//! file. Ids do not move: where an edit would give a step, a field or a table another id, because its sentence was
//! changed or another one of the same name came in above it, `id:` is written with the id it had.
//!
//! Nothing is believed: the patched text is read again, and must say what was there before with the one change that
//! was asked for. Else the edit is refused with the reason.

mod asked;
mod data;
mod entries;
mod hunks;
mod patch;
mod path;
mod print;
mod prove;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::diagnostic;
use crate::limits;
use crate::understood::{Understood, understand};
use data::Data;
use path::Place;
pub(crate) use prove::with_id;

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// Gives a key or an entry another value. A key that is not there is added where it belongs.
    Set { path: String, value: Json },
    /// Puts an entry into a list, in front of the one with this number; behind the last with any larger one. The
    /// list's key is added when it is not there.
    Insert { path: String, at: usize, value: Json },
    /// The same with a piece of a file, whose comments come along: one entry, its dash left out.
    Paste { path: String, at: usize, yaml: String },
    /// Takes an entry out of its list and puts it into that list, or another one; `at` counts the others.
    Move { path: String, to: String, at: usize },
    /// Takes a key or an entry away, with the comments above it.
    Remove { path: String },
}

/// A file after its edits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edited {
    pub source: String,
    /// What was changed in the file as it was given: few bytes each, in order, without overlap.
    pub patches: Vec<diagnostic::Edit>,
}

/// Why an edit is not made; the file stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The file cannot be read as YAML, or only after repairs: `gemba fmt` comes first.
    NotReadable,
    /// There is nothing at this part of the path.
    NoSuchPlace { path: String, part: String },
    /// The path leads to no list.
    NoList { path: String },
    /// The word that says what an entry is cannot be taken away, nor the file as a whole.
    Needed { path: String },
    /// Something would be put into itself.
    IntoItself,
    /// The piece of a file that was given cannot be read.
    Piece,
    /// The value is too large or too deep to be written.
    TooLarge,
    /// It cannot be written without changing something else; a person has to.
    NotAlone,
}

impl Refused {
    /// The reason in English and Chinese.
    pub fn message(&self) -> (String, String) {
        let (en, zh) = match self {
            Refused::NotReadable => (
                "the file has mistakes of punctuation or indentation; repair them first (`gemba fmt`)".to_owned(),
                "文件的标点或缩进有错误；请先修正（`gemba fmt`）".to_owned(),
            ),
            Refused::NoSuchPlace { path, part } => (
                format!("there is no '{part}' at '{path}'"),
                format!("“{path}”处没有“{part}”"),
            ),
            Refused::NoList { path } => (format!("'{path}' is no list"), format!("“{path}”不是列表")),
            Refused::Needed { path } => (
                format!("'{path}' cannot be taken away: nothing would say what its entry is"),
                format!("“{path}”不能去掉：没有它就不知道这一项是什么"),
            ),
            Refused::IntoItself => (
                "an entry cannot be moved into itself".to_owned(),
                "不能把一项移到它自己里面".to_owned(),
            ),
            Refused::Piece => (
                "the piece of a file cannot be read".to_owned(),
                "这段内容无法读取".to_owned(),
            ),
            Refused::TooLarge => ("the value is too large".to_owned(), "这个值太大".to_owned()),
            Refused::NotAlone => (
                "it cannot be written here without changing something else; change the text by hand".to_owned(),
                "在这里无法只改这一处；请直接修改文本".to_owned(),
            ),
        };
        (en, zh)
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message().0)
    }
}

impl std::error::Error for Refused {}

/// Makes these edits, one behind the other, or none of them.
pub fn edit(source: &str, edits: &[Edit]) -> Result<Edited, Refused> {
    let mut text = source.to_owned();
    for edit in edits {
        text = one(&text, edit)?;
    }
    Ok(Edited {
        patches: hunks::between(source, &text),
        source: text,
    })
}

/// Patches that make `new` of `old`: few bytes each, in order, without overlap.
pub fn difference(old: &str, new: &str) -> Vec<diagnostic::Edit> {
    hunks::between(old, new)
}

/// A text with patches applied; one that overlaps an earlier one is left out.
pub fn patched(source: &str, patches: &[diagnostic::Edit]) -> String {
    crate::tree::Edited::new(source, patches.to_vec()).text().to_owned()
}

/// A file that is about to be edited.
fn readable(source: &str) -> Result<Understood, Refused> {
    understand(source).filter(|file| file.tidy).ok_or(Refused::NotReadable)
}

fn one(source: &str, edit: &Edit) -> Result<String, Refused> {
    let file = readable(source)?;
    let asked = Asked::of(&file, source, edit)?;
    let mut wanted = Data::of(&file.tree, file.tree.root());
    asked.apply(&mut wanted)?;
    // Written as people would; with every text in quotes where that is taken for something else.
    for quotes in [patch::Quotes::WhereNeeded, patch::Quotes::Always] {
        let Some(written) = asked.write(&file, source, quotes)? else {
            return Ok(source.to_owned());
        };
        if let Some(proved) = prove::settle(source, &file, &wanted, written, &asked) {
            return Ok(proved);
        }
    }
    Err(Refused::NotAlone)
}

/// An edit with its places found.
enum Asked<'e> {
    Set { place: Place, value: Json },
    Insert { list: Place, at: usize, entry: Entry<'e> },
    Move { from: Place, to: Place, at: usize },
    Remove { place: Place },
}

enum Entry<'e> {
    Value(Json),
    Piece(&'e str),
}

impl<'e> Asked<'e> {
    fn of(file: &Understood, source: &str, edit: &'e Edit) -> Result<Asked<'e>, Refused> {
        let find = |path: &str| path::find(file, source, path);
        let list = |path: &str| {
            let place = find(path)?;
            let fits = place
                .node
                .is_none_or(|node| file.tree.list(node).is_some() || file.tree.is_empty(node));
            fits.then_some(place)
                .ok_or_else(|| Refused::NoList { path: path.to_owned() })
        };
        let small = |value: &Json| {
            let fits = value.to_string().len() <= limits::FILE_BYTES_MAX && depth(value) <= limits::DEPTH_MAX;
            fits.then_some(()).ok_or(Refused::TooLarge)
        };
        Ok(match edit {
            Edit::Set { path, value } => {
                small(value)?;
                let place = find(path)?;
                let value = print::as_written(value, &place.of, file.keywords);
                Asked::Set { place, value }
            }
            Edit::Insert { path, at, value } => {
                small(value)?;
                let list = list(path)?;
                let value = print::as_written(value, &list.of.entry(), file.keywords);
                Asked::Insert {
                    list,
                    at: *at,
                    entry: Entry::Value(value),
                }
            }
            Edit::Paste { path, at, yaml } => Asked::Insert {
                list: list(path)?,
                at: *at,
                entry: Entry::Piece(yaml),
            },
            Edit::Move { path, to, at } => {
                let (from, to_list) = (find(path)?, list(to)?);
                let node = from.node.ok_or_else(|| Refused::NoSuchPlace {
                    path: path.clone(),
                    part: String::new(),
                })?;
                if from.parent.is_none_or(|parent| file.tree.list(parent).is_none()) {
                    return Err(Refused::NoList { path: path.clone() });
                }
                if to_list.steps.starts_with(&from.steps) || to_list.node == Some(node) {
                    return Err(Refused::IntoItself);
                }
                Asked::Move {
                    from,
                    to: to_list,
                    at: *at,
                }
            }
            Edit::Remove { path } => {
                let place = find(path)?;
                let needed = place.node.is_none() || place.parent.is_none() || place.is_word;
                if needed {
                    return Err(Refused::Needed { path: path.clone() });
                }
                Asked::Remove { place }
            }
        })
    }
}

fn depth(value: &Json) -> usize {
    let mut deepest = 0;
    let mut todo = vec![(value, 1)];
    while let Some((value, depth)) = todo.pop() {
        deepest = deepest.max(depth);
        match value {
            Json::Array(entries) => todo.extend(entries.iter().map(|entry| (entry, depth + 1))),
            Json::Object(members) => todo.extend(members.values().map(|entry| (entry, depth + 1))),
            _ => {}
        }
    }
    deepest
}
