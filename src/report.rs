//! Reports: what a run has to say, in each format.
//!
//! Comes in: a [`Report`], complete and sorted, with the text of the files that were read. Goes out:
//! bytes to a [`Write`](std::io::Write). A writer reads the report and nothing else; it decides how
//! things look, never whether something is a fault.
//!
//! ```text
//! text      people at a terminal     excerpts of files (snippet), hops (path), help
//! json      scripts                  everything, as it is; fields are a contract
//! sarif     code scanning            every finding that counts, with rules and code flows
//! github    annotations of a job     the first ten of a level, the others summed up
//! junit     CI servers               ignored and unseen is skipped
//! gitlab    code quality             one issue a fault, unique fingerprints
//! markdown  comments, job summaries  a table and folded details, cut at 60,000 bytes
//! trace     `tfvpc trace`            one answer, or a table of subnets and services
//! ```
//!
//! To write another format, add a file with `pub fn write(report: &Report, out: &mut dyn Write)`, a
//! variant of `ReportFormat` in `cli/check.rs`, and the format to `tests/platforms.rs` and
//! `tests/hostile.rs` of this room. What it can rely on, and what it must do:
//!
//! * **Findings.** [`Report::findings`] holds ignored findings too; [`Report::counting`] leaves them
//!   out. JSON lists each of them, SARIF one for each root and line, people get one `fault` for each
//!   cause, whichever instances, callers and roots have it.
//! * **Places.** `Report::place` always has one, also for a plan without lines. A platform that knows
//!   the repository gets its paths through [`repository`].
//! * **Escaping.** Names and messages hold what users wrote, and a pull request can come from a
//!   stranger. `escape` removes what steers a terminal or turns the direction of text; each
//!   format adds its own quoting in its own file: `property` and `data` (github), `xml` (junit), `inline`
//!   (markdown), `linkless` and `uri` (sarif). JSON needs only serde.
//! * **Order.** Everything arrives sorted by file, line and rule. A writer keeps that order and uses
//!   no hash map, so that two runs write the same bytes.
//! * **Secrets.** Messages never hold the content of a sensitive value. A writer prints no value that it
//!   evaluates itself; `tfvpc show` writes `<sensitive>`. Excerpts show lines of configuration files,
//!   which a reader of the repository sees anyway, and never those of a plan or state.
//!
//! Begin with [`json`] (the plainest) and `plain` (a finding as lines of text).

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::coverage::{Coverage, Remedy, RootCoverage, unread_unit};
use crate::finding::{Finding, Ignored, Severity};
use crate::ignore::Judged;
use crate::source::{Location, Problem, ProblemSeverity, Sources, Span};
use crate::terraform::load::UnreadUnit;
use crate::terraform::read_inputs::ReadInput;
use crate::terraform::resource::Input;

mod coverage;
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
mod problem_group;
pub mod repository;
mod room;
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
    pub roots: Vec<ReportRoot>,
    /// What was found, in the order of the files.
    pub findings: Vec<ReportedFinding>,
    /// What could not be read or evaluated, in the order of the files.
    pub problems: Vec<Problem>,
    /// For each problem the roots that met it, as indexes; none for problems of reading.
    problem_roots: Vec<Vec<usize>>,
    /// Whether warnings count as errors, and a network that is not seen as one.
    is_strict: bool,
    /// Where the files lie in their repository.
    pub repository: Repository,
}

/// A root module, plan or state that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRoot {
    /// Its path relative to the working directory, with `/`.
    pub path: String,
    /// Its path relative to the boundary, with `/`; the same wherever the run was started.
    pub identity: String,
    /// The name of the values that it was checked with, where `tfvpc.toml` gives its path several.
    pub variant: Option<String>,
    /// Where it was read from.
    pub input: Input,
    /// The Region of the provider without alias, if it is known.
    pub region: Option<String>,
    /// How many resource and data instances it has.
    pub resources: usize,
    /// How much of its network is known.
    pub coverage: RootCoverage,
    /// What to do where a part is hidden.
    pub remedy: Option<Remedy>,
}

/// A finding and the root that has it.
#[derive(Debug)]
pub struct ReportedFinding {
    /// An index into [`Report::roots`].
    pub root: usize,
    /// What was found.
    pub finding: Finding,
    /// Why it does not count, if it does not.
    pub ignored: Option<Ignored>,
}

/// Where something is: lines of a file, or a resource of a plan or state that has no lines.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReportPlace {
    pub(crate) location: Location,
    pub(crate) address: Option<String>,
}

impl ReportRoot {
    /// What a report says about an input that was evaluated.
    pub fn new(input: &ReadInput, coverage: RootCoverage, remedy: Option<Remedy>) -> Self {
        let resource_set = &input.resource_set;
        Self {
            path: resource_set.path.clone(),
            identity: input.identity.clone(),
            variant: input.variant.clone(),
            input: resource_set.input,
            region: resource_set.region.as_str().map(str::to_owned),
            resources: resource_set.resources.len(),
            coverage,
            remedy,
        }
    }

    /// What a report says about a Terragrunt unit, of which nothing was read.
    pub fn unread(unit: &UnreadUnit, identity: String) -> Self {
        let (coverage, remedy) = unread_unit(unit);
        Self {
            path: unit.path.clone(),
            identity,
            variant: None,
            input: Input::Configuration,
            region: None,
            resources: 0,
            coverage,
            remedy: Some(remedy),
        }
    }

    /// Whether something hides its whole network.
    fn is_not_seen(&self) -> bool {
        self.coverage.coverage == Coverage::NotSeen
    }

    /// Its name for people: `infra/prod`, or `infra (prod)` where a path has several.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match &self.variant {
            Some(variant) => Cow::Owned(format!("{} ({variant})", self.path)),
            None => Cow::Borrowed(&self.path),
        }
    }
}

impl From<Judged> for ReportedFinding {
    fn from(judged: Judged) -> Self {
        Self {
            root: judged.root,
            finding: judged.finding,
            ignored: judged.ignored,
        }
    }
}

impl Report {
    /// Brings everything into its order: `problems` are those of reading, `roots` come with the
    /// problems of their evaluation.
    pub fn new(
        sources: Sources,
        mut problems: Vec<Problem>,
        roots: Vec<(ReportRoot, Vec<Problem>)>,
        findings: Vec<ReportedFinding>,
    ) -> Self {
        let (roots, root_problems): (Vec<ReportRoot>, Vec<Vec<Problem>>) =
            roots.into_iter().unzip();
        let mut roots_of: BTreeMap<Problem, Vec<usize>> = BTreeMap::new();
        for (root, met) in root_problems.into_iter().enumerate() {
            for problem in met {
                problems.push(problem.clone());
                roots_of.entry(problem).or_default().push(root);
            }
        }
        let mut report = Self {
            sources,
            roots,
            findings,
            problems,
            problem_roots: Vec::new(),
            is_strict: false,
            repository: Repository::default(),
        };
        report.sort();
        let owners = report.problems.iter();
        let owners = owners.map(|problem| roots_of.remove(problem).unwrap_or_default());
        report.problem_roots = owners.collect();
        for met_by in &mut report.problem_roots {
            met_by.dedup();
        }
        report
    }

    fn sort(&mut self) {
        // The key of a finding reads the report, which cannot be borrowed while its list is sorted.
        let mut findings = std::mem::take(&mut self.findings);
        findings.sort_by_cached_key(|reported| self.order(reported));
        self.findings = findings;
        let sources = &self.sources;
        self.problems.sort_by_cached_key(|problem| {
            let location = problem.span.map(|span| sources.location(span));
            (location, problem.severity, problem.message.clone())
        });
        // Roots that share a module report its problems once each.
        self.problems.dedup();
    }

    /// The findings that count: no comment, entry of the settings or baseline ignores them.
    pub fn counting(&self) -> impl Iterator<Item = &ReportedFinding> {
        let findings = self.findings.iter();
        findings.filter(|reported| reported.ignored.is_none())
    }

    /// How many findings that count are at least that severe.
    pub fn count(&self, at_least: Severity) -> usize {
        let severities = self.counting().map(|reported| reported.finding.severity);
        severities.filter(|severity| *severity >= at_least).count()
    }

    /// Whether a problem fails the run.
    pub fn has_errors(&self) -> bool {
        let mut severities = self.problems.iter().map(|problem| problem.severity);
        let is_hidden = |root: &ReportRoot| self.is_strict && root.is_not_seen();
        severities.any(|severity| severity == ProblemSeverity::Error)
            || self.roots.iter().any(is_hidden)
    }

    /// Whether something of a network could not be seen, or no root has a network: such a run says so, however
    /// quiet it is.
    pub fn sees_too_little(&self) -> bool {
        self.roots.iter().any(coverage::is_hidden) || coverage::has_no_network(self)
    }

    /// Whether the whole network of some root is hidden: nothing is known about its traffic.
    pub fn has_unseen_network(&self) -> bool {
        self.roots.iter().any(ReportRoot::is_not_seen)
    }

    /// Makes every warning an error, and of a network that is not seen one.
    pub fn escalate_warnings(&mut self) {
        self.is_strict = true;
        for problem in &mut self.problems {
            problem.severity = ProblemSeverity::Error;
        }
    }

    /// The line to change; of a plan or state without lines, the document and the resource in it.
    pub(crate) fn place(&self, reported: &ReportedFinding) -> ReportPlace {
        let finding = &reported.finding;
        let subject = || finding.subject.to_string();
        let place = self.place_of(reported.root, finding.span, subject);
        place.unwrap_or_else(|| whole_input(&self.roots[reported.root], subject()))
    }

    /// Where a label or hop of a root is. In a configuration that needs a span; in a plan or state the
    /// document itself is the place, and `address` says where in it.
    pub(crate) fn place_of(
        &self,
        root: usize,
        span: Option<Span>,
        address: impl FnOnce() -> String,
    ) -> Option<ReportPlace> {
        let root = &self.roots[root];
        match span {
            Some(span) => Some(ReportPlace {
                location: self.sources.location(span),
                address: None,
            }),
            None if root.input == Input::Configuration => None,
            None => Some(whole_input(root, address())),
        }
    }

    /// The directory of the line to change, from the top of the repository; empty for the top itself.
    fn directory(&self, reported: &ReportedFinding) -> String {
        let path = self.repository.path(&self.place(reported).location.file);
        let directory = path.rsplit_once('/').map(|(directory, _)| directory);
        directory.unwrap_or_default().to_owned()
    }

    /// By place first. What follows only breaks ties, so that the same bytes come out every time.
    fn order(&self, reported: &ReportedFinding) -> impl Ord + use<> {
        let Location {
            file, line, column, ..
        } = self.place(reported).location;
        let finding = &reported.finding;
        let subject = finding.subject.to_string();
        let root = self.roots[reported.root].path.clone();
        let mut discriminators = finding.discriminators.clone();
        discriminators.sort_unstable();
        (
            file,
            line,
            column,
            finding.rule,
            subject,
            root,
            discriminators,
        )
    }
}

/// The first line of the input: platforms refuse a result without a line.
fn whole_input(root: &ReportRoot, address: String) -> ReportPlace {
    let location = Location {
        file: root.path.clone(),
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
    };
    ReportPlace {
        location,
        address: Some(address),
    }
}

/// The word for a problem's severity, in every format.
pub(crate) fn severity_word(severity: ProblemSeverity) -> &'static str {
    match severity {
        ProblemSeverity::Error => "error",
        ProblemSeverity::Warning => "warning",
    }
}

/// `main.tf:4`
fn file_and_line(location: &Location) -> String {
    format!("{}:{}", location.file, location.line)
}

/// `1 finding`, `2 findings`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A text in which addresses have no keys, as in `aws_subnet.app["a"]`: what it says holds for all
/// instances. It errs by taking out every pair of brackets, also the index of a variable in a cause.
fn without_keys(text: &str) -> String {
    let mut pieces = text.split('[');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(piece.split_once(']').map_or(piece, |(_, rest)| rest));
    }
    out
}

#[cfg(test)]
mod tests;
