//! Security groups: what any rule of any group of a network interface lets pass, passes (VPC guide
//! "Security group rules").

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

/// Who is at the other end of the packets.
#[derive(Clone, Copy, Debug)]
pub enum Other<'a> {
    /// Something outside, to which no rule refers by a group.
    Address,
    /// A service or other addresses that prefix lists may hold.
    Destination(&'a Destination),
    /// A network interface with these groups.
    Interface(&'a Groups),
    /// A network interface of which the groups are not known.
    SomeInterface,
}

/// What the groups of a network interface decide about packets: the address at the other end with
/// protocol and destination port.
pub fn decide<'a>(
    network: &'a Network,
    groups: &Groups,
    direction: Direction,
    other: Other,
    asked: &PacketSet,
) -> Ruling<&'a SecurityGroupRule> {
    let mut union = Union {
        network,
        other,
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

struct Union<'a, 'q> {
    network: &'a Network,
    other: Other<'q>,
    asked: &'q PacketSet,
    passing: PacketSet,
    possible: PacketSet,
    passed_by: Vec<&'a SecurityGroupRule>,
    causes: Vec<Cause>,
}

impl<'a> Union<'a, '_> {
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

    fn anything(&mut self, cause: &Cause) {
        self.possible = self.asked.clone();
        add_cause(&mut self.causes, cause);
    }

    fn peers(&self, peer: &Fact<Peer>) -> Bounds<AddressSet> {
        match peer {
            Fact::Known(peer) => self.addresses(peer),
            Fact::OneOf(peers, cause) => {
                let none = Bounds::known(AddressSet::empty());
                let all = peers.iter().map(|peer| self.addresses(peer));
                let union = all.fold(none, |all, one| all.combine(&one, AddressSet::union));
                Bounds::between(AddressSet::empty(), union.possible, cause.clone())
            }
            Fact::Unknown(cause) => anywhere(cause.clone()),
        }
    }

    fn addresses(&self, peer: &Peer) -> Bounds<AddressSet> {
        match (peer, self.other) {
            (Peer::Cidr(cidr), _) => Bounds::known((*cidr).into()),
            (Peer::PrefixList(list), Other::Destination(to)) => {
                let list = &self.network.prefix_lists[*list];
                match list {
                    list if to.is_of(list) => Bounds::known(to.addresses.clone()),
                    list if to.is_foreign_to(list) => Bounds::known(AddressSet::empty()),
                    list => list.addresses(),
                }
            }
            (Peer::PrefixList(list), _) => self.network.prefix_lists[*list].addresses(),
            (Peer::SecurityGroup(group), other) => members(self.network, *group, other),
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
    Bounds::between(AddressSet::empty(), AddressSet::all(), cause)
}

/// The other end, if it holds a group.
fn members(network: &Network, group: Id<SecurityGroup>, other: Other) -> Bounds<AddressSet> {
    let holds = match other {
        Other::Address | Other::Destination(_) => Fact::Known(false),
        Other::SomeInterface => {
            let name = network.security_groups[group].origin.name();
            Fact::Unknown(Cause::new(format!("whether the other end is in {name}")))
        }
        Other::Interface(groups) => groups.any(|one| one.to.is(&group)),
    };
    match holds {
        Fact::Known(true) => Bounds::known(AddressSet::all()),
        Fact::Known(false) => Bounds::known(AddressSet::empty()),
        Fact::OneOf(_, cause) | Fact::Unknown(cause) => anywhere(cause),
    }
}
