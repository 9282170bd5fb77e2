//! Internet gateways, egress-only internet gateways and virtual private gateways.

use super::vpc::computed;
use super::{Argument, Arguments, Builder, NetworkObject};
use crate::aws::gateway::{EgressOnlyInternetGateway, InternetGateway, VpnGateway};
use crate::aws::members::Members;
use crate::aws::origin::{Attachment, Origin};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::terraform::resource::Resource;

impl NetworkObject for InternetGateway {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_internet_gateway"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.internet_gateways.handle(id).clone();
        let origin = builder.origin(&handle);
        let resource = builder.resource(&handle);
        let vpcs = builder.attached_vpcs(resource, &origin);
        Self { origin, vpcs }
    }
}

impl NetworkObject for VpnGateway {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_vpn_gateway"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.vpn_gateways.handle(id).clone();
        let origin = builder.origin(&handle);
        let resource = builder.resource(&handle);
        Self {
            vpcs: builder.attached_vpcs(resource, &origin),
            propagated: builder.propagated_routes(id, &origin),
            origin,
        }
    }
}

impl NetworkObject for EgressOnlyInternetGateway {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_egress_only_internet_gateway"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.egress_only_internet_gateways.handle(id).clone();
        let origin = builder.origin(&handle);
        let vpc = match builder.resource(&handle) {
            Some(resource) => builder.link(Arguments::of(resource).value("vpc_id")),
            None => computed(&origin, "vpc_id"),
        };
        let vpc = vpc.required("`vpc_id` is not set");
        Self { origin, vpc }
    }
}

impl Builder<'_> {
    /// The VPC to which an argument of the gateway attaches it; attachments by other resources are patches.
    fn attached_vpcs(
        &mut self,
        resource: Option<&Resource>,
        origin: &Origin,
    ) -> Members<Attachment<Vpc>> {
        let mut vpcs = match resource {
            Some(resource) => self.attached(Arguments::of(resource), Argument::Single("vpc_id")),
            None => Members::default(),
        };
        if origin.is_external() {
            vpcs.add_unlisted(origin.made_elsewhere());
        }
        vpcs
    }
}
