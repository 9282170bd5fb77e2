//! Gateways that let connections out and none in, and gateways that are not known.

use tfvpc::reachability::verdict::Verdict::{
    Blocked, NoRoute, Partial, Unknown, ViaEgressOnlyGateway, ViaInternetGateway, ViaNat,
};

use super::{APP_TO_NAT, PUBLIC_TO_INTERNET, VPC, verdict};

const WEB: &str = r#"
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol         = "-1"
    from_port        = 0
    to_port          = 0
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  egress {
    protocol         = "-1"
    from_port        = 0
    to_port          = 0
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}
resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.public.id
  vpc_security_group_ids      = [aws_security_group.web.id]
  associate_public_ip_address = true
}
"#;

fn block(mode: &str, exclusion: &str) -> String {
    let options = format!(
        "resource \"aws_vpc_block_public_access_options\" \"o\" {{\n  \
         internet_gateway_block_mode = {mode}\n}}\n"
    );
    if exclusion.is_empty() {
        return options;
    }
    format!(
        "{options}resource \"aws_vpc_block_public_access_exclusion\" \"e\" {{\n  \
         subnet_id = aws_subnet.public.id\n  \
         internet_gateway_exclusion_mode = \"{exclusion}\"\n}}\n"
    )
}

#[test]
fn block_ingress_lets_nat_gateways_pass_and_no_public_instance() {
    for (mode, exclusion, instance, by_nat, inbound) in [
        (
            r#""off""#,
            "",
            ViaInternetGateway,
            ViaNat,
            ViaInternetGateway,
        ),
        (r#""block-ingress""#, "", Blocked, ViaNat, Blocked),
        (
            r#""block-ingress""#,
            "allow-egress",
            Blocked,
            ViaNat,
            Blocked,
        ),
        (
            r#""block-ingress""#,
            "allow-bidirectional",
            ViaInternetGateway,
            ViaNat,
            ViaInternetGateway,
        ),
        (r#""block-bidirectional""#, "", Blocked, Blocked, Blocked),
        (
            r#""block-bidirectional""#,
            "allow-egress",
            ViaInternetGateway,
            ViaNat,
            Blocked,
        ),
        (
            "data.aws_ssm_parameter.open.value",
            "",
            Unknown,
            Unknown,
            Unknown,
        ),
    ] {
        let setting = block(mode, exclusion);
        let parameter = "data \"aws_ssm_parameter\" \"open\" {\n  name = \"open\"\n}\n";
        let parts = [
            VPC,
            APP_TO_NAT,
            PUBLIC_TO_INTERNET,
            WEB,
            &setting,
            parameter,
        ];
        let case = format!("{mode} {exclusion}");
        assert_eq!(
            verdict(&parts, "aws_instance.web", "1.1.1.1"),
            instance,
            "{case}"
        );
        assert_eq!(
            verdict(&parts, "aws_subnet.app", "1.1.1.1"),
            by_nat,
            "{case}"
        );
        assert_eq!(
            verdict(&parts, "1.1.1.1", "aws_instance.web"),
            inbound,
            "{case}"
        );
    }
}

const IPV6: &str = r#"
resource "aws_vpc" "main" {
  cidr_block      = "10.0.0.0/16"
  ipv6_cidr_block = "2600:1f00::/56"
}
resource "aws_subnet" "public" {
  vpc_id          = aws_vpc.main.id
  cidr_block      = "10.0.101.0/24"
  ipv6_cidr_block = "2600:1f00::/64"
}
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_egress_only_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  route {
    ipv6_cidr_block        = "::/0"
    egress_only_gateway_id = aws_egress_only_internet_gateway.main.id
  }
}
resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}
"#;

#[test]
fn an_egress_only_gateway_knows_no_connection_from_outside() {
    let parts = [IPV6, WEB];
    let out = verdict(&parts, "aws_instance.web", "2606:4700::1111");
    assert_eq!(out, ViaEgressOnlyGateway);
    assert_eq!(
        verdict(&parts, "2606:4700::1111", "aws_instance.web"),
        NoRoute
    );
    let setting = block(r#""block-ingress""#, "");
    let blocked = [IPV6, WEB, &setting];
    let out = verdict(&blocked, "aws_instance.web", "2606:4700::1111");
    assert_eq!(out, ViaEgressOnlyGateway);
}

#[test]
fn closed_groups_and_missing_addresses_stop_packets_by_any_gateway() {
    let elsewhere = r#"
provider "aws" { region = "us-east-1" }
data "aws_subnet" "public" { id = "subnet-0123456789abcdef0" }
"#;
    let open = WEB.replace("aws_vpc.main.id", "data.aws_subnet.public.vpc_id");
    let open = open.replace("aws_subnet.public.id", "data.aws_subnet.public.id");
    let without_address = open.replace(
        "associate_public_ip_address = true",
        "associate_public_ip_address = false",
    );
    let closed = open.replace(
        "0.0.0.0/0\"]\n    ipv6_cidr_blocks = [\"::/0\"]",
        "10.0.0.0/8\"]",
    );
    for (instance, expected) in [
        (&open, Unknown),
        (&without_address, Blocked),
        (&closed, Blocked),
    ] {
        let asked = verdict(&[elsewhere, instance], "1.1.1.1", "aws_instance.web");
        assert_eq!(asked, expected, "{instance}");
    }
}

#[test]
fn addresses_that_no_subnet_of_the_vpc_holds_have_no_host() {
    let by_nat = [VPC, APP_TO_NAT, PUBLIC_TO_INTERNET];
    assert_eq!(verdict(&by_nat, "aws_subnet.app", "10.0.200.9"), NoRoute);
    assert_eq!(verdict(&by_nat, "aws_subnet.app", "10.0.0.0/8"), Partial);
    let exported = "output \"vpc\" {\n  value = aws_vpc.main.id\n}\n";
    let others = [VPC, APP_TO_NAT, PUBLIC_TO_INTERNET, exported];
    assert_eq!(verdict(&others, "aws_subnet.app", "10.0.200.9"), Unknown);
    let open = r#"
data "aws_ssm_parameter" "open" { name = "open" }
resource "aws_subnet" "open" {
  vpc_id     = aws_vpc.main.id
  cidr_block = data.aws_ssm_parameter.open.value
}
"#;
    assert_eq!(
        verdict(&[VPC, open], "aws_subnet.app", "10.0.200.9"),
        Unknown
    );
}
