//! States: the resource instances that there are. Everything in a state is known, and nothing of it
//! is a reference: ids link the network.

mod exports;

use std::collections::{BTreeMap, BTreeSet};

use super::format::StateValues;
use super::instance::{self, Arguments};
use super::instances::ListedInstances;
use crate::source::Problem;
use crate::terraform::provider::{Conventions, Provider};
use crate::terraform::resource::{Input, Resource, ResourceSet};
use crate::terraform::state_file::StateFile;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Step, Value};

/// A state, as `terraform show -json` prints it or as it is stored.
#[derive(Debug)]
pub struct State<'t>(StateForm<'t>);

#[derive(Debug)]
enum StateForm<'t> {
    Shown(StateValues<'t>),
    Stored(StateFile<'t>),
}

/// What a state tells of the configuration: not which arguments it sets; no argument is unknown.
struct StateArguments;

impl Arguments for StateArguments {
    fn is_set(&self, _: &str) -> bool {
        false
    }

    fn unknown(&self, _: &[Step]) -> Option<Value> {
        None
    }
}

impl<'t> State<'t> {
    pub(super) fn shown(values: StateValues<'t>) -> Self {
        Self(StateForm::Shown(values))
    }

    pub(super) fn stored(file: StateFile<'t>) -> Self {
        Self(StateForm::Stored(file))
    }

    /// The network that there is. `path` is that of the file, `region` stands in where the state
    /// leaves the Region open.
    pub fn resource_set(
        &self,
        path: &str,
        provider: &dyn Provider,
        region: Option<&str>,
    ) -> (ResourceSet, Vec<Problem>) {
        let mut listed_instances = ListedInstances::default();
        let outputs = match &self.0 {
            StateForm::Shown(values) => {
                listed_instances.module(&values.root_module);
                &values.outputs
            }
            StateForm::Stored(file) => {
                listed_instances.file(file);
                &file.outputs
            }
        };
        let mut problems = std::mem::take(&mut listed_instances.problems);
        let mut resources = Vec::new();
        for listed in listed_instances.into_instances() {
            match instance::read(&listed, &StateArguments, provider) {
                Ok(resource) => resources.push((resource, listed.provider)),
                Err(problem) => problems.push(problem),
            }
        }
        let conventions = provider.conventions();
        let regions = Regions::of(&resources, conventions, region);
        let with_region = |(mut resource, provider_key): (Resource, Option<&str>)| {
            resource.region = regions.resource(&resource, provider_key);
            resource
        };
        let mut resources: Vec<Resource> = resources.into_iter().map(with_region).collect();
        exports::mark(&mut resources, outputs, provider);
        let resource_set = ResourceSet {
            path: path.to_owned(),
            input: Input::State,
            region: regions.provider(Some(&main_provider(conventions))),
            missing_modules: Vec::new(),
            hidden_files: Vec::new(),
            handed_names: Vec::new(),
            resources,
        };
        (resource_set, problems)
    }
}

/// How a stored state names the provider configuration without alias.
fn main_provider(conventions: &dyn Conventions) -> String {
    format!("provider[\"{}\"]", conventions.source_address())
}

/// The Regions of provider configurations, which a state does not hold: the ids of their instances
/// tell. Where they disagree, the Region stays unknown.
struct Regions<'s> {
    conventions: &'s dyn Conventions,
    known: BTreeMap<&'s str, Value>,
    option: Option<&'s str>,
}

impl<'s> Regions<'s> {
    fn of(
        resources: &[(Resource, Option<&'s str>)],
        conventions: &'s dyn Conventions,
        option: Option<&'s str>,
    ) -> Self {
        let mut found: BTreeMap<&str, BTreeSet<Value>> = BTreeMap::new();
        for (resource, provider) in resources {
            let body = &resource.body;
            let is_silent = body.get("region").is_none();
            let region = is_silent.then(|| conventions.configuration_region(body));
            let region = region.flatten();
            if let (Some(region), Some(provider)) = (region, *provider) {
                found.entry(provider).or_default().insert(region);
            }
        }
        found.retain(|_, regions| regions.len() == 1);
        let known = found.into_iter();
        Self {
            conventions,
            known: known
                .filter_map(|(provider, mut regions)| Some((provider, regions.pop_first()?)))
                .collect(),
            option,
        }
    }

    /// The Region of an instance: its own, else that of its provider configuration.
    fn resource(&self, resource: &Resource, provider: Option<&str>) -> Value {
        let (kind, body) = (&resource.address.kind, &resource.body);
        let named = self.conventions.instance_region(kind, body);
        named.unwrap_or_else(|| self.provider(provider))
    }

    fn provider(&self, provider: Option<&str>) -> Value {
        let known = provider.and_then(|provider| self.known.get(provider));
        let reason = "the state does not say which Region its provider has";
        match (known, self.option, provider) {
            (Some(known), ..) => known.clone(),
            (None, Some(option), _) => Value::string(option),
            (None, None, Some(provider)) => {
                Value::named_unknown(format!("{provider}.region"), reason, Type::String)
            }
            (None, None, None) => Value::unknown(reason, Type::String),
        }
    }
}
