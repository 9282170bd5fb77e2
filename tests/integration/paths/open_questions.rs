//! What AWS leaves open: not known, or as the semantics recommend.

use tfvpc::reachability::verdict::Verdict::{
    Blocked, External, Local, NoRoute, Unknown, ViaGatewayEndpoint, ViaInterfaceEndpoint, ViaNat,
};

use super::{
    APP_TO_NAT, BACK, PUBLIC_TO_INTERNET, S3_IN_PUBLIC, VPC, ask, network, peered, reasons, verdict,
};

#[test]
fn oq_1_whether_nat_uses_an_endpoint_matters_only_where_nothing_else_leads_on() {
    let both = [VPC, APP_TO_NAT, S3_IN_PUBLIC, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&both, "aws_subnet.app", "s3"), ViaNat);
    let answer = ask(
        &network(&[VPC, APP_TO_NAT, S3_IN_PUBLIC]),
        "aws_subnet.app",
        "s3",
    );
    assert_eq!(answer.verdict(), Unknown);
    let reason = "AWS does not say whether NAT gateways use gateway endpoints";
    assert!(reasons(&answer).contains(reason), "{}", reasons(&answer));
}

fn lists(first: &str, second: &str) -> String {
    let list = |name: &str, cidr: &str, target: &str| {
        format!(
            r#"
resource "aws_ec2_managed_prefix_list" "{name}" {{
  name           = "{name}"
  address_family = "IPv4"
  max_entries    = 1
  entry {{ cidr = "{cidr}" }}
}}
resource "aws_route" "{name}" {{
  route_table_id             = aws_route_table.app.id
  destination_prefix_list_id = aws_ec2_managed_prefix_list.{name}.id
  {target}
}}
"#
        )
    };
    let nat = "nat_gateway_id = aws_nat_gateway.main.id";
    let transit = "transit_gateway_id = aws_ec2_transit_gateway.hub.id";
    let hub = "resource \"aws_ec2_transit_gateway\" \"hub\" {}\n";
    [
        list("one", first, nat).as_str(),
        &list("other", second, transit),
        hub,
    ]
    .concat()
}

#[test]
fn oq_2_of_prefix_lists_the_longer_entry_wins_and_equal_ones_are_undecided() {
    let longer = lists("203.0.112.0/20", "203.0.113.0/24");
    let parts = [VPC, &longer, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&parts, "aws_subnet.app", "203.0.113.9"), External);
    assert_eq!(verdict(&parts, "aws_subnet.app", "203.0.112.9"), ViaNat);
    let equal = lists("203.0.113.0/24", "203.0.113.0/24");
    let answer = ask(
        &network(&[VPC, &equal, PUBLIC_TO_INTERNET]),
        "aws_subnet.app",
        "203.0.113.9",
    );
    assert_eq!(answer.verdict(), Unknown);
    assert!(
        reasons(&answer).contains("several routes"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn oq_4_the_ipv6_addresses_of_an_endpoint_are_not_known() {
    let parts = r#"
resource "aws_vpc_ipv6_cidr_block_association" "main" {
  vpc_id          = aws_vpc.main.id
  ipv6_cidr_block = "2600:1f00::/56"
  ipv6_pool       = "ipv6pool-ec2-0123456789abcdef0"
}
resource "aws_subnet" "dual" {
  vpc_id          = aws_vpc.main.id
  cidr_block      = "10.0.2.0/24"
  ipv6_cidr_block = "2600:1f00::/64"
}
resource "aws_route_table_association" "dual" {
  subnet_id      = aws_subnet.dual.id
  route_table_id = aws_route_table.app.id
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.us-east-1.s3"
  ip_address_type = "dualstack"
  route_table_ids = [aws_route_table.app.id]
}
"#;
    assert_eq!(
        verdict(&[VPC, parts], "aws_subnet.dual", "s3"),
        ViaGatewayEndpoint
    );
    assert_eq!(
        verdict(&[VPC, parts], "aws_subnet.dual", "2600:1fa0::1"),
        Unknown
    );
}

#[test]
fn oq_6_what_nobody_accepts_here_is_not_known_to_carry_anything() {
    let pending = peered(false, BACK);
    let answer = ask(
        &network(&[VPC, &pending]),
        "aws_subnet.app",
        "aws_subnet.other",
    );
    assert_eq!(answer.verdict(), Unknown);
    assert!(
        reasons(&answer).contains("no resource of this configuration accepts"),
        "{}",
        reasons(&answer)
    );
}

const BLOCKED: &str = r#"
resource "aws_vpc_block_public_access_options" "all" {
  internet_gateway_block_mode = "block-bidirectional"
}
"#;

#[test]
fn oq_7_blocked_public_access_stops_nat_and_leaves_gateway_endpoints_alone() {
    let s3 = S3_IN_PUBLIC.replace("route_table.public", "route_table.app");
    let parts = [VPC, APP_TO_NAT, PUBLIC_TO_INTERNET, &s3, BLOCKED];
    assert_eq!(verdict(&parts, "aws_subnet.app", "s3"), ViaGatewayEndpoint);
    let answer = ask(&network(&parts), "aws_subnet.app", "dynamodb");
    assert_eq!(answer.verdict(), Blocked);
    assert!(
        reasons(&answer).contains("Block Public Access"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn oq_8_an_endpoint_in_the_table_of_a_regional_nat_gateway_matters_only_without_internet() {
    let regional = r#"
resource "aws_nat_gateway" "regional" {
  vpc_id            = aws_vpc.main.id
  availability_mode = "regional"
}
resource "aws_route" "app" {
  route_table_id         = aws_route_table.app.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.regional.id
}
"#;
    let own_table = S3_IN_PUBLIC.replace(
        "aws_route_table.public.id",
        "aws_nat_gateway.regional.route_table_id",
    );
    assert_eq!(verdict(&[VPC, regional], "aws_subnet.app", "s3"), ViaNat);
    assert_eq!(
        verdict(&[VPC, regional, &own_table], "aws_subnet.app", "s3"),
        ViaNat
    );
    let closed = VPC.replace(
        "resource \"aws_internet_gateway\" \"main\" { vpc_id = aws_vpc.main.id }",
        "",
    );
    let parts = [closed.as_str(), regional, &own_table];
    assert_eq!(verdict(&parts, "aws_subnet.app", "s3"), Unknown);
    assert_eq!(verdict(&parts, "aws_subnet.app", "dynamodb"), Blocked);
    let answer = ask(&network(&[&closed, regional]), "aws_subnet.app", "s3");
    assert_eq!(answer.verdict(), Blocked);
    assert!(
        reasons(&answer).contains("has no internet gateway"),
        "{}",
        reasons(&answer)
    );
}

#[test]
fn oq_10_an_associated_group_admits_beside_the_default_group() {
    let endpoint = r#"
resource "aws_security_group" "endpoint" {
  name   = "endpoint"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.101.0/24"]
  }
}
resource "aws_vpc_endpoint" "ssm" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.ssm"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.public.id]
}
resource "aws_vpc_endpoint_security_group_association" "ssm" {
  vpc_endpoint_id   = aws_vpc_endpoint.ssm.id
  security_group_id = aws_security_group.endpoint.id
}
resource "aws_instance" "with_default_group" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.app.id
}
"#;
    let parts = [VPC, endpoint];
    let from = |from| verdict(&parts, from, "ssm");
    assert_eq!(
        from("aws_instance.with_default_group"),
        ViaInterfaceEndpoint
    );
    assert_eq!(from("aws_subnet.public"), ViaInterfaceEndpoint);
}

/// The VPC in a Region that nobody knows.
fn anywhere(parts: &[&str]) -> String {
    let region = "data \"aws_region\" \"here\" {}\n";
    let text = parts.concat();
    let text = text.replace("provider \"aws\" { region = \"us-east-1\" }", region);
    text.replace("us-east-1", "${data.aws_region.here.name}")
}

#[test]
fn what_holds_in_every_region_holds_where_the_region_is_not_known() {
    let text = anywhere(&[VPC, S3_IN_PUBLIC]);
    let public = network(&[&text]);
    // The list of an unknown Region takes what is asked for, since it is the same list.
    assert_eq!(
        ask(&public, "aws_subnet.public", "s3").verdict(),
        ViaGatewayEndpoint
    );
    // No Region's S3 has addresses of the VPC, or those of a documentation range.
    assert_eq!(
        ask(&public, "aws_subnet.public", "10.0.1.7").verdict(),
        Local
    );
    assert_eq!(
        ask(&public, "aws_subnet.public", "203.0.113.9").verdict(),
        NoRoute
    );
    // Addresses of S3 in Oregon may be those of the Region, or not.
    assert_eq!(
        ask(&public, "aws_subnet.public", "52.218.128.1").verdict(),
        Unknown
    );
}

#[test]
fn a_public_range_of_a_vpc_is_no_address_of_s3_in_any_region() {
    let text = anywhere(&[VPC]).replace("10.0.", "172.72.");
    assert_eq!(
        ask(&network(&[&text]), "aws_subnet.app", "s3").verdict(),
        NoRoute
    );
    // This range holds addresses of S3 in one Region.
    let text = anywhere(&[VPC]).replace("10.0.", "52.218.");
    assert_ne!(
        ask(&network(&[&text]), "aws_subnet.app", "s3").verdict(),
        NoRoute
    );
}
