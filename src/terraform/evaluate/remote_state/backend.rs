//! Where states are stored: the `backend` and `cloud` blocks, and what data sources say about them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::terraform::evaluate::EvaluateOptions;
use crate::terraform::files::Files;
use crate::terraform::load::RootModule;
use crate::terraform::load::module::Module;
use crate::terraform::resource;
use crate::terraform::syntax::{Body, ExpressionKind};
use crate::terraform::value::Value;

const DEFAULT_WORKSPACE: &str = "default";

/// The argument that names a workspace of Terraform Cloud.
const WORKSPACE_NAME: &str = "workspaces.name";

/// Where a state is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::terraform::evaluate) struct Backend {
    kind: Arc<str>,
    /// The arguments that tell it from other backends of its kind.
    place: BTreeMap<&'static str, Arc<str>>,
    /// The Region, which an environment variable may give instead.
    region: Option<Arc<str>>,
    workspace: Arc<str>,
}

/// Arguments by name; blocks by type and name, as `workspaces.name`.
pub(super) type Arguments = BTreeMap<String, Arc<str>>;

/// The arguments that tell the states of a kind of backend apart, each with its default (the pages of the
/// backends in Terraform's documentation).
fn identifying(kind: &str) -> Option<&'static [(&'static str, Option<&'static str>)]> {
    let names: &[_] = match kind {
        "azurerm" => &[
            ("storage_account_name", None),
            ("container_name", None),
            ("key", None),
        ],
        "gcs" => &[("bucket", None), ("prefix", Some(""))],
        "remote" => &[
            ("hostname", Some("app.terraform.io")),
            ("organization", None),
            (WORKSPACE_NAME, None),
        ],
        "s3" => &[
            ("bucket", None),
            ("key", None),
            ("workspace_key_prefix", Some("env:")),
        ],
        _ => return None,
    };
    Some(names)
}

impl Backend {
    /// Where the state of a root module is stored, if its configuration says so, with what is given beside it.
    pub(super) fn of_root(
        module: &Module,
        root: &RootModule,
        options: &EvaluateOptions,
        given: &Arguments,
        files: &Files,
    ) -> Option<Self> {
        let workspace = options.workspace.as_deref().unwrap_or(DEFAULT_WORKSPACE);
        let settings = module
            .other_blocks
            .iter()
            .filter(|block| &*block.kind == "terraform");
        let mut blocks = settings.flat_map(|block| &block.body.blocks);
        let declared = blocks.find(|block| matches!(&*block.kind, "backend" | "cloud"));
        let (kind, mut arguments) = match declared {
            None => ("local", Arguments::new()),
            Some(block) if &*block.kind == "cloud" => ("remote", literals(&block.body)?),
            Some(block) => (&*block.labels.first()?.text, literals(&block.body)?),
        };
        arguments.extend(given.clone());
        if let Some(name) = options.workspace_name.as_deref() {
            arguments.insert(WORKSPACE_NAME.to_owned(), name.into());
        }
        Self::new(kind, arguments, workspace, root, files)
    }

    /// The state of the workspace that a `tfe_outputs` reads, or why that is not known. The organization may stand in
    /// the provider's configuration instead.
    pub(super) fn of_outputs(
        body: &resource::Body,
        root: &RootModule,
        files: &Files,
    ) -> Result<Self, Arc<str>> {
        let mut arguments = Arguments::new();
        for (argument, name) in [
            ("organization", "organization"),
            ("workspace", WORKSPACE_NAME),
        ] {
            let text = text(body.get(argument))?;
            let text = text.ok_or_else(|| format!("`{argument}` is not set"))?;
            arguments.insert(name.to_owned(), text);
        }
        Self::new("remote", arguments, DEFAULT_WORKSPACE, root, files)
            .ok_or_else(|| "the workspace is not known".into())
    }

    /// The state that a `terraform_remote_state` reads, or why that is not known.
    pub(super) fn of_data_source(
        body: &resource::Body,
        root: &RootModule,
        files: &Files,
    ) -> Result<Self, Arc<str>> {
        let kind = text(body.get("backend"))?.unwrap_or_default();
        let workspace = text(body.get("workspace"))?;
        let mut arguments = Arguments::new();
        if let Some(config) = body.get("config") {
            flatten("", config, &mut arguments)?;
        }
        let workspace = workspace.as_deref().unwrap_or(DEFAULT_WORKSPACE);
        Self::new(&kind, arguments, workspace, root, files)
            .ok_or_else(|| format!("states of a `{kind}` backend are not read").into())
    }

    fn new(
        kind: &str,
        mut arguments: Arguments,
        workspace: &str,
        root: &RootModule,
        files: &Files,
    ) -> Option<Self> {
        let mut place = BTreeMap::new();
        let mut workspace = workspace;
        if kind == "local" {
            let path = state_path(&arguments, workspace);
            let path = files.absolute(&root.directory.join(path));
            place.insert("path", path.to_string_lossy().into());
        } else {
            if let Some(prefix) = arguments.remove("workspaces.prefix") {
                let name = format!("{prefix}{workspace}");
                arguments.insert("workspaces.name".to_owned(), name.into());
            }
            for (name, default) in identifying(kind)? {
                let value = arguments.get(*name).cloned();
                place.insert(*name, value.or_else(|| default.map(Into::into))?);
            }
        }
        // Their path or name already holds the workspace.
        if matches!(kind, "local" | "remote") {
            workspace = DEFAULT_WORKSPACE;
        }
        Some(Self {
            kind: kind.into(),
            place,
            region: arguments.remove("region"),
            workspace: workspace.into(),
        })
    }

    /// Whether both are one place. A Region that one of them leaves open does not tell them apart.
    pub(super) fn is(&self, right: &Self) -> bool {
        let regions = self.region.as_ref().zip(right.region.as_ref());
        self.kind == right.kind
            && self.place == right.place
            && self.workspace == right.workspace
            && regions.is_none_or(|(region, expected)| region == expected)
    }

    /// The file of a state that is stored in one.
    pub(super) fn local_file(&self) -> Option<PathBuf> {
        self.place.get("path").map(|path| PathBuf::from(&**path))
    }
}

/// The file of a local backend.
fn state_path(arguments: &Arguments, workspace: &str) -> PathBuf {
    let argument = |name: &str, default| arguments.get(name).map_or(default, |value| &**value);
    if workspace == DEFAULT_WORKSPACE {
        return PathBuf::from(argument("path", "terraform.tfstate"));
    }
    let directory = PathBuf::from(argument("workspace_dir", "terraform.tfstate.d"));
    directory.join(workspace).join("terraform.tfstate")
}

/// The arguments of a backend's block, which Terraform wants to be literals; `None` if they are not.
pub(super) fn literals(body: &Body) -> Option<Arguments> {
    let mut arguments = Arguments::new();
    for attribute in &body.attributes {
        match &attribute.value.kind {
            ExpressionKind::String(text) => {
                arguments.insert(attribute.name.to_string(), text.clone());
            }
            // No argument that tells states apart has one of these types.
            ExpressionKind::Null
            | ExpressionKind::Bool(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Tuple(_)
            | ExpressionKind::Object(_) => {}
            _ => return None,
        }
    }
    for block in &body.blocks {
        for (name, value) in literals(&block.body)? {
            arguments.insert(format!("{}.{name}", block.kind), value);
        }
    }
    Some(arguments)
}

/// The known strings of an object, or why one of them is not known.
fn flatten(prefix: &str, config: &Value, out: &mut Arguments) -> Result<(), Arc<str>> {
    let Some(fields) = config.fields() else {
        return config.unknown_reason().map_or(Ok(()), Err);
    };
    for (name, value) in fields {
        let name = format!("{prefix}{name}");
        match value.unmarked() {
            Value::String(text) => {
                out.insert(name, text.clone());
            }
            value => flatten(&format!("{name}."), value, out)?,
        }
    }
    Ok(())
}

fn text(value: Option<&Value>) -> Result<Option<Arc<str>>, Arc<str>> {
    match value.map(Value::unmarked) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(value) => Err(value.unknown_reason().unwrap_or_default()),
    }
}
