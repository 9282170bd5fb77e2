//! VPC Block Public Access: what internet gateways may pass (VPC guide "VPC BPA basics").

use std::sync::Arc;

use crate::aws::connectivity::{BlockMode, BlockPublicAccess, Exclusion, ExclusionScope};
use crate::aws::fact::{Fact, Link};
use crate::aws::network::Network;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

/// How packets leave for the internet. `block-ingress` tells these apart: it stops what public
/// instances themselves send through the internet gateway, and lets NAT gateways and egress-only
/// internet gateways pass (VPC guide "VPC BPA basics").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// A client with a public address sends them through the internet gateway.
    Direct,
    /// A NAT gateway or an egress-only internet gateway sends them: no connection comes in by it.
    OutboundOnly,
}

/// Whether packets may leave a subnet for the internet. A regional NAT gateway is in no subnet: then
/// `subnet` is none, and `vpc` is the NAT gateway's.
pub fn admits_egress(
    network: &Network,
    subnet: Option<Id<Subnet>>,
    vpc: Option<&Link<Vpc>>,
    departure: Departure,
) -> Fact<bool> {
    let sender_vpc = subnet.map(|subnet| &network.subnets[subnet].vpc).or(vpc);
    let region = match subnet {
        Some(subnet) => &network.subnets[subnet].origin.region,
        None => &network.region,
    };
    let settings = network.block_public_access.iter();
    let answers = settings.map(|setting| {
        let is_direct = departure == Departure::Direct;
        let open = setting.mode.holds(|mode| match mode {
            BlockMode::Off => true,
            BlockMode::Ingress => !is_direct,
            BlockMode::Bidirectional => false,
        });
        let blocks_both_ways = setting.mode.is(&BlockMode::Bidirectional);
        let excluded = setting.exclusions.any(|exclusion| {
            // `block-ingress` ignores exclusions that allow egress only (VPC guide "VPC BPA basics").
            let counts = is_two_way(exclusion).either(blocks_both_ways.clone());
            covers(exclusion, subnet, sender_vpc).and(counts)
        });
        is_elsewhere(setting, region).either(open).either(excluded)
    });
    answers.fold(Fact::Known(true), Fact::and)
}

/// Whether connections from the internet may enter a subnet.
pub fn admits_ingress(network: &Network, subnet: Id<Subnet>) -> Fact<bool> {
    let receiver = &network.subnets[subnet];
    let settings = network.block_public_access.iter();
    let answers = settings.map(|setting| {
        let open = setting.mode.is(&BlockMode::Off);
        let excluded = setting.exclusions.any(|exclusion| {
            covers(exclusion, Some(subnet), Some(&receiver.vpc)).and(is_two_way(exclusion))
        });
        is_elsewhere(setting, &receiver.origin.region)
            .either(open)
            .either(excluded)
    });
    answers.fold(Fact::Known(true), Fact::and)
}

/// Whether an exclusion also covers connections that start outside (`allow-bidirectional`).
fn is_two_way(exclusion: &Exclusion) -> Fact<bool> {
    let egress_only = exclusion.egress_only.clone();
    egress_only.map(|is_egress_only| !is_egress_only)
}

/// Whether a setting is that of another Region.
fn is_elsewhere(setting: &BlockPublicAccess, region: &Fact<Arc<str>>) -> Fact<bool> {
    match region {
        Fact::Known(region) => setting.region.is(region).map(|same| !same),
        Fact::OneOf(_, cause) | Fact::Unknown(cause) => Fact::Unknown(cause.clone()),
    }
}

fn covers(
    exclusion: &Exclusion,
    subnet: Option<Id<Subnet>>,
    vpc: Option<&Link<Vpc>>,
) -> Fact<bool> {
    exclusion.scope.holds(|scope| match scope {
        ExclusionScope::Vpc(id) => vpc.is_some_and(|vpc| vpc.is(id).is_true()),
        ExclusionScope::Subnet(id) => subnet == Some(*id),
    })
}
