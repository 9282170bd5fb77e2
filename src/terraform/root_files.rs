//! The files of a run as the functions of one root module see them.

use std::path::{Path, PathBuf};

use super::files::{Files, Kind, Refusal};
use super::functions::{FileError, FileReader};

/// The most files that `fileset` looks through.
const MAX_FILES: usize = 100_000;

/// The files of a run, relative to the directory in which Terraform runs.
pub(super) struct RootFiles<'a> {
    pub(super) files: &'a Files,
    pub(super) directory: &'a Path,
}

impl RootFiles<'_> {
    fn path(&self, path: &str) -> PathBuf {
        self.directory.join(path)
    }

    /// Adds the files below a directory; links are not followed into directories that hold them.
    fn add(&self, directory: &Path, prefix: &str, out: &mut Vec<String>) -> Result<(), FileError> {
        for name in self
            .files
            .list(directory)
            .map_err(|refusal| error(&refusal))?
        {
            let path = directory.join(&name);
            let relative = format!("{prefix}{name}");
            match self.files.kind(&path) {
                Ok(Kind::File) => out.push(relative),
                Ok(Kind::Directory) if !self.is_loop(&path) => {
                    self.add(&path, &format!("{relative}/"), out)?;
                }
                _ => {}
            }
            if out.len() > MAX_FILES {
                let why = format!("there are more than {MAX_FILES} files below the directory");
                return Err(FileError::Unavailable(why));
            }
        }
        Ok(())
    }

    /// Whether a directory is a link to one that it lies in.
    fn is_loop(&self, path: &Path) -> bool {
        let real = self.files.real(path);
        real.is_ok_and(|real| self.files.absolute(path) != real && path.starts_with(&real))
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
            Ok(Kind::File) => Ok(true),
            Ok(Kind::Directory) => Err(FileError::Directory),
            Err(Refusal::Missing) => Ok(false),
            Err(refusal) => Err(error(&refusal)),
        }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, FileError> {
        let mut out = Vec::new();
        match self.add(&self.path(directory), "", &mut out) {
            Ok(()) => {}
            Err(FileError::Missing) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        }
        out.sort();
        Ok(out)
    }
}

fn error(refusal: &Refusal) -> FileError {
    match refusal {
        Refusal::Missing => FileError::Missing,
        refusal => FileError::Unavailable(refusal.to_string()),
    }
}
