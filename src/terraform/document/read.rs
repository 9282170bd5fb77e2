//! From the bytes of a document to what it describes.

use super::{JsonDocument, decode};
use crate::source::Problem;
use crate::terraform::document::plan::{Plan, PlanWithConfiguration, PlannedConfiguration};
use crate::terraform::evaluate::EvaluateOptions;
use crate::terraform::provider::Provider;
use crate::terraform::resource::ResourceSet;

/// Where the source of a plan may be.
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
        let joined = |option: &SourceOption| joined(plan, path, *option, options, provider);
        let mut fusions = sources.iter().map(joined).enumerate();
        if let Some((source, fusion)) = fusions.find_map(|(at, fusion)| Some((at, fusion?))) {
            problems.extend(fusion.problems);
            return Ok(ReadDocument {
                resource_set: fusion.resource_set,
                problems,
                source: Some(source),
            });
        }
    }
    let (resource_set, more) = document.resource_set(path, provider, options.region.as_deref());
    problems.extend(more);
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

/// The plan with its source, unless that was only guessed and does not agree.
fn joined(
    plan: &Plan,
    path: &str,
    option: SourceOption,
    options: &EvaluateOptions,
    provider: &dyn Provider,
) -> Option<PlanWithConfiguration> {
    let source = option.source;
    let mut fusion = plan.with_source(path, source, options.of(source.root), provider);
    let disagreement = fusion.disagreement(&source.root.path);
    if disagreement.is_some() && !option.is_given {
        return None;
    }
    fusion.problems.extend(disagreement);
    Some(fusion)
}
