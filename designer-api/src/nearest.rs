//! "Did you mean …?"

/// The known word that is most like `word`, when one is like it at all.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A name of more characters is no slip of the finger, and comparing it would cost its length squared.
    if word.chars().count() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_or_none() {
        let known = ["operator", "inspector", "team_leader"];
        assert_eq!(nearest("operater", known), Some("operator"));
        assert_eq!(nearest("Team_Lead", known), Some("team_leader"));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest(&"x".repeat(10_000), known), None);
    }
}
