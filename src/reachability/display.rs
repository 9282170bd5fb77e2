//! Words for the objects of the network, as hops and findings name them.

use std::fmt::Display;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::network::Network;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::Origin;
use crate::aws::route_table::{Destination, Route, RouteTable, Target};
use crate::aws::table::Id;

use super::verdict::EgressPath;
use crate::aws::traffic::Traffic;

use super::destination::public_addresses;

/// A route table: `aws_route_table.private`, `the main route table of aws_vpc.main`.
pub fn route_table(network: &Network, table: Id<RouteTable>) -> String {
    named(&network.route_tables[table].origin, "main route table")
}

/// A network ACL: `aws_network_acl.app`, `the default network ACL of aws_vpc.main`.
pub fn network_acl(network: &Network, acl: Id<NetworkAcl>) -> String {
    named(&network.network_acls[acl].origin, "default network ACL")
}

fn named(origin: &Origin, implicit: &str) -> String {
    if origin.is_implicit() {
        format!("the {implicit} of {}", origin.name())
    } else {
        origin.name()
    }
}

/// A route: `0.0.0.0/0 -> aws_nat_gateway.a`.
pub fn route(network: &Network, route: &Route, target: Option<&Target>) -> String {
    let to = destination(network, route);
    let target = target.map_or_else(
        || "an unknown target".to_owned(),
        |target| self::target(network, target),
    );
    format!("{to} -> {target}")
}

/// The destination of a route: `0.0.0.0/0`, or the name of a prefix list.
pub fn destination(network: &Network, route: &Route) -> String {
    let Some(to) = route.destinations.iter().next() else {
        return "nothing".to_owned();
    };
    match &to.value {
        Destination::Cidr(cidr, _) => match cidr.known() {
            Some(cidr) => cidr.to_string(),
            None => "an unknown CIDR".to_owned(),
        },
        Destination::PrefixList(list) => match list.known() {
            Some(list) => network.prefix_lists[*list].origin.name(),
            None => "an unknown prefix list".to_owned(),
        },
    }
}

/// The first prefixes of a set, and how many more there are. Hops say it of every set on the way, and most
/// hops are never shown: only the prefixes that the text holds are written.
pub fn addresses(addresses: &AddressSet) -> String {
    let count = addresses.prefixes().count();
    if count > MOST_SHOWN + 1 {
        for family in [Family::V4, Family::V6] {
            let public = public_addresses(family);
            if !public.is_superset(addresses) {
                continue;
            }
            let missing = public.difference(addresses);
            if missing.is_empty() {
                return "the internet".to_owned();
            }
            // Whichever list is shorter says more.
            if missing.prefixes().count() < count {
                return format!("the internet except {}", first_of(missing.prefixes()));
            }
        }
    }
    first_of(addresses.prefixes())
}

/// How many items are shown. If there is one item more, it is shown too: `and 1 more` takes as much
/// room.
const MOST_SHOWN: usize = 4;

fn first_of(mut items: impl Iterator<Item = impl Display>) -> String {
    let written = items.by_ref().take(MOST_SHOWN).map(|item| item.to_string());
    let mut shown: Vec<String> = written.collect();
    let next = items.next();
    match items.count() {
        0 => shown.extend(next.map(|item| item.to_string())),
        hidden => return format!("{} and {} more", shown.join(", "), hidden + 1),
    }
    shown.join(", ")
}

/// The first ports of a set of traffic, and how many more ranges there are.
pub fn traffic(traffic: &Traffic) -> String {
    first_of(traffic.to_string().split(", "))
}

/// An egress path: the address of the gateway or endpoint; none for local routes and for paths whose
/// far side is not in this network.
pub fn egress_path(network: &Network, path: EgressPath) -> Option<String> {
    Some(match path {
        EgressPath::GatewayEndpoint(id) | EgressPath::InterfaceEndpoint(id) => {
            network.vpc_endpoints[id].origin.name()
        }
        EgressPath::NatGateway(id) => network.nat_gateways[id].origin.name(),
        EgressPath::InternetGateway(id) => network.internet_gateways[id].origin.name(),
        EgressPath::EgressOnlyInternetGateway(id) => {
            network.egress_only_internet_gateways[id].origin.name()
        }
        EgressPath::Local | EgressPath::External => return None,
    })
}

/// A target: its address.
pub fn target(network: &Network, target: &Target) -> String {
    match target {
        Target::Local => "local".to_owned(),
        Target::Other { kind, name } => format!("{} {name}", kind.name()),
        Target::Invalid { name } => name.to_string(),
        object => object.origin(network).map(Origin::name).unwrap_or_default(),
    }
}
