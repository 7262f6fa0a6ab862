//! The case that a record tells of: the inverse of `build`, as far as nothing is derived.

use std::collections::BTreeMap;

use runtime::{Case, CaseFile};
use serde_json::Value;
use store::rows::{AppRow, Hash, JournalRow, RunId, RunRow};

use crate::build::Called;

/// Reads what everything else is derived from. Files have their bytes when they are among `parts`.
pub(crate) fn case(record: &Value, parts: &BTreeMap<String, Vec<u8>>) -> Result<Case, String> {
    let members = Members(record, "record.json".to_owned());
    let run = members.of("run");
    let id: RunId = run.text("id")?.parse().map_err(|_| run.wrong("id"))?;
    let parent = match run.optional_text("called_by")? {
        Some(parent) => {
            let parent = parent.parse().map_err(|_| run.wrong("called_by"))?;
            Some((parent, run.optional_number("call")?))
        }
        None => None,
    };
    let journal = members.list("journal")?.into_iter().map(|entry| {
        Ok(JournalRow {
            run: id,
            seq: entry.number("seq")?,
            at_ms: entry.moment("at_ms")?,
            body: entry.text("body")?.into_bytes(),
            hash: entry.hash("hash")?,
        })
    });
    let definitions = members.list("definitions")?.into_iter().map(|row| {
        Ok(AppRow {
            app: row.text("app")?,
            version: row.small("version")?,
            hash: row.hash("sha256")?,
            source: row.text("source")?,
            published_at_ms: row.moment("published_at_ms")?,
            published_by: row.text("published_by")?,
        })
    });
    let files = members.list("files")?.into_iter().map(|file| {
        let part = file.optional_text("part")?;
        Ok(CaseFile {
            id: file.text("sha256")?,
            media_type: file.text("media_type")?,
            size_bytes: file.number("size_bytes")?,
            bytes: part.and_then(|part| parts.get(&part).cloned().or(Some(Vec::new()))),
        })
    });
    let people = members.0["people"].as_object().ok_or_else(|| members.wrong("people"))?;
    let people = people.iter().map(|(id, name)| {
        let name = name.as_str().ok_or_else(|| members.wrong("people"))?;
        Ok((id.clone(), name.to_owned()))
    });
    Ok(Case {
        run: RunRow {
            id,
            app: run.text("app")?,
            app_version: run.small("app_version")?,
            status: run.text("status")?,
            outcome: run.optional_text("outcome")?,
            station: run.optional_text("station")?,
            started_by: run.text("started_by")?,
            started_at_ms: run.moment("started_at_ms")?,
            updated_at_ms: run.moment("updated_at_ms")?,
            ended_at_ms: run.optional_moment("ended_at_ms")?,
            seq: run.number("entries")?,
            head: run.hash("head")?,
            parent,
            state: members.text("state")?.into_bytes(),
        },
        definitions: definitions.collect::<Result<_, String>>()?,
        journal: journal.collect::<Result<_, String>>()?,
        people: people.collect::<Result<_, String>>()?,
        files: files.collect::<Result<_, String>>()?,
    })
}

/// The runs that were called.
pub(crate) fn called(record: &Value) -> Result<Vec<Called>, String> {
    let members = Members(record, "record.json".to_owned());
    let called = members.list("called")?.into_iter().map(|called| {
        Ok(Called {
            run: called.text("run")?,
            app: called.text("app")?,
            head: called.text("head")?,
            record: called.optional_text("record_sha256")?,
        })
    });
    called.collect()
}

/// A JSON object, and where it stands.
struct Members<'r>(&'r Value, String);

impl<'r> Members<'r> {
    fn of(&self, member: &str) -> Members<'r> {
        Members(&self.0[member], format!("{}: {member}", self.1))
    }

    fn wrong(&self, member: &str) -> String {
        format!("{}: '{member}' is missing or is not what it must be", self.1)
    }

    fn list(&self, member: &str) -> Result<Vec<Members<'r>>, String> {
        let items = self.0[member].as_array().ok_or_else(|| self.wrong(member))?;
        let at = |(number, item)| Members(item, format!("{}: {member} {}", self.1, number + 1));
        Ok(items.iter().enumerate().map(at).collect())
    }

    fn text(&self, member: &str) -> Result<String, String> {
        self.optional_text(member)?.ok_or_else(|| self.wrong(member))
    }

    fn optional_text(&self, member: &str) -> Result<Option<String>, String> {
        match &self.0[member] {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(self.wrong(member)),
        }
    }

    fn number(&self, member: &str) -> Result<u64, String> {
        self.0[member].as_u64().ok_or_else(|| self.wrong(member))
    }

    fn small(&self, member: &str) -> Result<u32, String> {
        u32::try_from(self.number(member)?).map_err(|_| self.wrong(member))
    }

    fn optional_number(&self, member: &str) -> Result<Option<u32>, String> {
        match self.0[member].is_null() {
            true => Ok(None),
            false => self.small(member).map(Some),
        }
    }

    fn moment(&self, member: &str) -> Result<i64, String> {
        self.0[member].as_i64().ok_or_else(|| self.wrong(member))
    }

    fn optional_moment(&self, member: &str) -> Result<Option<i64>, String> {
        match self.0[member].is_null() {
            true => Ok(None),
            false => self.moment(member).map(Some),
        }
    }

    fn hash(&self, member: &str) -> Result<Hash, String> {
        let text = self.text(member)?;
        let mut hash = Hash::default();
        if text.len() != 2 * hash.len() || !text.is_ascii() {
            return Err(self.wrong(member));
        }
        for (at, byte) in hash.iter_mut().enumerate() {
            let digits = &text[2 * at..2 * at + 2];
            *byte = u8::from_str_radix(digits, 16).map_err(|_| self.wrong(member))?;
        }
        Ok(hash)
    }
}
