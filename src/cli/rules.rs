//! `tfvpc rules`: every rule in one line.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Failure;
use super::output::{Output, Stream};
use crate::report::style::Style;
use crate::rules::{self, Rule};

/// List every rule: name, severity, category and what it looks for.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tfvpc rules --format json")]
pub(super) struct Rules {
    /// How to print the list.
    #[arg(short, long, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Serialize)]
struct Line {
    name: &'static str,
    severity: &'static str,
    category: &'static str,
    default: &'static str,
    since: &'static str,
    title: &'static str,
}

impl Rules {
    pub(super) fn run(&self, output: &Output) -> Result<ExitCode, Failure> {
        let lines: Vec<Line> = rules::all().iter().map(line).collect();
        output.write(Stream::Out, |out, style| match self.format {
            Format::Text => text(&lines, style, out),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &lines)?;
                writeln!(out)
            }
        })
    }
}

fn line(rule: &Rule) -> Line {
    Line {
        name: rule.name,
        severity: rule.page.severity.as_str(),
        category: rule.page.category.as_str(),
        default: rule.page.default.as_str(),
        since: rule.page.since,
        title: rule.page.title,
    }
}

fn text(lines: &[Line], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let width = lines.iter().map(|line| line.name.len()).max().unwrap_or(0);
    for line in lines {
        let padding = " ".repeat(width - line.name.len());
        let name = style.heading(line.name);
        let (severity, category, title) = (line.severity, line.category, line.title);
        writeln!(
            out,
            "{name}{padding}  {severity:<6}  {category:<10}  {title}"
        )?;
    }
    Ok(())
}
