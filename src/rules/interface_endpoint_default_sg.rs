//! An interface endpoint without a security group of its own: the default group of its VPC admits its
//! members only. Not certain where the endpoint or its VPC is exported, as another configuration may give
//! it a group.

use crate::aws::address_set::{AddressSet, Family};
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
    let endpoints = interface_endpoints::managed(cx);
    let with_default = endpoints.filter_map(|endpoint| {
        let group = default_group(&endpoint)?;
        strangers(cx, &endpoint, group)?;
        Some((endpoint, evidence(cx, &endpoint, group)))
    });
    let instances = interface_endpoints::instances(with_default);
    instances
        .iter()
        .map(|instances| finding(cx, instances))
        .collect()
}

fn finding(cx: &Context, instances: &Instances) -> Finding {
    let endpoint = &instances.first;
    let message = format!(
        "{} has no security group of its own, so it takes the default group of {}, which admits its own \
         members only{}",
        instances.name(),
        phrases::vpc_of(cx, &endpoint.vpc_endpoint.vpc),
        instances.evidence.depends_on()
    );
    let finding = instances.finding(cx, message);
    let finding = finding.at(cx.place(endpoint.origin(), "security_group_ids"));
    labelled(cx, endpoint, finding).help(help(cx, endpoint))
}

/// The default group and the clients that it does not admit as labels.
fn labelled(cx: &Context, endpoint: &InterfaceEndpoint, finding: Finding) -> Finding {
    let Some(group) = default_group(endpoint) else {
        return finding;
    };
    let origin = &cx.network.security_groups[group].origin;
    let finding = if origin.is_implicit() || origin.is_external() {
        finding
    } else {
        finding.involves(origin, "this is the default group")
    };
    let strangers = strangers(cx, endpoint, group).unwrap_or_default();
    strangers.iter().fold(finding, |finding, client| {
        finding.involves(&client.origin, "this client is not a member of it")
    })
}

/// The default group of its VPC, if that is all that it has.
fn default_group(endpoint: &InterfaceEndpoint) -> Option<Id<SecurityGroup>> {
    let is_all = takes_default_group(endpoint.vpc_endpoint).is_true();
    let default = endpoint.vpc_endpoint.security_groups.certain().next();
    default.filter(|_| is_all)?.to.known().copied()
}

/// The clients of the VPC that are not members of its default group; `None` if all clients are.
fn strangers<'a>(
    cx: &Context<'a>,
    endpoint: &InterfaceEndpoint,
    group: Id<SecurityGroup>,
) -> Option<Vec<&'a Workload>> {
    let workloads = cx
        .network
        .workloads_near(&endpoint.vpc_endpoint.vpc)
        .map(|(_, workload)| workload);
    let is_client_of_vpc = |client: &&Workload| {
        client.is_client()
            && cx
                .network
                .same_vpc(&client.vpc, &endpoint.vpc_endpoint.vpc)
                .is_true()
    };
    let clients: Vec<_> = workloads.filter(is_client_of_vpc).collect();
    let is_member = |client: &Workload| client.security_groups.any(|held| held.to.is(&group));
    let strangers: Vec<_> = clients
        .iter()
        .copied()
        .filter(|client| is_member(client).is_false())
        .collect();
    (clients.is_empty() || !strangers.is_empty()).then_some(strangers)
}

/// The evidence that the default group is all that the endpoint has, and that it admits its members only.
fn evidence(cx: &Context, endpoint: &InterfaceEndpoint, group: Id<SecurityGroup>) -> Evidence {
    let everywhere = AddressSet::everything();
    let origin = &cx.network.security_groups[group].origin;
    let by_address = admits(
        cx.network,
        endpoint.vpc_endpoint,
        FarEnd::Address,
        &everywhere,
    );
    // The rules of a group of this configuration are in sight. If they may admit clients, a message that
    // says "admits its own members only" would be wrong, so there is no finding.
    let is_open = match by_address {
        Fact::Known(_) => by_address,
        _ if origin.is_external() => by_address,
        _ => Fact::Known(true),
    };
    let evidence = endpoint
        .evidence()
        .excludes(is_open)
        .excludes(endpoint.vpc_endpoint.subnets.is_empty())
        .relies_on(origin, "ingress")
        .incomplete(endpoint.origin());
    missing_at_vpc(cx, &endpoint.vpc_endpoint.vpc, evidence)
}

fn help(cx: &Context, endpoint: &InterfaceEndpoint) -> String {
    let advice = "give it a group that admits its clients";
    let (vpc, scope) = (&endpoint.vpc_endpoint.vpc, cx.scope_of(endpoint.subject));
    let origin = vpc.known().map(|vpc| &cx.network.vpcs[*vpc].origin);
    let vpc_id = origin.and_then(|origin| phrases::id(cx, origin, &scope));
    let cidr = phrases::cidr_of_vpc(cx, vpc, Family::V4, &scope);
    let (Some(vpc_id), Some(cidr)) = (vpc_id, cidr) else {
        return format!("{advice} in `security_group_ids`");
    };
    let port = request(endpoint.vpc_endpoint).map_or(443, |request| request.port);
    format!(
        "{advice}: `security_group_ids = [aws_security_group.endpoints.id]` with\n\
         resource \"aws_security_group\" \"endpoints\" {{\n  \
           vpc_id = {vpc_id}\n\n  \
           ingress {{\n    \
             protocol    = \"tcp\"\n    \
             from_port   = {port}\n    \
             to_port     = {port}\n    \
             cidr_blocks = [{cidr}]\n  \
           }}\n\
         }}"
    )
}
