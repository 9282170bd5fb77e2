//! The VPC endpoints that this configuration manages.

use crate::aws::origin::Declaration;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::source::Span;
use crate::terraform::address::Address;

use super::placed::Placed;
use crate::rules::Context;

impl Placed for VpcEndpoint {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.origin.place()
    }
}

/// The endpoints that this configuration manages, each with its resource.
pub(in crate::rules) fn managed<'a>(
    cx: &'a Context,
) -> impl Iterator<Item = (Id<VpcEndpoint>, &'a VpcEndpoint, &'a Address)> + 'a {
    let endpoints = cx.network.vpc_endpoints.iter();
    let managed = endpoints.filter(|(_, endpoint)| !endpoint.origin.is_external());
    managed.filter_map(|(id, endpoint)| {
        let address = endpoint.origin.address.as_ref()?;
        Some((id, endpoint, address))
    })
}

/// The arguments that AWS takes for interface endpoints only and that an endpoint certainly sets, each
/// with its declaration, which may be an association resource.
pub(in crate::rules) fn interface_arguments(
    endpoint: &VpcEndpoint,
) -> Vec<(&'static str, &Declaration)> {
    let subnet = endpoint.subnets.certain().next();
    let group = endpoint.security_groups.certain().next();
    let private_dns = endpoint.private_dns_source.as_ref();
    let arguments = [
        ("subnet_ids", subnet.map(|subnet| &subnet.declaration)),
        ("security_group_ids", group.map(|group| &group.declaration)),
        (
            "private_dns_enabled",
            private_dns.filter(|_| endpoint.private_dns.is_true()),
        ),
    ];
    let set = arguments
        .into_iter()
        .filter_map(|(argument, declaration)| Some((argument, declaration?)));
    set.collect()
}
