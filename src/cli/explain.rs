//! `tfvpc explain`: a rule's page, which is `rules/<name>.md`, on the terminal.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;

use super::Failure;
use super::output::{Output, Stream};
use crate::report::style::Style;
use crate::rules::page::Default;
use crate::rules::{self, Rule, UnknownName};

/// Explain a rule: what it looks for, why it matters and how to fix what it finds.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tfvpc explain gateway_endpoint_no_route_tables")]
pub(super) struct Explain {
    /// The rule's name; `tfvpc rules` lists them.
    #[arg(value_parser = rule)]
    rule: &'static Rule,
}

fn rule(name: &str) -> Result<&'static Rule, UnknownName> {
    rules::find(name)
}

impl Explain {
    pub(super) fn run(&self, output: &Output) -> Result<ExitCode, Failure> {
        output.write(Stream::Out, |out, style| {
            self.head(style, out)?;
            for section in sections(self.rule.page.text) {
                markdown(section, style, out)?;
            }
            Ok(())
        })
    }

    fn head(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let page = &self.rule.page;
        let (severity, category) = (page.severity.as_str(), page.category.as_str());
        let default = match page.default {
            Default::On => "",
            Default::Pedantic => ", pedantic: select it to run it",
            Default::Off => ", off: select it to run it",
        };
        let facts = format!("{severity}, {category}, since {}{default}", page.since);
        writeln!(out, "{}", style.heading(self.rule.name))?;
        writeln!(out, "{facts}\n")
    }
}

/// The sections of a page in the order of a reader who has the finding: what it is, why, how to fix it, then
/// examples and references.
fn sections(page: &str) -> Vec<&str> {
    const AFTER_EXAMPLES: [&str; 1] = ["## References"];
    const EXAMPLES: [&str; 2] = ["## Fails", "## Passes"];
    let starts = page.match_indices("\n## ").map(|(at, _)| at + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(starts).collect();
    let ends = starts.iter().skip(1).copied().chain([page.len()]);
    let sections = starts.iter().zip(ends);
    let mut sections: Vec<&str> = sections.map(|(start, end)| &page[*start..end]).collect();
    // The sort keeps the order of the page where the rank is the same.
    sections.sort_by_key(|section| {
        let is_one_of = |names: &[&str]| names.iter().any(|name| section.starts_with(name));
        (is_one_of(&AFTER_EXAMPLES), is_one_of(&EXAMPLES))
    });
    sections
}

/// Markdown as people read it: headings stand out, code is indented, paragraphs fit the terminal.
fn markdown(section: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut is_code = false;
    let mut paragraph = String::new();
    for line in section.trim_end().lines() {
        let is_text = !is_code && !line.starts_with("```") && heading(line).is_none();
        if is_text && !line.is_empty() && !line.starts_with("- ") {
            paragraph.extend([" ", line.trim()]);
            continue;
        }
        write_paragraph(&mut paragraph, style, out)?;
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code && !line.is_empty() {
            writeln!(out, "    {}", style.code(line))?;
        } else if let Some((_, heading)) = heading(line) {
            writeln!(out, "{}", style.heading(heading))?;
        } else if line.is_empty() {
            writeln!(out)?;
        } else {
            paragraph.push_str(line);
        }
    }
    write_paragraph(&mut paragraph, style, out)?;
    writeln!(out)
}

/// Writes a paragraph, or an item of a list with its further lines indented.
fn write_paragraph(text: &mut String, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let paragraph = std::mem::take(text);
    let indent = if paragraph.starts_with("- ") {
        "  "
    } else {
        ""
    };
    match paragraph.trim() {
        "" => Ok(()),
        paragraph => writeln!(out, "{}", style.wrapped(paragraph, indent)),
    }
}

fn heading(line: &str) -> Option<(&str, &str)> {
    let (marks, heading) = line.split_once(' ')?;
    let is_heading = !marks.is_empty() && marks.bytes().all(|byte| byte == b'#');
    is_heading.then_some((marks, heading))
}
