//! The references that a plan notes of an expression.

use serde_json::Value as Json;

use crate::terraform::address::Key;

/// A reference: `aws_subnet.private[0].id`, `module.vpc["a"].vpc_id`, `each.value.id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlanReference<'p> {
    steps: Vec<ReferenceStep<'p>>,
}

/// A step of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReferenceStep<'p> {
    Name(&'p str),
    Key(Key),
}

impl<'p> PlanReference<'p> {
    fn parse(mut text: &'p str) -> Self {
        let mut steps = Vec::new();
        while !text.is_empty() {
            if let Some(rest) = text.strip_prefix('[') {
                let Some((key, rest)) = Key::parse(rest) else {
                    break;
                };
                steps.push(ReferenceStep::Key(key));
                text = rest;
            } else {
                let rest = text.strip_prefix('.').unwrap_or(text);
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                steps.push(ReferenceStep::Name(&rest[..end]));
                text = &rest[end..];
            }
        }
        Self { steps }
    }

    /// The names at its beginning, up to `count` of them, and the steps behind them; `None` if it
    /// does not begin with as many names.
    pub(super) fn split(&self, count: usize) -> Option<(Vec<&'p str>, &[ReferenceStep<'p>])> {
        let names = self.steps.get(..count)?.iter().map(|step| match step {
            ReferenceStep::Name(name) => Some(*name),
            ReferenceStep::Key(_) => None,
        });
        Some((names.collect::<Option<_>>()?, &self.steps[count..]))
    }

    /// Whether it begins with the steps of `prefix`.
    fn has_prefix(&self, prefix: &Self) -> bool {
        self.steps.starts_with(&prefix.steps)
    }
}

/// The references of an expression, without the shorter ones that a plan adds behind each: for
/// `aws_vpc.this[0].id`, it notes that, `aws_vpc.this[0]` and `aws_vpc.this`. An `aws_vpc.this` behind a
/// reference that is no longer is one that the expression itself has.
pub(super) fn references(expression: &Json) -> Vec<PlanReference<'_>> {
    let texts = expression.get("references").and_then(Json::as_array);
    let mut found: Vec<PlanReference> = Vec::new();
    let mut shortest = usize::MAX;
    for text in texts.into_iter().flatten().filter_map(Json::as_str) {
        let reference = PlanReference::parse(text);
        let length = reference.steps.len();
        let is_added = length < shortest && found.last().is_some_and(|l| l.has_prefix(&reference));
        shortest = length;
        if !is_added && !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_shorter_forms_of_a_reference_are_left_out() {
        let expression = json!({ "references": ["aws_vpc.this[0].id", "aws_vpc.this[0]", "aws_vpc.this",
            "aws_vpc.this", "each.value", "module.a[\"x.y\"].b", "module.a[\"x.y\"]", "module.a"] });
        let names: Vec<usize> = references(&expression)
            .iter()
            .map(|found| found.steps.len())
            .collect();
        assert_eq!(names, [4, 2, 2, 4]);
    }

    #[test]
    fn what_is_no_reference_is_no_panic() {
        for text in [
            "",
            ".",
            "[",
            "a[",
            "a[\"",
            "a[0",
            "a..b",
            "\u{1f600}[\u{1f600}]",
        ] {
            let _ = references(&json!({ "references": [text, 1, null] }));
        }
    }
}
