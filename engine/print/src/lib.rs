//! Labels and documents: a [`Document`] with all its values, laid out from top to bottom, becomes PDF, PNG or ZPL.
//!
//! `layout` places everything on a grid of the printer's dots, so that a bar is a whole number of dots wide and what is
//! drawn as PNG, sent as ZPL and written as PDF are one and the same. What does not fit a label is made smaller, down to
//! what can still be read and scanned, and then refused: nothing is cut off. ZPL carries the picture (`^GF`), not text:
//! any script prints as it is seen, whatever fonts the printer has.
//!
//! Letters come from a font of our own (DejaVu Sans, in `fonts/`, with its licence) and, for what it has not (Chinese,
//! Japanese, Korean), from the fonts of the system. A character that no font has is an error that names it.
//! No IO but for reading the system's fonts, in [`Fonts::of_the_system`].

mod codes;
mod fonts;
mod gs1;
mod layout;
pub mod limits;
mod pdf;
mod photo;
mod raster;
mod text;
mod zpl;

use std::collections::BTreeMap;

pub use fonts::Fonts;
pub use language::steps::print::{CodeKind, Document, Item, Size};

/// Uploaded files by id, as they came: JPEG or PNG.
pub type Photos = BTreeMap<String, Vec<u8>>;

/// Why something cannot be printed. All of them are of the document: trying again does not help.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    #[error("there is nothing on it")]
    Empty,
    #[error("it has more than {0} {1}")]
    TooMany(u64, &'static str),
    #[error("{0} dots per inch are not between {min} and {max}", min = limits::DPI_MIN, max = limits::DPI_MAX)]
    Dpi(u32),
    #[error("a side of it is not between 5 mm and {} mm", limits::SIDE_UM_MAX / 1000)]
    Side,
    #[error("no font has the character '{0}' (U+{code:04X}): install a font with it", code = u32::from(*.0))]
    NoGlyph(char),
    #[error("'{0}' does not fit")]
    DoesNotFit(String),
    #[error("'{text}' cannot be a {kind}: {why}")]
    Code {
        kind: &'static str,
        text: String,
        why: &'static str,
    },
    #[error("there is no file '{0}'")]
    NoPhoto(String),
    #[error("a photo cannot be read: {0}")]
    Photo(String),
    #[error("the picture cannot be written")]
    Picture,
}

/// As PDF, one page after the other; text in it can be searched and copied.
pub fn pdf(document: &Document, fonts: &Fonts, photos: &Photos) -> Result<Vec<u8>, Error> {
    let pages = layout::lay_out(document, layout::Grid::of_pdf(), fonts, photos)?;
    pdf::write(&document.title, None, &pages)
}

/// As PDF, with a line at the foot of each page, and `mark` among the keywords of the file, where any program finds it.
pub fn marked_pdf(document: &Document, foot: &str, mark: &str, fonts: &Fonts) -> Result<Vec<u8>, Error> {
    let mut pages = layout::lay_out(document, layout::Grid::of_pdf(), fonts, &Photos::new())?;
    layout::add_foot(&mut pages, foot, fonts)?;
    pdf::write(&document.title, Some(mark), &pages)
}

/// As pictures, one for each page.
pub fn png(document: &Document, dpi: u32, fonts: &Fonts, photos: &Photos) -> Result<Vec<Vec<u8>>, Error> {
    let pages = layout::lay_out(document, layout::Grid::of(dpi)?, fonts, photos)?;
    raster::check(&pages)?;
    pages.pages.iter().map(|page| raster::png(&pages, page)).collect()
}

/// As ZPL II for label printers: each page as a picture, and how often.
pub fn zpl(document: &Document, dpi: u32, copies: u32, fonts: &Fonts, photos: &Photos) -> Result<Vec<u8>, Error> {
    if copies > limits::COPIES_MAX {
        return Err(Error::TooMany(limits::COPIES_MAX.into(), "copies"));
    }
    let pages = layout::lay_out(document, layout::Grid::of(dpi)?, fonts, photos)?;
    raster::check(&pages)?;
    let mut out = Vec::new();
    for page in &pages.pages {
        zpl::write(&raster::bitmap(&pages, page)?, copies.max(1), &mut out);
    }
    Ok(out)
}
