//! From the ends of all trips to parts that do not overlap.

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::fact::Cause;
use crate::reachability::destination::Destination;
use crate::reachability::packets::{Packets, Side};
use crate::reachability::verdict::{Answer, AnswerPart, PathOutcome};

/// Packets and what may become of them.
type OverlayCell = (Packets, Vec<PathOutcome>);

/// The answer that ended trips give. Of the `blurred` sides it is not known which of the addresses
/// are meant.
pub(super) fn answer(
    ended: Vec<(Packets, PathOutcome)>,
    destination: &Destination,
    blurred: &[Option<(Side, Cause)>],
) -> Answer {
    let mut cells = overlaid(ended);
    for (side, cause) in blurred.iter().flatten() {
        cells = blur(cells, *side, cause);
    }
    if let Some(cause) = &destination.unknown {
        cells = blur(cells, Side::Destinations, cause);
    }
    let parts = merged(cells)
        .into_iter()
        .map(|(packets, outcomes)| AnswerPart {
            share: share(&packets.destinations, &destination.addresses),
            packets,
            outcomes,
        });
    let mut parts: Vec<AnswerPart> = parts.collect();
    parts.sort_by(|one, other| one.packets.cmp(&other.packets));
    Answer {
        parts,
        confirmed: destination.confirmed.clone(),
    }
}

/// Packets that end in several ways, because unknowns decide, become one cell with several outcomes.
fn overlaid(ended: Vec<(Packets, PathOutcome)>) -> Vec<OverlayCell> {
    let legs = ended.iter().map(|(packets, _)| packets.ports.len()).max();
    let legs = legs.unwrap_or_default();
    let mut cells: Vec<OverlayCell> = Vec::new();
    for (packets, outcome) in ended {
        let mut left = vec![packets.with_legs(legs)];
        let mut next: Vec<OverlayCell> = Vec::new();
        for (cell, outcomes) in cells {
            left = overlay(&cell, &outcomes, left, &outcome, &mut next);
        }
        next.extend(
            left.into_iter()
                .map(|packets| (packets, vec![outcome.clone()])),
        );
        cells = next;
    }
    cells
}

/// Splits a cell into what new packets share with it and the rest; returns what is left of them.
fn overlay(
    cell: &Packets,
    outcomes: &[PathOutcome],
    packets: Vec<Packets>,
    outcome: &PathOutcome,
    cells: &mut Vec<OverlayCell>,
) -> Vec<Packets> {
    let mut rest = vec![cell.clone()];
    let mut left = Vec::new();
    for one in packets {
        let common = one.intersection(cell);
        if common.is_empty() {
            left.push(one);
            continue;
        }
        left.extend(one.difference(&common));
        rest = rest
            .iter()
            .flat_map(|part| part.difference(&common))
            .collect();
        let mut both = outcomes.to_vec();
        if !both.contains(outcome) {
            both.push(outcome.clone());
        }
        cells.push((common, both));
    }
    cells.extend(rest.into_iter().map(|packets| (packets, outcomes.to_vec())));
    left
}

/// Joins cells that differ on one side only: where they disagree, it depends on which addresses are
/// meant.
fn blur(cells: Vec<OverlayCell>, side: Side, cause: &Cause) -> Vec<OverlayCell> {
    let whole = cells.iter().fold(AddressSet::empty(), |all, (packets, _)| {
        all.union(packets.addresses(side))
    });
    let widened = cells.into_iter().flat_map(|(mut packets, outcomes)| {
        match side {
            Side::Sources => packets.sources = whole.clone(),
            Side::Destinations => packets.destinations = whole.clone(),
        }
        outcomes
            .into_iter()
            .map(move |outcome| (packets.clone(), outcome))
    });
    let mut cells = overlaid(widened.collect());
    for (_, outcomes) in &mut cells {
        if outcomes.len() > 1 {
            for outcome in outcomes {
                outcome.depends_on.push(cause.clone());
            }
        }
    }
    cells
}

/// Joins cells with the same outcomes as far as they make one set of packets.
fn merged(cells: Vec<OverlayCell>) -> Vec<OverlayCell> {
    let mut merged: Vec<OverlayCell> = Vec::new();
    for (mut packets, outcomes) in cells {
        while let Some((at, whole)) = partner(&merged, &packets, &outcomes) {
            merged.swap_remove(at);
            packets = whole;
        }
        merged.push((packets, outcomes));
    }
    merged
}

fn partner(
    cells: &[OverlayCell],
    packets: &Packets,
    outcomes: &[PathOutcome],
) -> Option<(usize, Packets)> {
    let mut all = cells.iter().enumerate();
    all.find_map(|(at, (other, others))| {
        let whole = (others == outcomes)
            .then(|| other.merged(packets))
            .flatten();
        whole.map(|whole| (at, whole))
    })
}

/// Which share of the asked addresses of its family a part goes to.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share is shown with three digits"
)]
fn share(part: &AddressSet, asked: &AddressSet) -> f64 {
    let families = [Family::V4, Family::V6].map(|family| {
        let asked = asked.of_family(family);
        let part = part.of_family(family);
        match family {
            Family::V4 => (part.count_v4() as f64, asked.count_v4() as f64),
            Family::V6 => (part.count_v6() as f64, asked.count_v6() as f64),
        }
    });
    let shares = families.iter().filter(|(part, _)| *part > 0.0);
    shares.map(|(part, asked)| part / asked).fold(0.0, f64::max)
}
