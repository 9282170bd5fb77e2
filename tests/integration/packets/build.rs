//! The typed network of a small one.

mod policy;

use std::sync::{Arc, OnceLock};

use ipnet::IpNet;
use tfvpc::aws::address_set::Family;
use tfvpc::aws::bounds::Bounds;
use tfvpc::aws::connectivity::PeeringConnection;
use tfvpc::aws::data::AwsData;
use tfvpc::aws::fact::{Fact, Link};
use tfvpc::aws::gateway::{EgressOnlyInternetGateway, InternetGateway, VpnGateway};
use tfvpc::aws::members::{Members, Presence};
use tfvpc::aws::nat_gateway::{Availability, Connectivity, NatGateway};
use tfvpc::aws::network::{Network, build};
use tfvpc::aws::network_acl::{AclEntry, Action, NetworkAcl};
use tfvpc::aws::origin::{Attachment, Declaration, Maker, Origin, Spelling};
use tfvpc::aws::prefix_list::{PrefixList, PrefixListEntry};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::aws::route_table as routing;
use tfvpc::aws::route_table::{OtherTarget, RouteKind, RouteTable, TargetArgument};
use tfvpc::aws::security_group as groups;
use tfvpc::aws::security_group::{SecurityGroup, SecurityGroupRule};
use tfvpc::aws::subnet::{Subnet, Zone};
use tfvpc::aws::table::Id;
use tfvpc::aws::traffic::{Protocol, Traffic};
use tfvpc::aws::vpc::{Dhcp, Vpc, VpcCidr};
use tfvpc::aws::vpc_endpoint::{EndpointService, EndpointType, IpAddressType, VpcEndpoint};
use tfvpc::aws::workload::{Role, SourcePorts, Workload};
use tfvpc::aws::written_ports::WrittenPorts;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::from_text;
use tfvpc::terraform::{EvaluateOptions, evaluate};

use crate::packets::model;
use crate::packets::model::{
    Acl, Endpoint, Entry, Group, Interface, Model, Nat, PEER, Peer, PeerVpc, Rule, Target, cidr, s3,
};

pub(crate) const REGION: &str = "us-east-1";

/// The network that a model describes.
pub(crate) fn network(model: &Model) -> Network {
    let mut vpcs = vec![vpc(&model.cidrs, model.resolves_names)];
    let mut subnets: Vec<Subnet> = model.subnets.iter().map(subnet).collect();
    let tables = (0..model.tables.len()).map(|table| route_table(model, table));
    let mut tables: Vec<RouteTable> = tables.collect();
    if let Some(peer) = &model.peer {
        vpcs.push(vpc(&[cidr(PEER[0])], true));
        subnets.push(peer_subnet(peer, tables.len()));
        tables.push(peer_table(peer));
    }
    let internet_gateways = vec![InternetGateway {
        origin: origin("igw"),
        vpcs: if model.has_internet_gateway {
            Members::known([attached(0)])
        } else {
            Members::default()
        },
    }];
    let mut endpoints = vec![gateway_endpoint(model)];
    endpoints.extend(model.ssm.as_ref().map(interface_endpoint));
    Network {
        vpcs: vpcs.into(),
        subnets: subnets.into(),
        route_tables: tables.into(),
        vpn_gateways: vec![vpn_gateway(model)].into(),
        peering_connections: model.peer.iter().map(peering).collect::<Vec<_>>().into(),
        internet_gateways: internet_gateways.into(),
        egress_only_internet_gateways: vec![EgressOnlyInternetGateway {
            origin: origin("eigw"),
            vpc: link(0),
        }]
        .into(),
        nat_gateways: model.nats.iter().map(nat).collect::<Vec<_>>().into(),
        vpc_endpoints: endpoints.into(),
        security_groups: model.groups.iter().map(group).collect::<Vec<_>>().into(),
        network_acls: model.acls.iter().map(acl).collect::<Vec<_>>().into(),
        prefix_lists: vec![prefix_list()].into(),
        workloads: vec![workload(&model.client), workload(&model.server)].into(),
        ..nothing()
    }
}

/// The network of a configuration that describes nothing.
fn nothing() -> Network {
    static NOTHING: OnceLock<Network> = OnceLock::new();
    let network = NOTHING.get_or_init(|| {
        let texts = [("main.tf", "provider \"aws\" { region = \"us-east-1\" }")];
        let loaded = from_text(&texts);
        let (options, files) = (EvaluateOptions::default(), Files::in_memory(&texts));
        let root = &loaded.roots[0];
        let (world, _) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
        build(&world, &AwsData::default())
    });
    network.clone()
}

fn origin(name: &str) -> Origin {
    Origin {
        maker: Maker::Configuration,
        address: tfvpc::terraform::address::Address::parse(&format!("aws_thing.{name}")),
        span: None,
        presence: Presence::Certain,
        region: Fact::Known(REGION.into()),
        exports: Vec::new(),
        ignore_changes: Vec::new(),
    }
}

fn declaration() -> Declaration {
    Declaration {
        address: None,
        span: None,
        spelling: Spelling::Inline,
    }
}

fn link<T>(index: usize) -> Link<T> {
    Fact::Known(Id::new(index))
}

fn attached<T>(index: usize) -> Attachment<T> {
    Attachment {
        to: link(index),
        declaration: declaration(),
    }
}

fn attachments<T>(indexes: &[usize]) -> Members<Attachment<T>> {
    Members::known(indexes.iter().map(|index| attached(*index)))
}

fn none<T>() -> Fact<Option<T>> {
    Fact::Known(None)
}

fn vpc(cidrs: &[IpNet], resolves_names: bool) -> Vpc {
    let cidr = |cidr: &IpNet| VpcCidr {
        cidr: Fact::Known(*cidr),
        family: Family::of(*cidr),
        is_primary: false,
        declaration: declaration(),
    };
    Vpc {
        origin: origin("vpc"),
        cidrs: Members::known(cidrs.iter().map(cidr)),
        dns_support: Fact::Known(resolves_names),
        dns_hostnames: Fact::Known(true),
        is_default: Fact::Known(false),
        main_route_table: link(0),
        main_associations: Members::default(),
        default_route_table: Id::new(0),
        default_network_acl: Id::new(0),
        default_security_group: Id::new(0),
        forwarded_names: Members::default(),
        dhcp: Dhcp {
            amazon_resolver_only: Fact::Known(true),
            declaration: None,
        },
        name: none(),
    }
}

fn subnet(subnet: &model::Subnet) -> Subnet {
    let of = |v4: bool| {
        let mut cidrs = subnet.cidrs.iter();
        cidrs
            .find(|cidr| matches!(cidr, IpNet::V4(_)) == v4)
            .copied()
    };
    Subnet {
        origin: origin("subnet"),
        vpc: link(0),
        cidr: Fact::Known(of(true)),
        ipv6_cidr: Fact::Known(of(false)),
        has_ipv6: Fact::Known(of(false).is_some()),
        is_ipv6_only: Fact::Known(of(true).is_none()),
        zone: Fact::Known(Zone::Name("us-east-1a".into())),
        maps_public_ip: Fact::Known(false),
        assigns_ipv6: Fact::Known(false),
        dns64: Fact::Known(subnet.dns64),
        route_table_associations: Members::known([attached(subnet.table)]),
        network_acl_associations: Members::known([attached(subnet.acl)]),
        name: none(),
    }
}

fn route_table(model: &Model, table: usize) -> RouteTable {
    let mut routes = Vec::new();
    for cidr in &model.cidrs {
        routes.push(route(to(*cidr), Target::Local, RouteKind::Local));
    }
    for written in &model.tables[table] {
        routes.push(route(to(written.to), written.target, RouteKind::Static));
    }
    if model.s3.contains(&table) {
        let list = routing::Destination::PrefixList(link(0));
        routes.push(route(list, Target::S3, RouteKind::GatewayEndpoint));
    }
    let propagates = model.propagates.contains(&table);
    RouteTable {
        propagation: attachments(if propagates { &[0] } else { &[] }),
        ..table_of(0, routes)
    }
}

fn table_of(vpc: usize, routes: Vec<routing::Route>) -> RouteTable {
    RouteTable {
        origin: origin("table"),
        vpc: link(vpc),
        routes: Members::known(routes),
        gateway_endpoints: Members::default(),
        propagation: Members::default(),
        edge_associations: Members::default(),
        sets_inline_routes: true,
    }
}

fn peer_subnet(peer: &PeerVpc, table: usize) -> Subnet {
    let peer_subnet = model::Subnet {
        cidrs: vec![cidr(PEER[1])],
        table,
        acl: peer.acl,
        dns64: false,
    };
    Subnet {
        vpc: link(1),
        ..subnet(&peer_subnet)
    }
}

fn peer_table(peer: &PeerVpc) -> RouteTable {
    let local = route(to(cidr(PEER[0])), Target::Local, RouteKind::Local);
    let back = peer.back.iter();
    let back = back.map(|back| route(to(*back), Target::Peering, RouteKind::Static));
    table_of(1, [local].into_iter().chain(back).collect())
}

fn peering(peer: &PeerVpc) -> PeeringConnection {
    PeeringConnection {
        origin: origin("peering"),
        requester: link(0),
        accepter: link(1),
        is_inter_region: Fact::Known(false),
        is_accepted: Fact::Known(peer.is_accepted),
    }
}

fn vpn_gateway(model: &Model) -> VpnGateway {
    let routes = model.vpn.iter();
    let routes = routes.map(|cidr| route(to(*cidr), Target::Vpn, RouteKind::Propagated));
    VpnGateway {
        origin: origin("vpn"),
        vpcs: Members::known([attached(0)]),
        propagated: Members::known(routes),
    }
}

fn to(cidr: IpNet) -> routing::Destination {
    routing::Destination::Cidr(Fact::Known(cidr), Family::of(cidr))
}

fn route(to: routing::Destination, target: Target, kind: RouteKind) -> routing::Route {
    let target = match target {
        Target::Local => routing::Target::Local,
        Target::S3 => routing::Target::VpcEndpoint(Id::new(0)),
        Target::InternetGateway => routing::Target::InternetGateway(Id::new(0)),
        Target::EgressOnly => routing::Target::EgressOnlyInternetGateway(Id::new(0)),
        Target::Nat(nat) => routing::Target::NatGateway(Id::new(nat)),
        Target::CoreNetwork => routing::Target::Other {
            kind: OtherTarget::CoreNetwork,
            name: "core".into(),
        },
        Target::Vpn => routing::Target::VpnGateway(Id::new(0)),
        Target::Peering => routing::Target::PeeringConnection(Id::new(0)),
        Target::Nowhere => routing::Target::Invalid {
            name: "aws_subnet.a".into(),
        },
    };
    routing::Route {
        destinations: Members::known([to]),
        targets: Members::known([TargetArgument {
            argument: "gateway_id".into(),
            target: Fact::Known(target),
        }]),
        kind,
        declaration: declaration(),
    }
}

fn nat(nat: &Nat) -> NatGateway {
    NatGateway {
        origin: origin("nat"),
        connectivity: Fact::Known(if nat.is_public {
            Connectivity::Public
        } else {
            Connectivity::Private
        }),
        availability: Fact::Known(match nat.subnet {
            Some(_) => Availability::Zonal,
            None => Availability::Regional,
        }),
        subnet: Fact::Known(nat.subnet.map(Id::new)),
        vpc: link(0),
    }
}

fn written() -> WrittenPorts {
    WrittenPorts {
        protocol: none(),
        from: none(),
        to: none(),
        place: None,
    }
}

fn tcp(ports: (u16, u16)) -> Bounds<Traffic> {
    Bounds::known(Traffic::range(Protocol::TCP, ports.0, ports.1))
}

fn acl(acl: &Acl) -> NetworkAcl {
    NetworkAcl {
        origin: origin("acl"),
        vpc: link(0),
        is_default: false,
        ingress: Members::known(acl.ingress.iter().map(entry)),
        egress: Members::known(acl.egress.iter().map(entry)),
        subnets: Members::default(),
        sets_inline_ingress: true,
        sets_inline_egress: true,
    }
}

fn entry(entry: &Entry) -> AclEntry {
    AclEntry {
        number: Fact::Known(entry.number),
        action: Fact::Known(if entry.allows {
            Action::Allow
        } else {
            Action::Deny
        }),
        traffic: tcp(entry.ports),
        cidr: Fact::Known(entry.cidr),
        family: Family::of(entry.cidr),
        written: written(),
        declaration: declaration(),
    }
}

fn group(group: &Group) -> SecurityGroup {
    SecurityGroup {
        origin: origin("group"),
        vpc: link(0),
        associated_vpcs: Members::default(),
        is_default: false,
        ingress: Members::known(group.ingress.iter().map(rule)),
        egress: Members::known(group.egress.iter().map(rule)),
        sets_inline_ingress: true,
        sets_inline_egress: true,
    }
}

fn rule(rule: &Rule) -> SecurityGroupRule {
    let (peer, family) = match rule.peer {
        Peer::Cidr(cidr) => (groups::Peer::Cidr(cidr), Some(Family::of(cidr))),
        Peer::Group(group) => (groups::Peer::SecurityGroup(Id::new(group)), None),
        Peer::S3 => (groups::Peer::PrefixList(Id::new(0)), None),
    };
    SecurityGroupRule {
        traffic: tcp(rule.ports),
        peer: Fact::Known(peer),
        family,
        written: written(),
        declaration: declaration(),
    }
}

fn prefix_list() -> PrefixList {
    let entry = |cidr| PrefixListEntry {
        cidr: Fact::Known(cidr),
        declaration: None,
    };
    PrefixList {
        at_most: None,
        origin: origin("s3_list"),
        aws_service: Fact::Known(Some("s3".into())),
        entries: Members::known(s3().into_iter().map(entry)),
        family: Fact::Known(Family::V4),
        weight: Fact::Known(1),
        date: None,
    }
}

fn endpoint(name: &str, kind: EndpointType) -> VpcEndpoint {
    let text: Arc<str> = name.into();
    VpcEndpoint {
        origin: origin(name),
        vpc: link(0),
        kind: Fact::Known(kind),
        sets_kind: true,
        service: EndpointService {
            name: none(),
            aws_service: Fact::Known(Some(text)),
            region: none(),
        },
        service_region: none(),
        route_tables: Members::default(),
        subnets: Members::default(),
        security_groups: Members::default(),
        private_dns: Fact::Known(false),
        private_dns_source: None,
        dns_options: none(),
        ip_address_type: none(),
        prefix_lists: Members::default(),
        policies: Members::default(),
        auto_accept: Fact::Known(true),
    }
}

fn gateway_endpoint(model: &Model) -> VpcEndpoint {
    VpcEndpoint {
        route_tables: attachments(&model.s3),
        prefix_lists: Members::known([link(0)]),
        policies: policy::policies(&model.s3_policy),
        ..endpoint("s3", EndpointType::Gateway)
    }
}

fn interface_endpoint(ssm: &Endpoint) -> VpcEndpoint {
    VpcEndpoint {
        subnets: attachments(&ssm.subnets),
        security_groups: attachments(&ssm.groups),
        private_dns: Fact::Known(ssm.private_dns),
        ip_address_type: Fact::Known(ssm.is_dualstack.then_some(IpAddressType::Dualstack)),
        policies: policy::policies(&ssm.policy),
        ..endpoint("ssm", EndpointType::Interface)
    }
}

fn workload(interface: &Interface) -> Workload {
    Workload {
        origin: origin("workload"),
        needs: Members::default(),
        role: Role::Client,
        subnets: attachments(&[interface.subnet]),
        security_groups: attachments(&interface.groups),
        vpc: link(0),
        has_public_ip: Fact::Known(interface.has_public_ip),
        source_ports: SourcePorts::SomeEphemeral,
        outside_doubt: None,
        takes_ipv6: Fact::Known(true),
    }
}
