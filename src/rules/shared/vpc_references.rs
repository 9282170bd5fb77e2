//! Lines that make one object use another: a subnet its route table, an endpoint its subnets, a route its
//! target. AWS refuses most of them across VPCs.

mod groups;
mod targets;

use crate::aws::fact::{Fact, Link};
use crate::aws::members::{Member, Presence};
use crate::aws::network::Network;
use crate::aws::origin::{Attachment, Declaration, Origin, Spelling};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;

use super::evidence::Evidence;
use crate::rules::Context;

/// Two objects that a line joins, which AWS takes only in one VPC.
pub(in crate::rules) struct VpcReference<'a> {
    /// The line.
    pub(in crate::rules) declaration: &'a Declaration,
    /// The object that the line belongs to, or the first of two.
    pub(in crate::rules) first: ObjectInVpc<'a>,
    /// The object that it uses, or the second of two.
    pub(in crate::rules) second: ObjectInVpc<'a>,
    /// The evidence that the line and both objects exist.
    pub(in crate::rules) evidence: Evidence,
}

/// An object and the VPCs that it may be used in.
pub(in crate::rules) struct ObjectInVpc<'a> {
    /// The object.
    pub(in crate::rules) origin: &'a Origin,
    /// The VPCs in which it can be used: most objects have one.
    pub(in crate::rules) vpcs: Vec<&'a Link<Vpc>>,
}

impl<'a> ObjectInVpc<'a> {
    fn new(origin: &'a Origin, vpc: &'a Link<Vpc>) -> Self {
        let vpcs = vec![vpc];
        Self { origin, vpcs }
    }

    /// The name of its first VPC.
    pub(in crate::rules) fn vpc(&self, network: &Network) -> Option<String> {
        let vpc = self.vpcs.first()?.options()?.first()?;
        Some(network.vpcs[*vpc].origin.name())
    }
}

impl VpcReference<'_> {
    /// Whether the two objects certainly have no VPC in common.
    pub(in crate::rules) fn is_across(&self, network: &Network) -> bool {
        let (firsts, seconds) = (&self.first.vpcs, &self.second.vpcs);
        let differ =
            |first: &Link<Vpc>, second: &Link<Vpc>| network.same_vpc(first, second).is_false();
        !firsts.is_empty()
            && !seconds.is_empty()
            && firsts
                .iter()
                .all(|first| seconds.iter().all(|second| differ(first, second)))
    }
}

/// Every line that joins two objects.
pub(in crate::rules) fn vpc_references<'a>(cx: &Context<'a>) -> Vec<VpcReference<'a>> {
    // The order is that of the findings of `cross_vpc_reference`.
    let mut vpc_references = of_subnets(cx.network);
    vpc_references.extend(of_endpoints(cx.network));
    vpc_references.extend(of_transit_gateways(cx.network));
    vpc_references.extend(groups::of_workloads(cx.network));
    vpc_references.extend(groups::of_rules(cx.network));
    vpc_references.extend(targets::vpc_references(cx));
    vpc_references.retain(|joined| joined.declaration.spelling != Spelling::Implicit);
    vpc_references
}

/// Subnets with their route tables and network ACLs, and VPCs with their main tables.
fn of_subnets(network: &Network) -> Vec<VpcReference<'_>> {
    let mut vpc_references = Vec::new();
    for (_, subnet) in network.subnets.iter() {
        let owner = || ObjectInVpc::new(&subnet.origin, &subnet.vpc);
        let tables = subnet.route_table_associations.iter();
        vpc_references.extend(tables.filter_map(|member| {
            let table = &network.route_tables[only(&member.value.to)?];
            Some(attached(
                member,
                owner(),
                ObjectInVpc::new(&table.origin, &table.vpc),
            ))
        }));
        let acls = subnet.network_acl_associations.iter();
        vpc_references.extend(acls.filter_map(|member| {
            let acl = &network.network_acls[only(&member.value.to)?];
            Some(attached(
                member,
                ObjectInVpc::new(&acl.origin, &acl.vpc),
                owner(),
            ))
        }));
    }
    vpc_references
}

/// Endpoints with their subnets and security groups.
fn of_endpoints(network: &Network) -> Vec<VpcReference<'_>> {
    let mut vpc_references = Vec::new();
    for (_, endpoint) in network.vpc_endpoints.iter() {
        let owner = || ObjectInVpc::new(&endpoint.origin, &endpoint.vpc);
        vpc_references.extend(endpoint.subnets.iter().filter_map(|member| {
            let subnet = &network.subnets[only(&member.value.to)?];
            Some(attached(
                member,
                owner(),
                ObjectInVpc::new(&subnet.origin, &subnet.vpc),
            ))
        }));
        vpc_references.extend(endpoint.security_groups.iter().filter_map(|member| {
            let group = groups::in_vpcs(network, only(&member.value.to)?)?;
            Some(attached(member, owner(), group))
        }));
    }
    vpc_references
}

/// Transit gateway attachments with their subnets.
fn of_transit_gateways(network: &Network) -> Vec<VpcReference<'_>> {
    let attachments = network.transit_gateway_attachments.iter();
    let joined = attachments.flat_map(|(_, attachment)| {
        attachment.subnets.iter().filter_map(|member| {
            let subnet = &network.subnets[only(&member.value.to)?];
            let owner = ObjectInVpc::new(&attachment.origin, &attachment.vpc);
            Some(attached(
                member,
                owner,
                ObjectInVpc::new(&subnet.origin, &subnet.vpc),
            ))
        })
    });
    joined.collect()
}

fn attached<'a, T>(
    member: &'a Member<Attachment<T>>,
    first: ObjectInVpc<'a>,
    second: ObjectInVpc<'a>,
) -> VpcReference<'a> {
    joined(&member.value.declaration, &member.presence, first, second)
}

fn joined<'a>(
    declaration: &'a Declaration,
    presence: &Presence,
    first: ObjectInVpc<'a>,
    second: ObjectInVpc<'a>,
) -> VpcReference<'a> {
    let evidence = Evidence::new()
        .about(presence)
        .about(&first.origin.presence)
        .about(&second.origin.presence);
    VpcReference {
        declaration,
        first,
        second,
        evidence,
    }
}

/// The object of a link, if it can be one only: of several candidates, the line may mean the right one.
fn only<T>(link: &Fact<Id<T>>) -> Option<Id<T>> {
    match link.options()? {
        [only] => Some(*only),
        _ => None,
    }
}
