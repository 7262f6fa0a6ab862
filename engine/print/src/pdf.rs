//! Pages as PDF 1.7. Every font is written as outlines of the glyphs that are used (Type 3), with what they mean beside
//! them: so text can be searched and copied whatever kind of font it comes from, and no font has to be cut up.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::Error;
use crate::fonts::{Glyph, Stroke};
use crate::layout::{Op, Page, Pages};

/// Codes of one font: a Type 3 font has one byte for a glyph.
const GLYPHS_PER_FONT: usize = 256;
/// Units of a glyph in the size of its letters.
const UNITS: f32 = 1000.0;

/// Which font and code a glyph has, in the order in which they are used.
struct Coded<'p> {
    places: BTreeMap<(usize, u16), (usize, u8)>,
    fonts: Vec<Vec<(&'p Glyph, &'p [Stroke])>>,
}

impl<'p> Coded<'p> {
    fn of(pages: &'p Pages) -> Coded<'p> {
        let mut coded = Coded {
            places: BTreeMap::new(),
            fonts: Vec::new(),
        };
        for op in pages.pages.iter().flat_map(|page| &page.ops) {
            let Op::Text { glyphs, .. } = op else { continue };
            for glyph in glyphs {
                let key = (glyph.font, glyph.id);
                if coded.places.contains_key(&key) {
                    continue;
                }
                if coded.fonts.last().is_none_or(|font| font.len() >= GLYPHS_PER_FONT) {
                    coded.fonts.push(Vec::new());
                }
                let number = coded.fonts.len() - 1;
                let outline = pages.outlines.get(&key).map_or(&[][..], Vec::as_slice);
                let code = u8::try_from(coded.fonts[number].len()).unwrap_or(u8::MAX);
                coded.fonts[number].push((glyph, outline));
                coded.places.insert(key, (number, code));
            }
        }
        coded
    }
}

struct Refs(i32);

impl Refs {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

pub(crate) fn write(title: &str, mark: Option<&str>, pages: &Pages) -> Result<Vec<u8>, Error> {
    let coded = Coded::of(pages);
    let mut refs = Refs(0);
    let mut pdf = Pdf::new();
    let (catalog, tree, info) = (refs.next(), refs.next(), refs.next());
    pdf.catalog(catalog).pages(tree);
    let mut about = pdf.document_info(info);
    about.title(TextStr(title)).producer(TextStr("Gemba"));
    if let Some(mark) = mark {
        about.keywords(TextStr(mark));
    }
    about.finish();
    let fonts: Vec<Ref> = coded
        .fonts
        .iter()
        .map(|glyphs| font(&mut pdf, &mut refs, glyphs))
        .collect();
    let mut photos = Vec::new();
    for photo in &pages.photos {
        let id = refs.next();
        let bytes = packed(&photo.rgb)?;
        let mut image = pdf.image_xobject(id, &bytes);
        image.filter(Filter::FlateDecode);
        image.width(i32::try_from(photo.width).unwrap_or(i32::MAX));
        image.height(i32::try_from(photo.height).unwrap_or(i32::MAX));
        image.color_space().device_rgb();
        image.bits_per_component(8);
        image.finish();
        photos.push(id);
    }
    // Points of 1/72 inch.
    let scale = 72.0 / 25.4 / pages.dots_per_mm;
    let media = Rect::new(0.0, 0.0, pages.width * scale, pages.height * scale);
    let mut kids = Vec::new();
    for page in &pages.pages {
        let (id, content) = (refs.next(), refs.next());
        kids.push(id);
        pdf.stream(content, &packed(&drawn(page, pages, &coded, scale))?)
            .filter(Filter::FlateDecode);
        let mut written = pdf.page(id);
        written.media_box(media).parent(tree).contents(content);
        let mut resources = written.resources();
        let mut names = resources.fonts();
        for (at, font) in fonts.iter().enumerate() {
            names.pair(Name(format!("F{at}").as_bytes()), *font);
        }
        names.finish();
        let mut names = resources.x_objects();
        for (at, photo) in photos.iter().enumerate() {
            names.pair(Name(format!("P{at}").as_bytes()), *photo);
        }
        names.finish();
    }
    let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(kids).count(count);
    Ok(pdf.finish())
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).map_err(|_| Error::Picture)?;
    encoder.finish().map_err(|_| Error::Picture)
}

fn drawn(page: &Page, pages: &Pages, coded: &Coded<'_>, scale: f32) -> Vec<u8> {
    let mut content = Content::new();
    // The grid counts from the top, PDF from below.
    content.save_state();
    content.transform([scale, 0.0, 0.0, scale, 0.0, pages.height * scale]);
    content.set_fill_gray(0.0);
    for op in &page.ops {
        match op {
            Op::Black { x, y, width, height } => {
                content.rect(*x, -y - height, *width, *height);
                content.fill_nonzero();
            }
            Op::Photo {
                x,
                y,
                width,
                height,
                photo,
            } => {
                content.save_state();
                content.transform([*width, 0.0, 0.0, *height, *x, -y - height]);
                content.x_object(Name(format!("P{photo}").as_bytes()));
                content.restore_state();
            }
            Op::Text {
                x,
                baseline,
                size,
                glyphs,
            } => text(&mut content, coded, (*x, -baseline), *size, glyphs),
        }
    }
    content.restore_state();
    content.finish().into_vec()
}

fn text(content: &mut Content, coded: &Coded<'_>, at: (f32, f32), size: f32, glyphs: &[Glyph]) {
    content.begin_text();
    content.set_text_matrix([1.0, 0.0, 0.0, 1.0, at.0, at.1]);
    let mut run: Vec<u8> = Vec::new();
    let mut font = None;
    for glyph in glyphs {
        let Some((number, code)) = coded.places.get(&(glyph.font, glyph.id)).copied() else {
            continue;
        };
        if font != Some(number) {
            if !run.is_empty() {
                content.show(Str(&run));
                run.clear();
            }
            content.set_font(Name(format!("F{number}").as_bytes()), size);
            font = Some(number);
        }
        run.push(code);
    }
    if !run.is_empty() {
        content.show(Str(&run));
    }
    content.end_text();
}

fn font(pdf: &mut Pdf, refs: &mut Refs, glyphs: &[(&Glyph, &[Stroke])]) -> Ref {
    let (id, meaning) = (refs.next(), refs.next());
    let shapes: Vec<Ref> = glyphs.iter().map(|_| refs.next()).collect();
    let names: Vec<String> = (0..glyphs.len()).map(|at| format!("g{at}")).collect();
    for ((glyph, outline), shape) in glyphs.iter().zip(&shapes) {
        let mut content = Content::new();
        // Ink and box of the glyph are left to the reader.
        content.start_color_glyph(glyph.advance * UNITS);
        for stroke in *outline {
            let u = |value: f32| (value * UNITS).round();
            match *stroke {
                Stroke::Move(x, y) => content.move_to(u(x), u(y)),
                Stroke::Line(x, y) => content.line_to(u(x), u(y)),
                Stroke::Curve(a, b, c, d, e, f) => content.cubic_to(u(a), u(b), u(c), u(d), u(e), u(f)),
                Stroke::Close => content.close_path(),
            };
        }
        if !outline.is_empty() {
            content.fill_nonzero();
        }
        pdf.stream(*shape, &content.finish());
    }
    let mut cmap = UnicodeCmap::<u8>::new(
        Name(b"Gemba"),
        SystemInfo {
            registry: Str(b"Adobe"),
            ordering: Str(b"UCS"),
            supplement: 0,
        },
    );
    for (code, (glyph, _)) in glyphs.iter().enumerate() {
        cmap.pair(u8::try_from(code).unwrap_or(u8::MAX), glyph.character);
    }
    pdf.cmap(meaning, &cmap.finish());
    let last = u8::try_from(glyphs.len().saturating_sub(1)).unwrap_or(u8::MAX);
    let mut font = pdf.type3_font(id);
    font.bbox(Rect::new(0.0, 0.0, 0.0, 0.0));
    font.matrix([1.0 / UNITS, 0.0, 0.0, 1.0 / UNITS, 0.0, 0.0]);
    font.first_char(0).last_char(last);
    font.widths(glyphs.iter().map(|(glyph, _)| glyph.advance * UNITS));
    font.to_unicode(meaning);
    let mut procs = font.char_procs();
    for (name, shape) in names.iter().zip(&shapes) {
        procs.pair(Name(name.as_bytes()), *shape);
    }
    procs.finish();
    let mut encoding = font.encoding_custom();
    encoding
        .differences()
        .consecutive(0, names.iter().map(|name| Name(name.as_bytes())));
    encoding.finish();
    font.resources().finish();
    font.finish();
    id
}
