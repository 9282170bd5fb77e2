//! Patterns of paths, as users write them in `exclude`.
//!
//! `*` and `?` stand for characters of one name, `**` for any number of directories, `[ab]` for one of these
//! characters, `{a,b}` for one of these texts. A pattern starts at a base directory, `../` above it.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use thiserror::Error;

/// A pattern that is no glob.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{pattern}` is not a glob: {reason}")]
pub struct InvalidGlob {
    pattern: String,
    reason: String,
}

impl InvalidGlob {
    fn new(pattern: &str, reason: impl ToString) -> Self {
        Self {
            pattern: pattern.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// A pattern of `exclude`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludePattern(Glob);

impl ExcludePattern {
    /// Reads a pattern as Git reads the lines of `.gitignore`: without a `/`, it means every directory of that
    /// name below `base`; with one, a path that starts at `base`. A `/` or `/**` at the end changes nothing.
    pub fn new(pattern: &str, base: &Path) -> Result<Self, InvalidGlob> {
        let whole = pattern.strip_suffix("/**").unwrap_or(pattern);
        let whole = whole.strip_suffix('/').unwrap_or(whole);
        if whole.is_empty() {
            return Err(InvalidGlob::new(pattern, "it names no directory"));
        }
        let from_base = if whole.contains('/') {
            whole.to_owned()
        } else {
            format!("**/{whole}")
        };
        let glob = absolute_glob(&from_base, base);
        glob.map(Self)
            .map_err(|error| InvalidGlob::new(pattern, error.kind()))
    }
}

/// The directories that a search leaves out, with all that is below them.
#[derive(Debug, Clone, Default)]
pub struct Exclusion {
    patterns: GlobSet,
}

impl Exclusion {
    /// The directories that one of the patterns matches.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p ExcludePattern>) -> Self {
        let mut builder = GlobSetBuilder::new();
        for pattern in patterns {
            builder.add(pattern.0.clone());
        }
        // A set of patterns that are too large together: nothing is left out then, which hides nothing.
        let patterns = builder.build().unwrap_or_default();
        Self { patterns }
    }

    /// Whether a pattern matches the directory itself. `path` is absolute.
    pub fn matches(&self, path: &Path) -> bool {
        !self.patterns.is_empty() && self.patterns.is_match(path)
    }

    /// The outermost directory around `path`, itself included, that a pattern matches.
    pub fn around<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let ancestors = path.ancestors().filter(|ancestor| self.matches(ancestor));
        ancestors.last()
    }
}

/// The pattern of absolute paths that a pattern below `base` means.
fn absolute_glob(pattern: &str, base: &Path) -> Result<Glob, globset::Error> {
    let (base, below) = relative_to(pattern, base);
    let base = base.to_string_lossy().replace(MAIN_SEPARATOR, "/");
    let base = globset::escape(base.trim_end_matches('/'));
    let pattern = format!("{base}/{below}");
    let mut builder = GlobBuilder::new(&pattern);
    builder.literal_separator(true).build()
}

/// Takes `/`, `./` and `../` off the beginning of a pattern, and goes up from `base` for each `../`.
fn relative_to<'p>(pattern: &'p str, base: &Path) -> (PathBuf, &'p str) {
    let (mut base, mut below) = (base.to_owned(), pattern);
    loop {
        if let Some(rest) = below.strip_prefix("../") {
            base.pop();
            below = rest;
        } else if let Some(rest) = below.strip_prefix("./") {
            below = rest;
        } else if let Some(rest) = below.strip_prefix('/') {
            below = rest;
        } else {
            return (base, below);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excludes(pattern: &str, path: &str) -> bool {
        let pattern = ExcludePattern::new(pattern, Path::new("/code/[live]"));
        let pattern = pattern.expect("it is a glob");
        Exclusion::new([&pattern]).matches(Path::new(path))
    }

    #[test]
    fn a_name_means_every_directory_of_that_name() {
        assert!(excludes("examples", "/code/[live]/examples"));
        assert!(excludes("examples/", "/code/[live]/modules/net/examples"));
        assert!(excludes("*-test", "/code/[live]/a/net-test"));
        assert!(!excludes("examples", "/code/[live]/my-examples"));
        assert!(!excludes("examples", "/code/examples"));
        assert!(!excludes("examples", "/code/l/examples"));
    }

    #[test]
    fn a_path_starts_at_the_base() {
        for pattern in [
            "net/test",
            "./net/test",
            "/net/test/",
            "net/test/**",
            "net/{a,test}",
        ] {
            assert!(excludes(pattern, "/code/[live]/net/test"), "{pattern}");
            assert!(!excludes(pattern, "/code/[live]/a/net/test"), "{pattern}");
        }
        assert!(excludes("/examples", "/code/[live]/examples"));
        assert!(!excludes("/examples", "/code/[live]/a/examples"));
        assert!(excludes("**/net/test", "/code/[live]/a/net/test"));
        assert!(excludes("../old/net", "/code/old/net"));
    }

    #[test]
    fn a_star_stays_within_a_name() {
        assert!(excludes("envs/*/net", "/code/[live]/envs/prod/net"));
        assert!(!excludes("envs/*/net", "/code/[live]/envs/prod/eu/net"));
        assert!(excludes("envs/**/net", "/code/[live]/envs/prod/eu/net"));
    }

    #[test]
    fn a_pattern_that_is_no_glob_is_refused() {
        let message = |pattern: &str| {
            let refused = ExcludePattern::new(pattern, Path::new("/code")).err();
            refused
                .map(|invalid| invalid.to_string())
                .unwrap_or_default()
        };
        assert!(
            message("a[b").starts_with("`a[b` is not a glob: "),
            "{}",
            message("a[b")
        );
        assert_eq!(message("/"), "`/` is not a glob: it names no directory");
    }
}
