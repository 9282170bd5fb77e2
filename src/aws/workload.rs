//! Workloads: resources that hold network interfaces in subnets, such as instances, functions, tasks,
//! databases and load balancers. Rules ask what they can reach; what they need to start is in `needs`.

use super::fact::{Cause, Fact, Link};
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
    /// The effective groups of its network interfaces: the default group of the VPC, with an implicit
    /// source, if the configuration names none.
    pub security_groups: Members<Attachment<SecurityGroup>>,
    /// The VPC of its subnets.
    pub vpc: Link<Vpc>,
    /// Whether its network interfaces have public IPv4 addresses.
    pub has_public_ip: Fact<bool>,
    /// Whether its network interfaces have IPv6 addresses where their subnets have them.
    pub takes_ipv6: Fact<bool>,
    /// The ports that it sends from.
    pub source_ports: SourcePorts,
    /// Why it is not known whether it sends packets to addresses outside of its VPC, if it is not: rules of its own
    /// decide that, which are not read.
    pub outside_doubt: Option<Cause>,
    /// AWS services that it must reach to start or to be managed: `ecr.api`, `ssm`.
    pub needs: Members<&'static str>,
}

impl Workload {
    /// The groups that filter its packets; none where it certainly has no group, as a network load
    /// balancer without `security_groups` has (Elastic Load Balancing guide, "Update the security groups
    /// for your Network Load Balancer").
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
    /// It accepts connections: databases, caches, file systems, load balancers.
    Server,
    /// It forwards traffic of others under an address of its own, or opens connections for them.
    Middlebox,
    /// It passes on what routes send to it, and opens no connection.
    Firewall,
    /// The configuration does not say: a network interface by itself.
    Unknown,
}

/// The ephemeral ports that a client sends from, to which replies go (VPC guide, "Custom network ACLs",
/// section "Ephemeral ports").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourcePorts {
    /// Every port of 1024-65535: Lambda functions, NAT gateways, load balancers.
    EveryEphemeral,
    /// A part of 1024-65535 that depends on the operating system.
    SomeEphemeral,
}
