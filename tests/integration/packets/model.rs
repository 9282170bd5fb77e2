//! Small networks in their simplest form, and packets.

use std::net::IpAddr;

use ipnet::IpNet;

/// A VPC and what is in it; indexes name things.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) cidrs: Vec<IpNet>,
    pub(crate) resolves_names: bool,
    pub(crate) has_internet_gateway: bool,
    pub(crate) subnets: Vec<Subnet>,
    pub(crate) tables: Vec<Vec<Route>>,
    pub(crate) acls: Vec<Acl>,
    pub(crate) nats: Vec<Nat>,
    pub(crate) groups: Vec<Group>,
    /// The tables that a gateway endpoint for S3 has its route in.
    pub(crate) s3: Vec<usize>,
    /// What its policy says; nothing if it has none.
    pub(crate) s3_policy: Vec<Statement>,
    /// What a virtual private gateway propagates.
    pub(crate) vpn: Vec<IpNet>,
    /// The tables that it propagates into.
    pub(crate) propagates: Vec<usize>,
    pub(crate) peer: Option<PeerVpc>,
    pub(crate) ssm: Option<Endpoint>,
    pub(crate) client: Interface,
    pub(crate) server: Interface,
}

#[derive(Clone, Debug)]
pub(crate) struct Subnet {
    pub(crate) cidrs: Vec<IpNet>,
    pub(crate) table: usize,
    pub(crate) acl: usize,
    pub(crate) dns64: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) to: IpNet,
    pub(crate) target: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Local,
    S3,
    InternetGateway,
    EgressOnly,
    Nat(usize),
    CoreNetwork,
    Vpn,
    Peering,
    Nowhere,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Acl {
    pub(crate) ingress: Vec<Entry>,
    pub(crate) egress: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) number: i64,
    pub(crate) allows: bool,
    pub(crate) cidr: IpNet,
    pub(crate) ports: (u16, u16),
}

#[derive(Clone, Debug)]
pub(crate) struct Nat {
    /// None of a regional one.
    pub(crate) subnet: Option<usize>,
    pub(crate) is_public: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) ingress: Vec<Rule>,
    pub(crate) egress: Vec<Rule>,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) peer: Peer,
    pub(crate) ports: (u16, u16),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Peer {
    Cidr(IpNet),
    Group(usize),
    S3,
}

#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) subnets: Vec<usize>,
    pub(crate) groups: Vec<usize>,
    pub(crate) private_dns: bool,
    pub(crate) is_dualstack: bool,
    pub(crate) policy: Vec<Statement>,
}

/// A statement about everybody, every action and every resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) allows: bool,
    /// Whether it has a condition of its own that some requests meet.
    pub(crate) is_conditional: bool,
}

/// Another VPC behind a peering connection, with one subnet.
#[derive(Clone, Debug)]
pub(crate) struct PeerVpc {
    pub(crate) acl: usize,
    /// What its table leads back.
    pub(crate) back: Option<IpNet>,
    pub(crate) is_accepted: bool,
}

/// The CIDR of the other VPC and that of its subnet.
pub(crate) const PEER: [&str; 2] = ["10.64.0.0/16", "10.64.0.0/28"];

#[derive(Clone, Debug, Default)]
pub(crate) struct Interface {
    pub(crate) subnet: usize,
    pub(crate) groups: Vec<usize>,
    pub(crate) has_public_ip: bool,
}

/// What is asked for, always by TCP to port 443.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Address,
    S3,
    Ssm,
    Server,
}

/// One packet of a connection that the client opens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    /// The port that the client sends from, then that of each NAT gateway on the way.
    pub(crate) ports: [u16; 4],
}

/// The port of every service.
pub(crate) const HTTPS: u16 = 443;

/// The addresses of S3 in every network.
pub(crate) const S3: [&str; 3] = ["3.5.0.0/19", "16.182.0.0/16", "52.216.0.0/15"];

pub(crate) fn cidr(text: &str) -> IpNet {
    text.parse().expect("a CIDR of these tests")
}

pub(crate) fn s3() -> Vec<IpNet> {
    S3.map(cidr).to_vec()
}
