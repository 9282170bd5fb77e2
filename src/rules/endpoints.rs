//! The endpoints that findings are about.

use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::source::Span;
use crate::terraform::address::Address;

use super::Context;
use super::pairs::Placed;

impl Placed for VpcEndpoint {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.origin.place()
    }
}

/// The endpoints that this configuration makes, each with its resource.
pub(super) fn own<'a>(
    cx: &'a Context,
) -> impl Iterator<Item = (Id<VpcEndpoint>, &'a VpcEndpoint, &'a Address)> + 'a {
    let endpoints = cx.network.vpc_endpoints.iter();
    let own = endpoints.filter(|(_, endpoint)| !endpoint.origin.is_external());
    own.filter_map(|(id, endpoint)| {
        let address = endpoint.origin.address.as_ref()?;
        Some((id, endpoint, address))
    })
}
