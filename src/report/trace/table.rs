//! The table of every subnet against the services.

pub(super) mod json;
pub(super) mod markdown;
pub(super) mod text;

use crate::aws::network::Network;
use crate::reachability::describe;
use crate::reachability::survey::{self, Row};
use crate::reachability::verdict::Verdict;

/// What becomes of packets from every subnet of a root module.
#[derive(Debug)]
pub struct Table {
    /// Where it was asked, an index into [`Report::roots`](crate::report::Report::roots).
    pub root: usize,
    /// To where.
    pub destinations: Vec<String>,
    /// One line for each subnet.
    pub lines: Vec<Line>,
}

/// What becomes of packets from one subnet.
#[derive(Debug)]
pub struct Line {
    /// The subnet.
    pub subnet: String,
    /// One cell for each destination.
    pub cells: Vec<Cell>,
}

/// What becomes of packets from one subnet to one destination.
#[derive(Debug)]
pub struct Cell {
    /// The verdict of the whole.
    pub verdict: Verdict,
    /// The verdicts of the parts with their shares, the largest first.
    pub shares: Vec<(Verdict, f64)>,
    /// What they pass on the way out.
    pub by: Vec<String>,
}

impl Table {
    /// The table of a network.
    pub fn new(root: usize, network: &Network, destinations: Vec<String>, rows: Vec<Row>) -> Self {
        let line = |row: Row| Line {
            subnet: network.subnets[row.subnet].origin.name(),
            cells: row
                .cells
                .into_iter()
                .map(|one| cell(network, one))
                .collect(),
        };
        Self {
            root,
            destinations,
            lines: rows.into_iter().map(line).collect(),
        }
    }

    /// Whether all packets arrive.
    pub fn arrives(&self) -> bool {
        let mut cells = self.lines.iter().flat_map(|line| &line.cells);
        cells.all(|cell| cell.shares.iter().all(|(verdict, _)| verdict.arrives()))
    }
}

fn cell(network: &Network, cell: survey::Cell) -> Cell {
    let by = cell
        .ways
        .iter()
        .filter_map(|way| describe::way(network, *way));
    Cell {
        by: by.collect(),
        verdict: cell.verdict,
        shares: cell.shares,
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

/// `gateway`, `PARTIAL, 76 % gateway`
fn words(cell: &Cell) -> String {
    let verdict = short(cell.verdict);
    match cell.verdict {
        Verdict::Partial | Verdict::Mixed => {
            let shares = cell.shares.iter();
            let shares =
                shares.map(|(one, share)| format!("{:.0} % {}", share * 100.0, short(*one)));
            let shares: Vec<String> = shares.collect();
            shares.join(", ")
        }
        _ => verdict.to_owned(),
    }
}

/// What the words of cells mean, for readers who see them for the first time.
const LEGEND: &str = "gateway, interface: by an endpoint of that type; NAT: by a NAT gateway; internet, \
                      egress-only: by an internet gateway of that kind; external: by a transit \
                      gateway, a peering connection, a VPN or an appliance";
