//! Which known word was most likely meant.

/// Known words similar to what was written, nearest first.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let plain = |word: &str| word.to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(written);
    let length = wanted.chars().count();
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|word| {
            let distance = strsim::damerau_levenshtein(&wanted, &plain(word));
            let near = distance <= length.div_ceil(3).max(1) && distance < length.max(1);
            near.then_some((distance, word))
        })
        .collect();
    scored.sort_unstable();
    scored.dedup();
    scored.into_iter().map(|(_, word)| word.to_owned()).collect()
}
