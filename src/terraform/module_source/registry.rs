//! Addresses of registries: `[HOST/]NAMESPACE/NAME/SYSTEM`.

use std::fmt;

use super::{InvalidSource, OPENTOFU_REGISTRY, Package, PackageSource, TERRAFORM_REGISTRY};

/// A module of a registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegistryPackage {
    /// Its registry, in lower case, with the port if it has one.
    pub host: String,
    /// `terraform-aws-modules`
    pub namespace: String,
    /// `vpc`
    pub name: String,
    /// `aws`
    pub system: String,
}

/// Hosts of repositories, which no registry can have.
const REPOSITORY_HOSTS: [&str; 2] = ["github.com", "bitbucket.org"];
/// The longest part of an address.
const LONGEST_PART: usize = 64;

/// `None` if the address is not one of a registry.
pub(super) fn parse(
    text: &str,
    default_host: &str,
) -> Option<Result<PackageSource, InvalidSource>> {
    if text.contains('?') {
        return None;
    }
    let (package, subfolder) = match text.split_once("//") {
        Some((package, subfolder)) => (package, subfolder),
        None => (text, ""),
    };
    let package = RegistryPackage::parse(package, default_host)?;
    let subfolder = super::inner_path(subfolder);
    Some(subfolder.map(|subfolder| PackageSource {
        package: Package::Registry(package),
        subfolder,
    }))
}

impl RegistryPackage {
    fn parse(text: &str, default_host: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (host, parts) = match *parts.as_slice() {
            [namespace, name, system] => (default_host, [namespace, name, system]),
            [host, namespace, name, system] if is_host(host) => (host, [namespace, name, system]),
            _ => return None,
        };
        let [namespace, name, system] = parts;
        let is_system = system.chars().all(|c| c.is_ascii_alphanumeric());
        let is_module = is_name(namespace) && is_name(name) && is_name(system) && is_system;
        is_module.then(|| Self {
            host: host.to_ascii_lowercase(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            system: system.to_owned(),
        })
    }

    /// The path of the module in the API of its registry.
    pub fn path(&self) -> String {
        format!("{}/{}/{}", self.namespace, self.name, self.system)
    }

    /// Whether it is the same module as another: the registries of Terraform and OpenTofu serve the same ones.
    pub fn is_same_module(&self, second: &Self) -> bool {
        let host = |package: &Self| match package.host.as_str() {
            OPENTOFU_REGISTRY => TERRAFORM_REGISTRY.to_owned(),
            host => host.to_owned(),
        };
        self.path() == second.path() && host(self) == host(second)
    }
}

impl fmt::Display for RegistryPackage {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{}/{}", self.host, self.path())
    }
}

fn is_name(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= LONGEST_PART
        && text.chars().all(is_inner)
        && is_end(text.chars().next())
        && is_end(text.chars().next_back())
}

fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "443"));
    let is_label = |label: &str| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        !label.is_empty() && label.chars().all(is_part)
    };
    let lower = name.to_ascii_lowercase();
    name.contains('.')
        && name.split('.').all(is_label)
        && port.parse::<u16>().is_ok()
        && !lower.split('.').any(|label| label.starts_with("xn--"))
        && !REPOSITORY_HOSTS.contains(&lower.as_str())
}
