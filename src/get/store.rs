//! The cache on the disk: packages that never change, and an index for each repository.
//!
//! ```text
//! CACHE/packages/<name>/tree/…      a package; its name is a digest of where it comes from and what it is
//! CACHE/indexes/<repository>.json   which call got which
//! CACHE/partial/…                   what is being written
//! CACHE/lock                        held by every run, and alone by one that prunes
//! ```
//!
//! A package is written beside the others and renamed in as a whole: a run that is killed leaves nothing that looks
//! complete, and of two runs that fetch the same one the first wins.
#![allow(
    clippy::disallowed_methods,
    reason = "the cache is the user's, and lies outside what is checked"
)]

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::failure::GetFailure;
use crate::terraform::module_index::{IndexEntry, ModuleIndex, PACKAGES, TREE};

const PARTIAL: &str = "partial";
/// What lies in `partial` for so long belongs to a run that was killed.
const OLD: Duration = Duration::from_hours(24);
/// Bytes of the largest file of settings.
const LARGEST_SETTINGS: u64 = 16 << 20;

/// A cache that this run may write.
#[derive(Debug)]
pub struct Store {
    cache: PathBuf,
    /// The packages that this run is writing.
    writing: Mutex<HashMap<String, Arc<Mutex<()>>>>,
    partials: AtomicUsize,
    lock: File,
}

/// A directory that is removed when its user is done.
pub(super) struct Partial {
    pub(super) path: PathBuf,
}

impl Drop for Partial {
    fn drop(&mut self) {
        // What cannot be removed now is removed by a later run.
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Store {
    /// Opens a cache, which is made if it is not there.
    pub fn open(cache: &Path) -> io::Result<Self> {
        for folder in [PACKAGES, PARTIAL] {
            fs::create_dir_all(cache.join(folder))?;
        }
        let mut options = File::options();
        let lock = options
            .create(true)
            .truncate(false)
            .write(true)
            .open(cache.join("lock"))?;
        lock.lock_shared()?;
        let store = Self {
            cache: cache.to_owned(),
            writing: Mutex::default(),
            partials: AtomicUsize::new(0),
            lock,
        };
        store.remove_old_partials();
        Ok(store)
    }

    /// Whether the cache has a package.
    pub(super) fn has(&self, entry: &IndexEntry) -> bool {
        entry.tree_in(&self.cache).is_dir()
    }

    /// Whether the package of an entry has a folder.
    pub(super) fn has_folder(&self, entry: &IndexEntry, subfolder: &str) -> bool {
        entry.module_in(&self.cache, subfolder).is_dir()
    }

    /// The folder of a tree that an address names. `*` stands for the only folder at that place, as archives of
    /// repositories have one around everything.
    pub(super) fn folder(&self, tree: &str, folder: &str) -> Result<String, GetFailure> {
        let mut found: Vec<String> = Vec::new();
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            if part != "*" {
                found.push(part.to_owned());
                continue;
            }
            let above = found
                .iter()
                .fold(self.tree(tree), |path, name| path.join(name));
            let mut folders = list(&above).into_iter().filter(|path| path.is_dir());
            match (folders.next(), folders.next()) {
                (Some(only), None) => {
                    let name = only.file_name().unwrap_or_default();
                    found.push(name.to_string_lossy().into_owned());
                }
                _ => return Err(GetFailure::NoFolder(folder.to_owned())),
            }
        }
        Ok(found.join("/"))
    }

    /// Where a package lies.
    pub(super) fn tree(&self, name: &str) -> PathBuf {
        self.cache.join(PACKAGES).join(name).join(TREE)
    }

    /// A directory for what is not complete yet.
    pub(super) fn partial(&self) -> io::Result<Partial> {
        let number = self.partials.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", std::process::id());
        let path = self.cache.join(PARTIAL).join(name);
        // A process of the same number may have been killed.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path)?;
        Ok(Partial { path })
    }

    /// Adds a package, unless it is there: `write` fills its tree.
    pub(super) fn add(
        &self,
        name: &str,
        write: impl FnOnce(&Path) -> Result<(), GetFailure>,
    ) -> Result<(), GetFailure> {
        let writing = self
            .writing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(name.to_owned())
            .or_default()
            .clone();
        let _alone = writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.tree(name).is_dir() {
            return Ok(());
        }
        let partial = self.partial()?;
        let package = partial.path.join("package");
        let tree = package.join(TREE);
        fs::create_dir_all(&tree)?;
        write(&tree)?;
        match fs::rename(&package, self.cache.join(PACKAGES).join(name)) {
            // Another run was faster.
            Err(_) if self.tree(name).is_dir() => Ok(()),
            renamed => Ok(renamed?),
        }
    }

    /// Adds entries to the index in a file. Runs that write the same index wait for each other.
    pub fn update_index(&self, path: &Path, entries: &[IndexEntry]) -> io::Result<()> {
        let directory = path.parent().unwrap_or(path);
        fs::create_dir_all(directory)?;
        let mut options = File::options();
        let lock = options
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.with_extension("lock"))?;
        lock.lock()?;
        let text = fs::read_to_string(path).unwrap_or_default();
        let before = ModuleIndex::parse(&text);
        let mut index = before.clone();
        for entry in entries {
            index.add(entry.clone());
        }
        if index == before && !text.is_empty() {
            return Ok(());
        }
        let partial = self.partial()?;
        let written = partial.path.join("index");
        File::create(&written)?.write_all(index.to_text().as_bytes())?;
        fs::rename(&written, path)
    }

    /// Removes the packages that no index names, and returns how many these were; `None` if another run uses the cache.
    pub fn prune(&self, indexes: &Path) -> io::Result<Option<usize>> {
        self.lock.unlock()?;
        let alone = self.lock.try_lock();
        let removed = match alone {
            Ok(()) => Some(self.remove_unnamed(indexes)?),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) => return Err(error),
        };
        self.lock.unlock()?;
        self.lock.lock_shared()?;
        Ok(removed)
    }

    fn remove_unnamed(&self, indexes: &Path) -> io::Result<usize> {
        let mut named = BTreeSet::new();
        for path in list(indexes) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let index = ModuleIndex::parse(&text);
            named.extend(index.entries().map(|entry| entry.tree.clone()));
        }
        let mut removed = 0;
        for package in list(&self.cache.join(PACKAGES)) {
            let name = package.file_name().unwrap_or_default().to_string_lossy();
            if !named.contains(&*name) {
                // Renamed first, so that no half of it is ever taken for a package.
                let partial = self.partial()?;
                fs::rename(&package, partial.path.join("package"))?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn remove_old_partials(&self) {
        for path in list(&self.cache.join(PARTIAL)) {
            let modified = fs::metadata(&path).and_then(|metadata| metadata.modified());
            let age = modified.map(|time| SystemTime::now().duration_since(time));
            if matches!(age, Ok(Ok(age)) if age > OLD) {
                let _ = fs::remove_dir_all(&path);
            }
        }
    }
}

/// The paths in a directory; none if it cannot be read.
fn list(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

/// The paths of a directory of the user, sorted.
pub(super) fn list_sorted(directory: &Path) -> Vec<PathBuf> {
    let mut paths = list(directory);
    paths.sort();
    paths
}

/// The bytes of a file of settings that the user named.
pub(super) fn read_small(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path)
        .ok()?
        .take(LARGEST_SETTINGS)
        .read_to_end(&mut bytes);
    read.ok().map(|_| bytes)
}

/// Makes a file in a directory for what is not complete yet.
pub(super) fn create(path: &Path) -> io::Result<File> {
    File::create(path)
}

/// Opens a file that this run has made.
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}
