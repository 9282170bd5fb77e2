//! Markdown for a job summary or a comment on a pull request: a table, and the details folded. What
//! users wrote goes through `inline::text`, `code` or `html`, which take every meaning from it.

pub(super) mod inline;

use std::io::{self, Write};

use super::coverage::{self, headline};
use super::escape::escape;
use super::fault::{Fault, confidence, faults};
use super::problem_group::{ProblemGroup, counts, problem_groups};
use super::{Report, counted, file_and_line, plain, severity_word};
use crate::reachability::path::Hop;
use crate::source::{Location, ProblemSeverity, Span};

use inline::{code, html, text};

/// The job that comments on a pull request finds its last comment by this line and replaces it.
const MARKER: &str = "<!-- tfvpc -->";

/// GitHub refuses comments of more than 65,536 characters. Bytes are at least as many, and the rest is
/// for the last lines, which say what is missing.
pub(super) const LONGEST: usize = 60_000;
/// Bytes of the table; the rest is for the details.
pub(super) const LONGEST_TABLE: usize = 24_000;

/// The most lines of warnings that are not folded.
const MOST_WARNINGS: usize = 5;

/// Writes a heading, a table with a line for each fault and what is known about each. What would
/// make it longer than a comment may be is left out and counted.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut faults = faults(report);
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.shown.finding.severity));
    let headline = headline(report, &faults);
    let problem_counts = counts(report);
    let mut page = format!("{MARKER}\n### tfvpc: {headline}{problem_counts}\n");
    let coverage = coverage::line(report);
    page += &coverage.map_or(String::new(), |line| format!("\n{}\n", text(&line)));
    if !faults.is_empty() {
        page += "\n| Severity | Where | What | Rule |\n|---|---|---|---|\n";
    }
    let rows = faults.iter().map(|fault| row(report, fault));
    let hidden_rows = fill(&mut page, rows, LONGEST_TABLE);
    left_out(&mut page, hidden_rows, "finding");
    page.push('\n');
    let details = faults.iter().map(|fault| details(report, fault));
    let problems = problems(report);
    let hidden_details = fill(&mut page, details, LONGEST - problems.len());
    left_out(&mut page, hidden_details, "more detail");
    page += &problems;
    out.write_all(page.as_bytes())
}

/// Adds parts as long as there is room, and returns how many are left out. After the first one that
/// does not fit nothing is added: the parts are sorted, and a gap would mislead.
pub(super) fn fill(page: &mut String, parts: impl Iterator<Item = String>, room: usize) -> usize {
    let mut hidden = 0;
    for part in parts {
        if hidden > 0 || page.len() + part.len() > room {
            hidden += 1;
        } else {
            page.push_str(&part);
        }
    }
    hidden
}

/// Says how many parts had no room.
pub(super) fn left_out(page: &mut String, hidden: usize, what: &str) {
    if hidden > 0 {
        let count = counted(hidden, what);
        *page += &["\n", &count, " left out here: too long for a comment.\n"].concat();
    }
}

/// A list with an item for each cause; nothing without problems. Many warnings are folded: what stands beside them in a
/// pull request is read first.
fn problems(report: &Report) -> String {
    let groups = problem_groups(report, true);
    let is_error = |group: &ProblemGroup| group.first.severity == ProblemSeverity::Error;
    let (errors, warnings) = groups.split_at(groups.partition_point(is_error));
    let errors = list(report, errors);
    let count: usize = warnings.iter().map(|group| group.count).sum();
    let warning_list = list(report, warnings);
    if warnings.len() <= MOST_WARNINGS {
        return errors + &warning_list;
    }
    let summary = counted(count, "warning");
    format!("{errors}\n<details><summary>{summary}</summary>\n\n{warning_list}\n</details>\n")
}

fn list(report: &Report, groups: &[ProblemGroup]) -> String {
    let lines = groups.iter().map(|group| problem(report, group));
    let mut list = String::new();
    let hidden = fill(&mut list, lines, LONGEST_TABLE / 4);
    left_out(&mut list, hidden, "problem");
    list
}

fn problem(report: &Report, group: &ProblemGroup) -> String {
    let problem = group.first;
    let severity = severity_word(problem.severity);
    let place = problem.span.map(|span| place(report, span));
    let place = place.map_or(String::new(), |place| format!(" at {}", code(&place)));
    let help = problem.help.as_deref().filter(|_| !group.shares_help);
    let help = help.map_or(String::new(), |help| format!(" ({})", text(help)));
    format!(
        "- **{severity}**{place}{}: {}{}{help}\n",
        text(&group.origin(report)),
        text(&problem.message),
        group.further(),
    )
}

fn row(report: &Report, fault: &Fault) -> String {
    let finding = &fault.shown.finding;
    let cells = [
        format!("**{}**", finding.severity.as_str()),
        code(&fault_place(report, fault)),
        text(&finding.message) + &confidence(finding),
        code(finding.rule),
    ];
    format!("| {} |\n", cells.join(" | "))
}

fn details(report: &Report, fault: &Fault) -> String {
    let finding = &fault.shown.finding;
    let mut parts = vec![summary(report, fault)];
    let lines = finding.span.map(|span| report.sources.text(span).lines());
    let line = lines.and_then(|mut lines| lines.next());
    parts.extend(line.map(|line| fenced(&[line.trim_end()])));
    let mut labels: Vec<String> = Vec::new();
    for label in &finding.labels {
        let place = label.span.map(|span| code(&place(report, span)) + ": ");
        let item = format!("- {}{}\n", place.unwrap_or_default(), text(&label.message));
        if !labels.contains(&item) {
            labels.push(item);
        }
    }
    parts.extend(labels);
    parts.push(path(&finding.path));
    parts.extend(finding.help.as_deref().map(help));
    let further = fault.further(report).into_iter();
    parts.extend(further.map(|(heading, names)| format!("\n{heading}{}\n", text(&names))));
    parts.push("\n</details>\n\n".to_owned());
    parts.concat()
}

fn summary(report: &Report, fault: &Fault) -> String {
    let finding = &fault.shown.finding;
    format!(
        "<details><summary><b>{}</b> <code>{}</code>: <code>{}</code> at <code>{}</code></summary>\n\n\
         {}\n\n",
        finding.severity.as_str(),
        finding.rule,
        html(&finding.subject.to_string()),
        html(&fault_place(report, fault)),
        text(&finding.message),
    )
}

/// What to write instead: a sentence, and below it what can be pasted.
fn help(help: &str) -> String {
    let mut lines = help.lines();
    let sentence = lines.next().map(text).unwrap_or_default();
    let code: Vec<&str> = lines.collect();
    if code.is_empty() {
        return format!("\n{sentence}\n");
    }
    format!("\n{sentence}\n\n{}", fenced(&code))
}

fn path(hops: &[Hop]) -> String {
    if hops.is_empty() {
        return String::new();
    }
    let hops = hops.iter().map(|hop| {
        let stage = plain::stage(hop.stage);
        let (at, reason) = (code(&hop.at), code(&hop.reason));
        format!("1. {stage} {at} {}: {reason}\n", hop.decision.as_str())
    });
    format!("\nThe path:\n\n{}", hops.collect::<String>())
}

/// The line to change, named from the top of the repository: `infra/main.tf:4`.
fn fault_place(report: &Report, fault: &Fault) -> String {
    in_repository(report, report.place(fault.shown).location)
}

fn place(report: &Report, span: Span) -> String {
    in_repository(report, report.sources.location(span))
}

fn in_repository(report: &Report, mut location: Location) -> String {
    location.file = report.repository.path(&location.file);
    file_and_line(&location)
}

/// Lines as a block of code that nothing in them can end.
fn fenced(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| escape(line)).collect();
    let code = lines.join("\n");
    let fence = inline::fence(&code, 3);
    format!("{fence}hcl\n{code}\n{fence}\n\n")
}
