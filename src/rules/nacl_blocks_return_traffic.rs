//! Network ACLs that let HTTPS requests out and deny the replies. Not certain where clients may not use the
//! denied ports, or where another configuration may add entries.

use std::rc::Rc;

use crate::aws::address_set::Family;
use crate::aws::fact::Fact;
use crate::aws::security_group::Direction;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::{Protocol, Traffic};
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::finding::{Finding, Severity};
use crate::reachability::denials::{self, Denied};
use crate::reachability::destination::{Destination, public_addresses};
use crate::reachability::display;
use crate::reachability::packets::{Request, ephemeral_ports};
use crate::reachability::path::Stage;
use crate::reachability::verdict::{Answer, EgressPath};
use crate::reachability::walk::{Client, walk};
use crate::reachability::{coverage, gateway_endpoint};

use super::Context;
use super::shared::acl_advice::{ANY_IPV4, ANY_IPV6};
use super::shared::acl_denials::{self, Culprit, Loss};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let subnets = cx.network.subnets.ids();
    let filtered = subnets.filter(|subnet| acl_denials::is_filtered(cx, *subnet));
    let losses = filtered.flat_map(|subnet| losses(cx, subnet)).collect();
    let culprits = acl_denials::culprits(cx, losses, |_| ());
    culprits
        .iter()
        .filter_map(|culprit| finding(cx, culprit))
        .collect()
}

/// Which replies do not come in.
#[derive(Clone, Copy)]
struct MissingReplies {
    /// Whether no reply comes in at all.
    is_total: bool,
    /// Whether replies from other addresses come in.
    spares_others: bool,
}

/// Where a subnet sends HTTPS, and what becomes of it.
struct Question<'a> {
    to: Destination,
    /// The gateway endpoint that takes it, if the question is about one.
    endpoint: Option<&'a VpcEndpoint>,
    answer: Rc<Answer>,
}

fn losses(cx: &Context, subnet: Id<Subnet>) -> Vec<Loss<MissingReplies>> {
    let questions = questions(cx, subnet);
    let is_total = !questions
        .iter()
        .any(|question| some_arrive(&question.answer));
    let losses = questions.iter().flat_map(|question| {
        let answer = &*question.answer;
        let denied = denials::of(answer).filter(|denied| is_reply_into(denied, subnet));
        denied.filter_map(move |denied| {
            let hole = MissingReplies {
                is_total,
                spares_others: denied.spares_others(answer),
            };
            loss(cx, subnet, question, denied, hole)
        })
    });
    losses.collect()
}

/// The internet, and the services that have a gateway endpoint.
fn questions<'a>(cx: &Context<'a>, subnet: Id<Subnet>) -> Vec<Question<'a>> {
    let network = cx.network;
    let has_ipv6 = network.subnets[subnet].has_ipv6.is_true();
    let families = [(Family::V4, true), (Family::V6, has_ipv6)].into_iter();
    let families_in_use = families.filter(|(_, is_in_use)| *is_in_use);
    let internet = families_in_use.map(|(family, _)| Question {
        to: Destination::known(public_addresses(family)),
        endpoint: None,
        answer: cx.answers.to_internet(network, subnet, family),
    });
    let endpoints = network.endpoints_near(&network.subnets[subnet].vpc);
    let services = endpoints.filter_map(|(id, endpoint)| {
        let service = gateway_endpoint::destination(network, cx.aws, endpoint)?;
        let taken = coverage::of(network, subnet, &service).taken_by(id);
        (!taken.possible.is_empty()).then(|| {
            let to = service.part(taken.possible);
            let client = Client::anywhere_in(subnet);
            Question {
                answer: Rc::new(walk(network, &client, Request::HTTPS, &to)),
                to,
                endpoint: Some(endpoint),
            }
        })
    });
    internet.chain(services).collect()
}

/// Whether some replies from outside of the VPC arrive.
fn some_arrive(answer: &Answer) -> bool {
    let mut outcomes = answer.parts.iter().flat_map(|part| &part.outcomes);
    outcomes.any(|outcome| outcome.stop.is_none() && outcome.egress_path.is_some_and(leads_out))
}

fn leads_out(egress_path: EgressPath) -> bool {
    !matches!(
        egress_path,
        EgressPath::Local | EgressPath::External | EgressPath::InterfaceEndpoint(_)
    )
}

fn is_reply_into(denied: &Denied, subnet: Id<Subnet>) -> bool {
    denied.denial.stage == Stage::ReplyNetworkAclIngress
        && denied.denial.subnet == subnet
        && denied.egress_path.is_some_and(leads_out)
}

/// The loss of a denial. An entry that denies some addresses of the internet and no others is written on
/// purpose, so it is none.
fn loss(
    cx: &Context,
    subnet: Id<Subnet>,
    question: &Question,
    denied: Denied,
    hole: MissingReplies,
) -> Option<Loss<MissingReplies>> {
    let loss = Loss::new(cx, subnet, denied, hole);
    match question.endpoint {
        Some(endpoint) => {
            let exists = exists(cx, question, &loss);
            Some(loss.given(|evidence| evidence.about(&endpoint.origin.presence).needs(&exists)))
        }
        None => {
            let is_meant = loss.denied.denial.entry.is_some() && hole.spares_others;
            (!is_meant).then_some(loss)
        }
    }
}

/// Whether what is denied belongs to the service of an endpoint.
fn exists(cx: &Context, question: &Question, loss: &Loss<MissingReplies>) -> Fact<bool> {
    let acl = loss.denied.denial.network_acl;
    let ingress = Direction::Ingress;
    let replies = Traffic::ports(Protocol::TCP, &loss.ports());
    let denies_every_address = || denials::stops_the_internet(cx.network, acl, ingress, &replies);
    acl_denials::belongs_to(
        &question.to,
        &loss.denied.packets.destinations,
        denies_every_address,
    )
}

fn finding(cx: &Context, culprit: &Culprit<MissingReplies>) -> Option<Finding> {
    let message = format!(
        "{} lets HTTPS requests of {} out, but does not let in {}{}",
        culprit.name(cx),
        culprit.concerned.names(cx),
        hole(culprit),
        culprit.concerned.evidence.depends_on()
    );
    let is_total = culprit.losses.iter().any(|loss| loss.of.is_total);
    let severity = if is_total {
        Severity::High
    } else {
        Severity::Medium
    };
    let internet = if is_ipv6(culprit) { ANY_IPV6 } else { ANY_IPV4 };
    let finding = culprit.finding(cx, message)?.at_most(severity);
    Some(finding.help(culprit.advice(cx, internet, internet, 443)))
}

/// `the replies`, or which of them: `the replies to tcp 1024-32767`
fn hole(culprit: &Culprit<MissingReplies>) -> String {
    let mut ports = culprit.losses.iter().map(Loss::ports);
    let first = ports.next().unwrap_or_else(ephemeral_ports);
    let ports = ports.fold(first, |denied, ports| denied.union(&ports));
    let family = if is_ipv6(culprit) { "IPv6 " } else { "" };
    let mut hole = format!("the {family}replies");
    if ports != ephemeral_ports() {
        let ports = Traffic::ports(Protocol::TCP, &ports);
        hole = format!("{hole} to {}", display::traffic(&ports));
    }
    let partial = culprit.losses.iter().find(|loss| loss.of.spares_others);
    if let Some(loss) = partial {
        let from = display::addresses(&loss.denied.packets.destinations);
        hole = format!("{hole} from {from}");
    }
    hole
}

/// Whether the replies are lost over IPv6 only.
fn is_ipv6(culprit: &Culprit<MissingReplies>) -> bool {
    let denied = culprit.losses.iter().map(|loss| &loss.denied);
    let mut v4 = denied.map(|denied| denied.packets.destinations.of_family(Family::V4));
    v4.all(|addresses| addresses.is_empty())
}
