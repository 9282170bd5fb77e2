//! Which objects may belong to which, so that nobody searches all of them for each.

use std::collections::BTreeMap;

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

/// The objects of a network by what they may belong to.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) subnets_of_vpc: Owned<Vpc, Subnet>,
    pub(super) route_tables_of_vpc: Owned<Vpc, RouteTable>,
    pub(super) endpoints_of_vpc: Owned<Vpc, VpcEndpoint>,
    pub(super) workloads_of_vpc: Owned<Vpc, Workload>,
    pub(super) nat_gateways_of_vpc: Owned<Vpc, NatGateway>,
    pub(super) subnets_of_table: Owned<RouteTable, Subnet>,
    pub(super) subnets_of_acl: Owned<NetworkAcl, Subnet>,
    pub(super) workloads_of_subnet: Owned<Subnet, Workload>,
}

impl Index {
    /// The index of a network to which nothing is added any more.
    pub(super) fn of(network: &Network) -> Self {
        let mut index = Self::default();
        let vpc = |link: &Link<Vpc>| owners_of_one_configuration(network, link);
        for (id, subnet) in network.subnets.iter() {
            let table = network.effective_route_table(id).link;
            let acl = network.effective_network_acl(id).link;
            index.subnets_of_vpc.add(id, vpc(&subnet.vpc));
            index.subnets_of_table.add(id, owners(&table));
            index.subnets_of_acl.add(id, owners(&acl));
        }
        for (id, table) in network.route_tables.iter() {
            index.route_tables_of_vpc.add(id, vpc(&table.vpc));
        }
        for (id, endpoint) in network.vpc_endpoints.iter() {
            index.endpoints_of_vpc.add(id, vpc(&endpoint.vpc));
        }
        for (id, gateway) in network.nat_gateways.iter() {
            index.nat_gateways_of_vpc.add(id, vpc(&gateway.vpc));
        }
        for (id, workload) in network.workloads.iter() {
            let subnets = attached_to(&workload.subnets);
            index.workloads_of_vpc.add(id, vpc(&workload.vpc));
            index.workloads_of_subnet.add(id, subnets);
        }
        index
    }
}

/// Objects by what may own them.
#[derive(Clone, Debug)]
pub(super) struct Owned<O, T> {
    own: BTreeMap<Id<O>, Vec<Id<T>>>,
    /// Those that anything may own for all that is known.
    anywhere: Vec<Id<T>>,
}

impl<O, T> Owned<O, T> {
    /// All that some owners may have, in order.
    pub(super) fn candidates(&self, owners: &[Id<O>]) -> Vec<Id<T>> {
        let own = owners.iter().filter_map(|owner| self.own.get(owner));
        let all = own.flatten().chain(&self.anywhere);
        let mut candidates: Vec<_> = all.copied().collect();
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
            self.own.entry(owner).or_default().push(id);
        }
    }
}

impl<O, T> Default for Owned<O, T> {
    fn default() -> Self {
        Self {
            own: BTreeMap::new(),
            anywhere: Vec::new(),
        }
    }
}

fn owners<O>(link: &Link<O>) -> Option<Vec<Id<O>>> {
    link.options().map(<[Id<O>]>::to_vec)
}

/// VPCs of other configurations may be one, whatever they are called here.
fn owners_of_one_configuration(network: &Network, link: &Link<Vpc>) -> Option<Vec<Id<Vpc>>> {
    let vpcs = owners(link)?;
    let is_external = |vpc: &Id<Vpc>| network.vpcs[*vpc].origin.is_external();
    (!vpcs.iter().any(is_external)).then_some(vpcs)
}

fn attached_to<O>(attachments: &Members<Attachment<O>>) -> Option<Vec<Id<O>>> {
    let links = attachments.iter().map(|member| owners(&member.value.to));
    let all: Option<Vec<Vec<Id<O>>>> = links.collect();
    let all = all.filter(|_| attachments.more().is_empty())?;
    Some(all.concat())
}
