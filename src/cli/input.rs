//! What to read and with which values.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use super::Failure;
use crate::Options;
use crate::aws::data::AwsData;
use crate::source::Problem;
use crate::terraform::EvaluateOptions;
use crate::terraform::files::Files;
use crate::terraform::load::{LoadOptions, Loaded, load};

/// What to read and with which values.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct Input {
    /// A directory, searched for root modules; or a `.tf`, `.tofu`, `.tf.json` or `.tfvars` file,
    /// meaning the root modules that read it [default: .]
    #[arg(value_name = "PATH", help_heading = None::<&str>)]
    paths: Vec<PathBuf>,

    /// Set a variable of the root modules that declare it; prevails over files and `TF_VAR_NAME`.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    variables: Vec<Variable>,

    /// Read variables from a file.
    #[arg(long = "var-file", value_name = "FILE")]
    variable_files: Vec<PathBuf>,

    /// What `terraform.workspace` is; `TF_WORKSPACE` sets it too.
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,

    /// The Region where the configuration leaves it open.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// Addresses of managed prefix lists: the output of `aws ec2 describe-prefix-lists` or
    /// `aws ec2 get-managed-prefix-list-entries`.
    #[arg(long, value_name = "FILE")]
    prefix_lists: Vec<PathBuf>,

    /// Addresses of AWS services: AWS's `ip-ranges.json`.
    #[arg(long, value_name = "FILE")]
    ip_ranges: Option<PathBuf>,
}

/// `NAME=VALUE`
#[derive(Debug, Clone)]
struct Variable(String, String);

impl Input {
    /// Reads the root modules, and the files that say something about AWS.
    pub(super) fn read(self) -> Result<(Files, Loaded, Options), Failure> {
        let aws = aws_data(&self.prefix_lists, self.ip_ranges.as_deref())?;
        let evaluation = EvaluateOptions {
            variables: self
                .variables
                .into_iter()
                .map(|one| (one.0, one.1))
                .collect(),
            environment_variables: environment_variables(),
            workspace: self.workspace.or_else(|| environment("TF_WORKSPACE")),
            region: self.region,
        };
        let mut load_options = LoadOptions {
            paths: self.paths,
            variable_files: self.variable_files,
            data_directory: environment("TF_DATA_DIR").map(PathBuf::from),
            ..LoadOptions::default()
        };
        if load_options.paths.is_empty() {
            load_options.paths.push(PathBuf::from("."));
        }
        let files = Files::on_disk(&load_options.paths, &load_options.variable_files)
            .map_err(Failure::WorkingDirectory)?;
        let loaded = load(&load_options, &files);
        let options = Options {
            evaluation,
            aws,
            ..Options::default()
        };
        Ok((files, loaded, options))
    }
}

fn aws_data(prefix_lists: &[PathBuf], ip_ranges: Option<&Path>) -> Result<AwsData, Failure> {
    let mut aws = AwsData::default();
    for path in prefix_lists {
        read(path, |text| aws.read_prefix_lists(text))?;
    }
    if let Some(path) = ip_ranges {
        read(path, |text| aws.read_ip_ranges(text))?;
    }
    Ok(aws)
}

#[expect(
    clippy::disallowed_methods,
    reason = "files that the command line names may lie anywhere"
)]
fn read(path: &Path, take: impl FnOnce(&str) -> Result<(), Problem>) -> Result<(), Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let taken = text.and_then(|text| take(&text).map_err(|problem| problem.message));
    taken.map_err(|reason| Failure::Read {
        path: path.to_owned(),
        reason,
    })
}

/// `TF_VAR_*` without the prefix.
fn environment_variables() -> BTreeMap<String, String> {
    let all = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        let name = name.strip_prefix("TF_VAR_")?.to_owned();
        Some((name, value.into_string().ok()?))
    });
    all.collect()
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self(name.to_owned(), value.to_owned())),
            _ => Err("write it as `NAME=VALUE`".to_owned()),
        }
    }
}
