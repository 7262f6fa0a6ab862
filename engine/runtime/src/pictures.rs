//! Pictures beside an app: what its `mark` fields are put on.
//!
//! A picture is a blob, named by what it is; which blob a name means is kept from a version of the app on, so that what was
//! marked under an older version is seen on the picture it was marked on.

use crate::apps::Compiled;
use crate::command::Command;
use crate::engine::Engine;
use crate::requests::Caller;
use crate::{Error, limits};
use language::fields::{FieldKind, Picture};
use language::model::{App, Field, Step};
use language::steps::StepKind;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::rows::{AppFileRow, BlobRow};

/// The files that the app's `mark` fields name.
pub fn pictures_of(app: &App) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    of_fields(&app.inputs, &mut found);
    of_steps(&app.steps, &mut found);
    found
}

fn of_steps<'a>(steps: &'a [Step], found: &mut BTreeSet<&'a str>) {
    for step in steps {
        if let StepKind::Form(form) = &step.kind {
            of_fields(&form.fields, found);
        }
        step.kind.blocks().iter().for_each(|block| of_steps(block.steps, found));
    }
}

fn of_fields<'a>(fields: &'a [Field], found: &mut BTreeSet<&'a str>) {
    for field in fields {
        if let FieldKind::Mark(mark) = &field.kind
            && let Picture::File(name) = &mark.picture
        {
            found.insert(name);
        }
        of_fields(field.kind.below(), found);
    }
}

/// By their first bytes; a name alone says nothing. Browsers run nothing of an SVG that is shown as a picture.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| bytes.starts_with(with);
    let is_svg = || {
        let text = std::str::from_utf8(bytes).ok().map(str::trim_start);
        text.is_some_and(|text| text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg")))
    };
    if begins(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if begins(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else {
        is_svg().then_some("image/svg+xml")
    }
}

impl Engine {
    /// Keeps a picture beside the newest version of an app. The same picture again changes nothing.
    pub async fn put_picture(&self, app: &str, name: &str, bytes: &[u8], caller: &Caller) -> Result<BlobRow, Error> {
        let size = bytes.len() as u64;
        let max = limits::PICTURE_BYTES_MAX;
        if size > max {
            let what = "picture";
            return Err(Error::TooLarge { what, size, max });
        }
        let shared = self.shared();
        let version = shared.catalogue.version(app, None)?;
        let compiled = version.compiled()?;
        let known = pictures_of(&compiled.app);
        if !known.contains(name) {
            return Err(Error::NotFound {
                what: "picture",
                id: name.to_owned(),
                nearest: crate::apps::nearest(name, known.into_iter()),
            });
        }
        let media_type = media_type(bytes)
            .ok_or_else(|| Error::Invalid(format!("'{name}' is no picture: PNG, JPEG, WebP or SVG is taken")))?;
        let blob = self.put_blob(bytes, media_type).await?;
        let number = version.row.version;
        if shared.store.app_file(app, name, number).await?.as_ref() != Some(&blob.id) {
            let row = AppFileRow {
                app: app.to_owned(),
                name: name.to_owned(),
                version: number,
                blob: blob.id.clone(),
            };
            self.submit(Command::PutAppFile(row), caller, 0).await?;
        }
        Ok(blob)
    }

    /// Beside the name of each picture of a form the blob that it means; a picture that nobody has put has none.
    pub(crate) async fn with_pictures(&self, form: &mut Value, compiled: &Compiled, version: u32) -> Result<(), Error> {
        let app = compiled.app.id.as_str();
        for name in pictures_of(&compiled.app) {
            if let Some(blob) = self.shared().store.app_file(app, name, version).await? {
                show(form, name, &blob);
            }
        }
        Ok(())
    }
}

/// In the fields of a described form, those of rows and groups included.
fn show(fields: &mut Value, name: &str, blob: &str) {
    for field in fields.as_array_mut().into_iter().flatten() {
        if field["kind"] == "mark" && field["picture"] == name {
            field["picture_blob"] = json!(blob);
        }
        for below in ["columns", "fields"] {
            if let Some(below) = field.get_mut(below) {
                show(below, name, blob);
            }
        }
    }
}
