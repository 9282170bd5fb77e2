//! Security groups and their rules.

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
    /// Other VPCs that it is associated with.
    pub associated_vpcs: Members<Attachment<Vpc>>,
    /// Whether it is the default group of its VPC.
    pub is_default: bool,
    /// What it lets in.
    pub ingress: Members<SecurityGroupRule>,
    /// What it lets out.
    pub egress: Members<SecurityGroupRule>,
    /// Whether its own resource sets `ingress`, be it to an empty list.
    pub sets_inline_ingress: bool,
    /// Whether its own resource sets `egress`, be it to an empty list.
    pub sets_inline_egress: bool,
}

/// One rule to or from one peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroupRule {
    /// What it lets pass.
    pub traffic: Bounds<Traffic>,
    /// Who may be at the other end.
    pub peer: Fact<Peer>,
    /// The family of the peer's addresses, known of a CIDR that is not; `None` for lists and groups.
    pub family: Option<Family>,
    /// Protocol and ports as they are written.
    pub written: WrittenPorts,
    /// The line that makes it: of an inline block the argument that names the peer.
    pub declaration: Declaration,
}

/// Who is at the other end of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A CIDR, bits beyond the prefix cleared.
    Cidr(IpNet),
    /// Every entry of a prefix list.
    PrefixList(super::table::Id<PrefixList>),
    /// The private addresses of the network interfaces that hold a group.
    SecurityGroup(super::table::Id<SecurityGroup>),
}

/// Direction of traffic as seen from a network interface or subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// In.
    Ingress,
    /// Out.
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
