//! VPC Block Public Access: what internet gateways may pass (VPC guide "VPC BPA basics").

use std::sync::Arc;

use crate::aws::connectivity::{BlockMode, BlockPublicAccess, Exclusion, ExclusionScope};
use crate::aws::fact::{Fact, Link};
use crate::aws::network::Network;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

/// Whether packets may leave a subnet for the internet. A regional NAT gateway is in no subnet: then
/// `subnet` is none, and `vpc` is the NAT gateway's.
pub fn admits_egress(
    network: &Network,
    subnet: Option<Id<Subnet>>,
    vpc: Option<&Link<Vpc>>,
) -> Fact<bool> {
    let sender_vpc = subnet.map(|subnet| &network.subnets[subnet].vpc).or(vpc);
    let region = match subnet {
        Some(subnet) => &network.subnets[subnet].origin.region,
        None => &network.region,
    };
    let settings = network.block_public_access.iter();
    let answers = settings.map(|setting| {
        let open = setting
            .mode
            .holds(|mode| matches!(mode, BlockMode::Off | BlockMode::Ingress));
        let excluded = setting
            .exclusions
            .any(|exclusion| covers(exclusion, subnet, sender_vpc));
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
            let both_directions = exclusion
                .egress_only
                .clone()
                .map(|egress_only| !egress_only);
            covers(exclusion, Some(subnet), Some(&receiver.vpc)).and(both_directions)
        });
        is_elsewhere(setting, &receiver.origin.region)
            .either(open)
            .either(excluded)
    });
    answers.fold(Fact::Known(true), Fact::and)
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
