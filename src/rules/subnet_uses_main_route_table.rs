//! Subnets without a route table of their own, in VPCs where other subnets have one and nothing manages
//! the main table. Not certain where the subnet or the VPC is exported, as another configuration may
//! associate a table.

use std::collections::BTreeMap;

use crate::aws::members::Members;
use crate::aws::origin::Spelling;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::terraform::address::Address;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.ids();
    let of_vpcs = vpcs.filter_map(|vpc| Some((vpc, associated(cx, vpc)?)));
    let neighbours: BTreeMap<Id<Vpc>, &Subnet> = of_vpcs.collect();
    let subnets = cx.network.subnets.iter();
    let managed = subnets.filter(|(_, subnet)| !subnet.origin.is_external());
    managed
        .filter_map(|(_, subnet)| {
            let vpc = *subnet.vpc.known()?;
            finding(cx, subnet, vpc, neighbours.get(&vpc)?)
        })
        .collect()
}

fn finding(cx: &Context, subnet: &Subnet, vpc: Id<Vpc>, neighbour: &Subnet) -> Option<Finding> {
    let subject = subnet.origin.address.as_ref()?;
    let vpc = &cx.network.vpcs[vpc];
    if !subnet.route_table_associations.is_empty().is_true() || is_main_managed(cx, vpc) {
        return None;
    }
    let evidence = Evidence::new()
        .about(&subnet.origin.presence)
        .missing_at(&subnet.origin)
        .missing_at(&vpc.origin);
    let message = format!(
        "`{subject}` has no route table of its own and uses the main one of `{}`, which this \
         configuration does not manage{}",
        vpc.origin.name(),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(subnet.origin.span);
    let finding = finding.involves(&neighbour.origin, "this subnet has a table of its own");
    Some(finding.help(help(cx, subject, subnet)))
}

/// A subnet of a VPC that is certainly associated with a table.
fn associated<'a>(cx: &Context<'a>, vpc: Id<Vpc>) -> Option<&'a Subnet> {
    let subnets: Members<Id<Subnet>> = cx.network.subnets_of(vpc);
    let subnets = subnets.certain().map(|id| &cx.network.subnets[*id]);
    let mut associated =
        subnets.filter(|subnet| subnet.route_table_associations.is_empty().is_false());
    associated.next()
}

/// Whether a resource may manage the main table: it is adopted, replaced, not known, or gets a route.
fn is_main_managed(cx: &Context, vpc: &Vpc) -> bool {
    let main = vpc.main_route_table.known();
    let implicit = main.is_some_and(|table| {
        let table = &cx.network.route_tables[*table];
        let written = table
            .routes
            .iter()
            .any(|route| route.value.declaration.spelling == Spelling::Standalone);
        table.origin.is_implicit() && !written
    });
    !implicit
}

/// An association, and the table for it unless one of that name is there.
fn help(cx: &Context, subject: &Address, subnet: &Subnet) -> String {
    let (name, scope) = (&subject.name, cx.scope_of(subject));
    let advice = "give it a table of its own, so that changes of the main one do not reach it";
    let vpc = subnet.vpc.known().map(|vpc| &cx.network.vpcs[*vpc].origin);
    let vpc_id = if subject.module == scope {
        phrases::attribute_of(cx, subject, "vpc_id", &scope)
    } else {
        vpc.and_then(|vpc| phrases::id(cx, vpc, &scope))
    };
    let subnet_id = phrases::attribute_of(cx, subject, "id", &scope);
    let (Some(vpc_id), Some(subnet_id)) = (vpc_id, subnet_id) else {
        return advice.to_owned();
    };
    let mut resources = cx.resource_set.resources.iter();
    let has_table = resources.any(|resource| {
        let address = &resource.address;
        let is_named_so = (&*address.kind, &address.name) == ("aws_route_table", name);
        is_named_so && address.module == scope
    });
    let table = if has_table {
        String::new()
    } else {
        format!("resource \"aws_route_table\" \"{name}\" {{\n  vpc_id = {vpc_id}\n}}\n")
    };
    format!(
        "{advice}:\n\
         {table}resource \"aws_route_table_association\" \"{name}\" {{\n  \
           subnet_id      = {subnet_id}\n  \
           route_table_id = aws_route_table.{name}.id\n\
         }}"
    )
}
