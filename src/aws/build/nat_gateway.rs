//! NAT gateways.

use super::vpc::computed;
use super::{Arguments, Builder, NetworkObject};
use crate::aws::fact::{Fact, Link};
use crate::aws::nat_gateway::{Availability, Connectivity, NatGateway};
use crate::aws::origin::Origin;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

impl NetworkObject for NatGateway {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_nat_gateway"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.nat_gateways.handle(id).clone();
        let origin = builder.origin(&handle);
        match builder.resource(&handle) {
            Some(resource) => builder.nat_gateway(Arguments::of(resource), origin),
            None => unknown(origin),
        }
    }
}

impl Builder<'_> {
    fn nat_gateway(&mut self, arguments: Arguments, origin: Origin) -> NatGateway {
        let connectivity = [
            ("public", Connectivity::Public),
            ("private", Connectivity::Private),
        ];
        let availability = [
            ("zonal", Availability::Zonal),
            ("regional", Availability::Regional),
        ];
        let connectivity = arguments.word("connectivity_type", &connectivity);
        let availability = arguments.word("availability_mode", &availability);
        let subnet = match self.link(arguments.value("subnet_id")) {
            Fact::Known(None) if origin.is_external() => computed(&origin, "subnet_id"),
            subnet => subnet,
        };
        NatGateway {
            connectivity: or_default(connectivity, Connectivity::Public, &origin),
            availability: or_default(availability, Availability::Zonal, &origin),
            vpc: self.nat_vpc(arguments, &origin),
            subnet,
            origin,
        }
    }

    /// The VPC of a regional NAT gateway, which is an argument; of a zonal one, `derive` asks the subnet.
    fn nat_vpc(&mut self, arguments: Arguments, origin: &Origin) -> Link<Vpc> {
        match self.link(arguments.value("vpc_id")) {
            Fact::Known(None) => computed(origin, "vpc_id"),
            vpc => vpc.required("`vpc_id` may be null"),
        }
    }
}

fn or_default<T: Clone>(fact: Fact<Option<T>>, default: T, origin: &Origin) -> Fact<T> {
    match fact {
        Fact::Known(None) if origin.is_external() => Fact::Unknown(origin.made_elsewhere()),
        fact => fact.or(default),
    }
}

fn unknown(origin: Origin) -> NatGateway {
    let cause = origin.made_elsewhere();
    NatGateway {
        connectivity: Fact::Unknown(cause.clone()),
        availability: Fact::Unknown(cause.clone()),
        subnet: Fact::Unknown(cause.clone()),
        vpc: Fact::Unknown(cause),
        origin,
    }
}
