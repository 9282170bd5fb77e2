//! Words that options take: those of enumerations that are declared elsewhere, and the formats that two
//! commands share.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// How `show` and `rules` print.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum TextOrJson {
    Text,
    Json,
}

/// Takes the word that `name` gives to each value. Settings and severities have their words already;
/// clap's derive would need them a second time.
pub(super) fn word_parser<T: Copy + Send + Sync + 'static, const N: usize>(
    values: [T; N],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(values.map(name)).try_map(move |word| {
        let value = values.into_iter().find(|value| name(*value) == word);
        value.ok_or("the parser lets only the words of the list pass")
    })
}
