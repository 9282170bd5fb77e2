//! The modules that `terraform init` installed, as its manifest `.terraform/modules/modules.json` lists them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::source::Problem;
use crate::terraform::files::{Files, Refusal};
use crate::terraform::module_source::{
    Constraint, ModuleSource, OPENTOFU_REGISTRY, Package, TERRAFORM_REGISTRY, Version,
};

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
    source: String,
    /// The version of a module of a registry.
    #[serde(default)]
    version: Option<String>,
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

    /// Whether OpenTofu wrote it.
    pub(super) fn is_of_tofu(&self) -> bool {
        let mut sources = self.modules.values().map(|module| module.source.as_str());
        let of_registry = |source: &str| {
            source
                .strip_prefix(OPENTOFU_REGISTRY)?
                .strip_prefix('/')
                .map(drop)
        };
        sources.any(|source| of_registry(source).is_some())
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

    /// Whether it is what a call with this `source` and `version` asks for. Terraform rewrites what it notes, so the two
    /// are compared after both were taken apart; of what cannot be taken apart, nobody can say that it is something else.
    pub(super) fn fits(&self, source: &str, version: Option<&str>) -> bool {
        let parse = |text| ModuleSource::parse(text, TERRAFORM_REGISTRY);
        let (Ok(ModuleSource::Package(asked)), Ok(ModuleSource::Package(installed))) =
            (parse(source), parse(&self.source))
        else {
            return true;
        };
        match (&asked.package, &installed.package) {
            (Package::Registry(package), Package::Registry(there)) => {
                asked.subfolder == installed.subfolder
                    && package.is_same_module(there)
                    && self.is_version(version)
            }
            _ => asked == installed,
        }
    }

    fn is_version(&self, constraint: Option<&str>) -> bool {
        let installed = self.version.as_deref().and_then(Version::parse);
        let constraint = constraint.and_then(|text| Constraint::parse(text).ok());
        match (constraint, installed) {
            (Some(constraint), Some(installed)) => constraint.accepts(&installed),
            _ => true,
        }
    }
}

fn unreadable(path: &Path, reason: &str, files: &Files) -> Problem {
    let path = files.display(path);
    let message = format!("`{path}` cannot be read: {reason}");
    Problem::warning(message, None).help("run `terraform init -backend=false` again")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(source: &str, version: Option<&str>) -> InstalledModule {
        InstalledModule {
            key: "a".to_owned(),
            source: source.to_owned(),
            version: version.map(str::to_owned),
            dir: PathBuf::new(),
        }
    }

    #[test]
    fn a_module_of_a_registry_fits_by_address_folder_and_version() {
        let vpc = "registry.opentofu.org/terraform-aws-modules/vpc/aws";
        let vpc = installed(vpc, Some("5.1.2"));
        assert!(vpc.fits("terraform-aws-modules/vpc/aws", None));
        assert!(vpc.fits("terraform-aws-modules/vpc/aws", Some("~> 5.0")));
        assert!(vpc.fits("registry.terraform.io/terraform-aws-modules/vpc/aws", None));
        assert!(!vpc.fits("terraform-aws-modules/vpc/aws", Some("~> 4.0")));
        assert!(!vpc.fits("terraform-aws-modules/vpc/aws//modules/x", None));
        assert!(!vpc.fits("app.terraform.io/terraform-aws-modules/vpc/aws", None));
        assert!(!vpc.fits("github.com/terraform-aws-modules/terraform-aws-vpc", None));
    }

    #[test]
    fn a_module_of_a_repository_fits_by_address_and_revision() {
        let net = installed("git::https://github.com/o/r.git//m?ref=v1", None);
        assert!(net.fits("github.com/o/r//m?ref=v1", None));
        assert!(!net.fits("github.com/o/r//m?ref=v2", None));
        assert!(!net.fits("github.com/o/r//m", None));
        assert!(!net.fits("git@github.com:o/r//m?ref=v1", None));
        let registry = installed("gitlab.com/o/r/aws", None);
        assert!(registry.fits("gitlab.com/o/r/aws", None));
        assert!(!registry.fits("gitlab.com/o/x/aws", None));
    }
}
