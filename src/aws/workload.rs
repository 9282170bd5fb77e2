//! Workloads: whatever holds network interfaces in subnets.

use super::fact::{Fact, Link};
use super::members::Members;
use super::origin::{Attachment, Origin};
use super::security_group::SecurityGroup;
use super::subnet::Subnet;
use super::vpc::Vpc;

/// A resource that holds network interfaces in subnets.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Where it comes from.
    pub origin: Origin,
    /// What it does on the network.
    pub role: Role,
    /// The subnets that hold its network interfaces.
    pub subnets: Members<Attachment<Subnet>>,
    /// The effective groups of its network interfaces: the VPC's default group, with an implicit
    /// source, if there is no other.
    pub security_groups: Members<Attachment<SecurityGroup>>,
    /// The VPC of its subnets.
    pub vpc: Link<Vpc>,
    /// Whether its network interfaces have public IPv4 addresses.
    pub has_public_ip: Fact<bool>,
    /// Whether its network interfaces have IPv6 addresses where their subnets have them.
    pub takes_ipv6: Fact<bool>,
    /// The ports that it sends from.
    pub source_ports: SourcePorts,
    /// AWS services that it must reach to start or to be managed: `ecr.api`, `ssm`.
    pub needs: Members<&'static str>,
}

impl Workload {
    /// The groups that filter its packets; none where it certainly has no group, as a network load
    /// balancer without `security_groups`.
    pub fn filtering_groups(&self) -> Option<&Members<Attachment<SecurityGroup>>> {
        let groups = &self.security_groups;
        (!groups.is_empty().is_true()).then_some(groups)
    }
}

/// What a workload does on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It opens connections: instances, functions, tasks, nodes.
    Client,
    /// It is connected to: databases, caches, file systems, load balancers.
    Server,
    /// It passes traffic on: firewalls.
    Middlebox,
    /// Nobody knows: a network interface by itself.
    Other,
}

/// The ports that a client sends from (AWS guide "Custom network ACLs", ephemeral ports).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourcePorts {
    /// 1024-65535 for certain: Lambda functions, NAT gateways, load balancers.
    All,
    /// Nobody knows: some part of 1024-65535.
    Some,
}
