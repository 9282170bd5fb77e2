//! A VPC whose DNS attributes are off while an endpoint in it asks for private DNS, which AWS refuses. Not
//! certain where the endpoint's private DNS is not known.

use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;

use super::Context;
use super::shared::evidence::{Surest, surest};
use super::shared::interface_endpoints::{self, InterfaceEndpoint};
use super::shared::phrases;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let vpcs = cx.network.vpcs.iter();
    vpcs.filter_map(|(id, vpc)| finding(cx, id, vpc)).collect()
}

fn finding(cx: &Context, id: Id<Vpc>, vpc: &Vpc) -> Option<Finding> {
    let off = attributes_that_are_off(vpc);
    let (first, subject) = (*off.first()?, vpc.origin.address.as_ref()?);
    let of_vpc = interface_endpoints::managed(cx)
        .filter(|endpoint| endpoint.vpc_endpoint.vpc.is(&id).is_true());
    let with_evidence = of_vpc.map(|endpoint| {
        let evidence = endpoint.with_private_dns().about(&vpc.origin.presence);
        (endpoint, evidence.relies_on(&vpc.origin, first))
    });
    let concerned = surest(with_evidence)?;
    let message = message(subject, &off, &concerned);
    let finding = cx.finding(subject, concerned.confidence, message);
    let finding = finding.at(cx.place(&vpc.origin, first)).help(help(&off));
    Some(concerned.things.iter().fold(finding, |finding, endpoint| {
        finding.involves(endpoint.origin(), "this endpoint has private DNS")
    }))
}

/// The arguments that keep names from being resolved, in the order of their names.
fn attributes_that_are_off(vpc: &Vpc) -> Vec<&'static str> {
    let attributes = [
        ("enable_dns_hostnames", &vpc.dns_hostnames),
        ("enable_dns_support", &vpc.dns_support),
    ];
    let off = attributes.into_iter().filter(|(_, is_on)| is_on.is_false());
    off.map(|(name, _)| name).collect()
}

fn message(subject: &impl ToString, off: &[&str], concerned: &Surest<InterfaceEndpoint>) -> String {
    let names: Vec<_> = concerned
        .things
        .iter()
        .map(InterfaceEndpoint::origin)
        .collect();
    let verb = if off.len() > 1 { "are" } else { "is" };
    format!(
        "`{}` of `{}` {verb} off, so AWS refuses private DNS for {}{}",
        off.join("` and `"),
        subject.to_string(),
        phrases::names(&names, "endpoints"),
        concerned.evidence.depends_on()
    )
}

fn help(off: &[&str]) -> String {
    let width = off.iter().map(|name| name.len()).max().unwrap_or_default();
    let lines: Vec<_> = off
        .iter()
        .map(|name| format!("{name:width$} = true"))
        .collect();
    lines.join("\n")
}
