//! Plans and states: from Terraform's JSON to resource instances with values.
//!
//! ```text
//! bytes ─► decode ─► JsonDocument ─┬─► plan (alone, or with the configuration) ─┬─► ResourceSet + problems
//!                                  └─► state ───────────────────────────────────┘
//! ```
//!
//! Which kind a document is, its content tells and not its name. `format` has the parts of the JSON as they
//! stand there, borrowed from the text: a plan may have hundreds of megabytes. `instances` lists the
//! instances, `body` reads the values of one into the shape that evaluation of a configuration gives them:
//! blocks as blocks, what is not set left out. So nothing above knows which input it came from.
//!
//! A **state** knows every value and no reference: ids link the network. A **plan** has values that are known
//! after apply only. What they refer to stands in the configuration, and of that a plan keeps the names in
//! each expression alone:
//!
//! ```text
//! "vpc_id": { "references": ["local.vpc_id"] }     with its configuration: aws_vpc.main.id
//!                                                  the plan alone: the id of one of the module's VPCs
//! ```
//!
//! So a plan is joined with the configuration that it was made from, if that is at hand (`read`,
//! `plan::with_configuration`): the configuration is evaluated with the values of the plan. Without it,
//! `plan::link` finds what the references may mean.
//!
//! What it does not do: it never reads files, and never evaluates an expression of a plan's configuration.
//!
//! Begin reading at [`read`], then `plan` and `instance`.

pub(super) mod body;
mod decode;
pub(super) mod format;
pub(super) mod instance;
pub(super) mod instances;
pub mod plan;
mod read;
pub mod state;

pub use read::{ReadDocument, SourceOption, read};

use super::provider::Provider;
use super::resource::ResourceSet;
use super::state_file;
use crate::source::Problem;
use format::Parts;
use plan::Plan;
use serde::Deserialize;
use state::State;

/// A JSON document that describes resource instances. It borrows from its text.
#[derive(Debug)]
pub enum JsonDocument<'t> {
    /// A plan, as `terraform show -json` prints it.
    Plan(Box<Plan<'t>>),
    /// A state, as `terraform show -json` prints it or as it is stored.
    State(State<'t>),
}

/// The newest minor version of the format that is known. Terraform promises that later minor versions only
/// add to it ("Format Summary" in "JSON Output Format" of Terraform's documentation).
const NEWEST_MINOR: u32 = 2;

/// What to do with a document that cannot be read.
const HOW_TO_MAKE: &str = "make one with `terraform show -json PLANFILE > plan.json`, or `terraform show -json > state.json`";

impl<'t> JsonDocument<'t> {
    /// Reads a document in one pass, with a warning if its version is old or new.
    pub fn parse(text: &'t str) -> Result<(Self, Vec<Problem>), Problem> {
        let parts: Parts = parse(text)?;
        if parts.format_version.is_empty() {
            let state = stored_state(&parts, text)?;
            return Ok((Self::State(state), Vec::new()));
        }
        let problems = check_version(&parts.format_version)?;
        let document = if parts.is_plan() {
            Self::Plan(Box::new(Plan::new(parts)))
        } else {
            Self::State(State::shown(parts.values.unwrap_or_default()))
        };
        Ok((document, problems))
    }

    /// What the document says. `path` is that of its file; `region` stands in where it leaves the
    /// Region open.
    pub fn resource_set(
        &self,
        path: &str,
        provider: &dyn Provider,
        region: Option<&str>,
    ) -> (ResourceSet, Vec<Problem>) {
        match self {
            Self::Plan(plan) => plan.resource_set(path, provider, region),
            Self::State(state) => state.resource_set(path, provider, region),
        }
    }
}

fn parse<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| unreadable(text, &error))
}

fn stored_state<'t>(parts: &Parts, text: &'t str) -> Result<State<'t>, Problem> {
    let version = parts.version.filter(|_| parts.serial.is_some());
    match version.and_then(|version| version.get().parse::<u32>().ok()) {
        Some(state_file::VERSION) => parse(text).map(State::stored),
        Some(version) => {
            let message = format!("version {version} of state files is not known");
            let help = "version 4 is read, which Terraform has written since 0.12";
            Err(Problem::error(message, None).help(help))
        }
        None => Err(foreign(parts)),
    }
}

fn unreadable(text: &str, error: &serde_json::Error) -> Problem {
    let message = if error.is_data() {
        format!("this is neither a plan nor a state of Terraform: {error}")
    } else if error.is_eof() {
        format!("the JSON ends too early: {error}")
    } else if is_log(text) {
        "this is the log of `terraform plan -json`, not a plan".to_owned()
    } else {
        format!("this is not valid JSON: {error}")
    };
    Problem::error(message, None).help(HOW_TO_MAKE)
}

/// Whether a text is a log of Terraform: a JSON object a line, each with its level.
fn is_log(text: &str) -> bool {
    let mut lines = serde_json::Deserializer::from_str(text).into_iter::<Parts>();
    let is_line =
        |line: Option<Result<Parts, _>>| matches!(line, Some(Ok(line)) if line.log_level.is_some());
    is_line(lines.next())
}

fn foreign(parts: &Parts) -> Problem {
    let message = match parts.log_level {
        Some(_) => "this is the log of `terraform plan -json`, not a plan",
        None => "this is neither a plan nor a state of Terraform: `format_version` is missing",
    };
    Problem::error(message, None).help(HOW_TO_MAKE)
}

/// Accepts the versions whose meaning is known, and those that by Terraform's promise only add to
/// them.
fn check_version(version: &str) -> Result<Vec<Problem>, Problem> {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let note = match (major.parse::<u32>(), minor.parse::<u32>()) {
        (Ok(0), Ok(1 | 2)) => {
            "format version `{}` is that of Terraform 0.12 to 0.15: it is read as version 1"
        }
        (Ok(1), Ok(minor)) if minor <= NEWEST_MINOR => return Ok(Vec::new()),
        (Ok(1), Ok(_)) => {
            "format version `{}` is newer than what is known: what it adds is not read"
        }
        _ => {
            let message = format!("format version `{version}` is not known");
            let help = "versions 0.1, 0.2 and 1.x are read; a newer tfvpc may know it";
            return Err(Problem::error(message, None).help(help));
        }
    };
    Ok(vec![Problem::warning(note.replace("{}", version), None)])
}
