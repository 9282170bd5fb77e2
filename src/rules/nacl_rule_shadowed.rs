//! Entries of network ACLs that never decide, because entries with lower numbers match all that they match.
//! Not certain where the entry may not exist.

use crate::aws::members::{Member, Members};
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

/// Why an entry has no effect.
enum Shadow {
    /// The entries before it have its action.
    Agreement,
    /// Entries of its action match all of it; those of the other action before them are exceptions.
    RepeatedBehindExceptions,
    /// Entries of the other action decide.
    Contradiction,
}

fn finding(cx: &Context, written: &WrittenEntry) -> Option<Finding> {
    let acl = &cx.network.network_acls[written.network_acl];
    let entries = acl.entries(written.direction);
    let shadowing = network_acl::shadowing(entries, written.entry)?;
    let shadow = shadow(entries, written, &shadowing);
    let evidence = Evidence::new().about(&written.presence);
    let effect = match shadow {
        Shadow::Contradiction => "never decides",
        Shadow::Agreement | Shadow::RepeatedBehindExceptions => "adds nothing",
    };
    let message = format!(
        "{} {effect}: all that it matches is matched by {}{}",
        written.name(),
        numbers(&shadowing),
        evidence.depends_on()
    );
    let finding = written.finding(cx, evidence.confidence()?, message, "rule_number")?;
    let severity = match shadow {
        Shadow::Contradiction => Severity::Medium,
        Shadow::Agreement | Shadow::RepeatedBehindExceptions => Severity::Low,
    };
    let labels = shadowing.iter().filter_map(|earlier| label(&earlier.value));
    let finding = finding.at_most(severity).labels(labels);
    Some(finding.help(match shadow {
        Shadow::Contradiction => {
            "the lowest number that matches decides: give it a lower one, or remove it"
        }
        Shadow::Agreement => "remove it: the entries before it say the same",
        Shadow::RepeatedBehindExceptions => {
            "remove it, since it repeats an entry before it; if it should also match what an exception \
             takes out of both, give it a number below that of the exception"
        }
    }))
}

fn shadow(
    entries: &Members<AclEntry>,
    written: &WrittenEntry,
    shadowing: &[&Member<AclEntry>],
) -> Shadow {
    let mut earlier = shadowing.iter();
    if !earlier.any(|earlier| decides_otherwise(earlier, written)) {
        Shadow::Agreement
    } else if network_acl::repeated(entries, written.entry).is_some() {
        Shadow::RepeatedBehindExceptions
    } else {
        Shadow::Contradiction
    }
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
