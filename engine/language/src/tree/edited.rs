//! A text with edits applied, that still knows where its bytes came from.

use crate::diagnostic::Edit;

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// First byte in the edited text.
    text: usize,
    /// First byte in the source.
    source: usize,
    /// Copied text moves byte by byte; replaced text stands for the whole replaced range.
    copied: bool,
}

/// A source text with non-overlapping edits applied.
#[derive(Clone, Debug)]
pub(crate) struct Edited {
    text: String,
    pieces: Vec<Piece>,
    /// In order of position, in bytes of the source.
    edits: Vec<Edit>,
    source_len: usize,
}

impl Edited {
    /// Edits that overlap an earlier one, or do not fit the source, are left out.
    pub(crate) fn new(source: &str, mut edits: Vec<Edit>) -> Edited {
        edits.sort_by_key(|edit| (edit.start, edit.end));
        let mut text = String::with_capacity(source.len() + 64);
        let mut pieces = Vec::with_capacity(edits.len() * 2 + 1);
        let mut kept = Vec::with_capacity(edits.len());
        let mut done = 0;
        for edit in edits {
            let fits = edit.start >= done && source.get(edit.start..edit.end).is_some();
            if !fits {
                continue;
            }
            pieces.push(Piece {
                text: text.len(),
                source: done,
                copied: true,
            });
            text.push_str(&source[done..edit.start]);
            pieces.push(Piece {
                text: text.len(),
                source: edit.start,
                copied: false,
            });
            text.push_str(&edit.text);
            done = edit.end;
            kept.push(edit);
        }
        pieces.push(Piece {
            text: text.len(),
            source: done,
            copied: true,
        });
        text.push_str(&source[done..]);
        Edited {
            text,
            pieces,
            edits: kept,
            source_len: source.len(),
        }
    }
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
    pub(crate) fn edits(&self) -> &[Edit] {
        &self.edits
    }
    /// The byte of the source that a byte of the edited text came from.
    pub(crate) fn to_source(&self, at: usize) -> usize {
        let index = self.pieces.partition_point(|piece| piece.text <= at).saturating_sub(1);
        let piece = self.pieces[index];
        let offset = if piece.copied { at - piece.text } else { 0 };
        (piece.source + offset).min(self.source_len)
    }
}
