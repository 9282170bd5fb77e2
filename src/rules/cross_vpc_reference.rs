//! An object that is used in a VPC to which it does not belong, which AWS refuses. Not certain where the
//! line or one of the objects may not exist.

use crate::finding::Finding;

use super::Context;
use super::shared::vpc_references::{self, VpcReference};

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let references = vpc_references::vpc_references(cx);
    let across = references
        .iter()
        .filter(|reference| reference.is_across(cx.network));
    for found in across.filter_map(|reference| finding(cx, reference)) {
        // An object that may be one of several makes the same finding several times.
        let is_same = |earlier: &Finding| {
            earlier.subject == found.subject && earlier.discriminators == found.discriminators
        };
        if !findings.iter().any(is_same) {
            findings.push(found);
        }
    }
    findings
}

fn finding(cx: &Context, reference: &VpcReference) -> Option<Finding> {
    let subject = reference.declaration.address.as_ref()?;
    let (first, second) = (&reference.first, &reference.second);
    let names = [first.origin.name(), second.origin.name()];
    let vpcs = [first.vpc(cx.network)?, second.vpc(cx.network)?];
    let is_user = first.origin.address.as_ref() == Some(subject);
    let used_or_joined = if is_user {
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
    let message = format!("{used_or_joined}{}", reference.evidence.depends_on());
    let finding = cx.finding(subject, reference.evidence.confidence()?, message);
    let finding = finding.at(reference.declaration.span).about(&*names[1]);
    let says = |vpc: &str| format!("this belongs to `{vpc}`");
    let finding = finding.involves(second.origin, says(&vpcs[1]));
    let finding = if is_user {
        finding
    } else {
        finding
            .about(&*names[0])
            .involves(first.origin, says(&vpcs[0]))
    };
    Some(finding.help("use one of the same VPC"))
}
