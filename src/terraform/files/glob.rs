//! Patterns of paths, as users write them in `exclude` and in `path` of `[[root]]`.
//!
//! `*` and `?` stand for characters of one name, `**` for any number of directories, `[ab]` for one of these
//! characters, `{a,b}` for one of these texts. A pattern starts at a base directory, `../` above it. In a
//! [`PathPattern`], `{name}` stands for a name or a part of it, like `*`, and tells what it stood for: a
//! [piece](Pieces).
//!
//! ```text
//! envs/{env}/net   matches   envs/prod/net   with   env = "prod"
//! ```

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};
use std::sync::LazyLock;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use regex::{Captures, Regex, bytes};
use thiserror::Error;

/// A pattern that is no glob.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{pattern}` is not a glob: {reason}")]
pub struct InvalidGlob {
    pattern: String,
    reason: String,
}

impl InvalidGlob {
    fn new(pattern: &str, reason: &dyn Display) -> Self {
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
            return Err(InvalidGlob::new(pattern, &"it names no directory"));
        }
        let from_base = if whole.contains('/') {
            whole.to_owned()
        } else {
            format!("**/{whole}")
        };
        let glob = absolute_glob(&from_base, base);
        glob.map(Self)
            .map_err(|error| InvalidGlob::new(pattern, &error.kind()))
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
        Self {
            patterns: builder.build().unwrap_or_default(),
        }
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

/// A pattern of directories that may name pieces of what it matches.
#[derive(Debug, Clone)]
pub struct PathPattern {
    matcher: bytes::Regex,
    /// The names of the pieces in the order of the pattern.
    pieces: Vec<String>,
    /// The directory that holds every match.
    tree: PathBuf,
}

/// What the pieces of a pattern stood for, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces(BTreeMap<String, String>);

/// Stands for a piece while the library reads the rest of the pattern, which has no such character.
const PIECE: &str = "\u{1}";

/// `{name}`; `${name}` and `%{if name}` are Terraform's own.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let expression = Regex::new(r"[$%]\{[^}]*\}|\{([A-Za-z_][A-Za-z0-9_-]*)\}");
    expression.expect("it is written here")
});

impl PathPattern {
    /// Whether a path is a pattern.
    pub fn is_pattern(path: &str) -> bool {
        path.contains(['*', '?', '[', '{'])
    }

    /// Reads a pattern of paths that start at `base`.
    pub fn new(pattern: &str, base: &Path) -> Result<Self, InvalidGlob> {
        if pattern.contains(char::is_control) {
            return Err(InvalidGlob::new(pattern, &"it has a control character"));
        }
        let pieces = piece_names(pattern).map(str::to_owned).collect();
        let marked = NAMED.replace_all(pattern, PIECE);
        let glob = absolute_glob(marked.trim_end_matches('/'), base);
        let glob = glob.map_err(|error| InvalidGlob::new(pattern, &error.kind()))?;
        // The pattern stands for no group of its own, so that the groups are the pieces in their order.
        let matcher = bytes::Regex::new(&glob.regex().replace(PIECE, "([^/]+)"));
        Ok(Self {
            matcher: matcher.map_err(|error| InvalidGlob::new(pattern, &error))?,
            pieces,
            tree: literal_tree(pattern, base),
        })
    }

    /// The names of its pieces.
    pub fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// The directory below which all matches lie.
    pub fn tree(&self) -> &Path {
        &self.tree
    }

    /// The pieces of an absolute path; `None` if it does not match. A piece that the pattern names twice must
    /// be the same in both places.
    pub fn matches(&self, path: &Path) -> Option<Pieces> {
        let path = path.to_string_lossy().replace(MAIN_SEPARATOR, "/");
        let captures = self.matcher.captures(path.as_bytes())?;
        let mut pieces = BTreeMap::new();
        for (name, found) in self.pieces.iter().zip(captures.iter().skip(1)) {
            let text = String::from_utf8_lossy(found?.as_bytes()).into_owned();
            let earlier = pieces.insert(name.clone(), text.clone());
            if earlier.is_some_and(|earlier| earlier != text) {
                return None;
            }
        }
        Some(Pieces(pieces))
    }
}

impl Pieces {
    /// The text with what each `{name}` stands for; names of no piece stay as they are.
    pub fn fill(&self, text: &str) -> String {
        let piece = |captures: &Captures| {
            let name = captures.get(1).map_or("", |name| name.as_str());
            let piece = self.0.get(name).cloned();
            piece.unwrap_or_else(|| captures[0].to_owned())
        };
        NAMED.replace_all(text, piece).into_owned()
    }
}

/// The names that a text mentions as `{name}`.
pub fn piece_names(text: &str) -> impl Iterator<Item = &str> {
    let mentions = NAMED.captures_iter(text);
    mentions.filter_map(|captures| captures.get(1).map(|name| name.as_str()))
}

/// The directories that a pattern spells out before its first sign.
fn literal_tree(pattern: &str, base: &Path) -> PathBuf {
    let (base, below) = relative_to(pattern, base);
    let is_literal = |component: &Component| {
        let text = component.as_os_str().to_str();
        text.is_some_and(|text| !PathPattern::is_pattern(text))
    };
    let literal = Path::new(below).components().take_while(is_literal);
    base.join(literal.collect::<PathBuf>())
}

/// The pattern of absolute paths that a pattern below `base` means.
fn absolute_glob(pattern: &str, base: &Path) -> Result<Glob, globset::Error> {
    let (base, below) = relative_to(pattern, base);
    let base = base.to_string_lossy().replace(MAIN_SEPARATOR, "/");
    let base = globset::escape(base.trim_end_matches('/'));
    let absolute = format!("{base}/{below}");
    let mut builder = GlobBuilder::new(&absolute);
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

    fn pieces(pattern: &str, path: &str, text: &str) -> Option<String> {
        let pattern = PathPattern::new(pattern, Path::new("/code"));
        let pieces = pattern.expect("it is a glob").matches(Path::new(path));
        pieces.map(|pieces| pieces.fill(text))
    }

    #[test]
    fn a_piece_is_a_name_or_a_part_of_it() {
        let filled = |pattern, path| pieces(pattern, path, "{env} ${env} {other}");
        let prod = Some("prod ${env} {other}".to_owned());
        assert_eq!(filled("envs/{env}/net", "/code/envs/prod/net"), prod);
        assert_eq!(filled("envs/net-{env}-*", "/code/envs/net-prod-a"), prod);
        assert_eq!(filled("{a,envs}/{env}", "/code/envs/prod"), prod);
        assert_eq!(filled("{env}/**/{env}", "/code/prod/a/prod"), prod);
        assert_eq!(filled("{env}/{env}", "/code/prod/test"), None);
        assert_eq!(filled("envs/{env}", "/code/envs/prod/net"), None);
        assert_eq!(filled("envs/{env}", "/code/envs"), None);
        let both = pieces("{app}-{env}", "/code/a-b-c", "{app} {env}");
        assert_eq!(both.as_deref(), Some("a-b c"));
    }

    #[test]
    fn matches_lie_below_what_the_pattern_spells_out() {
        let tree = |pattern| {
            let pattern = PathPattern::new(pattern, Path::new("/code"));
            pattern.expect("it is a glob").tree().to_owned()
        };
        assert_eq!(tree("live/envs/{env}/net"), Path::new("/code/live/envs"));
        assert_eq!(tree("../a/./b*"), Path::new("/a"));
        assert_eq!(tree("*"), Path::new("/code"));
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
