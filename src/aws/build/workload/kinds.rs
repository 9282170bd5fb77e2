//! Which resources hold network interfaces, and which arguments say where.

mod table;

use self::table::WORKLOAD_TYPES;
use crate::aws::build::argument::Argument::{self, List};
use crate::aws::workload::{Role, SourcePorts};

/// A type of resource that holds network interfaces in subnets, as the provider's schema has it.
pub(super) struct WorkloadType {
    /// The type.
    pub(super) name: &'static str,
    /// Arguments that name subnets; `a.b` is argument `b` of block `a`.
    pub(super) subnets: &'static [Argument<'static>],
    /// Arguments that name a subnet group, and the type of that group.
    pub(super) subnet_groups: &'static [(&'static str, &'static str)],
    /// Resources that put it into further subnets.
    pub(super) subnet_associations: Option<SubnetAssociation>,
    /// Arguments that name security groups.
    pub(super) groups: &'static [Argument<'static>],
    /// Arguments that name further security groups in a form that is not read.
    pub(super) opaque_groups: &'static [&'static str],
    /// Whether it takes the VPC's default group where it is given none.
    pub(super) default_group: DefaultGroup,
    /// Whether it has network interfaces in subnets without any argument that says so.
    pub(super) is_always_in_a_subnet: bool,
    /// What it does on the network.
    pub(super) role: Role,
    /// The ports that it sends from.
    pub(super) source_ports: SourcePorts,
    /// What decides which addresses outside of its VPC it sends to and is not read.
    pub(super) outside_rules: Option<&'static str>,
    /// How it comes to a public address.
    pub(super) public_ip: PublicIp,
    /// The argument that lets it have IPv6 addresses; without one, its subnets decide.
    pub(super) ipv6: Option<&'static str>,
}

/// A type of resource that puts a workload into a subnet.
pub(super) struct SubnetAssociation {
    /// The type.
    pub(super) resource_types: &'static [&'static str],
    /// The argument that names the workload.
    pub(super) workload: &'static str,
    /// The argument that names the subnet.
    pub(super) subnet: Argument<'static>,
}

/// Whether a workload without groups takes the VPC's default group.
pub(super) enum DefaultGroup {
    /// It does.
    Yes,
    /// It has no groups at all.
    None,
    /// Application load balancers do, the others have no groups.
    OfLoadBalancer,
    /// It takes the group that EKS makes for the cluster that an argument names.
    OfCluster(&'static str),
}

/// How the network interfaces of a workload come to public IPv4 addresses.
pub(super) enum PublicIp {
    /// Not at all.
    Never,
    /// An argument says so; false if it is not set.
    If(&'static str),
    /// Unless an argument says otherwise.
    Unless(&'static str),
    /// An argument says so; as its subnet does if it is not set.
    OfSubnet(&'static str),
    /// An Elastic IP address is associated with it.
    Elastic,
    /// AWS's documents do not say.
    Undocumented,
}

/// Arguments of launch templates and launch configurations that name groups.
pub(super) const TEMPLATE_GROUPS: &[Argument] = &[
    List("vpc_security_group_ids"),
    List("network_interfaces.security_groups"),
    List("security_groups"),
];

/// The table row of a type.
pub(super) fn kind(name: &str) -> Option<&'static WorkloadType> {
    WORKLOAD_TYPES.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests;
