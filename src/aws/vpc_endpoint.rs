//! VPC endpoints: how traffic reaches an AWS service without the internet.
//!
//! A gateway endpoint adds routes to route tables; an interface endpoint puts network interfaces into
//! subnets and answers the service's DNS names with their addresses. The fields say which type uses
//! them.

use std::sync::Arc;

use super::fact::{Fact, Link};
use super::members::Members;
use super::origin::{Attachment, Declaration, Origin};
use super::policy::Statement;
use super::prefix_list::PrefixList;
use super::route_table::RouteTable;
use super::security_group::SecurityGroup;
use super::subnet::Subnet;
use super::table::Id;
use super::vpc::Vpc;

/// A VPC endpoint of any type.
#[derive(Clone, Debug)]
pub struct VpcEndpoint {
    /// Where it comes from.
    pub origin: Origin,
    /// Its VPC.
    pub vpc: Link<Vpc>,
    /// Its type; Gateway if the argument is not set.
    pub kind: Fact<EndpointType>,
    /// Whether `vpc_endpoint_type` is set.
    pub sets_kind: bool,
    /// The service that it gives access to.
    pub service: EndpointService,
    /// `service_region`
    pub service_region: Fact<Option<Arc<str>>>,
    /// The route tables that it adds its route to (Gateway).
    pub route_tables: Members<Attachment<RouteTable>>,
    /// The subnets that hold its network interfaces (all other types).
    pub subnets: Members<Attachment<Subnet>>,
    /// The effective groups of its network interfaces: the default group of the VPC, with an implicit
    /// source, if the configuration names none.
    pub security_groups: Members<Attachment<SecurityGroup>>,
    /// Whether private DNS is on, by the argument or by `aws_vpc_endpoint_private_dns`.
    pub private_dns: Fact<bool>,
    /// The line that sets private DNS, if one does.
    pub private_dns_source: Option<Declaration>,
    /// The `dns_options` block, if there is one.
    pub dns_options: Fact<Option<DnsOptions>>,
    /// `ip_address_type`
    pub ip_address_type: Fact<Option<IpAddressType>>,
    /// The prefix lists that its route tables get a route for (Gateway), one for each family.
    pub prefix_lists: Members<Link<PrefixList>>,
    /// The policies, by the argument or by `aws_vpc_endpoint_policy`.
    pub policies: Members<EndpointPolicy>,
    /// Whether the connection is known to be accepted, where the service asks for that.
    pub auto_accept: Fact<bool>,
}

impl VpcEndpoint {
    /// Whether it belongs to this VPC and gives access to this AWS service.
    pub fn is_of(&self, vpc: Id<Vpc>, service: &str) -> Fact<bool> {
        let has_service = self.service.aws_service.is(&Some(service.into()));
        has_service.and(self.vpc.is(&vpc))
    }
}

/// Types of VPC endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EndpointType {
    /// A route to S3, S3 Express or DynamoDB.
    Gateway,
    /// Network interfaces of a service.
    Interface,
    /// A route target that passes traffic through an appliance.
    GatewayLoadBalancer,
    /// Network interfaces of a VPC Lattice resource.
    Resource,
    /// Network interfaces of a VPC Lattice service network.
    ServiceNetwork,
}

/// The service that an endpoint gives access to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointService {
    /// `com.amazonaws.eu-west-1.s3`; none for resource and service-network endpoints.
    pub name: Fact<Option<Arc<str>>>,
    /// `s3`: the AWS service, known even where the Region is not; none for services that AWS does not
    /// offer itself.
    pub aws_service: Fact<Option<Arc<str>>>,
    /// The Region inside the name.
    pub region: Fact<Option<Arc<str>>>,
}

/// The `dns_options` of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsOptions {
    /// `private_dns_only_for_inbound_resolver_endpoint`
    pub inbound_resolver_only: Fact<Option<bool>>,
    /// `dns_record_ip_type`
    pub record_ip_type: Fact<Option<Arc<str>>>,
    /// The line that makes the block.
    pub declaration: Declaration,
}

/// Address families of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IpAddressType {
    /// `ipv4`
    Ipv4,
    /// `ipv6`
    Ipv6,
    /// `dualstack`
    Dualstack,
}

/// A policy of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointPolicy {
    /// Its statements.
    pub statements: Members<Statement>,
    /// The line that sets the policy.
    pub declaration: Declaration,
}
