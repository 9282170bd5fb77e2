//! The entries of network ACLs that some line of the configuration writes, for rules about single entries.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::aws::members::Presence;
use crate::aws::network_acl::{AclEntry, Action, NetworkAcl};
use crate::aws::origin::Spelling;
use crate::aws::security_group::Direction;
use crate::aws::table::Id;
use crate::finding::{Confidence, Finding};
use crate::source::Span;
use crate::terraform::address::Address;

use super::phrases;
use super::placed::Placed;
use crate::rules::Context;

/// An entry that some line of the configuration writes.
pub(in crate::rules) struct WrittenEntry<'a> {
    /// The network ACL that it belongs to.
    pub(in crate::rules) network_acl: Id<NetworkAcl>,
    /// The direction: which of the two lists of the ACL it belongs to.
    pub(in crate::rules) direction: Direction,
    /// The entry.
    pub(in crate::rules) entry: &'a AclEntry,
    /// Whether it exists, its ACL included.
    pub(in crate::rules) presence: Presence,
}

/// The written entries of every list of every ACL, as far as a list has any; in no order of numbers.
pub(in crate::rules) fn lists<'a>(cx: &Context<'a>) -> Vec<Vec<WrittenEntry<'a>>> {
    let acls = cx.network.network_acls.iter();
    let lists = acls.flat_map(|(id, acl)| {
        [Direction::Ingress, Direction::Egress].map(|direction| written(id, acl, direction))
    });
    lists.filter(|list| !list.is_empty()).collect()
}

fn written(id: Id<NetworkAcl>, acl: &NetworkAcl, direction: Direction) -> Vec<WrittenEntry<'_>> {
    let entries = acl.entries(direction).iter();
    let entries_with_acl = entries.map(|entry| WrittenEntry {
        network_acl: id,
        direction,
        entry: &entry.value,
        presence: entry.presence.clone().and(acl.origin.presence.clone()),
    });
    let is_written =
        |written: &WrittenEntry| written.entry.declaration.spelling != Spelling::Implicit;
    entries_with_acl.filter(is_written).collect()
}

/// The findings about single entries. An entry that may belong to several ACLs is found once.
pub(in crate::rules) fn findings(
    cx: &Context,
    finding: impl Fn(&WrittenEntry) -> Option<Finding>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for found in lists(cx).iter().flatten().filter_map(finding) {
        let is_same = |earlier: &Finding| {
            earlier.subject == found.subject && earlier.discriminators == found.discriminators
        };
        if !findings.iter().any(is_same) {
            findings.push(found);
        }
    }
    findings
}

/// Whether an ACL certainly has no allow entry in a direction.
pub(in crate::rules) fn allows_nothing(acl: &NetworkAcl, direction: Direction) -> bool {
    let allows = |entry: &AclEntry| entry.action.is(&Action::Allow);
    acl.entries(direction).any(allows).is_false()
}

impl WrittenEntry<'_> {
    /// What to call it: `` `aws_network_acl_rule.https` ``, or with its number in the ACL of its block.
    pub(in crate::rules) fn name(&self) -> String {
        let declaration = &self.entry.declaration;
        let address = declaration.address.as_ref();
        let address = address.map_or_else(String::new, Address::to_string);
        match (declaration.spelling, self.entry.number.known()) {
            (Spelling::Standalone, _) => format!("`{address}`"),
            (_, Some(number)) => format!("{} entry {number} of `{address}`", self.list()),
            (_, None) => format!("an {} entry of `{address}`", self.list()),
        }
    }

    /// `ingress` or `egress`
    pub(in crate::rules) fn list(&self) -> &'static str {
        phrases::direction(self.direction)
    }

    /// `allows`, `denies`, or neither if its action is not known.
    pub(in crate::rules) fn decides(&self) -> &'static str {
        match self.entry.action.known() {
            Some(Action::Allow) => "allows",
            Some(Action::Deny) => "denies",
            None => "matches",
        }
    }

    /// A finding about it, at an argument of its resource, or at its block if it is inline.
    pub(in crate::rules) fn finding(
        &self,
        cx: &Context,
        confidence: Confidence,
        message: impl Into<String>,
        argument: &str,
    ) -> Option<Finding> {
        let declaration = &self.entry.declaration;
        let finding = cx.finding(declaration.address.as_ref()?, confidence, message);
        if declaration.spelling == Spelling::Standalone {
            return Some(finding.at(cx.place(declaration, argument)));
        }
        // All blocks of an ACL have one address: direction and number tell their findings apart.
        let number = self.entry.number.known().map(i64::to_string);
        let name = format!("{} {}", self.list(), number.unwrap_or_default());
        Some(finding.at(declaration.span).about(name))
    }
}

impl Placed for WrittenEntry<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.entry.declaration.place()
    }
}

/// The numbers that entries may have (VPC guide "Network ACL rules").
pub(in crate::rules) const NUMBERS: RangeInclusive<i64> = 1..=32766;

/// A free number for an entry: the next ten after the last entry of a list, or the first free number if the
/// list reaches to the end.
pub(in crate::rules) fn free_number(acl: &NetworkAcl, direction: Direction) -> i64 {
    let entries = acl.entries(direction).iter();
    let taken: BTreeSet<i64> = entries
        .filter_map(|entry| entry.value.number.known().copied())
        .filter(|number| NUMBERS.contains(number))
        .collect();
    // Steps of ten leave room for entries in between, as AWS advises (VPC guide "Network ACL rules").
    let after = taken.last().map_or(100, |last| last - last % 10 + 10);
    let mut numbers = NUMBERS.filter(|number| !taken.contains(number));
    if NUMBERS.contains(&after) {
        return after;
    }
    numbers.next().unwrap_or(after)
}
