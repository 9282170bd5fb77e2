//! What each rule claims of packets, in the words of the path engine.

use std::rc::Rc;

use tfvpc::aws::address_set::{AddressSet, Family};
use tfvpc::aws::fact::Fact;
use tfvpc::aws::nat_gateway::NatGateway;
use tfvpc::aws::network::Network;
use tfvpc::aws::route_table::RouteTable;
use tfvpc::aws::subnet::Subnet;
use tfvpc::aws::table::Id;
use tfvpc::aws::workload::Workload;
use tfvpc::finding::{Category, Finding, Severity};
use tfvpc::reachability::coverage;
use tfvpc::reachability::destination::{self, Destination, public_addresses};
use tfvpc::reachability::packets::Request;
use tfvpc::reachability::path::Stage;
use tfvpc::reachability::question::{client_to_service, workload_to_service};
use tfvpc::reachability::verdict::{Answer, AnswerPart, EgressPath, Stop, Verdict};
use tfvpc::reachability::walk::{Client, walk};
use tfvpc::terraform::address::Address;

use crate::agreement::Case;
use crate::packets::aws;
use crate::packets::build::REGION;
use crate::packets::model::{PEER, cidr};

type Claim = fn(&Case, &Finding) -> Result<(), Disagreement>;

/// Why the path engine does not say what a rule claims.
pub(crate) struct Disagreement {
    /// Its kind, by which disagreements are counted, and what is the case instead.
    pub(crate) why: String,
    /// Whether the path engine does not know what becomes of some of the packets.
    pub(crate) is_unknown: bool,
}

impl From<&str> for Disagreement {
    fn from(why: &str) -> Self {
        Self {
            why: why.to_owned(),
            is_unknown: false,
        }
    }
}

/// The rules that say something of packets, and what must be true of these.
pub(crate) const CLAIMS: [(&str, Claim); 28] = [
    ("s3_via_nat_only", |case, finding| {
        all_subnets_send(case, finding, "s3", Verdict::ViaNat)
    }),
    ("dynamodb_via_nat_only", |case, finding| {
        all_subnets_send(case, finding, "dynamodb", Verdict::ViaNat)
    }),
    ("s3_via_igw_only", |case, finding| {
        all_subnets_send(case, finding, "s3", Verdict::ViaInternetGateway)
    }),
    ("service_via_nat_only", service_via_nat_only),
    ("gateway_endpoint_subnet_not_covered", not_covered),
    ("gateway_endpoint_shadowed_by_cidr_route", shadowed),
    ("sg_blocks_endpoint_egress", no_client_uses_an_endpoint),
    ("interface_endpoint_sg_blocks_clients", |case, finding| {
        refused(case, finding)
    }),
    ("interface_endpoint_default_sg", |case, _| {
        nobody_uses_the_interface_endpoint(case)
    }),
    (
        "interface_endpoint_secondary_cidr_blocked",
        |case, finding| subnets_do_not_use_the_interface_endpoint(case, finding),
    ),
    ("interface_endpoint_private_dns_disabled", |case, _| {
        nobody_uses_the_interface_endpoint(case)
    }),
    ("sg_no_egress", nothing_leaves_the_workload),
    ("nacl_blocks_gateway_endpoint", |case, finding| {
        subnets_lose_at(case, finding, &[Stage::NetworkAclEgress])
    }),
    ("nacl_blocks_return_traffic", |case, finding| {
        subnets_lose_at(case, finding, &[Stage::ReplyNetworkAclIngress])
    }),
    ("nacl_blocks_interface_endpoint", |case, finding| {
        let stages = [
            Stage::NetworkAclEgress,
            Stage::NetworkAclIngress,
            Stage::ReplyNetworkAclEgress,
            Stage::ReplyNetworkAclIngress,
        ];
        subnets_lose_at(case, finding, &stages)
    }),
    ("nacl_blocks_nat", lost_behind_nat),
    ("nacl_denies_everything", nothing_leaves_the_subnets),
    ("nat_gateway_not_in_public_subnet", it_loses_packets),
    ("private_nat_to_internet", |case, finding| {
        table_sends_nothing(case, finding, Verdict::ViaNat)
    }),
    ("private_subnet_ipv6_igw", ipv6_only),
    ("subnet_named_private_but_public", is_public),
    ("lambda_in_public_subnet", does_not_reach_the_internet),
    ("nat_gateway_cross_az", is_sent_to_the_far_gateway),
    ("peering_route_one_way", nothing_is_answered),
    ("default_route_to_peering", nothing_leaves_by_peering),
    ("nat64_bypasses_gateway_endpoint", passes_nat64),
    ("nat_gateway_single_az", depends_on_nat),
    ("main_route_table_internet_route", main_table_leads_out),
];

/// The subnets that a finding names, itself or by a label.
pub(crate) fn subnets(case: &Case, finding: &Finding) -> Vec<Id<Subnet>> {
    let labels = finding
        .labels
        .iter()
        .filter_map(|label| label.address.as_ref());
    let addresses = labels.chain([&finding.subject]);
    addresses
        .filter_map(|address| subnet(&case.network, address))
        .collect()
}

fn subnet(network: &Network, address: &Address) -> Option<Id<Subnet>> {
    let mut subnets = network.subnets.iter();
    let found = subnets.find(|(_, subnet)| subnet.origin.address.as_ref() == Some(address));
    found.map(|(id, _)| id)
}

fn workloads<'a>(case: &'a Case, finding: &Finding) -> Vec<&'a Workload> {
    let is_named = |address: &Address| {
        let mut labels = finding.labels.iter();
        *address == finding.subject || labels.any(|label| label.address.as_ref() == Some(address))
    };
    let workloads = case.network.workloads.iter().map(|(_, workload)| workload);
    let named = workloads.filter(|workload| workload.origin.address.as_ref().is_some_and(is_named));
    named.collect()
}

/// The published addresses of a service.
pub(crate) fn published(service: &str) -> Destination {
    destination::service(aws(), service, &Fact::Known(REGION.into()))
}

/// What becomes of the packets of anything in a subnet.
pub(crate) fn sent(case: &Case, subnet: Id<Subnet>, to: &Destination) -> Answer {
    walk(
        &case.network,
        &Client::anywhere_in(subnet),
        Request::HTTPS,
        to,
    )
}

/// What becomes of packets to the internet: to every public address that is none of the VPC's own.
pub(crate) fn to_internet(case: &Case, subnet: Id<Subnet>, family: Family) -> Answer {
    let vpc = case.network.subnets[subnet].vpc.known();
    let inside = vpc.map(|vpc| case.network.vpc_addresses(*vpc).certain);
    let inside = inside.unwrap_or_else(AddressSet::empty);
    let outside = public_addresses(family).difference(&inside);
    sent(case, subnet, &Destination::known(outside))
}

pub(crate) fn by_name(case: &Case, subnet: Id<Subnet>, service: &str) -> Answer {
    let client = Client::anywhere_in(subnet);
    client_to_service(&case.network, aws(), &client, service, Request::HTTPS)
}

/// The addresses to which some packets have a verdict.
pub(crate) fn addresses_with(answer: &Answer, verdict: Verdict) -> AddressSet {
    let parts = answer.parts.iter().filter(|part| part.verdict() == verdict);
    parts.fold(AddressSet::empty(), |addresses, part| {
        addresses.union(&part.packets.destinations)
    })
}

pub(crate) fn asked(answer: &Answer) -> AddressSet {
    answer
        .parts
        .iter()
        .fold(AddressSet::empty(), |addresses, part| {
            addresses.union(&part.packets.destinations)
        })
}

/// Whether packets to every address take a path.
pub(crate) fn all_take(answer: &Answer, verdict: Verdict) -> bool {
    let asked = asked(answer);
    !asked.is_empty() && addresses_with(answer, verdict).is_superset(&asked)
}

pub(crate) fn some_take(answer: &Answer, verdict: Verdict) -> bool {
    answer.parts.iter().any(|part| part.verdict() == verdict)
}

pub(crate) fn can_hold_client(case: &Case, subnet: Id<Subnet>) -> bool {
    !coverage::holds_no_client(&case.network, subnet)
}

fn unless(holds: bool, kind: &str, answer: &Answer) -> Result<(), Disagreement> {
    if holds {
        return Ok(());
    }
    let parts = answer.parts.iter().map(|part| {
        let to = part.packets.destinations.prefixes().next();
        let to = to.map(|cidr| cidr.to_string()).unwrap_or_default();
        format!(
            "{:?} to {to}… {:?}",
            part.verdict(),
            part.decisive().map(|hop| &hop.reason)
        )
    });
    let parts: Vec<_> = parts.take(6).collect();
    Err(Disagreement {
        why: format!("{kind}: {parts:#?}"),
        is_unknown: some_take(answer, Verdict::Unknown),
    })
}

fn for_each_subnet(
    case: &Case,
    finding: &Finding,
    holds: impl Fn(Id<Subnet>) -> Result<(), Disagreement>,
) -> Result<(), Disagreement> {
    let named = subnets(case, finding);
    if named.is_empty() {
        return Err("names no subnet".into());
    }
    named.into_iter().try_for_each(holds)
}

fn all_subnets_send(
    case: &Case,
    finding: &Finding,
    service: &str,
    verdict: Verdict,
) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let answer = sent(case, subnet, &published(service));
        let holds = all_take(&answer, verdict) && can_hold_client(case, subnet);
        unless(holds, "other path", &answer)
    })
}

fn service_via_nat_only(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    let Some(service) = finding.discriminators.first() else {
        return Err("names no service".into());
    };
    for_each_subnet(case, finding, |subnet| {
        let answer = by_name(case, subnet, service);
        let holds = all_take(&answer, Verdict::ViaNat) && can_hold_client(case, subnet);
        unless(holds, "other path", &answer)
    })
}

fn not_covered(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let answer = sent(case, subnet, &published("s3"));
        let is_covered = some_take(&answer, Verdict::ViaGatewayEndpoint);
        let holds = match finding.category {
            Category::Broken => answer.parts.iter().all(|part| part.verdict().is_loss()),
            _ => some_take(&answer, Verdict::ViaNat),
        };
        let holds = holds && !is_covered && can_hold_client(case, subnet);
        unless(holds, "other path", &answer)
    })
}

/// The subnets whose packets a table routes.
fn users(case: &Case, table: &Address) -> Vec<Id<Subnet>> {
    let uses = |id: &Id<Subnet>| {
        let effective = case.network.effective_route_table(*id).link;
        effective.known().is_some_and(|used: &Id<RouteTable>| {
            case.network.route_tables[*used].origin.address.as_ref() == Some(table)
        })
    };
    case.network.subnets.ids().filter(uses).collect()
}

fn shadowed(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    let users = users(case, &finding.subject).into_iter();
    users.clone().try_for_each(|subnet| {
        let answer = sent(case, subnet, &published("s3"));
        let holds = !all_take(&answer, Verdict::ViaGatewayEndpoint);
        unless(holds, "nothing is shadowed", &answer)
    })
}

fn no_client_uses_an_endpoint(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    let has_label = |name: &str| {
        let mut labels = finding
            .labels
            .iter()
            .filter_map(|label| label.address.as_ref());
        labels.any(|address| address.to_string() == format!("aws_vpc_endpoint.{name}"))
    };
    for workload in workloads(case, finding) {
        for service in ["s3", "ssm"].into_iter().filter(|name| has_label(name)) {
            let request = Request::HTTPS;
            let answer = workload_to_service(&case.network, aws(), workload, service, request);
            let uses = some_take(&answer, Verdict::ViaGatewayEndpoint)
                || some_take(&answer, Verdict::ViaInterfaceEndpoint);
            unless(!uses, "it uses the endpoint", &answer)?;
        }
    }
    Ok(())
}

fn refused(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    let named = workloads(case, finding);
    if named.is_empty() {
        return nobody_uses_the_interface_endpoint(case);
    }
    for workload in named {
        let answer = workload_to_service(&case.network, aws(), workload, "ssm", Request::HTTPS);
        let uses = some_take(&answer, Verdict::ViaInterfaceEndpoint);
        unless(!uses, "it uses the endpoint", &answer)?;
    }
    Ok(())
}

fn nobody_uses_the_interface_endpoint(case: &Case) -> Result<(), Disagreement> {
    let workloads = case.network.workloads.iter();
    for (_, workload) in workloads.filter(|(_, workload)| workload.is_client()) {
        let answer = workload_to_service(&case.network, aws(), workload, "ssm", Request::HTTPS);
        let uses = some_take(&answer, Verdict::ViaInterfaceEndpoint);
        unless(!uses, "it uses the endpoint", &answer)?;
    }
    Ok(())
}

fn subnets_do_not_use_the_interface_endpoint(
    case: &Case,
    finding: &Finding,
) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let answer = by_name(case, subnet, "ssm");
        let uses = some_take(&answer, Verdict::ViaInterfaceEndpoint);
        unless(
            !uses && can_hold_client(case, subnet),
            "it uses the endpoint",
            &answer,
        )
    })
}

fn nothing_leaves_the_workload(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for workload in workloads(case, finding) {
        for service in ["s3", "ssm"] {
            let request = Request::HTTPS;
            let answer = workload_to_service(&case.network, aws(), workload, service, request);
            let arrives = answer.parts.iter().any(|part| part.verdict().arrives());
            unless(!arrives, "packets arrive", &answer)?;
        }
    }
    Ok(())
}

/// What subnets may ask for: the internet, the VPC's own public addresses and the services.
fn answers(case: &Case, subnet: Id<Subnet>) -> Vec<Rc<Answer>> {
    let to_public = |family| sent(case, subnet, &Destination::known(public_addresses(family)));
    let answers = [
        to_public(Family::V4),
        to_public(Family::V6),
        sent(case, subnet, &published("s3")),
        by_name(case, subnet, "ssm"),
    ];
    answers.map(Rc::new).to_vec()
}

fn subnets_lose_at(case: &Case, finding: &Finding, stages: &[Stage]) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let answers = answers(case, subnet);
        let is_lost = |part: &AnswerPart| {
            let mut stops = part
                .outcomes
                .iter()
                .filter_map(|outcome| outcome.stop.as_ref());
            stops.any(|stop| match stop {
                Stop::NetworkAcl(denial) => stages.contains(&denial.stage),
                _ => false,
            })
        };
        let loses = answers
            .iter()
            .any(|answer| answer.parts.iter().any(is_lost));
        // A label may be a subnet of the endpoint.
        let is_server = || !can_hold_client(case, subnet) || is_endpoint_subnet(case, subnet);
        unless(loses || is_server(), "nothing is lost", &answers[0])
    })
}

fn is_endpoint_subnet(case: &Case, subnet: Id<Subnet>) -> bool {
    let mut endpoints = case.network.vpc_endpoints.iter();
    endpoints.any(|(_, endpoint)| {
        let attached = endpoint.subnets.any(|attached| attached.to.is(&subnet));
        attached.is_true()
    })
}

fn is_sent_to_nat(part: &AnswerPart) -> bool {
    matches!(part.egress_path(), Some(EgressPath::NatGateway(_)))
}

fn leaves_by(part: &AnswerPart, gateway: Id<NatGateway>) -> bool {
    part.egress_path() == Some(EgressPath::NatGateway(gateway))
}

fn nat_gateway(case: &Case, address: &Address) -> Option<Id<NatGateway>> {
    let mut gateways = case.network.nat_gateways.iter();
    let found = gateways.find(|(_, gateway)| gateway.origin.address.as_ref() == Some(address));
    found.map(|(id, _)| id)
}

fn lost_behind_nat(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let answer = to_internet(case, subnet, Family::V4);
        let is_lost = |part: &AnswerPart| {
            let by_nat = matches!(part.egress_path(), Some(EgressPath::NatGateway(_)));
            by_nat && part.verdict() == Verdict::Blocked
        };
        let has_clients = can_hold_client(case, subnet) || finding.severity == Severity::Info;
        let holds = answer.parts.iter().any(is_lost) && has_clients;
        unless(holds, "nothing is lost", &answer)
    })
}

fn nothing_leaves_the_subnets(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        answers(case, subnet).iter().try_for_each(|answer| {
            let arrives =
                |part: &AnswerPart| part.verdict().arrives() && part.verdict() != Verdict::Local;
            let is_inside = some_take(answer, Verdict::ViaInterfaceEndpoint);
            unless(
                is_inside || !answer.parts.iter().any(arrives),
                "packets arrive",
                answer,
            )
        })
    })
}

fn it_loses_packets(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    let Some(gateway) = nat_gateway(case, &finding.subject) else {
        return Err("it is about no NAT gateway".into());
    };
    let answers = case.network.subnets.ids();
    let answers: Vec<Answer> = answers
        .map(|subnet| to_internet(case, subnet, Family::V4))
        .collect();
    let sent = || {
        answers
            .iter()
            .flat_map(|answer| &answer.parts)
            .filter(|part| leaves_by(part, gateway))
    };
    // Where it carries a part, the rest is lost.
    let arrives = sent().any(|part| part.verdict() == Verdict::ViaNat);
    let is_lost = sent().any(|part| part.verdict().is_loss());
    unless(!arrives || is_lost, "packets arrive", &answers[0])
}

fn table_sends_nothing(
    case: &Case,
    finding: &Finding,
    verdict: Verdict,
) -> Result<(), Disagreement> {
    let labels = finding.labels.iter();
    let mut named = labels.filter_map(|label| label.address.as_ref());
    let gateway = named.find_map(|address| nat_gateway(case, address));
    users(case, &finding.subject)
        .into_iter()
        .try_for_each(|subnet| {
            let answer = to_internet(case, subnet, Family::V4);
            let arrives = |part: &AnswerPart| {
                let is_by_it = gateway.is_some_and(|gateway| leaves_by(part, gateway));
                is_by_it && part.verdict() == verdict
            };
            unless(!answer.parts.iter().any(arrives), "packets arrive", &answer)
        })
}

fn ipv6_only(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let v6 = to_internet(case, subnet, Family::V6);
        let opens = uses_internet_gateway(&v6) && can_hold_client(case, subnet);
        unless(opens, "IPv6 does not pass", &v6)?;
        let v4 = to_internet(case, subnet, Family::V4);
        let is_private = !all_take(&v4, Verdict::ViaInternetGateway);
        unless(is_private, "IPv4 is public", &v4)
    })
}

/// Whether packets take an internet gateway, or a filter stops them before any route is asked: on other ports they may
/// pass it.
fn uses_internet_gateway(answer: &Answer) -> bool {
    answer.parts.iter().any(|part| {
        let mut stops = part
            .outcomes
            .iter()
            .filter_map(|outcome| outcome.stop.as_ref());
        let is_filtered = stops.any(|stop| match stop {
            Stop::NetworkAcl(denial) => denial.stage == Stage::NetworkAclEgress,
            _ => false,
        });
        is_filtered || takes_internet_gateway(part)
    })
}

fn takes_internet_gateway(part: &AnswerPart) -> bool {
    let by_gateway = matches!(part.egress_path(), Some(EgressPath::InternetGateway(_)));
    by_gateway && part.verdict() != Verdict::NoRoute
}

/// Whether packets from a subnet to the internet take an internet gateway.
pub(crate) fn leads_to_the_internet(case: &Case, subnet: Id<Subnet>) -> bool {
    [Family::V4, Family::V6].iter().any(|family| {
        let answer = to_internet(case, subnet, *family);
        answer.parts.iter().any(takes_internet_gateway)
    })
}

fn is_public(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    let subnet = subnet(&case.network, &finding.subject).ok_or("names no subnet")?;
    let answers = [Family::V4, Family::V6].map(|family| to_internet(case, subnet, family));
    let is_public = answers.iter().any(uses_internet_gateway);
    unless(is_public, "it is private", &answers[0])
}

fn does_not_reach_the_internet(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for workload in workloads(case, finding) {
        for family in [Family::V4, Family::V6] {
            let to = Destination::known(public_addresses(family));
            for subnet in subnets(case, finding) {
                let client = Client::of_workload(workload, subnet);
                let answer = walk(&case.network, &client, Request::HTTPS, &to);
                let arrives = [
                    Verdict::ViaInternetGateway,
                    Verdict::ViaNat,
                    Verdict::ViaEgressOnlyGateway,
                ];
                let arrives = arrives.iter().any(|verdict| some_take(&answer, *verdict));
                unless(!arrives, "packets arrive", &answer)?;
            }
        }
    }
    Ok(())
}

fn is_sent_to_the_far_gateway(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let everything = Destination::known(AddressSet::everything());
        let answer = sent(case, subnet, &everything);
        let is_sent =
            |part: &AnswerPart| matches!(part.egress_path(), Some(EgressPath::NatGateway(_)));
        let holds = answer.parts.iter().any(is_sent) && can_hold_client(case, subnet);
        unless(holds, "nothing is sent to it", &answer)
    })
}

fn nothing_is_answered(case: &Case, _: &Finding) -> Result<(), Disagreement> {
    let peer = Destination::known(AddressSet::from(cidr(PEER[1])));
    case.network.subnets.ids().try_for_each(|subnet| {
        let answer = sent(case, subnet, &peer);
        let arrives = some_take(&answer, Verdict::Local) && !is_peer(case, subnet);
        unless(!arrives, "packets arrive", &answer)
    })
}

fn is_peer(case: &Case, subnet: Id<Subnet>) -> bool {
    let address = case.network.subnets[subnet].origin.address.as_ref();
    address.is_some_and(|address| &*address.name == "peer")
}

/// The hops of packets that leave by the peering connection end there, if they go to the internet.
fn nothing_leaves_by_peering(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    let users = users(case, &finding.subject).into_iter();
    users.into_iter().try_for_each(|subnet| {
        let answer = to_internet(case, subnet, Family::V4);
        let by_peering = |part: &AnswerPart| {
            let mut hops = part.hops().iter();
            hops.any(|hop| hop.reason.contains("aws_vpc_peering_connection.main"))
        };
        let arrives = |part: &AnswerPart| by_peering(part) && part.verdict().arrives();
        unless(!answer.parts.iter().any(arrives), "packets arrive", &answer)
    })
}

fn passes_nat64(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let answer = by_name(case, subnet, "s3");
        let is_nat64 = |part: &AnswerPart| {
            let v6 = part.packets.destinations.of_family(Family::V6);
            part.verdict() == Verdict::ViaNat && !v6.is_empty()
        };
        let holds = answer.parts.iter().any(is_nat64) && can_hold_client(case, subnet);
        unless(holds, "nothing passes NAT64", &answer)
    })
}

fn depends_on_nat(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    for_each_subnet(case, finding, |subnet| {
        let answer = to_internet(case, subnet, Family::V4);
        let holds = answer.parts.iter().any(is_sent_to_nat) && can_hold_client(case, subnet);
        unless(holds, "nothing is sent to NAT", &answer)
    })
}

fn main_table_leads_out(case: &Case, finding: &Finding) -> Result<(), Disagreement> {
    let users = users(case, &finding.subject).into_iter();
    users.into_iter().try_for_each(|subnet| {
        let answers = [Family::V4, Family::V6].map(|family| to_internet(case, subnet, family));
        let is_public = answers.iter().any(uses_internet_gateway);
        // The route may be about the family that the subnet does not have.
        let of_subnet = &case.network.subnets[subnet];
        let has_both = of_subnet.cidr.is_set().and(of_subnet.ipv6_cidr.is_set());
        unless(
            is_public || !has_both.is_true(),
            "it is private",
            &answers[0],
        )
    })
}
