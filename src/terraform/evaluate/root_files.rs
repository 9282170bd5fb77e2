//! The files of a run as the functions of one root module see them.

use std::path::{Path, PathBuf};

use crate::terraform::files::{FileKind, Files, Refusal};
use crate::terraform::functions::{FileError, FileReader, ListedFiles};

/// The most files and directories that `fileset` looks through.
const MAX_ENTRIES: usize = 100_000;

/// The most links to directories that `fileset` follows: a few directories that link to each other have
/// paths without end.
const MAX_LINKS: usize = 1_000;

/// The files of a run, relative to the directory in which Terraform runs.
pub(super) struct RootFiles<'a> {
    pub(super) files: &'a Files,
    pub(super) directory: &'a Path,
}

/// What lies below a directory.
#[derive(Default)]
struct DirectoryListing {
    found: ListedFiles,
    entries: usize,
    links: usize,
}

impl DirectoryListing {
    fn add_entry(&mut self) -> Result<(), FileError> {
        self.entries += 1;
        at_most(self.entries, MAX_ENTRIES, "files")
    }

    fn add_link(&mut self) -> Result<(), FileError> {
        self.links += 1;
        at_most(self.links, MAX_LINKS, "links to directories")
    }
}

fn at_most(count: usize, most: usize, what: &str) -> Result<(), FileError> {
    if count <= most {
        return Ok(());
    }
    let why = format!("there are more than {most} {what} below the directory");
    Err(FileError::Unavailable(why))
}

impl RootFiles<'_> {
    fn path(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    /// Adds the files below a directory. A link to a directory that it lies in is not followed.
    fn add(
        &self,
        directory: &Path,
        prefix: &str,
        listing: &mut DirectoryListing,
    ) -> Result<(), FileError> {
        let listed = self.files.names(directory);
        let listed = listed.map_err(|refusal| error(&refusal))?;
        let not_text = listed.not_text.iter();
        let not_text = not_text.map(|name| format!("{prefix}{}", name.to_string_lossy()));
        listing.found.unread.extend(not_text);
        for name in listed.names {
            listing.add_entry()?;
            let path = directory.join(&name);
            let relative = format!("{prefix}{name}");
            match self.files.kind(&path) {
                Ok(FileKind::File) => listing.found.files.push(relative),
                Ok(FileKind::Directory) if !self.is_loop(&path, listing)? => {
                    self.add(&path, &format!("{relative}/"), listing)?;
                }
                // A link to nothing, and the files of Git, which are no configuration.
                Ok(_) | Err(Refusal::Missing | Refusal::OfGit) => {}
                Err(_) => listing.found.unread.push(relative),
            }
        }
        Ok(())
    }

    /// Whether a directory is a link to one that it lies in; any other link is charged.
    fn is_loop(&self, path: &Path, listing: &mut DirectoryListing) -> Result<bool, FileError> {
        let real = self.files.real(path).map_err(|refusal| error(&refusal))?;
        if self.files.absolute(path) == real {
            return Ok(false);
        }
        if path.starts_with(&real) {
            return Ok(true);
        }
        listing.add_link()?;
        Ok(false)
    }
}

impl FileReader for RootFiles<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let path = self.path(path);
        if self.files.is_directory(&path) {
            return Err(FileError::Directory);
        }
        self.files.read(&path).map_err(|refusal| error(&refusal))
    }

    fn exists(&self, path: &str) -> Result<bool, FileError> {
        match self.files.kind(&self.path(path)) {
            Ok(FileKind::File) => Ok(true),
            Ok(FileKind::Directory) => Err(FileError::Directory),
            Err(Refusal::Missing) => Ok(false),
            Err(refusal) => Err(error(&refusal)),
        }
    }

    fn list(&self, directory: &str) -> Result<ListedFiles, FileError> {
        let mut listing = DirectoryListing::default();
        match self.add(&self.path(directory), "", &mut listing) {
            Ok(()) => {}
            Err(FileError::Missing) => return Ok(ListedFiles::default()),
            Err(error) => return Err(error),
        }
        listing.found.files.sort();
        Ok(listing.found)
    }
}

fn error(refusal: &Refusal) -> FileError {
    match refusal {
        Refusal::Missing => FileError::Missing,
        refusal => FileError::Unavailable(refusal.to_string()),
    }
}
