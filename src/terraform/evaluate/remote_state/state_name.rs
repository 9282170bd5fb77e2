//! Which state is meant: by its place, or by the root module that leaves it behind.

use std::path::{Path, PathBuf};

use super::backend::Backend;
use super::backend_files;
use crate::terraform::evaluate::EvaluateOptions;
use crate::terraform::files::Files;
use crate::terraform::load::RootModule;
use crate::terraform::load::module::Module;

/// Which state a look-up reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::terraform::evaluate) enum StateRead {
    /// The one that is stored there.
    Stored(Backend),
    /// That of the root module in a directory; of several in it, that of the reader's environment.
    OfRoot {
        directory: PathBuf,
        environment: Environment,
    },
}

/// The state that a root module leaves behind.
#[derive(Clone, Debug)]
pub(in crate::terraform::evaluate) struct StateName {
    /// Where it is stored, for each of the files beside the root module that may complete its backend.
    backends: Vec<Backend>,
    directory: PathBuf,
    /// If there are several root modules in the directory.
    environment: Option<Environment>,
}

/// What tells the root modules in one directory apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::terraform::evaluate) struct Environment {
    workspace: Option<String>,
    /// The name of the entry in the settings: `prod` of `envs/prod.tfvars`.
    variant: Option<String>,
}

impl StateRead {
    /// The state of the root module in a directory, which `reader` reads.
    pub(super) fn of_directory(
        directory: PathBuf,
        reader: &RootModule,
        options: &EvaluateOptions,
    ) -> Self {
        Self::OfRoot {
            directory,
            environment: Environment::of(reader, options),
        }
    }

    /// The file of a state that is stored in one.
    pub(super) fn local_file(&self) -> Option<PathBuf> {
        match self {
            Self::Stored(backend) => backend.local_file(),
            Self::OfRoot { .. } => None,
        }
    }
}

impl StateName {
    /// The state of one of the root modules of a run.
    pub(in crate::terraform::evaluate) fn of(
        root: &RootModule,
        module: &Module,
        options: &EvaluateOptions,
        files: &Files,
    ) -> Self {
        let given = backend_files::beside(root, module, files).into_iter();
        let backends =
            given.filter_map(|given| Backend::of_root(module, root, options, &given, files));
        Self {
            backends: backends.collect(),
            directory: files.absolute(&root.directory),
            environment: root
                .variant
                .is_some()
                .then(|| Environment::of(root, options)),
        }
    }

    /// Whether it is the one that is read.
    pub(in crate::terraform::evaluate) fn is(&self, read: &StateRead) -> bool {
        match read {
            StateRead::Stored(place) => self.backends.iter().any(|backend| backend.is(place)),
            StateRead::OfRoot {
                directory,
                environment,
            } => {
                let is_alike = |of_root: &Environment| of_root.is_alike(environment);
                self.directory == *directory && self.environment.as_ref().is_none_or(is_alike)
            }
        }
    }
}

impl Environment {
    fn of(root: &RootModule, options: &EvaluateOptions) -> Self {
        let stem = |variant: &String| {
            let stem = Path::new(variant).file_stem();
            stem.map(|stem| stem.to_string_lossy().into_owned())
        };
        Self {
            workspace: options.workspace.clone(),
            variant: root.variant.as_ref().and_then(stem),
        }
    }

    /// Whether both are the same environment: the same workspace, else entries of one name.
    fn is_alike(&self, right: &Self) -> bool {
        match (&self.workspace, &right.workspace) {
            (Some(left), Some(right)) => left == right,
            _ => self.variant == right.variant,
        }
    }
}
