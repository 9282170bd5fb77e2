//! What a subnet really uses: its effective route table and network ACL.

use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::members::Members;
use crate::aws::network::Network;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::{Attachment, Source};
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

/// The table that routes what leaves a subnet: the one that is associated with it, else its VPC's main
/// table (VPC guide "Subnet route tables").
pub fn route_table(network: &Network, subnet: Id<Subnet>) -> Link<RouteTable> {
    let subnet = &network.subnets[subnet];
    let main = |vpc: Id<Vpc>| network.vpcs[vpc].main_route_table.clone();
    claimed_or(&subnet.route_table_associations, &subnet.vpc, main)
}

/// The ACL that filters what enters and leaves a subnet: the one that claims it, else its VPC's
/// default ACL (VPC guide "Network ACL basics").
pub fn network_acl(network: &Network, subnet: Id<Subnet>) -> Link<NetworkAcl> {
    let subnet = &network.subnets[subnet];
    let default = |vpc: Id<Vpc>| Fact::Known(network.vpcs[vpc].default_network_acl);
    claimed_or(&subnet.network_acl_associations, &subnet.vpc, default)
}

/// What says which table a subnet is associated with; none for the main table.
pub fn route_table_source(network: &Network, subnet: Id<Subnet>) -> Option<&Source> {
    let associations = &network.subnets[subnet].route_table_associations;
    associations
        .iter()
        .map(|member| &member.value.source)
        .next()
}

/// The object that claims a subnet; what its VPC gives if none does.
fn claimed_or<T>(
    claims: &Members<Attachment<T>>,
    vpc: &Link<Vpc>,
    otherwise: impl Fn(Id<Vpc>) -> Link<T>,
) -> Link<T> {
    if let Some(cause) = claims.more().first() {
        return Fact::Unknown(cause.clone());
    }
    let own = claims.iter().map(|claim| claim.value.to.clone());
    let mut options: Vec<Link<T>> = own.collect();
    if claims.certain().next().is_none() {
        options.push(through(vpc, otherwise));
    }
    one_of(options, || doubt(claims))
}

/// Why it is not known which of several objects claims a subnet.
fn doubt<T>(claims: &Members<Attachment<T>>) -> Cause {
    let uncertain = claims.iter().find_map(|claim| claim.presence.cause());
    let cause = uncertain.cloned();
    cause.unwrap_or_else(|| Cause::new("several associations name the same subnet"))
}

/// What holds of the object that a link names.
pub(super) fn through<T, U: PartialEq>(link: &Link<T>, of: impl Fn(Id<T>) -> Fact<U>) -> Fact<U> {
    match link {
        Fact::Known(id) => of(*id),
        Fact::OneOf(ids, cause) => one_of(ids.iter().map(|id| of(*id)), || cause.clone()),
        Fact::Unknown(cause) => Fact::Unknown(cause.clone()),
    }
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
