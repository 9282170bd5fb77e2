//! Workloads: where they are and what filters them.

use super::*;
use crate::aws::workload::{Role, SourcePorts, Workload};

const VPC: &str = r#"
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
resource "aws_security_group" "app" { vpc_id = aws_vpc.main.id }
"#;

fn with_vpc(text: &str) -> Network {
    network(&format!("{VPC}{text}"))
}

fn workload<'a>(network: &'a Network, name: &str) -> &'a Workload {
    let id = find(&network.workloads, |workload| &workload.origin, name);
    &network.workloads[id]
}

fn places(network: &Network, name: &str) -> (Vec<String>, Vec<String>) {
    let workload = workload(network, name);
    let subnets = in_words(&workload.subnets, |subnet| {
        linked(&network.subnets, |s| &s.origin, &subnet.to)
    });
    let groups = in_words(&workload.security_groups, |group| {
        linked(&network.security_groups, |g| &g.origin, &group.to)
    });
    (subnets, groups)
}

fn in_a_with(group: &str) -> (Vec<String>, Vec<String>) {
    (vec!["aws_subnet.a".into()], vec![group.into()])
}

#[test]
fn an_instance_without_group_has_the_default_one_and_the_address_of_its_subnet() {
    let network = with_vpc(
        r#"
resource "aws_instance" "bare" { subnet_id = aws_subnet.a.id }
resource "aws_instance" "private" {
  subnet_id                   = aws_subnet.a.id
  associate_public_ip_address = false
  vpc_security_group_ids      = [aws_security_group.app.id]
}
resource "aws_instance" "elastic" {
  subnet_id                   = aws_subnet.a.id
  associate_public_ip_address = false
}
resource "aws_eip" "elastic" { instance = aws_instance.elastic.id }
"#,
    );
    assert_eq!(
        places(&network, "aws_instance.bare"),
        in_a_with("aws_vpc.main")
    );
    assert!(
        workload(&network, "aws_instance.bare")
            .has_public_ip
            .is_true()
    );
    assert_eq!(
        places(&network, "aws_instance.private"),
        in_a_with("aws_security_group.app")
    );
    assert!(
        workload(&network, "aws_instance.private")
            .has_public_ip
            .is_false()
    );
    assert!(
        workload(&network, "aws_instance.elastic")
            .has_public_ip
            .is_true()
    );
    let vpc = &workload(&network, "aws_instance.bare").vpc;
    assert_eq!(
        linked(&network.vpcs, |vpc| &vpc.origin, vpc),
        "aws_vpc.main"
    );
}

#[test]
fn nested_blocks_say_where_a_workload_is() {
    let network = with_vpc(
        r#"
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::123456789012:role/f"
  vpc_config {
    subnet_ids         = [aws_subnet.a.id]
    security_group_ids = [aws_security_group.app.id]
  }
}
resource "aws_lambda_function" "outside" {
  function_name = "outside"
  role          = "arn:aws:iam::123456789012:role/f"
}
resource "aws_ecs_service" "s" {
  name = "s"
  network_configuration {
    subnets          = [aws_subnet.a.id]
    security_groups  = [aws_security_group.app.id]
    assign_public_ip = true
  }
}
"#,
    );
    let expected = in_a_with("aws_security_group.app");
    assert_eq!(places(&network, "aws_lambda_function.f"), expected);
    assert_eq!(places(&network, "aws_ecs_service.s"), expected);
    assert_eq!(
        network.workloads.len(),
        2,
        "a function without `vpc_config` is in no subnet"
    );
    let function = workload(&network, "aws_lambda_function.f");
    assert_eq!(
        (function.role, function.source_ports),
        (Role::Client, SourcePorts::EveryEphemeral)
    );
    assert!(function.has_public_ip.is_false());
    assert!(
        workload(&network, "aws_ecs_service.s")
            .has_public_ip
            .is_true()
    );
}

#[test]
fn a_subnet_group_is_found_by_reference_and_by_name() {
    let network = with_vpc(
        r#"
variable "env" {}
resource "aws_db_subnet_group" "db" {
  name       = "${var.env}-db"
  subnet_ids = [aws_subnet.a.id]
}
resource "aws_db_instance" "by_name" {
  instance_class         = "db.t4g.micro"
  db_subnet_group_name   = aws_db_subnet_group.db.name
  vpc_security_group_ids = [aws_security_group.app.id]
}
resource "aws_rds_cluster" "by_id" {
  engine                 = "aurora-mysql"
  db_subnet_group_name   = aws_db_subnet_group.db.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
"#,
    );
    let expected = in_a_with("aws_security_group.app");
    assert_eq!(places(&network, "aws_db_instance.by_name"), expected);
    assert_eq!(places(&network, "aws_rds_cluster.by_id"), expected);
    assert!(!workload(&network, "aws_rds_cluster.by_id").is_client());
}

#[test]
fn a_launch_template_gives_the_groups() {
    let network = with_vpc(
        r#"
resource "aws_launch_template" "app" {
  name                   = "app"
  vpc_security_group_ids = [aws_security_group.app.id]
}
resource "aws_autoscaling_group" "app" {
  min_size            = 1
  max_size            = 1
  vpc_zone_identifier = [aws_subnet.a.id]
  launch_template {
    id = aws_launch_template.app.id
  }
}
resource "aws_launch_configuration" "old" {
  image_id        = "ami-0123456789abcdef0"
  instance_type   = "t3.micro"
  security_groups = [aws_security_group.app.id]
}
resource "aws_autoscaling_group" "old" {
  min_size             = 1
  max_size             = 1
  vpc_zone_identifier  = [aws_subnet.a.id]
  launch_configuration = aws_launch_configuration.old.name
}
"#,
    );
    let expected = in_a_with("aws_security_group.app");
    assert_eq!(places(&network, "aws_autoscaling_group.app"), expected);
    assert_eq!(places(&network, "aws_autoscaling_group.old"), expected);
}

#[test]
fn names_of_groups_are_not_followed_and_an_applied_instance_has_them_by_id_too() {
    let groups = |arguments: &str| {
        let network = with_vpc(&format!(
            "resource \"aws_instance\" \"app\" {{\n\
               subnet_id = aws_subnet.a.id\n\
               vpc_security_group_ids = [aws_security_group.app.id]\n\
               {arguments}\n\
             }}"
        ));
        let groups = &workload(&network, "aws_instance.app").security_groups;
        (groups.iter().count(), groups.is_exact())
    };
    assert_eq!(groups(""), (1, true));
    assert_eq!(groups("security_groups = []"), (1, true));
    assert_eq!(groups("security_groups = [\"web\"]"), (1, false));
    assert_eq!(
        groups("security_groups = [\"web\"]\nid = \"i-1\""),
        (1, true)
    );
}

#[test]
fn an_instance_takes_after_its_network_interface() {
    let network = with_vpc(
        r#"
resource "aws_network_interface" "eni" {
  subnet_id       = aws_subnet.a.id
  security_groups = [aws_security_group.app.id]
}
resource "aws_instance" "app" {
  network_interface {
    network_interface_id = aws_network_interface.eni.id
    device_index         = 0
  }
}
resource "aws_security_group" "more" { vpc_id = aws_vpc.main.id }
resource "aws_network_interface_sg_attachment" "more" {
  network_interface_id = aws_network_interface.eni.id
  security_group_id    = aws_security_group.more.id
}
"#,
    );
    let (subnets, groups) = places(&network, "aws_instance.app");
    assert_eq!(subnets, ["aws_subnet.a"]);
    assert_eq!(
        groups,
        ["aws_security_group.app", "aws_security_group.more"]
    );
}

#[test]
fn nodes_have_the_group_that_eks_makes() {
    let network = with_vpc(
        r#"
resource "aws_eks_cluster" "c" {
  name     = "c"
  role_arn = "arn:aws:iam::123456789012:role/c"
  vpc_config {
    subnet_ids = [aws_subnet.a.id]
  }
}
resource "aws_eks_node_group" "n" {
  cluster_name  = aws_eks_cluster.c.name
  node_role_arn = "arn:aws:iam::123456789012:role/n"
  subnet_ids    = [aws_subnet.a.id]
  scaling_config {
    desired_size = 1
    max_size     = 1
    min_size     = 1
  }
}
resource "aws_security_group_rule" "in" {
  type              = "ingress"
  security_group_id = aws_eks_cluster.c.vpc_config[0].cluster_security_group_id
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  self              = true
}
"#,
    );
    let group = "aws_eks_cluster.c.vpc_config[0].cluster_security_group_id";
    assert_eq!(places(&network, "aws_eks_node_group.n"), in_a_with(group));
    let id = find(&network.security_groups, |g| &g.origin, group);
    // EKS's own rule for members of the group, and the one that is written here.
    assert_eq!(network.security_groups[id].ingress.certain().count(), 2);
}

#[test]
fn a_network_load_balancer_without_groups_has_none() {
    let network = with_vpc(
        r#"
resource "aws_lb" "network" {
  load_balancer_type = "network"
  subnets            = [aws_subnet.a.id]
}
resource "aws_lb" "application" {
  internal = true
  subnet_mapping {
    subnet_id = aws_subnet.a.id
  }
}
"#,
    );
    let (_, groups) = places(&network, "aws_lb.network");
    assert_eq!(groups, [] as [&str; 0]);
    assert!(workload(&network, "aws_lb.network").has_public_ip.is_true());
    assert_eq!(
        places(&network, "aws_lb.application"),
        in_a_with("aws_vpc.main")
    );
    assert!(
        workload(&network, "aws_lb.application")
            .has_public_ip
            .is_false()
    );
}

#[test]
fn unknown_groups_may_be_none_and_then_the_default_one() {
    let network = with_vpc(
        r#"
variable "groups" { type = list(string) }
resource "aws_instance" "app" {
  subnet_id              = aws_subnet.a.id
  vpc_security_group_ids = var.groups
}
"#,
    );
    let (_, groups) = places(&network, "aws_instance.app");
    let expected = [
        "aws_vpc.main (`var.groups` has no value)",
        "more (`var.groups` has no value)",
    ];
    assert_eq!(groups, expected);
}
