//! What a name that nothing has was probably meant to be. Every misspelt name of a command line, of settings and of
//! comments is answered by this room, so that the same slip gets the same answer everywhere.
//!
//! ```text
//! did_you_mean("s3_via_nat", rules)   // ", did you mean `s3_via_nat_only`?"
//! did_you_mean("kubernetes", rules)   // ""
//! ```

/// The name that is most like `name`, if one is like it; of several, the first in the alphabet.
pub fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let distances = names.filter_map(|candidate| Some((distance(name, candidate)?, candidate)));
    distances.min().map(|(_, nearest)| nearest)
}

/// The question after a name that nothing has; empty if no name is like it.
pub fn did_you_mean<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> String {
    let nearest = nearest(name, names);
    nearest.map_or(String::new(), |nearest| {
        format!(", did you mean `{nearest}`?")
    })
}

/// How many letters of a name have to change; `None` if the two are not alike.
pub fn distance(name: &str, candidate: &str) -> Option<usize> {
    let distance = strsim::damerau_levenshtein(name, candidate);
    // One slip in three letters: at more, the suggestion surprises more often than it helps.
    (distance * 3 <= candidate.len()).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_gets_the_nearest_one() {
        let names = || ["s3_via_nat_only", "pedantic", "cost"].into_iter();
        assert_eq!(nearest("s3_via_nat", names()), Some("s3_via_nat_only"));
        assert_eq!(nearest("pedant", names()), Some("pedantic"));
        assert_eq!(nearest("nothing_like_it", names()), None);
        assert_eq!(did_you_mean("csot", names()), ", did you mean `cost`?");
        assert_eq!(did_you_mean("nothing_like_it", names()), "");
    }
}
