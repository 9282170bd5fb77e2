//! An endpoint policy that lets everyone use resources of any account. Not certain where conditions or a
//! Deny are not known.

use crate::aws::fact::Fact;
use crate::aws::policy::Statement;
use crate::aws::policy::pattern::Pattern;
use crate::finding::Finding;

use super::Context;
use super::shared::policies::{self, WrittenPolicy, is_boundary};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    policies::of_endpoints(cx)
        .filter_map(|policy| finding(cx, &policy))
        .collect()
}

fn finding(cx: &Context, policy: &WrittenPolicy) -> Option<Finding> {
    let open = policy.statement(is_open)?;
    let keeps = |statement: &Statement| statement.denies().and(has_boundary(statement));
    let evidence = policy.evidence.clone();
    let evidence = evidence
        .about(&open.presence)
        .excludes(policy.policy.statements.any(keeps));
    let message = format!(
        "the policy of `{}` lets everyone use resources of any account{}",
        policy.endpoint.origin.name(),
        evidence.depends_on()
    );
    let finding = policy.finding(cx, &evidence, message)?;
    Some(finding.help(
        "ask for your organisation on both sides:\n\
         Condition = {\n  \
           StringEquals = {\n    \
             \"aws:PrincipalOrgID\" = \"o-…\"\n    \
             \"aws:ResourceOrgID\"  = \"o-…\"\n  \
           }\n\
         }",
    ))
}

/// Whether a statement allows everyone something on resources of any account.
fn is_open(statement: &Statement) -> Fact<bool> {
    statement
        .allows()
        .and(statement.is_about_everybody())
        .and(statement.resources.any(Pattern::names_no_resource))
        .and(has_boundary(statement).map(|has| !has))
}

fn has_boundary(statement: &Statement) -> Fact<bool> {
    statement.has_condition(is_boundary)
}
