//! Words of enumerations that are not the command line's own.

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Takes the word that `name` gives to each value.
pub(super) fn words<T: Copy + Send + Sync + 'static, const N: usize>(
    all: [T; N],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.map(name)).try_map(move |word| {
        let found = all.into_iter().find(|one| name(*one) == word);
        found.ok_or("the parser lets only the words of the list pass")
    })
}
