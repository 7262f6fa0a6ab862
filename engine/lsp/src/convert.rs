//! Bytes and UTF-16 positions, paths and addresses.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use language::diagnostic::{Diagnostic, Edit, Language, Severity};
use language::model::Span;
use lsp_types::{Position, Range, TextEdit, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A byte as a line and UTF-16 units in it.
pub(crate) fn position(text: &str, at: usize) -> Position {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[..start].bytes().filter(|byte| *byte == b'\n').count();
    let character = text[start..at].chars().map(char::len_utf16).sum::<usize>();
    Position {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        character: u32::try_from(character).unwrap_or(u32::MAX),
    }
}

/// The byte of a position; beyond the end of a line its end.
pub(crate) fn byte(text: &str, position: Position) -> usize {
    let mut start = 0;
    for _ in 0..position.line {
        match text[start..].find('\n') {
            Some(newline) => start += newline + 1,
            None => return text.len(),
        }
    }
    let mut units = 0;
    for (at, c) in text[start..].char_indices() {
        if c == '\n' || c == '\r' && text[start + at..].starts_with("\r\n") || units >= position.character as usize {
            return start + at;
        }
        units += c.len_utf16();
    }
    text.len()
}

pub(crate) fn range(text: &str, span: Span) -> Range {
    Range {
        start: position(text, span.start),
        end: position(text, span.end.max(span.start)),
    }
}

pub(crate) fn text_edit(text: &str, edit: &Edit) -> TextEdit {
    let span = Span {
        start: edit.start,
        end: edit.end,
    };
    TextEdit {
        range: range(text, span),
        new_text: edit.text.clone(),
    }
}

/// A diagnostic as editors show it: message, what was expected, why it matters.
pub(crate) fn diagnostic(text: &str, one: &Diagnostic, language: Language) -> lsp_types::Diagnostic {
    let pick = |both: &(String, String)| match language {
        Language::En => both.0.clone(),
        Language::Zh => both.1.clone(),
    };
    let mut message = pick(&one.message);
    if let Some(why) = &one.why {
        message.push('\n');
        message.push_str(&pick(why));
    }
    lsp_types::Diagnostic {
        range: range(text, one.span),
        severity: Some(match one.severity {
            Severity::Error => lsp_types::DiagnosticSeverity::ERROR,
            Severity::Warning => lsp_types::DiagnosticSeverity::WARNING,
            Severity::Notice => lsp_types::DiagnosticSeverity::INFORMATION,
        }),
        code: Some(lsp_types::NumberOrString::String(one.code.to_owned())),
        source: Some("gemba".to_owned()),
        message,
        ..lsp_types::Diagnostic::default()
    }
}

/// What stays as it is in the path of an address.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b':');

/// The file of an address; `None` for one that is not on this computer.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let decoded = percent_decode_str(rest).decode_utf8().ok()?;
    let plain = match decoded.as_bytes() {
        // `/C:/apps`
        [b'/', drive, b':', ..] if cfg!(windows) && drive.is_ascii_alphabetic() => &decoded[1..],
        _ => &decoded,
    };
    Some(PathBuf::from(plain))
}

pub(crate) fn uri(path: &Path) -> Option<Uri> {
    let text = path.to_str()?.replace('\\', "/");
    let slash = if text.starts_with('/') { "" } else { "/" };
    Uri::from_str(&format!("file://{slash}{}", utf8_percent_encode(&text, PATH))).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "what does not hold fails the test")]

    use super::*;

    #[test]
    fn positions_count_utf16_units() {
        let text = "a轴🔧b\r\n\n轴";
        for (at, line, character) in [
            (0, 0, 0),
            (1, 0, 1),
            (4, 0, 2),
            (8, 0, 4),
            (9, 0, 5),
            (11, 1, 0),
            (12, 2, 0),
            (15, 2, 1),
        ] {
            let found = position(text, at);
            assert_eq!((found.line, found.character), (line, character), "{at}");
            assert_eq!(byte(text, found), at, "{at}");
        }
        // Beyond the end of a line, of the file, and inside a pair of units.
        assert_eq!(byte(text, Position::new(0, 99)), 9);
        assert_eq!(byte(text, Position::new(9, 0)), text.len());
        assert_eq!(byte(text, Position::new(0, 3)), 8);
        // Inside a character.
        assert_eq!(position(text, 2), Position::new(0, 1));
    }

    #[test]
    fn paths_and_addresses() {
        for text in ["/a/首件 检验.yaml", "/a b/c#d?.yaml", "/x"] {
            let address = uri(Path::new(text)).unwrap();
            assert!(address.as_str().is_ascii());
            assert_eq!(path(&address).unwrap(), PathBuf::from(text));
        }
        assert_eq!(path(&Uri::from_str("untitled:Untitled-1").unwrap()), None);
    }
}
