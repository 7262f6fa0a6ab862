//! `{en: Look, please, zh: 请看}`: texts in two languages on one line, whose commas, colons and braces mean something
//! else between brackets.

use super::scalar::quoted;

/// The same with quotes around the texts that need them; `None` when it is no such thing or needs none.
pub(crate) fn with_quotes(written: &str) -> Option<String> {
    let inside = written.trim().strip_prefix('{')?.strip_suffix('}')?;
    let starts = tags(inside);
    if starts.first()?.0 != inside.len() - inside.trim_start().len() {
        return None;
    }
    let mut parts = Vec::with_capacity(starts.len());
    for (place, (start, text_start)) in starts.iter().enumerate() {
        let end = starts.get(place + 1).map_or(inside.len(), |(next, _)| *next);
        let tag = inside[*start..*text_start].trim_end_matches([' ', ':', '：']);
        let text = inside[*text_start..end].trim();
        let text = text.strip_suffix(',').filter(|_| end < inside.len()).unwrap_or(text);
        parts.push(format!("{tag}: {}", safe(text.trim())));
    }
    let better = format!("{{{}}}", parts.join(", "));
    (better != written.trim()).then_some(better)
}

/// Where each text begins: its tag, and what is behind the colon. A tag stands at the beginning or behind a comma.
fn tags(inside: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut quote = None;
    let mut may_begin = true;
    for (at, character) in inside.char_indices() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some('"'),
            (None, ',') => may_begin = true,
            (None, ' ') => {}
            (None, _) => {
                if let Some(length) = tag_length(&inside[at..]).filter(|_| may_begin) {
                    found.push((at, at + length));
                }
                may_begin = false;
            }
        }
    }
    found
}

/// `en: ` or `zh：`, with the spaces behind it.
fn tag_length(text: &str) -> Option<usize> {
    let tag = text.get(..2)?;
    let colon = text[2..].chars().next()?;
    if !tag.bytes().all(|byte| byte.is_ascii_lowercase()) || !matches!(colon, ':' | '：') {
        return None;
    }
    let behind = 2 + colon.len_utf8();
    let spaces = text[behind..].len() - text[behind..].trim_start_matches(' ').len();
    (spaces > 0 || colon == '：').then_some(behind + spaces)
}

fn safe(text: &str) -> String {
    let is_quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let needs = text.contains([',', '{', '}', '[', ']', '：', '"', '#'])
        || text.contains(": ")
        || text.ends_with(':')
        || text.starts_with(['*', '&', '!', '%', '@', '`', '|', '>', '?', '\'', '-']);
    match needs && !is_quoted {
        true => quoted(text),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_quotes;

    #[test]
    fn texts_that_need_quotes_get_them() {
        for (written, better) in [
            ("{en: What, if any, zh: 什么}", "{en: \"What, if any\", zh: 什么}"),
            (
                "{en: Look at {order}, zh: 查看 {order}}",
                "{en: \"Look at {order}\", zh: \"查看 {order}\"}",
            ),
            (
                "{en: Note: look, zh: 注意：看}",
                "{en: \"Note: look\", zh: \"注意：看\"}",
            ),
            ("{en: \"a, b\", zh: c, d}", "{en: \"a, b\", zh: \"c, d\"}"),
        ] {
            assert_eq!(with_quotes(written).as_deref(), Some(better), "{written}");
        }
        for written in [
            "{en: Look, zh: 看}",
            "{order}",
            "{role: operator, person: li}",
            "{a b: c, d}",
            "{}",
            "{en",
        ] {
            assert_eq!(with_quotes(written), None, "{written}");
        }
    }
}
