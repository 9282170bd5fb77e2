//! Files on the disk, inside the boundaries of a run.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the place that reads files, after it has compared them with the boundary"
)]

mod walk;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use memchr::memchr_iter;

use super::{DirectoryNames, FileKind, Refusal};

/// The most links on the way to a file, as systems have it.
const MOST_LINKS: usize = 40;

/// The part of the disk that a run may read.
#[derive(Debug)]
pub(super) struct Disk {
    /// The trees that may be read.
    boundaries: Vec<ResolvedPath>,
    /// Single files that may be read though they lie outside the boundaries, by name, with their links resolved.
    named: HashMap<PathBuf, PathBuf>,
    /// The directories of fetched packages, by name, with their links resolved.
    packages: HashMap<PathBuf, PathBuf>,
    /// A cache: directories with their links resolved. Resolving each file by itself would ask the system for
    /// every part of its path again.
    resolved: Mutex<HashMap<PathBuf, PathBuf>>,
}

/// A path as it was named and with its links resolved.
#[derive(Debug, PartialEq, Eq)]
struct ResolvedPath {
    named: PathBuf,
    real: PathBuf,
}

impl ResolvedPath {
    fn new(named: PathBuf) -> Self {
        let real = fs::canonicalize(&named).unwrap_or_else(|_| named.clone());
        Self { named, real }
    }
}

impl Disk {
    /// The boundaries of absolute paths.
    pub(super) fn around(paths: &[PathBuf], named: &[PathBuf], working_directory: &Path) -> Self {
        let mut boundaries = Vec::new();
        for path in paths {
            let boundary = ResolvedPath::new(boundary(path, working_directory));
            if !boundaries.contains(&boundary) {
                boundaries.push(boundary);
            }
        }
        let named = named.iter().cloned().map(ResolvedPath::new);
        let named = named.map(|file| (file.named, file.real)).collect();
        Self {
            boundaries,
            named,
            packages: HashMap::new(),
            resolved: Mutex::default(),
        }
    }

    /// Lets the directory of a package be read.
    pub(super) fn add_package(&mut self, directory: &Path) {
        let package = ResolvedPath::new(directory.to_owned());
        // What was resolved is asked about again.
        self.packages
            .insert(package.real.clone(), package.real.clone());
        self.packages.insert(package.named, package.real);
    }

    /// The boundaries as they were named.
    pub(super) fn boundaries(&self) -> Vec<PathBuf> {
        let boundaries = self.boundaries.iter();
        boundaries.map(|boundary| boundary.named.clone()).collect()
    }

    /// The boundary around a path; the path itself if there is none.
    pub(super) fn boundary(&self, path: &Path) -> PathBuf {
        let mut boundaries = self.boundaries.iter();
        let found = boundaries.find(|boundary| path.starts_with(&boundary.named));
        found.map_or_else(|| path.to_owned(), |boundary| boundary.named.clone())
    }

    /// The path with all links resolved, if that is inside a boundary.
    ///
    /// Nothing is asked about a path that leads out: what lies outside has the same answer as what does not exist there.
    pub(super) fn real(&self, path: &Path) -> Result<PathBuf, Refusal> {
        if let Some(file) = self.named.get(path) {
            return fs::canonicalize(file).map_err(|error| refusal(&error));
        }
        let real = self.resolve(path, 0)?;
        self.may_read(&real, self.package(path))?;
        Ok(real)
    }

    /// Whether a path without links lies in the package that is read, or else in a boundary.
    fn may_read(&self, real: &Path, package: Option<&PathBuf>) -> Result<(), Refusal> {
        match package {
            Some(package) if real.starts_with(package) => Ok(()),
            Some(_) => Err(Refusal::Outside),
            None => self.inside(real),
        }
    }

    /// The package around a path.
    fn package(&self, path: &Path) -> Option<&PathBuf> {
        if self.packages.is_empty() {
            return None;
        }
        let mut ancestors = path.ancestors();
        ancestors.find_map(|directory| self.packages.get(directory))
    }

    /// Whether a path without links lies inside a boundary, and not in the files of Git itself: those hold what was never
    /// committed, the configuration with its credentials among them.
    fn inside(&self, real: &Path) -> Result<(), Refusal> {
        let mut boundaries = self.boundaries.iter();
        let inner = boundaries.find_map(|boundary| below(real, &boundary.real));
        let inner = inner.ok_or(Refusal::Outside)?;
        // Every file is asked about, and few have such a name.
        let bytes = inner.as_os_str().as_encoded_bytes();
        let begins = |at: usize| matches!(bytes.get(at + 1), Some(b'g' | b'G'));
        if memchr_iter(b'.', bytes).any(begins) && inner.iter().any(is_of_git) {
            return Err(Refusal::OfGit);
        }
        Ok(())
    }

    /// The path with all links resolved, unless it leads out of the boundaries on the way.
    fn resolve(&self, path: &Path, links: usize) -> Result<PathBuf, Refusal> {
        let mut boundaries = self.boundaries.iter();
        if let Some(boundary) = boundaries.find(|boundary| path == boundary.named) {
            return Ok(boundary.real.clone());
        }
        if let Some(package) = self.packages.get(path) {
            return Ok(package.clone());
        }
        if let Some(real) = self.resolved().get(path) {
            return Ok(real.clone());
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Ok(path.to_owned());
        };
        if !self.may_ask_about(path) {
            return Err(Refusal::Outside);
        }
        let real_parent = self.resolve(parent, links)?;
        if is_of_git(name) && self.inside(&real_parent).is_ok() {
            return Err(Refusal::OfGit);
        }
        let found = real_parent.join(name);
        if real_parent != parent && !self.may_ask_about(&found) {
            return Err(Refusal::Outside);
        }
        let metadata = fs::symlink_metadata(&found).map_err(|error| refusal(&error))?;
        let real = if metadata.is_symlink() {
            self.follow(&real_parent, &found, links)?
        } else {
            found
        };
        // A file is asked about once or twice, its directory again and again.
        if !metadata.is_file() {
            self.resolved().insert(path.to_owned(), real.clone());
        }
        Ok(real)
    }

    /// What a link in `parent` leads to.
    fn follow(&self, parent: &Path, link: &Path, links: usize) -> Result<PathBuf, Refusal> {
        if links == MOST_LINKS {
            return Err(Refusal::System("it is a circle of links".to_owned()));
        }
        let target = fs::read_link(link).map_err(|error| refusal(&error))?;
        let mut real = parent.to_owned();
        for component in target.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    real.pop();
                }
                component => real = self.resolve(&real.join(component), links + 1)?,
            }
        }
        Ok(real)
    }

    /// Whether the system is asked what lies there: in a package, in a boundary, or on the way to it.
    fn may_ask_about(&self, path: &Path) -> bool {
        let mut trees = self
            .boundaries
            .iter()
            .flat_map(|boundary| [&boundary.named, &boundary.real]);
        trees.any(|tree| below(path, tree).is_some() || tree.starts_with(path))
            || self.package(path).is_some()
    }

    /// The bytes of a file, given its path without links.
    pub(super) fn read(&self, real: &Path, largest: u64) -> Result<Vec<u8>, Refusal> {
        let file = self.open(real)?;
        read_from(file, largest)
    }

    /// Whether the first bytes of a file are these.
    pub(super) fn begins_with(&self, real: &Path, bytes: &[u8]) -> bool {
        let mut head = vec![0; bytes.len()];
        let file = self.open(real).ok();
        file.is_some_and(|mut file| file.read_exact(&mut head).is_ok() && head == bytes)
    }

    /// Opens a file, and then asks what was opened: between a question and an answer, a path may come to mean
    /// something else.
    fn open(&self, real: &Path) -> Result<fs::File, Refusal> {
        let file = open(real)?;
        let is_named = self.named.values().any(|named| named == real);
        if !is_named {
            let opened = opened_path(&file, real).map_err(|error| refusal(&error))?;
            self.may_read(&opened, self.package(real))?;
        }
        Ok(file)
    }

    fn resolved(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, PathBuf>> {
        self.resolved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The part of a path that lies below a tree. Both are absolute and without `.` and `..`, so that their texts tell.
#[cfg(unix)]
fn below<'p>(path: &'p Path, tree: &Path) -> Option<&'p Path> {
    use std::os::unix::ffi::OsStrExt;
    let (path, tree) = (path.as_os_str().as_bytes(), tree.as_os_str().as_bytes());
    let inner = match path.strip_prefix(tree)? {
        [] => &[],
        [b'/', inner @ ..] => inner,
        inner if tree.ends_with(b"/") => inner,
        _ => return None,
    };
    Some(Path::new(OsStr::from_bytes(inner)))
}

#[cfg(not(unix))]
fn below<'p>(path: &'p Path, tree: &Path) -> Option<&'p Path> {
    path.strip_prefix(tree).ok()
}

fn boundary(path: &Path, working_directory: &Path) -> PathBuf {
    let is_repository = |directory: &&Path| directory.join(".git").symlink_metadata().is_ok();
    if let Some(repository) = path.ancestors().find(is_repository) {
        return repository.to_owned();
    }
    if path.starts_with(working_directory) {
        return working_directory.to_owned();
    }
    path.parent().unwrap_or(path).to_owned()
}

/// Whether it is the name of Git's own directory, on a disk that does not tell letters by their case either.
fn is_of_git(name: &OsStr) -> bool {
    name.eq_ignore_ascii_case(".git")
}

pub(super) fn kind(path: &Path) -> Result<FileKind, Refusal> {
    let metadata = fs::metadata(path).map_err(|error| refusal(&error))?;
    if metadata.is_dir() {
        Ok(FileKind::Directory)
    } else if metadata.is_file() {
        Ok(FileKind::File)
    } else {
        Err(Refusal::NotA("file"))
    }
}

/// The names in a directory, sorted.
pub(super) fn list(real: &Path) -> Result<DirectoryNames, Refusal> {
    if kind(real)? != FileKind::Directory {
        return Err(Refusal::NotA("directory"));
    }
    let entries = fs::read_dir(real).map_err(|error| refusal(&error))?;
    let mut listed = DirectoryNames::default();
    for entry in entries {
        match entry
            .map_err(|error| refusal(&error))?
            .file_name()
            .into_string()
        {
            Ok(name) => listed.names.push(name),
            Err(name) => listed.not_text.push(name),
        }
    }
    listed.names.sort();
    listed.not_text.sort();
    Ok(listed)
}

/// The bytes of a file that the command line names: anywhere, and also what a shell hands over as `/dev/fd/63`.
pub(super) fn read_named(path: &Path, largest: u64) -> Result<Vec<u8>, Refusal> {
    read_from(open(path)?, largest)
}

fn read_from(file: fs::File, largest: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    // The size that the system states may be wrong, for example under `/proc`: what is read counts.
    let read = file.take(largest + 1).read_to_end(&mut bytes);
    let length = read.map_err(|error| refusal(&error))?;
    if length as u64 > largest {
        return Err(Refusal::TooLarge(largest));
    }
    Ok(bytes)
}

/// Opens a file and refuses what is none. A pipe that nobody writes to does not make it wait, and a device is not read.
fn open(path: &Path) -> Result<fs::File, Refusal> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        if !is_descriptor(path) {
            options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
        }
    }
    let file = options.open(path).map_err(|error| refusal(&error))?;
    let metadata = file.metadata().map_err(|error| refusal(&error))?;
    if metadata.is_file() || is_descriptor(path) {
        return Ok(file);
    }
    Err(Refusal::NotA("file"))
}

/// Whether a path means what the process was started with, which a checked tree cannot name.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/dev/fd") || path == Path::new("/dev/stdin")
}

/// Where the file that was opened lies, without links.
fn opened_path(file: &fs::File, path: &Path) -> io::Result<PathBuf> {
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        let descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
        if let Ok(opened) = fs::read_link(descriptor) {
            return Ok(opened);
        }
    }
    // Elsewhere the path is resolved again, and must lead to what was opened.
    let real = fs::canonicalize(path)?;
    if is_same_file(&file.metadata()?, &fs::symlink_metadata(&real)?) {
        return Ok(real);
    }
    Err(io::Error::other("it changes while it is read"))
}

#[cfg(unix)]
fn is_same_file(left: &fs::Metadata, right: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (left.dev(), left.ino()) == (right.dev(), right.ino())
}

/// Links need rights of an administrator there, and files have no number that stable Rust knows.
#[cfg(not(unix))]
fn is_same_file(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}

fn refusal(error: &io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Refusal::Missing,
        kind => Refusal::System(kind.to_string()),
    }
}
