//! Policies in the words of hops and causes.

use crate::aws::members::Members;
use crate::aws::policy::pattern::Pattern;
use crate::aws::policy::{Clause, Statement};

use super::Call;
use super::ruling::{self, RequestContext};

/// What is asked for: `aws_s3_bucket.logs`, `s3`.
pub(super) fn target(call: &Call) -> String {
    match (call.bucket, call.service) {
        (Some(bucket), _) => bucket.origin.name(),
        (None, Some(service)) => service.to_owned(),
        (None, None) => "its service".to_owned(),
    }
}

/// What a policy that admits something admits of it: `s3:GetObject for aws_s3_bucket.logs`.
pub(super) fn admitted(statements: &Members<Statement>, context: &RequestContext) -> String {
    let Some(bucket) = context.call.bucket else {
        return format!("every request to {}", target(context.call));
    };
    let actions: Vec<&str> = ruling::admitted(statements, bucket, context).collect();
    format!("{} for {}", actions.join(", "), bucket.origin.name())
}

/// What a policy allows and denies: `admits s3:GetObject on arn:aws:s3:::logs/* only`.
pub(super) fn rules(statements: &Members<Statement>) -> String {
    let allowed = listed_statements(statements, |statement| !statement.allows().is_false());
    let denied = listed_statements(statements, |statement| !statement.denies().is_false());
    let admits = match (allowed.as_str(), statements.unlisted().first()) {
        (_, Some(cause)) => return format!("is not known: {}", cause.reason),
        ("", None) => "admits nothing that is understood".to_owned(),
        (allowed, None) => format!("admits {allowed}"),
    };
    match denied.as_str() {
        "" => format!("{admits} only"),
        denied => format!("{admits} and denies {denied}"),
    }
}

/// What a policy denies: `denies s3:* on arn:aws:s3:::logs/* if aws:sourcevpce`.
pub(super) fn denials(statements: &Members<Statement>) -> String {
    let denied = listed_statements(statements, |statement| !statement.denies().is_false());
    match statements.unlisted().first() {
        Some(cause) => format!("is not known: {}", cause.reason),
        None => format!("denies {denied}"),
    }
}

/// How many items are listed before `and 2 more`.
const SHOWN: usize = 3;

fn listed_statements(statements: &Members<Statement>, test: impl Fn(&Statement) -> bool) -> String {
    let values = statements.iter().map(|member| &member.value);
    let chosen = values.filter(|value| test(value)).map(statement);
    listed(&chosen.collect::<Vec<_>>(), "; ")
}

/// `s3:GetObject on arn:aws:s3:::logs/* for some principals if aws:principalorgid`
fn statement(statement: &Statement) -> String {
    let actions = clause(&statement.actions);
    let resources = clause(&statement.resources);
    let mut text = format!("{actions} on {resources}");
    if !statement.is_about_everybody().is_true() {
        text.push_str(" for some principals");
    }
    let keys = statement.conditions.iter();
    let keys: Vec<String> = keys
        .map(|condition| condition.value.key.to_string())
        .collect();
    if !keys.is_empty() {
        text.extend([" by ", &listed(&keys, ", ")]);
    }
    text
}

fn clause(clause: &Clause<Pattern>) -> String {
    let named = clause.named.iter().map(|pattern| pattern.value.to_string());
    let named = listed(&named.collect::<Vec<_>>(), ", ");
    match (clause.is_negated, named.as_str()) {
        (true, _) => format!("all but {named}"),
        (false, "") => "what is not known".to_owned(),
        (false, _) => named,
    }
}

fn listed(items: &[String], between: &str) -> String {
    match items.len().checked_sub(SHOWN) {
        None | Some(0) => items.join(between),
        Some(hidden) => format!("{} and {hidden} more", items[..SHOWN].join(between)),
    }
}
