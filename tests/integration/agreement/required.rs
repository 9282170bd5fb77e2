//! What must be found where the path engine says that packets take a path: the other direction of `verdicts.rs`, for
//! the rules that fire whenever something is so.

use tfvpc::aws::address_set::Family;
use tfvpc::aws::nat_gateway::{Availability, Connectivity, NatGateway};
use tfvpc::aws::subnet::Subnet;
use tfvpc::aws::table::Id;
use tfvpc::reachability::destination::{Destination, public_addresses};
use tfvpc::reachability::packets::Request;
use tfvpc::reachability::verdict::{AnswerPart, EgressPath, Stop, Verdict};
use tfvpc::reachability::walk::{Client, walk};

use crate::agreement::Case;
use crate::agreement::verdicts::{
    all_take, by_name, can_hold_client, leads_to_the_internet, published, sent, some_take, subnets,
    to_internet,
};

type Requirement = fn(&Case) -> Result<(), String>;

/// The rules that must fire, and where.
pub(crate) const REQUIRED: [(&str, Requirement); 7] = [
    ("s3_via_nat_only", |case| {
        let avoidable = |subnet| {
            let answer = sent(case, subnet, &published("s3"));
            !has_endpoint(case, "s3") && all_take(&answer, Verdict::ViaNat)
        };
        found_if_some(case, "s3_via_nat_only", avoidable)
    }),
    ("dynamodb_via_nat_only", |case| {
        let avoidable = |subnet| {
            let answer = sent(case, subnet, &published("dynamodb"));
            all_take(&answer, Verdict::ViaNat)
        };
        found_if_some(case, "dynamodb_via_nat_only", avoidable)
    }),
    ("service_via_nat_only", |case| {
        let avoidable = |subnet| {
            let answer = by_name(case, subnet, "ssm");
            !has_endpoint(case, "ssm") && answer.verdict() == Verdict::ViaNat
        };
        found_if_some(case, "service_via_nat_only", avoidable)
    }),
    ("gateway_endpoint_subnet_not_covered", |case| {
        let left_out = |subnet| {
            let answer = sent(case, subnet, &published("s3"));
            serves_somebody(case) && answer.verdict() == Verdict::ViaNat
        };
        found_for_each(case, "gateway_endpoint_subnet_not_covered", left_out)
    }),
    ("subnet_named_private_but_public", |case| {
        let is_public = |subnet| leads_to_the_internet(case, subnet);
        found_for_each(case, "subnet_named_private_but_public", is_public)
    }),
    ("lambda_in_public_subnet", |case| {
        let is_cut_off = |subnet| function_is_cut_off(case, subnet);
        found_for_each(case, "lambda_in_public_subnet", is_cut_off)
    }),
    ("nat_gateway_not_in_public_subnet", nat_gateways_lead_out),
];

fn has_endpoint(case: &Case, name: &str) -> bool {
    let mut endpoints = case.network.vpc_endpoints.iter();
    endpoints.any(|(_, endpoint)| {
        let address = endpoint.origin.address.as_ref();
        address.is_some_and(|address| &*address.name == name)
    })
}

/// Whether the gateway endpoint is in a table.
fn serves_somebody(case: &Case) -> bool {
    let mut endpoints = case.network.vpc_endpoints.iter();
    endpoints.any(|(_, endpoint)| endpoint.route_tables.is_empty().is_false())
}

fn client_subnets(case: &Case) -> impl Iterator<Item = Id<Subnet>> {
    let ids = case.network.subnets.ids();
    ids.filter(|subnet| can_hold_client(case, *subnet))
        .filter(|subnet| {
            let address = case.network.subnets[*subnet].origin.address.as_ref();
            address.is_some_and(|address| &*address.name != "peer")
        })
}

fn found_if_some(
    case: &Case,
    rule: &str,
    holds: impl Fn(Id<Subnet>) -> bool,
) -> Result<(), String> {
    let is_found = case.shown(rule).next().is_some();
    match client_subnets(case).find(|subnet| holds(*subnet)) {
        Some(subnet) if !is_found => Err(format!("silent: {}", name(case, subnet))),
        _ => Ok(()),
    }
}

fn found_for_each(
    case: &Case,
    rule: &str,
    holds: impl Fn(Id<Subnet>) -> bool,
) -> Result<(), String> {
    let named: Vec<_> = case
        .shown(rule)
        .flat_map(|finding| subnets(case, finding))
        .collect();
    let mut missing = client_subnets(case).filter(|subnet| !named.contains(subnet));
    match missing.find(|subnet| holds(*subnet)) {
        Some(subnet) => Err(format!("silent: {}", name(case, subnet))),
        None => Ok(()),
    }
}

fn name(case: &Case, subnet: Id<Subnet>) -> String {
    case.network.subnets[subnet].origin.name()
}

/// Whether an internet gateway drops all that a function in the subnet sends to the internet, and IPv6 does not
/// lead there.
fn function_is_cut_off(case: &Case, subnet: Id<Subnet>) -> bool {
    let mut workloads = case.network.workloads.iter();
    let function = workloads.find(|(_, workload)| {
        let address = workload.origin.address.as_ref();
        let is_function = address.is_some_and(|address| &*address.kind == "aws_lambda_function");
        is_function
            && workload
                .subnets
                .any(|attached| attached.to.is(&subnet))
                .is_true()
    });
    let Some((_, function)) = function else {
        return false;
    };
    let client = Client::of_workload(function, subnet);
    let ask = |family| {
        let to = Destination::known(public_addresses(family));
        walk(&case.network, &client, Request::HTTPS, &to)
    };
    let (v4, v6) = (ask(Family::V4), ask(Family::V6));
    let is_dropped = |part: &AnswerPart| {
        let at_gateway = part
            .decisive()
            .is_some_and(|hop| hop.code == Some("igw-no-public-ip"));
        at_gateway && part.verdict() == Verdict::Blocked
    };
    let leads_out = [Verdict::ViaInternetGateway, Verdict::ViaEgressOnlyGateway]
        .iter()
        .any(|verdict| some_take(&v6, *verdict));
    v4.parts.iter().all(is_dropped)
        && !leads_out
        && v6.parts.iter().all(|part| part.verdict().is_loss())
}

/// A public NAT gateway that loses all it gets in its own subnet, other than by a filter, is found.
fn nat_gateways_lead_out(case: &Case) -> Result<(), String> {
    for (id, gateway) in case.network.nat_gateways.iter() {
        let is_public = gateway.connectivity.is(&Connectivity::Public);
        let is_zonal = gateway.availability.is(&Availability::Zonal);
        let counts = is_public.and(is_zonal).is_true() && loses_everything(case, id);
        let mut found = case.shown("nat_gateway_not_in_public_subnet");
        let is_found =
            found.any(|finding| Some(&finding.subject) == gateway.origin.address.as_ref());
        if counts && !is_found {
            return Err(format!("silent: {}", gateway.origin.name()));
        }
    }
    Ok(())
}

fn loses_everything(case: &Case, gateway: Id<NatGateway>) -> bool {
    let mut got_some = false;
    for subnet in client_subnets(case) {
        let answer = to_internet(case, subnet, Family::V4);
        for part in &answer.parts {
            if part.egress_path() == Some(EgressPath::NatGateway(gateway)) {
                got_some = true;
                let mut outcomes = part.outcomes.iter();
                if !outcomes
                    .all(|outcome| matches!(outcome.stop, Some(Stop::Route(_) | Stop::Gateway)))
                {
                    return false;
                }
            }
        }
    }
    got_some
}
