//! Zonal NAT gateways with their subnets, for rules about Availability Zones.

use crate::aws::fact::Fact;
use crate::aws::nat_gateway::{Availability, NatGateway};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

use crate::rules::Context;

/// A zonal NAT gateway in a subnet that is known.
#[derive(Clone, Copy)]
pub(in crate::rules) struct ZonalNatGateway<'a> {
    /// The NAT gateway.
    pub(in crate::rules) gateway: &'a NatGateway,
    /// Its subnet.
    pub(in crate::rules) subnet: Id<Subnet>,
}

/// The NAT gateways of a VPC; `None` if one of them may be regional or its subnet is not known.
pub(in crate::rules) fn zonal_of_vpc<'a>(
    cx: &Context<'a>,
    vpc: Id<Vpc>,
) -> Option<Vec<ZonalNatGateway<'a>>> {
    let vpc = Fact::Known(vpc);
    let gateways = cx.network.nat_gateways_near(&vpc);
    let in_vpc =
        gateways.filter(|(_, gateway)| !cx.network.same_vpc(&gateway.vpc, &vpc).is_false());
    in_vpc.map(|(_, gateway)| zonal(gateway)).collect()
}

/// A NAT gateway with its subnet, if it is certainly zonal and the subnet is known.
pub(in crate::rules) fn zonal(gateway: &NatGateway) -> Option<ZonalNatGateway<'_>> {
    let subnet = gateway.subnet.known().copied().flatten()?;
    let is_zonal = gateway.availability.is(&Availability::Zonal).is_true();
    is_zonal.then_some(ZonalNatGateway { gateway, subnet })
}
