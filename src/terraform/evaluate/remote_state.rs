//! `terraform_remote_state` and `tfe_outputs`: the outputs of a state that another root module of this
//! run leaves behind, or that a file holds. Which of the two it is, its backend says: the same place
//! means the same state. Where the configuration does not say it, a `[[link]]` of the settings does.

mod backend;
mod backend_files;
mod foreign;
mod state_file;
mod state_name;

use std::sync::Arc;

use super::Evaluator;
use crate::source::Problem;
use crate::terraform::resource::Resource;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

use backend::Backend;
pub(super) use state_name::{StateName, StateRead};

/// The states that the root modules of a run leave behind.
#[derive(Debug, Default)]
pub(super) struct States {
    states: Vec<RootState>,
}

/// No states at all.
pub(super) static NO_STATES: States = States { states: Vec::new() };

/// The state of a root module of this run.
#[derive(Debug)]
pub(super) struct RootState {
    /// Which one it is.
    pub(super) name: StateName,
    /// The path of the root module.
    pub(super) root: String,
    /// What it holds.
    pub(super) outputs: RootOutputs,
}

/// The outputs in the state of a root module of this run.
#[derive(Debug)]
pub(super) enum RootOutputs {
    /// They are yet to be evaluated.
    Pending,
    /// They are known.
    Evaluated(Fields),
    /// They depend on a root module that reads them.
    Circular,
}

impl States {
    /// Adds the state of a root module.
    pub(super) fn add(&mut self, state: RootState) {
        self.states.push(state);
    }

    /// Marks the states that are yet to be evaluated: each depends on a root module that reads it.
    pub(super) fn mark_pending_as_circular(&mut self) {
        for state in &mut self.states {
            if matches!(state.outputs, RootOutputs::Pending) {
                state.outputs = RootOutputs::Circular;
            }
        }
    }

    /// The only state that is read; `Err` if several root modules have it.
    fn named(&self, read: &StateRead) -> Result<Option<&RootState>, ()> {
        let mut found = self.states.iter().filter(|state| state.name.is(read));
        match (found.next(), found.next()) {
            (state, None) => Ok(state),
            _ => Err(()),
        }
    }
}

impl Evaluator<'_> {
    /// What a `terraform_remote_state` reads.
    pub(super) fn remote_state(&self, resource: &Resource) -> Fields {
        let outputs = match self.remote_outputs(resource) {
            Ok(outputs) => with_defaults(outputs, resource),
            Err(reason) => {
                let identity = format!("{}.outputs", resource.address);
                Value::named_unknown(identity, reason, Type::Dynamic)
            }
        };
        Fields::from([("outputs".into(), outputs)])
    }

    /// The outputs in a workspace of Terraform Cloud. Which of them are sensitive changes no network.
    pub(super) fn tfe_outputs(&self, resource: &Resource) -> Fields {
        let outputs = match self.remote_outputs(resource) {
            Ok(outputs) => Value::object(outputs),
            Err(reason) => {
                let identity = format!("{}.values", resource.address);
                Value::named_unknown(identity, reason, Type::Dynamic)
            }
        };
        ["values", "nonsensitive_values"]
            .map(|name| (name.into(), outputs.clone()))
            .into()
    }

    /// The outputs of the state that a resource names, or why they are not known.
    fn remote_outputs(&self, resource: &Resource) -> Result<Fields, Arc<str>> {
        let address = &resource.address;
        let read = self.state_read(resource)?;
        self.reads.borrow_mut().push(read.clone());
        let several = |()| format!("several root modules have the state that `{address}` reads");
        let Some(state) = self.states.named(&read).map_err(several)? else {
            return match read.local_file() {
                Some(path) => state_file::read(&path, self.files),
                None => Err(format!("`{address}` reads a state that is not checked here").into()),
            };
        };
        if state.root == self.root.path {
            return Err(format!("`{address}` reads the state of its own root module").into());
        }
        match &state.outputs {
            RootOutputs::Evaluated(outputs) => Ok(foreign::fields(outputs, &state.root)),
            RootOutputs::Pending => Err(format!("`{}` is yet to be evaluated", state.root).into()),
            RootOutputs::Circular => {
                let message = format!(
                    "`{address}` reads the state of `{}`, which depends on the state of this root module: what they read of each other is unknown",
                    state.root
                );
                // Terraform accepts it: each run reads what the last run of the other has left.
                self.report(Problem::warning(message.clone(), resource.span));
                Err(message.into())
            }
        }
    }
}

impl Evaluator<'_> {
    /// Which state a resource reads, or why that is not known.
    fn state_read(&self, resource: &Resource) -> Result<StateRead, Arc<str>> {
        let mut links = self.options.links.iter();
        let linked = links.find(|link| resource.address.is_meant_by(&link.data));
        if let Some(link) = linked {
            let directory = self.files.absolute(&link.root);
            return Ok(StateRead::of_directory(directory, self.root, self.options));
        }
        let (body, root, files) = (&resource.body, self.root, self.files);
        let backend = match &*resource.address.kind {
            "tfe_outputs" => Backend::of_outputs(body, root, files),
            _ => Backend::of_data_source(body, root, files),
        };
        backend.map(StateRead::Stored)
    }
}

/// The outputs, and defaults for those that the state lacks.
fn with_defaults(mut outputs: Fields, resource: &Resource) -> Value {
    if let Some(defaults) = resource.body.get("defaults") {
        let Some(fields) = defaults.fields() else {
            let reason = defaults.unknown_reason().unwrap_or_default();
            return Value::unknown(reason, Type::Dynamic);
        };
        for (name, value) in fields {
            outputs.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    Value::object(outputs)
}
