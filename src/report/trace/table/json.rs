//! The table as JSON, version 1.

use std::io::{self, Write};

use serde::Serialize;

use super::{Cell, Line, Table};
use crate::reachability::share::Share;
use crate::reachability::verdict::Verdict;
use crate::report::Report;
use crate::report::json::{JsonHop, hop};

/// Writes the tables of all root modules as one JSON object.
pub fn write(tables: &[Table], report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: 1,
        roots: tables.iter().map(|table| root(table, report)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    roots: Vec<JsonRoot<'a>>,
}

#[derive(Serialize)]
struct JsonRoot<'a> {
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
    /// What decides about those that do not arrive as far as is known.
    decisive: Vec<JsonHop<'a>>,
    /// Why it is not known what becomes of them.
    unknowns: &'a [String],
}

#[derive(Serialize)]
struct JsonShare {
    verdict: &'static str,
    /// `IPv4` or `IPv6`; null if nothing is known about the packets.
    family: Option<String>,
    share: f64,
}

fn root<'a>(table: &'a Table, report: &'a Report) -> JsonRoot<'a> {
    let root = &report.roots[table.root];
    let subnets = table.lines.iter();
    JsonRoot {
        path: &root.path,
        region: root.region.as_deref(),
        subnets: subnets.map(|line| subnet(table, line, report)).collect(),
    }
}

fn subnet<'a>(table: &'a Table, line: &'a Line, report: &Report) -> JsonSubnet<'a> {
    let answers = table.destinations.iter().zip(&line.cells);
    JsonSubnet {
        subnet: &line.subnet,
        answers: answers
            .map(|(to, cell)| answer(table.root, to, cell, report))
            .collect(),
    }
}

fn answer<'a>(root: usize, to: &'a str, cell: &'a Cell, report: &Report) -> JsonAnswer<'a> {
    let share = |(verdict, share): &(Verdict, Share)| JsonShare {
        verdict: verdict.as_str(),
        family: share.family.map(|family| family.to_string()),
        share: (share.share * 1000.0).round() / 1000.0,
    };
    JsonAnswer {
        to,
        verdict: cell.verdict.as_str(),
        by: &cell.by,
        parts: cell.shares.iter().map(share).collect(),
        decisive: cell
            .decisive
            .iter()
            .map(|one| hop(report, root, one))
            .collect(),
        unknowns: &cell.causes,
    }
}
