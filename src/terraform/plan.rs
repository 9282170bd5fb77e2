//! Plans: the resource instances that there will be after apply.

pub(super) mod body;
mod configuration;
pub(super) mod listing;
mod region;

use super::document::format::{ModuleConfiguration, Parts, ResourceConfiguration};
use super::provider::Provider;
use super::resource::{Input, Resource, World};
use super::types::Type;
use super::value::{Step, Value};
use crate::source::Problem;
use body::{Reader, Trees};
use configuration::ModuleIndex;
use listing::{Listed, Listing};
use region::Regions;

/// A plan, as `terraform show -json` prints it.
#[derive(Debug)]
pub struct Plan<'t> {
    parts: Parts<'t>,
}

impl<'t> Plan<'t> {
    pub(super) fn new(parts: Parts<'t>) -> Self {
        Self { parts }
    }

    /// What the plan alone says about the network after apply. `path` is that of its file, `region`
    /// stands in where it leaves the Region open.
    pub fn world(
        &self,
        path: &str,
        provider: &dyn Provider,
        region: Option<&str>,
    ) -> (World, Vec<Problem>) {
        let mut problems = self.state_of_completion();
        let empty = ModuleConfiguration::default();
        let configuration = self.parts.configuration.as_ref();
        let index = ModuleIndex::new(configuration.map_or(&empty, |found| &found.root_module));
        let mut listing = Listing::of_plan(&self.parts);
        problems.append(&mut listing.problems);
        let mut regions = Regions::new(&self.parts, region);
        let mut resources = Vec::new();
        for listed in listing.into_instances() {
            let block = index.resource(&listed.address);
            match read(listed, block, provider) {
                Ok(resource) => resources.push((resource, block)),
                Err(problem) => problems.push(problem),
            }
        }
        for (resource, block) in &resources {
            if let Some(block) = block {
                regions.learn(block, resource);
            }
        }
        for (resource, block) in &mut resources {
            resource.region = regions.of(*block, resource);
        }
        let world = World {
            path: path.to_owned(),
            input: Input::Plan,
            region: regions.provider("aws"),
            resources: resources
                .into_iter()
                .map(|(resource, _)| resource)
                .collect(),
        };
        (world, problems)
    }

    fn state_of_completion(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.parts.errored {
            let message = "planning failed: the plan holds only what was planned before that";
            problems.push(Problem::warning(message, None));
        } else if self.parts.complete == Some(false) {
            let message = "the plan is incomplete: it takes another plan and apply to get there";
            problems.push(Problem::warning(message, None));
        }
        problems
    }
}

/// An instance with its values.
fn read(
    listed: Listed,
    block: Option<&ResourceConfiguration>,
    provider: &dyn Provider,
) -> Result<Resource, Problem> {
    let address = &listed.address;
    let trees = Trees::read(listed.known, listed.unknown, listed.sensitive);
    let trees = trees.map_err(|error| unreadable(&listed, &error.to_string()))?;
    if !trees.masks().is_object() {
        return Err(unreadable(&listed, "they are no object"));
    }
    let unknown = |path: &[Step]| unknown(&listed, block, path);
    let schema = provider.schema(address.mode, &address.kind);
    let reader = Reader { unknown: &unknown };
    let body = reader.body(trees.masks(), schema.as_deref(), &mut Vec::new());
    Ok(Resource {
        body,
        existence: listed.existence,
        region: Value::Null,
        span: None,
        calls: Vec::new(),
        ignore_changes: Vec::new(),
        handed_out: Vec::new(),
        address: listed.address,
    })
}

fn unreadable(listed: &Listed, why: &str) -> Problem {
    let message = format!("the values of `{}` cannot be read: {why}", listed.address);
    Problem::error(message, None)
}

/// What stands where a value is not known: nothing if the configuration does not set it.
fn unknown(listed: &Listed, block: Option<&ResourceConfiguration>, path: &[Step]) -> Option<Value> {
    let Some(Step::Name(name)) = path.first() else {
        return None;
    };
    let is_set = block.is_none_or(|block| block.expressions.get(&**name).is_some());
    let reason = || format!("`{name}` of `{}` is known after apply", listed.address);
    (is_set || path.len() > 1).then(|| Value::unknown(reason(), Type::Dynamic))
}
