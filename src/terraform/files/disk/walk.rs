//! Searches trees on the disk for directories.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{Disk, kind, refusal};
use crate::terraform::files::{
    DirectoryListing, Exclusion, FileKind, Refusal, SearchedTree, Unsearched,
};

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
            unsearched: Vec::new(),
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
            unsearched: walk.unsearched,
        }
    }
}

struct Walk<'a> {
    disk: &'a Disk,
    exclusion: &'a Exclusion,
    /// The directories that were left out.
    excluded: Vec<PathBuf>,
    /// What could not be looked into, or not be named.
    unsearched: Vec<Unsearched>,
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
            match entry {
                Ok(entry) if self.entry(&entry) => {}
                Ok(_) => entries.skip_current_dir(),
                Err(error) => self.unreadable(&error),
            }
        }
    }

    /// Adds an entry to its directory. Returns whether the walk may go into it.
    fn entry(&mut self, entry: &DirEntry) -> bool {
        let is_directory = entry.file_type().is_dir();
        let Some(name) = self.name(entry) else {
            return true;
        };
        if name.starts_with('.') {
            return !is_directory;
        }
        let is_link = entry.path_is_symlink() && self.leads_to_directory(entry.path());
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

    /// The name of an entry, if it and those above it are text.
    fn name<'e>(&mut self, entry: &'e DirEntry) -> Option<&'e str> {
        let parent = entry.path().parent().unwrap_or(entry.path());
        let name = entry.file_name().to_str();
        let name = name.filter(|_| self.names.contains_key(parent));
        if name.is_none() && !entry.file_type().is_dir() {
            self.refuse(entry.path(), Refusal::NameNotText);
        }
        name
    }

    /// Whether a link leads to a directory that may be read.
    fn leads_to_directory(&mut self, link: &Path) -> bool {
        match self.disk.real(link) {
            Ok(real) => kind(&real) == Ok(FileKind::Directory),
            Err(Refusal::Missing) => false,
            Err(refusal) => {
                self.refuse(link, refusal);
                false
            }
        }
    }

    fn unreadable(&mut self, error: &walkdir::Error) {
        let refusal = error.io_error().map(refusal);
        let path = error.path().unwrap_or(Path::new(""));
        self.refuse(path, refusal.unwrap_or(Refusal::NotA("directory")));
    }

    fn refuse(&mut self, path: &Path, refusal: Refusal) {
        let path = path.to_owned();
        self.unsearched.push(Unsearched { path, refusal });
    }

    /// Whether a directory may be read and was not visited.
    fn visit(&mut self, directory: &Path) -> bool {
        match self.disk.real(directory) {
            Ok(real) => self.visited.insert(real),
            Err(refusal) => {
                self.refuse(directory, refusal);
                false
            }
        }
    }
}
