//! What network ACLs and security groups let pass.

pub mod network_acl;
pub mod security_group;

use crate::aws::fact::Cause;
use crate::aws::packet_set::PacketSet;

/// What a filter decides about the packets that it was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling<R> {
    /// What passes for certain.
    pub passing: PacketSet,
    /// The rules that let it pass, in the order in which they are tried.
    pub passed_by: Vec<R>,
    /// What is denied for certain, by the rule that denies it; `None` is the absence of a rule.
    pub denied: Vec<(Option<R>, PacketSet)>,
    /// What passes or not.
    pub unknown: PacketSet,
    /// Why that is not known.
    pub causes: Vec<Cause>,
}

impl<R> Ruling<R> {
    /// All that is denied for certain.
    pub fn all_denied(&self) -> PacketSet {
        let sets = self.denied.iter().map(|(_, packets)| packets);
        sets.fold(PacketSet::empty(), |all, packets| all.union(packets))
    }
}

/// Adds a cause that is not there yet.
fn add_cause(causes: &mut Vec<Cause>, cause: &Cause) {
    if !causes.contains(cause) {
        causes.push(cause.clone());
    }
}
