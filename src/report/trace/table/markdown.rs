//! The table in Markdown, for a job summary or a comment on a pull request.

use std::io::{self, Write};

use super::Table;
use super::condensed::{Condensed, Entry, Row};
use crate::report::Report;
use crate::report::markdown::inline::{code, text};
use crate::report::markdown::{LONGEST, LONGEST_TABLE, fill, left_out};

/// Lets the next run find the comment that it replaces.
const MARKER: &str = "<!-- tfvpc trace -->";

/// As many subnets are named in a row.
const NAMED: usize = 4;

/// Writes one table for each root module. What would make it longer than a comment may be is left out
/// and counted.
pub fn write(tables: &[Table], report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut page = format!("{MARKER}\n");
    let sections = tables.iter().map(|table| section(table, report));
    let hidden = fill(&mut page, sections, LONGEST);
    left_out(&mut page, hidden, "root module");
    out.write_all(page.as_bytes())
}

fn section(table: &Table, report: &Report) -> String {
    let condensed = Condensed::of(table, report);
    let mut section = format!("### {}\n\n", text(&table.headline(report)));
    let heads = condensed.columns.iter().map(|names| {
        let names: Vec<String> = names.iter().map(|name| code(name)).collect();
        names.join("<br>")
    });
    section += &line(std::iter::once("subnets".to_owned()).chain(heads));
    let rule = std::iter::repeat_n("---".to_owned(), condensed.columns.len() + 1);
    section += &line(rule);
    let hidden = fill(&mut section, condensed.rows.iter().map(row), LONGEST_TABLE);
    left_out(&mut section, hidden, "row");
    section.push('\n');
    let notes = (1..).zip(&condensed.notes);
    let notes = notes.map(|(number, note)| format!("- <sup>{number}</sup> {}\n", text(note)));
    let hidden = fill(&mut section, notes, LONGEST_TABLE * 2);
    left_out(&mut section, hidden, "note");
    let legend = text(&condensed.legend());
    section + "\n<sub>" + &legend + "</sub>\n\n"
}

fn row(row: &Row) -> String {
    let mut names: Vec<String> = row
        .names
        .iter()
        .take(NAMED)
        .map(|name| code(name))
        .collect();
    match row.names.len().saturating_sub(NAMED) {
        0 => {}
        more => names.push(format!("and {more} more")),
    }
    let entries = row.entries.iter().map(entry);
    line(std::iter::once(names.join("<br>")).chain(entries))
}

/// What does not arrive, or is not known to, stands out.
fn entry(entry: &Entry) -> String {
    let words = text(&entry.words);
    let notes: Vec<String> = entry.notes.iter().map(usize::to_string).collect();
    let notes = match notes.join(", ") {
        none if none.is_empty() => none,
        notes => format!(" <sup>{notes}</sup>"),
    };
    if entry.verdict.arrives() {
        words
    } else {
        format!("**{words}**{notes}")
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}
