//! `tfvpc check`: finds faults and writes them in one or several formats. Problems go to standard error,
//! so that a report on standard output can be piped, and after the findings, which come first.

mod ignores;
mod selected;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::output::{Output, Stream};
use super::words::word_parser;
use super::{Failure, InputArguments, exit_status};
use crate::finding::Severity;
use crate::report::style::Style;
use crate::report::{Report, github, gitlab, json, junit, markdown, sarif, text};
use crate::settings::FailOn;

use ignores::{IgnoreArguments, write_baseline};
use selected::SelectionArguments;

/// Check Terraform for faults of the AWS network that it describes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Check {
    #[command(flatten)]
    input: InputArguments,

    /// How to print what is found: `text`, `json`, `sarif`, `github` (annotations), `junit`, `gitlab`
    /// (code quality) or `markdown` (job summary, comment); with `=FILE` to a file. May be repeated.
    #[arg(
        short,
        long = "format",
        value_name = "FORMAT[=FILE]",
        help_heading = "Output",
        default_value = "text"
    )]
    formats: Vec<ReportTarget>,

    #[command(flatten)]
    selected: SelectionArguments,

    #[command(flatten)]
    ignores: IgnoreArguments,

    /// Exit with 1 for findings of this severity or worse [default: low].
    #[arg(long, value_name = "SEVERITY", help_heading = "Outcome",
          value_parser = word_parser(FailOn::ALL, FailOn::as_str))]
    fail_on: Option<FailOn>,

    /// Treat warnings as errors: exit with 2 if there are any.
    #[arg(long, help_heading = "Outcome")]
    strict: bool,
}

const EXAMPLES: &str = "\
Examples:
  tfvpc check                                     every root module under the working directory
  tfvpc check infra/prod --var-file prod.tfvars   one root module with its values
  tfvpc check plan.json --source infra            a plan, with the lines of its configuration
  terraform show -json plan.out | tfvpc check -   a plan alone
  tfvpc check --select cost                       only what is needlessly paid for
  tfvpc check --ignore s3_via_nat_only            all but one rule
  tfvpc check -f text -f json=report.json         two reports of one run
  tfvpc check --write-baseline baseline.json      park what is there, to see only what is new

Exit status:
  0  no finding at or above --fail-on
  1  findings
  2  wrong usage, or an error: something could not be read or evaluated";

/// A format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ReportTarget {
    format: ReportFormat,
    file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    Text,
    Json,
    Sarif,
    Github,
    Junit,
    Gitlab,
    Markdown,
}

/// What fails a run unless the user says otherwise.
const LEAST: FailOn = FailOn::Severity(Severity::Low);

impl Check {
    pub(super) fn run(self, output: &Output) -> Result<ExitCode, Failure> {
        self.targets_differ()?;
        let mut read = self.input.read()?;
        self.ignores.apply(&mut read)?;
        let settings = read.settings;
        let selection = self.selected.beside(&settings);
        let mut report = crate::check(&read.files, read.loaded, &read.options, &selection);
        if self.strict || settings.strict {
            report.escalate_warnings();
        }
        if let Some(path) = &self.ignores.write_baseline {
            output.problems(&report)?;
            write_baseline(&report, path, output)?;
            return Ok(exit_status(&report, false));
        }
        for target in &self.formats {
            write(&report, target, output)?;
        }
        output.problems(&report)?;
        if self.formats.iter().any(ReportTarget::is_for_people) {
            output.write(Stream::Out, |out, style| {
                write_summary(&report, output, style, out)
            })?;
        }
        let fail_on = self.fail_on.or(settings.fail_on);
        let has_findings = match fail_on.unwrap_or(LEAST) {
            FailOn::Never => false,
            FailOn::Severity(severity) => report.count(severity) > 0,
        };
        Ok(exit_status(&report, has_findings))
    }

    /// A file that two reports are written to would hold only the last of them.
    fn targets_differ(&self) -> Result<(), Failure> {
        let mut files = BTreeSet::new();
        let mut repeated = self
            .formats
            .iter()
            .filter(|target| !files.insert(&target.file));
        match repeated.next() {
            None => Ok(()),
            Some(target) => Err(Failure::SameTarget(target.name())),
        }
    }
}

fn write(report: &Report, target: &ReportTarget, output: &Output) -> Result<(), Failure> {
    let write = |out: &mut dyn Write, style: &Style| match target.format {
        // At a terminal the problems stand between the findings and the summary.
        ReportFormat::Text if target.is_for_people() => text::findings(report, style, out),
        ReportFormat::Text => {
            text::findings(report, style, out)?;
            write_summary(report, output, style, out)
        }
        ReportFormat::Json => json::write(report, out),
        ReportFormat::Sarif => sarif::write(report, out),
        ReportFormat::Github => github::write(report, out),
        ReportFormat::Junit => junit::write(report, out),
        ReportFormat::Gitlab => gitlab::write(report, out),
        ReportFormat::Markdown => markdown::write(report, out),
    };
    match &target.file {
        None => output.write(Stream::Out, write).map(|_| ()),
        Some(path) => output.write_file(path, write),
    }
}

/// What was checked and how it went; of a quiet run, only what it could not see.
fn write_summary(
    report: &Report,
    output: &Output,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if output.verbose {
        text::roots(report, style, out)?;
    }
    if !output.quiet {
        text::summary(report, style, out)?;
    } else if !report.sees_too_little() {
        return Ok(());
    }
    text::coverage(report, style, out)
}

impl ReportTarget {
    /// Whether it is text on standard output.
    fn is_for_people(&self) -> bool {
        self.format == ReportFormat::Text && self.file.is_none()
    }

    fn name(&self) -> String {
        let file = self.file.as_ref();
        file.map_or("standard output".to_owned(), |file| {
            file.display().to_string()
        })
    }
}

impl FromStr for ReportTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file is missing after `=`".to_owned()),
            Some((format, file)) => (format, Some(file.into())),
            None => (text, None),
        };
        let format = ReportFormat::from_str(name, false).map_err(|_| {
            let formats = ReportFormat::value_variants().iter();
            let formats = formats.filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = formats
                .map(|format| format!("`{}`", format.get_name()))
                .collect();
            format!("no format is called `{name}`: use {}", names.join(", "))
        })?;
        Ok(Self { format, file })
    }
}
