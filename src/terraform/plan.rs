//! Plans: the resource instances that there will be after apply.

mod configuration;
mod fusion;
mod region;

use super::address::Address;
use super::document::format::{ModuleConfiguration, Parts, ResourceConfiguration};
use super::document::instance::{self, Arguments};
use super::document::listing::Listing;
use super::provider::Provider;
use super::resource::{Input, World};
use super::types::Type;
use super::value::{Step, Value};
use crate::source::Problem;
use configuration::ModuleIndex;
use region::Regions;

pub use fusion::{Fusion, Source};

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
            let arguments = BlockArguments {
                address: &listed.address,
                block,
            };
            match instance::read(&listed, &arguments, provider) {
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

/// What the block of an instance says about its arguments.
struct BlockArguments<'p> {
    address: &'p Address,
    block: Option<&'p ResourceConfiguration>,
}

impl Arguments for BlockArguments<'_> {
    fn is_set(&self, name: &str) -> bool {
        self.block
            .is_none_or(|block| block.expressions.get(name).is_some())
    }

    fn unknown(&self, path: &[Step]) -> Option<Value> {
        let Some(Step::Name(name)) = path.first() else {
            return None;
        };
        let reason = || format!("`{name}` of `{}` is known after apply", self.address);
        let is_set = self.is_set(name) || path.len() > 1;
        is_set.then(|| Value::unknown(reason(), Type::Dynamic))
    }
}
