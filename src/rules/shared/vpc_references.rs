//! Lines that bring together two objects, each with the VPC that it belongs to.

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

/// Two objects that a line brings together, which are of one VPC unless AWS refuses them.
pub(in crate::rules) struct VpcReference<'a> {
    /// The line.
    pub(in crate::rules) declaration: &'a Declaration,
    /// The object that the line belongs to, or the first of two.
    pub(in crate::rules) one: ObjectInVpc<'a>,
    /// The other.
    pub(in crate::rules) other: ObjectInVpc<'a>,
    /// What speaks for their being joined although their VPCs differ.
    pub(in crate::rules) evidence: Evidence,
}

/// An object and the VPCs that it may be used in.
pub(in crate::rules) struct ObjectInVpc<'a> {
    /// The object.
    pub(in crate::rules) origin: &'a Origin,
    /// Its VPC; several where it works in any of them.
    pub(in crate::rules) vpcs: Vec<&'a Link<Vpc>>,
}

impl<'a> ObjectInVpc<'a> {
    fn new(origin: &'a Origin, vpc: &'a Link<Vpc>) -> Self {
        let vpcs = vec![vpc];
        Self { origin, vpcs }
    }

    /// The name of its VPC.
    pub(in crate::rules) fn vpc(&self, network: &Network) -> Option<String> {
        let vpc = self.vpcs.first()?.options()?.first()?;
        Some(network.vpcs[*vpc].origin.name())
    }
}

impl VpcReference<'_> {
    /// Whether the two certainly have no VPC in common.
    pub(in crate::rules) fn is_across(&self, network: &Network) -> bool {
        let (ones, others) = (&self.one.vpcs, &self.other.vpcs);
        let apart = |one: &Link<Vpc>, other: &Link<Vpc>| network.same_vpc(one, other).is_false();
        !ones.is_empty()
            && !others.is_empty()
            && ones
                .iter()
                .all(|one| others.iter().all(|other| apart(one, other)))
    }
}

/// Everything that is brought together in a VPC.
pub(in crate::rules) fn vpc_references<'a>(cx: &Context<'a>) -> Vec<VpcReference<'a>> {
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
        let own = || ObjectInVpc::new(&subnet.origin, &subnet.vpc);
        let tables = subnet.route_table_associations.iter();
        vpc_references.extend(tables.filter_map(|member| {
            let table = &network.route_tables[only(&member.value.to)?];
            Some(attached(
                member,
                own(),
                ObjectInVpc::new(&table.origin, &table.vpc),
            ))
        }));
        let acls = subnet.network_acl_associations.iter();
        vpc_references.extend(acls.filter_map(|member| {
            let acl = &network.network_acls[only(&member.value.to)?];
            Some(attached(
                member,
                ObjectInVpc::new(&acl.origin, &acl.vpc),
                own(),
            ))
        }));
    }
    vpc_references
}

fn of_endpoints(network: &Network) -> Vec<VpcReference<'_>> {
    let mut vpc_references = Vec::new();
    for (_, endpoint) in network.vpc_endpoints.iter() {
        let own = || ObjectInVpc::new(&endpoint.origin, &endpoint.vpc);
        vpc_references.extend(endpoint.subnets.iter().filter_map(|member| {
            let subnet = &network.subnets[only(&member.value.to)?];
            Some(attached(
                member,
                own(),
                ObjectInVpc::new(&subnet.origin, &subnet.vpc),
            ))
        }));
        vpc_references.extend(endpoint.security_groups.iter().filter_map(|member| {
            let group = groups::placed(network, only(&member.value.to)?)?;
            Some(attached(member, own(), group))
        }));
    }
    vpc_references
}

fn of_transit_gateways(network: &Network) -> Vec<VpcReference<'_>> {
    let attachments = network.transit_gateway_attachments.iter();
    let joined = attachments.flat_map(|(_, attachment)| {
        attachment.subnets.iter().filter_map(|member| {
            let subnet = &network.subnets[only(&member.value.to)?];
            let own = ObjectInVpc::new(&attachment.origin, &attachment.vpc);
            Some(attached(
                member,
                own,
                ObjectInVpc::new(&subnet.origin, &subnet.vpc),
            ))
        })
    });
    joined.collect()
}

fn attached<'a, T>(
    member: &'a Member<Attachment<T>>,
    one: ObjectInVpc<'a>,
    other: ObjectInVpc<'a>,
) -> VpcReference<'a> {
    joined(&member.value.declaration, &member.presence, one, other)
}

fn joined<'a>(
    declaration: &'a Declaration,
    presence: &Presence,
    one: ObjectInVpc<'a>,
    other: ObjectInVpc<'a>,
) -> VpcReference<'a> {
    let evidence = Evidence::new()
        .about(presence)
        .about(&one.origin.presence)
        .about(&other.origin.presence);
    VpcReference {
        declaration,
        one,
        other,
        evidence,
    }
}

/// The only object that a link may mean.
fn only<T>(link: &Fact<Id<T>>) -> Option<Id<T>> {
    match link.options()? {
        [only] => Some(*only),
        _ => None,
    }
}
