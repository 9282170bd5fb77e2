//! The table of every subnet against the services: the data, which `text`, `markdown` and `json` write.

mod condensed;
pub(super) mod json;
pub(super) mod markdown;
pub(super) mod text;
mod words;

use crate::aws::network::Network;
use crate::reachability::display;
use crate::reachability::path::Hop;
use crate::reachability::subnet_matrix::{self, MatrixRow, MatrixShare};
use crate::reachability::verdict::Verdict;
use crate::report::{Report, counted, coverage};
use crate::terraform::address::Address;

/// What is said below the tables about networks that could not be seen, and instead of them where there is no
/// subnet: no table looks as if all packets arrived.
fn remarks(tables: &[TraceTable], report: &Report) -> Vec<String> {
    let roots = counted(report.roots.len(), "root module");
    let none = tables.is_empty().then(|| format!("no subnets in {roots}"));
    let hidden = report.sees_too_little().then(|| coverage::line(report));
    none.into_iter().chain(hidden.flatten()).collect()
}

/// What becomes of packets from every subnet of a root module.
#[derive(Debug)]
pub struct TraceTable {
    /// Where it was asked, an index into [`Report::roots`](crate::report::Report::roots).
    pub root: usize,
    /// To where.
    pub destinations: Vec<String>,
    /// One row for each subnet.
    pub rows: Vec<TraceRow>,
}

/// What becomes of packets from one subnet.
#[derive(Debug)]
pub struct TraceRow {
    /// The subnet.
    pub subnet: String,
    /// The resource that it is an instance of.
    pub resource: String,
    /// One cell for each destination.
    pub cells: Vec<TraceCell>,
}

/// What becomes of packets from one subnet to one destination.
#[derive(Debug)]
pub struct TraceCell {
    /// The verdict on all of them.
    pub verdict: Verdict,
    /// The verdicts of the parts with their shares, the largest of each family first.
    pub shares: Vec<MatrixShare>,
    /// The resources of their egress paths: `aws_nat_gateway.a`.
    pub by: Vec<String>,
    /// Of an unknown verdict: how the packets leave if the unknowns allow it, where there is one egress
    /// path.
    pub hoped: Option<Verdict>,
    /// The hops that stop packets, or may stop them.
    pub decisive: Vec<Hop>,
    /// Why the verdict on some packets is unknown.
    pub causes: Vec<String>,
}

impl TraceTable {
    /// The table of a network.
    pub fn new(
        root: usize,
        network: &Network,
        destinations: Vec<String>,
        rows: Vec<MatrixRow>,
    ) -> Self {
        let labelled = |row: MatrixRow| {
            let origin = &network.subnets[row.subnet].origin;
            let resource = origin.address.as_ref().map(Address::resource);
            let subnet = origin.name();
            TraceRow {
                resource: resource.map_or_else(|| subnet.clone(), |address| address.to_string()),
                subnet,
                cells: row
                    .cells
                    .into_iter()
                    .map(|answered| cell(network, answered))
                    .collect(),
            }
        };
        Self {
            root,
            destinations,
            rows: rows.into_iter().map(labelled).collect(),
        }
    }

    /// Whether all packets arrive.
    pub fn arrives(&self) -> bool {
        self.rows.iter().all(TraceRow::arrives)
    }

    /// `infra/prod, eu-west-1: 10 subnets, 3 of which reach everything below`
    fn headline(&self, report: &Report) -> String {
        let root = &report.roots[self.root];
        let region = root.region.as_deref().unwrap_or("Region unknown");
        let subnets = counted(self.rows.len(), "subnet");
        let reaching = match self.rows.iter().filter(|row| row.arrives()).count() {
            0 => "none of which reaches".to_owned(),
            1 if self.rows.len() == 1 => "which reaches".to_owned(),
            1 => "1 of which reaches".to_owned(),
            count if count == self.rows.len() => "all of which reach".to_owned(),
            count => format!("{count} of which reach"),
        };
        format!(
            "{}, {region}: {subnets}, {reaching} everything below",
            root.name()
        )
    }
}

impl TraceRow {
    fn arrives(&self) -> bool {
        let mut shares = self.cells.iter().flat_map(|cell| &cell.shares);
        shares.all(|share| share.verdict.arrives())
    }
}

fn cell(network: &Network, cell: subnet_matrix::MatrixCell) -> TraceCell {
    let egress_paths = cell.egress_paths.iter();
    let by = egress_paths.filter_map(|path| display::egress_path(network, *path));
    let hoped = match (cell.verdict, cell.egress_paths.as_slice()) {
        (Verdict::Unknown, [egress_path]) => Some(egress_path.verdict()),
        _ => None,
    };
    let causes = cell.causes.iter();
    TraceCell {
        verdict: cell.verdict,
        shares: cell.shares,
        by: by.collect(),
        hoped,
        decisive: cell.decisive,
        causes: causes.map(|cause| cause.reason.to_string()).collect(),
    }
}
