//! Why `hcl::edit` refuses a text.
//!
//! Its error has a message, a line and a place, but no kind (hcl-edit 0.10), so that the reasons can be told apart by
//! their wording only. This table is the one place that knows the wording; a test below fails if an update of the library
//! changes it, and a reason that is not in the table is an ordinary syntax error, with the right place.

use hcl::edit::parser;

/// Reasons that deserve a message of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The library's bound of nested expressions, 64 levels.
    Nesting,
    /// The library's bound of binary operators without parentheses, 128.
    Operators,
    /// A body sets an attribute for the second time.
    SetTwice,
    /// Anything else: a token that does not belong there.
    Token,
}

/// What the message of each reason contains.
const WORDINGS: [(&str, Refusal); 3] = [
    ("nested levels", Refusal::Nesting),
    ("chained binary operators", Refusal::Operators),
    ("redefined attribute", Refusal::SetTwice),
];

impl Refusal {
    /// The reason of an error.
    pub(super) fn of(error: &parser::Error) -> Self {
        let mut wordings = WORDINGS.iter();
        let found = wordings.find(|(wording, _)| error.message().contains(wording));
        found.map_or(Self::Token, |(_, refusal)| *refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_still_words_its_reasons_so() {
        let nested = format!("a = {}1{}", "[".repeat(80), "]".repeat(80));
        let chained = format!("a = 1{}", " + 1".repeat(200));
        for (text, refusal) in [
            (&*nested, Refusal::Nesting),
            (&*chained, Refusal::Operators),
            ("a = 1\na = 2\n", Refusal::SetTwice),
            ("a = =\n", Refusal::Token),
        ] {
            let error = parser::parse_body(text).expect_err("it is refused");
            assert_eq!(Refusal::of(&error), refusal, "{error}");
        }
    }
}
