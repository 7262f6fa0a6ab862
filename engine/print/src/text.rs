//! Lines of text that fit a width.

use crate::fonts::Glyph;

/// Height of a line and of its letters above the baseline, in parts of the size of the letters.
pub(crate) const LINE_HEIGHT: f32 = 1.25;
pub(crate) const ASCENT: f32 = 0.95;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) glyphs: Vec<Glyph>,
}

pub(crate) fn width(glyphs: &[Glyph], size: f32) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * size
}

pub(crate) fn characters(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|glyph| glyph.character).collect()
}

/// Lines no wider than the width. A word that is wider is cut, or nothing fits. No glyphs give no lines.
pub(crate) fn wrapped(glyphs: &[Glyph], size: f32, width_max: f32, cut_words: bool) -> Option<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::new();
    let mut line: Vec<Glyph> = Vec::new();
    for word in words(glyphs) {
        let mut word = word.to_vec();
        if width(&line, size) + width(trimmed(&word), size) > width_max && !line.is_empty() {
            lines.push(finished(&mut line));
        }
        while width(trimmed(&word), size) > width_max {
            if !cut_words {
                return None;
            }
            let mut fits = 0;
            let mut so_far = 0.0;
            for glyph in &word {
                so_far += glyph.advance * size;
                if so_far > width_max {
                    break;
                }
                fits += 1;
            }
            // A column narrower than one letter holds one all the same.
            let mut first: Vec<Glyph> = word.drain(..fits.max(1).min(word.len())).collect();
            lines.push(finished(&mut first));
        }
        line.extend(word);
    }
    if !trimmed(&line).is_empty() {
        lines.push(finished(&mut line));
    }
    Some(lines)
}

fn finished(line: &mut Vec<Glyph>) -> Line {
    let glyphs = trimmed(line).to_vec();
    line.clear();
    Line { glyphs }
}

/// Without blanks at its end.
fn trimmed(glyphs: &[Glyph]) -> &[Glyph] {
    let blanks = glyphs.iter().rev().take_while(|glyph| glyph.character == ' ').count();
    &glyphs[..glyphs.len() - blanks]
}

/// Parts between which a line may end: behind blanks and hyphens, and beside every Chinese character, except that no line
/// begins with a closing sign.
fn words(glyphs: &[Glyph]) -> Vec<&[Glyph]> {
    let mut out = Vec::new();
    let mut from = 0;
    for at in 1..glyphs.len() {
        let (before, behind) = (glyphs[at - 1].character, glyphs[at].character);
        let after_sign = matches!(before, ' ' | '-' | '/' | '_' | ',' | ';') && behind != ' ';
        let wide = is_wide(before) || is_wide(behind);
        let sticks = is_closing(behind) || is_opening(before) || behind == ' ';
        if (after_sign || wide) && !sticks {
            out.push(&glyphs[from..at]);
            from = at;
        }
    }
    if from < glyphs.len() {
        out.push(&glyphs[from..]);
    }
    out
}

fn is_wide(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_closing(character: char) -> bool {
    "，。、；：？！）】》”’,.;:?!)]}%".contains(character)
}

fn is_opening(character: char) -> bool {
    "（【《“‘([{".contains(character)
}
