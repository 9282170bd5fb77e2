//! How the packets of an answer are distributed over its parts: what `62 % via NAT` in a trace counts.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::traffic::PortSet;

use super::verdict::AnswerPart;

/// Which of the packets a part holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The family of their addresses, if they have any.
    pub family: Option<Family>,
    /// How many of all packets of that family, from 0 to 1: by destinations, clients and ports.
    pub share: f64,
}

/// The share of each part; those of one family make 1 together.
pub fn shares(parts: &[AnswerPart]) -> Vec<Share> {
    let weights = with_family(parts.iter().map(weight).collect());
    let total_of = |family| -> f64 {
        let of_family = weights.iter().filter(|weight| weight.family == family);
        of_family.map(|weight| weight.share).sum()
    };
    let families = [None, Some(Family::V4), Some(Family::V6)];
    let totals = families.map(|family| (family, total_of(family)));
    let normalized = |weight: &Share| {
        let found = totals.iter().find(|(family, _)| *family == weight.family);
        // `MIN_POSITIVE`: a family whose parts all weigh nothing must not divide by zero.
        let share = found.map_or(0.0, |(_, total)| {
            weight.share / total.max(f64::MIN_POSITIVE)
        });
        Share { share, ..*weight }
    };
    weights.iter().map(normalized).collect()
}

/// Counts parts about no addresses in particular, such as the unknown subnets of a workload, among those
/// of the first family that there is, each as much as an average part.
fn with_family(mut weights: Vec<Share>) -> Vec<Share> {
    let mut families = [Some(Family::V4), Some(Family::V6)].into_iter();
    let has_parts = |family: &Option<Family>| weights.iter().any(|weight| weight.family == *family);
    let Some(family) = families.find(has_parts) else {
        return weights;
    };
    let of_family = weights.iter().filter(|weight| weight.family == family);
    let of_family: Vec<f64> = of_family.map(|weight| weight.share).collect();
    #[expect(clippy::cast_precision_loss, reason = "an answer has few parts")]
    let average = of_family.iter().sum::<f64>() / of_family.len() as f64;
    for weight in &mut weights {
        if weight.family.is_none() {
            weight.family = family;
            weight.share *= average;
        }
    }
    weights
}

/// The weight of a part among those of its family: the share of its destinations, times its clients,
/// times the fraction of ports. The parts of an answer do not overlap and together hold all packets, so
/// the weights divided by their sum are shares. IPv4 and IPv6 are weighed apart: an IPv6 subnet has so
/// many addresses that IPv4 would vanish beside it. All packets count as equally likely; real traffic
/// is not so, and the numbers say how much of what is possible takes a path, not how much traffic does.
fn weight(part: &AnswerPart) -> Share {
    let packets = &part.packets;
    let ports: f64 = packets.ports.iter().map(fraction).product();
    let (family, clients) = clients(&packets.sources);
    Share {
        family,
        share: part.share * ports * clients,
    }
}

/// The family of the sources, and how many they are; 1 where the answer is about no addresses.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share is shown with three digits"
)]
fn clients(sources: &AddressSet) -> (Option<Family>, f64) {
    match (sources.count_v4(), sources.count_v6()) {
        (0, 0) => (None, 1.0),
        (0, count) => (Some(Family::V6), count as f64),
        (count, _) => (Some(Family::V4), count as f64),
    }
}

/// Which fraction of all ports a set holds. Only ratios count: that port 0 is left out of the whole
/// does not matter.
fn fraction(ports: &PortSet) -> f64 {
    let ranges = ports.ranges().iter();
    let count: f64 = ranges
        .map(|range| f64::from(range.last - range.first) + 1.0)
        .sum();
    count / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::address_set::parse_cidr;
    use crate::aws::interval_set::Range;
    use crate::reachability::packets::Packets;

    fn part(declaration: &str, first: u16, last: u16, share: f64) -> AnswerPart {
        let addresses = |cidr| AddressSet::from(parse_cidr(cidr).expect("a CIDR"));
        let ports = PortSet::of(Range { first, last });
        let destination = if declaration.contains(':') {
            "::/0"
        } else {
            "0.0.0.0/0"
        };
        AnswerPart {
            packets: Packets::between(addresses(declaration), ports, addresses(destination)),
            outcomes: Vec::new(),
            share,
        }
    }

    #[test]
    fn a_part_about_no_addresses_counts_among_the_others() {
        let mut unknown = part("10.0.0.0/24", 1, 100, 1.0);
        unknown.packets.sources = AddressSet::empty();
        let parts = [part("10.0.1.0/24", 1, 100, 1.0), unknown];
        let shares: Vec<f64> = shares(&parts).iter().map(|share| share.share).collect();
        assert!(
            (shares.iter().sum::<f64>() - 1.0).abs() < 1e-9,
            "{shares:?}"
        );
    }

    #[test]
    fn parts_share_by_destination_client_and_port() {
        let parts = [
            part("10.0.0.0/25", 1, 100, 1.0),
            part("10.0.0.128/25", 1, 75, 1.0),
            part("10.0.0.128/25", 76, 100, 0.6),
            part("10.0.0.128/25", 76, 100, 0.4),
            part("fd00::/64", 1, 100, 1.0),
        ];
        let shares = shares(&parts);
        let is_near = |actual: &Share, share: f64| (actual.share - share).abs() < 1e-9;
        let expected = [0.5, 0.375, 0.075, 0.05, 1.0];
        assert!(
            shares
                .iter()
                .zip(expected)
                .all(|(actual, share)| is_near(actual, share)),
            "{shares:?}"
        );
        assert_eq!(shares[4].family, Some(Family::V6));
    }
}
