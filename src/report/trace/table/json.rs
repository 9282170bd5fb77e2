//! The table as JSON, version 1: every subnet and destination by itself.

use std::io::{self, Write};

use serde::Serialize;

use super::{TraceCell, TraceRow, TraceTable};
use crate::reachability::subnet_matrix::MatrixShare;
use crate::report::Report;
use crate::report::json::{JsonHop, hop, write_pretty};
use crate::report::trace::rounded;

/// Writes the tables of all root modules as one JSON object.
pub fn write(tables: &[TraceTable], report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let json = JsonTables {
        version: 1,
        roots: tables.iter().map(|table| root(table, report)).collect(),
    };
    write_pretty(&json, out)
}

#[derive(Serialize)]
struct JsonTables<'a> {
    version: u8,
    roots: Vec<JsonTable<'a>>,
}

#[derive(Serialize)]
struct JsonTable<'a> {
    path: &'a str,
    region: Option<&'a str>,
    subnets: Vec<JsonSubnet<'a>>,
}

#[derive(Serialize)]
struct JsonSubnet<'a> {
    subnet: &'a str,
    answers: Vec<JsonAnswer<'a>>,
}

#[derive(Serialize)]
struct JsonAnswer<'a> {
    to: &'a str,
    verdict: &'static str,
    by: &'a [String],
    parts: Vec<JsonShare>,
    /// The hops that stop packets, or may stop them.
    decisive: Vec<JsonHop<'a>>,
    /// Why the verdict on some packets is unknown.
    unknowns: &'a [String],
}

#[derive(Serialize)]
struct JsonShare {
    verdict: &'static str,
    /// `IPv4` or `IPv6`; null if nothing is known about the packets.
    family: Option<String>,
    share: f64,
}

fn root<'a>(table: &'a TraceTable, report: &'a Report) -> JsonTable<'a> {
    let root = &report.roots[table.root];
    let subnets = table.rows.iter();
    JsonTable {
        path: &root.path,
        region: root.region.as_deref(),
        subnets: subnets.map(|row| subnet(table, row, report)).collect(),
    }
}

fn subnet<'a>(table: &'a TraceTable, row: &'a TraceRow, report: &Report) -> JsonSubnet<'a> {
    let answers = table.destinations.iter().zip(&row.cells);
    JsonSubnet {
        subnet: &row.subnet,
        answers: answers
            .map(|(to, cell)| answer(table.root, to, cell, report))
            .collect(),
    }
}

fn answer<'a>(root: usize, to: &'a str, cell: &'a TraceCell, report: &Report) -> JsonAnswer<'a> {
    let share = |part: &MatrixShare| JsonShare {
        verdict: part.verdict.as_str(),
        family: part.share.family.map(|family| family.to_string()),
        share: rounded(part.share.share),
    };
    JsonAnswer {
        to,
        verdict: cell.verdict.as_str(),
        by: &cell.by,
        parts: cell.shares.iter().map(share).collect(),
        decisive: cell
            .decisive
            .iter()
            .map(|passed| hop(report, root, passed))
            .collect(),
        unknowns: &cell.causes,
    }
}
