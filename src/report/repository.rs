//! Where files lie in their repository. Platforms name files from its top; a run names them from the
//! working directory.

use std::path::{Path, PathBuf};

use crate::terraform::files::{Files, normal};

/// The trees that were checked; a repository is the whole tree around a path that has a `.git`.
#[derive(Debug, Clone, Default)]
pub struct Repository {
    working_directory: PathBuf,
    boundaries: Vec<PathBuf>,
}

impl Repository {
    /// The trees that a run may read.
    pub fn new(files: &Files) -> Self {
        Self {
            working_directory: files.working_directory().to_owned(),
            boundaries: files.boundaries(),
        }
    }

    /// The path of a file from the top of its repository; the same path if it is in none.
    pub(super) fn path(&self, file: &str) -> String {
        let absolute = normal(&self.working_directory.join(file));
        let mut boundaries = self.boundaries.iter();
        let inside = boundaries.find_map(|boundary| absolute.strip_prefix(boundary).ok());
        match inside {
            // `-` is standard input.
            Some(path) if file != "-" => with_slashes(path),
            _ => file.to_owned(),
        }
    }
}

fn with_slashes(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(working_directory: &str, boundary: &str) -> Repository {
        Repository {
            working_directory: working_directory.into(),
            boundaries: vec![boundary.into()],
        }
    }

    #[test]
    fn a_file_is_named_from_the_top_of_its_repository_wherever_the_run_starts() {
        let below = repository("/home/code/infra", "/home/code");
        assert_eq!(below.path("prod/main.tf"), "infra/prod/main.tf");
        assert_eq!(below.path("../modules/vpc.tf"), "modules/vpc.tf");
        let above = repository("/home", "/home/code");
        assert_eq!(above.path("code/main.tf"), "main.tf");
    }

    #[test]
    fn what_lies_outside_keeps_its_path() {
        let repository = repository("/home/code", "/home/code");
        assert_eq!(repository.path("../values.tfvars"), "../values.tfvars");
        assert_eq!(repository.path("-"), "-");
    }
}
