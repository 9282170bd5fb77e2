//! Services that AWS runs beside every network interface, and what interface endpoints answer.

use tfvpc::aws::traffic::Protocol;
use tfvpc::reachability::packets::Request;
use tfvpc::reachability::verdict::Verdict::{
    self, Blocked, Local, NoRoute, Unknown, ViaInterfaceEndpoint, ViaNat,
};

use super::{APP_TO_NAT, PUBLIC_TO_INTERNET, VPC, ask_by, network, verdict};

/// An instance that no group and no network ACL lets out.
const CLOSED: &str = r#"
resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.app.id]
}
resource "aws_security_group" "closed" {
  name   = "closed"
  vpc_id = aws_vpc.main.id
}
resource "aws_instance" "app" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.app.id
  vpc_security_group_ids = [aws_security_group.closed.id]
}
"#;

#[test]
fn nothing_filters_packets_to_the_services_beside_an_interface() {
    for address in [
        "169.254.169.254",
        "169.254.169.253",
        "169.254.170.2",
        "10.0.0.2",
    ] {
        assert_eq!(
            verdict(&[VPC, CLOSED], "aws_instance.app", address),
            Local,
            "{address}"
        );
    }
    // Other addresses of the VPC, and questions about hosts in a wide CIDR, are filtered as ever.
    for address in [
        "10.0.1.2",
        "10.0.0.3",
        "10.0.0.0/16",
        "169.254.1.1",
        "1.1.1.1",
    ] {
        assert_eq!(
            verdict(&[VPC, CLOSED], "aws_instance.app", address),
            Blocked,
            "{address}"
        );
    }
    // AWS reserves it; what answers there is not documented.
    assert_eq!(
        verdict(&[VPC, APP_TO_NAT], "aws_subnet.app", "169.254.168.9"),
        Unknown
    );
}

#[test]
fn the_resolver_answers_only_with_dns_support() {
    let without = VPC.replace("enable_dns_hostnames = true", "enable_dns_support = false");
    for (address, expected) in [("10.0.0.2", Blocked), ("169.254.169.254", Local)] {
        assert_eq!(
            verdict(&[&without, CLOSED], "aws_instance.app", address),
            expected
        );
    }
    let open = VPC.replace(
        "enable_dns_hostnames = true",
        "enable_dns_support = data.aws_ssm_parameter.open.value == \"yes\"\n}\n\
         data \"aws_ssm_parameter\" \"open\" {\n  name = \"open\"",
    );
    assert_eq!(
        verdict(&[&open, CLOSED], "aws_instance.app", "10.0.0.2"),
        Unknown
    );
}

const SSM: &str = r#"
resource "aws_security_group" "open" {
  name   = "open"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.0.0.0/16"]
  }
}
resource "aws_vpc_endpoint" "ssm" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.app.id]
  security_group_ids  = [aws_security_group.open.id]
}
"#;

fn by(protocol: Protocol, port: u16, endpoint: &str, to: &str) -> Verdict {
    let request = Request { protocol, port };
    ask_by(&network(&[VPC, endpoint]), "aws_subnet.app", to, request).verdict()
}

#[test]
fn an_interface_endpoint_answers_what_its_service_is_asked_by() {
    for (protocol, port, expected) in [
        (Protocol::TCP, 443, ViaInterfaceEndpoint),
        (Protocol::TCP, 22, Unknown),
        (Protocol::UDP, 443, Blocked),
        (Protocol::ICMP, 0, Blocked),
        (Protocol(47), 0, Blocked),
    ] {
        for to in ["ssm", "aws_vpc_endpoint.ssm"] {
            assert_eq!(by(protocol, port, SSM, to), expected, "{protocol} {port}");
        }
    }
    // A service that somebody else offers may take udp, and any tcp port.
    let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
    let foreign = SSM.replace("com.amazonaws.us-east-1.ssm", service);
    let foreign = foreign.replace("  private_dns_enabled = true\n", "");
    for (protocol, port, expected) in [
        (Protocol::TCP, 5432, ViaInterfaceEndpoint),
        (Protocol::UDP, 53, Unknown),
        (Protocol::ICMP, 0, Blocked),
    ] {
        assert_eq!(
            by(protocol, port, &foreign, "aws_vpc_endpoint.ssm"),
            expected
        );
    }
}

#[test]
fn services_without_prefix_list_share_no_address_with_those_of_gateway_endpoints() {
    let s3 = r#"
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.app.id]
}
"#;
    assert_eq!(verdict(&[VPC, s3], "aws_subnet.app", "ssm"), NoRoute);
    let by_nat = [VPC, s3, APP_TO_NAT, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&by_nat, "aws_subnet.app", "ssm"), ViaNat);
    // A group that lets out to S3 only keeps them in.
    let to_s3 = r#"
resource "aws_security_group" "s3" {
  name   = "s3"
  vpc_id = aws_vpc.main.id
  egress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    prefix_list_ids = [aws_vpc_endpoint.s3.prefix_list_id]
  }
}
resource "aws_instance" "app" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.app.id
  vpc_security_group_ids = [aws_security_group.s3.id]
}
"#;
    let closed = [VPC, s3, APP_TO_NAT, PUBLIC_TO_INTERNET, to_s3];
    assert_eq!(verdict(&closed, "aws_instance.app", "ssm"), Blocked);
    // A customer's own list may hold any address.
    let own = r#"
resource "aws_ec2_managed_prefix_list" "own" {
  name           = "own"
  address_family = "IPv4"
  max_entries    = 1
  entry { cidr = "52.0.0.0/8" }
}
resource "aws_route" "own" {
  route_table_id             = aws_route_table.app.id
  destination_prefix_list_id = aws_ec2_managed_prefix_list.own.id
  nat_gateway_id             = aws_nat_gateway.main.id
}
"#;
    let by_own = [VPC, s3, own, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&by_own, "aws_subnet.app", "ssm"), Unknown);
}
