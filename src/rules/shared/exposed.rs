//! Security groups that let the whole internet in.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::aws::address_set::Family;
use crate::aws::fact::Fact;
use crate::aws::interval_set::Range;
use crate::aws::security_group::SecurityGroup;
use crate::aws::traffic::{PortSet, Protocol, Traffic};
use crate::finding::Finding;
use crate::reachability::display;
use crate::reachability::exposure::{self, Exposure, Opening};
use crate::terraform::address::Address;

use super::evidence::Evidence;
use super::phrases;
use super::placed::Placed;
use crate::rules::Context;

/// One finding for each group that lets the internet in on traffic that `wanted` picks, at the rule that
/// opens most of it.
pub(in crate::rules) fn findings(
    cx: &Context,
    wanted: impl Fn(&Traffic) -> Traffic,
) -> Vec<Finding> {
    let groups = cx.network.security_groups.iter();
    let findings = groups.filter_map(|(id, group)| {
        let exposure = exposure::of_group(cx.network, id);
        finding(cx, group, &exposure, &wanted)
    });
    // A rule whose group is one of several belongs to each of them in the network.
    let mut seen = BTreeSet::new();
    findings
        .filter(|finding| seen.insert(finding.subject.clone()))
        .collect()
}

/// The protocols that are open on every port, as traffic; empty if there are none. Port 0 does not count:
/// no packet is sent to it.
pub(in crate::rules) fn whole_protocols(open: &Traffic) -> Traffic {
    if *open == Traffic::everything() {
        return open.clone();
    }
    let ports = PortSet::of(Range {
        first: 1,
        last: u16::MAX,
    });
    let whole = [Protocol::TCP, Protocol::UDP].into_iter();
    whole
        .map(|protocol| Traffic::ports(protocol, &ports))
        .filter(|protocol| open.is_superset(protocol))
        .fold(Traffic::empty(), |open, protocol| open.union(&protocol))
}

fn finding(
    cx: &Context,
    group: &SecurityGroup,
    exposure: &Exposure,
    wanted: impl Fn(&Traffic) -> Traffic,
) -> Option<Finding> {
    // What is certainly open comes first; only where nothing is, what may be open makes a possible finding.
    let certain = wanted(&exposure.open.certain);
    let (open, is_certain) = if certain.is_empty() {
        let cause = exposure.open.causes.first()?;
        (
            wanted(&exposure.open.possible),
            Fact::Unknown(cause.clone()),
        )
    } else {
        (certain, Fact::Known(true))
    };
    let openings: Vec<_> = exposure
        .openings
        .iter()
        .filter(|opening| opening.packets.traffic().intersects(&open))
        .filter(|opening| opening.doubt.is_none() || !is_certain.is_true())
        .collect();
    let worst = openings
        .iter()
        .max_by_key(|opening| weight(opening, &open))?;
    let subject = worst.rule.value.declaration.address.as_ref()?;
    let evidence = Evidence::new()
        .about(&group.origin.presence)
        .needs(&is_certain);
    let message = format!(
        "`{subject}` lets the whole internet {} on {}{}",
        into(group, subject),
        ports(&open),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding
        .at(worst.rule.value.declaration.span)
        .help_inside(help(cx, group, worst, subject));
    let labelled = openings
        .iter()
        .filter(|opening| !std::ptr::eq(**opening, *worst));
    Some(labelled.fold(finding, |finding, opening| label(finding, opening, &open)))
}

/// How much of some traffic a rule opens: on how many ports, from how many addresses; among equals, the
/// first address wins.
fn weight(opening: &Opening, open: &Traffic) -> (usize, u64, u128, Reverse<Option<Address>>) {
    let opened = opening.packets.traffic().intersection(open);
    let port_counts = opened.protocols().into_iter().map(|protocol| {
        let ports = opened.ports_of(protocol);
        let count = |range: &Range<u16>| usize::from(range.last - range.first) + 1;
        ports.ranges().iter().map(count).sum::<usize>()
    });
    let addresses = opening.packets.addresses();
    let address = opening.rule.value.declaration.address.clone();
    (
        port_counts.sum(),
        addresses.count_v4(),
        addresses.count_v6(),
        Reverse(address),
    )
}

/// `in`, or `into` and the group if the rule is a resource of its own.
fn into(group: &SecurityGroup, subject: &Address) -> String {
    if group.origin.address.as_ref() == Some(subject) {
        "in".to_owned()
    } else {
        format!("into `{}`", group.origin.name())
    }
}

/// The open ports in words: `every port of tcp`, `tcp 22`.
fn ports(open: &Traffic) -> String {
    let whole = whole_protocols(open);
    let names = || {
        whole
            .protocols()
            .into_iter()
            .map(|protocol| protocol.to_string())
    };
    match whole.protocols().len() {
        0 => display::traffic(open),
        1 | 2 => format!(
            "every port of {}",
            names().collect::<Vec<_>>().join(" and ")
        ),
        _ => "every port".to_owned(),
    }
}

/// A rule that opens a part, as a label of the finding.
fn label(finding: Finding, opening: &Opening, open: &Traffic) -> Finding {
    let declaration = &opening.rule.value.declaration;
    let opened = opening.packets.traffic().intersection(open);
    let says = format!("this lets the internet in on {}", ports(&opened));
    finding.labels(declaration.label(says))
}

fn help(cx: &Context, group: &SecurityGroup, worst: &Opening, subject: &Address) -> String {
    let is_ipv6 = worst.rule.value.family == Some(Family::V6);
    let (family, list, single) = if is_ipv6 {
        (Family::V6, "ipv6_cidr_blocks", "cidr_ipv6")
    } else {
        (Family::V4, "cidr_blocks", "cidr_ipv4")
    };
    let networks = phrases::cidr_of_vpc(cx, &group.vpc, family, &cx.scope_of(subject));
    let Some(networks) = networks else {
        return "name the networks that need it in place of the whole internet".to_owned();
    };
    let takes_one_cidr = &*subject.kind == "aws_vpc_security_group_ingress_rule";
    let argument = if takes_one_cidr {
        format!("{single} = {networks}")
    } else {
        format!("{list} = [{networks}]")
    };
    format!("name the networks that need it, such as the VPC:\n{argument}")
}
