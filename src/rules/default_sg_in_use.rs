//! A workload or endpoint that runs with the default security group of its VPC. Not certain where the
//! groups that it has are not known.

use crate::aws::fact::Fact;
use crate::aws::members::Presence;
use crate::aws::origin::{Attachment, Origin, Spelling};
use crate::aws::security_group::SecurityGroup;
use crate::finding::Finding;
use crate::reachability::filtering::security_group::Groups;
use crate::source::Span;

use super::Context;
use super::shared::evidence::{self, Evidence};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let workloads = cx.network.workloads.iter();
    let workloads = workloads.map(|(_, workload)| (&workload.origin, &workload.security_groups));
    let endpoints = cx.network.vpc_endpoints.iter();
    let endpoints = endpoints.map(|(_, endpoint)| (&endpoint.origin, &endpoint.security_groups));
    // An endpoint that names no group is the finding of `interface_endpoint_default_sg`.
    let with_named_groups = endpoints.filter(|(_, groups)| {
        let mut groups = groups.iter();
        groups.any(|group| group.value.declaration.spelling != Spelling::Implicit)
    });
    let holders = workloads.chain(with_named_groups);
    holders
        .filter_map(|(holder, groups)| finding(cx, holder, groups))
        .collect()
}

fn finding(cx: &Context, holder: &Origin, groups: &Groups) -> Option<Finding> {
    let subject = holder.address.as_ref()?;
    let evidence = |member: &Attachment<SecurityGroup>, presence| {
        Evidence::new()
            .about(&holder.presence)
            .about(presence)
            .needs(&is_default(cx, member))
    };
    // Where the groups are not known, nothing points at the default group.
    let defaults = groups
        .iter()
        .filter(|group| match group.value.declaration.spelling {
            Spelling::Implicit => group.presence == Presence::Certain,
            Spelling::Inline | Spelling::Standalone => group.value.to.options().is_some(),
        });
    let surest = evidence::surest(
        defaults.map(|group| (&group.value, evidence(&group.value, &group.presence))),
    )?;
    let group = surest.things.first()?;
    let message = format!(
        "`{subject}` runs with the default security group{}{}",
        of_vpc(cx, group),
        surest.evidence.depends_on()
    );
    let finding = cx
        .finding(subject, surest.confidence, message)
        .at(place(holder, group))
        .help("give it a security group of its own, with the rules that it needs");
    Some(labelled(cx, finding, group))
}

fn is_default(cx: &Context, group: &Attachment<SecurityGroup>) -> Fact<bool> {
    match (&group.to, group.declaration.spelling) {
        (Fact::Unknown(_), Spelling::Implicit) => Fact::Known(true),
        (to, _) => to.holds(|id| cx.network.security_groups[*id].is_default),
    }
}

fn place(holder: &Origin, group: &Attachment<SecurityGroup>) -> Option<Span> {
    match group.declaration.spelling {
        Spelling::Implicit => holder.span,
        Spelling::Inline | Spelling::Standalone => group.declaration.span.or(holder.span),
    }
}

/// ` of ` and the VPC, if it is known.
fn of_vpc(cx: &Context, group: &Attachment<SecurityGroup>) -> String {
    let name = group.to.known().and_then(|id| {
        let vpc = &cx.network.security_groups[*id].vpc;
        vpc.known().map(|vpc| cx.network.vpcs[*vpc].origin.name())
    });
    name.map_or(String::new(), |name| format!(" of `{name}`"))
}

fn labelled(cx: &Context, finding: Finding, group: &Attachment<SecurityGroup>) -> Finding {
    let known = group.to.known();
    let Some(origin) = known.map(|id| &cx.network.security_groups[*id].origin) else {
        return finding;
    };
    if origin.is_adopted() {
        finding.involves(origin, "this group")
    } else {
        finding
    }
}
