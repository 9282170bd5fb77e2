//! Availability Zones of subnets.

use super::*;

const SUBNETS: &str = r#"
variable "region" {}

variable "zones" { type = list(string) }

data "aws_availability_zones" "a" { exclude_zone_ids = var.zones }

data "aws_availability_zone" "by_id" {
  for_each = { left = "use1-az2", middle = "use1-az4", right = "use1-az2" }
  zone_id  = each.value
}

resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
"#;

/// Whether two subnets with these zones lie in one.
fn same_zone(first: &str, second: &str) -> Fact<bool> {
    let subnet = |name: &str, zone: &str| {
        format!("resource \"aws_subnet\" \"{name}\" {{\n  vpc_id = aws_vpc.main.id\n  {zone}\n}}\n")
    };
    let network = network(&format!(
        "{SUBNETS}{}{}",
        subnet("x", first),
        subnet("y", second)
    ));
    let id = |name| find(&network.subnets, |object| &object.origin, name);
    network.same_zone(id("aws_subnet.x"), id("aws_subnet.y"))
}

#[test]
fn zones_with_known_names_are_one_or_not() {
    let (a, b) = (
        "availability_zone = \"us-east-1a\"",
        "availability_zone = \"us-east-1b\"",
    );
    assert_eq!(same_zone(a, a), Fact::Known(true));
    assert_eq!(same_zone(a, b), Fact::Known(false));
    assert!(
        same_zone(a, "availability_zone_id = \"use1-az1\"")
            .cause()
            .is_some()
    );
    assert!(same_zone(a, "").cause().is_some(), "AWS chooses");
}

#[test]
fn zones_of_one_unknown_region_are_told_apart_by_their_letter() {
    let (a, b) = (
        "availability_zone = \"${var.region}a\"",
        "availability_zone = \"${var.region}b\"",
    );
    assert_eq!(same_zone(a, a), Fact::Known(true));
    assert_eq!(same_zone(a, b), Fact::Known(false));
}

#[test]
fn places_in_the_list_of_an_account_are_zones_of_their_own() {
    let zone = |n: u8| format!("availability_zone = data.aws_availability_zones.a.names[{n}]");
    assert_eq!(same_zone(&zone(0), &zone(0)), Fact::Known(true));
    assert_eq!(same_zone(&zone(0), &zone(1)), Fact::Known(false));
}

#[test]
fn places_in_a_list_of_the_users_may_be_one_zone() {
    let (first, second) = (
        "availability_zone = var.zones[0]",
        "availability_zone = var.zones[1]",
    );
    assert_eq!(same_zone(first, first), Fact::Known(true));
    assert!(same_zone(first, second).cause().is_some());
}

#[test]
fn a_zone_that_is_read_by_its_id_is_the_zone_of_that_id() {
    let zone =
        |key: &str| format!("availability_zone = data.aws_availability_zone.by_id[\"{key}\"].name");
    assert_eq!(same_zone(&zone("left"), &zone("right")), Fact::Known(true));
    assert_eq!(
        same_zone(&zone("left"), &zone("middle")),
        Fact::Known(false)
    );
    let by_id = "availability_zone_id = \"use1-az2\"";
    assert_eq!(same_zone(&zone("left"), by_id), Fact::Known(true));
    let named = "availability_zone = \"us-east-1a\"";
    assert!(same_zone(&zone("left"), named).cause().is_some());
}
