//! What follows from the objects and their patches: main tables, default groups, implicit routes.

use super::{Builder, implicit, workload};
use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::network::Network;
use crate::aws::origin::{Attachment, Declaration, Spelling};
use crate::aws::route_table::{Destination, Route, RouteKind, RouteTable, Target, TargetArgument};
use crate::aws::security_group::SecurityGroup;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::{EndpointType, VpcEndpoint};

/// Adds what no resource says.
///
/// Each step reads what earlier steps wrote: the VPCs of workloads and the default groups of their
/// network interfaces need no routes; local routes come after written ones, which may be the same
/// route; the routes of gateway endpoints come last, as AWS adds them.
pub(super) fn complete(network: &mut Network, builder: &mut Builder) {
    main_tables(network);
    nat_gateway_vpcs(network);
    workload::complete(network, builder);
    endpoint_groups(network, builder);
    acl_associations(network);
    local_routes(network);
    gateway_endpoints(network);
}

/// The main table of a VPC: the one that an `aws_main_route_table_association` names, else its default
/// table. Where several may be named, it is one of these.
fn main_tables(network: &mut Network) {
    for id in network.vpcs.ids() {
        let vpc = &network.vpcs[id];
        let certain = vpc
            .main_associations
            .certain()
            .map(|table| table.to.clone());
        let certain: Vec<_> = certain.collect();
        let default = vpc.main_route_table.clone();
        let doubt = vpc
            .main_associations
            .iter()
            .find_map(|table| table.presence.cause());
        let replacements = vpc
            .main_associations
            .iter()
            .map(|table| table.value.to.clone());
        let main = match (&certain[..], doubt) {
            ([], None) => default,
            ([table], None) => table.clone(),
            ([], Some(cause)) => Fact::one_of([default].into_iter().chain(replacements), cause),
            (_, doubt) => {
                let several = Cause::new("several resources replace the main route table");
                Fact::one_of(replacements, doubt.unwrap_or(&several))
            }
        };
        network.vpcs.get_mut(id).main_route_table = main;
    }
}

/// A zonal NAT gateway lies in the VPC of its subnet.
fn nat_gateway_vpcs(network: &mut Network) {
    for id in network.nat_gateways.ids() {
        let gateway = &network.nat_gateways[id];
        if gateway.subnet == Fact::Known(None) {
            // A regional NAT gateway: its VPC is an argument.
            continue;
        }
        let subnet = gateway.subnet.clone().required("it has no subnet");
        let vpc = vpc_of_subnet(network, &subnet);
        network.nat_gateways.get_mut(id).vpc = vpc;
    }
}

/// The VPC of a subnet.
fn vpc_of_subnet(network: &Network, subnet: &Link<Subnet>) -> Link<Vpc> {
    match subnet {
        Fact::Known(subnet) => network.subnets[*subnet].vpc.clone(),
        Fact::Unknown(cause) => Fact::Unknown(cause.clone()),
        Fact::OneOf(subnets, cause) => {
            let vpcs = subnets.iter().map(|id| network.subnets[*id].vpc.clone());
            Fact::one_of(vpcs, cause)
        }
    }
}

/// The VPC of several subnets, which all lie in one: AWS refuses subnets of two VPCs, so the first
/// subnet whose VPC is known decides.
pub(super) fn vpc_of_subnets(
    network: &Network,
    subnets: &Members<Attachment<Subnet>>,
) -> Link<Vpc> {
    let vpcs = subnets
        .iter()
        .map(|subnet| vpc_of_subnet(network, &subnet.value.to));
    let mut known = vpcs.clone().filter(|vpc| vpc.known().is_some());
    let cause = || subnets.unlisted().first().cloned();
    known
        .next()
        .or_else(|| vpcs.clone().next())
        .unwrap_or_else(|| Fact::Unknown(cause().unwrap_or_else(|| Cause::new("it has no subnet"))))
}

/// The default group of a VPC.
pub(super) fn default_group(network: &Network, vpc: &Link<Vpc>) -> Link<SecurityGroup> {
    vpc.clone()
        .map(|vpc| network.vpcs[vpc].default_security_group)
}

/// Adds the VPC's default group where there is no other group, or may be none.
pub(super) fn add_default_group(
    groups: &mut Members<Attachment<SecurityGroup>>,
    default: Link<SecurityGroup>,
    declaration: Declaration,
    takes_default: Fact<bool>,
) {
    let Some(presence) = Presence::if_true(takes_default.and(groups.is_empty())) else {
        return;
    };
    let to = default;
    groups.add(Attachment { to, declaration }, presence);
}

/// The default group of an endpoint stays beside groups that associations add, unless one of them
/// replaces it (Terraform, `aws_vpc_endpoint_security_group_association`, argument
/// `replace_default_association`).
fn endpoint_groups(network: &mut Network, builder: &Builder) {
    for id in network.vpc_endpoints.ids() {
        let endpoint = &network.vpc_endpoints[id];
        let has_no_groups = endpoint.kind.holds(|kind| {
            matches!(
                kind,
                EndpointType::Gateway | EndpointType::GatewayLoadBalancer
            )
        });
        if has_no_groups.is_true() || endpoint.origin.is_external() {
            continue;
        }
        let default = default_group(network, &endpoint.vpc);
        let replaced = default_is_replaced(builder, id);
        let declaration = implicit(&endpoint.origin);
        let groups = &mut network.vpc_endpoints.get_mut(id).security_groups;
        let is_inline = |group: &Attachment<_>| group.declaration.spelling == Spelling::Inline;
        let none_inline = groups
            .any(|group| Fact::Known(is_inline(group)))
            .map(|any| !any);
        let keeps = none_inline.and(replaced.map(|replaced| !replaced));
        let keeps = keeps.and(has_no_groups.map(|none| !none));
        let Some(presence) = Presence::if_true(keeps) else {
            continue;
        };
        groups.add(
            Attachment {
                to: default,
                declaration,
            },
            presence,
        );
    }
}

fn default_is_replaced(builder: &Builder, endpoint: Id<VpcEndpoint>) -> Fact<bool> {
    let mut replaced = Fact::Known(false);
    for association in &builder.replaced_default_groups {
        let is_own = association.endpoint.is(&Some(endpoint));
        let is_there = match association.presence.cause() {
            None => Fact::Known(true),
            Some(cause) => Fact::Unknown(cause.clone()),
        };
        replaced = replaced.either(is_own.and(is_there).and(association.replaces.clone()));
    }
    replaced
}

/// Gives subnets the network ACLs that are associated with them.
fn acl_associations(network: &mut Network) {
    for id in network.network_acls.ids() {
        let acl = &network.network_acls[id];
        let presence = acl.origin.presence.clone();
        let claims: Vec<_> = acl.subnets.iter().cloned().collect();
        let unlisted = acl.subnets.unlisted().to_vec();
        for claim in claims {
            let link = claim.value.to.clone();
            for (subnet, doubt) in candidates(&link, network.subnets.ids()) {
                let declaration = claim.value.declaration.clone();
                let attachment = Attachment {
                    to: Fact::Known(id),
                    declaration,
                };
                let presence = presence.clone().and(claim.presence.clone()).and(doubt);
                let subnet = network.subnets.get_mut(subnet);
                subnet.network_acl_associations.add(attachment, presence);
            }
        }
        for cause in unlisted {
            claim_any(network, id, &cause);
        }
    }
}

/// An ACL whose subnets are not known may be associated with any subnet of its VPC.
fn claim_any(network: &mut Network, acl: Id<crate::aws::network_acl::NetworkAcl>, cause: &Cause) {
    let vpc = network.network_acls[acl].vpc.clone();
    let declaration = implicit(&network.network_acls[acl].origin);
    for id in network.subnets.ids() {
        if network.same_vpc(&vpc, &network.subnets[id].vpc).is_false() {
            continue;
        }
        let attachment = Attachment {
            to: Fact::Known(acl),
            declaration: declaration.clone(),
        };
        let subnet = network.subnets.get_mut(id);
        subnet
            .network_acl_associations
            .add(attachment, Presence::Maybe(cause.clone()));
    }
}

/// The objects that a link may mean, and whether it does.
pub(super) fn candidates<T>(
    link: &Link<T>,
    objects: impl Iterator<Item = Id<T>>,
) -> Vec<(Id<T>, Presence)> {
    match link {
        Fact::Known(id) => vec![(*id, Presence::Certain)],
        Fact::OneOf(ids, cause) => {
            let maybe = |id: &Id<T>| (*id, Presence::Maybe(cause.clone()));
            ids.iter().map(maybe).collect()
        }
        Fact::Unknown(cause) => {
            let maybe = |id| (id, Presence::Maybe(cause.clone()));
            objects.map(maybe).collect()
        }
    }
}

/// Every table has a local route for each CIDR of its VPC; a written route to the same CIDR is that
/// route with another target (VPC guide "Subnet route tables", section "Local route").
fn local_routes(network: &mut Network) {
    for id in network.route_tables.ids() {
        let table = &network.route_tables[id];
        let mut local = Members::default();
        for (vpc, doubt) in candidates(&table.vpc, network.vpcs.ids()) {
            local.append(local_routes_of(network, vpc).and(&doubt));
        }
        let routes = &mut network.route_tables.get_mut(id).routes;
        for route in local {
            let is_same = |written: &Route| written.destinations == route.value.destinations;
            if !routes.certain().any(is_same) {
                routes.add(route.value, route.presence);
            }
        }
    }
}

fn local_routes_of(network: &Network, vpc: Id<Vpc>) -> Members<Route> {
    let vpc = &network.vpcs[vpc];
    let mut routes = Members::default();
    for cidr in &vpc.cidrs {
        let family = match cidr.value.cidr.options().and_then(<[_]>::first) {
            Some(cidr) => Family::of(*cidr),
            None => cidr.value.family,
        };
        let destination = Destination::Cidr(cidr.value.cidr.clone(), family);
        let route = local_route(destination, cidr.value.declaration.clone());
        routes.add(route, cidr.presence.clone());
    }
    for cause in vpc.cidrs.unlisted() {
        for family in [Family::V4, Family::V6] {
            let destination = Destination::Cidr(Fact::Unknown(cause.clone()), family);
            let route = local_route(destination, implicit(&vpc.origin));
            routes.add(route, Presence::Many(cause.clone()));
        }
    }
    routes
}

fn local_route(destination: Destination, declaration: Declaration) -> Route {
    Route {
        destinations: Members::known([destination]),
        targets: Members::known([TargetArgument {
            argument: "gateway_id".into(),
            target: Fact::Known(Target::Local),
        }]),
        kind: RouteKind::Local,
        declaration: Declaration {
            spelling: Spelling::Implicit,
            ..declaration
        },
    }
}

/// The route tables of gateway endpoints: each table that an endpoint names gets a route to each of its
/// prefix lists, and knows the endpoint (`PrivateLink` guide "Gateway endpoints", section "Routing").
///
/// Where the tables of an endpoint are not known, any table of its VPC may have the routes.
fn gateway_endpoints(network: &mut Network) {
    for id in network.vpc_endpoints.ids() {
        let endpoint = &network.vpc_endpoints[id];
        let is_gateway = endpoint.kind.is(&EndpointType::Gateway);
        let Some(is_gateway) = Presence::if_true(is_gateway) else {
            continue;
        };
        let exists = endpoint.origin.presence.clone().and(is_gateway);
        for (table, declaration, doubt) in tables_of(network, id) {
            let routes = endpoint_routes(&network.vpc_endpoints[id], id, &declaration);
            let table = network.route_tables.get_mut(table);
            for route in routes {
                let presence = exists.clone().and(doubt.clone()).and(route.presence);
                table.gateway_endpoints.add(id, presence.clone());
                table.routes.add(route.value, presence);
            }
        }
    }
}

/// The tables that a gateway endpoint names or may name, what says so, and whether it does.
fn tables_of(
    network: &Network,
    id: Id<VpcEndpoint>,
) -> Vec<(Id<RouteTable>, Declaration, Presence)> {
    let endpoint = &network.vpc_endpoints[id];
    let of_vpc = || {
        let tables = network.route_tables.iter();
        let same = |table: &RouteTable| !network.same_vpc(&table.vpc, &endpoint.vpc).is_false();
        tables
            .filter(move |(_, table)| same(table))
            .map(|(table, _)| table)
    };
    let mut tables = Vec::new();
    for member in &endpoint.route_tables {
        for (table, doubt) in candidates(&member.value.to, of_vpc()) {
            let presence = member.presence.clone().and(doubt);
            tables.push((table, member.value.declaration.clone(), presence));
        }
    }
    for cause in endpoint.route_tables.unlisted() {
        for table in of_vpc() {
            let presence = Presence::Maybe(cause.clone());
            tables.push((table, implicit(&endpoint.origin), presence));
        }
    }
    tables
}

/// The routes to the prefix lists of an endpoint.
fn endpoint_routes(
    endpoint: &VpcEndpoint,
    id: Id<VpcEndpoint>,
    declaration: &Declaration,
) -> Members<Route> {
    let lists = endpoint.prefix_lists.clone();
    lists.map(|list| Route {
        destinations: Members::known([Destination::PrefixList(list)]),
        targets: Members::known([TargetArgument {
            argument: "vpc_endpoint_id".into(),
            target: Fact::Known(Target::VpcEndpoint(id)),
        }]),
        kind: RouteKind::GatewayEndpoint,
        declaration: declaration.clone(),
    })
}
