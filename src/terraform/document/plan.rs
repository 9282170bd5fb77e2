//! Plans: the resource instances that there will be after apply.
//!
//! What is known after apply only stands first as a reference to the instance itself; then each is
//! replaced by what the configuration in the plan refers to (`link`). With the configuration that was
//! planned at hand, evaluation does that better (`with_configuration`).

mod candidates;
mod configuration;
mod exports;
mod instances;
mod left_out;
mod link;
mod reference;
mod region;
mod with_configuration;

use std::cell::Cell;
use std::collections::BTreeMap;

use super::format::{ModuleConfiguration, Parts, ResourceConfiguration};
use super::instance::{self, Arguments};
use super::instances::ListedInstances;
use crate::source::Problem;
use crate::terraform::address::Address;
use crate::terraform::provider::{Conventions, Provider};
use crate::terraform::resource::{Input, Resource, ResourceSet};
use crate::terraform::value::types::Type;
use crate::terraform::value::{Reference, Step, Value};
use configuration::ModuleIndex;
use instances::PlanInstances;
use link::Linker;
use region::Regions;

pub use with_configuration::{PlanWithConfiguration, PlannedConfiguration};

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
    pub fn resource_set(
        &self,
        path: &str,
        provider: &dyn Provider,
        region: Option<&str>,
    ) -> (ResourceSet, Vec<Problem>) {
        let mut alone = self.alone(path, provider, region);
        alone.problems.extend(needs_source(alone.open));
        (alone.resource_set, alone.problems)
    }

    /// The same with what the configuration beside the plan is told.
    fn alone(&self, path: &str, provider: &dyn Provider, region: Option<&str>) -> PlanAlone {
        let empty = ModuleConfiguration::default();
        let configuration = self.parts.configuration.as_ref();
        let index = ModuleIndex::new(configuration.map_or(&empty, |found| &found.root_module));
        let (mut listed, mut problems) = self.instances(&index, provider);
        problems.extend(self.state_of_completion());
        let regions = self.regions(&mut listed, provider.conventions(), region);
        let instances =
            PlanInstances::new(&index, provider, listed.iter().map(|found| &found.resource));
        let open = Cell::new(0);
        for found in &mut listed {
            found.link(&instances, &open);
        }
        let resource_set = ResourceSet {
            path: path.to_owned(),
            input: Input::Plan,
            region: regions.provider(provider.conventions().local_name()),
            missing_modules: Vec::new(),
            hidden_files: Vec::new(),
            handed_names: Vec::new(),
            resources: exports::mark(listed, &index, &instances, provider),
        };
        PlanAlone {
            resource_set,
            problems,
            open: open.get(),
            regions: regions.into_known(),
        }
    }

    /// Every instance; what is not known is a reference to the instance itself.
    fn instances<'p>(
        &self,
        index: &ModuleIndex<'p>,
        provider: &dyn Provider,
    ) -> (Vec<PlanInstance<'p>>, Vec<Problem>) {
        let mut listed_instances = ListedInstances::of_plan(&self.parts);
        let mut problems = std::mem::take(&mut listed_instances.problems);
        let left_out = left_out::reason(&self.parts);
        let mut instances = left_out.map_or_else(Vec::new, |reason| {
            left_out::instances(index, &listed_instances, &reason, provider)
        });
        for listed in listed_instances.into_instances() {
            let block = index.resource(&listed.address);
            let arguments = SelfReferences {
                address: &listed.address,
                block,
            };
            match instance::read(&listed, &arguments, provider) {
                Ok(resource) => instances.push(PlanInstance { resource, block }),
                Err(problem) => problems.push(problem),
            }
        }
        instances.sort_by(|a, b| a.resource.address.cmp(&b.resource.address));
        (instances, problems)
    }

    /// Gives every instance its Region.
    fn regions<'p>(
        &'p self,
        instances: &mut [PlanInstance<'p>],
        conventions: &'p dyn Conventions,
        option: Option<&'p str>,
    ) -> Regions<'p> {
        let mut regions = Regions::new(&self.parts, conventions, option);
        for found in instances.iter() {
            if let Some(block) = found.block {
                regions.learn(block, &found.resource);
            }
        }
        for found in instances {
            found.resource.region = regions.of(found.block, &found.resource);
        }
        regions
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

/// What a plan alone says.
struct PlanAlone {
    resource_set: ResourceSet,
    problems: Vec<Problem>,
    /// The number of arguments whose references it leaves open.
    open: usize,
    /// The Regions of the provider configurations that it tells, by the key that it gives them.
    regions: BTreeMap<String, Value>,
}

/// The warning that a plan alone leaves arguments open.
fn needs_source(open: usize) -> Option<Problem> {
    let count = match open {
        0 => return None,
        1 => "1 argument refers".to_owned(),
        count => format!("{count} arguments refer"),
    };
    let message = format!(
        "the plan does not say what {count} to: it holds no locals, computed indexes and dynamic blocks"
    );
    let help = "give the configuration that was planned with `--source DIR`, or keep the binary plan \
                beside this file: it holds the configuration";
    Some(Problem::warning(message, None).help(help))
}

/// A planned instance and its block.
struct PlanInstance<'p> {
    resource: Resource,
    block: Option<&'p ResourceConfiguration>,
}

impl<'p> PlanInstance<'p> {
    /// Replaces the references to itself by what the configuration refers to.
    fn link(&mut self, instances: &PlanInstances<'p>, open: &Cell<usize>) {
        let body = std::mem::take(&mut self.resource.body);
        let linker = Linker {
            instances,
            block: self.block,
            instance: &self.resource.address,
            depth: 0,
            open,
        };
        self.resource.body = linker.body(body);
    }
}

/// Arguments whose unknown values are references to the instance itself, so that later steps see which
/// place of which instance is unknown.
struct SelfReferences<'p> {
    address: &'p Address,
    block: Option<&'p ResourceConfiguration>,
}

impl Arguments for SelfReferences<'_> {
    fn is_set(&self, name: &str) -> bool {
        self.block
            .is_none_or(|block| block.expressions.get(name).is_some())
    }

    fn unknown(&self, path: &[Step]) -> Option<Value> {
        let reference = Reference {
            address: self.address.clone(),
            path: path.into(),
            ty: Type::Dynamic,
        };
        Some(Value::Reference(reference.into()))
    }
}
