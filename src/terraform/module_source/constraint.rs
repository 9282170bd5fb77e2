//! What a `version` asks for: `>= 1.2, < 2.0`.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex::Regex;
use thiserror::Error;

use super::version::{VERSION, Version};

/// The versions that a `version` argument takes ("Version Constraints").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    terms: Vec<Term>,
    /// A pre-release that is named by itself: nothing else takes one.
    exact_pre_release: Option<Version>,
}

/// A text that is no constraint.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no version constraint")]
pub struct InvalidConstraint(pub String);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    operator: Operator,
    version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Pessimistic,
}

impl Constraint {
    /// Any release.
    pub fn any() -> Self {
        Self {
            terms: Vec::new(),
            exact_pre_release: None,
        }
    }

    /// Takes a `version` argument apart.
    pub fn parse(text: &str) -> Result<Self, InvalidConstraint> {
        let invalid = || InvalidConstraint(text.to_owned());
        let terms = text
            .split(',')
            .map(Term::parse)
            .collect::<Option<Vec<Term>>>();
        // A second parser of Terraform decides about pre-releases, and takes the bare version alone.
        let is_bare = text.trim().starts_with(|c: char| c.is_ascii_digit());
        let exact = Version::parse(text).filter(|version| is_bare && version.is_pre_release());
        Ok(Self {
            terms: terms.ok_or_else(invalid)?,
            exact_pre_release: exact,
        })
    }

    /// Whether a version meets it.
    pub fn accepts(&self, version: &Version) -> bool {
        if version.is_pre_release() {
            let exact = self.exact_pre_release.as_ref();
            return exact.is_some_and(|exact| exact.order(version).is_eq());
        }
        self.terms.iter().all(|term| term.accepts(version))
    }

    /// The version that Terraform installs of those that a registry lists: the highest, of equals the first.
    pub fn choose<'v>(&self, versions: &'v [Version]) -> Option<&'v Version> {
        let accepted = versions.iter().filter(|version| self.accepts(version));
        accepted.reduce(|best, next| match best.order(next) {
            Ordering::Less => next,
            _ => best,
        })
    }
}

impl Term {
    fn parse(text: &str) -> Option<Self> {
        static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
            let pattern =
                format!(r"^\s*(?<operator>|=|!=|>|<|>=|<=|~>)\s*(?<version>{VERSION})\s*$");
            Regex::new(&pattern).expect("the grammar is a pattern")
        });
        let found = PATTERN.captures(text)?;
        let operator = match &found["operator"] {
            "" | "=" => Operator::Equal,
            "!=" => Operator::NotEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            _ => Operator::Pessimistic,
        };
        let version = Version::parse(&found["version"])?;
        Some(Self { operator, version })
    }

    fn accepts(&self, version: &Version) -> bool {
        let order = version.order(&self.version);
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Pessimistic => order.is_ge() && self.is_near(version),
        }
    }

    /// Whether `~>` goes that far: all segments but the last written one are the same. It takes no release where it
    /// names a pre-release.
    fn is_near(&self, version: &Version) -> bool {
        let fixed = self.version.written - 1;
        !self.version.is_pre_release()
            && version.segments.len() >= fixed
            && version.segments[..fixed] == self.version.segments[..fixed]
    }
}
