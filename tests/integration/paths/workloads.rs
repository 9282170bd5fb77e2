//! What stands in launch templates, what EKS makes, and endpoints that people connect by.

use tfvpc::reachability::verdict::Verdict::{self, Blocked, Local, Unknown, ViaInternetGateway};

use super::{PUBLIC_TO_INTERNET, VPC, ask, network, verdict};

const OPEN_GROUP: &str = r#"
resource "aws_security_group" "open" {
  name   = "open"
  vpc_id = aws_vpc.main.id
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;

/// Whether instances that are started so reach the internet from a subnet that gives no addresses.
fn by_template(template: &str, group: &str) -> Verdict {
    let group = format!(
        "resource \"aws_autoscaling_group\" \"g\" {{\n  min_size = 1\n  max_size = 1\n  \
         vpc_zone_identifier = [aws_subnet.public.id]\n  {group}\n}}\n"
    );
    let parts = [VPC, PUBLIC_TO_INTERNET, OPEN_GROUP, template, &group];
    verdict(&parts, "aws_autoscaling_group.g", "1.1.1.1")
}

#[test]
fn a_launch_template_gives_public_addresses() {
    let template = |flag: &str| {
        format!(
            "data \"aws_ssm_parameter\" \"open\" {{\n  name = \"open\"\n}}\n\
             resource \"aws_launch_template\" \"t\" {{\n  network_interfaces {{\n    {flag}\n    \
             security_groups = [aws_security_group.open.id]\n  }}\n}}\n"
        )
    };
    let by_id = "launch_template {\n    id = aws_launch_template.t.id\n  }";
    for (flag, expected) in [
        ("associate_public_ip_address = true", ViaInternetGateway),
        ("associate_public_ip_address = false", Blocked),
        (
            "associate_public_ip_address = data.aws_ssm_parameter.open.value == \"yes\"",
            Unknown,
        ),
        ("", Blocked),
    ] {
        assert_eq!(by_template(&template(flag), by_id), expected, "{flag}");
    }
    let public = template("associate_public_ip_address = true");
    let mixed = |overriding: &str| {
        format!(
            "mixed_instances_policy {{\n    launch_template {{\n      \
             launch_template_specification {{\n        \
             launch_template_id = aws_launch_template.t.id\n      }}\n      {overriding}\n    }}\n  }}"
        )
    };
    assert_eq!(by_template(&public, &mixed("")), ViaInternetGateway);
    let overriding = "override {\n        launch_template_specification {\n          \
                      launch_template_id = \"lt-0123456789abcdef0\"\n        }\n      }";
    assert_eq!(by_template(&public, &mixed(overriding)), Unknown);
    let elsewhere = "launch_template {\n    id = \"lt-0123456789abcdef0\"\n  }";
    assert_eq!(by_template("", elsewhere), Unknown);
}

#[test]
fn a_launch_configuration_gives_public_addresses() {
    let configuration = r#"
resource "aws_launch_configuration" "c" {
  image_id                    = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = true
  security_groups             = [aws_security_group.open.id]
}
"#;
    let named = "launch_configuration = aws_launch_configuration.c.name";
    assert_eq!(by_template(configuration, named), ViaInternetGateway);
}

#[test]
fn subnets_that_agree_give_a_group_of_instances_public_addresses() {
    let vpc = VPC.replace(
        "  cidr_block = \"10.0.101.0/24\"",
        "  cidr_block = \"10.0.101.0/24\"\n  map_public_ip_on_launch = true",
    );
    let second = |flag: bool| {
        format!(
            r#"
resource "aws_subnet" "second" {{
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.102.0/24"
  map_public_ip_on_launch = {flag}
}}
resource "aws_route_table_association" "second" {{
  subnet_id      = aws_subnet.second.id
  route_table_id = aws_route_table.public.id
}}
resource "aws_launch_template" "t" {{
  vpc_security_group_ids = [aws_security_group.open.id]
}}
resource "aws_autoscaling_group" "g" {{
  min_size            = 1
  max_size            = 1
  vpc_zone_identifier = [aws_subnet.public.id, aws_subnet.second.id]
  launch_template {{
    id = aws_launch_template.t.id
  }}
}}
"#
        )
    };
    for (flag, expected) in [(true, ViaInternetGateway), (false, Unknown)] {
        let parts = [&vpc, PUBLIC_TO_INTERNET, OPEN_GROUP, &second(flag)];
        let asked = verdict(&parts, "aws_autoscaling_group.g", "1.1.1.1");
        assert_eq!(asked, expected, "{flag}");
    }
}

/// An instance that admits members of a group.
fn server(group: &str) -> String {
    format!(
        r#"
resource "aws_security_group" "server" {{
  name   = "server"
  vpc_id = aws_vpc.main.id
  ingress {{
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    security_groups = [{group}]
  }}
}}
resource "aws_instance" "server" {{
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.app.id
  vpc_security_group_ids = [aws_security_group.server.id]
}}
"#
    )
}

#[test]
fn the_group_that_eks_makes_lets_everything_out() {
    let cluster = r#"
resource "aws_eks_cluster" "k" {
  name     = "k"
  role_arn = "arn:aws:iam::123456789012:role/k"
  vpc_config {
    subnet_ids = [aws_subnet.app.id, aws_subnet.public.id]
  }
}
resource "aws_eks_node_group" "n" {
  cluster_name  = aws_eks_cluster.k.name
  node_role_arn = "arn:aws:iam::123456789012:role/n"
  subnet_ids    = [aws_subnet.public.id]
  scaling_config {
    desired_size = 1
    max_size     = 1
    min_size     = 1
  }
}
"#;
    let group = "aws_eks_cluster.k.vpc_config[0].cluster_security_group_id";
    let admitted = server(group);
    let network = network(&[VPC, cluster, &admitted]);
    let nodes = "aws_eks_node_group.n";
    assert_eq!(ask(&network, nodes, "aws_instance.server").verdict(), Local);
    // Members admit each other; who else is admitted is not known, as controllers add rules.
    assert_eq!(ask(&network, nodes, nodes).verdict(), Local);
    assert_eq!(
        ask(&network, "aws_instance.server", nodes).verdict(),
        Blocked
    );
    let other = server("aws_security_group.open.id");
    let parts = [VPC, cluster, OPEN_GROUP, &other];
    assert_eq!(verdict(&parts, nodes, "aws_instance.server"), Blocked);
    let open_server = other.replace(
        "vpc_security_group_ids = [aws_security_group.server.id]",
        "vpc_security_group_ids = [aws_security_group.open.id]",
    );
    let parts = [VPC, cluster, OPEN_GROUP, &open_server];
    assert_eq!(verdict(&parts, "aws_instance.server", nodes), Unknown);
}

#[test]
fn client_vpn_and_instance_connect_endpoints_open_connections() {
    let endpoints = r#"
resource "aws_ec2_client_vpn_endpoint" "v" {
  server_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/x"
  client_cidr_block      = "172.16.0.0/22"
  vpc_id                 = aws_vpc.main.id
  security_group_ids     = [aws_security_group.open.id]
  authentication_options { type = "federated-authentication" }
  connection_log_options { enabled = false }
}
resource "aws_ec2_client_vpn_network_association" "v" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.v.id
  subnet_id              = aws_subnet.public.id
}
resource "aws_ec2_client_vpn_endpoint" "unused" {
  server_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/x"
  client_cidr_block      = "172.20.0.0/22"
  authentication_options { type = "federated-authentication" }
  connection_log_options { enabled = false }
}
resource "aws_ec2_instance_connect_endpoint" "e" {
  subnet_id          = aws_subnet.public.id
  security_group_ids = [aws_security_group.open.id]
}
resource "aws_ec2_instance_connect_endpoint" "default" {
  subnet_id = aws_subnet.app.id
}
"#;
    let admitting = server("aws_security_group.open.id");
    let parts = [VPC, OPEN_GROUP, endpoints, &admitting];
    for (from, expected) in [
        ("aws_ec2_client_vpn_endpoint.v", Local),
        ("aws_ec2_client_vpn_endpoint.unused", Unknown),
        ("aws_ec2_instance_connect_endpoint.e", Local),
        // It has the VPC's default group, which the server does not admit.
        ("aws_ec2_instance_connect_endpoint.default", Blocked),
    ] {
        assert_eq!(
            verdict(&parts, from, "aws_instance.server"),
            expected,
            "{from}"
        );
    }
    let out = verdict(&parts, "aws_ec2_client_vpn_endpoint.v", "1.1.1.1");
    assert!([Unknown, Verdict::NoRoute].contains(&out), "{out:?}");
}
