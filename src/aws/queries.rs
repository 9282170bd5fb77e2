//! The questions that rules and reachability ask of the network: effective route tables and network
//! ACLs, what belongs to a VPC, whether two objects are one.
//!
//! Answers keep what is not known: a list of what belongs to something is [`Members`], a yes or no is
//! a [`Fact`].

use super::address_set::AddressSet;
use super::bounds::Bounds;
use super::fact::{Cause, Fact, Link};
use super::gateway::InternetGateway;
use super::index::Owned;
use super::members::{Members, Presence};
use super::nat_gateway::NatGateway;
use super::network::Network;
use super::network_acl::NetworkAcl;
use super::origin::{Attachment, Declaration, Maker, Origin};
use super::route_table::RouteTable;
use super::subnet::Subnet;
use super::table::{Id, Table};
use super::vpc::Vpc;
use super::vpc_endpoint::VpcEndpoint;
use super::workload::{Role, Workload};

/// The object that applies to a subnet, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective<T> {
    /// The object.
    pub link: Link<T>,
    /// The association; `None` where the VPC's own applies because there is none.
    pub declaration: Option<Declaration>,
}

impl Network {
    /// The route table of a subnet: the one associated with it, else the VPC's main table (VPC guide
    /// "Subnet route tables").
    pub fn effective_route_table(&self, subnet: Id<Subnet>) -> Effective<RouteTable> {
        let subnet = &self.subnets[subnet];
        let main = self.of_vpc(&subnet.vpc, |vpc| vpc.main_route_table.clone());
        effective(&subnet.route_table_associations, main, &subnet.origin)
    }

    /// The network ACL of a subnet: the one associated with it, else the VPC's default ACL (VPC guide
    /// "Control subnet traffic with network ACLs").
    pub fn effective_network_acl(&self, subnet: Id<Subnet>) -> Effective<NetworkAcl> {
        let subnet = &self.subnets[subnet];
        let default = self.of_vpc(&subnet.vpc, |vpc| Fact::Known(vpc.default_network_acl));
        effective(&subnet.network_acl_associations, default, &subnet.origin)
    }

    /// The addresses of a VPC.
    pub fn vpc_addresses(&self, vpc: Id<Vpc>) -> Bounds<AddressSet> {
        let cidrs = self.vpcs[vpc].cidrs.clone();
        Bounds::of_members(&cidrs.map(|cidr| cidr.cidr))
    }

    /// The subnets that may be in a VPC; among them may be some that are not.
    pub fn subnets_near<'n>(
        &'n self,
        vpc: &Link<Vpc>,
    ) -> impl Iterator<Item = (Id<Subnet>, &'n Subnet)> + use<'n> {
        self.near(vpc, &self.subnets, &self.owners().subnets_of_vpc)
    }

    /// The route tables that may be in a VPC.
    pub fn route_tables_near<'n>(
        &'n self,
        vpc: &Link<Vpc>,
    ) -> impl Iterator<Item = (Id<RouteTable>, &'n RouteTable)> + use<'n> {
        self.near(vpc, &self.route_tables, &self.owners().route_tables_of_vpc)
    }

    /// The endpoints that may be in a VPC.
    pub fn endpoints_near<'n>(
        &'n self,
        vpc: &Link<Vpc>,
    ) -> impl Iterator<Item = (Id<VpcEndpoint>, &'n VpcEndpoint)> + use<'n> {
        self.near(vpc, &self.vpc_endpoints, &self.owners().endpoints_of_vpc)
    }

    /// The NAT gateways that may be in a VPC.
    pub fn nat_gateways_near<'n>(
        &'n self,
        vpc: &Link<Vpc>,
    ) -> impl Iterator<Item = (Id<NatGateway>, &'n NatGateway)> + use<'n> {
        self.near(vpc, &self.nat_gateways, &self.owners().nat_gateways_of_vpc)
    }

    /// The workloads that may be in a VPC.
    pub fn workloads_near<'n>(
        &'n self,
        vpc: &Link<Vpc>,
    ) -> impl Iterator<Item = (Id<Workload>, &'n Workload)> + use<'n> {
        self.near(vpc, &self.workloads, &self.owners().workloads_of_vpc)
    }

    /// The subnets of a VPC.
    pub fn subnets_of(&self, vpc: Id<Vpc>) -> Members<Id<Subnet>> {
        self.belonging(
            vpc,
            &self.subnets,
            &self.owners().subnets_of_vpc,
            |subnet| (&subnet.vpc, &subnet.origin),
        )
    }

    /// The route tables of a VPC.
    pub fn route_tables_of(&self, vpc: Id<Vpc>) -> Members<Id<RouteTable>> {
        self.belonging(
            vpc,
            &self.route_tables,
            &self.owners().route_tables_of_vpc,
            |table| (&table.vpc, &table.origin),
        )
    }

    /// The endpoints of a VPC.
    pub fn endpoints_of(&self, vpc: Id<Vpc>) -> Members<Id<VpcEndpoint>> {
        self.belonging(
            vpc,
            &self.vpc_endpoints,
            &self.owners().endpoints_of_vpc,
            |endpoint| (&endpoint.vpc, &endpoint.origin),
        )
    }

    /// The workloads of a VPC.
    pub fn workloads_of(&self, vpc: Id<Vpc>) -> Members<Id<Workload>> {
        self.belonging(
            vpc,
            &self.workloads,
            &self.owners().workloads_of_vpc,
            |workload| (&workload.vpc, &workload.origin),
        )
    }

    /// The subnets whose effective table is this one.
    pub fn subnets_of_table(&self, table: Id<RouteTable>) -> Members<Id<Subnet>> {
        let candidates = self.owners().subnets_of_table.candidates(&[table]);
        members(&self.route_tables[table].origin, candidates, |id| {
            let uses_it = self.effective_route_table(id).link.is(&table);
            (uses_it, &self.subnets[id].origin)
        })
    }

    /// The subnets that a network ACL filters.
    pub fn subnets_of_acl(&self, acl: Id<NetworkAcl>) -> Members<Id<Subnet>> {
        let candidates = self.owners().subnets_of_acl.candidates(&[acl]);
        members(&self.network_acls[acl].origin, candidates, |id| {
            let uses_it = self.effective_network_acl(id).link.is(&acl);
            (uses_it, &self.subnets[id].origin)
        })
    }

    /// The workloads with a network interface in a subnet.
    pub fn workloads_in(&self, subnet: Id<Subnet>) -> Members<Id<Workload>> {
        let candidates = self.owners().workloads_of_subnet.candidates(&[subnet]);
        members(&self.subnets[subnet].origin, candidates, |id| {
            let workload = &self.workloads[id];
            let is_in = workload.subnets.any(|attachment| attachment.to.is(&subnet));
            (is_in, &workload.origin)
        })
    }

    /// The VPC of this configuration that an argument names; `None` for one of another configuration,
    /// which may be any VPC.
    pub fn configured_vpc(&self, link: &Link<Vpc>) -> Option<Id<Vpc>> {
        let vpc = *link.known()?;
        (!self.vpcs[vpc].origin.is_external()).then_some(vpc)
    }

    /// Whether two arguments name one VPC.
    pub fn same_vpc(&self, left: &Link<Vpc>, right: &Link<Vpc>) -> Fact<bool> {
        same(left, right, |vpc| &self.vpcs[vpc].origin)
    }

    /// Whether two arguments name one route table.
    pub fn same_route_table(
        &self,
        left: &Link<RouteTable>,
        right: &Link<RouteTable>,
    ) -> Fact<bool> {
        same(left, right, |table| &self.route_tables[table].origin)
    }

    /// Whether two arguments name one subnet.
    pub fn same_subnet(&self, left: &Link<Subnet>, right: &Link<Subnet>) -> Fact<bool> {
        same(left, right, |subnet| &self.subnets[subnet].origin)
    }

    /// Whether two subnets lie in one Availability Zone.
    pub fn same_zone(&self, left: Id<Subnet>, right: Id<Subnet>) -> Fact<bool> {
        if left == right {
            return Fact::Known(true);
        }
        let (left_zone, right_zone) = (&self.subnets[left].zone, &self.subnets[right].zone);
        let cause = left_zone.cause().or(right_zone.cause()).cloned();
        let cause = cause.unwrap_or_else(|| Cause::new("a zone is not known"));
        let (Some(left_zones), Some(right_zones)) = (left_zone.options(), right_zone.options())
        else {
            return Fact::Unknown(cause);
        };
        let pairs = left_zones
            .iter()
            .flat_map(|zone| right_zones.iter().map(|candidate| zone.is(candidate)));
        Fact::one_of(pairs, &cause).is(&true)
    }

    /// Whether a rule of one VPC may name a security group of another, because a peering connection or
    /// a transit gateway carries groups between them (VPC guide "Security group rules"; Transit Gateway
    /// guide, section "Security group referencing").
    pub fn may_carry_groups(&self, from: &Link<Vpc>, to: &Link<Vpc>) -> Fact<bool> {
        let joins = |ends: [&Link<Vpc>; 2]| {
            let straight = self.same_vpc(ends[0], from).and(self.same_vpc(ends[1], to));
            let turned = self.same_vpc(ends[0], to).and(self.same_vpc(ends[1], from));
            straight.either(turned)
        };
        let peerings = self.peering_connections.iter();
        let peered = peerings.map(|(_, peering)| joins([&peering.requester, &peering.accepter]));
        let attachments = || {
            let attachments = self.transit_gateway_attachments.iter();
            attachments.map(|(_, attachment)| attachment)
        };
        let pairs = attachments().flat_map(|near| attachments().map(move |far| (near, far)));
        let attached = pairs.map(|(near, far)| {
            let origin = |gateway| &self.transit_gateways[gateway].origin;
            let same_gateway = same(&near.transit_gateway, &far.transit_gateway, origin);
            let carried = near.security_group_referencing.clone();
            let carried = carried.and(far.security_group_referencing.clone());
            joins([&near.vpc, &far.vpc]).and(same_gateway).and(carried)
        });
        peered
            .chain(attached)
            .fold(Fact::Known(false), Fact::either)
    }

    /// Whether an internet gateway is attached to a VPC: the routes of other VPCs to it are blackholes.
    pub fn is_attached(&self, gateway: Id<InternetGateway>, vpc: &Link<Vpc>) -> Fact<bool> {
        let attachments = &self.internet_gateways[gateway].vpcs;
        attachments.any(|attachment| self.same_vpc(&attachment.to, vpc))
    }

    /// The first subnet of each zone, as far as zones are known to differ.
    pub fn one_of_each_zone(
        &self,
        subnets: impl IntoIterator<Item = Id<Subnet>>,
    ) -> Vec<Id<Subnet>> {
        let mut firsts: Vec<Id<Subnet>> = Vec::new();
        for id in subnets {
            let is_elsewhere = |first: &Id<Subnet>| self.same_zone(id, *first).is_false();
            if firsts.iter().all(is_elsewhere) {
                firsts.push(id);
            }
        }
        firsts
    }

    fn of_vpc<T>(&self, vpc: &Link<Vpc>, what: impl Fn(&Vpc) -> Link<T>) -> Link<T> {
        vpc.clone().and_then(|id| what(&self.vpcs[id]))
    }

    fn near<'a, T>(
        &self,
        vpc: &Link<Vpc>,
        objects: &'a Table<T>,
        index: &Owned<Vpc, T>,
    ) -> impl Iterator<Item = (Id<T>, &'a T)> + use<'a, T> {
        let is_external = |id: &Id<Vpc>| self.vpcs[*id].origin.is_external();
        let vpcs = vpc.options().filter(|vpcs| !vpcs.iter().any(is_external));
        let ids = vpcs.map_or_else(|| objects.ids().collect(), |vpcs| index.candidates(vpcs));
        ids.into_iter().map(|id| (id, &objects[id]))
    }

    fn belonging<'a, T: 'a>(
        &'a self,
        vpc: Id<Vpc>,
        objects: &'a Table<T>,
        index: &Owned<Vpc, T>,
        of: impl Fn(&'a T) -> (&'a Link<Vpc>, &'a Origin),
    ) -> Members<Id<T>> {
        let this_vpc = Fact::Known(vpc);
        let near = self.near(&this_vpc, objects, index).map(|(id, _)| id);
        members(&self.vpcs[vpc].origin, near, |id| {
            let (link, origin) = of(&objects[id]);
            (self.same_vpc(link, &this_vpc), origin)
        })
    }
}

impl Workload {
    /// Whether it opens connections by itself.
    pub fn is_client(&self) -> bool {
        self.role == Role::Client
    }
}

/// The object that is associated with a subnet, else the VPC's default one.
fn effective<T>(
    associations: &Members<Attachment<T>>,
    of_vpc: Link<T>,
    subnet: &Origin,
) -> Effective<T> {
    let certain: Vec<_> = associations.certain().collect();
    match certain[..] {
        [association] => Effective {
            link: association.to.clone(),
            declaration: Some(association.declaration.clone()),
        },
        [] => Effective {
            link: without_certain(associations, of_vpc, subnet),
            declaration: None,
        },
        [first, ..] => {
            let several = Cause::new(format!("`{}` is claimed more than once", subnet.name()));
            let links = certain.iter().map(|association| association.to.clone());
            Effective {
                link: Fact::one_of(links, &several),
                declaration: Some(first.declaration.clone()),
            }
        }
    }
}

fn without_certain<T>(
    associations: &Members<Attachment<T>>,
    of_vpc: Link<T>,
    subnet: &Origin,
) -> Link<T> {
    if subnet.is_external() {
        return Fact::Unknown(subnet.made_elsewhere());
    }
    if let Some(cause) = associations.unlisted().first() {
        return Fact::Unknown(cause.clone());
    }
    let doubt = associations
        .iter()
        .find_map(|association| association.presence.cause());
    match doubt {
        None => of_vpc,
        Some(cause) => {
            let links = associations
                .iter()
                .map(|association| association.value.to.clone());
            Fact::one_of(links.chain([of_vpc]), cause)
        }
    }
}

/// The candidates that an owner has or may have. An owner of another configuration may have others.
fn members<'a, T>(
    owner: &Origin,
    candidates: impl IntoIterator<Item = Id<T>>,
    belongs: impl Fn(Id<T>) -> (Fact<bool>, &'a Origin),
) -> Members<Id<T>> {
    let mut members = Members::default();
    for id in candidates {
        let (belongs, origin) = belongs(id);
        if let Some(presence) = Presence::if_true(belongs) {
            members.add(id, origin.presence.clone().and(presence));
        }
    }
    if owner.is_external() {
        members.add_unlisted(owner.made_elsewhere());
    }
    members
}

/// Whether two links mean one object: known if all that they may mean agrees.
fn same<'a, T>(
    left: &Link<T>,
    right: &Link<T>,
    origin: impl Fn(Id<T>) -> &'a Origin,
) -> Fact<bool> {
    let cause = left.cause().or(right.cause());
    let (Some(left_ids), Some(right_ids)) = (left.options(), right.options()) else {
        let cause = cause.cloned();
        return Fact::Unknown(cause.unwrap_or_else(|| Cause::new("it is not known")));
    };
    let mut answers = Vec::new();
    for left_id in left_ids {
        for right_id in right_ids {
            // A single option that is no known value stands for an unknown number of objects: two
            // links to it need not mean the same one.
            let is_exact = || cause.map_or(Fact::Known(true), |cause| Fact::Unknown(cause.clone()));
            answers.push(if left_id == right_id {
                is_exact()
            } else {
                different(origin(*left_id), origin(*right_id))
            });
        }
    }
    let doubt = answers.iter().find_map(Fact::cause).cloned();
    match doubt.or_else(|| cause.cloned()) {
        Some(cause) => Fact::one_of(answers, &cause),
        None => answers.pop().unwrap_or(Fact::Known(false)),
    }
}

/// Whether two objects with different names are one: two resources never are.
///
/// What another configuration makes may have several names here (`var.vpc_id` and
/// `data.aws_vpc.main`); only two ids of AWS's certainly mean two objects.
fn different(left: &Origin, right: &Origin) -> Fact<bool> {
    let has_aws_id = |origin: &Origin| match &origin.maker {
        Maker::Elsewhere { identity } => is_aws_id(identity),
        _ => false,
    };
    let are_resources = !left.is_external() && !right.is_external();
    if are_resources || has_aws_id(left) && has_aws_id(right) {
        return Fact::Known(false);
    }
    let reason = format!("`{}` and `{}` may be one", left.name(), right.name());
    Fact::unknown(reason)
}

/// Whether a name is an id of AWS's: `vpc-0123456789abcdef0`.
fn is_aws_id(name: &str) -> bool {
    let Some((prefix, digits)) = name.split_once('-') else {
        return false;
    };
    let is_prefix = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_lowercase());
    is_prefix && digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
