//! The modules that `terraform init` installed, as its manifest `.terraform/modules/modules.json` lists them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::source::Problem;
use crate::terraform::files::{Files, Refusal};

/// The installed modules of one root module.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// By the names of the calls that lead to them, outermost first, with points: `network.label`.
    modules: BTreeMap<String, InstalledModule>,
}

/// One installed module.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InstalledModule {
    key: String,
    /// The `source` that it was installed from, in Terraform's long form, with the host of the registry.
    pub(super) source: String,
    dir: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ManifestFile {
    modules: Vec<InstalledModule>,
}

/// Where `terraform init` puts the modules that a root module uses.
pub(super) fn installed_modules(root: &Path, data_directory: Option<&Path>) -> PathBuf {
    let data = data_directory.unwrap_or(Path::new(".terraform"));
    root.join(data).join("modules")
}

impl Manifest {
    /// Reads the manifest of a root module. A manifest that does not exist lists nothing.
    pub(super) fn read(
        root: &Path,
        data_directory: Option<&Path>,
        files: &Files,
    ) -> Result<Self, Problem> {
        let path = installed_modules(root, data_directory).join("modules.json");
        let text = match files.read(&path) {
            Ok(text) => text,
            Err(Refusal::Missing) => return Ok(Self::default()),
            Err(refusal) => return Err(unreadable(&path, &refusal.to_string(), files)),
        };
        let manifest: ManifestFile = serde_json::from_slice(&text)
            .map_err(|error| unreadable(&path, &error.to_string(), files))?;
        let modules = manifest.modules.into_iter().map(|module| {
            let dir = root.join(&module.dir);
            (module.key.clone(), InstalledModule { dir, ..module })
        });
        Ok(Self {
            modules: modules.collect(),
        })
    }

    /// The module that a call with these names, outermost first, leads to.
    pub(super) fn get(&self, calls: &[&str]) -> Option<&InstalledModule> {
        self.modules.get(&calls.join("."))
    }
}

impl InstalledModule {
    /// Where it is.
    pub(super) fn directory(&self) -> &Path {
        &self.dir
    }

    /// Whether it was installed for this `source`. Only addresses in a registry can be compared: Terraform rewrites
    /// the rest, so that two different texts may mean the same source, and `true` is the answer.
    pub(super) fn is_of(&self, source: &str) -> bool {
        match (registry_address(source), registry_address(&self.source)) {
            (Some(source), Some(installed)) => source == installed,
            (None, None) => true,
            _ => false,
        }
    }
}

/// The full address of a module in a registry: `registry.terraform.io/terraform-aws-modules/vpc/aws` for
/// `terraform-aws-modules/vpc/aws//modules/x`. `None` if the source is no address in a registry.
fn registry_address(source: &str) -> Option<String> {
    let is_word = |text: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !text.is_empty() && text.chars().all(is_part)
    };
    let package = source.split("//").next().unwrap_or(source);
    let parts: Vec<&str> = package.split('/').collect();
    if !parts.iter().all(|part| is_word(part)) {
        return None;
    }
    match parts.as_slice() {
        [namespace, name, system] if !namespace.contains('.') => {
            Some(format!("{DEFAULT_REGISTRY}/{namespace}/{name}/{system}"))
        }
        // OpenTofu writes its own registry for the modules that name none; both serve the same ones.
        [OPENTOFU_REGISTRY, namespace, name, system] => {
            Some(format!("{DEFAULT_REGISTRY}/{namespace}/{name}/{system}"))
        }
        [host, _, _, _] if host.contains('.') && !is_repository_host(host) => Some(package.into()),
        _ => None,
    }
}

const DEFAULT_REGISTRY: &str = "registry.terraform.io";
const OPENTOFU_REGISTRY: &str = "registry.opentofu.org";

/// Whether `terraform init` takes addresses on this host for repositories instead of registries.
fn is_repository_host(host: &str) -> bool {
    matches!(host, "github.com" | "bitbucket.org" | "gitlab.com")
}

fn unreadable(path: &Path, reason: &str, files: &Files) -> Problem {
    let path = files.display(path);
    let message = format!("`{path}` cannot be read: {reason}");
    Problem::warning(message, None).help("run `terraform init -backend=false` again")
}

#[cfg(test)]
mod tests {
    use super::registry_address;

    #[test]
    fn the_registries_of_terraform_and_opentofu_serve_the_same_modules() {
        let address = registry_address("terraform-aws-modules/vpc/aws");
        assert!(address.is_some());
        for written in [
            "terraform-aws-modules/vpc/aws//modules/x",
            "registry.terraform.io/terraform-aws-modules/vpc/aws",
            "registry.opentofu.org/terraform-aws-modules/vpc/aws",
        ] {
            assert_eq!(registry_address(written), address, "{written}");
        }
        assert_ne!(
            registry_address("app.terraform.io/terraform-aws-modules/vpc/aws"),
            address
        );
    }
}
