//! Requests for what belongs to AWS itself, such as the bucket from which ECR serves image layers: whether a
//! policy admits them although it asks for resources of an account or organization.
//!
//! No customer's account or organization owns such a resource. An id that the configuration writes as text
//! could be one of AWS's; [`WrittenIds`] says how it counts.

use crate::aws::fact::Fact;
use crate::aws::members::Members;
use crate::aws::policy::{Condition, Statement, names_customer};
use crate::terraform::value::Value;

use super::condition::{Operator, operator};

/// How an id of an account or organization counts that is written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenIds {
    /// It is a customer's.
    OfCustomers,
    /// It may be one of AWS's.
    MayBeOfAws,
}

/// Whether a policy admits a request for a resource that AWS owns. Conditions about anything else may hold or
/// not.
pub fn is_admitted(
    statements: &Members<Statement>,
    action: &str,
    resource: &str,
    written_ids: WrittenIds,
) -> Fact<bool> {
    let is_about = |statement: &Statement| {
        let fails = |condition: &_| holds(condition, written_ids).map(|holds| !holds);
        let has_failing = statement.conditions.any(fails);
        let matches = statement.matches(action, resource);
        matches.and(has_failing.map(|has_failing| !has_failing))
    };
    let allowed = statements.any(|statement| statement.allows().and(is_about(statement)));
    let denied = statements.any(|statement| {
        let is_about_everybody = statement.is_about_everybody();
        statement
            .denies()
            .and(is_about_everybody)
            .and(is_about(statement))
    });
    allowed.and(denied.map(|is_denied| !is_denied))
}

/// Condition keys that ask who owns the resource, and whether every resource has them (IAM guide "AWS global
/// condition context keys"; S3 guide, condition keys): an account may be in no organization.
const OWNER_KEYS: [(&str, bool); 4] = [
    ("aws:resourceaccount", true),
    ("s3:resourceaccount", true),
    ("aws:resourceorgid", false),
    ("aws:resourceorgpaths", false),
];

/// Whether a condition holds where AWS owns the resource.
fn holds(condition: &Condition, written_ids: WrittenIds) -> Fact<bool> {
    let not_understood = || Fact::unknown(format!("whether `{}` holds", condition.key));
    let key = OWNER_KEYS.iter().find(|(key, _)| **key == *condition.key);
    let (Some((_, is_always_there)), Some(operator)) = (key, operator(&condition.operator)) else {
        return not_understood();
    };
    let Operator {
        is_negated,
        if_exists,
    } = operator;
    let is_aws = condition.values.any(|value| is_aws(value, written_ids));
    match is_aws {
        Fact::Known(false) if if_exists && !is_negated && !is_always_there => not_understood(),
        is_aws => is_aws.map(|is_aws| is_aws != is_negated),
    }
}

/// Whether an id is one of AWS's.
fn is_aws(value: &Value, written_ids: WrittenIds) -> Fact<bool> {
    let may_be = || Fact::unknown("which account or organization is meant is not known");
    match value.unmarked() {
        Value::Reference(reference) if names_customer(reference) => Fact::Known(false),
        Value::Template(pieces) => pieces.first().map_or_else(may_be, |first| match first {
            Value::Reference(reference) if names_customer(reference) => Fact::Known(false),
            _ => may_be(),
        }),
        Value::String(id) if written_ids == WrittenIds::OfCustomers => match id.chars().next() {
            // A pattern that begins with a wildcard matches anything.
            None | Some('*' | '?') => may_be(),
            Some(_) => Fact::Known(false),
        },
        _ => may_be(),
    }
}
