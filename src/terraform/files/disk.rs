//! Files on the disk, inside the boundaries of a run.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the place that reads files, after it has compared them with the boundary"
)]

mod walk;

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{FileKind, Refusal};

/// The part of the disk that a run may read.
#[derive(Debug)]
pub(super) struct Disk {
    /// The trees that may be read.
    boundaries: Vec<ResolvedPath>,
    /// Single files that may be read though they lie outside the boundaries, by name, with their links resolved.
    named: HashMap<PathBuf, PathBuf>,
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
            resolved: Mutex::default(),
        }
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
    pub(super) fn real(&self, path: &Path) -> Result<PathBuf, Refusal> {
        if let Some(file) = self.named.get(path) {
            return fs::canonicalize(file).map_err(|error| refusal(&error));
        }
        let is_named = |boundary: &ResolvedPath| {
            path.starts_with(&boundary.named) || path.starts_with(&boundary.real)
        };
        if !self.boundaries.iter().any(is_named) {
            return Err(Refusal::Outside);
        }
        let real = self.resolve(path).map_err(|error| refusal(&error))?;
        let is_around = |boundary: &ResolvedPath| real.starts_with(&boundary.real);
        let is_inside = self.boundaries.iter().any(is_around);
        is_inside.then_some(real).ok_or(Refusal::Outside)
    }

    /// The path with all links resolved.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        if let Some(real) = self.resolved().get(path) {
            return Ok(real.clone());
        }
        match (path.parent(), path.file_name()) {
            // A plain file is where its directory is: one look-up for all files of a directory.
            (Some(parent), Some(name)) if path.symlink_metadata()?.is_file() => {
                Ok(self.resolve_directory(parent)?.join(name))
            }
            _ if path.is_dir() => self.resolve_directory(path),
            _ => fs::canonicalize(path),
        }
    }

    fn resolve_directory(&self, path: &Path) -> io::Result<PathBuf> {
        if let Some(real) = self.resolved().get(path) {
            return Ok(real.clone());
        }
        let real = fs::canonicalize(path)?;
        self.resolved().insert(path.to_owned(), real.clone());
        Ok(real)
    }

    fn resolved(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, PathBuf>> {
        self.resolved.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

pub(super) fn read(path: &Path, largest: u64) -> Result<Vec<u8>, Refusal> {
    if kind(path)? != FileKind::File {
        return Err(Refusal::NotA("file"));
    }
    let file = fs::File::open(path).map_err(|error| refusal(&error))?;
    let mut bytes = Vec::new();
    // The size that the system states may be wrong, for example under `/proc`: what is read counts.
    let read = file.take(largest + 1).read_to_end(&mut bytes);
    let length = read.map_err(|error| refusal(&error))?;
    if length as u64 > largest {
        return Err(Refusal::TooLarge);
    }
    Ok(bytes)
}

pub(super) fn begins_with(path: &Path, bytes: &[u8]) -> bool {
    if kind(path) != Ok(FileKind::File) {
        return false;
    }
    let mut head = vec![0; bytes.len()];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == bytes
}

pub(super) fn list(path: &Path) -> Result<Vec<String>, Refusal> {
    if kind(path)? != FileKind::Directory {
        return Err(Refusal::NotA("directory"));
    }
    let entries = fs::read_dir(path).map_err(|error| refusal(&error))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| refusal(&error))?.file_name();
        // A name that is not UTF-8 can stand neither in an expression nor in a report.
        names.extend(name.into_string().ok());
    }
    names.sort();
    Ok(names)
}

fn refusal(error: &io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Refusal::Missing,
        kind => Refusal::System(kind.to_string()),
    }
}
