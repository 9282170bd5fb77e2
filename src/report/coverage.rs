//! What reports say about networks that are not wholly seen: a report without findings means nothing about
//! what nobody could see.

use std::mem::discriminant;

use super::fault::{Fault, tally};
use super::{Report, ReportRoot, counted};
use crate::coverage::{Coverage, Obstacle, Remedy};
use crate::source::{ProblemSeverity, Span};

/// Roots and files that a line names; the others are counted.
const MOST_NAMED: usize = 3;

/// What machines are told about a root whose network is hidden, in part or wholly.
#[derive(Debug)]
pub(super) struct CoverageRemark<'a> {
    /// The root; the first one, if none has a network.
    pub(super) root: &'a ReportRoot,
    /// `network not seen`, `no AWS network`
    pub(super) title: &'static str,
    /// An error for a strict run, if all is hidden.
    pub(super) severity: ProblemSeverity,
    /// How much is hidden, and why.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
    /// The first line that hides something.
    pub(super) span: Option<Span>,
}

/// A remark on each root whose network is hidden, in part or wholly; or one if no root has a network.
pub(super) fn remarks(report: &Report) -> impl Iterator<Item = CoverageRemark<'_>> {
    let roots = report.roots.iter();
    let hidden = roots.filter_map(|root| remark(report, root));
    let first = report.roots.first().filter(|_| has_no_network(report));
    let none = first.map(|root| CoverageRemark {
        root,
        title: title(Coverage::None),
        severity: ProblemSeverity::Warning,
        message: line(report).unwrap_or_default(),
        help: None,
        span: None,
    });
    hidden.chain(none)
}

/// Whether roots were checked and none of them has a network.
pub(super) fn has_no_network(report: &Report) -> bool {
    let roots = report.roots.len();
    roots > 0 && count(report, Coverage::None) == roots
}

/// The remark on a root, if its network is hidden, in part or wholly.
pub(super) fn remark<'a>(report: &Report, root: &'a ReportRoot) -> Option<CoverageRemark<'a>> {
    let is_error = report.is_strict && root.is_not_seen();
    is_hidden(root).then(|| CoverageRemark {
        root,
        title: title(root.coverage.coverage),
        severity: if is_error {
            ProblemSeverity::Error
        } else {
            ProblemSeverity::Warning
        },
        message: message(root),
        help: root.remedy.as_ref().map(|remedy| sentence(&[remedy])),
        span: root.coverage.hidden_by.iter().find_map(|by| by.span),
    })
}

/// Whether something of a root's network is hidden.
pub(super) fn is_hidden(root: &ReportRoot) -> bool {
    matches!(
        root.coverage.coverage,
        Coverage::PartlySeen | Coverage::NotSeen
    )
}

/// The coverage in words: `partly seen`.
pub(super) fn words(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Seen => "seen",
        Coverage::PartlySeen => "partly seen",
        Coverage::NotSeen => "not seen",
        Coverage::None => "without network",
    }
}

fn title(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Seen => "network seen",
        Coverage::PartlySeen => "network partly seen",
        Coverage::NotSeen => "network not seen",
        Coverage::None => "no AWS network",
    }
}

/// ``there is no AWS network in `infra/iam` ``
pub(super) fn without_network(root: &str) -> String {
    format!("there is no AWS network in `{root}`")
}

/// What was found and where: `2 findings (2 high) in 3 root modules`.
pub(super) fn headline(report: &Report, faults: &[Fault]) -> String {
    let roots = counted(report.roots.len(), "root module");
    format!("{} in {roots}", found(report, faults))
}

/// The findings of a report in a few words: `2 findings (2 high)`. Where no network was seen, or there is
/// none, they are not said to be none.
pub(super) fn found(report: &Report, faults: &[Fault]) -> String {
    let has = |coverage| count(report, coverage) > 0;
    let is_blind = has(Coverage::NotSeen) && !has(Coverage::Seen) && !has(Coverage::PartlySeen);
    match faults {
        [] if report.roots.is_empty() => "nothing was checked".to_owned(),
        [] if has_no_network(report) => "no AWS network".to_owned(),
        [] if is_blind => "no network seen".to_owned(),
        faults => tally(faults),
    }
}

/// One line that counts the roots by coverage and says what to do first; `None` if every network is seen.
pub(super) fn line(report: &Report) -> Option<String> {
    let counts = Coverage::ALL.map(|coverage| (coverage, count(report, coverage)));
    let present: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    match present[..] {
        [] | [(Coverage::Seen, _)] => return None,
        [(Coverage::None, roots)] => {
            let roots = counted(roots, "root module");
            return Some(format!(
                "nothing was checked: there is no AWS network in {roots}"
            ));
        }
        _ => {}
    }
    let parts = present.iter();
    let parts = parts.map(|(coverage, count)| format!("{count} {}", words(*coverage)));
    let parts = parts.collect::<Vec<_>>().join(", ");
    let advice = advice(report).map_or(String::new(), |advice| format!("; {advice}"));
    Some(format!("network: {parts}{advice}"))
}

fn count(report: &Report, coverage: Coverage) -> usize {
    let roots = report.roots.iter();
    roots
        .filter(|root| root.coverage.coverage == coverage)
        .count()
}

/// What to do first; where nothing is known to help, the first cause.
fn advice(report: &Report) -> Option<String> {
    let hidden = || report.roots.iter().filter(|root| is_hidden(root));
    let mut remedies: Vec<&Remedy> = hidden().filter_map(|root| root.remedy.as_ref()).collect();
    remedies.sort();
    remedies.dedup();
    // One thing at a time: what modules make may leave no other question.
    if let Some(first) = remedies.first().copied() {
        remedies.retain(|remedy| discriminant(*remedy) == discriminant(first));
        return Some(sentence(&remedies));
    }
    let mut obstacles = hidden().flat_map(|root| &root.coverage.hidden_by);
    obstacles.next().map(cause)
}

/// The same thing to do in several places.
fn sentence(remedies: &[&Remedy]) -> String {
    let is_below = |remedy: &&Remedy| matches!(remedy, Remedy::Get { directory } if !directory.starts_with(".."));
    if remedies.iter().all(is_below) {
        // Without a path, it looks at everything below the working directory.
        return "run `tfvpc get`".to_owned();
    }
    let named = remedies.iter().take(MOST_NAMED).map(|remedy| match remedy {
        Remedy::Get { directory } | Remedy::Install { directory } => format!("`{directory}`"),
        Remedy::Decrypt { path } | Remedy::CheckPlan { path } => format!("`{path}`"),
        Remedy::NameFile { path, variables } => {
            let variables = counted(*variables, "variable");
            format!("`{path}` sets {variables} without value")
        }
    });
    let mut named: Vec<String> = named.collect();
    if remedies.len() > MOST_NAMED {
        named.push(format!("{} more", remedies.len() - MOST_NAMED));
    }
    let named = named.join(", ");
    match remedies.first() {
        Some(Remedy::NameFile { .. }) => format!("name a variable file: {named}"),
        Some(Remedy::Decrypt { .. }) => format!("decrypt {named}"),
        Some(Remedy::CheckPlan { .. }) => {
            format!("check plans (`terragrunt show -json plan.out`) of {named}")
        }
        Some(Remedy::Get { .. }) => format!("run `tfvpc get` in {named}"),
        _ => format!("run `terraform init -backend=false` in {named}"),
    }
}

fn message(root: &ReportRoot) -> String {
    let how = words(root.coverage.coverage);
    let causes = &root.coverage.hidden_by;
    let first = causes.first().map(cause).unwrap_or_default();
    let further = match causes.len() {
        0 | 1 => String::new(),
        count => format!(", and {}", counted(count - 1, "more cause")),
    };
    format!(
        "the network of `{}` is {how}: {first}{further}",
        root.name()
    )
}

/// `` `module.vpc` is not on the disk ``
pub(super) fn cause(obstacle: &Obstacle) -> String {
    if !obstacle.is_count() {
        return obstacle.reason.to_string();
    }
    format!(
        "the number of `{}` is unknown: {}",
        obstacle.address, obstacle.reason
    )
}
