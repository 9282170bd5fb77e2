//! Services that AWS runs beside every network interface: name resolution, instance metadata, time.
//! Neither security groups nor network ACLs filter packets to them, and no route table sends them
//! anywhere (VPC guide "Control subnet traffic with network ACLs", "Control traffic to your AWS
//! resources using security groups").
//!
//! Only questions about nothing but these addresses are answered here. A question about a wide CIDR
//! means the hosts in it.

use ipnet::IpNet;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::{Cause, Fact};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::reachability::destination::prefixes;
use crate::reachability::path::{Decision, Hop, Stage};
use crate::reachability::verdict::{EgressPath, Stop};

use super::gateway::{gateway_hop, only_if};
use super::{PacketWalk, Trip};

/// The Amazon resolver (VPC guide "DNS attributes for your VPC").
const RESOLVERS: [&str; 2] = ["169.254.169.253/32", "fd00:ec2::253/128"];

/// Time, Windows licence activation, credentials of ECS tasks and of EKS pods, instance metadata.
const SERVICES: [&str; 8] = [
    "169.254.169.123/32",
    "fd00:ec2::123/128",
    "169.254.169.249/32",
    "169.254.169.250/31",
    "169.254.170.2/32",
    "169.254.170.23/32",
    "fd00:ec2::23/128",
    "169.254.169.254/32",
];

/// What AWS reserves for such services: routes do not forward it (VPC guide "Subnet route tables").
const RESERVED: [&str; 2] = ["169.254.168.0/22", "fd00:ec2::/32"];

impl PacketWalk<'_> {
    /// Packets to services beside the client, if the question is about nothing else; otherwise returns
    /// the packets.
    pub(super) fn link_local(&mut self, trip: Trip, subnet: Id<Subnet>) -> Option<Trip> {
        let asked = &trip.packets.destinations;
        let resolvers = prefixes(&RESOLVERS).union(&self.resolver_of_vpc(subnet));
        let services = prefixes(&SERVICES);
        let every = resolvers.union(&services).union(&prefixes(&RESERVED));
        if self.receiver.is_some() || !every.is_superset(asked) {
            return Some(trip);
        }
        let unserved = asked.difference(&resolvers).difference(&services);
        self.resolver(trip.towards(&resolvers), subnet);
        self.served_beside(trip.towards(&services), subnet);
        self.reserved(trip.towards(&unserved), subnet);
        None
    }

    /// The resolver's address in a VPC: the third of the primary CIDR (VPC guide "DNS attributes for
    /// your VPC").
    fn resolver_of_vpc(&self, subnet: Id<Subnet>) -> AddressSet {
        let Some(vpc) = self.network.subnets[subnet].vpc.known() else {
            return AddressSet::empty();
        };
        let mut cidrs = self.network.vpcs[*vpc].cidrs.iter();
        let primary = cidrs.find(|member| {
            let cidr = &member.value;
            cidr.is_primary && cidr.family == Family::V4
        });
        let known = primary.and_then(|member| member.value.cidr.known());
        let third = known.and_then(|cidr| cidr.hosts().nth(1));
        third.map_or_else(AddressSet::empty, |address| IpNet::from(address).into())
    }

    /// The Amazon resolver answers only where the VPC has DNS support.
    fn resolver(&mut self, trip: Trip, subnet: Id<Subnet>) {
        let vpc = self.network.subnets[subnet].vpc.known();
        let vpc = vpc.map(|vpc| &self.network.vpcs[*vpc]);
        let unknown_vpc = Fact::unknown("its VPC is not known");
        let answers = vpc.map_or(unknown_vpc, |vpc| vpc.dns_support.clone());
        let name = self.network.subnets[subnet].origin.name();
        if answers.is_false() && !trip.packets.is_empty() {
            let reason = "`enable_dns_support` is off, so the Amazon resolver does not answer";
            let hop = gateway_hop(name, None, reason.to_owned());
            return self.stop(trip.hop(hop), Stop::Gateway);
        }
        self.served_beside(only_if(trip, &name, &answers), subnet);
    }

    fn served_beside(&mut self, trip: Trip, subnet: Id<Subnet>) {
        if trip.packets.is_empty() {
            return;
        }
        let origin = &self.network.subnets[subnet].origin;
        let reason = "no security group, network ACL or route table sees packets to it";
        let hop = Hop {
            at: origin.name(),
            stage: Stage::Route,
            decision: Decision::Routed,
            code: None,
            reason: reason.to_owned(),
            span: origin.span,
        };
        self.arrive(trip.leaving_by(EgressPath::Local).hop(hop));
    }

    fn reserved(&mut self, trip: Trip, subnet: Id<Subnet>) {
        if trip.packets.is_empty() {
            return;
        }
        let name = self.network.subnets[subnet].origin.name();
        let cause = Cause::new("whether a service of AWS answers at this reserved address");
        self.lose_sight(trip, name, Stage::Route, &cause);
    }
}
