//! Whether policies admit requests, by what is known of them.

use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Members;
use crate::aws::network::Network;
use crate::aws::policy::pattern::BUCKET_ARN;
use crate::aws::policy::text::RequestText;
use crate::aws::policy::{Effect, Statement};
use crate::aws::store::Bucket;

use super::{Arrival, Call, condition};

/// What is known of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestContext<'a> {
    pub(super) network: &'a Network,
    pub(super) call: &'a Call<'a>,
    pub(super) arrival: Arrival,
}

/// A request as policies see it.
#[derive(Clone, Debug)]
pub(super) struct PolicyRequest {
    /// As AWS documents spell it: `s3:GetObject`.
    pub(super) name: &'static str,
    action: RequestText,
    resource: RequestText,
}

/// The requests that users of a bucket need, and whether each is about objects in it.
const OF_BUCKETS: [(&str, bool); 3] = [
    ("s3:ListBucket", false),
    ("s3:GetObject", true),
    ("s3:PutObject", true),
];

/// Whether a policy that must allow requests admits them: for a bucket, any that its users need; for a
/// service, all of them (`true`) or none (`false`), and unknown if it admits some.
pub(super) fn admits(statements: &Members<Statement>, context: &RequestContext) -> Fact<bool> {
    if statements.is_empty().is_true() {
        return Fact::unknown("the policy has no statement, which AWS refuses");
    }
    if let Some(bucket) = context.call.bucket {
        let requests = of_bucket(bucket).into_iter();
        let admitted = requests.map(|asked| is_admitted(statements, &asked, context));
        return admitted.fold(Fact::Known(false), Fact::either);
    }
    let usual = is_admitted(statements, &any_of_service(context.call.service), context);
    let possible = is_admitted(statements, &anything(context.call.service), context);
    match (usual.known(), possible.known()) {
        (Some(true), _) => Fact::Known(true),
        (_, Some(false)) => Fact::Known(false),
        _ => {
            let cause = usual.cause().or(possible.cause()).cloned();
            Fact::Unknown(cause.unwrap_or_else(about_some_requests))
        }
    }
}

/// Whether a policy that may deny requests for a bucket leaves any that its users need.
pub(super) fn spares(statements: &Members<Statement>, context: &RequestContext) -> Fact<bool> {
    let requests = context.call.bucket.map(of_bucket).unwrap_or_default();
    let spared = requests
        .iter()
        .map(|asked| not(applies(statements, Effect::Deny, asked, context)));
    spared.fold(Fact::Known(false), Fact::either)
}

/// The requests for a bucket that a policy certainly admits.
pub(super) fn admitted<'a>(
    statements: &'a Members<Statement>,
    bucket: &Bucket,
    context: &'a RequestContext,
) -> impl Iterator<Item = &'static str> + 'a {
    let requests = of_bucket(bucket).into_iter();
    let admitted = requests.filter(|asked| is_admitted(statements, asked, context).is_true());
    admitted.map(|asked| asked.name)
}

fn is_admitted(
    statements: &Members<Statement>,
    asked: &PolicyRequest,
    context: &RequestContext,
) -> Fact<bool> {
    let is_allowed = applies(statements, Effect::Allow, asked, context);
    is_allowed.and(not(applies(statements, Effect::Deny, asked, context)))
}

/// Whether some statement of an effect is about a request.
fn applies(
    statements: &Members<Statement>,
    effect: Effect,
    asked: &PolicyRequest,
    context: &RequestContext,
) -> Fact<bool> {
    statements.any(|statement| {
        let of_effect = statement.effect.is(&effect);
        let action = statement.actions.matches_text(&asked.action);
        let resource = statement.resources.matches_text(&asked.resource);
        let is_about = of_effect.and(action).and(resource);
        let conditions = || conditions_hold(statement, context);
        // Conditions are read only where they matter.
        match is_about {
            Fact::Known(false) => is_about,
            possible => possible.and(conditions()).and(is_about_client(statement)),
        }
    })
}

/// Whether a statement is about the client. Who asks is not known, so only a statement about everybody
/// certainly is.
fn is_about_client(statement: &Statement) -> Fact<bool> {
    match statement.is_about_everybody() {
        Fact::Known(true) => Fact::Known(true),
        Fact::Known(false) => Fact::unknown("who asks is not known"),
        unknown => unknown,
    }
}

fn conditions_hold(statement: &Statement, context: &RequestContext) -> Fact<bool> {
    let fails = |condition: &_| not(condition::holds(condition, context));
    not(statement.conditions.any(fails))
}

fn not(fact: Fact<bool>) -> Fact<bool> {
    fact.map(|holds| !holds)
}

fn about_some_requests() -> Cause {
    Cause::new("the policy is about some requests only")
}

fn of_bucket(bucket: &Bucket) -> Vec<PolicyRequest> {
    let Some(address) = &bucket.origin.address else {
        return Vec::new();
    };
    let arn = RequestText::of(BUCKET_ARN).then_bucket(address, &bucket.name);
    let asked = |(name, is_object): (&'static str, bool)| PolicyRequest {
        name,
        action: RequestText::of(&name.to_ascii_lowercase()),
        resource: if is_object {
            arn.clone().then("/").then_anything()
        } else {
            arn.clone()
        },
    };
    OF_BUCKETS.map(asked).into()
}

/// Every request of a service, by the prefix that its actions usually have: `ecr:` for `ecr.api`.
fn any_of_service(service: Option<&str>) -> PolicyRequest {
    let prefix = service.and_then(|service| service.split('.').next());
    let action = prefix.map_or_else(RequestText::default, |prefix| {
        RequestText::of(prefix).then(":")
    });
    every(action.then_anything())
}

/// Every request that may be one of a service: for most services it is not known how their actions are
/// called.
fn anything(service: Option<&str>) -> PolicyRequest {
    match service {
        Some("s3" | "dynamodb" | "s3express") => any_of_service(service),
        _ => every(RequestText::default().then_anything()),
    }
}

fn every(action: RequestText) -> PolicyRequest {
    PolicyRequest {
        name: "every request",
        action,
        resource: RequestText::default().then_anything(),
    }
}
