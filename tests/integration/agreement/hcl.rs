//! The configuration of an estate.

use std::fmt::Write;

use ipnet::IpNet;

use crate::agreement::estate::{Estate, Kind};
use crate::packets::model::{
    Acl, Endpoint, Entry, Group, Interface, Model, Nat, PEER, Peer, PeerVpc, Rule, Statement,
    Subnet, Target,
};

/// The configuration.
pub(crate) fn text(estate: &Estate) -> String {
    let model = &estate.model;
    let mut text = String::from("provider \"aws\" {\n  region = \"us-east-1\"\n}\n");
    text += &vpc(model);
    for (at, subnet) in model.subnets.iter().enumerate() {
        text += &self::subnet(estate, at, subnet);
    }
    for at in 0..model.tables.len() {
        text += &table(model, at);
    }
    for (at, acl) in model.acls.iter().enumerate() {
        text += &network_acl(at, acl);
    }
    for (at, nat) in model.nats.iter().enumerate() {
        text += &nat_gateway(at, nat);
    }
    for (at, group) in model.groups.iter().enumerate() {
        text += &security_group(at, group);
    }
    if let Some(main) = estate.main_table {
        let body = format!("vpc_id = aws_vpc.main.id\nroute_table_id = aws_route_table.t{main}.id");
        text += &resource("aws_main_route_table_association", "main", &body);
    }
    text += &endpoints(estate);
    text += &vpn(model);
    text += &model.peer.as_ref().map(peer).unwrap_or_default();
    text + &workloads(estate)
}

fn resource(kind: &str, name: &str, body: &str) -> String {
    format!("resource \"{kind}\" \"{name}\" {{\n{body}\n}}\n")
}

fn vpc(model: &Model) -> String {
    let mut text = resource(
        "aws_vpc",
        "main",
        &format!(
            "cidr_block = \"{}\"\nipv6_cidr_block = \"{}\"\nipv6_ipam_pool_id = \"ipam-pool-1\"\n\
             enable_dns_support = {}\nenable_dns_hostnames = true",
            model.cidrs[0], model.cidrs[1], model.resolves_names
        ),
    );
    for (at, cidr) in model.cidrs.iter().skip(2).enumerate() {
        let body = format!("vpc_id = aws_vpc.main.id\ncidr_block = \"{cidr}\"");
        text += &resource(
            "aws_vpc_ipv4_cidr_block_association",
            &format!("c{at}"),
            &body,
        );
    }
    let attached = if model.has_internet_gateway {
        "vpc_id = aws_vpc.main.id"
    } else {
        ""
    };
    text += &resource("aws_internet_gateway", "main", attached);
    text += &resource("aws_internet_gateway", "detached", "");
    let in_vpc = "vpc_id = aws_vpc.main.id";
    text + &resource("aws_egress_only_internet_gateway", "main", in_vpc)
}

fn subnet(estate: &Estate, at: usize, subnet: &Subnet) -> String {
    let (mut body, zone) = (String::from("vpc_id = aws_vpc.main.id\n"), estate.zones[at]);
    for cidr in &subnet.cidrs {
        let argument = match cidr {
            IpNet::V4(_) => "cidr_block",
            IpNet::V6(_) => "ipv6_cidr_block",
        };
        let _ = writeln!(body, "{argument} = \"{cidr}\"");
    }
    if subnet.cidrs.iter().all(|cidr| cidr.addr().is_ipv6()) {
        body += "ipv6_native = true\n";
    }
    let _ = writeln!(body, "availability_zone = \"us-east-1{zone}\"");
    let _ = write!(body, "enable_dns64 = {}", subnet.dns64);
    let name = format!("private_{at}");
    let mut text = resource("aws_subnet", &name, &body);
    if estate.unassociated != Some(at) {
        let body = format!(
            "subnet_id = aws_subnet.{name}.id\nroute_table_id = aws_route_table.t{}.id",
            subnet.table
        );
        text += &resource("aws_route_table_association", &name, &body);
    }
    let body = format!(
        "subnet_id = aws_subnet.{name}.id\nnetwork_acl_id = aws_network_acl.a{}.id",
        subnet.acl
    );
    text + &resource("aws_network_acl_association", &name, &body)
}

fn table(model: &Model, at: usize) -> String {
    let mut body = String::from("vpc_id = aws_vpc.main.id\n");
    for route in &model.tables[at] {
        body += &self::route(route.to, route.target);
    }
    resource("aws_route_table", &format!("t{at}"), &body)
}

fn route(to: IpNet, target: Target) -> String {
    let destination = match to {
        IpNet::V4(_) => "cidr_block",
        IpNet::V6(_) => "ipv6_cidr_block",
    };
    let target = match target {
        Target::InternetGateway => "gateway_id = aws_internet_gateway.main.id".to_owned(),
        Target::EgressOnly => {
            "egress_only_gateway_id = aws_egress_only_internet_gateway.main.id".to_owned()
        }
        Target::Nat(nat) => format!("nat_gateway_id = aws_nat_gateway.n{nat}.id"),
        Target::CoreNetwork => {
            "core_network_arn = \"arn:aws:networkmanager::1:core-network/c\"".to_owned()
        }
        Target::Peering => {
            "vpc_peering_connection_id = aws_vpc_peering_connection.main.id".to_owned()
        }
        _ => "gateway_id = aws_internet_gateway.detached.id".to_owned(),
    };
    format!("route {{\n  {destination} = \"{to}\"\n  {target}\n}}\n")
}

fn network_acl(at: usize, acl: &Acl) -> String {
    let mut body = String::from("vpc_id = aws_vpc.main.id\n");
    let lists = [("ingress", &acl.ingress), ("egress", &acl.egress)];
    for (direction, entries) in lists {
        for entry in entries {
            body += &self::entry(direction, entry);
        }
    }
    resource("aws_network_acl", &format!("a{at}"), &body)
}

fn entry(direction: &str, entry: &Entry) -> String {
    let cidr = match entry.cidr {
        IpNet::V4(_) => "cidr_block",
        IpNet::V6(_) => "ipv6_cidr_block",
    };
    format!(
        "{direction} {{\n  rule_no = {}\n  action = \"{}\"\n  protocol = \"tcp\"\n  \
         from_port = {}\n  to_port = {}\n  {cidr} = \"{}\"\n}}\n",
        entry.number,
        if entry.allows { "allow" } else { "deny" },
        entry.ports.0,
        entry.ports.1,
        entry.cidr
    )
}

fn nat_gateway(at: usize, nat: &Nat) -> String {
    let name = format!("n{at}");
    let Some(subnet) = nat.subnet else {
        let body = "availability_mode = \"regional\"\nvpc_id = aws_vpc.main.id";
        return resource("aws_nat_gateway", &name, body);
    };
    let kind = if nat.is_public {
        format!("allocation_id = aws_eip.{name}.id")
    } else {
        "connectivity_type = \"private\"".to_owned()
    };
    let body = format!("subnet_id = aws_subnet.private_{subnet}.id\n{kind}");
    let address = if nat.is_public {
        resource("aws_eip", &name, "domain = \"vpc\"")
    } else {
        String::new()
    };
    address + &resource("aws_nat_gateway", &name, &body)
}

fn security_group(at: usize, group: &Group) -> String {
    let mut text = resource(
        "aws_security_group",
        &format!("g{at}"),
        "vpc_id = aws_vpc.main.id",
    );
    let directions = [("ingress", &group.ingress), ("egress", &group.egress)];
    for (direction, rules) in directions {
        for (number, rule) in rules.iter().enumerate() {
            let kind = format!("aws_vpc_security_group_{direction}_rule");
            let name = format!("g{at}_{number}");
            text += &resource(&kind, &name, &self::rule(at, rule));
        }
    }
    text
}

fn rule(group: usize, rule: &Rule) -> String {
    let peer = match rule.peer {
        Peer::Cidr(IpNet::V4(cidr)) => format!("cidr_ipv4 = \"{cidr}\""),
        Peer::Cidr(IpNet::V6(cidr)) => format!("cidr_ipv6 = \"{cidr}\""),
        Peer::Group(group) => {
            format!("referenced_security_group_id = aws_security_group.g{group}.id")
        }
        Peer::S3 => "prefix_list_id = \"pl-63a5400a\"".to_owned(),
    };
    format!(
        "security_group_id = aws_security_group.g{group}.id\nip_protocol = \"tcp\"\n\
         from_port = {}\nto_port = {}\n{peer}",
        rule.ports.0, rule.ports.1
    )
}

fn endpoints(estate: &Estate) -> String {
    let mut text = String::new();
    if estate.has_s3 {
        let tables = estate.model.s3.iter();
        let tables: Vec<_> = tables
            .map(|table| format!("aws_route_table.t{table}.id"))
            .collect();
        let body = format!(
            "vpc_id = aws_vpc.main.id\nservice_name = \"com.amazonaws.us-east-1.s3\"\n\
             route_table_ids = [{}]\n{}",
            tables.join(", "),
            policy(&estate.model.s3_policy)
        );
        text += &resource("aws_vpc_endpoint", "s3", &body);
    }
    if let Some(ssm) = &estate.model.ssm {
        text += &interface_endpoint(estate, ssm);
    }
    if let Some(subnet) = estate.inspected {
        let body = format!(
            "vpc_id = aws_vpc.main.id\nvpc_endpoint_type = \"GatewayLoadBalancer\"\n\
             service_name = \"com.amazonaws.vpce.us-east-1.vpce-svc-1\"\n\
             subnet_ids = [aws_subnet.private_{subnet}.id]"
        );
        text += &resource("aws_vpc_endpoint", "firewall", &body);
    }
    text
}

fn interface_endpoint(estate: &Estate, ssm: &Endpoint) -> String {
    let subnets = ssm.subnets.iter();
    let subnets: Vec<_> = subnets
        .map(|subnet| format!("aws_subnet.private_{subnet}.id"))
        .collect();
    let groups = if estate.names_groups {
        format!("security_group_ids = {}\n", groups(&ssm.groups))
    } else {
        String::new()
    };
    let addresses = if ssm.is_dualstack {
        "ip_address_type = \"dualstack\"\n"
    } else {
        ""
    };
    let body = format!(
        "vpc_id = aws_vpc.main.id\nvpc_endpoint_type = \"Interface\"\n\
         service_name = \"com.amazonaws.us-east-1.ssm\"\nsubnet_ids = [{}]\n\
         private_dns_enabled = {}\n{groups}{addresses}{}",
        subnets.join(", "),
        ssm.private_dns,
        policy(&ssm.policy)
    );
    resource("aws_vpc_endpoint", "ssm", &body)
}

fn groups(groups: &[usize]) -> String {
    let mut groups = groups.to_vec();
    groups.sort_unstable();
    groups.dedup();
    let ids = groups
        .iter()
        .map(|group| format!("aws_security_group.g{group}.id"));
    format!("[{}]", ids.collect::<Vec<_>>().join(", "))
}

fn policy(statements: &[Statement]) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let statements = statements.iter().map(|statement| {
        let condition = if statement.is_conditional {
            ", Condition = { StringEquals = { \"aws:PrincipalTag/team\" = \"a\" } }"
        } else {
            ""
        };
        let effect = if statement.allows { "Allow" } else { "Deny" };
        format!(
            "{{ Effect = \"{effect}\", Principal = \"*\", Action = \"*\", Resource = \"*\"{condition} }}"
        )
    });
    let statements: Vec<_> = statements.collect();
    format!(
        "policy = jsonencode({{ Version = \"2012-10-17\", Statement = [{}] }})",
        statements.join(", ")
    )
}

fn vpn(model: &Model) -> String {
    if model.vpn.is_empty() {
        return String::new();
    }
    let mut text = resource("aws_vpn_gateway", "main", "vpc_id = aws_vpc.main.id");
    let body = "vpn_gateway_id = aws_vpn_gateway.main.id\ncustomer_gateway_id = \"cgw-1\"\n\
                type = \"ipsec.1\"\nstatic_routes_only = true";
    text += &resource("aws_vpn_connection", "main", body);
    for (at, cidr) in model.vpn.iter().enumerate() {
        let body = format!(
            "vpn_connection_id = aws_vpn_connection.main.id\ndestination_cidr_block = \"{cidr}\""
        );
        text += &resource("aws_vpn_connection_route", &format!("r{at}"), &body);
    }
    for table in &model.propagates {
        let body = format!(
            "vpn_gateway_id = aws_vpn_gateway.main.id\nroute_table_id = aws_route_table.t{table}.id"
        );
        text += &resource(
            "aws_vpn_gateway_route_propagation",
            &format!("t{table}"),
            &body,
        );
    }
    text
}

fn peer(peer: &PeerVpc) -> String {
    let mut text = resource("aws_vpc", "peer", &format!("cidr_block = \"{}\"", PEER[0]));
    let body = format!("vpc_id = aws_vpc.peer.id\ncidr_block = \"{}\"", PEER[1]);
    text += &resource("aws_subnet", "peer", &body);
    let back = peer.back.map(|to| route(to, Target::Peering));
    let body = format!("vpc_id = aws_vpc.peer.id\n{}", back.unwrap_or_default());
    text += &resource("aws_route_table", "peer", &body);
    let body = "subnet_id = aws_subnet.peer.id\nroute_table_id = aws_route_table.peer.id";
    text += &resource("aws_route_table_association", "peer", body);
    let body = format!(
        "vpc_id = aws_vpc.main.id\npeer_vpc_id = aws_vpc.peer.id\nauto_accept = {}",
        peer.is_accepted
    );
    text + &resource("aws_vpc_peering_connection", "main", &body)
}

fn workloads(estate: &Estate) -> String {
    let client = &estate.model.client;
    let mut text = match estate.client {
        Kind::Function => function(estate, client),
        Kind::Instance => instance("client", estate, client),
        Kind::None => String::new(),
    };
    if estate.has_server {
        text += &instance("server", estate, &estate.model.server);
    }
    text
}

fn function(estate: &Estate, interface: &Interface) -> String {
    let body = format!(
        "function_name = \"f\"\nrole = \"arn:aws:iam::1:role/r\"\nvpc_config {{\n  \
         subnet_ids = [aws_subnet.private_{}.id]\n  security_group_ids = {}\n  \
         ipv6_allowed_for_dual_stack = {}\n}}",
        interface.subnet,
        groups(&interface.groups),
        estate.takes_ipv6
    );
    resource("aws_lambda_function", "client", &body)
}

fn instance(name: &str, estate: &Estate, interface: &Interface) -> String {
    let mut cidrs = estate.model.subnets[interface.subnet].cidrs.iter();
    let ipv6 = if cidrs.any(|cidr| cidr.addr().is_ipv6()) && estate.takes_ipv6 {
        "\nipv6_address_count = 1"
    } else {
        ""
    };
    let body = format!(
        "ami = \"ami-1\"\ninstance_type = \"t3.micro\"\nsubnet_id = aws_subnet.private_{}.id\n\
         vpc_security_group_ids = {}\nassociate_public_ip_address = {}{ipv6}",
        interface.subnet,
        groups(&interface.groups),
        interface.has_public_ip
    );
    resource("aws_instance", name, &body)
}
