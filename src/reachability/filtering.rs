//! What network ACLs and security groups let pass: pure decisions about sets of packets, without paths.
//! The walk turns them into hops.

pub mod network_acl;
pub mod security_group;

use crate::aws::fact::Cause;
use crate::aws::packet_set::PacketSet;

/// What a filter decides about the packets that it was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling<R> {
    /// What certainly passes.
    pub passing: PacketSet,
    /// The rules that let it pass, in the order in which they are tried.
    pub passed_by: Vec<R>,
    /// What is certainly denied, by the rule that denies it; `None` if no rule allows it.
    pub denied: Vec<(Option<R>, PacketSet)>,
    /// What may pass or be denied.
    pub unknown: PacketSet,
    /// Why that is not known.
    pub causes: Vec<Cause>,
}

impl<R> Ruling<R> {
    /// All that is certainly denied.
    pub fn all_denied(&self) -> PacketSet {
        let sets = self.denied.iter().map(|(_, packets)| packets);
        sets.fold(PacketSet::empty(), |union, packets| union.union(packets))
    }
}

/// Adds a cause, unless it is in the list.
fn add_cause(causes: &mut Vec<Cause>, cause: &Cause) {
    if !causes.contains(cause) {
        causes.push(cause.clone());
    }
}
