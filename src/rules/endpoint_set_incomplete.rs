//! A VPC with endpoints for a part of what Systems Manager or ECS agents need. At most likely: what the
//! endpoints are meant for is a guess.

use crate::aws::fact::Fact;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;

use super::Context;
use super::shared::endpoint_sets::{self, ServiceSet, exists};

const SESSIONS: ServiceSet = ServiceSet {
    purpose: "sessions of Systems Manager",
    signs: &["ec2messages", "ssmmessages"],
    services: &["ssm", "ssmmessages"],
};

const AGENTS: ServiceSet = ServiceSet {
    purpose: "agents of ECS instances",
    signs: &["ecs-agent", "ecs-telemetry"],
    services: &["ecs", "ecs-agent", "ecs-telemetry"],
};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.ids();
    let findings = vpcs.flat_map(|vpc| {
        let sessions = (!is_for_tasks(cx, vpc)).then_some(&SESSIONS);
        let sets = sessions.into_iter().chain([&AGENTS]);
        sets.filter_map(move |set| endpoint_sets::finding(cx, vpc, set))
    });
    findings.collect()
}

/// Whether `ssmmessages` by itself may be meant for commands in tasks, which need no more (ECS guide
/// "Monitor Amazon ECS containers with ECS Exec").
fn is_for_tasks(cx: &Context, vpc: Id<Vpc>) -> bool {
    let workloads = cx
        .network
        .workloads_near(&Fact::Known(vpc))
        .map(|(_, workload)| workload);
    let mut tasks = workloads.filter(|workload| {
        let address = workload.origin.address.as_ref();
        address.is_some_and(|address| address.kind.starts_with("aws_ecs_"))
    });
    !exists(cx.network, vpc, "ec2messages")
        && tasks.any(|workload| !workload.vpc.is(&vpc).is_false())
}
