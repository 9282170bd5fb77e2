//! Security groups: what any rule of any group of a network interface allows, passes; there are no deny
//! rules and no order (VPC guide "Security group rules"). So the answer is a union: of what rules
//! certainly allow, and of what they may allow.

use crate::aws::address_set::AddressSet;
use crate::aws::bounds::Bounds;
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::{Member, Members};
use crate::aws::network::Network;
use crate::aws::origin::Attachment;
use crate::aws::packet_set::PacketSet;
use crate::aws::security_group::{Direction, Peer, SecurityGroup, SecurityGroupRule};
use crate::aws::table::Id;
use crate::reachability::destination::Destination;

use super::{Ruling, add_cause};

/// The groups of a network interface.
pub type Groups = Members<Attachment<SecurityGroup>>;

/// Who is at the far end of the packets: rules refer to it by address, prefix list or group.
#[derive(Clone, Copy, Debug)]
pub enum FarEnd<'a> {
    /// An address without groups: no rule refers to it by a group.
    Address,
    /// A destination whose addresses prefix lists may hold.
    Destination(&'a Destination),
    /// A network interface with these groups.
    Interface(&'a Groups),
    /// A network interface whose groups are not known.
    SomeInterface,
}

/// What the groups of a network interface decide about packets: the address at the other end with
/// protocol and destination port.
pub fn decide<'a>(
    network: &'a Network,
    groups: &Groups,
    direction: Direction,
    far_end: FarEnd,
    asked: &PacketSet,
) -> Ruling<&'a SecurityGroupRule> {
    let mut union = RuleUnion {
        network,
        far_end,
        asked,
        passing: PacketSet::empty(),
        possible: PacketSet::empty(),
        passed_by: Vec::new(),
        causes: Vec::new(),
    };
    for group in groups {
        union.group(group, direction);
    }
    for cause in groups.unlisted() {
        union.anything(cause);
    }
    union.ruling()
}

struct RuleUnion<'a, 'q> {
    network: &'a Network,
    far_end: FarEnd<'q>,
    asked: &'q PacketSet,
    /// What rules certainly allow.
    passing: PacketSet,
    /// What rules may allow.
    possible: PacketSet,
    passed_by: Vec<&'a SecurityGroupRule>,
    causes: Vec<Cause>,
}

impl<'a> RuleUnion<'a, '_> {
    fn group(&mut self, group: &Member<Attachment<SecurityGroup>>, direction: Direction) {
        let attachment = group.presence.cause();
        match &group.value.to {
            Fact::Known(id) => self.rules(*id, direction, attachment),
            Fact::OneOf(ids, cause) => {
                for id in ids {
                    self.rules(*id, direction, Some(cause));
                }
            }
            Fact::Unknown(cause) => self.anything(cause),
        }
    }

    fn rules(&mut self, group: Id<SecurityGroup>, direction: Direction, doubt: Option<&Cause>) {
        let rules = self.network.security_groups[group].rules(direction);
        for rule in rules {
            self.rule(&rule.value, doubt.or(rule.presence.cause()));
        }
        for cause in rules.unlisted() {
            self.anything(cause);
        }
    }

    fn rule(&mut self, rule: &'a SecurityGroupRule, doubt: Option<&Cause>) {
        let peers = self.peers(&rule.peer);
        let matched = peers.combine(&rule.traffic, PacketSet::of);
        let certain = matched.certain.intersection(self.asked);
        let possible = matched.possible.intersection(self.asked);
        if possible.is_empty() {
            return;
        }
        if doubt.is_none() && !self.passing.is_superset(&certain) {
            self.passing = self.passing.union(&certain);
            self.passed_by.push(rule);
        }
        if doubt.is_some() || certain != possible {
            self.possible = self.possible.union(&possible);
            for cause in doubt.into_iter().chain(&matched.causes) {
                add_cause(&mut self.causes, cause);
            }
        }
    }

    /// A rule that is not known may allow anything.
    fn anything(&mut self, cause: &Cause) {
        self.possible = self.asked.clone();
        add_cause(&mut self.causes, cause);
    }

    fn peers(&self, peer: &Fact<Peer>) -> Bounds<AddressSet> {
        match peer {
            Fact::Known(known) => self.addresses(known),
            Fact::OneOf(peers, cause) => {
                let none = Bounds::known(AddressSet::empty());
                let options = peers.iter().map(|option| self.addresses(option));
                let union = options.fold(none, |union, addresses| {
                    union.combine(&addresses, AddressSet::union)
                });
                // One of the peers is meant. What all of them hold would be certain; to call nothing
                // certain is simpler, and errs to "unknown".
                Bounds::between(AddressSet::empty(), union.possible, cause.clone())
            }
            Fact::Unknown(cause) => anywhere(cause.clone()),
        }
    }

    fn addresses(&self, peer: &Peer) -> Bounds<AddressSet> {
        match (peer, self.far_end) {
            (Peer::Cidr(cidr), _) => Bounds::known((*cidr).into()),
            (Peer::PrefixList(list), FarEnd::Destination(to)) => {
                let list = &self.network.prefix_lists[*list];
                match list {
                    list if to.is_of(list) => Bounds::known(to.addresses.clone()),
                    list if to.is_foreign_to(list) => Bounds::known(AddressSet::empty()),
                    list => list.addresses(),
                }
            }
            (Peer::PrefixList(list), _) => self.network.prefix_lists[*list].addresses(),
            (Peer::SecurityGroup(group), far_end) => members(self.network, *group, far_end),
        }
    }

    fn ruling(self) -> Ruling<&'a SecurityGroupRule> {
        let unknown = self.possible.difference(&self.passing);
        let denied = self.asked.difference(&self.passing).difference(&unknown);
        let causes = if unknown.is_empty() {
            Vec::new()
        } else {
            self.causes
        };
        Ruling {
            passing: self.passing,
            passed_by: self.passed_by,
            denied: if denied.is_empty() {
                Vec::new()
            } else {
                vec![(None, denied)]
            },
            unknown,
            causes,
        }
    }
}

fn anywhere(cause: Cause) -> Bounds<AddressSet> {
    Bounds::between(AddressSet::empty(), AddressSet::everything(), cause)
}

/// The addresses of the far end that a rule for a group matches: all of them if the far end holds the
/// group.
fn members(network: &Network, group: Id<SecurityGroup>, far_end: FarEnd) -> Bounds<AddressSet> {
    let holds = match far_end {
        FarEnd::Address | FarEnd::Destination(_) => Fact::Known(false),
        FarEnd::SomeInterface => {
            let name = network.security_groups[group].origin.name();
            Fact::Unknown(Cause::new(format!("whether the other end is in {name}")))
        }
        FarEnd::Interface(groups) => groups.any(|attachment| attachment.to.is(&group)),
    };
    match holds {
        Fact::Known(true) => Bounds::known(AddressSet::everything()),
        Fact::Known(false) => Bounds::known(AddressSet::empty()),
        Fact::OneOf(_, cause) | Fact::Unknown(cause) => anywhere(cause),
    }
}
