//! Network ACLs and their entries.
//!
//! A network ACL filters packets at the border of a subnet and keeps no state: replies need an entry
//! of their own. The entry with the lowest number that matches decides; what no entry matches is
//! denied by the final entry `*`, which every ACL has and which therefore is not listed here.

use ipnet::IpNet;

use super::address_set::{AddressSet, Family};
use super::bounds::Bounds;
use super::fact::{Fact, Link};
use super::members::Members;
use super::origin::{Attachment, Declaration, Origin};
use super::security_group::Direction;
use super::subnet::Subnet;
use super::traffic::Traffic;
use super::vpc::Vpc;
use super::written_ports::WrittenPorts;

/// A network ACL.
#[derive(Clone, Debug)]
pub struct NetworkAcl {
    /// Where it comes from.
    pub origin: Origin,
    /// Its VPC.
    pub vpc: Link<Vpc>,
    /// Whether it is the default ACL of its VPC.
    pub is_default: bool,
    /// The entries for packets that enter a subnet, without the final `*`.
    pub ingress: Members<AclEntry>,
    /// The entries for packets that leave a subnet, without the final `*`.
    pub egress: Members<AclEntry>,
    /// The subnets that its arguments or associations name.
    pub subnets: Members<Attachment<Subnet>>,
    /// Whether the configuration of the ACL writes `ingress`, even to an empty list.
    pub sets_inline_ingress: bool,
    /// Whether the configuration of the ACL writes `egress`, even to an empty list.
    pub sets_inline_egress: bool,
}

/// An entry of a network ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclEntry {
    /// Its rule number: the lowest entry that matches decides.
    pub number: Fact<i64>,
    /// What it decides.
    pub action: Fact<Action>,
    /// The traffic that it matches; ports are destination ports in both directions.
    pub traffic: Bounds<Traffic>,
    /// The CIDR of the far end: the source of ingress, the destination of egress.
    pub cidr: Fact<IpNet>,
    /// The family of that CIDR, known where the CIDR is not.
    pub family: Family,
    /// Protocol and ports as they are written.
    pub written: WrittenPorts,
    /// The line that makes it.
    pub declaration: Declaration,
}

/// What an entry decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// The packet passes.
    Allow,
    /// The packet is dropped.
    Deny,
}

impl AclEntry {
    /// The addresses that it may match.
    pub fn addresses(&self) -> AddressSet {
        match self.cidr.options() {
            Some(cidrs) => cidrs.iter().copied().collect(),
            None => AddressSet::everything().of_family(self.family),
        }
    }
}

impl NetworkAcl {
    /// Its entries of one direction, to change them.
    pub(super) fn entries_mut(&mut self, direction: Direction) -> &mut Members<AclEntry> {
        match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        }
    }

    /// Its entries of one direction, not sorted by number.
    pub fn entries(&self, direction: Direction) -> &Members<AclEntry> {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}
