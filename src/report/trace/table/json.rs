//! The table as JSON, version 1.

use std::io::{self, Write};

use serde::Serialize;

use super::{Cell, Line, Table};
use crate::report::Report;

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
}

#[derive(Serialize)]
struct JsonShare {
    verdict: &'static str,
    share: f64,
}

fn root<'a>(table: &'a Table, report: &'a Report) -> JsonRoot<'a> {
    let root = &report.roots[table.root];
    let subnets = table.lines.iter();
    JsonRoot {
        path: &root.path,
        region: root.region.as_deref(),
        subnets: subnets.map(|line| subnet(table, line)).collect(),
    }
}

fn subnet<'a>(table: &'a Table, line: &'a Line) -> JsonSubnet<'a> {
    let answers = table.destinations.iter().zip(&line.cells);
    JsonSubnet {
        subnet: &line.subnet,
        answers: answers.map(|(to, cell)| answer(to, cell)).collect(),
    }
}

fn answer<'a>(to: &'a str, cell: &'a Cell) -> JsonAnswer<'a> {
    let share = |(verdict, share): &(crate::reachability::verdict::Verdict, f64)| JsonShare {
        verdict: verdict.as_str(),
        share: (share * 1000.0).round() / 1000.0,
    };
    JsonAnswer {
        to,
        verdict: cell.verdict.as_str(),
        by: &cell.by,
        parts: cell.shares.iter().map(share).collect(),
    }
}
