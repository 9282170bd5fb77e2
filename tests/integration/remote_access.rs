//! Questions from what lets people into a VPC: Client VPN endpoints and EC2 Instance Connect Endpoints.

use crate::support::command::Repository;

const NETWORK: &str = r#"
provider "aws" { region = "eu-west-1" }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "app" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
resource "aws_subnet" "nat" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
}
resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.nat.id
  allocation_id = "eipalloc-1"
}
resource "aws_route_table" "nat" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}
resource "aws_route_table_association" "nat" {
  subnet_id      = aws_subnet.nat.id
  route_table_id = aws_route_table.nat.id
}
resource "aws_route_table" "app" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}
resource "aws_route_table_association" "app" {
  subnet_id      = aws_subnet.app.id
  route_table_id = aws_route_table.app.id
}
resource "aws_security_group" "open" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["10.0.0.0/16"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_ec2_client_vpn_endpoint" "people" {
  client_cidr_block  = "172.16.0.0/22"
  vpc_id             = aws_vpc.main.id
  security_group_ids = [aws_security_group.open.id]
}
resource "aws_ec2_client_vpn_network_association" "app" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.people.id
  subnet_id              = aws_subnet.app.id
}
resource "aws_ec2_instance_connect_endpoint" "admin" {
  subnet_id          = aws_subnet.app.id
  security_group_ids = [aws_security_group.open.id]
}
resource "aws_instance" "app" {
  subnet_id              = aws_subnet.app.id
  vpc_security_group_ids = [aws_security_group.open.id]
}
"#;

fn verdict(repository: &Repository, from: &str, to: &str) -> String {
    let run = repository.tfvpc(&["trace", from, to, "-f", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect(&run.stderr);
    answer["verdict"].as_str().expect("a verdict").to_owned()
}

#[test]
fn what_lies_outside_of_the_vpc_is_not_known_from_an_endpoint_for_people() {
    let repository = Repository::new("remote_access");
    repository.write("main.tf", NETWORK);
    let people = "aws_ec2_client_vpn_endpoint.people";
    let admin = "aws_ec2_instance_connect_endpoint.admin";
    for (from, to, expected) in [
        (people, "internet", "unknown"),
        (people, "s3", "unknown"),
        (people, "aws_instance.app", "local"),
        (admin, "internet", "unknown"),
        (admin, "aws_instance.app", "local"),
        ("aws_instance.app", "internet", "via_nat"),
    ] {
        assert_eq!(verdict(&repository, from, to), expected, "{from} {to}");
    }
    // What the network stops, it stops whatever their rules say.
    let closed = NETWORK.replace(
        "cidr_blocks = [\"0.0.0.0/0\"]",
        "cidr_blocks = [\"10.0.0.0/16\"]",
    );
    repository.write("main.tf", &closed);
    assert_eq!(verdict(&repository, people, "internet"), "blocked");
}
