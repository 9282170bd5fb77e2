//! The table as people can take it in. Subnets with equal cells share a row, services with equal cells a
//! column, and what decides stands below as numbered notes:
//!
//! ```text
//!                     s3        ssm
//!                               ssmmessages
//! aws_subnet.app (3)  gateway   NAT
//! aws_subnet.db       gateway   BLOCKED [1]
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::words::{LEGEND, Term, split_notes, terms, words};
use super::{TraceCell, TraceRow, TraceTable};
use crate::aws::data::endpoint_services;
use crate::reachability::verdict::Verdict;
use crate::report::Report;
use crate::report::path;
use crate::report::without_keys;

/// A table with fewer rows and columns.
#[derive(Debug)]
pub(super) struct CondensedTable<'a> {
    /// The destinations of each column.
    pub(super) columns: Vec<Vec<&'a str>>,
    pub(super) rows: Vec<CondensedRow>,
    /// What decides, as cells refer to it: the first is note 1.
    pub(super) notes: Vec<String>,
}

/// What is the same for some subnets: a row of the condensed table.
#[derive(Debug)]
pub(super) struct CondensedRow {
    /// The subnets, or the resources of which all instances are meant.
    pub(super) names: Vec<String>,
    pub(super) cells: Vec<CondensedCell>,
}

/// What becomes of packets from some subnets to some destinations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CondensedCell {
    pub(super) verdict: Verdict,
    /// `gateway`, `76 % gateway, 24 % BLOCKED`
    pub(super) words: String,
    /// The numbers of its notes.
    pub(super) notes: Vec<usize>,
    /// What the legend explains of its words.
    terms: Vec<Term>,
}

impl<'a> CondensedTable<'a> {
    pub(super) fn of(table: &'a TraceTable, report: &Report) -> Self {
        let mut notes = Vec::new();
        let table_rows = table.rows.iter();
        let cells: Vec<Vec<CondensedCell>> = table_rows
            .map(|row| {
                let cells = row.cells.iter();
                cells
                    .map(|cell| condensed(cell, report, &mut notes))
                    .collect()
            })
            .collect();
        let columns = columns(table, &cells);
        let names = |column: &Vec<usize>| {
            let names = column.iter().map(|at| table.destinations[*at].as_str());
            names.collect()
        };
        Self {
            columns: columns.iter().map(names).collect(),
            rows: rows(table, &cells, &columns),
            notes,
        }
    }

    /// What the words of the cells mean, for readers who see them for the first time.
    pub(super) fn legend(&self) -> String {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        let used: BTreeSet<&Term> = cells.flat_map(|cell| &cell.terms).collect();
        let meanings = LEGEND.iter().filter(|(term, _)| used.contains(term));
        let meanings = meanings.map(|(term, meaning)| format!("{}: {meaning}", term.word()));
        meanings.collect::<Vec<_>>().join("; ")
    }
}

fn condensed(cell: &TraceCell, report: &Report, notes: &mut Vec<String>) -> CondensedCell {
    let decisive = cell.decisive.iter().map(|hop| {
        let at = without_keys(&hop.at);
        path::summary(hop, &at, &report.sources)
    });
    let causes = cell.causes.iter().map(|cause| without_keys(cause));
    let mut numbers: Vec<usize> = Vec::new();
    let causes = causes.map(|cause| format!("depends on: {cause}"));
    for note in split_notes(cell).into_iter().chain(decisive).chain(causes) {
        let known = notes.iter().position(|written| *written == note);
        let index = known.unwrap_or_else(|| {
            notes.push(note);
            notes.len() - 1
        });
        if !numbers.contains(&(index + 1)) {
            numbers.push(index + 1);
        }
    }
    numbers.sort_unstable();
    CondensedCell {
        verdict: cell.verdict,
        words: words(cell),
        notes: numbers,
        terms: terms(cell),
    }
}

/// Services whose names resolve alike share a column with the first of them. S3 and DynamoDB, which
/// have gateway endpoints, and the internet stand alone.
fn columns(table: &TraceTable, cells: &[Vec<CondensedCell>]) -> Vec<Vec<usize>> {
    let is_shared =
        |name: &str| endpoint_services::service(name).is_some_and(|service| !service.has_gateway);
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for (index, name) in table.destinations.iter().enumerate() {
        let is_same = |column: &&mut Vec<usize>| {
            let first = column[0];
            is_shared(name)
                && is_shared(&table.destinations[first])
                && cells.iter().all(|row| row[index] == row[first])
        };
        match columns.iter_mut().find(is_same) {
            Some(column) => column.push(index),
            None => columns.push(vec![index]),
        }
    }
    columns
}

/// Subnets with equal cells share a row, in the place of the first of them.
fn rows(
    table: &TraceTable,
    cells: &[Vec<CondensedCell>],
    columns: &[Vec<usize>],
) -> Vec<CondensedRow> {
    let mut group_of_cells: BTreeMap<&[CondensedCell], usize> = BTreeMap::new();
    let mut groups: Vec<(Vec<&TraceRow>, &[CondensedCell])> = Vec::new();
    for (row, row_cells) in table.rows.iter().zip(cells) {
        let group = *group_of_cells.entry(row_cells).or_insert_with(|| {
            groups.push((Vec::new(), row_cells));
            groups.len() - 1
        });
        groups[group].0.push(row);
    }
    let totals = instances(table.rows.iter());
    let condensed = |(rows, row_cells): (Vec<&TraceRow>, &[CondensedCell])| CondensedRow {
        names: names(&rows, &totals),
        cells: columns
            .iter()
            .map(|column| row_cells[column[0]].clone())
            .collect(),
    };
    groups.into_iter().map(condensed).collect()
}

/// How many rows each resource has.
fn instances<'t>(rows: impl Iterator<Item = &'t TraceRow>) -> BTreeMap<&'t str, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.resource.as_str()).or_default() += 1;
    }
    counts
}

/// `aws_subnet.app (3)` for all instances of a resource, each by its name otherwise.
fn names(rows: &[&TraceRow], totals: &BTreeMap<&str, usize>) -> Vec<String> {
    let counts = instances(rows.iter().copied());
    let mut names: Vec<String> = Vec::new();
    for row in rows {
        let resource = row.resource.as_str();
        let count = counts[resource];
        let name = if count > 1 && totals.get(resource) == Some(&count) {
            format!("{resource} ({count})")
        } else {
            row.subnet.clone()
        };
        if names.last() != Some(&name) {
            names.push(name);
        }
    }
    names
}
