//! Texts in quotes and their escapes.

/// Reads a text from its opening quote on; gives the text and the bytes that it took, `None` when it is not closed.
///
/// A backslash in front of a character that is no escape stays what it is: patterns such as `"\d+"` are written so.
pub(super) fn read_text(source: &str) -> Option<(String, usize)> {
    let mut chars = source.char_indices();
    let (_, open) = chars.next()?;
    let closes = |c: char| match open {
        '“' | '”' => matches!(c, '”' | '“' | '"'),
        '＂' => c == '＂',
        _ => c == '"',
    };
    let mut text = String::new();
    while let Some((at, c)) = chars.next() {
        if closes(c) {
            return Some((text, at + c.len_utf8()));
        }
        if c != '\\' {
            text.push(c);
            continue;
        }
        let (_, escaped) = chars.next()?;
        match escaped {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '"' | '\'' | '\\' => text.push(escaped),
            'u' | 'U' => {
                let behind = &source[at + 2..];
                match unicode(behind, if escaped == 'u' { 4 } else { 6 }) {
                    Some((c, taken)) => {
                        text.push(c);
                        for _ in 0..taken {
                            chars.next();
                        }
                    }
                    None => text.extend(['\\', escaped]),
                }
            }
            other => text.extend(['\\', other]),
        }
    }
    None
}

/// The character of so many hexadecimal digits, or of two UTF-16 halves, and the characters that it took.
fn unicode(text: &str, digits: usize) -> Option<(char, usize)> {
    let number = hex(text, digits)?;
    if let Some(c) = char::from_u32(number) {
        return Some((c, digits));
    }
    let low = hex(text.get(digits..)?.strip_prefix("\\u")?, 4)?;
    let in_halves = (0xD800..0xDC00).contains(&number) && (0xDC00..0xE000).contains(&low);
    let c = in_halves.then(|| char::from_u32(0x10000 + ((number - 0xD800) << 10) + (low - 0xDC00)))??;
    Some((c, digits + 6))
}

fn hex(text: &str, digits: usize) -> Option<u32> {
    let text = text.get(..digits)?;
    text.bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(text, 16).ok())?
}
