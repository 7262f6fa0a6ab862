//! What a file of a catalogue says of itself in its first lines.

/// How far a pattern can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    Full,
    /// Only in part, or by working around.
    Part,
    No,
}

/// The first lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub number: u32,
    /// English and Chinese, like all pairs here.
    pub name: (String, String),
    pub floor: (String, String),
    pub support: Support,
    /// Why it is not supported fully.
    pub why: Option<(String, String)>,
    /// What takes the pattern out of the app: a text of it, and what stands there instead.
    pub without: Option<(String, String)>,
}

impl Header {
    /// Fails with a sentence that says what is missing.
    pub fn read(source: &str, prefix: &str) -> Result<Header, String> {
        let lines = lines(source);
        let value = |key: &str| {
            lines
                .iter()
                .find_map(|line| Some(line.strip_prefix(key)?.trim().to_owned()))
        };
        let needed = |key: &str| value(key).ok_or_else(|| format!("no line begins with `# {key}`"));
        let begin = format!("{prefix}-");
        let first = needed(&begin)?;
        let shape = || format!("the first line is not `# {begin}1: Name / 名称`");
        let (number, name) = first.split_once(": ").ok_or_else(shape)?;
        let (en, zh) = name.split_once(" / ").ok_or_else(shape)?;
        let support = match needed("Support:")?.as_str() {
            "full" => Support::Full,
            "part" => Support::Part,
            "no" => Support::No,
            other => return Err(format!("`Support: {other}` is none of full, part, no")),
        };
        let why = value("Why:").zip(value("原因："));
        if (support == Support::Full) == why.is_some() {
            return Err("`Why:` and `原因：` belong to what is not fully supported, and only to it".into());
        }
        Ok(Header {
            number: number.parse().map_err(|_| shape())?,
            name: (en.trim().to_owned(), zh.trim().to_owned()),
            floor: (needed("Floor:")?, needed("现场：")?),
            support,
            why,
            without: value("Without:").map(|text| swap(&text)).transpose()?,
        })
    }
}

/// The comment lines at the top, those that go on joined.
fn lines(source: &str) -> Vec<String> {
    let comments = source.lines().map_while(|line| line.strip_prefix('#'));
    let mut lines: Vec<String> = Vec::new();
    for comment in comments {
        match (comment.strip_prefix("   "), lines.last_mut()) {
            (Some(more), Some(last)) => {
                // Chinese has no spaces between words.
                if last.is_ascii() || more.is_ascii() {
                    last.push(' ');
                }
                last.push_str(more.trim());
            }
            _ => lines.push(comment.trim().to_owned()),
        }
    }
    lines
}

/// `` `one text` → `another` ``; `\n` is the end of a line.
fn swap(text: &str) -> Result<(String, String), String> {
    let quoted = |part: &str| Some(part.trim().strip_prefix('`')?.strip_suffix('`')?.replace("\\n", "\n"));
    text.split_once('→')
        .and_then(|(from, to)| quoted(from).zip(quoted(to)))
        .ok_or_else(|| format!("`Without: {text}` is not `text` → `other text`"))
}
