//! Problems as people want to see them: those of one root with one cause are one line.
//!
//! The advice is the cause where there is one: what a user does once settles them all. Else the message is.

use std::collections::BTreeMap;

use super::{Report, counted, severity_word};
use crate::source::{Problem, ProblemSeverity};

/// Problems of one root that have one cause.
#[derive(Debug)]
pub(super) struct ProblemGroup<'a> {
    /// The first of them by place.
    pub(super) first: &'a Problem,
    /// How many there are.
    pub(super) count: usize,
    /// Whether the next group has the same advice, which is then said there.
    pub(super) shares_help: bool,
    /// The root modules that met the first of them.
    roots: &'a [usize],
}

/// Whose problems are one: the roots that met it, else the directory of the file.
type Owner<'a> = (&'a [usize], &'a str);

/// The problems of some severities, errors first, groups of one cause side by side.
pub(super) fn problem_groups(report: &Report, with_warnings: bool) -> Vec<ProblemGroup<'_>> {
    let mut positions: BTreeMap<(ProblemSeverity, &str), usize> = BTreeMap::new();
    let mut groups: BTreeMap<(ProblemSeverity, usize, Owner), ProblemGroup> = BTreeMap::new();
    for (index, problem) in report.problems.iter().enumerate() {
        if problem.severity == ProblemSeverity::Warning && !with_warnings {
            continue;
        }
        let cause = problem.help.as_deref().unwrap_or(&problem.message);
        let next = positions.len();
        let position = *positions.entry((problem.severity, cause)).or_insert(next);
        let key = (problem.severity, position, owner(report, index, problem));
        let group = groups.entry(key).or_insert(ProblemGroup {
            first: problem,
            count: 0,
            shares_help: false,
            roots: report.problem_roots.get(index).map_or(&[], Vec::as_slice),
        });
        group.count += 1;
    }
    let mut groups: Vec<ProblemGroup> = groups.into_values().collect();
    for index in 1..groups.len() {
        let is_shared = groups[index - 1].first.help == groups[index].first.help;
        groups[index - 1].shares_help = is_shared;
    }
    groups
}

fn owner<'a>(report: &'a Report, index: usize, problem: &Problem) -> Owner<'a> {
    let roots = report.problem_roots.get(index).map(Vec::as_slice);
    match (roots.unwrap_or_default(), problem.span) {
        ([], Some(span)) => {
            let path = report.sources.file(span.file).path();
            (
                &[],
                path.rsplit_once('/').map_or("", |(directory, _)| directory),
            )
        }
        (roots, _) => (roots, ""),
    }
}

impl ProblemGroup<'_> {
    /// `` `var.env` has no value at main.tf:4:1, and 2 more like it ``
    pub(super) fn line(&self, report: &Report) -> String {
        let place = self.first.span.map(|span| report.sources.location(span));
        let place = place.map_or(String::new(), |place| format!(" at {place}"));
        let origin = self.origin(report);
        format!("{}{place}{origin}{}", self.first.message, self.further())
    }

    /// `` , in `module.network` of `infra/prod` ``, for a problem inside a called module.
    pub(super) fn origin(&self, report: &Report) -> String {
        let Some(module) = &self.first.origin.0 else {
            return String::new();
        };
        let mut names = self.roots.iter().map(|root| report.roots[*root].name());
        let root = match names.next().filter(|_| report.roots.len() > 1) {
            Some(root) => format!(" of `{root}`"),
            None => String::new(),
        };
        let further = match names.count() {
            0 => String::new(),
            count => format!(" and {}", counted(count, "more root module")),
        };
        format!(", in `{module}`{root}{further}")
    }

    /// `, and 2 more like it`
    pub(super) fn further(&self) -> String {
        match self.count {
            1 => String::new(),
            count => format!(", and {} more like it", count - 1),
        }
    }
}

/// `, 2 errors, 1 warning`; nothing without problems.
pub(super) fn counts(report: &Report) -> String {
    let counts = problem_counts(report).into_iter();
    let parts: Vec<String> = counts
        .flat_map(|(_, count)| [", ".to_owned(), count])
        .collect();
    parts.concat()
}

/// How many problems of each severity there are, in words: a line counts for all that it folds, as it says.
/// Severities without problems are left out.
pub(super) fn problem_counts(report: &Report) -> Vec<(ProblemSeverity, String)> {
    let mut counts = Vec::new();
    for severity in [ProblemSeverity::Error, ProblemSeverity::Warning] {
        let problems = report.problems.iter();
        let count = problems
            .filter(|problem| problem.severity == severity)
            .count();
        if count > 0 {
            counts.push((severity, counted(count, severity_word(severity))));
        }
    }
    counts
}
