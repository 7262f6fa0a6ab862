//! What cannot fit its label, whatever is answered.
//!
//! Labels are laid out by `engine/print`: letters shrink to 1.6 mm, modules of codes to 0.24 mm, bars to 0.165 mm, and
//! what does not fit then is refused. Here the same is reckoned with what is known of the texts: what is written, the
//! longest choice, and how many characters an answer may have. Everything is counted small rather than large (letters by
//! the narrow ones of their kind, codes by their densest form), so what is warned of does not fit indeed.

use super::by_name::ByName;
use super::{head, tell};
use crate::catalogue as c;
use crate::fields::FieldKind;
use crate::limits;
use crate::model::{App, Step, Text};
use crate::names::Index;
use crate::read::tests::each_step;
use crate::read::{Reader, Report};
use crate::steps::StepKind;
use crate::steps::print::{CodeKind, Content, Print, Size};

const MARGIN_MM: f64 = 1.5;
const LETTERS_MM: f64 = 1.6;
const LINE_HEIGHT: f64 = 1.25;
const GAP_MM: f64 = 0.24;
const MODULE_MM: f64 = 0.24;
const BAR_MM: f64 = 0.165;
const BAR_HEIGHT_MM: f64 = 5.0;
/// An average letter of an answer that nobody knows yet, in parts of the size of the letters.
const LETTER: f64 = 0.52;

/// Digits that each size of a QR code (correction M, from version 1) and of a square Data Matrix takes, with the side of
/// the latter: ISO/IEC 18004, table 7; ISO/IEC 16022, table 7.
const QR_DIGITS: [usize; 16] = [
    34, 63, 101, 149, 202, 255, 293, 365, 432, 513, 604, 691, 796, 871, 991, 1082,
];
const MATRIX_DIGITS: [(usize, usize); 17] = [
    (6, 10),
    (10, 12),
    (16, 14),
    (24, 16),
    (36, 18),
    (44, 20),
    (60, 22),
    (72, 24),
    (88, 26),
    (124, 32),
    (172, 36),
    (228, 40),
    (288, 44),
    (348, 48),
    (408, 52),
    (560, 64),
    (736, 72),
];

/// The longest answer of a field: what is known of it.
#[derive(Clone, Debug)]
struct Longest {
    characters: usize,
    /// In parts of the size of the letters.
    width: f64,
    /// The widest part of it that cannot be parted, and its text.
    word: (f64, String),
}

/// What a text comes to at its longest.
#[derive(Default)]
struct Extent {
    characters: usize,
    width: f64,
    word: (f64, String),
}

pub(super) fn check(reader: &mut Reader<'_>, app: &App, index: &Index) {
    let answers = ByName::of(app, index, |field| longest(&field.kind));
    each_step(&app.steps, &mut |step| {
        if let StepKind::Print(print) = &step.kind
            && let Size::Label { width_um, height_um } = print.size
        {
            let inner = |um: u32| f64::from(um) / 1000.0 - 2.0 * MARGIN_MM;
            label(
                reader,
                index,
                step,
                print,
                &answers,
                (inner(width_um), inner(height_um)),
            );
        }
    });
}

fn label(
    reader: &mut Reader<'_>,
    index: &Index,
    step: &Step,
    print: &Print,
    answers: &ByName<Longest>,
    (width, height): (f64, f64),
) {
    let letters = |big: bool| {
        // Big letters end above the small ones: at a third of what they begin with.
        let normal = ((height + 2.0 * MARGIN_MM) * 0.09).clamp(2.2, 5.0);
        if big {
            (normal * 1.9 * 0.35).max(LETTERS_MM)
        } else {
            LETTERS_MM
        }
    };
    let mut needed = 0.0;
    let mut widest: Option<(f64, String)> = None;
    for content in &print.content {
        let (least, across) = match content {
            Content::Text { text, big } => {
                let size = letters(*big);
                let extent = extent(text, answers);
                let lines = (extent.width * size / width).ceil().max(1.0);
                (lines * size * LINE_HEIGHT, Some((extent.word.0 * size, extent.word.1)))
            }
            Content::Code { kind, text } => {
                let extent = extent(text, answers);
                let (code_width, code_height) = code(*kind, extent.characters);
                (code_height, Some((code_width, text.default.source().to_owned())))
            }
            Content::Line => (0.3, None),
            Content::Table(_) => (LETTERS_MM * LINE_HEIGHT, None),
            Content::Photo(_) => (1.0, None),
        };
        needed += least + if needed > 0.0 { GAP_MM } else { 0.0 };
        if let Some(across) = across.filter(|across| across.0 > width)
            && widest.as_ref().is_none_or(|known| across.0 > known.0)
        {
            widest = Some(across);
        }
    }
    let rounded = |mm: f64| format!("{mm:.0}");
    let span = head(reader, step);
    let report = match widest {
        Some((across, text)) => Report::new(c::LABEL_TOO_NARROW, span)
            .arg("found", text)
            .arg("needed", rounded(across.ceil()))
            .arg("room", rounded(width.floor())),
        None if needed > height => Report::new(c::LABEL_TOO_LOW, span)
            .arg("needed", rounded(needed.ceil()))
            .arg("room", rounded(height.floor())),
        None => return,
    };
    tell(reader, index, step, report);
}

/// Width and height of a code in millimetres, with the white around it.
fn code(kind: CodeKind, characters: usize) -> (f64, f64) {
    let (modules, quiet) = match kind {
        CodeKind::Code128 => {
            // Two digits in a symbol; start, check and stop; ten white modules on either side.
            let symbols = characters.div_ceil(2);
            let modules = 11 * (symbols + 2) + 13 + 20;
            return (as_mm(modules) * BAR_MM, BAR_HEIGHT_MM);
        }
        CodeKind::Qr => {
            let version = QR_DIGITS
                .iter()
                .position(|most| characters <= *most)
                .unwrap_or(QR_DIGITS.len());
            (21 + 4 * version, 4)
        }
        CodeKind::Datamatrix | CodeKind::Gs1 => {
            let found = MATRIX_DIGITS.iter().find(|(most, _)| characters <= *most);
            (found.map_or(80, |(_, side)| *side), 2)
        }
    };
    let side = as_mm(modules + 2 * quiet) * MODULE_MM;
    (side, side)
}

fn as_mm(modules: usize) -> f64 {
    f64::from(u32::try_from(modules).unwrap_or(u32::MAX))
}

/// What a text comes to in the language in which it is longest.
fn extent(text: &Text, answers: &ByName<Longest>) -> Extent {
    let all = std::iter::once(&text.default).chain(text.by_language.values());
    let mut found = Extent::default();
    for template in all {
        let mut one = written(&literal(template.source()));
        for reference in template.references() {
            let Some(answer) = answers.read_by(&reference, &Default::default()) else {
                continue;
            };
            one.characters += answer.characters;
            one.width += answer.width;
            if answer.word.0 > one.word.0 {
                one.word = answer.word.clone();
            }
        }
        if one.width > found.width {
            found = one;
        }
    }
    found
}

/// What stands around the values of a sentence; a blank for each of them.
fn literal(source: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for character in source.replace("{{", "(").replace("}}", ")").chars() {
        match character {
            '{' => {
                depth += 1;
                out.push(' ');
            }
            '}' => depth = depth.saturating_sub(1),
            other if depth == 0 => out.push(other),
            _ => {}
        }
    }
    out
}

fn written(text: &str) -> Extent {
    let width = |text: &str| text.chars().map(em).sum::<f64>();
    let trimmed = text.trim();
    let words = trimmed.split([' ', '-', '/', '_', ',', ';']);
    let parted = words.filter(|word| !word.chars().any(is_wide));
    let widest = parted.map(|word| (width(word), word.to_owned()));
    Extent {
        characters: trimmed.chars().count(),
        width: width(trimmed),
        word: widest.fold(
            Default::default(),
            |widest, word| if word.0 > widest.0 { word } else { widest },
        ),
    }
}

fn longest(kind: &FieldKind) -> Option<Longest> {
    match kind {
        FieldKind::Choose(choose) => {
            let texts = choose.from.iter().map(|choice| written(choice.default.source()));
            let widest = texts.reduce(|one, other| if other.width > one.width { other } else { one })?;
            Some(Longest {
                characters: widest.characters,
                width: widest.width,
                word: widest.word,
            })
        }
        // Only a number that somebody wrote says what is expected.
        FieldKind::Text(text) if text.characters_max < limits::TEXT_ANSWER_CHARACTERS_DEFAULT => {
            let characters = usize::try_from(text.characters_max).ok()?;
            Some(Longest {
                characters,
                width: f64::from(text.characters_max) * LETTER,
                word: Default::default(),
            })
        }
        _ => None,
    }
}

/// How wide a character is at least, in parts of the size of the letters.
fn em(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'f' | 't' | 'r' | 'I' | 'J' | '(' | ')' | '[' | ']' | '-' | '/' | '.' | ',' | ':' | ';'
        | '\'' | '|' | '!' | ' ' => 0.27,
        'm' | 'w' | 'M' | 'W' => 0.81,
        '0'..='9' => 0.63,
        other if is_wide(other) => 1.0,
        other if other.is_alphabetic() => LETTER,
        _ => 0.27,
    }
}

fn is_wide(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
}
