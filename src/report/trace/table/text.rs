//! The table for people, in as many pieces as the width asks for.

use std::io::{self, Write};
use std::ops::Range;

use owo_colors::OwoColorize;

use super::Table;
use super::condensed::{Condensed, Entry, Row};
use crate::report::Report;
use crate::report::escape::escape;
use crate::report::style::Style;
use crate::report::wrap::wrap;

/// Between columns.
const GAP: usize = 2;

/// Writes one table for each root module.
pub fn write(
    tables: &[Table],
    report: &Report,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (n, table) in tables.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        let headline = table.headline(report);
        writeln!(out, "{}", escape(&headline).style(style.strong()))?;
        let condensed = Condensed::of(table, report);
        let sheet = Sheet::new(&condensed);
        for columns in sheet.pieces(style.width) {
            writeln!(out)?;
            sheet.write(columns, style, out)?;
        }
        writeln!(out)?;
        for (number, note) in (1..).zip(&condensed.notes) {
            let note = format!("[{number}] {}", escape(note));
            writeln!(out, "{}", wrap(&note, "", "    ", style.width))?;
        }
        writeln!(out, "{}", wrap(&condensed.legend(), "", "", style.width))?;
    }
    Ok(())
}

struct Sheet<'a> {
    condensed: &'a Condensed<'a>,
    /// The width of the names of subnets.
    first: usize,
    /// The widths of the other columns.
    widths: Vec<usize>,
}

impl<'a> Sheet<'a> {
    fn new(condensed: &'a Condensed<'a>) -> Self {
        let names = condensed.rows.iter().flat_map(|row| &row.names);
        let width = |(column, names): (usize, &Vec<&str>)| {
            let entries = condensed.rows.iter().map(|row| &row.entries[column]);
            let names = names.iter().map(|name| name.len());
            let widths = entries.map(|entry| text(entry).len()).chain(names);
            widths.max().unwrap_or(0)
        };
        Self {
            condensed,
            first: names.map(|name| length(name)).max().unwrap_or(0),
            widths: condensed.columns.iter().enumerate().map(width).collect(),
        }
    }

    /// As many columns in a piece as there is room for, one at least.
    fn pieces(&self, width: usize) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut start = 0;
        let mut used = self.first;
        for (column, own) in self.widths.iter().enumerate() {
            if used + GAP + own > width && column > start {
                pieces.push(start..column);
                start = column;
                used = self.first;
            }
            used += GAP + own;
        }
        pieces.push(start..self.widths.len());
        pieces
    }

    fn write(&self, columns: Range<usize>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let heads = &self.condensed.columns[columns.clone()];
        let height = heads.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let names = heads.iter().map(|names| names.get(line).copied());
            let names: Vec<&str> = names.map(Option::unwrap_or_default).collect();
            let cells = names.iter().map(|name| (*name, style.strong()));
            self.write_line("", cells, columns.clone(), out)?;
        }
        for row in &self.condensed.rows {
            self.write_row(row, columns.clone(), style, out)?;
        }
        Ok(())
    }

    /// The first name stands beside the entries, the others below.
    fn write_row(
        &self,
        row: &Row,
        columns: Range<usize>,
        style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let entries = &row.entries[columns.clone()];
        let texts: Vec<String> = entries.iter().map(text).collect();
        let verdicts = entries.iter().map(|entry| style.verdict(entry.verdict));
        let cells = texts.iter().map(String::as_str).zip(verdicts);
        let mut names = row.names.iter();
        let first = names.next().map(|name| escape(name)).unwrap_or_default();
        self.write_line(&first, cells, columns, out)?;
        for name in names {
            writeln!(out, "{}", escape(name))?;
        }
        Ok(())
    }

    fn write_line<'t>(
        &self,
        name: &str,
        cells: impl Iterator<Item = (&'t str, owo_colors::Style)>,
        columns: Range<usize>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut line = name.to_owned();
        let mut missing = self.first - length(name);
        for (column, (text, ink)) in columns.zip(cells) {
            missing += GAP;
            if !text.is_empty() {
                line.extend([" ".repeat(missing), text.style(ink).to_string()]);
                missing = 0;
            }
            missing += self.widths[column] - text.len();
        }
        writeln!(out, "{line}")
    }
}

/// `BLOCKED [1, 2]`
fn text(entry: &Entry) -> String {
    if entry.notes.is_empty() {
        return entry.words.clone();
    }
    let notes: Vec<String> = entry.notes.iter().map(usize::to_string).collect();
    format!("{} [{}]", entry.words, notes.join(", "))
}

/// The columns that a name takes.
fn length(name: &str) -> usize {
    escape(name).chars().count()
}
