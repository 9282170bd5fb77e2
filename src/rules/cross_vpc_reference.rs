//! What is used in a VPC that it does not belong to.

use crate::finding::Finding;

use super::Context;
use super::shared::vpc_references::{self, VpcReference};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let all = vpc_references::vpc_references(cx);
    let across = all.iter().filter(|joined| joined.is_across(cx.network));
    for found in across.filter_map(|joined| finding(cx, joined)) {
        let same = |other: &Finding| {
            other.subject == found.subject && other.discriminators == found.discriminators
        };
        if !findings.iter().any(same) {
            findings.push(found);
        }
    }
    findings
}

fn finding(cx: &Context, joined: &VpcReference) -> Option<Finding> {
    let subject = joined.declaration.address.as_ref()?;
    let (one, other) = (&joined.one, &joined.other);
    let names = [one.origin.name(), other.origin.name()];
    let vpcs = [one.vpc(cx.network)?, other.vpc(cx.network)?];
    let is_user = one.origin.address.as_ref() == Some(subject);
    let message = if is_user {
        format!(
            "`{subject}` of `{}` uses `{}`, which belongs to `{}`",
            vpcs[0], names[1], vpcs[1]
        )
    } else {
        format!(
            "`{subject}` joins `{}` of `{}` with `{}` of `{}`",
            names[0], vpcs[0], names[1], vpcs[1]
        )
    };
    let message = format!("{message}{}", joined.evidence.depends_on());
    let finding = cx.finding(subject, joined.evidence.confidence()?, message);
    let finding = finding.at(joined.declaration.span).about(&*names[1]);
    let says = |vpc: &str| format!("this belongs to `{vpc}`");
    let finding = finding.involves(other.origin, says(&vpcs[1]));
    let finding = if is_user {
        finding
    } else {
        finding
            .about(&*names[0])
            .involves(one.origin, says(&vpcs[0]))
    };
    Some(finding.help("use one of the same VPC"))
}
