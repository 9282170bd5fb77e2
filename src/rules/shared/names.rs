//! Names that nothing has, and what was probably meant.

use thiserror::Error;

/// No rule, category or other selector has this name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no {kind} is called `{name}`{}", suggestion(*.nearest))]
pub struct UnknownName {
    /// What kind of thing was asked for.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What was probably meant.
    pub nearest: Option<&'static str>,
}

impl UnknownName {
    pub(in crate::rules) fn new(
        kind: &'static str,
        name: &str,
        names: impl Iterator<Item = &'static str>,
    ) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            nearest: nearest(name, names),
        }
    }
}

/// The name that is most like `name`, if one is like it.
pub(crate) fn nearest(
    name: &str,
    names: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let distances =
        names.map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate));
    let (distance, nearest) = distances.min()?;
    // One slip in three letters: at more, the suggestion surprises more often than it helps.
    (distance * 3 <= nearest.len()).then_some(nearest)
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |name| format!(", did you mean `{name}`?"))
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
    }
}
