//! The words of a cell, as a person would say it in as little room:
//!
//! ```text
//! gateway    interface?    76 % gateway, 24 % BLOCKED    IPv4 NAT, IPv6 egress-only
//! mostly NAT [1]
//!
//! [1] NAT from all source ports but 22, 3389 (BLOCKED)
//! ```
//!
//! Where source ports alone decide, as a network ACL that forgets some of the ephemeral ones, a share says little:
//! a note names the ports.

use super::TraceCell;
use crate::aws::address_set::Family;
use crate::aws::traffic::PortSet;
use crate::reachability::subnet_matrix::MatrixShare;
use crate::reachability::verdict::Verdict;
use crate::report::trace::{percent, ranges};

/// A larger share is `mostly` where a note says what the others are.
const MOSTLY: f64 = 0.9;

/// A note names as many ranges of ports.
const MOST_RANGES: usize = 4;

/// A word of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// The word for a verdict.
    Verdict(Verdict),
    /// The question mark of an unknown verdict.
    Hoped,
}

impl Term {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Verdict(verdict) => short(verdict),
            Self::Hoped => "?",
        }
    }
}

/// Terms that explain themselves, such as `no route`, are not in it.
pub(super) const LEGEND: [(Term, &str); 9] = [
    (
        Term::Verdict(Verdict::ViaGatewayEndpoint),
        "by a gateway endpoint",
    ),
    (
        Term::Verdict(Verdict::ViaInterfaceEndpoint),
        "by an interface endpoint",
    ),
    (Term::Verdict(Verdict::ViaNat), "by a NAT gateway"),
    (
        Term::Verdict(Verdict::ViaInternetGateway),
        "by an internet gateway",
    ),
    (
        Term::Verdict(Verdict::ViaEgressOnlyGateway),
        "by an egress-only internet gateway",
    ),
    (Term::Verdict(Verdict::Local), "inside the VPC"),
    (
        Term::Verdict(Verdict::External),
        "by a transit gateway, a peering connection, a VPN or an appliance to where this \
         configuration does not tell",
    ),
    (
        Term::Verdict(Verdict::Blocked),
        "a filter or a gateway stops it or the reply",
    ),
    (Term::Hoped, "if at all, which depends on what is not known"),
];

/// What becomes of the packets of a cell.
pub(super) fn words(cell: &TraceCell) -> String {
    match (cell.verdict, cell.hoped) {
        (Verdict::Partial | Verdict::Mixed, _) => {
            let families = families(cell);
            let has_both = families.len() > 1;
            let parts = families.iter().map(|shares| {
                let family = shares[0].share.family.filter(|_| has_both);
                let family = family.map_or(String::new(), |family| format!("{family} "));
                words_of_family(&family, shares)
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        (Verdict::Unknown, Some(hoped)) => format!("{}?", short(hoped)),
        (verdict, _) => short(verdict).to_owned(),
    }
}

/// `IPv4 mostly NAT`, `IPv4 76 % gateway, IPv4 24 % BLOCKED`
fn words_of_family(family: &str, shares: &[&MatrixShare]) -> String {
    let first = shares[0];
    if is_split_by_ports(shares) && first.share.share >= MOSTLY {
        return format!("{family}mostly {}", short(first.verdict));
    }
    let parts = shares.iter().map(|part| {
        let verdict = short(part.verdict);
        match part.share.share {
            // Shares are sums of floating-point numbers.
            whole if whole > 1.0 - 1e-9 => format!("{family}{verdict}"),
            share => format!("{family}{} {verdict}", percent(share, 0)),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Which source ports decide, for each family that they split.
pub(super) fn split_notes(cell: &TraceCell) -> Vec<String> {
    let families = families(cell);
    let has_both = families.len() > 1;
    let split = families.iter().filter(|shares| is_split_by_ports(shares));
    let notes = split.map(|shares| {
        let family = shares[0].share.family.filter(|_| has_both);
        let family = family.map_or(String::new(), |family| format!("{family} "));
        let others = shares[1..].iter().map(|part| {
            let ports = ranges(&part.source_ports).join(", ");
            format!("{ports} ({})", short(part.verdict))
        });
        let others = others.collect::<Vec<_>>().join(" and ");
        let verdict = short(shares[0].verdict);
        format!("{family}{verdict} from all source ports but {others}")
    });
    notes.collect()
}

/// The shares of each family, the largest first.
fn families(cell: &TraceCell) -> Vec<Vec<&MatrixShare>> {
    let mut families: Vec<(Option<Family>, Vec<&MatrixShare>)> = Vec::new();
    for part in &cell.shares {
        match families.last_mut() {
            Some((family, shares)) if *family == part.share.family => shares.push(part),
            _ => families.push((part.share.family, vec![part])),
        }
    }
    families.into_iter().map(|(_, shares)| shares).collect()
}

/// Whether each source port has one verdict, and those of the smaller shares can be named.
fn is_split_by_ports(shares: &[&MatrixShare]) -> bool {
    let [_, others @ ..] = shares else {
        return false;
    };
    let mut seen = PortSet::empty();
    let mut parts = shares.iter();
    let is_disjoint = parts.all(|part| {
        let is_new = seen.intersection(&part.source_ports).is_empty();
        seen = seen.union(&part.source_ports);
        is_new
    });
    let is_short = |part: &&MatrixShare| {
        let count = part.source_ports.ranges().len();
        (1..=MOST_RANGES).contains(&count)
    };
    is_disjoint && !others.is_empty() && others.iter().all(is_short)
}

/// The terms of the words.
pub(super) fn terms(cell: &TraceCell) -> Vec<Term> {
    match (cell.verdict, cell.hoped) {
        (Verdict::Partial | Verdict::Mixed, _) => {
            let shares = cell.shares.iter();
            shares.map(|part| Term::Verdict(part.verdict)).collect()
        }
        (Verdict::Unknown, Some(hoped)) => vec![Term::Verdict(hoped), Term::Hoped],
        (verdict, _) => vec![Term::Verdict(verdict)],
    }
}

/// The verdict in as few words as a cell has room for.
fn short(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::ViaGatewayEndpoint => "gateway",
        Verdict::ViaInterfaceEndpoint => "interface",
        Verdict::ViaNat => "NAT",
        Verdict::ViaInternetGateway => "internet",
        Verdict::ViaEgressOnlyGateway => "egress-only",
        Verdict::Local => "local",
        Verdict::External => "external",
        Verdict::Blocked => "BLOCKED",
        Verdict::NoRoute => "no route",
        Verdict::Unknown => "unknown",
        Verdict::Partial => "PARTIAL",
        Verdict::Mixed => "mixed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::interval_set::Range;
    use crate::reachability::share::Share;

    fn ports(ranges: &[(u16, u16)]) -> PortSet {
        let ranges = ranges.iter();
        let sets = ranges.filter_map(|(first, last)| Range::new(*first, *last));
        sets.fold(PortSet::empty(), |set, range| {
            set.union(&PortSet::of(range))
        })
    }

    fn cell(parts: &[(Verdict, f64, PortSet)]) -> TraceCell {
        let shares = parts
            .iter()
            .map(|(verdict, share, source_ports)| MatrixShare {
                verdict: *verdict,
                share: Share {
                    family: Some(Family::V4),
                    share: *share,
                },
                source_ports: source_ports.clone(),
            });
        TraceCell {
            verdict: Verdict::Partial,
            shares: shares.collect(),
            by: Vec::new(),
            hoped: None,
            decisive: Vec::new(),
            causes: Vec::new(),
        }
    }

    #[test]
    fn ports_that_decide_are_named_instead_of_shares() {
        let most = ports(&[(1024, 3388), (3390, 65535)]);
        let cell = cell(&[
            (Verdict::ViaNat, 0.9999, most),
            (Verdict::Blocked, 0.0001, ports(&[(22, 22), (3389, 3389)])),
        ]);
        assert_eq!(words(&cell), "mostly NAT");
        let note = "NAT from all source ports but 22, 3389 (BLOCKED)";
        assert_eq!(split_notes(&cell), [note]);
    }

    #[test]
    fn destinations_that_decide_keep_their_shares() {
        let all = ports(&[(1024, 65535)]);
        let cell = cell(&[
            (Verdict::ViaGatewayEndpoint, 0.76, all.clone()),
            (Verdict::Blocked, 0.24, all),
        ]);
        assert_eq!(words(&cell), "76 % gateway, 24 % BLOCKED");
        assert_eq!(split_notes(&cell), [""; 0]);
    }

    #[test]
    fn halves_of_the_ports_keep_their_shares_and_are_named_too() {
        let cell = cell(&[
            (Verdict::ViaNat, 0.51, ports(&[(32768, 65535)])),
            (Verdict::Blocked, 0.49, ports(&[(1024, 32767)])),
        ]);
        assert_eq!(words(&cell), "51 % NAT, 49 % BLOCKED");
        let note = "NAT from all source ports but 1024-32767 (BLOCKED)";
        assert_eq!(split_notes(&cell), [note]);
    }
}
