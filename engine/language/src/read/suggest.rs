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
            // `serial_no` for `serial_number`: the beginning counts as much as a few letters.
            let begins = plain(word)
                .chars()
                .zip(wanted.chars())
                .take_while(|(a, b)| a == b)
                .count();
            let begins_alike = begins >= 4 && begins + 2 >= length;
            let near =
                begins_alike && distance < length || distance <= length.div_ceil(3).max(1) && distance < length.max(1);
            near.then_some((distance, word))
        })
        .collect();
    scored.sort_unstable();
    scored.dedup();
    scored.into_iter().map(|(_, word)| word.to_owned()).collect()
}

/// The one that is clearly meant; none when two are equally near, because a wrong name is worse than none.
pub(crate) fn clearly<'n>(written: &str, near: &'n [String]) -> Option<&'n String> {
    let distance = |word: &String| strsim::damerau_levenshtein(&written.to_lowercase(), &word.to_lowercase());
    let first = near.first()?;
    let rival = near.get(1).is_some_and(|second| distance(second) <= distance(first));
    (!rival).then_some(first)
}
