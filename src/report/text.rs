//! The report for people: code frames, the path as numbered hops, and help.

use std::collections::BTreeMap;
use std::io::{self, Write};

use owo_colors::OwoColorize;

use super::escape::escape;
use super::excerpt::Excerpts;
use super::fault::{Fault, faults, tally};
use super::snippet::{self, Mark};
use super::style::Style;
use super::wrap::wrap;
use super::{Report, counted, path};
use crate::finding::{Confidence, Finding};
use crate::source::{FileId, Problem, ProblemSeverity};

/// Warnings with the same advice that are shown.
const MOST_ALIKE: usize = 3;

/// Writes every finding.
pub fn findings(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(report, style);
    for fault in &faults(report) {
        page.finding(fault, out)?;
    }
    Ok(())
}

/// Which warnings are shown beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warnings {
    /// None.
    Hidden,
    /// The first of those with the same advice, and how many more there are.
    Few,
    /// All.
    All,
}

/// Writes the errors, and warnings.
pub fn problems(
    report: &Report,
    warnings: Warnings,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(report, style);
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    for problem in &report.problems {
        let is_shown = match (problem.severity, warnings) {
            (ProblemSeverity::Error, _) | (_, Warnings::All) => true,
            (ProblemSeverity::Warning, Warnings::Hidden) => false,
            (ProblemSeverity::Warning, Warnings::Few) => problem.help.as_ref().is_none_or(|help| {
                let count = alike.entry(help).or_default();
                *count += 1;
                *count <= MOST_ALIKE
            }),
        };
        if is_shown {
            page.problem(problem, out)?;
        }
    }
    for (help, count) in alike {
        if count > MOST_ALIKE {
            let more = counted(count - MOST_ALIKE, "more warning");
            let message = format!("{more} of this kind; `--verbose` shows all");
            page.problem(&Problem::warning(message, None).help(help), out)?;
        }
    }
    Ok(())
}

/// Writes what was read, a line for each root.
pub fn roots(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for root in &report.roots {
        let name = root.name();
        let name = escape(&name);
        let region = root.region.as_deref().unwrap_or("Region unknown");
        let resources = counted(root.resources, "resource");
        let facts = format!("{}, {}, {resources}", root.input.as_str(), escape(region));
        writeln!(out, "{}: {facts}", name.style(style.strong()))?;
    }
    Ok(())
}

/// Writes one line: what was checked and how many findings and problems there are.
pub fn summary(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let findings = tally(&faults(report));
    let roots = counted(report.roots.len(), "root module");
    write!(out, "{} in {roots}", findings.style(style.strong()))?;
    let ignored = report.findings.iter().filter(|one| one.ignored.is_some());
    match ignored.count() {
        0 => {}
        count => write!(out, ", {count} ignored")?,
    }
    for (severity, noun) in [
        (ProblemSeverity::Error, "error"),
        (ProblemSeverity::Warning, "warning"),
    ] {
        let all = report.problems.iter();
        let count = all.filter(|problem| problem.severity == severity).count();
        if count > 0 {
            write!(
                out,
                ", {}",
                counted(count, noun).style(style.problem(severity))
            )?;
        }
    }
    writeln!(out)
}

/// Writes why a run ended before it was done, and what to do about it.
pub fn failure(
    message: &str,
    help: Option<&str>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let severity = style.problem(ProblemSeverity::Error);
    writeln!(out, "{} {}", "error:".style(severity), escape(message))?;
    match help {
        Some(help) => writeln!(out, "  {} {}", "help:".style(style.help()), escape(help)),
        None => Ok(()),
    }
}

/// Renders findings and problems of one report, reading each file once.
struct Page<'a> {
    report: &'a Report,
    style: &'a Style,
    excerpts: Excerpts<'a>,
}

impl<'a> Page<'a> {
    fn new(report: &'a Report, style: &'a Style) -> Self {
        Self {
            report,
            style,
            excerpts: Excerpts::new(&report.sources, style),
        }
    }

    fn finding(&mut self, fault: &Fault, out: &mut dyn Write) -> io::Result<()> {
        let entry = fault.entry;
        let finding = &entry.finding;
        let severity = self.style.severity(finding.severity);
        let name = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        let sure = match finding.confidence {
            Confidence::Certain => String::new(),
            unsure => format!(" ({})", unsure.as_str()),
        };
        let message = format!("{name}{sure}: {}", escape(&finding.message));
        let message = wrap(&message, "", "  ", self.style.width);
        let rest = message.strip_prefix(&name).unwrap_or(&message);
        writeln!(
            out,
            "{}{}",
            name.style(severity),
            rest.style(self.style.strong())
        )?;
        self.frames(finding, out)?;
        if finding.span.is_none() {
            let place = self.report.place(entry).location.file;
            let subject = finding.subject.to_string();
            writeln!(out, "  at {} in {}", escape(&subject), escape(&place))?;
        }
        path::write(&finding.path, &self.report.sources, self.style, out)?;
        if self.report.roots.len() > 1 {
            let roots = fault.root_names(self.report);
            let name = if roots.len() > 1 { "roots: " } else { "root: " };
            self.note(name, &roots.join(", "), out)?;
        }
        if let Some(help) = &finding.help {
            self.note("help: ", help, out)?;
        }
        writeln!(out)
    }

    fn problem(&mut self, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
        let severity = self.style.problem(problem.severity);
        let name = match problem.severity {
            ProblemSeverity::Error => "error",
            ProblemSeverity::Warning => "warning",
        };
        let message = format!("{name}: {}", escape(&problem.message));
        let message = wrap(&message, "", "  ", self.style.width);
        let rest = message.strip_prefix(name).unwrap_or(&message);
        writeln!(
            out,
            "{}{}",
            name.style(severity),
            rest.style(self.style.strong())
        )?;
        if let Some(span) = problem.span {
            let text = String::new();
            let excerpt = self.excerpts.marked(span.file, &[Mark { span, text }]);
            out.write_all(excerpt.as_bytes())?;
        }
        if let Some(help) = &problem.help {
            self.note("help: ", help, out)?;
        }
        writeln!(out)
    }

    /// One frame a file, that of the line to change first.
    fn frames(&mut self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let (marks, hidden) = snippet::marks(finding);
        let mut files: Vec<FileId> = Vec::new();
        for mark in &marks {
            if !files.contains(&mark.span.file) {
                files.push(mark.span.file);
            }
        }
        for file in files {
            let of_file = |mark: &&Mark| mark.span.file == file;
            let marks: Vec<Mark> = marks.iter().filter(of_file).cloned().collect();
            out.write_all(self.excerpts.marked(file, &marks).as_bytes())?;
        }
        if hidden > 0 {
            let more = counted(hidden, "more place");
            self.note("", &format!("and {more}, all in the JSON report"), out)?;
        }
        Ok(())
    }

    fn note(&self, name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let indent = " ".repeat(name.len() + 2);
        let mut first = format!("  {name}");
        for line in text.lines() {
            let wrapped = wrap(&escape(line), &first, &indent, self.style.width);
            let rest = wrapped.strip_prefix(&first).unwrap_or(&wrapped);
            writeln!(out, "{}{rest}", first.style(self.style.help()))?;
            first.clone_from(&indent);
        }
        Ok(())
    }
}
