//! `tfvpc show`: what tfvpc sees.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value as Json;

use super::output::{Output, Stream};
use super::{ERROR, Failure, Input};
use crate::report::json::{JsonLocation, JsonProblem, problem};
use crate::report::style::Style;
use crate::report::{Report, text};
use crate::terraform::resource::{Resource, ResourceSet};

mod json;
#[path = "show/text.rs"]
mod plain;
#[cfg(test)]
mod tests;

/// Show what tfvpc sees: every resource with its evaluated arguments and, for each unknown, why.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Show {
    #[command(flatten)]
    input: Input,

    /// How to print the resources.
    #[arg(short, long, default_value = "text", help_heading = "Output")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  tfvpc show infra/prod
  tfvpc show infra/prod --var env=prod --format json | jq '.roots[].resources[].address'";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    roots: Vec<JsonRoot<'a>>,
    problems: Vec<JsonProblem<'a>>,
}

#[derive(Serialize)]
struct JsonRoot<'a> {
    path: &'a str,
    input: &'static str,
    resources: Vec<JsonResource<'a>>,
}

#[derive(Serialize)]
struct JsonResource<'a> {
    address: String,
    mode: &'static str,
    #[serde(rename = "type")]
    kind: &'a str,
    region: Json,
    location: Option<JsonLocation>,
    /// Only where it is not known whether or how often the resource exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    exists: Option<Json>,
    values: Json,
}

impl Show {
    pub(super) fn run(self, output: &Output) -> Result<ExitCode, Failure> {
        let read = self.input.read()?;
        let (worlds, report) = crate::show(&read.files, read.loaded, &read.options);
        output.write(Stream::Err, |out, style| {
            text::problems(&report, output.warnings(), style, out)?;
            if output.verbose {
                text::roots(&report, style, out)?;
            }
            Ok(())
        })?;
        output.write(Stream::Out, |out, style| match self.format {
            Format::Json => write_json(&worlds, &report, out),
            Format::Text => write_text(&worlds, &report, style, out),
        })?;
        Ok(if report.has_errors() {
            ExitCode::from(ERROR)
        } else {
            ExitCode::SUCCESS
        })
    }
}

fn write_json(worlds: &[ResourceSet], report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let root = |resource_set| JsonRoot::new(resource_set, report);
    let document = Document {
        version: 1,
        roots: worlds.iter().map(root).collect(),
        problems: report
            .problems
            .iter()
            .map(|one| problem(report, one))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn write_text(
    worlds: &[ResourceSet],
    report: &Report,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for resource_set in worlds {
        for resource in &resource_set.resources {
            let place = resource.span.map(|span| report.sources.location(span));
            plain::resource(resource, place.map(|at| at.to_string()), style, out)?;
        }
    }
    Ok(())
}

impl<'a> JsonRoot<'a> {
    fn new(resource_set: &'a ResourceSet, report: &Report) -> Self {
        let resources = resource_set.resources.iter();
        Self {
            path: &resource_set.path,
            input: resource_set.input.as_str(),
            resources: resources
                .map(|one| JsonResource::new(one, report))
                .collect(),
        }
    }
}

impl<'a> JsonResource<'a> {
    fn new(resource: &'a Resource, report: &Report) -> Self {
        let location = resource.span.map(|span| report.sources.location(span));
        Self {
            address: resource.address.to_string(),
            mode: resource.address.mode.as_str(),
            kind: &resource.address.kind,
            region: json::value(&resource.region),
            location: location.map(Into::into),
            exists: json::exists(&resource.existence),
            values: json::body(&resource.body),
        }
    }
}
