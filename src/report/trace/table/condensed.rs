//! The table as people can take it in: subnets and services that are alike stand together, and what
//! decides stands below.

use std::collections::BTreeMap;

use super::{Cell, Line, Table};
use crate::aws::data::endpoint_services;
use crate::reachability::share::Share;
use crate::reachability::verdict::Verdict;
use crate::report::Report;
use crate::report::path;
use crate::report::trace::group::without_keys;
use crate::report::trace::percent;

/// A table with fewer lines and columns.
#[derive(Debug)]
pub(super) struct Condensed<'a> {
    /// The destinations of each column.
    pub(super) columns: Vec<Vec<&'a str>>,
    pub(super) rows: Vec<Row>,
    /// What decides, as entries refer to it: the first is note 1.
    pub(super) notes: Vec<String>,
}

/// What is the same for some subnets.
#[derive(Debug)]
pub(super) struct Row {
    /// The subnets, or the resources of which all instances are meant.
    pub(super) names: Vec<String>,
    pub(super) entries: Vec<Entry>,
}

/// What becomes of packets from some subnets to some destinations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) verdict: Verdict,
    /// `gateway`, `76 % gateway, 24 % BLOCKED`
    pub(super) words: String,
    /// The numbers of its notes.
    pub(super) notes: Vec<usize>,
}

impl<'a> Condensed<'a> {
    pub(super) fn of(table: &'a Table, report: &Report) -> Self {
        let mut notes = Vec::new();
        let lines = table.lines.iter();
        let entries: Vec<Vec<Entry>> = lines
            .map(|line| {
                let cells = line.cells.iter();
                cells.map(|cell| entry(cell, report, &mut notes)).collect()
            })
            .collect();
        let columns = columns(table, &entries);
        let names = |column: &Vec<usize>| {
            let names = column.iter().map(|at| table.destinations[*at].as_str());
            names.collect()
        };
        Self {
            columns: columns.iter().map(names).collect(),
            rows: rows(table, &entries, &columns),
            notes,
        }
    }

    /// What the words of the entries mean, for readers who see them for the first time.
    pub(super) fn legend(&self) -> String {
        let entries = self.rows.iter().flat_map(|row| &row.entries);
        let words: Vec<&str> = entries.map(|entry| entry.words.as_str()).collect();
        let used = LEGEND.iter().filter(|(word, _)| {
            let mut words = words.iter();
            words.any(|words| words.contains(word))
        });
        let used = used.map(|(word, meaning)| format!("{word}: {meaning}"));
        used.collect::<Vec<_>>().join("; ")
    }
}

const LEGEND: [(&str, &str); 9] = [
    ("gateway", "by a gateway endpoint"),
    ("interface", "by an interface endpoint"),
    ("NAT", "by a NAT gateway"),
    ("internet", "by an internet gateway"),
    ("egress-only", "by an egress-only internet gateway"),
    ("local", "inside the VPC"),
    (
        "external",
        "by a transit gateway, a peering connection, a VPN or an appliance to where this \
         configuration does not tell",
    ),
    ("BLOCKED", "a filter or a gateway stops it or the reply"),
    ("?", "if at all, which depends on what is not known"),
];

fn entry(cell: &Cell, report: &Report, notes: &mut Vec<String>) -> Entry {
    let decisive = cell.decisive.iter().map(|hop| {
        let at = without_keys(&hop.at);
        path::summary(hop, &at, &report.sources)
    });
    let causes = cell.causes.iter().map(|cause| without_keys(cause));
    let mut own: Vec<usize> = Vec::new();
    for note in decisive.chain(causes.map(|cause| format!("depends on: {cause}"))) {
        let known = notes.iter().position(|other| *other == note);
        let number = known.unwrap_or_else(|| {
            notes.push(note);
            notes.len() - 1
        });
        if !own.contains(&(number + 1)) {
            own.push(number + 1);
        }
    }
    own.sort_unstable();
    Entry {
        verdict: cell.verdict,
        words: words(cell),
        notes: own,
    }
}

/// Services whose names resolve alike share a column with the first of them. S3 and DynamoDB, which
/// have gateway endpoints, and the internet stand alone.
fn columns(table: &Table, entries: &[Vec<Entry>]) -> Vec<Vec<usize>> {
    let is_shared =
        |name: &str| endpoint_services::service(name).is_some_and(|service| !service.has_gateway);
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for (at, name) in table.destinations.iter().enumerate() {
        let is_same = |column: &&mut Vec<usize>| {
            let first = column[0];
            let other = &table.destinations[first];
            is_shared(name)
                && is_shared(other)
                && entries.iter().all(|line| line[at] == line[first])
        };
        match columns.iter_mut().find(is_same) {
            Some(column) => column.push(at),
            None => columns.push(vec![at]),
        }
    }
    columns
}

fn rows(table: &Table, entries: &[Vec<Entry>], columns: &[Vec<usize>]) -> Vec<Row> {
    let mut places: BTreeMap<&[Entry], usize> = BTreeMap::new();
    let mut groups: Vec<(Vec<&Line>, &[Entry])> = Vec::new();
    for (line, entries) in table.lines.iter().zip(entries) {
        let place = *places.entry(entries).or_insert_with(|| {
            groups.push((Vec::new(), entries));
            groups.len() - 1
        });
        groups[place].0.push(line);
    }
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &table.lines {
        *totals.entry(&line.resource).or_default() += 1;
    }
    let row = |(lines, entries): (Vec<&Line>, &[Entry])| Row {
        names: names(&lines, &totals),
        entries: columns.iter().map(|at| entries[at[0]].clone()).collect(),
    };
    groups.into_iter().map(row).collect()
}

/// `aws_subnet.app (3)` for all instances of a resource, each by its name otherwise.
fn names(lines: &[&Line], totals: &BTreeMap<&str, usize>) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lines {
        *counts.entry(&line.resource).or_default() += 1;
    }
    let mut names: Vec<String> = Vec::new();
    for line in lines {
        let resource = line.resource.as_str();
        let count = counts[resource];
        let name = if count > 1 && totals.get(resource) == Some(&count) {
            format!("{resource} ({count})")
        } else {
            line.subnet.clone()
        };
        if names.last() != Some(&name) {
            names.push(name);
        }
    }
    names
}

/// `gateway`, `interface?`, `76 % gateway, 24 % BLOCKED`, `IPv4 NAT, IPv6 egress-only`
fn words(cell: &Cell) -> String {
    match (cell.verdict, cell.hoped) {
        (Verdict::Partial | Verdict::Mixed, _) => {
            let parts = cell.shares.iter().map(|(verdict, share)| {
                let family = family(*share, cell);
                let verdict = short(*verdict);
                match share.share {
                    all if all > 1.0 - 1e-9 => format!("{family}{verdict}"),
                    some => format!("{family}{} {verdict}", percent(some, 0)),
                }
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        (Verdict::Unknown, Some(hoped)) => format!("{}?", short(hoped)),
        (verdict, _) => short(verdict).to_owned(),
    }
}

/// The family where both are asked about.
fn family(share: Share, cell: &Cell) -> String {
    let mut others = cell.shares.iter();
    let has_others = others.any(|(_, other)| other.family != share.family);
    let family = share.family.filter(|_| has_others);
    family.map_or(String::new(), |family| format!("{family} "))
}

/// The verdict in as few words as an entry has room for.
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
