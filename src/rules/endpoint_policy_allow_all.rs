//! An endpoint policy that allows everyone everything. Not certain where conditions or a Deny are not
//! known.

use crate::aws::fact::Fact;
use crate::aws::policy::Statement;
use crate::aws::policy::pattern::Pattern;
use crate::finding::Finding;

use super::Context;
use super::shared::policies::{self, WrittenPolicy};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    policies::of_endpoints(cx)
        .filter_map(|policy| finding(cx, &policy))
        .collect()
}

fn finding(cx: &Context, policy: &WrittenPolicy) -> Option<Finding> {
    let service = policy.endpoint.service.aws_service.known();
    let service = service.and_then(Option::as_deref).unwrap_or_default();
    let opens = policy.statement(|statement| allows_everything(statement, service))?;
    let restricted = policy.policy.statements.any(Statement::denies);
    let evidence = policy.evidence.clone();
    let evidence = evidence.about(&opens.presence).excludes(restricted);
    let message = format!(
        "the policy of `{}` allows everyone everything, as if there were none{}",
        policy.endpoint.origin.name(),
        evidence.depends_on()
    );
    let finding = policy.finding(cx, &evidence, message)?;
    Some(finding.help(
        "name the actions and resources that are needed, or ask for the organisation:\n\
         Condition = { StringEquals = { \"aws:PrincipalOrgID\" = \"o-…\" } }",
    ))
}

/// Whether a statement allows everyone every action of a service on everything.
fn allows_everything(statement: &Statement, service: &str) -> Fact<bool> {
    // Behind an endpoint, `s3:*` is all that anybody can ask for, like `*`.
    let every_action = format!("{service}:*");
    let actions = statement.actions.any(|action| {
        let is_every = action.is_text(&every_action);
        action.is_anything().either(Fact::Known(is_every))
    });
    statement
        .allows()
        .and(statement.is_about_everybody())
        .and(actions)
        .and(statement.resources.any(Pattern::is_anything))
        .and(statement.conditions.is_empty())
}
