//! The files of a revision of a repository, as if they lay in its working copy.

use std::path::{Component, Path, PathBuf};

use super::memory::{names, search};
use super::{DirectoryNames, Exclusion, FileKind, Refusal, SearchedTree};
use crate::git::{GitFailure, Tree, TreeEntry};

/// The most links on the way to a file.
const MOST_LINKS: usize = 40;
/// Bytes of the longest target of a link, as systems have it.
const LONGEST_LINK: u64 = 4096;

/// The tree of a commit, placed at the top of its repository.
#[derive(Debug)]
pub(super) struct Revision {
    top: PathBuf,
    tree: Tree,
}

impl Revision {
    pub(super) fn new(top: &Path, tree: Tree) -> Self {
        Self {
            top: top.to_owned(),
            tree,
        }
    }

    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// The path with all links resolved, if something lies there.
    pub(super) fn real(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let below = path.strip_prefix(&self.top).map_err(|_| Refusal::Outside)?;
        let resolved = self.resolve(Path::new(""), below, 0)?;
        let real = self.top.join(resolved);
        self.kind(&real).map(|_| real)
    }

    fn resolve(&self, base: &Path, path: &Path, links: usize) -> Result<PathBuf, Refusal> {
        let mut resolved = base.to_owned();
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir if resolved.pop() => {}
                Component::Normal(name) => resolved = self.follow(&resolved.join(name), links)?,
                _ => return Err(Refusal::Outside),
            }
        }
        Ok(resolved)
    }

    fn follow(&self, path: &Path, links: usize) -> Result<PathBuf, Refusal> {
        let Some(TreeEntry::Link(_)) = self.tree.entries().get(path) else {
            return Ok(path.to_owned());
        };
        if links == MOST_LINKS {
            return Err(Refusal::System("it is a circle of links".to_owned()));
        }
        let target = self.tree.read(path, LONGEST_LINK);
        let target = target.map_err(|failure| refusal(&failure))?;
        let target = String::from_utf8(target).map_err(|_| Refusal::NameNotText)?;
        let parent = path.parent().unwrap_or(path);
        self.resolve(parent, Path::new(&target), links + 1)
    }

    pub(super) fn kind(&self, real: &Path) -> Result<FileKind, Refusal> {
        let below = self.below(real)?;
        match self.tree.entries().get(below) {
            Some(TreeEntry::File(_)) => Ok(FileKind::File),
            None if self.inside(below).next().is_some() => Ok(FileKind::Directory),
            Some(TreeEntry::Link(_) | TreeEntry::Commit) | None => Err(Refusal::Missing),
        }
    }

    pub(super) fn read(&self, real: &Path, largest: u64) -> Result<Vec<u8>, Refusal> {
        if self.kind(real)? != FileKind::File {
            return Err(Refusal::NotA("file"));
        }
        let bytes = self.tree.read(self.below(real)?, largest);
        bytes.map_err(|failure| refusal(&failure))
    }

    pub(super) fn list(&self, real: &Path) -> Result<DirectoryNames, Refusal> {
        if self.kind(real)? != FileKind::Directory {
            return Err(Refusal::NotA("directory"));
        }
        let below = self.below(real)?;
        Ok(names(self.inside(below), below))
    }

    /// The directories of a tree. Links to directories are not followed.
    pub(super) fn search(&self, tree: &Path, exclusion: &Exclusion) -> SearchedTree {
        let files = self.tree.entries().keys();
        let files: Vec<PathBuf> = files.map(|file| self.top.join(file)).collect();
        search(files.iter().map(PathBuf::as_path), tree, exclusion)
    }

    fn below<'p>(&self, real: &'p Path) -> Result<&'p Path, Refusal> {
        real.strip_prefix(&self.top).map_err(|_| Refusal::Outside)
    }

    /// The files below a directory.
    fn inside<'a>(&'a self, directory: &'a Path) -> impl Iterator<Item = &'a Path> {
        // Paths are sorted by their parts, so that what lies in a directory stands together.
        let from = self.tree.entries().range(directory.to_owned()..);
        let files = from.map(|(path, _)| path.as_path());
        files.take_while(move |path| path.starts_with(directory))
    }
}

fn refusal(failure: &GitFailure) -> Refusal {
    match failure {
        GitFailure::Missing => Refusal::Missing,
        GitFailure::TooLarge(largest) => Refusal::TooLarge(*largest),
        failure => Refusal::System(failure.to_string()),
    }
}
