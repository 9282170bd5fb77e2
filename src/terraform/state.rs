//! States: the resource instances that there are.

use super::document::format::{StateFile, StateValues};
use super::document::instance::{self, Arguments};
use super::document::listing::Listing;
use super::provider::Provider;
use super::region::names_own_region;
use super::resource::{Input, Resource, World};
use super::types::Type;
use super::value::{Step, Value};
use crate::source::Problem;

/// A state, as `terraform show -json` prints it or as it is stored.
#[derive(Debug)]
pub struct State<'t>(Form<'t>);

#[derive(Debug)]
enum Form<'t> {
    Shown(StateValues<'t>),
    Stored(StateFile<'t>),
}

/// A state does not say what the configuration sets, and knows everything.
struct Nothing;

impl Arguments for Nothing {
    fn is_set(&self, _: &str) -> bool {
        false
    }

    fn unknown(&self, _: &[Step]) -> Option<Value> {
        None
    }
}

impl<'t> State<'t> {
    pub(super) fn shown(values: StateValues<'t>) -> Self {
        Self(Form::Shown(values))
    }

    pub(super) fn stored(file: StateFile<'t>) -> Self {
        Self(Form::Stored(file))
    }

    /// The network that there is. `path` is that of the file, `region` stands in where the state
    /// leaves the Region open.
    pub fn world(
        &self,
        path: &str,
        provider: &dyn Provider,
        region: Option<&str>,
    ) -> (World, Vec<Problem>) {
        let mut listing = Listing::default();
        match &self.0 {
            Form::Shown(values) => listing.module(&values.root_module),
            Form::Stored(file) => listing.file(file),
        }
        let mut problems = std::mem::take(&mut listing.problems);
        let mut resources = Vec::new();
        for listed in listing.into_instances() {
            match instance::read(&listed, &Nothing, provider) {
                Ok(resource) => resources.push(with_region(resource, listed.provider, region)),
                Err(problem) => problems.push(problem),
            }
        }
        let world = World {
            path: path.to_owned(),
            input: Input::State,
            region: open_region(None, region),
            resources,
        };
        (world, problems)
    }
}

fn with_region(mut resource: Resource, provider: Option<&str>, option: Option<&str>) -> Resource {
    resource.region = match resource.body.get("region") {
        Some(region) if names_own_region(&resource.address.kind) => region.clone(),
        _ => open_region(provider, option),
    };
    resource
}

/// A state does not hold the Regions of providers.
fn open_region(provider: Option<&str>, option: Option<&str>) -> Value {
    let reason = "the state does not say which Region its provider has";
    match (option, provider) {
        (Some(option), _) => Value::string(option),
        (None, Some(provider)) => {
            Value::named_unknown(format!("{provider}.region"), reason, Type::String)
        }
        (None, None) => Value::unknown(reason, Type::String),
    }
}
