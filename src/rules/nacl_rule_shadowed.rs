//! Entries of network ACLs that never decide, because entries with lower numbers match all that they match.
//! Not certain where the entry may not exist.

use crate::aws::members::Member;
use crate::aws::network_acl::AclEntry;
use crate::finding::{Finding, Label, Severity};
use crate::reachability::filtering::network_acl;

use super::Context;
use super::shared::acl_entries::{self, WrittenEntry};
use super::shared::evidence::Evidence;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    acl_entries::findings(cx, |written| finding(cx, written))
}

fn finding(cx: &Context, written: &WrittenEntry) -> Option<Finding> {
    let acl = &cx.network.network_acls[written.network_acl];
    let shadowing = network_acl::shadowing(acl.entries(written.direction), written.entry)?;
    let differs = shadowing
        .iter()
        .any(|earlier| decides_otherwise(earlier, written));
    let evidence = Evidence::new().about(&written.presence);
    let effect = if differs {
        "never decides"
    } else {
        "adds nothing"
    };
    let message = format!(
        "{} {effect}: all that it matches is matched by {}{}",
        written.name(),
        numbers(&shadowing),
        evidence.depends_on()
    );
    let finding = written.finding(cx, evidence.confidence()?, message, "rule_number")?;
    let severity = if differs {
        Severity::Medium
    } else {
        Severity::Low
    };
    let labels = shadowing.iter().filter_map(|earlier| label(&earlier.value));
    let finding = finding.at_most(severity).labels(labels);
    Some(finding.help(if differs {
        "the lowest number that matches decides: give it a lower one, or remove it"
    } else {
        "remove it: the entries before it say the same"
    }))
}

/// Whether the actions of two entries are known and differ.
fn decides_otherwise(earlier: &Member<AclEntry>, written: &WrittenEntry) -> bool {
    let (earlier, later) = (earlier.value.action.known(), written.entry.action.known());
    earlier.is_some() && later.is_some() && earlier != later
}

/// `entry 100`, `entries 100 and 110`
fn numbers(entries: &[&Member<AclEntry>]) -> String {
    let known = entries
        .iter()
        .filter_map(|entry| entry.value.number.known());
    let numbers: Vec<String> = known.map(i64::to_string).collect();
    match numbers.split_last() {
        Some((last, [])) => format!("entry {last}"),
        Some((last, before)) => format!("entries {} and {last}", before.join(", ")),
        None => "others".to_owned(),
    }
}

fn label(entry: &AclEntry) -> Option<Label> {
    let number = entry.number.known()?;
    entry
        .declaration
        .label(format!("entry {number} is tried first"))
}
