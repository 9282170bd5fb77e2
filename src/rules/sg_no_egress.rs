//! Client workloads whose security groups have no egress rule at all. Not certain where a group is
//! exported, as another configuration may add a rule.

use crate::aws::fact::Fact;
use crate::aws::security_group::SecurityGroup;
use crate::aws::table::Id;
use crate::aws::workload::Workload;
use crate::finding::Finding;
use crate::reachability::subnet_type;

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::held_groups;
use super::shared::phrases;
use super::shared::workloads::{self, AffectedWorkloads};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let workloads = cx.network.workloads.iter().map(|(_, workload)| workload);
    let clients = workloads.filter(|workload| workload.is_client());
    let mute = clients.filter(|client| held_groups::let_nothing_out(cx, &client.security_groups));
    let weighed = mute.map(|client| {
        let groups = held_groups::known(&client.security_groups);
        let evidence = evidence(cx, client, &groups);
        (groups, client, evidence)
    });
    let by_cause = workloads::by_cause(weighed);
    by_cause
        .iter()
        .filter_map(|(groups, affected)| finding(cx, groups, affected))
        .collect()
}

fn evidence(cx: &Context, client: &Workload, groups: &[Id<SecurityGroup>]) -> Evidence {
    let subnets = &client.subnets;
    let has_somewhere_to_go = subnets.any(|subnet| match subnet.to.known() {
        Some(subnet) => subnet_type::has_somewhere_to_go(cx.network, *subnet),
        None => Fact::unknown("the subnet is not known"),
    });
    let evidence = Evidence::new()
        .about(&client.origin.presence)
        .needs(&has_somewhere_to_go);
    groups.iter().fold(evidence, |evidence, group| {
        evidence.incomplete(&cx.network.security_groups[*group].origin)
    })
}

fn finding(
    cx: &Context,
    groups: &[Id<SecurityGroup>],
    affected: &AffectedWorkloads,
) -> Option<Finding> {
    let subject = affected.subject()?;
    let message = format!(
        "`{subject}` can open no connection: {} no egress rule{}",
        have(cx, groups),
        affected.evidence.depends_on()
    );
    let finding = cx
        .finding(subject, affected.confidence, message)
        .at(affected.first.origin.span)
        .help(help(cx, groups, affected));
    let finding = groups.iter().fold(finding, |finding, group| {
        finding.involves(
            &cx.network.security_groups[*group].origin,
            "Terraform takes away the egress rule that AWS gives a new group",
        )
    });
    Some(affected.labelled(finding))
}

fn have(cx: &Context, groups: &[Id<SecurityGroup>]) -> String {
    let name = |group: &Id<SecurityGroup>| {
        let origin = &cx.network.security_groups[*group].origin;
        format!("`{}`", origin.name())
    };
    match groups {
        [group] => format!("{} has", name(group)),
        [first, second] => format!("{} and {} have", name(first), name(second)),
        _ => format!("its {} security groups have", groups.len()),
    }
}

fn help(cx: &Context, groups: &[Id<SecurityGroup>], affected: &AffectedWorkloads) -> String {
    let scope = affected.subject().map(|subject| cx.scope_of(subject));
    let id = groups.first().zip(scope).and_then(|(group, scope)| {
        let origin = &cx.network.security_groups[*group].origin;
        phrases::id(cx, origin, &scope)
    });
    let Some(group) = id else {
        return "give one of its security groups a rule for egress".to_owned();
    };
    format!(
        "say what it may reach:\n\
         resource \"aws_vpc_security_group_egress_rule\" \"https\" {{\n  \
           security_group_id = {group}\n  \
           ip_protocol       = \"tcp\"\n  \
           from_port         = 443\n  \
           to_port           = 443\n  \
           cidr_ipv4         = \"0.0.0.0/0\"\n\
         }}"
    )
}
