//! `tfvpc rules`: every rule in one line.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::Failure;
use super::output::{Output, Stream};
use super::words::TextOrJson;
use crate::report::json;
use crate::report::style::Style;
use crate::rules::{self, Rule};

/// List every rule: name, severity, category and what it looks for.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  tfvpc rules --format json")]
pub(super) struct Rules {
    /// How to print the list.
    #[arg(short, long, default_value = "text")]
    format: TextOrJson,
}

#[derive(Serialize)]
struct RuleLine {
    name: &'static str,
    severity: &'static str,
    category: &'static str,
    default: &'static str,
    since: &'static str,
    title: &'static str,
}

impl Rules {
    pub(super) fn run(&self, output: &Output) -> Result<ExitCode, Failure> {
        let lines: Vec<RuleLine> = rules::all().iter().map(line).collect();
        output.write(Stream::Out, |out, style| match self.format {
            TextOrJson::Text => text(&lines, style, out),
            TextOrJson::Json => json::write_pretty(&lines, out),
        })
    }
}

fn line(rule: &Rule) -> RuleLine {
    RuleLine {
        name: rule.name,
        severity: rule.page.severity.as_str(),
        category: rule.page.category.as_str(),
        default: rule.page.default.as_str(),
        since: rule.page.since,
        title: rule.page.title,
    }
}

fn text(lines: &[RuleLine], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let width = lines.iter().map(|line| line.name.len()).max().unwrap_or(0);
    for line in lines {
        let padding = " ".repeat(width - line.name.len());
        let name = style.heading(line.name);
        let (severity, category, title) = (line.severity, line.category, line.title);
        let facts = format!("{severity:<6}  {category:<10}");
        let length = width + facts.len() + title.len() + 4;
        if style.room().is_some_and(|room| length > room) {
            // A terminal would break the title anywhere.
            let title = style.wrapped(&format!("    {title}"), "    ");
            writeln!(out, "{name}{padding}  {}\n{title}", facts.trim_end())?;
        } else {
            writeln!(out, "{name}{padding}  {facts}  {title}")?;
        }
    }
    Ok(())
}
