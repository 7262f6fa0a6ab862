//! Codes as black and white modules.

use barcoders::sym::code128::Code128;
use datamatrix::{DataMatrix, SymbolList};
use language::steps::print::CodeKind;
use qrcode::{Color, EcLevel, QrCode};

use crate::{Error, gs1};

/// A code: rows of modules, true is black. A bar code has one row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Modules {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) black: Vec<bool>,
    /// White modules around it that a reader needs.
    pub(crate) quiet: usize,
    pub(crate) is_bars: bool,
}

pub(crate) fn modules(kind: CodeKind, text: &str) -> Result<Modules, Error> {
    let wrong = |kind, why| Error::Code {
        kind,
        text: text.to_owned(),
        why,
    };
    if text.is_empty() {
        return Err(wrong(name(kind), "it is empty"));
    }
    match kind {
        CodeKind::Qr => {
            let code = QrCode::with_error_correction_level(text, EcLevel::M)
                .map_err(|_| wrong(name(kind), "it is longer than a code takes"))?;
            Ok(Modules {
                width: code.width(),
                height: code.width(),
                black: code.to_colors().into_iter().map(|color| color == Color::Dark).collect(),
                quiet: 4,
                is_bars: false,
            })
        }
        CodeKind::Datamatrix => {
            let code = DataMatrix::encode_str(text, SymbolList::default().enforce_square());
            Ok(matrix(
                &code.map_err(|_| wrong(name(kind), "it is longer than a code takes"))?,
            ))
        }
        CodeKind::Gs1 => {
            let code = DataMatrix::encode_gs1(&gs1::encoded(text)?, SymbolList::default().enforce_square());
            Ok(matrix(
                &code.map_err(|_| wrong(name(kind), "it is longer than a code takes"))?,
            ))
        }
        CodeKind::Code128 => {
            bars(text).ok_or_else(|| wrong(name(kind), "it takes up to 60 plain letters, digits and signs"))
        }
    }
}

fn name(kind: CodeKind) -> &'static str {
    match kind {
        CodeKind::Qr => "QR code",
        CodeKind::Datamatrix => "Data Matrix",
        CodeKind::Code128 => "Code 128",
        CodeKind::Gs1 => "GS1 code",
    }
}

fn matrix(code: &DataMatrix) -> Modules {
    let bitmap = code.bitmap();
    Modules {
        width: bitmap.width(),
        height: bitmap.height(),
        black: bitmap.bits().to_vec(),
        // One by the standard (ISO/IEC 16022); two for what prints less sharp.
        quiet: 2,
        is_bars: false,
    }
}

/// Characters of a bar code: more is wider than any label.
const BARS_CHARACTERS_MAX: usize = 60;

/// Set C packs two digits into one symbol, set B has letters.
fn bars(text: &str) -> Option<Modules> {
    let fits = text.len() <= BARS_CHARACTERS_MAX && text.bytes().all(|byte| (0x20..0x7F).contains(&byte));
    if !fits {
        return None;
    }
    let digits = text.len() >= 4 && text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_digit());
    let set = if digits { 'Ć' } else { 'Ɓ' };
    let code = Code128::new(format!("{set}{text}")).ok()?;
    let black: Vec<bool> = code.encode().iter().map(|bar| *bar == 1).collect();
    Some(Modules {
        width: black.len(),
        height: 1,
        black,
        quiet: 10,
        is_bars: true,
    })
}
