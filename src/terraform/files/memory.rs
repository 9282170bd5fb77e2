//! Files that exist in memory only: in tests, and in binary plans, which are ZIP archives.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{
    DirectoryListing, DirectoryNames, Exclusion, FileKind, Refusal, SearchedTree, Unsearched,
};

/// Texts by path. A directory exists where the path of a text leads through it.
#[derive(Debug)]
pub(super) struct Memory {
    texts: BTreeMap<PathBuf, String>,
}

impl Memory {
    pub(super) fn new(texts: impl Iterator<Item = (PathBuf, String)>) -> Self {
        Self {
            texts: texts.collect(),
        }
    }

    pub(super) fn kind(&self, path: &Path) -> Option<FileKind> {
        if self.texts.contains_key(path) {
            return Some(FileKind::File);
        }
        let mut files = self.texts.keys();
        let is_directory = files.any(|file| file.starts_with(path));
        (is_directory || path.parent().is_none()).then_some(FileKind::Directory)
    }

    pub(super) fn read(&self, path: &Path) -> Result<&str, Refusal> {
        let text = self.texts.get(path).map(String::as_str);
        text.ok_or(Refusal::NotA("file"))
    }

    pub(super) fn list(&self, path: &Path) -> Result<DirectoryNames, Refusal> {
        if self.kind(path) != Some(FileKind::Directory) {
            return Err(Refusal::NotA("directory"));
        }
        let files = self.texts.keys();
        Ok(names(files.map(PathBuf::as_path), path))
    }

    pub(super) fn search(&self, tree: &Path, exclusion: &Exclusion) -> SearchedTree {
        let files = self.texts.keys().map(PathBuf::as_path);
        search(files, tree, exclusion)
    }
}

/// The names in a directory, of files anywhere below it and elsewhere.
pub(super) fn names<'a>(files: impl Iterator<Item = &'a Path>, directory: &Path) -> DirectoryNames {
    let below = files.flat_map(|file| file.strip_prefix(directory));
    let first_parts = below.filter_map(|file| file.components().next());
    let parts: BTreeSet<_> = first_parts
        .map(|part| part.as_os_str().to_owned())
        .collect();
    let mut listed = DirectoryNames::default();
    for part in parts {
        match part.into_string() {
            Ok(name) => listed.names.push(name),
            Err(name) => listed.not_text.push(name),
        }
    }
    listed
}

/// The directories of a tree that the paths of files lead through.
pub(super) fn search<'a>(
    files: impl Iterator<Item = &'a Path>,
    tree: &Path,
    exclusion: &Exclusion,
) -> SearchedTree {
    let mut inside: BTreeMap<&Path, BTreeSet<OsString>> = BTreeMap::new();
    for file in files {
        for path in file.ancestors().take_while(|path| *path != tree) {
            let parent = path.parent().filter(|parent| parent.starts_with(tree));
            let names = parent.zip(path.file_name());
            if let Some((directory, name)) = names {
                let listed = inside.entry(directory).or_default();
                listed.insert(name.to_owned());
            }
        }
    }
    let mut found = SearchedTree::default();
    for (path, parts) in inside {
        let mut above = path.ancestors().take_while(|part| *part != tree);
        if is_hidden(path, tree) {
            continue;
        }
        if above.any(|part| exclusion.matches(part)) {
            found
                .excluded
                .extend(exclusion.matches(path).then(|| path.to_owned()));
            continue;
        }
        let mut listing = DirectoryListing {
            path: path.to_owned(),
            names: Vec::new(),
        };
        for part in parts {
            match part.into_string() {
                Ok(name) => listing.names.push(name),
                Err(name) => found.unsearched.push(Unsearched {
                    path: path.join(name),
                    refusal: Refusal::NameNotText,
                }),
            }
        }
        found.directories.push(listing);
    }
    found
}

/// Whether a directory of the tree, or one above it in the tree, is hidden.
fn is_hidden(path: &Path, tree: &Path) -> bool {
    let below = path.strip_prefix(tree).unwrap_or(path);
    let mut parts = below.components();
    parts.any(|part| part.as_os_str().to_string_lossy().starts_with('.'))
}
