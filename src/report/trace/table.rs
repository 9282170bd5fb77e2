//! The table of every subnet against the services.

mod condensed;
pub(super) mod json;
pub(super) mod markdown;
pub(super) mod text;

use crate::aws::network::Network;
use crate::reachability::display;
use crate::reachability::path::Hop;
use crate::reachability::share::Share;
use crate::reachability::subnet_matrix::{self, MatrixRow};
use crate::reachability::verdict::Verdict;
use crate::report::{Report, counted};
use crate::terraform::address::Address;

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
    /// The resource that it is an instance of.
    pub resource: String,
    /// One cell for each destination.
    pub cells: Vec<Cell>,
}

/// What becomes of packets from one subnet to one destination.
#[derive(Debug)]
pub struct Cell {
    /// The verdict of the whole.
    pub verdict: Verdict,
    /// The verdicts of the parts with their shares, the largest of each family first.
    pub shares: Vec<(Verdict, Share)>,
    /// What they pass on the way out.
    pub by: Vec<String>,
    /// The verdict if what is not known is favourable, where that is clear.
    pub hoped: Option<Verdict>,
    /// What decides about those that do not arrive as far as is known.
    pub decisive: Vec<Hop>,
    /// Why it is not known what becomes of them.
    pub causes: Vec<String>,
}

impl Table {
    /// The table of a network.
    pub fn new(
        root: usize,
        network: &Network,
        destinations: Vec<String>,
        rows: Vec<MatrixRow>,
    ) -> Self {
        let line = |row: MatrixRow| {
            let origin = &network.subnets[row.subnet].origin;
            let resource = origin.address.as_ref().map(Address::resource);
            let subnet = origin.name();
            Line {
                resource: resource.map_or_else(|| subnet.clone(), |one| one.to_string()),
                subnet,
                cells: row
                    .cells
                    .into_iter()
                    .map(|one| cell(network, one))
                    .collect(),
            }
        };
        Self {
            root,
            destinations,
            lines: rows.into_iter().map(line).collect(),
        }
    }

    /// Whether all packets arrive.
    pub fn arrives(&self) -> bool {
        self.lines.iter().all(Line::arrives)
    }

    /// `infra/prod, eu-west-1: 10 subnets, 3 of which reach everything below`
    fn headline(&self, report: &Report) -> String {
        let root = &report.roots[self.root];
        let region = root.region.as_deref().unwrap_or("Region unknown");
        let subnets = counted(self.lines.len(), "subnet");
        let reaching = self.lines.iter().filter(|line| line.arrives()).count();
        let reaching = match reaching {
            0 => "none of which reaches".to_owned(),
            1 if self.lines.len() == 1 => "which reaches".to_owned(),
            1 => "1 of which reaches".to_owned(),
            all if all == self.lines.len() => "all of which reach".to_owned(),
            some => format!("{some} of which reach"),
        };
        format!(
            "{}, {region}: {subnets}, {reaching} everything below",
            root.name()
        )
    }
}

impl Line {
    fn arrives(&self) -> bool {
        let mut shares = self.cells.iter().flat_map(|cell| &cell.shares);
        shares.all(|(verdict, _)| verdict.arrives())
    }
}

fn cell(network: &Network, cell: subnet_matrix::MatrixCell) -> Cell {
    let by = cell.egress_paths.iter();
    let by = by
        .filter_map(|egress_path| display::egress_path(network, *egress_path))
        .collect();
    let hoped = match (cell.verdict, cell.egress_paths.as_slice()) {
        (Verdict::Unknown, [egress_path]) => Some(egress_path.verdict()),
        _ => None,
    };
    let causes = cell.causes.iter();
    Cell {
        verdict: cell.verdict,
        shares: cell.shares,
        by,
        hoped,
        decisive: cell.decisive,
        causes: causes.map(|cause| cause.reason.to_string()).collect(),
    }
}
