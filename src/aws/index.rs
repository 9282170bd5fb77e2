//! Which objects may belong to which owner.
//!
//! Questions such as "the subnets of this VPC" are asked for every VPC; the index keeps them from
//! searching all subnets each time. It lists candidates: whether one belongs is asked of the network.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::fact::Link;
use super::members::Members;
use super::nat_gateway::NatGateway;
use super::network::Network;
use super::network_acl::NetworkAcl;
use super::origin::Attachment;
use super::route_table::RouteTable;
use super::subnet::Subnet;
use super::table::Id;
use super::vpc::Vpc;
use super::vpc_endpoint::VpcEndpoint;
use super::workload::Workload;

/// The index of a network, made when it is first asked for, because the builder changes the network
/// until it is complete.
#[derive(Debug, Default)]
pub struct Index(OnceLock<Owners>);

impl Clone for Index {
    /// A copy of a network may be changed: its index is made anew.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Network {
    /// What may belong to what; the network must not change any more.
    pub(super) fn owners(&self) -> &Owners {
        self.index.0.get_or_init(|| Owners::of(self))
    }
}

/// The objects of a network by what they may belong to.
#[derive(Debug, Default)]
pub(super) struct Owners {
    pub(super) subnets_of_vpc: Owned<Vpc, Subnet>,
    pub(super) route_tables_of_vpc: Owned<Vpc, RouteTable>,
    pub(super) endpoints_of_vpc: Owned<Vpc, VpcEndpoint>,
    pub(super) workloads_of_vpc: Owned<Vpc, Workload>,
    pub(super) nat_gateways_of_vpc: Owned<Vpc, NatGateway>,
    pub(super) subnets_of_table: Owned<RouteTable, Subnet>,
    pub(super) subnets_of_acl: Owned<NetworkAcl, Subnet>,
    pub(super) workloads_of_subnet: Owned<Subnet, Workload>,
}

impl Owners {
    fn of(network: &Network) -> Self {
        let mut owners = Self::default();
        let vpc = |link: &Link<Vpc>| vpc_options(network, link);
        for (id, subnet) in network.subnets.iter() {
            let table = network.effective_route_table(id).link;
            let acl = network.effective_network_acl(id).link;
            owners.subnets_of_vpc.add(id, vpc(&subnet.vpc));
            owners.subnets_of_table.add(id, options(&table));
            owners.subnets_of_acl.add(id, options(&acl));
        }
        for (id, table) in network.route_tables.iter() {
            owners.route_tables_of_vpc.add(id, vpc(&table.vpc));
        }
        for (id, endpoint) in network.vpc_endpoints.iter() {
            owners.endpoints_of_vpc.add(id, vpc(&endpoint.vpc));
        }
        for (id, gateway) in network.nat_gateways.iter() {
            owners.nat_gateways_of_vpc.add(id, vpc(&gateway.vpc));
        }
        for (id, workload) in network.workloads.iter() {
            let subnets = attached_to(&workload.subnets);
            owners.workloads_of_vpc.add(id, vpc(&workload.vpc));
            owners.workloads_of_subnet.add(id, subnets);
        }
        owners
    }
}

/// Objects by what may own them.
#[derive(Debug)]
pub(super) struct Owned<O, T> {
    by_owner: BTreeMap<Id<O>, Vec<Id<T>>>,
    /// Objects whose owner is not known, which any owner may have.
    anywhere: Vec<Id<T>>,
}

impl<O, T> Owned<O, T> {
    /// The objects that some owners may have, in the order of ids.
    pub(super) fn candidates(&self, owners: &[Id<O>]) -> Vec<Id<T>> {
        let owned = owners.iter().filter_map(|owner| self.by_owner.get(owner));
        let owned = owned.flatten().chain(&self.anywhere);
        let mut candidates: Vec<_> = owned.copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    fn add(&mut self, id: Id<T>, owners: Option<Vec<Id<O>>>) {
        let Some(mut owners) = owners else {
            return self.anywhere.push(id);
        };
        owners.sort_unstable();
        owners.dedup();
        for owner in owners {
            self.by_owner.entry(owner).or_default().push(id);
        }
    }
}

impl<O, T> Default for Owned<O, T> {
    fn default() -> Self {
        Self {
            by_owner: BTreeMap::new(),
            anywhere: Vec::new(),
        }
    }
}

fn options<O>(link: &Link<O>) -> Option<Vec<Id<O>>> {
    link.options().map(<[Id<O>]>::to_vec)
}

/// The VPCs that a link means; `None` where one of them belongs to another configuration, as it may be
/// any VPC under another name.
fn vpc_options(network: &Network, link: &Link<Vpc>) -> Option<Vec<Id<Vpc>>> {
    let vpcs = options(link)?;
    let is_external = |vpc: &Id<Vpc>| network.vpcs[*vpc].origin.is_external();
    (!vpcs.iter().any(is_external)).then_some(vpcs)
}

fn attached_to<O>(attachments: &Members<Attachment<O>>) -> Option<Vec<Id<O>>> {
    let links = attachments.iter().map(|member| options(&member.value.to));
    let owners: Option<Vec<Vec<Id<O>>>> = links.collect();
    let owners = owners.filter(|_| attachments.unlisted().is_empty())?;
    Some(owners.concat())
}
