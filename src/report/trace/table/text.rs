//! The table for people, in as many pieces as the width asks for.

use std::io::{self, Write};
use std::ops::Range;

use owo_colors::OwoColorize;

use super::condensed::{CondensedCell, CondensedRow, CondensedTable};
use super::{TraceTable, remarks};
use crate::report::Report;
use crate::report::escape::escape;
use crate::report::style::Style;
use crate::report::wrap::wrap;

/// Spaces between columns.
const GAP: usize = 2;

/// Columns by which cells below their names are indented, without the gap.
const STACKED: usize = 2;

/// Writes one table for each root module.
pub fn write(
    tables: &[TraceTable],
    report: &Report,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (position, table) in tables.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        let headline = wrap(&escape(&table.headline(report)), "", "  ", style.width);
        writeln!(out, "{}", headline.style(style.strong()))?;
        let condensed = CondensedTable::of(table, report);
        let text_table = TextTable::new(&condensed, style.width);
        for columns in text_table.pieces(style.width) {
            writeln!(out)?;
            text_table.write(columns, style, out)?;
        }
        let legend = condensed.legend();
        if !(condensed.notes.is_empty() && legend.is_empty()) {
            writeln!(out)?;
        }
        for (number, note) in (1..).zip(&condensed.notes) {
            let note = format!("[{number}] {}", escape(note));
            writeln!(out, "{}", wrap(&note, "", "    ", style.width))?;
        }
        if !legend.is_empty() {
            writeln!(out, "{}", wrap(&legend, "", "", style.width))?;
        }
    }
    for (position, remark) in remarks(tables, report).iter().enumerate() {
        if position == 0 && !tables.is_empty() {
            writeln!(out)?;
        }
        writeln!(out, "{}", wrap(&escape(remark), "", "  ", style.width))?;
    }
    Ok(())
}

struct TextTable<'a> {
    condensed: &'a CondensedTable<'a>,
    /// The width of the first column, the names of subnets.
    names_width: usize,
    /// The widths of the other columns.
    widths: Vec<usize>,
    /// Whether names stand above their cells, since no cell has room beside the longest of them.
    is_stacked: bool,
}

impl<'a> TextTable<'a> {
    fn new(condensed: &'a CondensedTable<'a>, width: usize) -> Self {
        let names = condensed.rows.iter().flat_map(|row| &row.names);
        let column_width = |(column, heads): (usize, &Vec<&str>)| {
            let cells = condensed.rows.iter().map(|row| &row.cells[column]);
            let heads = heads.iter().map(|name| name.len());
            let widths = cells.map(|cell| text(cell).len()).chain(heads);
            widths.max().unwrap_or(0)
        };
        let longest = names.map(|name| length(name)).max().unwrap_or(0);
        let columns = condensed.columns.iter().enumerate();
        let widths: Vec<usize> = columns.map(column_width).collect();
        let widest = widths.iter().max().copied().unwrap_or(0);
        let is_stacked = longest + GAP + widest > width;
        Self {
            condensed,
            names_width: if is_stacked { STACKED } else { longest },
            widths,
            is_stacked,
        }
    }

    /// As many columns in a piece as there is room for, one at least.
    fn pieces(&self, width: usize) -> Vec<Range<usize>> {
        let mut pieces = Vec::new();
        let mut start = 0;
        let mut used = self.names_width;
        for (column, column_width) in self.widths.iter().enumerate() {
            if used + GAP + column_width > width && column > start {
                pieces.push(start..column);
                start = column;
                used = self.names_width;
            }
            used += GAP + column_width;
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

    /// The first name stands beside the cells, the others below; or all above, where there is no room.
    fn write_row(
        &self,
        row: &CondensedRow,
        columns: Range<usize>,
        style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let row_cells = &row.cells[columns.clone()];
        let texts: Vec<String> = row_cells.iter().map(text).collect();
        let verdicts = row_cells.iter().map(|cell| style.verdict(cell.verdict));
        let cells = texts.iter().map(String::as_str).zip(verdicts);
        if self.is_stacked {
            for name in &row.names {
                writeln!(out, "{}", escape(name))?;
            }
            return self.write_line("", cells, columns, out);
        }
        let mut names = row.names.iter();
        let first = names.next().map(|name| escape(name)).unwrap_or_default();
        self.write_line(&first, cells, columns, out)?;
        for name in names {
            writeln!(out, "{}", escape(name))?;
        }
        Ok(())
    }

    /// Writes one line of text: a name and the cells of some columns.
    fn write_line<'t>(
        &self,
        name: &str,
        cells: impl Iterator<Item = (&'t str, owo_colors::Style)>,
        columns: Range<usize>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut line = name.to_owned();
        // Blanks are written only before the next text, so that no line ends with them.
        let mut missing = self.names_width - length(name);
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
fn text(cell: &CondensedCell) -> String {
    if cell.notes.is_empty() {
        return cell.words.clone();
    }
    let notes: Vec<String> = cell.notes.iter().map(usize::to_string).collect();
    format!("{} [{}]", cell.words, notes.join(", "))
}

/// The columns that a name takes.
fn length(name: &str) -> usize {
    escape(name).chars().count()
}
