//! Writes the files of a package into its directory, and nothing anywhere else.
#![allow(
    clippy::disallowed_methods,
    reason = "it writes the cache, which lies outside what is checked"
)]

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::failure::GetFailure;
use super::store::Store;
use super::tree_name;

/// The most that one package may hold.
const MOST_BYTES: u64 = 1 << 30;
const MOST_FILES: usize = 100_000;
const DEEPEST_PATH: usize = 64;

/// Writes one package.
pub(super) struct TreeWriter<'a> {
    directory: &'a Path,
    files: usize,
    bytes: u64,
    /// Links are made last: nothing is ever written through one.
    links: Vec<(PathBuf, String)>,
}

impl<'a> TreeWriter<'a> {
    pub(super) fn new(directory: &'a Path) -> Self {
        Self {
            directory,
            files: 0,
            bytes: 0,
            links: Vec::new(),
        }
    }

    /// Writes a file.
    pub(super) fn file(&mut self, name: &str, content: &mut dyn Read) -> Result<(), GetFailure> {
        let path = self.path(name)?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let left = MOST_BYTES - self.bytes;
        let mut file = File::create(&path)?;
        let written = io::copy(&mut content.take(left + 1), &mut file)?;
        if written > left {
            return Err(GetFailure::TooLarge("1 GiB"));
        }
        self.bytes += written;
        Ok(())
    }

    /// Makes a directory.
    pub(super) fn folder(&mut self, name: &str) -> Result<(), GetFailure> {
        if !name.trim_matches(['.', '/']).is_empty() {
            let path = self.path(name)?;
            fs::create_dir_all(path)?;
        }
        Ok(())
    }

    /// Notes a link. One that leads out of the package is left out.
    pub(super) fn link(&mut self, name: &str, target: &str) -> Result<(), GetFailure> {
        let path = self.path(name)?;
        if stays_inside(name, target) {
            self.links.push((path, target.to_owned()));
        }
        Ok(())
    }

    /// Makes the links.
    pub(super) fn finish(self) -> Result<(), GetFailure> {
        for (path, target) in &self.links {
            if let Some(parent) = path.parent() {
                // Where the name of a link is a directory of another entry, the package contradicts itself.
                if fs::create_dir_all(parent).is_ok() && fs::symlink_metadata(path).is_err() {
                    link(target, path)?;
                }
            }
        }
        Ok(())
    }

    fn path(&mut self, name: &str) -> Result<PathBuf, GetFailure> {
        self.files += 1;
        if self.files > MOST_FILES {
            return Err(GetFailure::TooLarge("100,000 files"));
        }
        let unsafe_name = || GetFailure::UnsafeName(name.escape_debug().to_string());
        let parts: Vec<&str> = name
            .split('/')
            .filter(|part| !matches!(*part, "" | "."))
            .collect();
        let is_rooted = name.starts_with('/') || name.contains(['\\', ':', '\0']);
        if is_rooted || parts.is_empty() || parts.contains(&"..") || parts.len() > DEEPEST_PATH {
            return Err(unsafe_name());
        }
        Ok(parts
            .iter()
            .fold(self.directory.to_owned(), |path, part| path.join(part)))
    }
}

/// Whether the target of a link, as it is written, lies in the package.
fn stays_inside(name: &str, target: &str) -> bool {
    if target.starts_with('/') || target.contains(['\\', ':', '\0']) {
        return false;
    }
    let mut depth = name
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .count()
        - 1;
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return false,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    true
}

#[cfg(unix)]
fn link(target: &str, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

/// Links need a privilege on Windows: a copy does, of what is a file.
#[cfg(not(unix))]
fn link(target: &str, path: &Path) -> io::Result<()> {
    let target = path.parent().unwrap_or(path).join(target);
    match fs::metadata(&target) {
        Ok(metadata) if metadata.is_file() => fs::copy(target, path).map(drop),
        _ => Ok(()),
    }
}

/// Copies a directory of the machine into the cache, without what git and Terraform keep there. What it holds tells it
/// from what it held before.
pub(super) fn fetch_directory(from: &Path, store: &Store) -> Result<String, GetFailure> {
    let mut identity = format!("{}\n", from.display());
    for entry in entries(from) {
        let entry = entry?;
        let metadata = entry
            .metadata()
            .map_err(|error| GetFailure::Disk(error.to_string()))?;
        let modified = metadata.modified().ok();
        let name = entry.path().display();
        let line = format!("{name} {} {modified:?}\n", metadata.len());
        identity.push_str(&line);
    }
    let tree = tree_name("directory", &identity);
    store.add(&tree, |directory| {
        let mut writer = TreeWriter::new(directory);
        copy(from, &mut writer)?;
        writer.finish()
    })?;
    Ok(tree)
}

fn copy(from: &Path, writer: &mut TreeWriter) -> Result<(), GetFailure> {
    for entry in entries(from) {
        let entry = entry?;
        let inner = entry.path().strip_prefix(from).unwrap_or(entry.path());
        let name = inner
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/");
        if entry.file_type().is_file() {
            writer.file(&name, &mut File::open(entry.path())?)?;
        } else if entry.file_type().is_symlink() {
            let target = fs::read_link(entry.path())?;
            writer.link(&name, &target.to_string_lossy())?;
        }
    }
    Ok(())
}

fn entries(from: &Path) -> impl Iterator<Item = Result<walkdir::DirEntry, GetFailure>> {
    let walk = walkdir::WalkDir::new(from).sort_by_file_name().into_iter();
    let is_kept = |entry: &walkdir::DirEntry| {
        !matches!(entry.file_name().to_str(), Some(".git" | ".terraform"))
    };
    let kept = walk.filter_entry(is_kept);
    kept.map(|entry| entry.map_err(|error| GetFailure::Disk(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(names: &[&str]) -> Result<(), GetFailure> {
        let directory = tempfile::tempdir().expect("a directory");
        let mut writer = TreeWriter::new(directory.path());
        for name in names {
            writer.file(name, &mut "x".as_bytes())?;
        }
        writer.finish()
    }

    #[test]
    fn a_name_that_leads_out_of_its_package_is_refused() {
        for name in [
            "../x",
            "a/../../x",
            "/etc/x",
            "a/..",
            "C:\\x",
            "c:x",
            "\\\\server\\x",
            "a\\..\\..\\x",
            "a\0b",
            "",
            ".",
        ] {
            let refused = write(&[name]);
            assert!(
                matches!(refused, Err(GetFailure::UnsafeName(_))),
                "{name:?} {refused:?}"
            );
        }
        let deep = vec!["a"; DEEPEST_PATH + 1].join("/");
        assert!(write(&[&deep]).is_err());
        assert_eq!(write(&["./a/b.tf", "a/c.tf"]), Ok(()));
    }

    #[test]
    fn a_link_stays_in_its_package() {
        assert!(stays_inside("a/b", "../c"));
        assert!(stays_inside("./a/b", "c/d"));
        assert!(!stays_inside("a/b", "../../c"));
        assert!(!stays_inside("b", ".."));
        assert!(!stays_inside("a/b", "/etc/passwd"));
        assert!(!stays_inside("a/b", "c:\\x"));
    }
}
