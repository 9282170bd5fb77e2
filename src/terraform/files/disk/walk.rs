//! Searches trees on the disk for directories.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::Disk;
use crate::terraform::files::{DirectoryListing, Exclusion, SearchedTree};

impl Disk {
    /// The directories of a tree, in any order. Links are followed last: a directory is listed under its own path, not under
    /// that of a link to it, where both lie in the tree.
    pub(in crate::terraform::files) fn search(
        &self,
        tree: &Path,
        exclusion: &Exclusion,
    ) -> SearchedTree {
        let mut walk = Walk {
            disk: self,
            exclusion,
            excluded: Vec::new(),
            visited: HashSet::new(),
            pending: VecDeque::from([tree.to_owned()]),
            names: HashMap::new(),
        };
        while let Some(subtree) = walk.pending.pop_front() {
            walk.tree(subtree);
        }
        let directory = |(path, names)| DirectoryListing { path, names };
        SearchedTree {
            directories: walk.names.into_iter().map(directory).collect(),
            excluded: walk.excluded,
        }
    }
}

struct Walk<'a> {
    disk: &'a Disk,
    exclusion: &'a Exclusion,
    /// The directories that were left out.
    excluded: Vec<PathBuf>,
    /// The real paths of the directories that were listed: circles of links end here.
    visited: HashSet<PathBuf>,
    /// Trees to search: the first one, then the targets of links.
    pending: VecDeque<PathBuf>,
    /// The names in each directory that was listed.
    names: HashMap<PathBuf, Vec<String>>,
}

impl Walk<'_> {
    fn tree(&mut self, tree: PathBuf) {
        if !self.visit(&tree) {
            return;
        }
        let mut entries = WalkDir::new(&tree)
            .min_depth(1)
            .sort_by_file_name()
            .into_iter();
        self.names.insert(tree, Vec::new());
        while let Some(entry) = entries.next() {
            if let Ok(entry) = entry
                && !self.entry(&entry)
            {
                entries.skip_current_dir();
            }
        }
    }

    /// Adds an entry to its directory. Returns whether the walk may go into it.
    fn entry(&mut self, entry: &DirEntry) -> bool {
        let Some(name) = entry.file_name().to_str() else {
            return true;
        };
        let is_directory = entry.file_type().is_dir();
        if name.starts_with('.') {
            return !is_directory;
        }
        let is_link = entry.path_is_symlink() && entry.path().is_dir();
        if (is_directory || is_link) && self.exclusion.matches(entry.path()) {
            self.excluded.push(entry.path().to_owned());
            return !is_directory;
        }
        if is_directory && !self.visit(entry.path()) {
            return false;
        }
        if is_directory {
            self.names.insert(entry.path().to_owned(), Vec::new());
        } else if is_link {
            self.pending.push_back(entry.path().to_owned());
        }
        let parent = entry.path().parent();
        if let Some(names) = parent.and_then(|parent| self.names.get_mut(parent)) {
            names.push(name.to_owned());
        }
        true
    }

    /// Whether a directory may be read and was not visited.
    fn visit(&mut self, directory: &Path) -> bool {
        let real = self.disk.real(directory);
        real.is_ok_and(|real| self.visited.insert(real))
    }
}
