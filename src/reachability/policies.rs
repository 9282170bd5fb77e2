//! What the policies of endpoints and buckets say about the requests that packets carry. Packets arrive
//! whatever policies say; a policy that admits no request makes the path useless all the same, so it is
//! the last stage. `ruling.rs` decides, `condition.rs` reads conditions, `words.rs` describes policies
//! in hops.

pub mod aws_owned;
mod condition;
mod ruling;
mod words;

use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Member;
use crate::aws::network::Network;
use crate::aws::origin::Declaration;
use crate::aws::store::{Bucket, BucketPolicy};
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::{EndpointPolicy, VpcEndpoint};

use super::packets::Request;
use super::path::{Decision, Hop, Stage};
use super::verdict::{Answer, EgressPath, PathOutcome, Stop};

/// What packets are sent for.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The AWS service that is called: `s3`; none if it is not known.
    pub service: Option<&'a str>,
    /// The bucket that is asked for, if the question names one.
    pub bucket: Option<&'a Bucket>,
    /// How.
    pub request: Request,
}

/// How a request comes to its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    /// An endpoint, which the service names to its policies.
    Endpoint(Id<VpcEndpoint>),
    /// Public addresses.
    Public,
    /// A path whose far side is not in this network.
    Unseen,
}

/// What becomes of packets after the policies on their path: a policy that admits no request stops
/// them; one that admits some leaves it open, because the question does not say which request is sent.
#[must_use]
pub fn judged(network: &Network, mut answer: Answer, call: &Call) -> Answer {
    let judge = Judge { network, call };
    for outcome in answer.parts.iter_mut().flat_map(|part| &mut part.outcomes) {
        let Some(egress_path) = outcome.egress_path.filter(|_| outcome.stop.is_none()) else {
            continue;
        };
        for (admits, hop) in judge.decisions(egress_path, outcome.endpoint) {
            if outcome.stop.is_none() {
                enter(outcome, &admits, hop);
            }
        }
    }
    answer
}

/// Notes a decision before the hops of replies. A denied request gets no reply, so these hops drop out.
fn enter(outcome: &mut PathOutcome, admits: &Fact<bool>, hop: Hop) {
    let is_reply = |noted: &Hop| {
        matches!(
            noted.stage,
            Stage::ReplyNetworkAclEgress | Stage::ReplyNetworkAclIngress
        )
    };
    let hops = outcome.hops.iter();
    let at = hops.take_while(|noted| !is_reply(noted)).count();
    outcome.hops.insert(at, hop);
    if admits.is_false() && !outcome.may_not_apply {
        outcome.hops.truncate(at + 1);
        outcome.stop = Some(Stop::Policy);
    }
    outcome.doubts.extend(admits.cause().cloned());
}

struct Judge<'a> {
    network: &'a Network,
    call: &'a Call<'a>,
}

/// Whether requests are admitted, and the hop that says so.
type Decided = (Fact<bool>, Hop);

impl Judge<'_> {
    fn decisions(
        &self,
        egress_path: EgressPath,
        endpoint: Option<Id<VpcEndpoint>>,
    ) -> Vec<Decided> {
        let arrival = match (endpoint, egress_path) {
            (Some(endpoint), _) => Arrival::Endpoint(endpoint),
            (None, EgressPath::External | EgressPath::Local) => Arrival::Unseen,
            (None, _) => Arrival::Public,
        };
        let mut decided = Vec::new();
        if let Some(id) = endpoint {
            decided.extend(self.by_endpoint(id));
        }
        if let Some(bucket) = self.call.bucket {
            let policies = self.network.bucket_policies.iter();
            decided.extend(policies.filter_map(|policy| self.by_bucket(policy, bucket, arrival)));
        }
        decided
    }

    /// What an endpoint's policies say. Without a policy everything is admitted (`PrivateLink` guide
    /// "Control access to VPC endpoints using endpoint policies").
    fn by_endpoint(&self, id: Id<VpcEndpoint>) -> Vec<Decided> {
        let endpoint = &self.network.vpc_endpoints[id];
        let policies = &endpoint.policies;
        if let Some(cause) = policies.unlisted().first() {
            let unknown = hop(endpoint.origin.name(), &cause.reason);
            return vec![(Fact::Unknown(cause.clone()), decided(unknown, None))];
        }
        if policies.is_empty().is_true() {
            let reason = "has no policy of its own, which admits every request";
            let admitted = Hop {
                span: endpoint.origin.span,
                ..hop(endpoint.origin.name(), reason)
            };
            return vec![(Fact::Known(true), decided(admitted, Some(true)))];
        }
        let policies = policies.iter();
        policies
            .map(|policy| self.of_policy(id, endpoint, policy))
            .collect()
    }

    fn of_policy(
        &self,
        id: Id<VpcEndpoint>,
        endpoint: &VpcEndpoint,
        policy: &Member<EndpointPolicy>,
    ) -> Decided {
        let context = self.context(Arrival::Endpoint(id));
        let statements = &policy.value.statements;
        let at = name(&policy.value.declaration, &endpoint.origin.name());
        let admits = if_present(
            ruling::admits(statements, &context),
            policy.presence.cause(),
        );
        let reason = match admits.known() {
            Some(true) => format!("admits {}", words::admitted(statements, &context)),
            Some(false) => format!("admits no request to {}", words::target(self.call)),
            None => words::rules(statements),
        };
        decide(&admits, at, &reason, &policy.value.declaration)
    }

    /// What a bucket's policy denies. What it allows does not matter: identity policies, which are not
    /// read, may allow the rest.
    fn by_bucket(
        &self,
        policy: &Member<BucketPolicy>,
        bucket: &Bucket,
        arrival: Arrival,
    ) -> Option<Decided> {
        let is_of_bucket = policy.value.bucket.is(&bucket.origin.address.clone());
        if is_of_bucket.is_false() {
            return None;
        }
        let statements = &policy.value.statements;
        let admits = ruling::spares(statements, &self.context(arrival));
        let doubt = policy.presence.cause().or(is_of_bucket.cause());
        let admits = if_present(admits, doubt);
        let at = name(&policy.value.declaration, &bucket.origin.name());
        let reason = match admits.known() {
            Some(true) => "denies no request that comes so".to_owned(),
            Some(false) => "denies every request that comes so".to_owned(),
            None => words::denials(statements),
        };
        Some(decide(&admits, at, &reason, &policy.value.declaration))
    }

    fn context(&self, arrival: Arrival) -> ruling::RequestContext<'_> {
        ruling::RequestContext {
            network: self.network,
            call: self.call,
            arrival,
        }
    }
}

/// What a policy admits if it may not exist: without it, everything is admitted.
fn if_present(admits: Fact<bool>, doubt: Option<&Cause>) -> Fact<bool> {
    match doubt {
        Some(cause) if !admits.is_true() => Fact::Unknown(cause.clone()),
        _ => admits,
    }
}

fn name(declaration: &Declaration, owner: &str) -> String {
    let address = declaration.address.as_ref();
    address.map_or_else(|| owner.to_owned(), ToString::to_string)
}

/// A decision with its hop. An unknown decision gets one cause, which names the policy and its rules.
fn decide(admits: &Fact<bool>, at: String, reason: &str, declaration: &Declaration) -> Decided {
    let known = admits.known().copied();
    let doubt = || Cause::new(format!("what the request is: {at} {reason}"));
    let answer = known.map_or_else(|| Fact::Unknown(doubt()), Fact::Known);
    let undecided = Hop {
        span: declaration.span,
        ..hop(at, reason)
    };
    (answer, decided(undecided, known))
}

fn hop(at: String, reason: &str) -> Hop {
    Hop {
        at,
        stage: Stage::EndpointPolicy,
        decision: Decision::Unknown,
        code: None,
        reason: reason.to_owned(),
        span: None,
    }
}

fn decided(hop: Hop, admits: Option<bool>) -> Hop {
    let decision = match admits {
        Some(true) => Decision::Allowed,
        Some(false) => Decision::Denied,
        None => Decision::Unknown,
    };
    Hop { decision, ..hop }
}
