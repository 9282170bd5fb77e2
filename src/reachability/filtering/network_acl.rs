//! Network ACLs: entries are tried by rising number, and the first that matches decides; the final `*`
//! entry denies what none matches (VPC guide "Network ACL rules").
//!
//! Packets meet the entries number by number. What an entry certainly matches, no later entry sees;
//! what it may match goes on too. In the end some packets are only allowed, some only denied, and those
//! that are both are unknown.

use std::collections::BTreeMap;

use crate::aws::address_set::AddressSet;
use crate::aws::fact::{Cause, Fact};
use crate::aws::members::{Member, Members};
use crate::aws::network_acl::{AclEntry, Action};
use crate::aws::packet_set::PacketSet;

use super::{Ruling, add_cause};

/// What entries of one direction decide about packets: the address at the other end with protocol
/// and destination port.
pub fn decide<'a>(entries: &'a Members<AclEntry>, asked: &PacketSet) -> Ruling<&'a AclEntry> {
    EntryTrial::of(entries, asked).ruling()
}

/// What each entry certainly lets pass, in the order in which they are tried.
pub fn passes<'a>(
    entries: &'a Members<AclEntry>,
    asked: &PacketSet,
) -> Vec<(&'a AclEntry, PacketSet)> {
    let trial = EntryTrial::of(entries, asked);
    let mut remaining = trial.passing();
    let mut passes = Vec::new();
    for decision in &trial.decisions {
        let packets = decision.packets.intersection(&remaining);
        if decision.action == Action::Allow && !packets.is_empty() {
            remaining = remaining.difference(&packets);
            passes.push((decision.entry, packets));
        }
    }
    passes
}

/// The entries with lower numbers that together match all that an entry matches, whatever the unknowns
/// are; `None` if the entry may be the first to match something. Errs to `None`: what the entry may
/// match is compared with what the others certainly match.
pub fn shadowing<'a>(
    entries: &'a Members<AclEntry>,
    entry: &AclEntry,
) -> Option<Vec<&'a Member<AclEntry>>> {
    covering(entries, entry, |_| true)
}

/// Of the entries with lower numbers, those of the same action that together match all that an entry
/// matches. An entry of the other action that stands before them is an exception from both.
pub fn repeated<'a>(
    entries: &'a Members<AclEntry>,
    entry: &AclEntry,
) -> Option<Vec<&'a Member<AclEntry>>> {
    let action = entry.action.known()?;
    covering(entries, entry, |earlier| {
        earlier.action.known() == Some(action)
    })
}

/// The chosen entries with lower numbers that together match all that an entry matches.
fn covering<'a>(
    entries: &'a Members<AclEntry>,
    entry: &AclEntry,
    is_chosen: impl Fn(&AclEntry) -> bool,
) -> Option<Vec<&'a Member<AclEntry>>> {
    let number = *entry.number.known()?;
    let mut unmatched = addresses_and_traffic(entry).possible;
    let mut covering = Vec::new();
    let by_number = by_number(entries);
    let before = by_number.range(..number).flat_map(|(_, same)| same);
    for earlier in before.filter(|earlier| is_chosen(&earlier.value)) {
        let matched = matched(earlier).certain;
        if !unmatched.is_empty() && matched.intersects(&unmatched) {
            unmatched = unmatched.difference(&matched);
            covering.push(*earlier);
        }
    }
    (unmatched.is_empty() && !covering.is_empty()).then_some(covering)
}

/// Entries by their numbers, as far as these are known.
fn by_number(entries: &Members<AclEntry>) -> BTreeMap<i64, Vec<&Member<AclEntry>>> {
    let mut numbers: BTreeMap<i64, Vec<&Member<AclEntry>>> = BTreeMap::new();
    for entry in entries {
        if let Some(number) = entry.value.number.known() {
            numbers.entry(*number).or_default().push(entry);
        }
    }
    numbers
}

/// Packets that pass by entry after entry.
struct EntryTrial<'a> {
    asked: PacketSet,
    /// Packets that no entry has certainly matched yet.
    waiting: PacketSet,
    /// What each entry may decide.
    decisions: Vec<EntryDecision<'a>>,
    /// Packets that an entry of another configuration may match.
    anything: PacketSet,
    /// Packets that an entry of unknown number certainly matches: the final `*` entry never sees them.
    spared: PacketSet,
    causes: Vec<Cause>,
}

struct EntryDecision<'a> {
    entry: &'a AclEntry,
    action: Action,
    packets: PacketSet,
}

/// What an entry matches, at least and at most.
struct EntryMatch {
    certain: PacketSet,
    possible: PacketSet,
}

impl<'a> EntryTrial<'a> {
    /// Tries all entries.
    fn of(entries: &'a Members<AclEntry>, asked: &PacketSet) -> Self {
        let mut trial = Self {
            asked: asked.clone(),
            waiting: asked.clone(),
            decisions: Vec::new(),
            anything: PacketSet::empty(),
            spared: PacketSet::empty(),
            causes: Vec::new(),
        };
        trial.unseen(entries.unlisted());
        trial.unordered(entries);
        for same_number in by_number(entries).values() {
            trial.meet(same_number);
        }
        trial
    }

    /// Entries of another configuration may allow or deny anything.
    fn unseen(&mut self, causes: &[Cause]) {
        if !causes.is_empty() {
            self.anything = self.asked.clone();
            self.causes.extend_from_slice(causes);
        }
    }

    /// Entries of unknown number may come first: they may decide about all that they match. They take
    /// nothing away from numbered entries, because they may come last too.
    fn unordered(&mut self, entries: &'a Members<AclEntry>) {
        let unnumbered = entries
            .iter()
            .filter(|entry| entry.value.number.known().is_none());
        for entry in unnumbered {
            let matched = matched(entry);
            self.decide(&entry.value, &matched.possible.intersection(&self.asked));
            self.spared = self.spared.union(&matched.certain);
            self.doubt(entry);
        }
    }

    /// Entries of one number: which of them comes first is not known, so all of them meet the same
    /// packets. AWS refuses two such entries; which one an apply leaves cannot be said.
    fn meet(&mut self, entries: &[&'a Member<AclEntry>]) {
        let mut matched_for_certain = PacketSet::empty();
        for entry in entries {
            let matched = matched(entry);
            let packets = matched.possible.intersection(&self.waiting);
            if packets.is_empty() {
                continue;
            }
            self.decide(&entry.value, &packets);
            self.doubt(entry);
            matched_for_certain = matched_for_certain.union(&matched.certain);
        }
        self.waiting = self.waiting.difference(&matched_for_certain);
    }

    /// Notes that an entry may decide about packets. An unknown action may be both.
    fn decide(&mut self, entry: &'a AclEntry, packets: &PacketSet) {
        let actions: &[Action] = match entry.action.options() {
            Some(actions) => actions,
            None => &[Action::Allow, Action::Deny],
        };
        for action in actions {
            self.decisions.push(EntryDecision {
                entry,
                action: *action,
                packets: packets.clone(),
            });
        }
    }

    fn doubt(&mut self, entry: &Member<AclEntry>) {
        let value = &entry.value;
        let facts = [
            value.number.cause(),
            value.action.cause(),
            value.cidr.cause(),
        ];
        let causes = facts.into_iter().flatten().chain(&value.traffic.causes);
        for cause in causes.chain(entry.presence.cause()) {
            add_cause(&mut self.causes, cause);
        }
    }

    fn packets(&self, action: Action) -> PacketSet {
        let decisions = self
            .decisions
            .iter()
            .filter(|decision| decision.action == action);
        let unseen = self.anything.clone();
        decisions.fold(unseen, |union, decision| union.union(&decision.packets))
    }

    /// What entries or the final `*` entry may deny.
    fn may_stop(&self) -> PacketSet {
        let unmatched = self.waiting.difference(&self.spared);
        self.packets(Action::Deny).union(&unmatched)
    }

    /// What passes for certain.
    fn passing(&self) -> PacketSet {
        self.packets(Action::Allow).difference(&self.may_stop())
    }

    fn ruling(self) -> Ruling<&'a AclEntry> {
        let may_pass = self.packets(Action::Allow);
        let may_stop = self.may_stop();
        let passing = may_pass.difference(&may_stop);
        let unknown = may_pass.intersection(&may_stop);
        let mut passed_by = Vec::new();
        let mut denied = Vec::new();
        let mut remaining = may_stop.difference(&may_pass);
        for decision in &self.decisions {
            if decision.action == Action::Allow && decision.packets.intersects(&passing) {
                passed_by.push(decision.entry);
            }
            let packets = decision.packets.intersection(&remaining);
            if decision.action == Action::Deny && !packets.is_empty() {
                remaining = remaining.difference(&packets);
                denied.push((Some(decision.entry), packets));
            }
        }
        if !remaining.is_empty() {
            denied.push((None, remaining));
        }
        let causes = if unknown.is_empty() {
            Vec::new()
        } else {
            self.causes
        };
        Ruling {
            passing,
            passed_by,
            denied,
            unknown,
            causes,
        }
    }
}

/// What an entry matches; nothing for certain if it may not exist.
fn matched(entry: &Member<AclEntry>) -> EntryMatch {
    let matched = addresses_and_traffic(&entry.value);
    match entry.presence.cause() {
        Some(_) => EntryMatch {
            certain: PacketSet::empty(),
            ..matched
        },
        None => matched,
    }
}

/// What an entry matches if it exists. Of several possible CIDRs, it certainly matches what all of them
/// hold.
fn addresses_and_traffic(entry: &AclEntry) -> EntryMatch {
    let (certain, possible) = match &entry.cidr {
        Fact::Known(cidr) => (AddressSet::from(*cidr), AddressSet::from(*cidr)),
        Fact::OneOf(cidrs, _) => {
            let common = cidrs.iter().fold(AddressSet::everything(), |common, cidr| {
                common.intersection(&(*cidr).into())
            });
            (common, cidrs.iter().copied().collect())
        }
        Fact::Unknown(_) => (
            AddressSet::empty(),
            AddressSet::everything().of_family(entry.family),
        ),
    };
    EntryMatch {
        certain: PacketSet::of(&certain, &entry.traffic.certain),
        possible: PacketSet::of(&possible, &entry.traffic.possible),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::address_set::{Family, parse_cidr};
    use crate::aws::bounds::Bounds;
    use crate::aws::members::Presence;
    use crate::aws::origin::{Declaration, Spelling};
    use crate::aws::traffic::{Protocol, Traffic};
    use crate::aws::written_ports::WrittenPorts;

    fn addresses(cidr: &str) -> AddressSet {
        parse_cidr(cidr).expect("a CIDR").into()
    }

    fn entry(number: i64, action: Action, cidr: &str, ports: (u16, u16)) -> AclEntry {
        let traffic = Traffic::range(Protocol::TCP, ports.0, ports.1);
        AclEntry {
            number: Fact::Known(number),
            action: Fact::Known(action),
            traffic: Bounds::known(traffic),
            cidr: Fact::Known(parse_cidr(cidr).expect("a CIDR")),
            family: Family::V4,
            written: WrittenPorts {
                protocol: Fact::Known(None),
                from: Fact::Known(None),
                to: Fact::Known(None),
                place: None,
            },
            declaration: Declaration {
                address: None,
                span: None,
                spelling: Spelling::Inline,
            },
        }
    }

    const HTTPS: (u16, u16) = (443, 443);
    const ANY: (u16, u16) = (0, 65535);

    fn https_to(cidr: &str) -> PacketSet {
        PacketSet::of(&addresses(cidr), &Traffic::https())
    }

    fn cause() -> Cause {
        Cause::new("`var.partner` has no value")
    }

    #[test]
    fn a_deny_before_an_allow_wins() {
        let deny = entry(90, Action::Deny, "52.216.0.0/16", HTTPS);
        let allow = entry(100, Action::Allow, "0.0.0.0/0", ANY);
        let entries = Members::known([allow, deny]);
        let ruling = decide(&entries, &https_to("52.216.0.0/15"));
        assert_eq!(ruling.passing, https_to("52.217.0.0/16"));
        let [(Some(by), denied)] = ruling.denied.as_slice() else {
            panic!("one entry denies: {:?}", ruling.denied);
        };
        assert_eq!(by.number, Fact::Known(90));
        assert_eq!(*denied, https_to("52.216.0.0/16"));
    }

    #[test]
    fn a_deny_after_an_allow_is_never_tried() {
        let allow = entry(100, Action::Allow, "0.0.0.0/0", ANY);
        let deny = entry(110, Action::Deny, "52.216.0.0/16", HTTPS);
        let entries = Members::known([deny, allow]);
        let ruling = decide(&entries, &https_to("52.216.0.0/15"));
        assert_eq!(ruling.passing, https_to("52.216.0.0/15"));
        assert!(ruling.denied.is_empty());
    }

    #[test]
    fn entries_that_together_match_all_of_a_later_one_shadow_it() {
        let halves = [(100, "10.0.0.0/9"), (110, "10.128.0.0/9")];
        let halves = halves.map(|(number, half)| entry(number, Action::Allow, half, ANY));
        let later = entry(200, Action::Deny, "10.0.0.0/8", HTTPS);
        let wider = entry(210, Action::Deny, "10.0.0.0/7", HTTPS);
        let entries = Members::known(halves.iter().chain([&later, &wider]).cloned());
        let by = shadowing(&entries, &later).expect("both halves match all of it");
        assert_eq!(by.len(), 2);
        assert_eq!(shadowing(&entries, &wider), None);
    }

    #[test]
    fn an_exception_before_both_leaves_an_entry_a_repetition() {
        let hole = entry(100, Action::Deny, "0.0.0.0/0", (3306, 3306));
        let wide = entry(200, Action::Allow, "0.0.0.0/0", (1024, 65535));
        let narrow = entry(300, Action::Allow, "10.0.0.0/8", (3000, 4000));
        let database = entry(310, Action::Deny, "10.0.0.0/8", (3307, 3307));
        let entries = Members::known([hole, wide, narrow.clone(), database.clone()]);
        let numbers = |covering: Option<Vec<&Member<AclEntry>>>| {
            let covering = covering?.into_iter();
            Some(covering.map(|entry| entry.value.number.clone()).collect())
        };
        let known = |expected: &[i64]| {
            let facts = expected.iter().copied().map(Fact::Known);
            Some(facts.collect::<Vec<_>>())
        };
        assert_eq!(numbers(shadowing(&entries, &narrow)), known(&[100, 200]));
        assert_eq!(numbers(repeated(&entries, &narrow)), known(&[200]));
        assert_eq!(numbers(repeated(&entries, &database)), None);
    }

    #[test]
    fn an_entry_that_may_not_be_there_shadows_nothing() {
        let mut entries = Members::default();
        let allow = entry(100, Action::Allow, "0.0.0.0/0", ANY);
        entries.add(allow, Presence::Maybe(cause()));
        let later = entry(200, Action::Deny, "10.0.0.0/8", HTTPS);
        assert_eq!(shadowing(&entries, &later), None);
    }

    #[test]
    fn what_no_entry_matches_is_denied() {
        let entries = Members::known([entry(100, Action::Allow, "10.0.0.0/8", ANY)]);
        let ruling = decide(&entries, &https_to("0.0.0.0/0"));
        assert_eq!(ruling.passing, https_to("10.0.0.0/8"));
        assert!(ruling.denied[0].0.is_none());
    }

    #[test]
    fn an_unknown_cidr_makes_unknown_only_what_no_earlier_entry_decides() {
        let mut partner = entry(100, Action::Deny, "0.0.0.0/0", HTTPS);
        partner.cidr = Fact::Unknown(cause());
        let office = entry(90, Action::Allow, "10.0.0.0/8", ANY);
        let everything = entry(110, Action::Allow, "0.0.0.0/0", ANY);
        let entries = Members::known([partner, office, everything]);
        let ruling = decide(&entries, &https_to("0.0.0.0/0"));
        assert_eq!(ruling.passing, https_to("10.0.0.0/8"));
        assert!(ruling.denied.is_empty());
        assert_eq!(ruling.causes, [cause()]);
    }

    #[test]
    fn an_entry_of_unknown_number_may_come_before_every_other() {
        let mut deny = entry(0, Action::Deny, "52.216.0.0/16", HTTPS);
        deny.number = Fact::Unknown(cause());
        let allow = entry(100, Action::Allow, "0.0.0.0/0", ANY);
        let entries = Members::known([deny, allow]);
        let ruling = decide(&entries, &https_to("52.216.0.0/15"));
        assert_eq!(ruling.unknown, https_to("52.216.0.0/16"));
        assert_eq!(ruling.passing, https_to("52.217.0.0/16"));
    }

    #[test]
    fn an_allow_of_unknown_number_still_spares_packets_the_final_deny() {
        let mut allow = entry(0, Action::Allow, "10.0.0.0/8", ANY);
        allow.number = Fact::Unknown(cause());
        let ruling_of = |entries| decide(&entries, &https_to("10.0.0.0/8")).passing;
        assert_eq!(ruling_of(Members::known([allow])), https_to("10.0.0.0/8"));
    }

    #[test]
    fn entries_that_may_not_be_there_decide_nothing_for_certain() {
        let mut entries = Members::default();
        let allow = entry(100, Action::Allow, "0.0.0.0/0", ANY);
        entries.add(allow, Presence::Maybe(cause()));
        let ruling = decide(&entries, &https_to("10.0.0.0/8"));
        assert_eq!(ruling.unknown, https_to("10.0.0.0/8"));
    }

    #[test]
    fn entries_of_another_configuration_may_decide_everything() {
        let mut entries = Members::known([entry(1, Action::Allow, "0.0.0.0/0", ANY)]);
        entries.add_unlisted(cause());
        let ruling = decide(&entries, &https_to("10.0.0.0/8"));
        assert!(ruling.passing.is_empty());
        assert_eq!(ruling.unknown, https_to("10.0.0.0/8"));
    }

    #[test]
    fn entries_of_one_number_that_disagree_are_not_decided() {
        let allow = entry(100, Action::Allow, "0.0.0.0/0", ANY);
        let deny = entry(100, Action::Deny, "10.0.0.0/8", ANY);
        let entries = Members::known([allow, deny]);
        let ruling = decide(&entries, &https_to("10.0.0.0/7"));
        assert_eq!(ruling.unknown, https_to("10.0.0.0/8"));
        assert_eq!(ruling.passing, https_to("11.0.0.0/8"));
    }
}
