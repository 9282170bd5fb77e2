//! The table in Markdown, for a job summary or a comment on a pull request.

use std::io::{self, Write};

use super::{LEGEND, Table, words};
use crate::report::markdown::inline::{code, text};
use crate::report::{Report, counted};

/// Lets the next run find the comment that it replaces.
const MARKER: &str = "<!-- tfvpc trace -->";

/// Writes one table for each root module.
pub fn write(tables: &[Table], report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{MARKER}")?;
    for table in tables {
        let root = &report.roots[table.root];
        let region = root.region.as_deref().unwrap_or("Region unknown");
        let subnets = counted(table.lines.len(), "subnet");
        writeln!(
            out,
            "### {} ({}, {subnets})\n",
            code(&root.path),
            text(region)
        )?;
        let names = table.destinations.iter().map(|name| code(name));
        row(std::iter::once("subnet".to_owned()).chain(names), out)?;
        row(
            std::iter::repeat_n("---".to_owned(), table.destinations.len() + 1),
            out,
        )?;
        for line in &table.lines {
            let cells = line.cells.iter().map(|cell| {
                let words = text(&words(cell));
                if cell.verdict.arrives() {
                    words
                } else {
                    format!("**{words}**")
                }
            });
            row(std::iter::once(code(&line.subnet)).chain(cells), out)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", text(LEGEND))
}

fn row(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<String> = cells.collect();
    writeln!(out, "| {} |", cells.join(" | "))
}
