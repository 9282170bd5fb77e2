//! The table in Markdown, for a job summary or a comment on a pull request.

use std::io::{self, Write};

use super::condensed::{CondensedCell, CondensedRow, CondensedTable};
use super::{TraceTable, remarks};
use crate::report::Report;
use crate::report::markdown::inline::{code, text};
use crate::report::markdown::{LONGEST, LONGEST_TABLE, fill, left_out};

/// The job that comments on a pull request finds its last comment by this line and replaces it.
const MARKER: &str = "<!-- tfvpc trace -->";

/// As many subnets are named in a row.
const NAMED: usize = 4;

/// Writes one table for each root module. What would make it longer than a comment may be is left out
/// and counted.
pub fn write(tables: &[TraceTable], report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut page = format!("{MARKER}\n");
    let sections = tables.iter().map(|table| section(table, report));
    let hidden_roots = fill(&mut page, sections, LONGEST);
    left_out(&mut page, hidden_roots, "root module");
    let remarks = remarks(tables, report).into_iter();
    page.extend(remarks.map(|remark| text(&remark) + "\n\n"));
    out.write_all(page.as_bytes())
}

fn section(table: &TraceTable, report: &Report) -> String {
    let condensed = CondensedTable::of(table, report);
    let mut section = format!("### {}\n\n", text(&table.headline(report)));
    let heads = condensed.columns.iter().map(|names| {
        let codes: Vec<String> = names.iter().map(|name| code(name)).collect();
        codes.join("<br>")
    });
    section += &line(std::iter::once("subnets".to_owned()).chain(heads));
    let separator = std::iter::repeat_n("---".to_owned(), condensed.columns.len() + 1);
    section += &line(separator);
    let hidden_rows = fill(&mut section, condensed.rows.iter().map(row), LONGEST_TABLE);
    left_out(&mut section, hidden_rows, "row");
    section.push('\n');
    let notes = (1..).zip(&condensed.notes);
    let notes = notes.map(|(number, note)| format!("- <sup>{number}</sup> {}\n", text(note)));
    let hidden_notes = fill(&mut section, notes, LONGEST_TABLE * 2);
    left_out(&mut section, hidden_notes, "note");
    let legend = text(&condensed.legend());
    section + "\n<sub>" + &legend + "</sub>\n\n"
}

fn row(row: &CondensedRow) -> String {
    let mut names: Vec<String> = row
        .names
        .iter()
        .take(NAMED)
        .map(|name| code(name))
        .collect();
    match row.names.len().saturating_sub(NAMED) {
        0 => {}
        hidden => names.push(format!("and {hidden} more")),
    }
    let cells = row.cells.iter().map(cell);
    line(std::iter::once(names.join("<br>")).chain(cells))
}

/// Cells of packets that do not arrive, or may not, are bold and have notes.
fn cell(cell: &CondensedCell) -> String {
    let words = text(&cell.words);
    if cell.verdict.arrives() {
        return words;
    }
    let numbers: Vec<String> = cell.notes.iter().map(usize::to_string).collect();
    match numbers.join(", ").as_str() {
        "" => format!("**{words}**"),
        numbers => format!("**{words}** <sup>{numbers}</sup>"),
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}
