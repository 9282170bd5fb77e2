//! Which version of which package `tfvpc get` has fetched for the calls of a repository, and where it lies.
//!
//! What comes in: the text of an index, which `get` wrote beside its cache, and the directory of the cache. What goes
//! out: for the package of a `source` and its `version`, the tree that was fetched for them. Nothing is read from the disk here.
//!
//! ```text
//! { "version": 1, "modules": [
//!   { "source": "registry.terraform.io/terraform-aws-modules/vpc/aws", "constraint": "~> 5.0",
//!     "version": "5.21.0", "commit": "7c1f791e…", "tree": "0f6c…", "folder": "" } ] }
//! ```
//!
//! The ideas:
//!
//! - An entry belongs to a package and a constraint, not to a call: each call that asks for the same gets the same, in
//!   every root module, and no path of the machine is in the file.
//! - A tree is named by what it holds. It never changes, and several entries may share one.
//!
//! Begin reading at [`ModuleIndex::find`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::Files;
use super::module_source::{OPENTOFU_REGISTRY, Package, PackageSource, TERRAFORM_REGISTRY};

/// The folder of the cache that holds the packages.
pub const PACKAGES: &str = "packages";
/// The folder of a package that holds its files.
pub const TREE: &str = "tree";
/// The only version of the format.
const FORMAT: u32 = 1;

/// What was fetched for one repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleIndex {
    entries: BTreeMap<Request, IndexEntry>,
}

/// What calls ask for: the identity of a package, and the constraint as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// [`Package::identity`].
    pub package: String,
    /// `version`; empty without one.
    pub constraint: String,
}

/// What was fetched for a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexEntry {
    /// The package in Terraform's long form.
    pub source: String,
    /// `version` as it is written; empty without one.
    #[serde(default)]
    pub constraint: String,
    /// The version that was chosen, of a module of a registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The tag or branch of a git repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The commit of a git repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The name of the package in the cache.
    pub tree: String,
    /// The folder of the package that its registry names; the folder of a call lies inside it.
    #[serde(default)]
    pub folder: String,
}

#[derive(Serialize, Deserialize)]
struct IndexFile {
    version: u32,
    modules: Vec<IndexEntry>,
}

/// What was fetched, and where it lies.
#[derive(Debug, Clone, Default)]
pub struct FetchedModules {
    /// The directory of the cache.
    pub cache: PathBuf,
    /// Which of its packages are for which calls.
    pub index: ModuleIndex,
}

impl FetchedModules {
    /// The directory of the module that a call asks for; `None` if it was not fetched.
    pub fn directory(&self, source: &PackageSource, version: Option<&str>) -> Option<PathBuf> {
        let entry = self.index.find(&Request::of(source, version))?;
        Some(entry.module_in(&self.cache, &source.subfolder))
    }

    /// The trees of the packages with their names.
    pub fn trees(&self) -> impl Iterator<Item = (PathBuf, String)> {
        let entries = self.index.entries();
        entries.map(|entry| (entry.tree_in(&self.cache), entry.name()))
    }
}

impl ModuleIndex {
    /// Reads an index. One of an unknown format, or that was cut off, lists nothing: `get` writes it anew.
    pub fn parse(text: &str) -> Self {
        let file: Option<IndexFile> = serde_json::from_str(text).ok();
        let known = file.filter(|file| file.version == FORMAT);
        let mut index = Self::default();
        for entry in known.into_iter().flat_map(|known| known.modules) {
            // A name with a separator would lead out of the cache.
            if is_tree_name(&entry.tree) && is_inner(&entry.folder) {
                index.add(entry);
            }
        }
        index
    }

    /// The text of the index, sorted.
    pub fn to_text(&self) -> String {
        let file = IndexFile {
            version: FORMAT,
            modules: self.entries.values().cloned().collect(),
        };
        // Texts and numbers are JSON: this never fails.
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// Adds an entry in place of the one for the same request.
    pub fn add(&mut self, entry: IndexEntry) {
        let request = Request {
            package: entry.source.clone(),
            constraint: entry.constraint.clone(),
        };
        self.entries.insert(request, entry);
    }

    /// Adds what it lacks from another index.
    pub fn fill_from(&mut self, second: Self) {
        for (request, entry) in second.entries {
            self.entries.entry(request).or_insert(entry);
        }
    }

    /// What was fetched for a request.
    pub fn find(&self, request: &Request) -> Option<&IndexEntry> {
        self.entries.get(request)
    }

    /// Every entry, sorted.
    pub fn entries(&self) -> impl Iterator<Item = &IndexEntry> {
        self.entries.values()
    }
}

impl Request {
    /// What a call with this source and `version` asks for.
    pub fn of(source: &PackageSource, constraint: Option<&str>) -> Self {
        Self {
            package: source.package.identity(),
            constraint: constraint.unwrap_or_default().trim().to_owned(),
        }
    }
}

impl IndexEntry {
    /// Where the files of its package lie in a cache.
    pub fn tree_in(&self, cache: &Path) -> PathBuf {
        cache.join(PACKAGES).join(&self.tree).join(TREE)
    }

    /// The directory of a module in its package.
    pub fn module_in(&self, cache: &Path, subfolder: &str) -> PathBuf {
        let folders = [self.folder.as_str(), subfolder].into_iter();
        let named = folders.filter(|folder| !folder.is_empty());
        named.fold(self.tree_in(cache), |path, folder| path.join(folder))
    }

    /// How reports name the package: `terraform-aws-modules/vpc/aws@5.21.0`, `github.com/acme/net@v2`.
    pub fn name(&self) -> String {
        let source = self.source.split('?').next().unwrap_or_default();
        let beginnings = [TERRAFORM_REGISTRY, OPENTOFU_REGISTRY].into_iter();
        let mut of_registry =
            beginnings.filter_map(|host| source.strip_prefix(host)?.strip_prefix('/'));
        let address = match of_registry.next() {
            Some(address) => address,
            None => source.split("://").last().unwrap_or(source),
        };
        let address = address.strip_suffix(".git").unwrap_or(address);
        let commit = self
            .commit
            .as_deref()
            .map(|commit| commit.get(..12).unwrap_or(commit));
        let version = self.version.as_deref().or(self.reference.as_deref());
        match version.or(commit) {
            Some(version) => format!("{address}@{version}"),
            None => address.to_owned(),
        }
    }
}

impl Package {
    /// What tells it from other packages in an index. It holds no secret: of a query, only a digest is kept.
    pub fn identity(&self) -> String {
        let query = match self {
            Self::Git(package) => package.url.query.clone(),
            Self::Http(package) => {
                let parts = [&package.url.query, &package.archive, &package.checksum];
                let written: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
                (!written.is_empty()).then(|| written.join("&"))
            }
            _ => None,
        };
        match query {
            Some(query) => format!("{self}#{}", &digest(query.as_bytes())[..16]),
            None => self.to_string(),
        }
    }
}

/// The name of the index of the repository whose top is `boundary`. It is made of the address of the repository, so that
/// every checkout has the same, wherever it lies; repositories without an address share one index.
pub fn index_name(boundary: &Path, files: &Files) -> String {
    let configuration = files.repository_configuration(boundary);
    let address = configuration.and_then(|text| origin(&text));
    let address = address.map_or("no address".to_owned(), |url| plain_address(&url));
    digest(address.as_bytes())[..32].to_owned()
}

/// `remote.origin.url` of a configuration of git.
fn origin(configuration: &str) -> Option<String> {
    let mut lines = configuration.lines().map(str::trim);
    lines.find(|line| *line == "[remote \"origin\"]")?;
    let section = lines.take_while(|line| !line.starts_with('['));
    let mut settings = section.filter_map(|line| line.split_once('='));
    let found = settings.find(|(name, _)| name.trim().eq_ignore_ascii_case("url"));
    found.map(|(_, url)| url.trim().to_owned())
}

/// The host and path of a repository, however people reach it: `github.com/acme/infra`.
fn plain_address(url: &str) -> String {
    let after_scheme = url.split_once("://").map(|(_, rest)| rest);
    let rest = match after_scheme {
        Some(rest) => rest.to_owned(),
        None => url.replacen(':', "/", 1),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    format!("{}{path}", host.to_ascii_lowercase())
}

/// The SHA-256 of bytes as hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(bytes);
    hex(&hash)
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits.collect()
}

fn is_tree_name(text: &str) -> bool {
    text.len() >= 16 && text.chars().all(|c| c.is_ascii_hexdigit())
}

fn is_inner(folder: &str) -> bool {
    let mut parts = folder.split(['/', '\\']);
    let leads_out = parts.any(|part| part == ".." || part.contains(':'));
    !leads_out && !folder.starts_with(['/', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::module_source::ModuleSource;

    const TREE_NAME: &str = "0123456789abcdef0123456789abcdef";

    fn request(source: &str, constraint: Option<&str>) -> Request {
        match ModuleSource::parse(source, TERRAFORM_REGISTRY) {
            Ok(ModuleSource::Package(source)) => Request::of(&source, constraint),
            parsed => panic!("a package: {parsed:?}"),
        }
    }

    fn entry(request: &Request, tree: &str, folder: &str) -> IndexEntry {
        IndexEntry {
            source: request.package.clone(),
            constraint: request.constraint.clone(),
            version: None,
            reference: None,
            commit: None,
            tree: tree.to_owned(),
            folder: folder.to_owned(),
        }
    }

    #[test]
    fn an_index_finds_what_a_call_asks_for() {
        let mut index = ModuleIndex::default();
        let vpc = request("terraform-aws-modules/vpc/aws//modules/x", Some(" ~> 5.0 "));
        index.add(entry(&vpc, TREE_NAME, "sub"));
        let read = ModuleIndex::parse(&index.to_text());
        assert_eq!(read, index);
        let found = read.find(&request("terraform-aws-modules/vpc/aws", Some("~> 5.0")));
        let directory = found
            .expect("an entry")
            .module_in(Path::new("/c"), "modules/x");
        let expected = format!("/c/packages/{TREE_NAME}/tree/sub/modules/x");
        assert_eq!(directory, Path::new(&expected));
        assert!(
            read.find(&request("terraform-aws-modules/vpc/aws", None))
                .is_none()
        );
    }

    #[test]
    fn an_index_that_was_tampered_with_does_not_lead_out_of_the_cache() {
        let vpc = request("a/b/c", None);
        for (tree, folder) in [
            ("../../../../etc", ""),
            (TREE_NAME, "../../x"),
            (TREE_NAME, "a/../../x"),
            (TREE_NAME, "..\\x"),
            (TREE_NAME, "/etc"),
            (TREE_NAME, "C:\\x"),
        ] {
            let mut index = ModuleIndex::default();
            index.add(entry(&vpc, tree, folder));
            let read = ModuleIndex::parse(&index.to_text());
            assert_eq!(read.entries().count(), 0, "{tree} {folder}");
        }
        assert_eq!(
            ModuleIndex::parse("{\"version\": 1, \"mod")
                .entries()
                .count(),
            0
        );
    }

    #[test]
    fn secrets_of_a_source_are_not_in_the_index() {
        for source in [
            "https://user:hunter2@h/x.zip?token=hunter2",
            "git::https://hunter2@h/r.git?token=hunter2",
            "git::ssh://git:hunter2@h/r.git?sshkey=hunter2",
        ] {
            assert!(
                !request(source, None).package.contains("hunter2"),
                "{source}"
            );
        }
        assert_ne!(
            request("https://h/x.zip?a=1", None),
            request("https://h/x.zip?a=2", None)
        );
    }

    #[test]
    fn a_repository_has_one_index_wherever_its_checkout_lies() {
        let name = |url: &str| {
            let text = format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n");
            let files = Files::in_memory(&[("a/.git/config", &text)]);
            index_name(&files.absolute(Path::new("a")), &files)
        };
        let acme = name("https://github.com/acme/infra.git");
        for url in [
            "git@github.com:acme/infra.git",
            "ssh://git@GitHub.com/acme/infra",
            "https://token:x@github.com/acme/infra/",
        ] {
            assert_eq!(name(url), acme, "{url}");
        }
        assert_ne!(name("https://github.com/acme/other"), acme);
        let without = Files::in_memory(&[("main.tf", "")]);
        assert_ne!(index_name(Path::new("/"), &without), acme);
    }

    #[test]
    fn a_package_is_named_by_its_address_and_version() {
        let name = |source: &str, version: Option<&str>| {
            let entry = entry(&request(source, None), TREE_NAME, "");
            let version = version.map(str::to_owned);
            IndexEntry { version, ..entry }.name()
        };
        assert_eq!(name("a/b/c", Some("1.2.3")), "a/b/c@1.2.3");
        assert_eq!(
            name("app.terraform.io/a/b/c", Some("1.2.3")),
            "app.terraform.io/a/b/c@1.2.3"
        );
        assert_eq!(name("github.com/o/r?ref=v2", None), "github.com/o/r");
        assert_eq!(name("git@h:o/r", None), "git@h/o/r");
    }
}
