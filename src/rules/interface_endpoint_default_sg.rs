//! An interface endpoint that nobody gave a security group.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Fact;
use crate::aws::security_group::SecurityGroup;
use crate::aws::table::Id;
use crate::aws::workload::Workload;
use crate::finding::Finding;
use crate::reachability::filtering::security_group::FarEnd;
use crate::reachability::interface_endpoint::{admits, request, takes_default_group};

use super::Context;
use super::shared::evidence::Evidence;
use super::shared::interface_endpoints::{self, Instances, InterfaceEndpoint};
use super::shared::phrases;
use super::shared::subnets::missing_at_vpc;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let endpoints = interface_endpoints::all(cx);
    let with_default = endpoints.filter_map(|one| {
        let group = default_group(&one)?;
        strangers(cx, &one, group)?;
        Some((one, evidence(cx, &one, group)))
    });
    let instances = interface_endpoints::instances(with_default);
    instances.iter().map(|all| finding(cx, all)).collect()
}

fn finding(cx: &Context, all: &Instances) -> Finding {
    let one = &all.first;
    let message = format!(
        "{} has no security group of its own, so it takes the default group of {}, which admits its own \
         members only{}",
        all.name(),
        phrases::vpc_of(cx, &one.endpoint.vpc),
        all.evidence.depends_on()
    );
    let finding = all.finding(cx, message);
    let finding = finding.at(cx.place(one.origin(), "security_group_ids"));
    labelled(cx, one, finding).help(help(cx, one))
}

fn labelled(cx: &Context, one: &InterfaceEndpoint, finding: Finding) -> Finding {
    let Some(group) = default_group(one) else {
        return finding;
    };
    let origin = &cx.network.security_groups[group].origin;
    let finding = if origin.is_implicit() || origin.is_external() {
        finding
    } else {
        finding.involves(origin, "this is the default group")
    };
    let strangers = strangers(cx, one, group).unwrap_or_default();
    strangers.iter().fold(finding, |finding, client| {
        finding.involves(&client.origin, "this client is not a member of it")
    })
}

/// The default group of its VPC, if that is all that it has.
fn default_group(one: &InterfaceEndpoint) -> Option<Id<SecurityGroup>> {
    let is_all = takes_default_group(one.endpoint).is_true();
    let default = one.endpoint.security_groups.certain().next();
    default.filter(|_| is_all)?.to.known().copied()
}

/// The clients of the VPC that are not members of its default group; `None` if all clients are.
fn strangers<'a>(
    cx: &Context<'a>,
    one: &InterfaceEndpoint,
    group: Id<SecurityGroup>,
) -> Option<Vec<&'a Workload>> {
    let workloads = cx
        .network
        .workloads_near(&one.endpoint.vpc)
        .map(|(_, workload)| workload);
    let here = |client: &&Workload| {
        client.is_client()
            && cx
                .network
                .same_vpc(&client.vpc, &one.endpoint.vpc)
                .is_true()
    };
    let clients: Vec<_> = workloads.filter(here).collect();
    let is_member = |client: &Workload| client.security_groups.any(|own| own.to.is(&group));
    let strangers = clients.iter().copied();
    let strangers: Vec<_> = strangers
        .filter(|client| is_member(client).is_false())
        .collect();
    (clients.is_empty() || !strangers.is_empty()).then_some(strangers)
}

fn evidence(cx: &Context, one: &InterfaceEndpoint, group: Id<SecurityGroup>) -> Evidence {
    let everywhere = AddressSet::all();
    let admits = admits(cx.network, one.endpoint, FarEnd::Address, &everywhere);
    let origin = &cx.network.security_groups[group].origin;
    // What a group lets in that this configuration manages is not in doubt.
    let admits = match admits {
        Fact::Known(admits) => Fact::Known(admits),
        other if origin.is_external() => other,
        _ => Fact::Known(true),
    };
    let evidence = one
        .evidence()
        .excludes(admits)
        .excludes(one.endpoint.subnets.is_empty())
        .relies_on(origin, "ingress")
        .missing_at(one.origin());
    missing_at_vpc(cx, &one.endpoint.vpc, evidence)
}

fn help(cx: &Context, one: &InterfaceEndpoint) -> String {
    let advice = "give it a group that admits its clients";
    let vpc = one.endpoint.vpc.known();
    let vpc = vpc.map(|vpc| &cx.network.vpcs[*vpc].origin);
    let Some(vpc) = vpc.and_then(|vpc| phrases::reference(vpc, &one.subject.module)) else {
        return format!("{advice} in `security_group_ids`");
    };
    let port = request(one.endpoint).map_or(443, |request| request.port);
    format!(
        "{advice}: `security_group_ids = [aws_security_group.endpoints.id]` with\n\
         resource \"aws_security_group\" \"endpoints\" {{\n  \
           vpc_id = {vpc}.id\n\n  \
           ingress {{\n    \
             protocol    = \"tcp\"\n    \
             from_port   = {port}\n    \
             to_port     = {port}\n    \
             cidr_blocks = [{vpc}.cidr_block]\n  \
           }}\n\
         }}"
    )
}
