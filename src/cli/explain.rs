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
            markdown(self.rule.page.text, style, out)
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

/// Markdown as people read it: headings stand out, code is indented.
fn markdown(text: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut is_code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code && !line.is_empty() {
            writeln!(out, "    {}", style.code(line))?;
        } else if let Some((_, heading)) = heading(line) {
            writeln!(out, "{}", style.heading(heading))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn heading(line: &str) -> Option<(&str, &str)> {
    let (marks, heading) = line.split_once(' ')?;
    let is_heading = !marks.is_empty() && marks.bytes().all(|byte| byte == b'#');
    is_heading.then_some((marks, heading))
}
