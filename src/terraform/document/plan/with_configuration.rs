//! A plan and the configuration that it was made from. The plan knows values, the configuration knows
//! references and lines: the configuration is evaluated with the values of the plan.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Plan, SelfReferences, left_out};
use crate::source::Problem;
use crate::terraform::address::{Address, Mode};
use crate::terraform::document::instance;
use crate::terraform::document::instances::ListedInstances;
use crate::terraform::evaluate::EvaluateOptions;
use crate::terraform::evaluate::configuration::evaluate_with;
use crate::terraform::evaluate::planned::{PlannedInstance, PlannedValues};
use crate::terraform::files::Files;
use crate::terraform::load::RootModule;
use crate::terraform::load::module::Modules;
use crate::terraform::provider::Provider;
use crate::terraform::resource::{Existence, Resource, ResourceSet};
use crate::terraform::value::from_json::constant;

/// The configuration on the disk that a plan was made from.
#[derive(Debug, Clone, Copy)]
pub struct PlannedConfiguration<'s> {
    /// Every module of the run.
    pub modules: &'s Modules,
    /// The root module that was planned.
    pub root: &'s RootModule,
    /// Its files.
    pub files: &'s Files,
}

/// A plan joined with its configuration.
#[derive(Debug)]
pub struct PlanWithConfiguration {
    /// Values from the plan, references and places from the configuration.
    pub resource_set: ResourceSet,
    /// What could not be evaluated.
    pub problems: Vec<Problem>,
    /// Managed instances that only one of the two has: the plan was made from another configuration.
    pub disagreements: Vec<Address>,
}

impl PlannedConfiguration<'_> {
    /// Whether the module of a resource is on the disk.
    fn has_module(&self, address: &Address) -> bool {
        let steps = address.module.0.iter();
        let mut modules = steps.map(|(name, _)| name);
        let root = Some(self.root.module);
        let found = modules.try_fold(root, |module, name| {
            let module = module?;
            let is_called = self.modules.get(module).calls.contains_key(name);
            let callee = self.modules.callee(module, name);
            // A call that is gone is a disagreement; one whose module is missing is not.
            (callee.is_some() || !is_called).then_some(callee)
        });
        found.is_some()
    }
}

impl PlanWithConfiguration {
    /// Takes the evaluated resources that the plan has too, and those that a partial plan leaves out
    /// for the reason `left_out`. Data sources are always taken: those that were read while planning
    /// leave no trace in some plans.
    fn add_evaluated(
        &mut self,
        resources: Vec<Resource>,
        planned_values: &PlannedValues,
        left_out: Option<&Arc<str>>,
    ) {
        for mut resource in resources {
            let address = &resource.address;
            if address.mode == Mode::Managed && planned_values.instance(address).is_none() {
                let Some(reason) = left_out else {
                    self.disagreements.push(address.clone());
                    continue;
                };
                if resource.existence == Existence::Certain {
                    resource.existence = Existence::Maybe(reason.clone());
                }
            }
            self.resource_set.resources.push(resource);
        }
    }

    /// Takes what only the plan has: the resources of modules that are not on the disk.
    fn add_planned(
        &mut self,
        resources: Vec<Resource>,
        planned_values: &PlannedValues,
        source: PlannedConfiguration,
    ) {
        let evaluated: BTreeSet<Address> = addresses(&self.resource_set);
        for resource in resources {
            let address = &resource.address;
            let is_expected = address.mode == Mode::Managed && source.has_module(address);
            let is_planned = planned_values.instance(address).is_some();
            if evaluated.contains(address) || is_expected && !is_planned {
                continue;
            }
            if is_expected {
                self.disagreements.push(address.clone());
            }
            self.resource_set.resources.push(resource);
        }
        let merged = &mut self.resource_set.resources;
        merged.sort_by(|a, b| a.address.cmp(&b.address));
        self.disagreements.sort();
    }

    /// The problem if the plan was not made from `source` as it is now.
    pub fn disagreement(&self, source: &str) -> Option<Problem> {
        let first = self.disagreements.first()?;
        let remaining = match self.disagreements.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let message = format!(
            "the plan was not made from `{source}` as it is now: only one of them has `{first}`{remaining}"
        );
        let help = "plan again, or give the configuration that was planned with `--source`";
        Some(Problem::warning(message, None).help(help))
    }
}

impl Plan<'_> {
    /// The resources after apply, with their lines in the configuration. `path` is that of the plan's
    /// file.
    pub fn with_source(
        &self,
        path: &str,
        source: PlannedConfiguration,
        options: &EvaluateOptions,
        provider: &dyn Provider,
    ) -> PlanWithConfiguration {
        let alone = self.alone(path, provider, options.region.as_deref());
        let mut planned_values = self.planned_values(provider);
        planned_values.regions = alone.regions;
        let (modules, root, files) = (source.modules, source.root, source.files);
        let (evaluated, mut problems) =
            evaluate_with(modules, root, options, provider, files, &planned_values);
        problems.extend(alone.problems);
        let mut merged = PlanWithConfiguration {
            resource_set: ResourceSet {
                path: path.to_owned(),
                missing_modules: Vec::new(),
                hidden_files: Vec::new(),
                resources: Vec::new(),
                ..evaluated
            },
            problems,
            disagreements: Vec::new(),
        };
        // Evaluated resources first: they prevail, since they have lines and references.
        let left_out = left_out::reason(&self.parts);
        merged.add_evaluated(evaluated.resources, &planned_values, left_out.as_ref());
        merged.add_planned(alone.resource_set.resources, &planned_values, source);
        merged
    }

    /// What evaluation of the configuration takes from the plan.
    fn planned_values(&self, provider: &dyn Provider) -> PlannedValues {
        let mut planned_values = PlannedValues::new(left_out::reason(&self.parts).is_some());
        for (name, variable) in &self.parts.variables {
            let value = variable
                .value
                .map(|value| serde_json::from_str(value.get()));
            if let Some(Ok(value)) = value {
                planned_values
                    .variables
                    .insert(name.as_ref().into(), constant(&value));
            }
        }
        for listed in ListedInstances::of_plan(&self.parts).into_instances() {
            let arguments = SelfReferences {
                address: &listed.address,
                block: None,
            };
            if let Ok(resource) = instance::read(&listed, &arguments, provider) {
                let planned = PlannedInstance {
                    existence: resource.existence,
                    body: resource.body,
                };
                planned_values.add(listed.address, planned);
            }
        }
        planned_values
    }
}

fn addresses(resource_set: &ResourceSet) -> BTreeSet<Address> {
    let resources = resource_set.resources.iter();
    resources.map(|resource| resource.address.clone()).collect()
}
