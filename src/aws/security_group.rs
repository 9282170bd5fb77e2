//! Security groups and their rules.
//!
//! A security group filters packets at a network interface. Its rules only allow, in no order, and it
//! keeps state: replies pass by themselves. A rule here has one peer; a Terraform block with two CIDRs
//! and a group becomes three rules.

use ipnet::IpNet;

use super::address_set::Family;
use super::bounds::Bounds;
use super::fact::{Fact, Link};
use super::members::Members;
use super::origin::{Attachment, Declaration, Origin};
use super::prefix_list::PrefixList;
use super::traffic::Traffic;
use super::vpc::Vpc;
use super::written_ports::WrittenPorts;

/// A security group.
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// Where it comes from.
    pub origin: Origin,
    /// Its VPC; the default VPC if the argument is not set.
    pub vpc: Link<Vpc>,
    /// Further VPCs that it is associated with.
    pub associated_vpcs: Members<Attachment<Vpc>>,
    /// Whether it is the default group of its VPC.
    pub is_default: bool,
    /// The rules for packets that arrive.
    pub ingress: Members<SecurityGroupRule>,
    /// The rules for packets that leave.
    pub egress: Members<SecurityGroupRule>,
    /// Whether the configuration of the group writes `ingress`, even to an empty list.
    pub sets_inline_ingress: bool,
    /// Whether the configuration of the group writes `egress`, even to an empty list.
    pub sets_inline_egress: bool,
}

/// A rule for traffic to or from one peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroupRule {
    /// The traffic that it allows.
    pub traffic: Bounds<Traffic>,
    /// The peer at the far end.
    pub peer: Fact<Peer>,
    /// The family of the peer's addresses. It follows from the argument (`ipv6_cidr_blocks`), even where
    /// the CIDR is not known; `None` for prefix lists and groups.
    pub family: Option<Family>,
    /// Protocol and ports as they are written.
    pub written: WrittenPorts,
    /// The line that makes it: in an inline block, the argument that names the peer.
    pub declaration: Declaration,
}

/// The far end of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A CIDR; its bits beyond the prefix are cleared.
    Cidr(IpNet),
    /// Every entry of a prefix list.
    PrefixList(super::table::Id<PrefixList>),
    /// The private addresses of the network interfaces that hold a group.
    SecurityGroup(super::table::Id<SecurityGroup>),
}

/// Direction of traffic as seen from a network interface or subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Packets that arrive.
    Ingress,
    /// Packets that leave.
    Egress,
}

impl SecurityGroup {
    /// Its rules of one direction, to change them.
    pub(super) fn rules_mut(&mut self, direction: Direction) -> &mut Members<SecurityGroupRule> {
        match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        }
    }

    /// Its rules of one direction.
    pub fn rules(&self, direction: Direction) -> &Members<SecurityGroupRule> {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}
