//! From the bytes of a document to its resources: of the configurations that a plan may have been made from,
//! the first that agrees is joined with it.

use super::{JsonDocument, decode};
use crate::source::Problem;
use crate::terraform::document::plan::{Plan, PlanWithConfiguration, PlannedConfiguration};
use crate::terraform::evaluate::EvaluateOptions;
use crate::terraform::provider::Provider;
use crate::terraform::resource::ResourceSet;

/// A configuration that a plan may have been made from.
#[derive(Debug, Clone, Copy)]
pub struct SourceOption<'s> {
    /// The root module.
    pub source: PlannedConfiguration<'s>,
    /// Whether the user says that the plan was made from it; else it is used if the two agree.
    pub is_given: bool,
}

/// What a document describes.
#[derive(Debug)]
pub struct ReadDocument {
    /// Its resources.
    pub resource_set: ResourceSet,
    /// What could not be read or evaluated.
    pub problems: Vec<Problem>,
    /// Which of the sources was read with it.
    pub source: Option<usize>,
}

/// Reads a document and, if it is a plan, the first of its possible sources that agrees. `path` is
/// that of its file.
pub fn read(
    bytes: &[u8],
    path: &str,
    sources: &[SourceOption],
    options: &EvaluateOptions,
    provider: &dyn Provider,
) -> Result<ReadDocument, Problem> {
    let text = decode::text(bytes)?;
    let (document, mut problems) = JsonDocument::parse(&text)?;
    if let JsonDocument::Plan(plan) = &document {
        let join = |option: &SourceOption| join(plan, path, *option, options, provider);
        let mut candidates = sources.iter().map(join).enumerate();
        if let Some((source, joined_plan)) =
            candidates.find_map(|(at, joined_plan)| Some((at, joined_plan?)))
        {
            problems.extend(joined_plan.problems);
            return Ok(ReadDocument {
                resource_set: joined_plan.resource_set,
                problems,
                source: Some(source),
            });
        }
    }
    let region = options.region.as_deref();
    let (resource_set, read_problems) = document.resource_set(path, provider, region);
    problems.extend(read_problems);
    if matches!(document, JsonDocument::State(_)) && sources.iter().any(|option| option.is_given) {
        let message = "`--source` is for plans: a state is read as it is";
        problems.push(Problem::warning(message, None));
    }
    Ok(ReadDocument {
        resource_set,
        problems,
        source: None,
    })
}

/// The plan with a configuration; `None` if that was only found, not named by the user, and does not
/// agree with the plan.
fn join(
    plan: &Plan,
    path: &str,
    option: SourceOption,
    options: &EvaluateOptions,
    provider: &dyn Provider,
) -> Option<PlanWithConfiguration> {
    let source = option.source;
    let mut joined_plan = plan.with_source(path, source, options.of(source.root), provider);
    let disagreement = joined_plan.disagreement(&source.root.path);
    if disagreement.is_some() && !option.is_given {
        return None;
    }
    joined_plan.problems.extend(disagreement);
    Some(joined_plan)
}
