//! Network ACLs with entries in blocks and entries that are resources, which overwrite each other. Not
//! certain where one of them may not exist.

use crate::aws::network_acl::NetworkAcl;
use crate::aws::security_group::Direction;
use crate::finding::Finding;

use super::Context;
use super::shared::mixed::InlineArgument;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let acls = cx.network.network_acls.iter();
    let findings = acls.flat_map(|(_, acl)| {
        let directions = [Direction::Ingress, Direction::Egress];
        directions.map(|direction| finding(cx, acl, direction))
    });
    findings.flatten().collect()
}

fn finding(cx: &Context, acl: &NetworkAcl, direction: Direction) -> Option<Finding> {
    let (name, is_set) = match direction {
        Direction::Ingress => ("ingress", acl.sets_inline_ingress),
        Direction::Egress => ("egress", acl.sets_inline_egress),
    };
    let argument = InlineArgument {
        owner: &acl.origin,
        name,
        // `aws_default_network_acl` deletes entries even where it leaves out the argument (AWS provider,
        // "Resource: aws_default_network_acl").
        takes_all: is_set || acl.origin.is_adopted(),
    };
    argument.mixed(cx, acl.entries(direction), |entry| Some(&entry.declaration))
}
