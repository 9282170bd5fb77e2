//! The type of a subnet by its effective route table (VPC guide "Subnets for your VPC", subnet types).
//! A subnet may be of several types: they are yes-or-no questions, not one classification.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Fact;
use crate::aws::network::Network;
use crate::aws::route_table::Target;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::EndpointType;

use super::coverage::{self, internet, is_public_nat_gateway};
use super::destination::{Destination, public_addresses};

/// Whether a subnet has a route to an internet gateway of its VPC, in a family of which it has addresses: a route for
/// IPv6 leads nobody out of a subnet without IPv6.
pub fn is_public(network: &Network, subnet: Id<Subnet>) -> Fact<bool> {
    let of_family = |family| leads_to_internet_gateway(network, subnet, family);
    let subnet = &network.subnets[subnet];
    let has_ipv4 = subnet.is_ipv6_only.clone().map(|only| !only);
    let by_ipv4 = of_family(Family::V4).and(has_ipv4);
    by_ipv4.either(of_family(Family::V6).and(subnet.has_ipv6.clone()))
}

/// Whether a route for some of the internet's IPv4 addresses leads from a subnet to a NAT gateway: what
/// the guide calls a private subnet with internet access.
pub fn is_nat_subnet(network: &Network, subnet: Id<Subnet>) -> Fact<bool> {
    coverage::of(network, subnet, &internet(Family::V4))
        .some_go_to(|to| is_public_nat_gateway(network, to))
}

/// Whether a subnet has a route to a virtual private gateway and none to an internet gateway.
pub fn is_vpn_only(network: &Network, subnet: Id<Subnet>) -> Fact<bool> {
    let is_vpn = |to: &Target| matches!(to, Target::VpnGateway(_));
    let not_public = is_public(network, subnet).map(|public| !public);
    leads_to(network, subnet, is_vpn).and(not_public)
}

/// Whether nothing but local routes and gateway endpoints leads out of a subnet.
pub fn is_isolated(network: &Network, subnet: Id<Subnet>) -> Fact<bool> {
    leads_to(network, subnet, |to| leads_out(network, to)).map(|leads_out| !leads_out)
}

/// Whether some of the internet's IPv6 addresses leave a subnet by an egress-only internet gateway (VPC
/// guide "Egress-only internet gateway").
pub fn is_ipv6_egress_only(network: &Network, subnet: Id<Subnet>) -> Fact<bool> {
    let is_egress_only = |to: &Target| matches!(to, Target::EgressOnlyInternetGateway(_));
    coverage::of(network, subnet, &internet(Family::V6)).some_go_to(is_egress_only)
}

/// Whether anything outside a subnet's own VPC, or an endpoint in it, can be reached from it.
pub fn has_somewhere_to_go(network: &Network, subnet: Id<Subnet>) -> Fact<bool> {
    let routes = leads_to(network, subnet, |to| {
        !matches!(to, Target::Local | Target::Invalid { .. })
    });
    let vpc = &network.subnets[subnet].vpc;
    let endpoints = network.endpoints_near(vpc).map(|(_, endpoint)| {
        let is_interface = endpoint.kind.is(&EndpointType::Interface);
        let is_in_vpc = network.same_vpc(&endpoint.vpc, vpc);
        endpoint.origin.presence.with(is_interface.and(is_in_vpc))
    });
    endpoints.fold(routes, Fact::either)
}

/// Whether a route for some public address of a family, other than those of the subnet's VPC, leads to an internet
/// gateway that is attached to that VPC.
pub fn leads_to_internet_gateway(
    network: &Network,
    subnet: Id<Subnet>,
    family: Family,
) -> Fact<bool> {
    let vpc = &network.subnets[subnet].vpc;
    let inside = vpc.known().map(|vpc| network.vpc_addresses(*vpc).certain);
    let inside = inside.unwrap_or_else(AddressSet::empty);
    let outside = Destination::known(public_addresses(family).difference(&inside));
    let leads_if = |counts: fn(&Fact<bool>) -> bool| {
        let routes = coverage::of(network, subnet, &outside);
        routes.some_go_to(|target| match target {
            Target::InternetGateway(gateway) => counts(&network.is_attached(*gateway, vpc)),
            _ => false,
        })
    };
    let certainly = leads_if(Fact::is_true);
    let possibly = leads_if(|attached| !attached.is_false());
    if certainly == possibly {
        return certainly;
    }
    certainly.either(Fact::unknown(
        "whether the internet gateway is attached to the VPC",
    ))
}

/// Whether a target is an internet gateway.
pub fn is_internet_gateway(target: &Target) -> bool {
    matches!(target, Target::InternetGateway(_))
}

/// Whether a route for some address leads to targets of a kind.
fn leads_to(
    network: &Network,
    subnet: Id<Subnet>,
    condition: impl Fn(&Target) -> bool,
) -> Fact<bool> {
    let everything = Destination::known(AddressSet::everything());
    coverage::of(network, subnet, &everything).some_go_to(condition)
}

/// Whether a target takes packets out of the VPC: gateway endpoints do not, and AWS refuses routes to
/// interface endpoints.
fn leads_out(network: &Network, target: &Target) -> bool {
    match target {
        Target::Local | Target::Invalid { .. } => false,
        Target::VpcEndpoint(endpoint) => {
            let endpoint_type = &network.vpc_endpoints[*endpoint].kind;
            let stays = |kind: &EndpointType| *kind != EndpointType::GatewayLoadBalancer;
            !endpoint_type.holds(stays).is_true()
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::data::AwsData;
    use crate::aws::network;
    use crate::aws::provider::AwsProvider;
    use crate::terraform::files::Files;
    use crate::terraform::{EvaluateOptions, evaluate, load};

    const VPC: &str = r#"
        provider "aws" {
          region = "eu-west-1"
        }
        resource "aws_vpc" "main" {
          cidr_block = "10.0.0.0/16"
        }
        resource "aws_subnet" "main" {
          vpc_id     = aws_vpc.main.id
          cidr_block = "10.0.0.0/24"
          ipv6_cidr_block = "2001:db8:1234:1a00::/64"
        }
        resource "aws_internet_gateway" "main" {
          vpc_id = aws_vpc.main.id
        }
        resource "aws_vpn_gateway" "main" {
          vpc_id = aws_vpc.main.id
        }
    "#;

    /// The kinds that a subnet certainly is of if its table has these routes.
    fn kinds(routes: &str) -> Vec<&'static str> {
        let table = format!(
            "resource \"aws_route_table\" \"main\" {{\n  vpc_id = aws_vpc.main.id\n{routes}\n}}\n\
             resource \"aws_route_table_association\" \"main\" {{\n  \
             subnet_id = aws_subnet.main.id\n  route_table_id = aws_route_table.main.id\n}}\n"
        );
        let text = format!("{VPC}{table}");
        let texts = [("main.tf", text.as_str())];
        let loaded = load::from_text(&texts);
        let (modules, root) = (&loaded.modules, &loaded.roots[0]);
        let (options, files) = (EvaluateOptions::default(), Files::in_memory(&texts));
        let (resource_set, _) = evaluate(modules, root, &options, &AwsProvider, &files);
        let network = network::build(&resource_set, &AwsData::default());
        let (subnet, _) = network.subnets.iter().next().expect("it is declared");
        let kinds = [
            ("public", is_public(&network, subnet)),
            ("nat", is_nat_subnet(&network, subnet)),
            ("vpn only", is_vpn_only(&network, subnet)),
            ("isolated", is_isolated(&network, subnet)),
            ("ipv6 egress only", is_ipv6_egress_only(&network, subnet)),
        ];
        let holding = kinds.into_iter().filter(|(_, holds)| holds.is_true());
        holding.map(|(kind, _)| kind).collect()
    }

    fn route(destination: &str, target: &str) -> String {
        format!("route {{\n  {destination}\n  {target}\n}}")
    }

    #[test]
    fn without_routes_a_subnet_is_isolated() {
        assert_eq!(kinds(""), ["isolated"]);
    }

    #[test]
    fn a_narrow_route_to_an_internet_gateway_makes_a_subnet_public() {
        let target = "gateway_id = aws_internet_gateway.main.id";
        assert_eq!(
            kinds(&route("cidr_block = \"8.8.8.8/32\"", target)),
            ["public"]
        );
        assert_eq!(
            kinds(&route("ipv6_cidr_block = \"::/0\"", target)),
            ["public"]
        );
    }

    #[test]
    fn a_nat_gateway_and_an_egress_only_gateway_leave_a_subnet_private() {
        let nat = route(
            "cidr_block = \"0.0.0.0/0\"",
            "nat_gateway_id = \"nat-0123456789abcdef0\"",
        );
        let egress_only = route(
            "ipv6_cidr_block = \"::/0\"",
            "egress_only_gateway_id = \"eigw-0123456789abcdef0\"",
        );
        assert_eq!(
            kinds(&format!("{nat}\n{egress_only}")),
            ["nat", "ipv6 egress only"]
        );
    }

    #[test]
    fn a_route_to_a_virtual_private_gateway_alone_makes_a_subnet_vpn_only() {
        let vpn = route(
            "cidr_block = \"192.168.0.0/16\"",
            "gateway_id = aws_vpn_gateway.main.id",
        );
        assert_eq!(kinds(&vpn), ["vpn only"]);
    }

    #[test]
    fn nothing_is_certain_where_routes_are_not_known() {
        let unknown = route("cidr_block = \"0.0.0.0/0\"", "gateway_id = var.gateway_id");
        let variable = "\n}\nvariable \"gateway_id\" {\n  type = string\n";
        assert_eq!(kinds(&format!("{unknown}{variable}")), [""; 0]);
    }
}
