//! `--config-from`: settings, ignores and the baseline as of a revision that whoever asks for a review cannot change.

use std::path::{Path, PathBuf};

use super::Failure;
use super::input::read_at_most;
use crate::source::Problem;
use crate::terraform::files::Files;
use crate::terraform::load::Loaded;

/// The repository as of a revision.
#[derive(Debug)]
pub(super) struct Base {
    /// `origin/main`, as it was given.
    revision: String,
    top: PathBuf,
    files: Files,
}

impl Base {
    /// The revision of the repository around a path.
    pub(super) fn of(revision: &str, path: &Path, files: &Files) -> Result<Self, Failure> {
        let top = files.boundary(path);
        let (base, _) =
            Files::of_revision(&top, revision).map_err(|failure| Failure::Revision {
                revision: revision.to_owned(),
                reason: failure.to_string(),
            })?;
        Ok(Self {
            revision: revision.to_owned(),
            top,
            files: base,
        })
    }

    /// Its files, which lie where those of the working copy lie.
    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    /// The text of a file as of the revision; `None` for what lies outside of the repository, which no pull request
    /// changes.
    pub(super) fn read(&self, path: &Path, largest: u64) -> Option<Result<String, Failure>> {
        path.starts_with(&self.top)
            .then(|| read_at_most(path, largest, &self.files))
    }

    /// Forgets the comments that the files of the revision do not have, so that they ignore nothing.
    pub(super) fn keep_its_comments(&self, loaded: &mut Loaded, files: &Files) {
        let mut unknown = Vec::new();
        let sources = &loaded.sources;
        loaded.comments.retain(|comment| {
            if !comment.text.contains("tfvpc:") {
                return true;
            }
            let path = files.absolute(Path::new(sources.file(comment.span.file).path()));
            let is_known = match self.files.read_text(&path) {
                Ok(text) => text.contains(&*comment.text),
                // What is not of the repository was installed or fetched.
                Err(_) => !path.starts_with(&self.top),
            };
            if !is_known {
                unknown.push(comment.span);
            }
            is_known
        });
        let message = format!(
            "`{}` has no such comment, so it ignores nothing",
            self.revision
        );
        let problems = unknown.into_iter();
        let problems = problems.map(|span| Problem::warning(message.clone(), span));
        loaded.problems.extend(problems);
    }
}
