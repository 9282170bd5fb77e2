//! The hops of a path: who decides what about packets, and why. Reports print them in order.

use crate::source::Span;

/// One decision about packets on their path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The address of what decides.
    pub at: String,
    /// What is decided.
    pub stage: Stage,
    /// How.
    pub decision: Decision,
    /// The reason code of a failure, kept close to AWS Reachability Analyzer's explanation codes.
    pub code: Option<&'static str>,
    /// Why, in the terms of the table or list that decided: `0.0.0.0/0 -> aws_nat_gateway.a`.
    pub reason: String,
    /// The line that decided.
    pub span: Option<Span>,
}

/// What a hop decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Which addresses the name resolves to.
    Dns,
    /// The source's security groups.
    SecurityGroupEgress,
    /// The network ACL of a subnet that packets leave.
    NetworkAclEgress,
    /// A route table.
    Route,
    /// The network ACL of a subnet that packets enter.
    NetworkAclIngress,
    /// The destination's security groups.
    SecurityGroupIngress,
    /// An endpoint's policy.
    EndpointPolicy,
    /// Address translation.
    Nat,
    /// A gateway.
    Gateway,
    /// The network ACL of a subnet that replies leave.
    ReplyNetworkAclEgress,
    /// The network ACL of a subnet that replies enter.
    ReplyNetworkAclIngress,
}

impl Stage {
    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::SecurityGroupEgress => "security_group_egress",
            Self::NetworkAclEgress => "network_acl_egress",
            Self::Route => "route",
            Self::NetworkAclIngress => "network_acl_ingress",
            Self::SecurityGroupIngress => "security_group_ingress",
            Self::EndpointPolicy => "endpoint_policy",
            Self::Nat => "nat",
            Self::Gateway => "gateway",
            Self::ReplyNetworkAclEgress => "reply_network_acl_egress",
            Self::ReplyNetworkAclIngress => "reply_network_acl_ingress",
        }
    }
}

/// How a hop decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The name was resolved.
    Resolved,
    /// The packet passes.
    Allowed,
    /// The packet is dropped.
    Denied,
    /// The packet is sent to a target.
    Routed,
    /// Its addresses are changed.
    Translated,
    /// It depends on unknowns.
    Unknown,
}

impl Decision {
    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Routed => "routed",
            Self::Translated => "translated",
            Self::Unknown => "unknown",
        }
    }
}
