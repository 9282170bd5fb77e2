//! Files that exist in memory only: in tests, and in binary plans, which are ZIP archives.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{DirectoryListing, Exclusion, FileKind, Refusal, SearchedTree};

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

    pub(super) fn list(&self, path: &Path) -> Result<Vec<String>, Refusal> {
        if self.kind(path) != Some(FileKind::Directory) {
            return Err(Refusal::NotA("directory"));
        }
        let files = self.texts.keys();
        let inside = files.filter_map(|file| file.strip_prefix(path).ok());
        let first_parts = inside.filter_map(|file| file.components().next());
        let names: BTreeSet<String> = first_parts
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        Ok(names.into_iter().collect())
    }

    pub(super) fn search(&self, tree: &Path, exclusion: &Exclusion) -> SearchedTree {
        let parents = self.texts.keys().filter_map(|file| file.parent());
        let around = parents.flat_map(Path::ancestors);
        let paths: BTreeSet<&Path> = around.filter(|path| path.starts_with(tree)).collect();
        let is_hidden = |path: &Path| {
            let below = path.strip_prefix(tree).unwrap_or(path);
            let mut parts = below.components();
            parts.any(|part| part.as_os_str().to_string_lossy().starts_with('.'))
        };
        let shown = paths.into_iter().filter(|path| !is_hidden(path));
        let excluded = |path: &Path| {
            let mut inside = path.ancestors().take_while(|part| *part != tree);
            inside.any(|part| exclusion.matches(part))
        };
        let (excluded, searched): (Vec<&Path>, Vec<&Path>) = shown.partition(|path| excluded(path));
        let directory = |path: &Path| DirectoryListing {
            path: path.to_owned(),
            names: self.list(path).unwrap_or_default(),
        };
        let outermost = excluded.into_iter().filter(|path| exclusion.matches(path));
        SearchedTree {
            directories: searched.into_iter().map(directory).collect(),
            excluded: outermost.map(Path::to_owned).collect(),
        }
    }
}
