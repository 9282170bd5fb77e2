//! `tfvpc show`: every resource as evaluation left it, before any of it is understood as a network. An
//! unknown shows its cause. Sensitive values are never written, in neither format.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use serde_json::Value as Json;

use super::output::{Output, Stream};
use super::words::TextOrJson;
use super::{Failure, InputArguments, exit_status};
use crate::report::escape::escape;
use crate::report::json::{JsonLocation, JsonProblem, problem, write_pretty};
use crate::report::style::Style;
use crate::report::{self, Report};
use crate::terraform::resource::{Resource, ResourceSet};

mod json;
mod selected;
#[cfg(test)]
mod tests;
mod text;

use selected::SelectedAddresses;

/// Show what tfvpc sees: every resource with its evaluated arguments and, for each unknown, why.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Show {
    #[command(flatten)]
    input: InputArguments,

    /// Print only the resources with such an address, or inside of such a module: `module.vpc.*`,
    /// `aws_subnet.*`. A `*` stands for any text, dots and keys included. May be repeated.
    #[arg(long = "address", value_name = "GLOB", help_heading = "Output")]
    addresses: Vec<String>,

    /// How to print the resources.
    #[arg(short, long, default_value = "text", help_heading = "Output")]
    format: TextOrJson,
}

const EXAMPLES: &str = "\
Examples:
  tfvpc show infra/prod
  tfvpc show infra/prod --address 'module.vpc.*' --address aws_route_table.private
  tfvpc show infra/prod --var env=prod --format json | jq '.roots[].resources[].address'";

#[derive(Serialize)]
struct JsonResourceSets<'a> {
    version: u8,
    roots: Vec<JsonResourceSet<'a>>,
    problems: Vec<JsonProblem<'a>>,
}

#[derive(Serialize)]
struct JsonResourceSet<'a> {
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
        let (mut resource_sets, mut report) = crate::show(&read.files, read.loaded, &read.options);
        let selected = SelectedAddresses::new(self.addresses);
        report.problems.extend(selected.apply(&mut resource_sets));
        output.problems(&report)?;
        if output.verbose {
            output.write(Stream::Err, |out, style| {
                report::text::roots(&report, style, out)
            })?;
        }
        output.write(Stream::Out, |out, style| match self.format {
            TextOrJson::Json => write_json(&resource_sets, &report, out),
            TextOrJson::Text => write_text(&resource_sets, &report, style, out),
        })?;
        Ok(exit_status(&report, false))
    }
}

fn write_json(
    resource_sets: &[ResourceSet],
    report: &Report,
    out: &mut dyn Write,
) -> io::Result<()> {
    let root = |resource_set| JsonResourceSet::new(resource_set, report);
    let problems = report.problems.iter();
    let json = JsonResourceSets {
        version: 1,
        roots: resource_sets.iter().map(root).collect(),
        problems: problems.map(|found| problem(report, found)).collect(),
    };
    write_pretty(&json, out)
}

fn write_text(
    resource_sets: &[ResourceSet],
    report: &Report,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for resource_set in resource_sets {
        if resource_sets.len() > 1 && !resource_set.resources.is_empty() {
            let heading = format!("# {}", escape(&resource_set.path));
            writeln!(out, "{}\n", style.heading(&heading))?;
        }
        for resource in &resource_set.resources {
            let place = resource.span.map(|span| report.sources.location(span));
            text::resource(resource, place.map(|at| at.to_string()), style, out)?;
        }
    }
    Ok(())
}

impl<'a> JsonResourceSet<'a> {
    fn new(resource_set: &'a ResourceSet, report: &Report) -> Self {
        let resources = resource_set.resources.iter();
        Self {
            path: &resource_set.path,
            input: resource_set.input.as_str(),
            resources: resources
                .map(|resource| JsonResource::new(resource, report))
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
