//! What a subnet really uses: its effective route table and network ACL.

use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::network::Network;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::Source;
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;

/// The table that routes what leaves a subnet: the one that is associated with it, else its VPC's main
/// table (VPC guide "Subnet route tables").
pub fn route_table(network: &Network, subnet: Id<Subnet>) -> Link<RouteTable> {
    network.effective_route_table(subnet).link
}

/// The ACL that filters what enters and leaves a subnet: the one that claims it, else its VPC's
/// default ACL (VPC guide "Network ACL basics").
pub fn network_acl(network: &Network, subnet: Id<Subnet>) -> Link<NetworkAcl> {
    network.effective_network_acl(subnet).link
}

/// What says which table a subnet is associated with; none for the main table.
pub fn route_table_source(network: &Network, subnet: Id<Subnet>) -> Option<&Source> {
    let associations = &network.subnets[subnet].route_table_associations;
    associations
        .iter()
        .map(|member| &member.value.source)
        .next()
}

/// One of several facts; `cause` says why it is not known which.
pub(super) fn one_of<T: PartialEq>(
    facts: impl IntoIterator<Item = Fact<T>>,
    cause: impl FnOnce() -> Cause,
) -> Fact<T> {
    let mut options = Vec::new();
    for fact in facts {
        let own = match fact {
            Fact::Known(value) => vec![value],
            Fact::OneOf(values, _) => values,
            Fact::Unknown(cause) => return Fact::Unknown(cause),
        };
        for value in own {
            if !options.contains(&value) {
                options.push(value);
            }
        }
    }
    match (options.len(), options.pop()) {
        (1, Some(only)) => Fact::Known(only),
        (_, Some(last)) => {
            options.push(last);
            Fact::OneOf(options, cause())
        }
        (_, None) => Fact::Unknown(cause()),
    }
}
