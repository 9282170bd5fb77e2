//! Reads `# tfvpc: ignore[rule_name, other_rule] until=2027-01-31 reason`.

use std::collections::BTreeSet;

use super::date::Date;
use crate::source::{Problem, Span};
use crate::terraform::syntax::Comment;

/// A comment that ignores rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// The rules that it names.
    pub(super) rules: Vec<String>,
    /// The last day on which it holds.
    pub(super) until: Option<Date>,
    /// Why; may be empty.
    pub(super) reason: String,
    /// Where the comment stands.
    pub(super) span: Span,
    /// Whether nothing but the comment stands on its lines.
    pub(super) own_line: bool,
}

const HELP: &str = "write `# tfvpc: ignore[rule_name] until=2027-01-31 reason`; `until` and the reason may be left out";

/// The comments that begin with `tfvpc:`, and problems with those that are not well formed.
pub(super) fn directives(comments: &[Comment]) -> (Vec<Directive>, Vec<Problem>) {
    let mut directives = Vec::new();
    let mut problems = Vec::new();
    for comment in comments {
        let Some(text) = inside(&comment.text).strip_prefix("tfvpc:") else {
            continue;
        };
        match parse(text.trim()) {
            Ok((rules, until, reason)) => directives.push(Directive {
                rules,
                until,
                reason,
                span: comment.span,
                own_line: comment.own_line,
            }),
            Err(message) => problems.push(Problem::warning(message, comment.span).help(HELP)),
        }
    }
    (directives, problems)
}

/// The text of a comment without its markers.
fn inside(comment: &str) -> &str {
    if let Some(text) = comment.strip_prefix("/*") {
        return text.strip_suffix("*/").unwrap_or(text).trim();
    }
    comment.trim_start_matches(['#', '/']).trim()
}

/// Rules, last day and reason.
type DirectiveParts = (Vec<String>, Option<Date>, String);

fn parse(text: &str) -> Result<DirectiveParts, String> {
    let after_word = text.strip_prefix("ignore").map(str::trim_start);
    let after_bracket = after_word.and_then(|rest| rest.strip_prefix('['));
    let Some((list, rest)) = after_bracket.and_then(|rest| rest.split_once(']')) else {
        return Err(format!("the comment `tfvpc: {text}` ignores nothing"));
    };
    let names = list.split(',').map(str::trim);
    let mut seen = BTreeSet::new();
    // A rule that is named twice is meant once.
    let names = names.filter(|rule| !rule.is_empty() && seen.insert(*rule));
    let rules: Vec<String> = names.map(str::to_owned).collect();
    if rules.is_empty() {
        return Err("the comment names no rule to ignore".to_owned());
    }
    let mut words: Vec<&str> = rest.split_whitespace().collect();
    let mut until = None;
    if let Some(date) = words.first().and_then(|word| word.strip_prefix("until=")) {
        until = Some(date.parse::<Date>().map_err(|error| error.to_string())?);
        words.remove(0);
    }
    Ok((rules, until, words.join(" ")))
}

impl Directive {
    pub(super) fn names(&self, rule: &str) -> bool {
        self.rules.iter().any(|name| name == rule)
    }

    /// Whether its last day has passed.
    pub(super) fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_names_rules_a_last_day_and_a_reason() {
        let (rules, until, reason) =
            parse("ignore[one, other_rule] until=2027-01-31 moves  in\n January")
                .expect("well formed");
        assert_eq!(rules, ["one", "other_rule"]);
        assert_eq!(
            until.map(|date| date.to_string()).as_deref(),
            Some("2027-01-31")
        );
        assert_eq!(reason, "moves in January");
        let (twice, ..) = parse("ignore[one, other_rule, one]").expect("well formed");
        assert_eq!(twice, ["one", "other_rule"]);
        let alone = parse("ignore[one]").expect("well formed");
        assert_eq!(alone, (vec!["one".to_owned()], None, String::new()));
    }

    #[test]
    fn every_kind_of_comment_has_its_markers_removed() {
        for comment in [
            "# tfvpc: x",
            "## tfvpc: x",
            "//tfvpc: x",
            "/* tfvpc: x */",
            "/*\n tfvpc: x\n*/",
        ] {
            assert_eq!(inside(comment), "tfvpc: x", "{comment}");
        }
    }

    #[test]
    fn what_says_nothing_clear_is_refused() {
        for text in [
            "",
            "ignore",
            "ignore one",
            "ignore[one",
            "ignore[]",
            "ignore[ , ]",
            "off",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        let wrong = parse("ignore[one] until=tomorrow").expect_err("no date");
        assert_eq!(wrong, "`tomorrow` is not a date: write `2027-01-31`");
    }
}
