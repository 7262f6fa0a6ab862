//! `mark`: points on a picture, each with a code.
use std::collections::BTreeMap;

use expression::Type;
use serde_json::{Value as Json, json};

use super::{Describe, FieldOf, Written, describe};
use crate::catalogue as c;
use crate::limits;
use crate::model::{Id, Text};
use crate::read::ids::id_text;
use crate::read::keys::{Kind, Shape, key, required};
use crate::read::{FieldEntry, FieldReference, Meant, Reader, Report};

/// Answer: a list of `{x, y, code}`; x and y are shares of the picture's width and height from its upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub picture: Picture,
    pub codes: Vec<Text>,
    pub at_most: u32,
}

/// What is marked on.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// A file beside the app.
    File(String),
    /// What a `photo` or `sketch` of the same form shows.
    Field(Id),
}

impl FieldOf for Mark {
    const KIND: Kind = Kind {
        word: "mark",
        shape: Shape::Sentence,
        doc: "Points on a picture, each with a code: where the scratches are.",
        keys: &[
            required(
                "picture",
                Shape::Word,
                "A picture in the folder of the app (`housing.png`), or a `photo` of the same form by its id.",
            ),
            required("codes", Shape::Sentences, "What a point can stand for."),
            key(
                "at_most",
                Shape::Count,
                "How many points at most; 100 when it is not written.",
            ),
        ],
        example: "- mark: Defects on the housing\n  picture: housing.png\n  codes: [scratch, dent]",
    };

    fn read(reader: &mut Reader<'_>, entry: &FieldEntry) -> Option<Self> {
        let picture = match entry.keys.get("picture") {
            Some(node) => {
                let written = reader.words(node, "picture").unwrap_or_default();
                let is_file = written.contains('.');
                if is_file && !is_picture(&written) {
                    let report = Report::new(c::PICTURE_WRONG, reader.span(node)).arg("found", written.as_str());
                    reader.push(report);
                }
                match is_file {
                    true => Picture::File(written),
                    false => {
                        let field = Id::new(&id_text(&written));
                        reader.field_references.push(FieldReference {
                            field: field.clone(),
                            node,
                            key: "picture",
                            kinds: &["photo", "sketch"],
                            meant: Meant::AField,
                        });
                        Picture::Field(field)
                    }
                }
            }
            None => {
                reader.missing(&entry.keys, "picture", "housing.png", c::KEY_MISSING);
                Picture::File(String::new())
            }
        };
        let codes = match entry.keys.get("codes") {
            Some(node) => reader.sentences_once(node, "codes"),
            None => {
                reader.missing(&entry.keys, "codes", "[scratch, dent]", c::KEY_MISSING);
                Vec::new()
            }
        };
        let at_most = match entry.keys.get("at_most") {
            Some(node) => reader.count(node, "at_most", 1, limits::MARKS_MAX),
            None => limits::MARKS_DEFAULT,
        };
        Some(Mark {
            picture,
            codes,
            at_most,
        })
    }

    fn value_type(&self) -> Option<Type> {
        let codes = self.codes.iter().map(|code| code.default.source().into()).collect();
        let point = BTreeMap::from([
            ("x".into(), Type::Number),
            ("y".into(), Type::Number),
            ("code".into(), Type::OneOf(codes)),
        ]);
        Some(Type::List(Box::new(Type::Context(point))))
    }

    fn written(&self) -> Written<'_> {
        Written::Data
    }

    fn sentences(&self) -> Vec<&Text> {
        self.codes.iter().collect()
    }

    fn answer(&self) -> Option<Json> {
        let share = json!({"type": "number", "minimum": 0, "maximum": 1});
        let code = json!({"type": "string", "enum": crate::schema::answers::choices(&self.codes)});
        Some(json!({
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"x": share, "y": share, "code": code},
                "required": ["x", "y", "code"],
                "additionalProperties": false
            },
            "maxItems": self.at_most
        }))
    }

    fn described(&self, with: &dyn Describe) -> Json {
        let (file, field) = match &self.picture {
            Picture::File(file) => (Some(file), None),
            Picture::Field(field) => (None, Some(field)),
        };
        json!({
            "picture": file,
            "picture_field": field,
            "codes": describe::texts(&self.codes, with),
            "at_most": self.at_most,
        })
    }
}

/// A file in the app's own folder that browsers show.
fn is_picture(name: &str) -> bool {
    let lower = name.to_lowercase();
    let kinds = [".png", ".jpg", ".jpeg", ".webp", ".svg"];
    kinds
        .iter()
        .any(|kind| lower.ends_with(kind) && lower.len() > kind.len())
        && !name.contains(['/', '\\', ':'])
        && !name.starts_with('.')
}
