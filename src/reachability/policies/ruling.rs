//! Whether policies admit requests, by what is known of them.

use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Members;
use crate::aws::network::Network;
use crate::aws::policy::pattern::BUCKET_ARN;
use crate::aws::policy::text::Text;
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
    /// As people write it: `s3:GetObject`.
    pub(super) name: &'static str,
    action: Text,
    resource: Text,
}

/// What users of a bucket ask for.
const OF_BUCKETS: [(&str, bool); 3] = [
    ("s3:ListBucket", false),
    ("s3:GetObject", true),
    ("s3:PutObject", true),
];

/// Whether a policy that must allow requests admits them: of a bucket, any that its users need; of a
/// service, all of them or none.
pub(super) fn admits(statements: &Members<Statement>, case: &RequestContext) -> Fact<bool> {
    if statements.is_empty().is_true() {
        return Fact::unknown("the policy has no statement, which AWS refuses");
    }
    if let Some(bucket) = case.call.bucket {
        let asked = of_bucket(bucket).into_iter();
        let admitted = asked.map(|one| is_admitted(statements, &one, case));
        return admitted.fold(Fact::Known(false), Fact::either);
    }
    let all = is_admitted(statements, &any_of_service(case.call.service), case);
    let any = is_admitted(statements, &anything(case.call.service), case);
    match (all.known(), any.known()) {
        (Some(true), _) => Fact::Known(true),
        (_, Some(false)) => Fact::Known(false),
        _ => Fact::Unknown(all.cause().or(any.cause()).cloned().unwrap_or_else(some)),
    }
}

/// Whether a policy that may deny requests for a bucket leaves any that its users need.
pub(super) fn spares(statements: &Members<Statement>, case: &RequestContext) -> Fact<bool> {
    let asked = case.call.bucket.map(of_bucket).unwrap_or_default();
    let spared = asked
        .iter()
        .map(|one| not(applies(statements, Effect::Deny, one, case)));
    spared.fold(Fact::Known(false), Fact::either)
}

/// The requests for a bucket that a policy certainly admits.
pub(super) fn admitted<'a>(
    statements: &'a Members<Statement>,
    bucket: &Bucket,
    case: &'a RequestContext,
) -> impl Iterator<Item = &'static str> + 'a {
    let asked = of_bucket(bucket).into_iter();
    let admitted = asked.filter(|one| is_admitted(statements, one, case).is_true());
    admitted.map(|one| one.name)
}

fn is_admitted(
    statements: &Members<Statement>,
    asked: &PolicyRequest,
    case: &RequestContext,
) -> Fact<bool> {
    let is_allowed = applies(statements, Effect::Allow, asked, case);
    is_allowed.and(not(applies(statements, Effect::Deny, asked, case)))
}

/// Whether some statement of an effect is about a request.
fn applies(
    statements: &Members<Statement>,
    effect: Effect,
    asked: &PolicyRequest,
    case: &RequestContext,
) -> Fact<bool> {
    statements.any(|statement| {
        let of_effect = statement.effect.is(&effect);
        let action = statement.actions.matches_text(&asked.action);
        let resource = statement.resources.matches_text(&asked.resource);
        let about = of_effect.and(action).and(resource);
        let conditions = || conditions_hold(statement, case);
        match about {
            Fact::Known(false) => about,
            about => about.and(conditions()).and(is_about_client(statement)),
        }
    })
}

/// Nobody knows who asks: only what is said about everybody is said about the client.
fn is_about_client(statement: &Statement) -> Fact<bool> {
    match statement.is_about_everybody() {
        Fact::Known(true) => Fact::Known(true),
        Fact::Known(false) => Fact::unknown("who asks is not known"),
        unknown => unknown,
    }
}

fn conditions_hold(statement: &Statement, case: &RequestContext) -> Fact<bool> {
    let fails = |one: &_| not(condition::holds(one, case));
    not(statement.conditions.any(fails))
}

fn not(fact: Fact<bool>) -> Fact<bool> {
    fact.map(|holds| !holds)
}

fn some() -> Cause {
    Cause::new("the policy is about some requests only")
}

fn of_bucket(bucket: &Bucket) -> Vec<PolicyRequest> {
    let Some(address) = &bucket.origin.address else {
        return Vec::new();
    };
    let arn = Text::of(BUCKET_ARN).then_bucket(address, &bucket.name);
    let asked = |(name, is_object): (&'static str, bool)| PolicyRequest {
        name,
        action: Text::of(&name.to_ascii_lowercase()),
        resource: if is_object {
            arn.clone().then("/").then_anything()
        } else {
            arn.clone()
        },
    };
    OF_BUCKETS.map(asked).into()
}

/// Every request that a service takes, as its usual actions are called: `ecr:` for `ecr.api`.
fn any_of_service(service: Option<&str>) -> PolicyRequest {
    let prefix = service.and_then(|service| service.split('.').next());
    let action = prefix.map_or_else(Text::default, |prefix| Text::of(prefix).then(":"));
    every(action.then_anything())
}

/// Every request that a service may take: what the actions of most services are called is not known.
fn anything(service: Option<&str>) -> PolicyRequest {
    match service {
        Some("s3" | "dynamodb" | "s3express") => any_of_service(service),
        _ => every(Text::default().then_anything()),
    }
}

fn every(action: Text) -> PolicyRequest {
    PolicyRequest {
        name: "every request",
        action,
        resource: Text::default().then_anything(),
    }
}
