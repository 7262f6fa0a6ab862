//! Glyphs: our own font first, then those of the system.

use std::fs;
use std::sync::{Arc, OnceLock};

use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::{Error, limits};

/// Latin, Greek, Cyrillic and the signs of the floor of DejaVu Sans 2.37.
const OWN: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");

/// Families that are asked before any other: upright, without serifs, Chinese forms first.
const PREFERRED: &[&str] = &[
    "noto sans cjk sc",
    "noto sans sc",
    "source han sans sc",
    "microsoft yahei",
    "pingfang sc",
    "wenquanyi micro hei",
    "wenquanyi zen hei",
    "simhei",
    "dengxian",
    "noto sans cjk jp",
    "noto sans",
];
/// Families of the system that are kept ready.
const FAMILIES_MAX: usize = 12;

/// Fonts to write with. Cheap to clone; fonts of the system are read when the first character needs them.
#[derive(Clone)]
pub struct Fonts {
    others: Arc<Vec<Other>>,
}

/// A font of the system: where it is, and its bytes once they were needed.
struct Other {
    path: std::path::PathBuf,
    index: u32,
    bytes: OnceLock<Option<Vec<u8>>>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fonts").field("others", &self.others.len()).finish()
    }
}

/// Which font a glyph is of: 0 is our own.
pub(crate) type FontNumber = usize;

/// One glyph of a font, as wide as it is beside a letter of height 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) font: FontNumber,
    pub(crate) id: u16,
    pub(crate) character: char,
    /// In parts of the text's size.
    pub(crate) advance: f32,
}

/// The outline of a glyph in parts of the text's size, y upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stroke {
    Move(f32, f32),
    Line(f32, f32),
    Curve(f32, f32, f32, f32, f32, f32),
    Close,
}

impl Fonts {
    /// Our own font only: the same on every machine.
    pub fn own() -> Fonts {
        Fonts {
            others: Arc::new(Vec::new()),
        }
    }

    /// Our own and those that the system has. Looks through its folders of fonts: once per program is enough.
    pub fn of_the_system() -> Fonts {
        let mut database = fontdb::Database::new();
        database.load_system_fonts();
        let mut found: Vec<(usize, String, Other)> = Vec::new();
        for face in database.faces() {
            let family = face
                .families
                .first()
                .map(|(name, _)| name.to_lowercase())
                .unwrap_or_default();
            let upright = face.style == fontdb::Style::Normal && face.weight == fontdb::Weight::NORMAL;
            let fontdb::Source::File(path) = &face.source else {
                continue;
            };
            if !upright || face.monospaced || found.iter().any(|(_, known, _)| *known == family) {
                continue;
            }
            let rank = PREFERRED
                .iter()
                .position(|name| *name == family)
                .unwrap_or(PREFERRED.len());
            let other = Other {
                path: path.clone(),
                index: face.index,
                bytes: OnceLock::new(),
            };
            found.push((rank, family, other));
        }
        found.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        found.truncate(FAMILIES_MAX);
        Fonts {
            others: Arc::new(found.into_iter().map(|(_, _, other)| other).collect()),
        }
    }

    fn face(&self, font: FontNumber) -> Option<Face<'_>> {
        if font == 0 {
            return Face::parse(OWN, 0).ok();
        }
        let other = self.others.get(font - 1)?;
        let bytes = other.bytes.get_or_init(|| {
            let small = fs::metadata(&other.path).is_ok_and(|about| about.len() <= limits::FONT_BYTES_MAX);
            small.then(|| fs::read(&other.path).ok()).flatten()
        });
        Face::parse(bytes.as_deref()?, other.index).ok()
    }

    /// The glyphs of a text, character by character; blanks of all kinds are one.
    pub(crate) fn glyphs(&self, text: &str) -> Result<Vec<Glyph>, Error> {
        let mut faces: Vec<Option<Face<'_>>> = vec![self.face(0)];
        let mut out = Vec::with_capacity(text.len());
        for character in text.chars() {
            let character = match character {
                '\t' | '\u{a0}' | '\u{3000}' => ' ',
                // A mark of the order of writing or of a variant has no shape of its own.
                '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => continue,
                other if other.is_control() => continue,
                other => other,
            };
            let mut font = 0;
            let glyph = loop {
                if font > self.others.len() {
                    return Err(Error::NoGlyph(character));
                }
                if faces.len() <= font {
                    faces.push(self.face(font));
                }
                let found = faces[font].as_ref().and_then(|face| glyph(face, font, character));
                match found {
                    Some(glyph) => break glyph,
                    None => font += 1,
                }
            };
            out.push(glyph);
        }
        Ok(out)
    }

    /// Whether a text with this character can be printed.
    pub fn have(&self, character: char) -> bool {
        let mut text = [0; 4];
        self.glyphs(character.encode_utf8(&mut text)).is_ok()
    }

    /// The outline of a glyph; empty for a blank.
    pub(crate) fn outline(&self, font: FontNumber, id: u16) -> Vec<Stroke> {
        let Some(face) = self.face(font) else { return Vec::new() };
        let mut pen = Pen {
            scale: 1.0 / f32::from(face.units_per_em()),
            strokes: Vec::new(),
            at: (0.0, 0.0),
        };
        let _ = face.outline_glyph(GlyphId(id), &mut pen);
        pen.strokes
    }
}

fn glyph(face: &Face<'_>, font: FontNumber, character: char) -> Option<Glyph> {
    let id = face.glyph_index(character).filter(|id| id.0 != 0)?;
    let advance = f32::from(face.glyph_hor_advance(id)?) / f32::from(face.units_per_em());
    Some(Glyph {
        font,
        id: id.0,
        character,
        advance,
    })
}

struct Pen {
    scale: f32,
    strokes: Vec<Stroke>,
    at: (f32, f32),
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.strokes.push(Stroke::Move(x * self.scale, y * self.scale));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.strokes.push(Stroke::Line(x * self.scale, y * self.scale));
    }
    /// As a cubic curve: PDF has no others.
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (x0, y0) = self.at;
        let first = (x0 + (x1 - x0) * 2.0 / 3.0, y0 + (y1 - y0) * 2.0 / 3.0);
        let second = (x + (x1 - x) * 2.0 / 3.0, y + (y1 - y) * 2.0 / 3.0);
        self.curve_to(first.0, first.1, second.0, second.1, x, y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.at = (x, y);
        let s = self.scale;
        self.strokes
            .push(Stroke::Curve(x1 * s, y1 * s, x2 * s, y2 * s, x * s, y * s));
    }
    fn close(&mut self) {
        self.strokes.push(Stroke::Close);
    }
}
