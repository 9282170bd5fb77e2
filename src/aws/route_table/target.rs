//! Route targets: what a route hands packets to, and where that takes them.
//!
//! A target that is an object of the network has one line here and one row in
//! `build/route_target.rs`.

use std::sync::Arc;

use crate::aws::connectivity::{PeeringConnection, TransitGateway};
use crate::aws::gateway::{EgressOnlyInternetGateway, InternetGateway, VpnGateway};
use crate::aws::nat_gateway::NatGateway;
use crate::aws::network::Network;
use crate::aws::origin::Origin;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::Workload;

/// Where a target takes packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetClass {
    /// To the network interfaces of the VPC, which the packets are for.
    Local,
    /// To a network interface in the VPC that may pass them on.
    Appliance,
    /// To the internet.
    Internet,
    /// To another network: another VPC, or one outside of AWS.
    OtherNetwork,
    /// Nowhere: AWS refuses the route.
    Invalid,
}

/// Declares [`Target`]: a target, its type and its table in the network, and where it takes packets.
macro_rules! targets {
    ($($(#[$what:meta])* $target:ident($object:ident) in $table:ident leads to $class:ident,)*) => {
        /// What a route hands packets to.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Target {
            /// The VPC itself.
            Local,
            $(
                $(#[$what])*
                $target(Id<$object>),
            )*
            /// A local gateway, carrier gateway, core network or ODB network.
            Other {
                /// What kind of thing.
                kind: OtherTarget,
                /// What it is called.
                name: Arc<str>,
            },
            /// A resource that no route can point at.
            Invalid {
                /// What it is called.
                name: Arc<str>,
            },
        }

        impl Target {
            /// Where it takes packets.
            pub fn class(&self) -> TargetClass {
                match self {
                    Self::Local => TargetClass::Local,
                    $(Self::$target(_) => TargetClass::$class,)*
                    Self::Other { .. } => TargetClass::OtherNetwork,
                    Self::Invalid { .. } => TargetClass::Invalid,
                }
            }

            /// Where the object of the network comes from that it is; `None` if it is not one.
            pub fn origin<'n>(&self, network: &'n Network) -> Option<&'n Origin> {
                match self {
                    $(Self::$target(id) => Some(&network.$table[*id].origin),)*
                    Self::Local | Self::Other { .. } | Self::Invalid { .. } => None,
                }
            }
        }
    };
}

targets! {
    /// An internet gateway.
    InternetGateway(InternetGateway) in internet_gateways leads to Internet,
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway(EgressOnlyInternetGateway)
        in egress_only_internet_gateways leads to Internet,
    /// A virtual private gateway.
    VpnGateway(VpnGateway) in vpn_gateways leads to OtherNetwork,
    /// A NAT gateway.
    NatGateway(NatGateway) in nat_gateways leads to Appliance,
    /// A network interface, by itself or as part of an instance.
    NetworkInterface(Workload) in workloads leads to Appliance,
    /// A VPC endpoint of any type; AWS accepts Gateway Load Balancer endpoints only.
    VpcEndpoint(VpcEndpoint) in vpc_endpoints leads to Appliance,
    /// An endpoint that a Network Firewall makes.
    FirewallEndpoint(Workload) in workloads leads to Appliance,
    /// A transit gateway.
    TransitGateway(TransitGateway) in transit_gateways leads to OtherNetwork,
    /// A peering connection.
    PeeringConnection(PeeringConnection) in peering_connections leads to OtherNetwork,
}

/// Kinds of targets outside of what is modelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherTarget {
    /// A local gateway of an Outpost.
    LocalGateway,
    /// A carrier gateway of a Wavelength Zone.
    CarrierGateway,
    /// A Cloud WAN core network.
    CoreNetwork,
    /// An ODB network.
    OdbNetwork,
}

impl OtherTarget {
    /// What AWS calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::LocalGateway => "local gateway",
            Self::CarrierGateway => "carrier gateway",
            Self::CoreNetwork => "core network",
            Self::OdbNetwork => "ODB network",
        }
    }
}
