//! Numbers of network ACL entries that AWS refuses: used twice in one direction, or out of range. Not
//! certain where an entry may not exist.

use crate::aws::fact::Fact;
use crate::aws::network_acl::AclEntry;
use crate::aws::origin::Spelling;
use crate::finding::Finding;

use super::Context;
use super::shared::acl_entries::{self, NUMBERS, WrittenEntry, free_number};
use super::shared::conflicts::{Clash, clashes};
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut findings = acl_entries::findings(cx, |written| out_of_range(cx, written));
    for mut list in acl_entries::lists(cx) {
        let taken = clashes(&mut list, same_number);
        findings.extend(taken.iter().filter_map(|clash| is_taken(cx, clash)));
    }
    findings
}

fn out_of_range(cx: &Context, written: &WrittenEntry) -> Option<Finding> {
    let number = written.entry.number.known()?;
    if NUMBERS.contains(number) {
        return None;
    }
    let evidence = Evidence::new().about(&written.presence);
    let message = format!(
        "{} has number {number}, but numbers go from {} to {}{}",
        written.name(),
        NUMBERS.start(),
        NUMBERS.end(),
        evidence.depends_on()
    );
    let argument = number_argument(written);
    let finding = written.finding(cx, evidence.confidence()?, message, argument)?;
    Some(finding.about("range").help_inside(help(cx, written)))
}

/// The evidence that AWS refuses the later of two entries of one list.
fn same_number(earlier: &WrittenEntry, later: &WrittenEntry) -> Evidence {
    let numbers = (earlier.entry.number.known(), later.entry.number.known());
    let same = matches!(numbers, (Some(left), Some(right)) if left == right);
    let evidence = Evidence::new().needs(&Fact::Known(same));
    if evidence.confidence().is_none() {
        return evidence;
    }
    evidence
        .about(&earlier.presence)
        .about(&later.presence)
        .excludes(are_one(earlier.entry, later.entry))
}

/// Whether two entries are one in AWS: alternatives of one resource, or equal blocks, which the provider
/// keeps as a set.
fn are_one(left: &AclEntry, right: &AclEntry) -> Fact<bool> {
    let standalone = [left, right].map(|entry| entry.declaration.spelling == Spelling::Standalone);
    match standalone {
        [true, true] => Fact::Known(left.declaration == right.declaration),
        [false, false] => {
            let same_words = left.action == right.action && left.traffic == right.traffic;
            let same = same_words && left.cidr == right.cidr;
            let unknown_cidr = [&left.cidr, &right.cidr].into_iter().find_map(Fact::cause);
            let unknown = unknown_cidr
                .or(left.action.cause())
                .or(left.traffic.causes.first());
            match unknown {
                Some(cause) => Fact::Unknown(cause.clone()),
                None => Fact::Known(same),
            }
        }
        _ => Fact::Known(false),
    }
}

fn is_taken(cx: &Context, clash: &Clash<WrittenEntry>) -> Option<Finding> {
    let (later, earlier) = (clash.later, clash.earlier.first()?);
    let number = later.entry.number.known()?;
    let message = format!(
        "{} has a number that {} has too: {number} in the {} list of `{}`{}",
        later.name(),
        earlier.name(),
        later.list(),
        cx.network.network_acls[later.network_acl].origin.name(),
        clash.evidence.depends_on()
    );
    let argument = number_argument(later);
    let finding = later.finding(cx, clash.confidence, message, argument)?;
    let finding = clash.labelled(finding, |_| format!("this entry has number {number} too"));
    Some(finding.help_inside(help(cx, later)))
}

fn number_argument(written: &WrittenEntry) -> &'static str {
    match written.entry.declaration.spelling {
        Spelling::Standalone => "rule_number",
        _ => "rule_no",
    }
}

fn help(cx: &Context, written: &WrittenEntry) -> String {
    let acl = &cx.network.network_acls[written.network_acl];
    let number = free_number(acl, written.direction);
    format!(
        "the lowest number that matches decides; a free one is\n{} = {number}",
        number_argument(written)
    )
}
