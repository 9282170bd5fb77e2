//! `tfvpc get`: fetches the packages that module calls name, each version once, into a cache that every command reads.
//!
//! What comes in: the calls of root modules whose module is not on the disk, and the index of the repository. What goes
//! out: entries for the index, whose trees lie in the cache, and for each call that could not be served why not.
//!
//! ```text
//! source, version ─► registry: version, address ─► git: commit    ─► tree in the cache ─► IndexEntry
//!                └─────────────────────────────┘   archive: bytes
//! ```
//!
//! The ideas:
//!
//! - Nothing is asked about what the index lists and the cache has, so that a second run needs no network.
//! - A package is fetched as it was before (its version, its commit) unless `--upgrade` asks for a newer one.
//! - Whoever wrote a `source` is a stranger: transports, hosts, redirects, sizes and names in archives are bounded, and no
//!   program of a repository runs. Tokens go to their own host alone.
//!
//! What it does not do: find the calls (that is `load`), run `terraform`, or write into the repository. Begin reading at
//! [`Fetcher::fetch_all`].

mod archive;
mod credentials;
mod failure;
mod hosts;
mod http;
mod registry;
mod repository;
mod store;
mod tree;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::terraform::module_index::{IndexEntry, ModuleIndex, Request, digest};
use crate::terraform::module_source::{
    ModuleSource, Package, PackageSource, RegistryPackage, Url, Version,
};

use archive::Download;
use credentials::Credentials;
use hosts::AllowedHosts;
use http::Client;
use registry::Registries;
use repository::Transports;

pub use failure::GetFailure;
pub use store::Store;

/// How many addresses may lead to a package, one to the next.
const MOST_ADDRESSES: usize = 4;

/// What is fetched, and how.
#[derive(Debug, Clone, Default)]
pub struct GetOptions {
    /// Packages that are fetched at a time.
    pub jobs: usize,
    /// Whether newer versions are looked for.
    pub upgrade: bool,
    /// Whether what the index does not list is refused.
    pub is_locked: bool,
    /// The only hosts that may be asked; all if there are none.
    pub allowed_hosts: Vec<String>,
}

/// A package that calls ask for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WantedPackage {
    /// The package and a folder in it.
    pub source: PackageSource,
    /// `version`, as it is written.
    pub version: Option<String>,
}

/// A package that is in the cache now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GotPackage {
    /// Its entry in the index.
    pub entry: IndexEntry,
    /// Whether it was there before.
    pub was_there: bool,
}

/// Fetches packages.
pub struct Fetcher<'a> {
    options: &'a GetOptions,
    store: &'a Store,
    client: Client,
    credentials: Credentials,
    transports: Transports,
}

/// A package that was fetched.
struct Fetched {
    /// The name of its tree in the cache.
    tree: String,
    commit: Option<String>,
    reference: Option<String>,
    /// The folder of the tree that is meant.
    folder: String,
}

impl<'a> Fetcher<'a> {
    /// Takes credentials and transports from the user's environment.
    pub fn new(options: &'a GetOptions, store: &'a Store) -> Self {
        Self {
            options,
            store,
            client: Client::new(AllowedHosts::new(&options.allowed_hosts)),
            credentials: Credentials::of_user(),
            transports: Transports::of_user(),
        }
    }

    /// Fetches packages side by side, each once. `done` is told of each that is finished.
    pub fn fetch_all(
        &self,
        wanted: &[WantedPackage],
        index: &ModuleIndex,
        done: impl Fn(&WantedPackage, &Result<GotPackage, GetFailure>) + Sync,
    ) -> Vec<Result<GotPackage, GetFailure>> {
        let registries = Registries::new(&self.client, &self.credentials);
        let fetch = |package: &WantedPackage| {
            let result = self.fetch(package, index, &registries);
            done(package, &result);
            result
        };
        let threads = rayon::ThreadPoolBuilder::new().num_threads(self.options.jobs.max(1));
        match threads.build() {
            Ok(pool) => pool.install(|| wanted.par_iter().map(fetch).collect()),
            Err(_) => wanted.iter().map(fetch).collect(),
        }
    }

    fn fetch(
        &self,
        wanted: &WantedPackage,
        index: &ModuleIndex,
        registries: &Registries,
    ) -> Result<GotPackage, GetFailure> {
        let request = Request::of(&wanted.source, wanted.version.as_deref());
        let known = index.find(&request).filter(|_| !self.options.upgrade);
        let entry = match known {
            Some(entry) if self.store.has(entry) => entry.clone(),
            None if self.options.is_locked => return Err(GetFailure::NotInIndex),
            known => self.entry(wanted, &request, known, registries)?,
        };
        let folder = &wanted.source.subfolder;
        if !self.store.has_folder(&entry, folder) {
            return Err(GetFailure::NoFolder(folder.clone()));
        }
        let was_there = known == Some(&entry);
        Ok(GotPackage { entry, was_there })
    }

    /// The entry of a package that is fetched; the same version or commit as before, if it was fetched before.
    fn entry(
        &self,
        wanted: &WantedPackage,
        request: &Request,
        known: Option<&IndexEntry>,
        registries: &Registries,
    ) -> Result<IndexEntry, GetFailure> {
        let (version, fetched) = match &wanted.source.package {
            Package::Registry(package) => {
                let version = version(package, request, known, registries)?;
                let (source, led_by) = registries.download(package, &version)?;
                (Some(version), self.package(&source, Some(&led_by), 0)?)
            }
            package => {
                let source = PackageSource {
                    package: pinned(package, known),
                    subfolder: String::new(),
                };
                (None, self.package(&source, None, 0)?)
            }
        };
        let reference = match &wanted.source.package {
            Package::Git(package) => package.reference.clone(),
            _ => fetched.reference,
        };
        Ok(IndexEntry {
            source: request.package.clone(),
            constraint: request.constraint.clone(),
            version: version.map(|version| version.to_string()),
            reference,
            commit: fetched.commit,
            folder: self.store.folder(&fetched.tree, &fetched.folder)?,
            tree: fetched.tree,
        })
    }

    /// Fetches what an address names; `led_by` is who named it, if it was not the configuration.
    fn package(
        &self,
        source: &PackageSource,
        led_by: Option<&Url>,
        addresses: usize,
    ) -> Result<Fetched, GetFailure> {
        match &source.package {
            Package::Git(package) => {
                self.client.hosts.check(&package.url, led_by)?;
                let found = repository::fetch(package, &self.transports, self.store)?;
                Ok(Fetched {
                    tree: found.tree,
                    commit: Some(found.commit),
                    reference: package.reference.clone(),
                    folder: source.subfolder.clone(),
                })
            }
            Package::Http(package) => {
                self.transports.check(&package.url.scheme)?;
                match archive::fetch(package, led_by, &self.client, &self.credentials, self.store)?
                {
                    Download::Tree(tree) => Ok(Fetched {
                        tree,
                        commit: None,
                        reference: None,
                        folder: source.subfolder.clone(),
                    }),
                    Download::Address(text, url) => {
                        self.address(&text, &url, &source.subfolder, addresses + 1)
                    }
                }
            }
            Package::Directory(path) => {
                self.transports.check("file")?;
                let tree = tree::fetch_directory(path.as_ref(), self.store)?;
                Ok(Fetched {
                    tree,
                    commit: None,
                    reference: None,
                    folder: source.subfolder.clone(),
                })
            }
            Package::Unsupported { getter, .. } => Err(GetFailure::Unsupported(getter.clone())),
            // Terraform refuses a registry that leads to another one, too.
            Package::Registry(_) => Err(GetFailure::Answer {
                host: led_by.map_or_else(String::new, Url::authority),
                what: "an address of a registry",
            }),
        }
    }

    /// Fetches what a page names in place of a package.
    fn address(
        &self,
        text: &str,
        led_by: &Url,
        subfolder: &str,
        addresses: usize,
    ) -> Result<Fetched, GetFailure> {
        if addresses > MOST_ADDRESSES {
            return Err(GetFailure::Redirects(led_by.authority()));
        }
        match ModuleSource::parse(text, &led_by.host)? {
            ModuleSource::Package(source) => {
                self.package(&source.joined(subfolder), Some(led_by), addresses)
            }
            ModuleSource::Local(_) => Err(GetFailure::Answer {
                host: led_by.authority(),
                what: "a local path",
            }),
        }
    }
}

/// The version that was fetched before, else the newest one that the call takes.
fn version(
    package: &RegistryPackage,
    request: &Request,
    known: Option<&IndexEntry>,
    registries: &Registries,
) -> Result<Version, GetFailure> {
    let before = known.and_then(|entry| entry.version.as_deref());
    match before.and_then(Version::parse) {
        Some(version) => Ok(version),
        None => registries.version(package, &request.constraint),
    }
}

/// The package at the commit that was fetched before.
fn pinned(package: &Package, known: Option<&IndexEntry>) -> Package {
    let commit = known.and_then(|entry| entry.commit.clone());
    match (package.clone(), commit) {
        (Package::Git(mut package), Some(commit)) => {
            package.reference = Some(commit);
            Package::Git(package)
        }
        (package, _) => package,
    }
}

/// The packages that several calls ask for, each once, with the names of those that call it.
pub fn distinct(
    calls: impl IntoIterator<Item = (WantedPackage, String)>,
) -> BTreeMap<WantedPackage, Vec<String>> {
    let mut wanted: BTreeMap<WantedPackage, Vec<String>> = BTreeMap::new();
    for (package, caller) in calls {
        let callers = wanted.entry(package).or_default();
        if !callers.contains(&caller) {
            callers.push(caller);
        }
    }
    wanted
}

/// The name of a tree for what identifies its content.
fn tree_name(kind: &str, identity: &str) -> String {
    digest(format!("{kind}\n{identity}").as_bytes())
}
