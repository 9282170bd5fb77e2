//! The table for people, in as many pieces as the width asks for.

use std::io::{self, Write};
use std::ops::Range;

use owo_colors::OwoColorize;

use super::{LEGEND, Line, Table, words};
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
    for table in tables {
        let root = &report.roots[table.root];
        let region = root.region.as_deref().unwrap_or("Region unknown");
        let head = format!("{}, {}", escape(&root.path), escape(region));
        writeln!(out, "{}\n", head.style(style.strong()))?;
        let sheet = Sheet::new(table);
        for columns in sheet.pieces(style.width) {
            sheet.write(columns, style, out)?;
            writeln!(out)?;
        }
    }
    writeln!(out, "{}", wrap(LEGEND, "", "", style.width))
}

struct Sheet<'a> {
    table: &'a Table,
    /// The width of the names of subnets.
    first: usize,
    /// The widths of the other columns.
    widths: Vec<usize>,
}

impl<'a> Sheet<'a> {
    fn new(table: &'a Table) -> Self {
        let names = table
            .lines
            .iter()
            .map(|line| escape(&line.subnet).chars().count());
        let width = |(column, name): (usize, &String)| {
            let cells = table
                .lines
                .iter()
                .map(|line| words(&line.cells[column]).len());
            cells.chain([name.len()]).max().unwrap_or(0)
        };
        Self {
            table,
            first: names.max().unwrap_or(0),
            widths: table.destinations.iter().enumerate().map(width).collect(),
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
        write!(out, "{:1$}", "", self.first)?;
        for column in columns.clone() {
            let name = format!(
                "{:GAP$}{:2$}",
                "", self.table.destinations[column], self.widths[column]
            );
            write!(out, "{}", name.style(style.strong()))?;
        }
        writeln!(out)?;
        for line in &self.table.lines {
            self.write_line(line, columns.clone(), style, out)?;
        }
        Ok(())
    }

    fn write_line(
        &self,
        line: &Line,
        columns: Range<usize>,
        style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        write!(out, "{:1$}", escape(&line.subnet), self.first)?;
        let last = columns.end - 1;
        for column in columns {
            let cell = &line.cells[column];
            let words = words(cell);
            let padding = self.padding(column, last, words.len());
            write!(
                out,
                "{:GAP$}{}{padding}",
                "",
                words.style(style.verdict(cell.verdict))
            )?;
        }
        writeln!(out)
    }

    /// What fills a column; nothing at the end of a line.
    fn padding(&self, column: usize, last: usize, used: usize) -> String {
        let width = if column == last {
            used
        } else {
            self.widths[column]
        };
        " ".repeat(width - used)
    }
}
