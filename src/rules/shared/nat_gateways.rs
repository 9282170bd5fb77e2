//! NAT gateways that lie in one zone, as rules about zones see them.

use crate::aws::fact::Fact;
use crate::aws::nat_gateway::{Availability, NatGateway};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

use crate::rules::Context;

/// A NAT gateway in a subnet that is known.
#[derive(Clone, Copy)]
pub(in crate::rules) struct ZonalNatGateway<'a> {
    /// The NAT gateway.
    pub(in crate::rules) gateway: &'a NatGateway,
    /// Its subnet.
    pub(in crate::rules) subnet: Id<Subnet>,
}

/// The NAT gateways of a VPC; `None` if one of them may lie in all zones or nobody knows where.
pub(in crate::rules) fn zonal_of_vpc<'a>(
    cx: &Context<'a>,
    vpc: Id<Vpc>,
) -> Option<Vec<ZonalNatGateway<'a>>> {
    let own = Fact::Known(vpc);
    let gateways = cx.network.nat_gateways_near(&own);
    let here = gateways.filter(|(_, gateway)| !cx.network.same_vpc(&gateway.vpc, &own).is_false());
    here.map(|(_, gateway)| zonal(gateway)).collect()
}

/// A NAT gateway with its subnet, if it certainly lies in one that is known.
pub(in crate::rules) fn zonal(gateway: &NatGateway) -> Option<ZonalNatGateway<'_>> {
    let subnet = gateway.subnet.known().copied().flatten()?;
    let is_zonal = gateway.availability.is(&Availability::Zonal).is_true();
    is_zonal.then_some(ZonalNatGateway { gateway, subnet })
}
