//! Annotations for GitHub Actions: "Workflow commands for GitHub Actions".

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape::escape;
use super::fault::{Fault, faults, tally};
use super::{Report, counted, plain};
use crate::finding::Severity;
use crate::source::{Location, Problem, ProblemSeverity};

/// GitHub shows as many annotations of each level for a step, and drops the others.
const MOST_ANNOTATIONS: usize = 10;

/// The runner cuts longer messages; it counts 4,096 characters.
const LONGEST_MESSAGE: usize = 4000;

/// Writes an annotation for every finding and problem. If there are more of a level than GitHub
/// shows, those of one rule share an annotation that counts them.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let faults = faults(report);
    let problems = report.problems.iter().map(|one| of_problem(report, one));
    let mut annotations: Vec<Annotation> = problems.collect();
    annotations.extend(faults.iter().map(|fault| of_fault(report, fault)));
    for level in [Level::Error, Level::Warning, Level::Notice] {
        let of_level = annotations.iter().filter(|one| one.level == level);
        for annotation in within_limit(of_level.cloned().collect()) {
            writeln!(out, "{}", annotation.command())?;
        }
    }
    let roots = counted(report.roots.len(), "root module");
    let problems = counted(report.problems.len(), "problem");
    writeln!(out, "{} and {problems} in {roots}", tally(&faults))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

#[derive(Debug, Clone)]
struct Annotation {
    level: Level,
    title: String,
    place: Option<Location>,
    message: String,
}

fn of_problem(report: &Report, problem: &Problem) -> Annotation {
    let (level, title) = match problem.severity {
        ProblemSeverity::Error => (Level::Error, "error"),
        ProblemSeverity::Warning => (Level::Warning, "warning"),
    };
    let help = problem.help.iter();
    let help = help.map(|help| format!("\nhelp: {}", escape(help)));
    let place = problem.span.map(|span| report.sources.location(span));
    Annotation {
        level,
        title: title.to_owned(),
        place: place.map(|place| in_repository(report, place)),
        message: escape(&problem.message).into_owned() + &help.collect::<String>(),
    }
}

fn of_fault(report: &Report, fault: &Fault) -> Annotation {
    let finding = &fault.entry.finding;
    let mut lines = plain::lines(report, fault.entry);
    if report.roots.len() > 1 {
        let roots = fault.root_names(report).join(", ");
        lines.push(format!("in {}", escape(&roots)));
    }
    Annotation {
        level: match finding.severity {
            Severity::High => Level::Error,
            Severity::Medium => Level::Warning,
            Severity::Low | Severity::Info => Level::Notice,
        },
        title: finding.rule.to_owned(),
        place: Some(in_repository(report, report.place(fault.entry).location)),
        message: lines.join("\n"),
    }
}

fn in_repository(report: &Report, mut place: Location) -> Location {
    place.file = report.repository.path(&place.file);
    place
}

/// As many annotations as GitHub shows, none left out: one a rule if they are too many, and one
/// for all rules that are still too many.
fn within_limit(annotations: Vec<Annotation>) -> Vec<Annotation> {
    if annotations.len() <= MOST_ANNOTATIONS {
        return annotations;
    }
    let mut groups: Vec<Vec<Annotation>> = Vec::new();
    let mut by_title: BTreeMap<String, usize> = BTreeMap::new();
    for annotation in annotations {
        let next = groups.len();
        let at = *by_title.entry(annotation.title.clone()).or_insert(next);
        if at == next {
            groups.push(Vec::new());
        }
        groups[at].push(annotation);
    }
    if groups.len() > MOST_ANNOTATIONS {
        let rest = groups.split_off(MOST_ANNOTATIONS - 1);
        groups.push(rest.concat());
    }
    groups.iter().filter_map(|group| joined(group)).collect()
}

/// One annotation for several, at the place of the first.
fn joined(group: &[Annotation]) -> Option<Annotation> {
    let first = group.first()?.clone();
    if group.len() == 1 {
        return Some(first);
    }
    let is_one_rule = group.iter().all(|one| one.title == first.title);
    let title = if is_one_rule {
        &*first.title
    } else {
        "several rules"
    };
    Some(Annotation {
        title: format!("{title} ({})", counted(group.len(), "finding")),
        message: listed(group),
        ..first
    })
}

/// A line for each; what makes the list too long is counted.
fn listed(group: &[Annotation]) -> String {
    let mut list = String::new();
    for (n, one) in group.iter().enumerate() {
        let place = one
            .place
            .as_ref()
            .map_or(String::new(), Location::to_string);
        let text = one.message.lines().next().unwrap_or_default();
        let line = format!("{} {}: {text}\n", escape(&place), one.title);
        if list.len() + line.len() > LONGEST_MESSAGE {
            return format!("{list}and {} more", group.len() - n);
        }
        list += &line;
    }
    list.trim_end().to_owned()
}

impl Annotation {
    fn command(&self) -> String {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Notice => "notice",
        };
        let mut properties = Vec::new();
        if let Some(place) = &self.place {
            properties.push(format!("file={}", property(&place.file)));
            properties.push(format!("line={}", place.line));
            properties.push(format!("endLine={}", place.end_line));
            // Columns of different lines are refused.
            if place.line == place.end_line {
                properties.push(format!("col={}", place.column));
                properties.push(format!("endColumn={}", place.end_column));
            }
        }
        properties.push(format!("title={}", property(&self.title)));
        let message = data(cut(&self.message));
        format!("::{level} {}::{message}", properties.join(","))
    }
}

fn cut(message: &str) -> &str {
    &message[..message.floor_char_boundary(LONGEST_MESSAGE)]
}

/// What follows the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&escape(text)).replace(':', "%3A").replace(',', "%2C")
}
