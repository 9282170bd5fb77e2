//! From the ends of all trips to the parts of an answer, which do not overlap.
//!
//! Trips overlap where unknowns decide: the same packets then end in several outcomes. `overlaid` cuts
//! them into cells that are disjoint and lists the outcomes of each; `blur` adds what is not known of
//! the question itself; `merged` joins cells again, so that a reader sees few parts.

use std::rc::Rc;

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Cause;
use crate::reachability::destination::Destination;
use crate::reachability::packets::{Packets, Side};
use crate::reachability::verdict::{Answer, AnswerPart, PathOutcome};

/// Packets and what may become of them. Cells are cut many times over, and their pieces share the outcomes.
type OverlayCell = (Packets, Vec<Rc<PathOutcome>>);

/// The answer that ended trips give. It is not known which addresses of the `blurred` sides are meant.
pub(super) fn answer(
    ended: Vec<(Packets, PathOutcome)>,
    destination: &Destination,
    blurred: &[Option<(Side, Cause)>],
) -> Answer {
    let ended = ended.into_iter();
    let mut cells = overlaid(ended.map(|(packets, outcome)| (packets, Rc::new(outcome))));
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
            outcomes: outcomes.into_iter().map(Rc::unwrap_or_clone).collect(),
        });
    let mut parts: Vec<AnswerPart> = parts.collect();
    parts.sort_by(|left, right| left.packets.cmp(&right.packets));
    Answer {
        parts,
        confirmed: destination.confirmed.clone(),
    }
}

/// Disjoint cells: packets that end in several outcomes, because unknowns decide, are one cell with all
/// of these outcomes.
fn overlaid(ended: impl Iterator<Item = (Packets, Rc<PathOutcome>)>) -> Vec<OverlayCell> {
    let ended: Vec<(Packets, Rc<PathOutcome>)> = ended.collect();
    let legs = ended.iter().map(|(packets, _)| packets.ports.len()).max();
    let legs = legs.unwrap_or_default();
    let mut cells: Vec<OverlayCell> = Vec::new();
    for (packets, outcome) in ended {
        // Trips that passed fewer NAT gateways say nothing about the ports of further legs: any port,
        // so that all trips can be compared.
        let mut uncovered = vec![packets.with_legs(legs)];
        let mut next: Vec<OverlayCell> = Vec::new();
        for (cell, outcomes) in cells {
            uncovered = overlay(&cell, &outcomes, uncovered, &outcome, &mut next);
        }
        next.extend(
            uncovered
                .into_iter()
                .map(|remaining| (remaining, vec![outcome.clone()])),
        );
        cells = next;
    }
    cells
}

/// Splits a cell into the part that new packets share with it, which has the new outcome too, and the
/// rest; returns the new packets outside of the cell.
fn overlay(
    cell: &Packets,
    outcomes: &[Rc<PathOutcome>],
    packets: Vec<Packets>,
    outcome: &Rc<PathOutcome>,
    cells: &mut Vec<OverlayCell>,
) -> Vec<Packets> {
    let mut rest = vec![cell.clone()];
    let mut uncovered = Vec::new();
    for new in packets {
        let common = new.intersection(cell);
        if common.is_empty() {
            uncovered.push(new);
            continue;
        }
        uncovered.extend(new.difference(&common));
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
    let rest = rest.into_iter();
    cells.extend(rest.map(|remaining| (remaining, outcomes.to_vec())));
    uncovered
}

/// Forgets which addresses of one side belong to which outcome. The question means some of the
/// addresses of that side, and it is not known which: a service of which no prefix list is published, a
/// network interface whose address AWS chooses at apply.
///
/// Every cell is widened to all addresses of the side, which is the upper bound: packets to any of them
/// may be meant. Cells that differ on this side only now overlap, and the overlay gives each the
/// outcomes of all. Where they agree, the outcome holds whichever addresses are meant; where they
/// disagree, the outcome depends on the cause, and the verdict becomes "unknown". So the answer errs to
/// "unknown", also where a single address behaves differently that is never used, and never to a
/// certain verdict.
fn blur(cells: Vec<OverlayCell>, side: Side, cause: &Cause) -> Vec<OverlayCell> {
    // Every packet of the question ends in some cell, so the union is all that was asked for.
    let whole = cells
        .iter()
        .fold(AddressSet::empty(), |union, (packets, _)| {
            union.union(packets.addresses(side))
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
    let mut blurred = overlaid(widened);
    for (_, outcomes) in &mut blurred {
        if outcomes.len() > 1 {
            for outcome in outcomes {
                Rc::make_mut(outcome).depends_on.push(cause.clone());
            }
        }
    }
    blurred
}

/// Joins cells with the same outcomes as far as they make one set of packets. A joined cell may fit
/// another one that did not fit before, hence the loop; each round takes a cell away, so it ends.
fn merged(cells: Vec<OverlayCell>) -> Vec<OverlayCell> {
    let mut merged: Vec<OverlayCell> = Vec::new();
    for (mut packets, outcomes) in cells {
        while let Some((at, union)) = partner(&merged, &packets, &outcomes) {
            merged.swap_remove(at);
            packets = union;
        }
        merged.push((packets, outcomes));
    }
    merged
}

fn partner(
    cells: &[OverlayCell],
    packets: &Packets,
    outcomes: &[Rc<PathOutcome>],
) -> Option<(usize, Packets)> {
    let mut candidates = cells.iter().enumerate();
    candidates.find_map(|(at, (cell, cell_outcomes))| {
        if cell_outcomes != outcomes {
            return None;
        }
        Some((at, cell.merged(packets)?))
    })
}

/// Which share of the asked addresses of its family a part goes to. A part has addresses of one family
/// only, so the larger of the two shares is its own.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share is shown with three digits"
)]
fn share(part: &AddressSet, asked: &AddressSet) -> f64 {
    let counts = [
        (part.count_v4() as f64, asked.count_v4() as f64),
        (part.count_v6() as f64, asked.count_v6() as f64),
    ];
    let shares = counts.iter().filter(|(held, _)| *held > 0.0);
    shares.map(|(held, whole)| held / whole).fold(0.0, f64::max)
}
