//! Where everything of a document goes, on a grid of dots: from top to bottom, from the left.
//!
//! A page takes what comes and goes on on the next one. A label is one piece of paper: its letters are made smaller step
//! by step until all of it fits, codes and photos take what is left, and what cannot be read or scanned any more is
//! refused.

use std::collections::BTreeMap;

use language::steps::print::{Document, Item, Size};

use crate::codes::{self, Modules};
use crate::fonts::{FontNumber, Fonts, Glyph, Stroke};
use crate::photo::{self, Photo};
use crate::text::{self, Line};
use crate::{Error, Photos, limits};

/// How fine the grid is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    pub(crate) dots_per_mm: f32,
}

impl Grid {
    pub(crate) fn of(dpi: u32) -> Result<Grid, Error> {
        if !(limits::DPI_MIN..=limits::DPI_MAX).contains(&dpi) {
            return Err(Error::Dpi(dpi));
        }
        // Printers of 203 dpi have 8 dots in a millimetre, those of 300 have 11.8.
        let dots_per_mm = if dpi == 203 { 8.0 } else { dpi as f32 / 25.4 };
        Ok(Grid { dots_per_mm })
    }

    /// Fine enough that nobody sees it.
    pub(crate) fn of_pdf() -> Grid {
        Grid { dots_per_mm: 40.0 }
    }
}

/// One thing at its place, in dots from the upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Op {
    Text {
        x: f32,
        baseline: f32,
        size: f32,
        glyphs: Vec<Glyph>,
    },
    Black {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
    Photo {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        /// Position in [`Pages::photos`].
        photo: usize,
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) ops: Vec<Op>,
}

/// A document with everything at its place.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) dots_per_mm: f32,
    pub(crate) pages: Vec<Page>,
    /// Of all glyphs that are used.
    pub(crate) outlines: BTreeMap<(FontNumber, u16), Vec<Stroke>>,
    pub(crate) photos: Vec<Photo>,
}

/// An item with its glyphs and modules, before it has a place.
enum Block {
    Text {
        glyphs: Vec<Glyph>,
        big: bool,
        source: String,
    },
    Code {
        modules: Modules,
        below: Vec<Glyph>,
        source: String,
    },
    Line,
    Table {
        header: Vec<Vec<Glyph>>,
        rows: Vec<Vec<Vec<Glyph>>>,
    },
    Photo(usize),
}

/// What stays together, with its things relative to its upper left corner.
struct Piece {
    gap: f32,
    height: f32,
    ops: Vec<Op>,
    /// Comes again at the top of the next page, when a row of its table does.
    header: Option<usize>,
}

/// Measures in dots at one step of smallness.
struct Measures {
    normal: f32,
    big: f32,
    width: f32,
    gap: f32,
    dot: f32,
    /// Sides of a module of a matrix and of a bar code, at least and at most.
    module: (f32, f32),
    bar: (f32, f32),
    bar_height: (f32, f32),
    matrix_max: f32,
    photo_height: (f32, f32),
    /// Whether a word may be cut where a line ends.
    cut_words: bool,
}

const LABEL_MARGIN_MM: f32 = 1.5;
const PAGE_MARGIN_MM: f32 = 15.0;
/// Where the line at the foot of a page is, from below, and how large its letters are.
const FOOT_MM: f32 = 8.0;
const FOOT_LETTERS_MM: f32 = 2.6;
/// Letters of a size below cannot be read at arm's length (some 4.5 points).
const TEXT_MM_MIN: f32 = 1.6;
/// A module of 0.25 mm is the smallest that hand scanners promise; 0.17 mm for a bar.
const MODULE_MM_MIN: f32 = 0.24;
const MODULE_MM_GOOD: f32 = 0.37;
const BAR_MM_MIN: f32 = 0.165;
const STEPS: [f32; 12] = [1.0, 0.92, 0.85, 0.78, 0.72, 0.66, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35];

pub(crate) fn lay_out(document: &Document, grid: Grid, fonts: &Fonts, photos: &Photos) -> Result<Pages, Error> {
    let (width_um, height_um, is_label) = match document.size {
        Size::A4 => (210_000, 297_000, false),
        Size::A5 => (148_000, 210_000, false),
        Size::Label { width_um, height_um } => (width_um, height_um, true),
    };
    let fine = |side: u32| (5_000..=limits::SIDE_UM_MAX).contains(&side);
    if !fine(width_um) || !fine(height_um) {
        return Err(Error::Side);
    }
    let dots = |um: u32| (um as f32 / 1000.0 * grid.dots_per_mm).round();
    let mut pages = Pages {
        width: dots(width_um),
        height: dots(height_um),
        dots_per_mm: grid.dots_per_mm,
        pages: Vec::new(),
        outlines: BTreeMap::new(),
        photos: Vec::new(),
    };
    let blocks = blocks(document, fonts, photos, &mut pages.photos)?;
    pages.pages = if is_label {
        vec![label(&blocks, &pages)?]
    } else {
        sheets(&blocks, &pages)?
    };
    add_outlines(&mut pages, fonts);
    Ok(pages)
}

/// Of the glyphs that have none yet.
fn add_outlines(pages: &mut Pages, fonts: &Fonts) {
    for op in pages.pages.iter().flat_map(|page| &page.ops) {
        if let Op::Text { glyphs, .. } = op {
            for glyph in glyphs {
                let outline = || fonts.outline(glyph.font, glyph.id);
                pages.outlines.entry((glyph.font, glyph.id)).or_insert_with(outline);
            }
        }
    }
}

/// A line in the margin below each page, with the page's number.
pub(crate) fn add_foot(pages: &mut Pages, foot: &str, fonts: &Fonts) -> Result<(), Error> {
    let dot = pages.dots_per_mm;
    let count = pages.pages.len();
    for (at, page) in pages.pages.iter_mut().enumerate() {
        page.ops.push(Op::Text {
            x: (PAGE_MARGIN_MM * dot).round(),
            baseline: (pages.height - FOOT_MM * dot).round(),
            size: FOOT_LETTERS_MM * dot,
            glyphs: fonts.glyphs(&format!("{foot}   {}/{count}", at + 1))?,
        });
    }
    add_outlines(pages, fonts);
    Ok(())
}

fn blocks(document: &Document, fonts: &Fonts, photos: &Photos, decoded: &mut Vec<Photo>) -> Result<Vec<Block>, Error> {
    if document.items.len() > limits::ITEMS_MAX {
        return Err(Error::TooMany(limits::ITEMS_MAX as u64, "things"));
    }
    let glyphs = |text: &str| {
        if text.chars().count() > limits::TEXT_CHARACTERS_MAX {
            return Err(Error::TooMany(
                limits::TEXT_CHARACTERS_MAX as u64,
                "characters in a text",
            ));
        }
        fonts.glyphs(text)
    };
    let mut out = Vec::new();
    for item in &document.items {
        match item {
            Item::Text { text, big } => {
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    out.push(Block::Text {
                        glyphs: glyphs(line.trim())?,
                        big: *big,
                        source: line.trim().to_owned(),
                    });
                }
            }
            Item::Code { kind, text } => {
                let modules = codes::modules(*kind, text)?;
                let below = if modules.is_bars { glyphs(text)? } else { Vec::new() };
                out.push(Block::Code {
                    modules,
                    below,
                    source: text.clone(),
                });
            }
            Item::Line => out.push(Block::Line),
            Item::Table { columns, rows } => {
                if columns.len() > limits::TABLE_COLUMNS_MAX {
                    return Err(Error::TooMany(limits::TABLE_COLUMNS_MAX as u64, "columns in a table"));
                }
                if rows.len() > limits::TABLE_ROWS_MAX {
                    return Err(Error::TooMany(limits::TABLE_ROWS_MAX as u64, "rows in a table"));
                }
                let cells = |row: &Vec<String>| -> Result<Vec<Vec<Glyph>>, Error> {
                    row.iter().take(columns.len()).map(|cell| glyphs(cell.trim())).collect()
                };
                let rows: Result<Vec<_>, Error> = rows.iter().map(cells).collect();
                out.push(Block::Table {
                    header: cells(columns)?,
                    rows: rows?,
                });
            }
            Item::Photo { files } => {
                for file in files {
                    if decoded.len() >= limits::PHOTOS_MAX {
                        return Err(Error::TooMany(limits::PHOTOS_MAX as u64, "photos"));
                    }
                    let bytes = photos.get(file).ok_or_else(|| Error::NoPhoto(file.clone()))?;
                    out.push(Block::Photo(decoded.len()));
                    decoded.push(photo::decode(bytes)?);
                }
            }
        }
    }
    if out.is_empty() {
        return Err(Error::Empty);
    }
    Ok(out)
}

/// One label: the largest letters with which everything fits, first with codes that scan well.
fn label(blocks: &[Block], pages: &Pages) -> Result<Page, Error> {
    let dot = pages.dots_per_mm;
    let margin = (LABEL_MARGIN_MM * dot).round();
    let (width, height) = (pages.width - 2.0 * margin, pages.height - 2.0 * margin);
    let normal_mm = (pages.height / dot * 0.09).clamp(2.2, 5.0);
    let mut reason = None;
    for module_mm in [MODULE_MM_GOOD, MODULE_MM_MIN] {
        for step in STEPS {
            let size = |mm: f32| (mm * step).max(TEXT_MM_MIN) * dot;
            let measures = Measures {
                normal: size(normal_mm),
                big: size(normal_mm * 1.9),
                width,
                gap: 0.7 * step * dot,
                dot,
                module: ((module_mm * dot).ceil(), (2.0 * dot).floor()),
                bar: ((BAR_MM_MIN * dot).ceil(), (0.5 * dot).floor().max(1.0)),
                bar_height: (5.0 * dot, 14.0 * dot),
                matrix_max: width.min(height),
                photo_height: (8.0 * dot, height),
                cut_words: false,
            };
            match fitted(blocks, pages, &measures, height) {
                Ok(pieces) => {
                    let mut page = Page::default();
                    let mut y = margin;
                    for (at, piece) in pieces.into_iter().enumerate() {
                        y += if at == 0 { 0.0 } else { piece.gap };
                        place(&mut page, &piece.ops, margin, y.round());
                        y += piece.height;
                    }
                    return Ok(page);
                }
                Err(error) => reason = Some(error),
            }
        }
    }
    Err(reason.unwrap_or(Error::Empty))
}

/// The pieces of a label, codes and photos as large as there is room for.
fn fitted(blocks: &[Block], pages: &Pages, measures: &Measures, height: f32) -> Result<Vec<Piece>, Error> {
    let total = |pieces: &[Piece]| {
        let gaps: f32 = pieces.iter().skip(1).map(|piece| piece.gap).sum();
        gaps + pieces.iter().map(|piece| piece.height).sum::<f32>()
    };
    let smallest = pieces(blocks, pages, measures, 0.0)?;
    let least = total(&smallest);
    if least > height {
        return Err(Error::DoesNotFit(widest(blocks)));
    }
    let growing = blocks
        .iter()
        .filter(|block| matches!(block, Block::Code { .. } | Block::Photo(_)))
        .count();
    if growing == 0 {
        return Ok(smallest);
    }
    // What is left is shared; steps of modules may leave some of it.
    let share = (height - least) / growing as f32;
    let grown = pieces(blocks, pages, measures, share)?;
    Ok(if total(&grown) <= height { grown } else { smallest })
}

/// What is named when a label is too small: the longest text on it.
fn widest(blocks: &[Block]) -> String {
    let texts = blocks.iter().filter_map(|block| match block {
        Block::Text { source, .. } | Block::Code { source, .. } => Some(source.as_str()),
        _ => None,
    });
    let longest = texts
        .max_by_key(|text| text.chars().count())
        .unwrap_or("the table or photo");
    shown(longest)
}

fn shown(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    let cut: String = text.chars().take(59).collect();
    format!("{cut}…")
}

/// Pages of paper, as many as needed.
fn sheets(blocks: &[Block], pages: &Pages) -> Result<Vec<Page>, Error> {
    let dot = pages.dots_per_mm;
    let margin = (PAGE_MARGIN_MM * dot).round();
    let (width, height) = (pages.width - 2.0 * margin, pages.height - 2.0 * margin);
    let measures = Measures {
        normal: 3.9 * dot,
        big: 7.0 * dot,
        width,
        gap: 1.5 * dot,
        dot,
        module: ((MODULE_MM_MIN * dot).ceil(), (1.0 * dot).floor().max(1.0)),
        bar: ((BAR_MM_MIN * dot).ceil(), (0.4 * dot).floor().max(1.0)),
        bar_height: (14.0 * dot, 14.0 * dot),
        matrix_max: 30.0 * dot,
        photo_height: (90.0 * dot, 90.0 * dot),
        cut_words: true,
    };
    let pieces = pieces(blocks, pages, &measures, f32::MAX / 4.0)?;
    let mut out = vec![Page::default()];
    let mut y = margin;
    for piece in &pieces {
        let gap = if y > margin { piece.gap } else { 0.0 };
        if y > margin && y + gap + piece.height > margin + height {
            if out.len() >= limits::PAGES_MAX {
                return Err(Error::TooMany(limits::PAGES_MAX as u64, "pages"));
            }
            out.push(Page::default());
            y = margin;
            if let Some(header) = piece.header.and_then(|at| pieces.get(at))
                && let Some(page) = out.last_mut()
            {
                place(page, &header.ops, margin, y);
                y += header.height;
            }
        } else {
            y += gap;
        }
        if let Some(page) = out.last_mut() {
            place(page, &piece.ops, margin, y.round());
        }
        y += piece.height;
    }
    Ok(out)
}

fn place(page: &mut Page, ops: &[Op], left: f32, top: f32) {
    for op in ops {
        let mut op = op.clone();
        match &mut op {
            Op::Text { x, baseline, .. } => {
                *x += left;
                *baseline += top;
            }
            Op::Black { x, y, .. } | Op::Photo { x, y, .. } => {
                *x += left;
                *y += top;
            }
        }
        page.ops.push(op);
    }
}

/// All blocks as pieces; codes and photos may be higher than they must by `more`.
fn pieces(blocks: &[Block], pages: &Pages, measures: &Measures, more: f32) -> Result<Vec<Piece>, Error> {
    let mut out = Vec::new();
    for block in blocks {
        match block {
            Block::Text { glyphs, big, source } => {
                let size = if *big { measures.big } else { measures.normal };
                let lines = text::wrapped(glyphs, size, measures.width, measures.cut_words);
                let lines = lines.ok_or_else(|| Error::DoesNotFit(shown(source)))?;
                for (at, line) in lines.into_iter().enumerate() {
                    out.push(Piece {
                        gap: if at == 0 { measures.gap } else { 0.0 },
                        height: size * text::LINE_HEIGHT,
                        ops: vec![written(line, 0.0, 0.0, size)],
                        header: None,
                    });
                }
            }
            Block::Code { modules, below, source } => out.push(code(modules, below, source, measures, more)?),
            Block::Line => {
                let thick = (0.3 * measures.dot).round().max(1.0);
                out.push(Piece {
                    gap: measures.gap,
                    height: thick,
                    ops: vec![black(0.0, 0.0, measures.width, thick)],
                    header: None,
                });
            }
            Block::Table { header, rows } => table(header, rows, measures, &mut out)?,
            Block::Photo(photo) => out.push(photo_piece(*photo, pages, measures, more)),
        }
    }
    Ok(out)
}

fn written(line: Line, x: f32, top: f32, size: f32) -> Op {
    Op::Text {
        x,
        baseline: top + size * text::ASCENT,
        size,
        glyphs: line.glyphs,
    }
}

fn black(x: f32, y: f32, width: f32, height: f32) -> Op {
    Op::Black { x, y, width, height }
}

fn code(modules: &Modules, below: &[Glyph], source: &str, measures: &Measures, more: f32) -> Result<Piece, Error> {
    let across = (modules.width + 2 * modules.quiet) as f32;
    let too_wide = || Error::DoesNotFit(shown(source));
    let mut ops = Vec::new();
    if modules.is_bars {
        let (least, most) = measures.bar;
        let module = (measures.width / across).floor().min(most);
        if module < least {
            return Err(too_wide());
        }
        let (low, high) = measures.bar_height;
        let height = (low + more).min(high).round();
        runs(modules, 0, |from, to| {
            let x = (modules.quiet + from) as f32 * module;
            ops.push(black(x, 0.0, (to - from) as f32 * module, height));
        });
        let size = measures.normal * 0.8;
        let line = text::wrapped(below, size, measures.width, true).unwrap_or_default();
        let mut y = height;
        for line in line {
            ops.push(written(line, modules.quiet as f32 * module, y, size));
            y += size * text::LINE_HEIGHT;
        }
        return Ok(Piece {
            gap: measures.gap,
            height: y,
            ops,
            header: None,
        });
    }
    let (least, most) = measures.module;
    let side = (least * across + more).min(measures.matrix_max).min(measures.width);
    let module = (side / across).floor().min(most);
    if module < least {
        return Err(too_wide());
    }
    for row in 0..modules.height {
        let y = (modules.quiet + row) as f32 * module;
        runs(modules, row, |from, to| {
            let x = (modules.quiet + from) as f32 * module;
            ops.push(black(x, y, (to - from) as f32 * module, module));
        });
    }
    Ok(Piece {
        gap: measures.gap,
        height: (modules.height + 2 * modules.quiet) as f32 * module,
        ops,
        header: None,
    })
}

/// Runs of black modules in a row.
fn runs(modules: &Modules, row: usize, mut found: impl FnMut(usize, usize)) {
    let row = &modules.black[row * modules.width..(row + 1) * modules.width];
    let mut from = None;
    for (at, black) in row.iter().chain(std::iter::once(&false)).enumerate() {
        match (from, black) {
            (None, true) => from = Some(at),
            (Some(start), false) => {
                found(start, at);
                from = None;
            }
            _ => {}
        }
    }
}

fn photo_piece(photo: usize, pages: &Pages, measures: &Measures, more: f32) -> Piece {
    let (least, most) = measures.photo_height;
    let own = &pages.photos[photo];
    let ratio = own.width as f32 / own.height as f32;
    let height = (least + more).min(most).min(measures.width / ratio);
    Piece {
        gap: measures.gap,
        height,
        ops: vec![Op::Photo {
            x: 0.0,
            y: 0.0,
            width: height * ratio,
            height,
            photo,
        }],
        header: None,
    }
}

fn table(
    header: &[Vec<Glyph>],
    rows: &[Vec<Vec<Glyph>>],
    measures: &Measures,
    out: &mut Vec<Piece>,
) -> Result<(), Error> {
    let size = measures.normal * 0.9;
    let pad = size * 0.6;
    let count = header.len();
    if count == 0 {
        return Ok(());
    }
    let mut natural = vec![0.0_f32; count];
    for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
        for (at, cell) in row.iter().enumerate() {
            natural[at] = natural[at].max(text::width(cell, size) + pad);
        }
    }
    let widths = shared(&natural, measures.width);
    let thin = (0.15 * measures.dot).round().max(1.0);
    let first = out.len();
    for (at, row) in std::iter::once(header)
        .chain(rows.iter().map(Vec::as_slice))
        .enumerate()
    {
        let mut ops = Vec::new();
        let mut high = 1;
        let mut x = 0.0;
        for (column, width) in widths.iter().enumerate() {
            let empty = Vec::new();
            let cell = row.get(column).unwrap_or(&empty);
            let lines = text::wrapped(cell, size, width - pad * 0.5, measures.cut_words);
            let lines = lines.ok_or_else(|| Error::DoesNotFit(shown(&text::characters(cell))))?;
            high = high.max(lines.len());
            for (line_at, line) in lines.into_iter().enumerate() {
                ops.push(written(line, x, line_at as f32 * size * text::LINE_HEIGHT, size));
            }
            x += width;
        }
        let height = high as f32 * size * text::LINE_HEIGHT + thin;
        let under = if at == 0 { thin * 2.0 } else { thin };
        ops.push(black(0.0, (height - thin).round(), x.min(measures.width), under));
        out.push(Piece {
            gap: if at == 0 { measures.gap } else { 0.0 },
            height: height + under,
            ops,
            header: (at > 0).then_some(first),
        });
    }
    Ok(())
}

/// Widths of columns: as they are where there is room, else the wide ones give.
fn shared(natural: &[f32], width: f32) -> Vec<f32> {
    if natural.iter().sum::<f32>() <= width {
        return natural.to_vec();
    }
    let fair = width / natural.len() as f32;
    let narrow: f32 = natural.iter().filter(|own| **own <= fair).sum();
    let wide: f32 = natural.iter().filter(|own| **own > fair).sum();
    let left = width - narrow;
    natural
        .iter()
        .map(|own| if *own <= fair { *own } else { own / wide * left })
        .collect()
}
