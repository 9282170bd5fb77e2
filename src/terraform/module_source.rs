//! Where a module comes from: the text of `source` and `version`, taken apart.
//!
//! What comes in: the two texts of a `module` block. What goes out: a [`ModuleSource`], a directory beside the calling
//! module or a [`Package`] with a folder in it, and a [`Constraint`] that versions meet or not. Nothing is asked or fetched.
//!
//! ```text
//! ./net                                          Local
//! terraform-aws-modules/vpc/aws                  Registry, on the default host
//! github.com/acme/modules//net?ref=v2            Git https://github.com/acme/modules.git, ref v2, folder `net`
//! https://example.com/net.tar.gz                 Http
//! s3::https://s3.amazonaws.com/acme/net.zip      Unsupported
//! ```
//!
//! The ideas:
//!
//! - Two texts that mean the same package are equal after parsing, so that what a manifest or an index names in long form
//!   can be compared with what people write.
//! - The grammar is Terraform's ("Module Sources") with the shorthands of go-getter in its order: an address that looks
//!   like one of a registry is one.
//! - A URL is taken only if its host is a plain one: git, the HTTP client and this room must read the same host in it.
//!
//! Begin reading at [`ModuleSource::parse`].

mod constraint;
mod registry;
mod remote;
#[cfg(test)]
mod tests;
mod url;
mod version;

use std::fmt;

use thiserror::Error;

pub use self::constraint::{Constraint, InvalidConstraint};
pub use self::registry::RegistryPackage;
pub use self::url::{InvalidUrl, Url};
pub use self::version::Version;

/// The registry of Terraform, for addresses that name no host.
pub const TERRAFORM_REGISTRY: &str = "registry.terraform.io";
/// The registry of OpenTofu, for addresses that name no host.
pub const OPENTOFU_REGISTRY: &str = "registry.opentofu.org";

/// What a `source` names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModuleSource {
    /// A directory, relative to the calling module, with `/`.
    Local(String),
    /// A folder of a package.
    Package(PackageSource),
}

/// A folder of a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageSource {
    /// What is fetched as a whole.
    pub package: Package,
    /// The folder of the module in it, with `/`; empty for its top.
    pub subfolder: String,
}

/// What is fetched as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Package {
    /// A module of a registry.
    Registry(RegistryPackage),
    /// A git repository.
    Git(GitPackage),
    /// An archive, or a page that names another source.
    Http(HttpPackage),
    /// A directory of the machine, by its absolute path.
    Directory(String),
    /// What `tfvpc get` does not fetch: the getter or scheme that it needs, and the address.
    Unsupported {
        /// `s3`, `gcs`, `hg`, `oci`, …
        getter: String,
        /// What is fetched with it.
        address: String,
    },
}

/// A revision of a git repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitPackage {
    /// Where it is.
    pub url: Url,
    /// The tag, branch or commit; `None` for the default branch.
    pub reference: Option<String>,
    /// Whether the source itself holds a private key.
    pub has_key: bool,
}

/// A file behind a URL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HttpPackage {
    /// Where it is, without the arguments that are meant for the one who fetches it.
    pub url: Url,
    /// `archive=`: its format, or `false`.
    pub archive: Option<String>,
    /// `checksum=`: what its content must have.
    pub checksum: Option<String>,
}

/// Why a `source` names nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidSource {
    /// It is no address.
    #[error("it is no address of a module")]
    Unknown,
    /// Its folder leads out of its package.
    #[error("its folder leads out of the package")]
    Escapes,
    /// It names a program that git would run.
    #[error("git would run the program `git-remote-{0}` for it")]
    RemoteHelper(String),
    /// Its URL is none.
    #[error(transparent)]
    Url(#[from] InvalidUrl),
}

impl ModuleSource {
    /// Takes a `source` apart; `default_registry` is the host of addresses that name none.
    pub fn parse(text: &str, default_registry: &str) -> Result<Self, InvalidSource> {
        if let Some(path) = local_path(text) {
            return Ok(Self::Local(clean(&path)));
        }
        if let Some(source) = registry::parse(text, default_registry) {
            return Ok(Self::Package(source?));
        }
        remote::parse(text).map(Self::Package)
    }
}

/// Whether a `source` is a path relative to the calling module.
pub fn is_local(source: &str) -> bool {
    let beginnings = ["./", "../", ".\\", "..\\"];
    beginnings.iter().any(|start| source.starts_with(start))
}

/// Whether `tfvpc get` fetches what a `source` names.
pub fn is_fetched_by_get(source: &str) -> bool {
    let Ok(ModuleSource::Package(source)) = ModuleSource::parse(source, TERRAFORM_REGISTRY) else {
        return false;
    };
    match source.package {
        Package::Registry(_) | Package::Git(_) | Package::Http(_) => true,
        Package::Directory(_) | Package::Unsupported { .. } => false,
    }
}

/// The path of a local `source`, with `/` as Terraform reads it; `None` if it is not local.
pub fn local_path(source: &str) -> Option<String> {
    is_local(source).then(|| source.replace('\\', "/"))
}

impl PackageSource {
    /// The same source with a folder inside the folder that it has.
    #[must_use]
    pub fn joined(mut self, subfolder: &str) -> Self {
        self.subfolder = match (self.subfolder.is_empty(), subfolder.is_empty()) {
            (_, true) => self.subfolder,
            (true, false) => subfolder.to_owned(),
            (false, false) => format!("{}/{subfolder}", self.subfolder),
        };
        self
    }
}

/// The address in Terraform's long form, without secrets.
impl fmt::Display for Package {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Registry(package) => package.fmt(out),
            Self::Git(GitPackage { url, reference, .. }) => {
                write!(out, "git::{}", url.redacted())?;
                match reference {
                    Some(reference) => write!(out, "?ref={reference}"),
                    None => Ok(()),
                }
            }
            Self::Http(package) => package.url.redacted().fmt(out),
            Self::Directory(path) => path.fmt(out),
            Self::Unsupported { getter, address } => match address.split_once('?') {
                Some((address, _)) => write!(out, "{getter}::{address}"),
                None => write!(out, "{getter}::{address}"),
            },
        }
    }
}

/// Splits `PACKAGE//SUBFOLDER?QUERY` into `PACKAGE?QUERY` and the folder, as Terraform does.
fn split_subfolder(source: &str) -> Result<(String, String), InvalidSource> {
    let query = source.find('?').unwrap_or(source.len());
    let after_scheme = source[..query].find("://").map_or(0, |at| at + 3);
    let Some(at) = source[after_scheme..query].find("//") else {
        return Ok((source.to_owned(), String::new()));
    };
    let at = after_scheme + at;
    let package = format!("{}{}", &source[..at], &source[query..]);
    Ok((package, inner_path(&source[at + 2..query])?))
}

/// A path inside a package.
fn inner_path(path: &str) -> Result<String, InvalidSource> {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(InvalidSource::Escapes)?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// A relative path that begins with `./` or `../`, without anything that leads back later on.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    match parts.first() {
        Some(&"..") => parts.join("/"),
        _ => format!("./{}", parts.join("/")),
    }
}
