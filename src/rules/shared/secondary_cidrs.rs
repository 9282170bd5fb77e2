//! Clients in a secondary CIDR of their VPC, which the security groups of interface endpoints often forget.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Fact;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::reachability::filtering::security_group::FarEnd;
use crate::reachability::interface_endpoint::{addresses_of_clients, admits, admits_from};

use super::interface_endpoints::InterfaceEndpoint;
use crate::rules::Context;

/// Whether the groups of an endpoint admit the primary CIDR of the VPC, and a subnet lies in a secondary
/// CIDR that they do not admit.
pub(in crate::rules) fn is_forgotten(
    cx: &Context,
    endpoint: &InterfaceEndpoint,
    vpc: Id<Vpc>,
    subnet: Id<Subnet>,
) -> Fact<bool> {
    let clients = addresses_of_clients(&cx.network.subnets[subnet]);
    let is_secondary = is_in_secondary(cx, vpc, &clients);
    if is_secondary.is_false() {
        return is_secondary;
    }
    let admits =
        |client, addresses: &_| admits(cx.network, endpoint.vpc_endpoint, client, addresses);
    let primary = addresses(cx, vpc, true);
    let far_end = FarEnd::SomeInterface;
    let subnet = &cx.network.subnets[subnet];
    let is_admitted = admits_from(cx.network, endpoint.vpc_endpoint, far_end, subnet);
    is_secondary
        .and(admits(FarEnd::Address, &primary))
        .and(is_admitted.map(|admitted| !admitted))
}

/// Whether clients lie in the secondary CIDRs of a VPC. Their address may lie in a CIDR that is not known.
fn is_in_secondary(cx: &Context, vpc: Id<Vpc>, clients: &AddressSet) -> Fact<bool> {
    let cidrs = &cx.network.vpcs[vpc].cidrs;
    let has_secondary = cidrs.any(|cidr| Fact::Known(!cidr.is_primary));
    if has_secondary.is_false() || addresses(cx, vpc, true).is_superset(clients) {
        return Fact::Known(false);
    }
    if addresses(cx, vpc, false).is_superset(clients) {
        return Fact::Known(true);
    }
    Fact::unknown("it is not known which CIDR of the VPC holds the clients")
}

/// The IPv4 addresses of the primary CIDR of a VPC, or of its secondary CIDRs, as far as they are known.
pub(in crate::rules) fn addresses(cx: &Context, vpc: Id<Vpc>, are_primary: bool) -> AddressSet {
    let cidrs = cx.network.vpcs[vpc].cidrs.certain();
    let asked = cidrs.filter(|cidr| cidr.is_primary == are_primary);
    let known = asked.filter_map(|cidr| cidr.cidr.known().copied());
    known.collect::<AddressSet>().of_family(Family::V4)
}
