//! Annotations for GitHub Actions: "Workflow commands for GitHub Actions". A command is one line that
//! starts with `::`; `property` and `data` escape what could end it or begin another one.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::coverage::{self, CoverageRemark, headline};
use super::escape::escape;
use super::fault::{Fault, faults};
use super::problem_group::{ProblemGroup, counts, problem_groups};
use super::{Report, counted, plain, severity_word};
use crate::finding::Severity;
use crate::source::{Location, ProblemSeverity, Span};

/// GitHub shows this many annotations of each level for a step, and drops the rest without a word.
const MOST_ANNOTATIONS: usize = 10;

/// The runner cuts longer messages; it counts 4,096 characters.
const LONGEST_MESSAGE: usize = 4000;

/// Writes an annotation for every finding, network that was not seen, and problem. If there are more of a
/// level than GitHub shows, problems share one first, then networks, then findings of one rule.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let faults = faults(report);
    let found = faults.iter().map(|fault| of_fault(report, fault));
    let mut annotations: Vec<Annotation> = found.collect();
    annotations.extend(coverage::remarks(report).map(|remark| of_coverage(report, &remark)));
    let problems = problem_groups(report, true).into_iter();
    annotations.extend(problems.map(|group| of_problems(report, &group)));
    for level in [
        AnnotationLevel::Error,
        AnnotationLevel::Warning,
        AnnotationLevel::Notice,
    ] {
        let of_level = annotations.iter();
        let of_level = of_level.filter(|annotation| annotation.level == level);
        let of_level: Vec<_> = of_level.cloned().collect();
        for annotation in within_limit(&of_level) {
            writeln!(out, "{}", annotation.command())?;
        }
    }
    let problem_counts = counts(report);
    writeln!(out, "{}{problem_counts}", headline(report, &faults))?;
    match coverage::line(report) {
        Some(line) => writeln!(out, "{}", escape(&line)),
        None => Ok(()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AnnotationLevel {
    Error,
    Warning,
    Notice,
}

/// What an annotation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Finding,
    Coverage,
    Problem,
}

/// In this order annotations give up places of their own, so that findings keep theirs longest.
const SHARING: [Topic; 3] = [Topic::Problem, Topic::Coverage, Topic::Finding];

impl Topic {
    /// What is counted.
    fn noun(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Coverage => "root module",
            Self::Problem => "problem",
        }
    }
}

#[derive(Debug, Clone)]
struct Annotation {
    level: AnnotationLevel,
    topic: Topic,
    title: String,
    location: Option<Location>,
    message: String,
}

fn of_problems(report: &Report, group: &ProblemGroup) -> Annotation {
    let problem = group.first;
    Annotation {
        level: problem_level(problem.severity),
        topic: Topic::Problem,
        title: severity_word(problem.severity).to_owned(),
        location: place(report, problem.span),
        message: with_help(
            &(problem.message.clone() + &group.further()),
            problem.help.as_deref(),
        ),
    }
}

fn of_coverage(report: &Report, remark: &CoverageRemark) -> Annotation {
    Annotation {
        level: problem_level(remark.severity),
        topic: Topic::Coverage,
        title: remark.title.to_owned(),
        location: place(report, remark.span),
        message: with_help(&remark.message, remark.help.as_deref()),
    }
}

fn problem_level(severity: ProblemSeverity) -> AnnotationLevel {
    match severity {
        ProblemSeverity::Error => AnnotationLevel::Error,
        ProblemSeverity::Warning => AnnotationLevel::Warning,
    }
}

fn with_help(message: &str, help: Option<&str>) -> String {
    let help = help.map_or(String::new(), |help| format!("\nhelp: {}", escape(help)));
    escape(message).into_owned() + &help
}

fn place(report: &Report, span: Option<Span>) -> Option<Location> {
    let location = span.map(|span| report.sources.location(span));
    location.map(|location| in_repository(report, location))
}

fn of_fault(report: &Report, fault: &Fault) -> Annotation {
    let finding = &fault.shown.finding;
    Annotation {
        level: match finding.severity {
            Severity::High => AnnotationLevel::Error,
            Severity::Medium => AnnotationLevel::Warning,
            Severity::Low | Severity::Info => AnnotationLevel::Notice,
        },
        topic: Topic::Finding,
        title: finding.rule.to_owned(),
        location: Some(in_repository(report, report.place(fault.shown).location)),
        message: plain::lines(report, fault).join("\n"),
    }
}

fn in_repository(report: &Report, mut location: Location) -> Location {
    location.file = report.repository.path(&location.file);
    location
}

/// At most as many annotations as GitHub shows, with everything in one of them. If there are too many, those
/// with the same title share one, topic by topic; if there are still too many, the last ones share one.
fn within_limit(annotations: &[Annotation]) -> Vec<Annotation> {
    let mut groups = grouped(annotations, &[]);
    for count in 1..=SHARING.len() {
        if groups.len() > MOST_ANNOTATIONS {
            groups = grouped(annotations, &SHARING[..count]);
        }
    }
    if groups.len() > MOST_ANNOTATIONS {
        let last = groups.split_off(MOST_ANNOTATIONS - 1);
        groups.push(last.concat());
    }
    groups.iter().filter_map(|group| joined(group)).collect()
}

/// The annotations in groups: those of `sharing` with the same title together, others alone.
fn grouped(annotations: &[Annotation], sharing: &[Topic]) -> Vec<Vec<Annotation>> {
    let mut groups: Vec<Vec<Annotation>> = Vec::new();
    let mut by_title: BTreeMap<&str, usize> = BTreeMap::new();
    for annotation in annotations {
        let new = groups.len();
        let group = if sharing.contains(&annotation.topic) {
            *by_title.entry(&annotation.title).or_insert(new)
        } else {
            new
        };
        if group == new {
            groups.push(Vec::new());
        }
        groups[group].push(annotation.clone());
    }
    groups
}

/// One annotation for several, at the place of the first.
fn joined(group: &[Annotation]) -> Option<Annotation> {
    let first = group.first()?.clone();
    if group.len() == 1 {
        return Some(first);
    }
    let mut topics = group.iter().map(|annotation| annotation.topic);
    let noun = if topics.all(|topic| topic == first.topic) {
        first.topic.noun()
    } else {
        "remark"
    };
    let mut titles = group.iter().map(|annotation| &annotation.title);
    let is_one_title = titles.all(|title| *title == first.title);
    let title = match first.topic {
        _ if is_one_title => &*first.title,
        Topic::Finding => "several rules",
        Topic::Coverage | Topic::Problem => "several remarks",
    };
    Some(Annotation {
        title: format!("{title} ({})", counted(group.len(), noun)),
        message: listed(group),
        ..first
    })
}

/// A line for each; those that would make the list too long are counted.
fn listed(group: &[Annotation]) -> String {
    let mut list = String::new();
    for (listed, annotation) in group.iter().enumerate() {
        let location = annotation.location.as_ref();
        let place = location.map_or(String::new(), Location::to_string);
        let headline = annotation.message.lines().next().unwrap_or_default();
        let line = format!("{} {}: {headline}\n", escape(&place), annotation.title);
        if list.len() + line.len() > LONGEST_MESSAGE {
            return format!("{list}and {} more", group.len() - listed);
        }
        list += &line;
    }
    list.trim_end().to_owned()
}

impl Annotation {
    fn command(&self) -> String {
        let level = match self.level {
            AnnotationLevel::Error => "error",
            AnnotationLevel::Warning => "warning",
            AnnotationLevel::Notice => "notice",
        };
        let mut properties = Vec::new();
        if let Some(location) = &self.location {
            properties.push(format!("file={}", property(&location.file)));
            properties.push(format!("line={}", location.line));
            properties.push(format!("endLine={}", location.end_line));
            // GitHub refuses columns of different lines.
            if location.line == location.end_line {
                properties.push(format!("col={}", location.column));
                properties.push(format!("endColumn={}", location.end_column));
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

/// The message, which follows the second `::` and ends with the line.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A value before the second `::`, where `:` and `,` have a meaning too.
fn property(text: &str) -> String {
    data(&escape(text)).replace(':', "%3A").replace(',', "%2C")
}
