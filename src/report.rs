//! Reports: what a run has to say, in each format.

use std::borrow::Cow;

use crate::finding::{Finding, Ignored, Severity};
use crate::source::{Location, Problem, ProblemSeverity, Sources, Span};
use crate::terraform::resource::{Input, ResourceSet};

pub(crate) mod escape;
mod excerpt;
mod fault;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod markdown;
mod path;
mod plain;
pub mod repository;
pub mod sarif;
mod snippet;
pub mod style;
pub mod text;
pub mod trace;
mod wrap;

use repository::Repository;

/// What a run has to say.
#[derive(Debug)]
pub struct Report {
    /// The files that were read.
    pub sources: Sources,
    /// What was checked, in the order of the paths.
    pub roots: Vec<Root>,
    /// What was found, in the order of the files.
    pub findings: Vec<Entry>,
    /// What could not be read or evaluated, in the order of the files.
    pub problems: Vec<Problem>,
    /// Where the files lie in their repository.
    pub repository: Repository,
}

/// A root module, plan or state that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Its path relative to the working directory, with `/`.
    pub path: String,
    /// Its path relative to the boundary, with `/`; the same wherever the run was started.
    pub identity: String,
    /// What tells it from others of the same path: the values that it was checked with.
    pub variant: Option<String>,
    /// Where it was read from.
    pub input: Input,
    /// The Region of the provider without alias, if it is known.
    pub region: Option<String>,
    /// How many resource and data instances it has.
    pub resources: usize,
}

/// A finding and the root that has it.
#[derive(Debug)]
pub struct Entry {
    /// An index into [`Report::roots`].
    pub root: usize,
    /// What was found.
    pub finding: Finding,
    /// Why it does not count, if it does not.
    pub ignored: Option<Ignored>,
}

/// Where something is: in a file, or a resource of a plan or state that has no lines.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) location: Location,
    pub(crate) address: Option<String>,
}

impl Root {
    /// What a report says about a root that was evaluated.
    pub fn new(resource_set: &ResourceSet, identity: String, variant: Option<String>) -> Self {
        Self {
            path: resource_set.path.clone(),
            identity,
            variant,
            input: resource_set.input,
            region: resource_set.region.as_str().map(str::to_owned),
            resources: resource_set.resources.len(),
        }
    }

    /// Its name for people: `infra/prod`, or `infra (prod)` where a path has several.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match &self.variant {
            Some(variant) => Cow::Owned(format!("{} ({variant})", self.path)),
            None => Cow::Borrowed(&self.path),
        }
    }
}

impl Report {
    /// Brings everything into its order: `problems` are those of reading, `roots` what each root
    /// module has and the problems of its evaluation.
    pub fn new(
        sources: Sources,
        problems: Vec<Problem>,
        roots: Vec<(Root, Vec<Finding>, Vec<Problem>)>,
    ) -> Self {
        let mut entries = Vec::new();
        let mut described = Vec::new();
        for (root, (description, findings, problems)) in roots.into_iter().enumerate() {
            let entry = |finding| Entry {
                root,
                finding,
                ignored: None,
            };
            entries.extend(findings.into_iter().map(entry));
            described.push((description, problems));
        }
        Self::of_entries(sources, problems, described, entries)
    }

    /// The same with findings of which some do not count.
    pub fn of_entries(
        sources: Sources,
        mut problems: Vec<Problem>,
        roots: Vec<(Root, Vec<Problem>)>,
        findings: Vec<Entry>,
    ) -> Self {
        let (roots, of_roots): (Vec<Root>, Vec<Vec<Problem>>) = roots.into_iter().unzip();
        problems.extend(of_roots.into_iter().flatten());
        let mut report = Self {
            sources,
            roots,
            findings,
            problems,
            repository: Repository::default(),
        };
        report.sort();
        report
    }

    fn sort(&mut self) {
        let mut findings = std::mem::take(&mut self.findings);
        findings.sort_by_cached_key(|entry| self.order(entry));
        self.findings = findings;
        let sources = &self.sources;
        self.problems.sort_by_cached_key(|problem| {
            let location = problem.span.map(|span| sources.location(span));
            (location, problem.severity, problem.message.clone())
        });
        self.problems.dedup();
    }

    /// How many findings that count are at least that bad.
    pub fn count(&self, at_least: Severity) -> usize {
        let findings = self.findings.iter().filter(|one| one.ignored.is_none());
        let severities = findings.map(|entry| entry.finding.severity);
        severities.filter(|one| *one >= at_least).count()
    }

    /// Whether a problem fails the run.
    pub fn has_errors(&self) -> bool {
        let mut severities = self.problems.iter().map(|problem| problem.severity);
        severities.any(|one| one == ProblemSeverity::Error)
    }

    /// Makes every warning an error.
    pub fn escalate_warnings(&mut self) {
        for problem in &mut self.problems {
            problem.severity = ProblemSeverity::Error;
        }
    }

    /// The line to change.
    pub(crate) fn place(&self, entry: &Entry) -> Place {
        let finding = &entry.finding;
        let subject = || finding.subject.to_string();
        let place = self.place_of(entry.root, finding.span, subject);
        place.unwrap_or_else(|| whole(&self.roots[entry.root], subject()))
    }

    /// Where something of a root is, if it has a place: everything in a plan or state has one.
    pub(crate) fn place_of(
        &self,
        root: usize,
        span: Option<Span>,
        address: impl FnOnce() -> String,
    ) -> Option<Place> {
        let root = &self.roots[root];
        match span {
            Some(span) => Some(Place {
                location: self.sources.location(span),
                address: None,
            }),
            None if root.input == Input::Configuration => None,
            None => Some(whole(root, address())),
        }
    }

    fn order(&self, entry: &Entry) -> impl Ord + use<> {
        let Location {
            file, line, column, ..
        } = self.place(entry).location;
        let finding = &entry.finding;
        let subject = finding.subject.to_string();
        let root = self.roots[entry.root].path.clone();
        let mut about = finding.discriminators.clone();
        about.sort_unstable();
        (file, line, column, finding.rule, subject, root, about)
    }
}

fn whole(root: &Root, address: String) -> Place {
    let location = Location {
        file: root.path.clone(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
    };
    Place {
        location,
        address: Some(address),
    }
}

/// `1 finding`, `2 findings`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests;
