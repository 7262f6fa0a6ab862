//! Numbers and times in words: what people write where the file needs digits. Only for the fixes that are offered.

/// `three`, `三`, `二十`, `两`: a number in words at the beginning of a text, and the rest of it.
pub(super) fn number_in_words(text: &str) -> Option<(u32, &str)> {
    const WORDS: &[(&str, u32)] = &[
        ("one", 1),
        ("once", 1),
        ("twice", 2),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("fifteen", 15),
        ("twenty", 20),
        ("thirty", 30),
    ];
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let word = text[..end].to_lowercase();
    if let Some((_, number)) = WORDS.iter().find(|(known, _)| *known == word) {
        return Some((*number, &text[end..]));
    }
    chinese_number(text)
}

fn chinese_number(text: &str) -> Option<(u32, &str)> {
    const DIGITS: &str = "零一二三四五六七八九";
    let digit = |c: char| match c {
        '两' => Some(2),
        _ => DIGITS
            .chars()
            .position(|known| known == c)
            .and_then(|at| u32::try_from(at).ok()),
    };
    let mut total = 0;
    let mut end = 0;
    let mut last: Option<u32> = None;
    for c in text.chars() {
        match (digit(c), c) {
            (Some(value), _) => last = Some(value),
            (None, '十') => {
                total += 10 * last.take().unwrap_or(1);
            }
            _ => break,
        }
        end += c.len_utf8();
    }
    (end > 0).then(|| (total + last.unwrap_or(0), &text[end..]))
}

/// A duration that people write otherwise: `0,5 h`, `0:20`, `二十分钟`, `20mn`, `half an hour`.
pub(super) fn duration_meant(text: &str) -> Option<String> {
    let text = text.trim();
    let mut tries = vec![text.replace([',', '，'], ".")];
    match text.to_lowercase().as_str() {
        "half an hour" | "半小时" | "半个小时" => tries.push("30 min".to_owned()),
        "an hour" | "one hour" | "一个小时" => tries.push("1 h".to_owned()),
        "a day" | "一天" => tries.push("1 day".to_owned()),
        _ => {}
    }
    if let Some((hours, minutes)) = text.split_once([':', '：'])
        && let (Ok(hours), Ok(minutes)) = (hours.parse::<u32>(), minutes.parse::<u32>())
    {
        let parts = [(hours, "h"), (minutes, "min")];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, unit)| format!("{number} {unit}"))
            .collect();
        tries.push(parts.join(" "));
    }
    if let Some((number, rest)) = number_in_words(text) {
        tries.push(format!("{number} {}", rest.trim().trim_start_matches('个')));
    }
    let digits = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim().trim_end_matches('.').to_lowercase().as_str() {
        "mn" | "m" | "mins" | "minuten" | "分中" | "分种" => "min",
        "hr" | "hrs" | "hour" | "hours" | "std" | "stunden" => "h",
        "sec" | "secs" | "sek" => "s",
        "d" | "tage" => "days",
        _ => "",
    };
    if !unit.is_empty() {
        tries.push(format!("{number} {unit}"));
    }
    tries
        .into_iter()
        .find(|text| expression::parse_duration(text).is_ok_and(|one| one.as_ms() >= 0))
}

/// A time of day in words: `6 in the morning`, `6 Uhr`, `早上6点`, `6 pm`.
pub(super) fn time_meant(text: &str) -> Option<String> {
    let small = text.to_lowercase();
    let digits: String = small
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    let hour: u32 = digits.parse().ok()?;
    let others = small.replacen(&digits, "", 1);
    let has = |words: &[&str]| words.iter().any(|word| others.contains(word));
    let evening = has(&["pm", "p.m.", "evening", "afternoon", "下午", "晚上"]);
    let morning = has(&["am", "a.m.", "morning", "uhr", "o'clock", "点", "h", "早上", "上午"]);
    if others.contains(|c: char| c.is_ascii_digit()) || !(evening || morning) {
        return None;
    }
    let hour = if evening && hour < 12 { hour + 12 } else { hour };
    (hour < 24).then(|| format!("{hour:02}:00"))
}
