//! The files that a run may read. Only this room and the command line touch the file system; `.clippy.toml` lists what
//! must not be called elsewhere.
//!
//! What comes in: the paths of the command line, or texts in memory. What goes out: [`Files`], which answers questions
//! about paths (what is it, what does it hold, which directories are below it) or says why not ([`Refusal`]).
//!
//! The ideas:
//!
//! - A *boundary* is the tree around a path of the command line: its Git repository, else the working directory, else
//!   its parent. Configurations come from pull requests of strangers, and `file("/etc/passwd")` must not read the
//!   machine that checks them. So a path is read only if it lies in a boundary *after* all links are resolved.
//! - A file that the user names (`--var-file`) may lie anywhere.
//! - What is opened is asked again where it lies: a path may come to mean something else between a question and the next.
//! - What lies outside has one answer, whether it exists or not. Special files are refused, and none is read without end.
//! - A package that `tfvpc get` fetched is a boundary of its own: no link leads into it or out of it.
//! - The four stores look alike: the disk, texts in memory (for tests), a revision of a repository, and *mounts*: archives
//!   whose files are read as if they lay in a directory of the archive's name.
//! - Lists are sorted: no order of the file system reaches a report.
//!
//! ```text
//! let files = Files::in_memory(&[("live/main.tf", ""), ("modules/net/main.tf", "")]);
//! files.search(Path::new("."), &Exclusion::default())   // ".", "live", "modules", "modules/net", with the names in each
//! files.read(Path::new("../x"))       // Err(Refusal::Missing); on a disk, Err(Refusal::Outside)
//! ```
//!
//! What it does not do: write, watch, or know what a file means. Begin reading at [`Files::on_disk`] and `Disk::real`.

mod disk;
mod encryption;
mod glob;
mod memory;
mod revision;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use self::disk::Disk;
use self::memory::Memory;
use self::revision::Revision;
use crate::git::{GitFailure, Repository};

pub use self::encryption::Encryption;
pub use self::glob::{ExcludePattern, Exclusion, InvalidGlob, PathPattern, Pieces, piece_names};

/// Bytes of the largest file that is read: plans of large estates have tens of MiB.
pub const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// The files that a run may read.
#[derive(Debug)]
pub struct Files {
    working_directory: PathBuf,
    store: Store,
    /// Archives whose content can be read as a directory.
    mounts: BTreeMap<PathBuf, Memory>,
    /// The names of fetched packages by their directories.
    packages: BTreeMap<PathBuf, String>,
}

#[derive(Debug)]
enum Store {
    Disk(Disk),
    Memory(Memory),
    Revision(Revision),
}

/// What answers questions about a path.
enum Place<'a> {
    Disk(&'a Disk),
    Memory(&'a Memory),
    Revision(&'a Revision),
}

/// A directory of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirectoryListing {
    /// Its path.
    pub path: PathBuf,
    /// The names of what it holds, sorted.
    pub names: Vec<String>,
}

/// The names in a directory.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DirectoryNames {
    /// Those that are text, sorted.
    pub names: Vec<String>,
    /// Those that are not UTF-8, sorted: they can stand neither in an expression nor in a report.
    pub not_text: Vec<OsString>,
}

/// What a search could not look into, or not name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsearched {
    /// Its path.
    pub path: PathBuf,
    /// Why.
    pub refusal: Refusal,
}

/// What a search of a tree found.
#[derive(Debug, Default)]
pub struct SearchedTree {
    /// The directories, sorted.
    pub directories: Vec<DirectoryListing>,
    /// The directories that were left out with all that is below them, sorted.
    pub excluded: Vec<PathBuf>,
    /// What could not be looked into, sorted.
    pub unsearched: Vec<Unsearched>,
}

/// Bytes of the largest configuration of a repository.
const LARGEST_CONFIGURATION: u64 = 1 << 20;

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A directory.
    Directory,
}

/// Why a path was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// Nothing has that name.
    #[error("there is no such file or directory")]
    Missing,
    /// It lies outside the boundary, or is a link to something outside.
    #[error("it lies outside the tree that is checked")]
    Outside,
    /// It is a part of `.git`, which holds what was never committed.
    #[error("it belongs to Git, not to the tree that is checked")]
    OfGit,
    /// It has more than this many bytes.
    #[error("it is larger than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// It is encrypted: its text is not what Terraform will read.
    #[error("it is encrypted with {}", .0.name())]
    Encrypted(Encryption),
    /// It is not UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
    /// Its name is not UTF-8.
    #[error("its name is not UTF-8 text")]
    NameNotText,
    /// It is not what was expected: a directory for a file, a file for a directory, or a device.
    #[error("it is not a {0}")]
    NotA(&'static str),
    /// What the operating system says.
    #[error("{0}")]
    System(String),
}

impl Files {
    /// The files around `paths` on the disk: for each, the nearest ancestor with a `.git`, else
    /// the working directory if it contains the path, else the directory that holds the path.
    /// The files in `named` may be read wherever they are.
    pub fn on_disk(paths: &[PathBuf], named: &[PathBuf]) -> std::io::Result<Self> {
        let working_directory = std::env::current_dir()?;
        let absolute = |path: &PathBuf| normal(&working_directory.join(path));
        let paths: Vec<PathBuf> = paths.iter().map(absolute).collect();
        let named: Vec<PathBuf> = named.iter().map(absolute).collect();
        Ok(Self {
            store: Store::Disk(Disk::around(&paths, &named, &working_directory)),
            working_directory,
            mounts: BTreeMap::new(),
            packages: BTreeMap::new(),
        })
    }

    /// The files of a revision of the repository whose top is `top`, and the name of its commit.
    pub fn of_revision(top: &Path, revision: &str) -> Result<(Self, String), GitFailure> {
        let repository = Repository::at(top);
        let commit = repository.commit(revision)?;
        let tree = repository.tree(&commit)?;
        let files = Self {
            working_directory: top.to_owned(),
            store: Store::Revision(Revision::new(top, tree)),
            mounts: BTreeMap::new(),
            packages: BTreeMap::new(),
        };
        Ok((files, commit))
    }

    /// Files that exist in memory only, by path relative to the working directory.
    pub fn in_memory(texts: &[(&str, &str)]) -> Self {
        let working_directory = PathBuf::from("/");
        let absolute = |path: &str| normal(&working_directory.join(path));
        let texts = texts
            .iter()
            .map(|(path, text)| (absolute(path), (*text).to_owned()));
        Self {
            store: Store::Memory(Memory::new(texts)),
            working_directory,
            mounts: BTreeMap::new(),
            packages: BTreeMap::new(),
        }
    }

    /// Lets texts be read as if the archive that holds them were a directory.
    pub(super) fn mount(&mut self, archive: PathBuf, texts: Vec<(PathBuf, String)>) {
        self.mounts.insert(archive, Memory::new(texts.into_iter()));
    }

    /// Lets fetched packages be read, each within its own directory, whatever the links in it say. Reports name them by
    /// the names that stand beside the directories: where a cache lies says nothing to their readers.
    pub fn add_packages(&mut self, packages: impl IntoIterator<Item = (PathBuf, String)>) {
        for (directory, name) in packages {
            if let Store::Disk(disk) = &mut self.store {
                disk.add_package(&directory);
            }
            self.packages.entry(directory).or_insert(name);
        }
    }

    /// The configuration of the repository whose top is a directory. It may hold credentials, and no report shows
    /// anything of it: it tells which repository this is.
    pub fn repository_configuration(&self, top: &Path) -> Option<String> {
        let path = top.join(".git").join("config");
        match &self.store {
            Store::Disk(_) => read_named_text(&path, LARGEST_CONFIGURATION).ok(),
            Store::Memory(memory) => memory.read(&path).ok().map(str::to_owned),
            Store::Revision(_) => None,
        }
    }

    /// The names of the fetched packages.
    pub fn package_names(&self) -> impl Iterator<Item = &str> {
        self.packages.values().map(String::as_str)
    }

    /// What holds a path: an archive on the way to it, else the store.
    fn place(&self, path: &Path) -> Place<'_> {
        let mounted = if self.mounts.is_empty() {
            None
        } else {
            let mut ancestors = path.ancestors();
            ancestors.find_map(|archive| self.mounts.get(archive))
        };
        match (mounted, &self.store) {
            (Some(memory), _) | (None, Store::Memory(memory)) => Place::Memory(memory),
            (None, Store::Disk(disk)) => Place::Disk(disk),
            (None, Store::Revision(revision)) => Place::Revision(revision),
        }
    }

    /// The directory that relative paths start from.
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// The path from the root of the file system, without `.` and `..`.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        normal(&self.working_directory.join(path))
    }

    /// The path as reports show it: relative to the working directory, with `/`; `.` for itself. In a fetched package:
    /// `terraform-aws-modules/vpc/aws@5.21.0//main.tf`.
    pub fn display(&self, path: &Path) -> String {
        let named = |directory: &Path| self.packages.get_key_value(directory);
        let absolute = self.absolute(path);
        let package = if self.packages.is_empty() {
            None
        } else {
            absolute.ancestors().find_map(named)
        };
        match package {
            Some((directory, name)) => {
                let inner = absolute.strip_prefix(directory).unwrap_or(&absolute);
                if inner.as_os_str().is_empty() {
                    format!("{name}//")
                } else {
                    format!("{name}//{}", text(inner))
                }
            }
            None => self.relative(path, &self.working_directory),
        }
    }

    /// The path with all links resolved: two paths name the same thing if these are equal.
    pub fn real(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let path = self.absolute(path);
        match self.place(&path) {
            Place::Disk(disk) => disk.real(&path),
            Place::Memory(memory) => memory.kind(&path).map(|_| path).ok_or(Refusal::Missing),
            Place::Revision(revision) => revision.real(&path),
        }
    }

    /// What a path names.
    pub fn kind(&self, path: &Path) -> Result<FileKind, Refusal> {
        let real = self.real(path)?;
        match self.place(&real) {
            Place::Disk(_) => disk::kind(&real),
            Place::Memory(memory) => memory.kind(&real).ok_or(Refusal::Missing),
            Place::Revision(revision) => revision.kind(&real),
        }
    }

    /// Whether a path names a directory that may be read.
    pub fn is_directory(&self, path: &Path) -> bool {
        self.kind(path) == Ok(FileKind::Directory)
    }

    /// Whether a path names a file that may be read.
    pub fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Ok(FileKind::File)
    }

    /// The bytes of a file.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, Refusal> {
        self.read_at_most(path, LARGEST_FILE)
    }

    /// The bytes of a file that has at most so many.
    fn read_at_most(&self, path: &Path, largest: u64) -> Result<Vec<u8>, Refusal> {
        let real = self.real(path)?;
        let bytes = match self.place(&real) {
            Place::Disk(disk) => disk.read(&real, largest)?,
            Place::Memory(memory) => memory.read(&real).map(|text| text.as_bytes().to_vec())?,
            Place::Revision(revision) => revision.read(&real, largest)?,
        };
        match Encryption::of(&bytes) {
            Some(encryption) => Err(Refusal::Encrypted(encryption)),
            None => Ok(bytes),
        }
    }

    /// Whether the first bytes of a file are these.
    pub(super) fn begins_with(&self, path: &Path, bytes: &[u8]) -> bool {
        let begins = |real: PathBuf| match self.place(&real) {
            Place::Disk(disk) => disk.begins_with(&real, bytes),
            Place::Memory(memory) => memory
                .read(&real)
                .is_ok_and(|text| text.as_bytes().starts_with(bytes)),
            Place::Revision(revision) => revision
                .read(&real, LARGEST_FILE)
                .is_ok_and(|content| content.starts_with(bytes)),
        };
        self.real(path).is_ok_and(begins)
    }

    /// The text of a file.
    pub fn read_text(&self, path: &Path) -> Result<String, Refusal> {
        self.read_text_at_most(path, LARGEST_FILE)
    }

    /// The text of a file that has at most so many bytes.
    pub fn read_text_at_most(&self, path: &Path, largest: u64) -> Result<String, Refusal> {
        String::from_utf8(self.read_at_most(path, largest)?).map_err(|_| Refusal::NotText)
    }

    /// The directories of a tree, itself included; without directories that are hidden or excluded, and their
    /// content. The tree itself is searched even if it is excluded. Links to directories are followed, but every
    /// directory occurs once.
    pub fn search(&self, tree: &Path, exclusion: &Exclusion) -> SearchedTree {
        let tree = self.absolute(tree);
        let mut found = match &self.store {
            Store::Disk(disk) => disk.search(&tree, exclusion),
            Store::Memory(memory) => memory.search(&tree, exclusion),
            Store::Revision(revision) => revision.search(&tree, exclusion),
        };
        found.directories.sort();
        found.excluded.sort();
        found.unsearched.sort();
        found
    }

    /// The tree around a path that may be read.
    pub fn boundary(&self, path: &Path) -> PathBuf {
        let path = self.absolute(path);
        match &self.store {
            Store::Disk(disk) => disk.boundary(&path),
            Store::Memory(_) => self.working_directory.clone(),
            Store::Revision(revision) => revision.top().to_owned(),
        }
    }

    /// The trees that may be read.
    pub fn boundaries(&self) -> Vec<PathBuf> {
        match &self.store {
            Store::Disk(disk) => disk.boundaries(),
            Store::Memory(_) => vec![self.working_directory.clone()],
            Store::Revision(revision) => vec![revision.top().to_owned()],
        }
    }

    /// The path to `path` from `base`, with `/`; `.` if they are the same.
    pub fn relative(&self, path: &Path, base: &Path) -> String {
        if let Some(below) = below(path, base) {
            return below.to_owned();
        }
        text(&relative(&self.absolute(path), &self.absolute(base)))
    }

    /// The names in a directory that are text, sorted.
    pub fn list(&self, path: &Path) -> Result<Vec<String>, Refusal> {
        self.names(path).map(|listed| listed.names)
    }

    /// All names in a directory.
    pub fn names(&self, path: &Path) -> Result<DirectoryNames, Refusal> {
        let real = self.real(path)?;
        match self.place(&real) {
            Place::Disk(_) => disk::list(&real),
            Place::Memory(memory) => memory.list(&real),
            Place::Revision(revision) => revision.list(&real),
        }
    }
}

/// The text of a file that the command line names, which may lie anywhere. `/dev/fd/63`, as shells hand over what a command
/// prints, is read too; any other pipe or device is not.
pub fn read_named_text(path: &Path, largest: u64) -> Result<String, Refusal> {
    let bytes = disk::read_named(path, largest)?;
    String::from_utf8(bytes).map_err(|_| Refusal::NotText)
}

/// Removes `.` and `..` without looking at links, as Terraform joins paths.
pub(crate) fn normal(path: &Path) -> PathBuf {
    if is_normal(path) {
        return path.to_owned();
    }
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    normal
}

/// Whether the text of a path already shows that nothing in it goes back: most paths are put together of such, and are
/// asked about again and again.
fn is_normal(path: &Path) -> bool {
    let Some(text) = path.to_str() else {
        return false;
    };
    let bytes = text.as_bytes();
    let mut followers = bytes.iter().zip(&bytes[1.min(bytes.len())..]);
    let leads_back = followers.any(|pair| matches!(pair, (b'/', b'.' | b'/') | (b'\\', _)));
    let ends_open = text.len() > 1 && text.ends_with(['/', '\\']);
    text.starts_with('/') && !leads_back && !ends_open
}

/// The text of a path below another, where the texts of both show it.
fn below<'a>(path: &'a Path, base: &Path) -> Option<&'a str> {
    let are_normal = is_normal(path) && is_normal(base);
    let base = base.to_str().filter(|_| are_normal)?;
    path.to_str()?.strip_prefix(base)?.strip_prefix('/')
}

fn relative(path: &Path, base: &Path) -> PathBuf {
    let pairs = path.components().zip(base.components());
    let shared = pairs.take_while(|(left, right)| left == right).count();
    let ups = base.components().skip(shared).map(|_| Component::ParentDir);
    ups.chain(path.components().skip(shared)).collect()
}

/// The text of a path, with `/` on every system.
fn text(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    if parts.is_empty() {
        return ".".to_owned();
    }
    parts.join("/")
}
