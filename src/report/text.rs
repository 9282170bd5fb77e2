//! The report for people: source lines with marks, the path as numbered hops, and help. The order in
//! a finding is always the same: what is wrong, where, why (the path), whose (the roots), what to do.

use std::collections::BTreeSet;
use std::io::{self, Write};

use owo_colors::OwoColorize;

use super::coverage;
use super::escape::escape;
use super::excerpt::Excerpts;
use super::fault::{Fault, confidence, faults};
use super::problem_group::{ProblemGroup, problem_counts, problem_groups};
use super::snippet::{self, SnippetMark};
use super::style::Style;
use super::wrap::wrap;
use super::{Report, counted, path, severity_word};
use crate::coverage::Coverage;
use crate::finding::Finding;
use crate::source::{FileId, Problem, ProblemSeverity};

/// Writes every finding.
pub fn findings(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = FindingWriter::new(report, style);
    for fault in &faults(report) {
        writer.finding(fault, out)?;
    }
    Ok(())
}

/// Which problems are shown, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warnings {
    /// Errors only, a line for each cause.
    Hidden,
    /// A line for each cause.
    Folded,
    /// Each with the lines of its file.
    All,
}

/// Writes the errors, then the warnings.
pub fn problems(
    report: &Report,
    warnings: Warnings,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = FindingWriter::new(report, style);
    if warnings == Warnings::All {
        let mut problems: Vec<&Problem> = report.problems.iter().collect();
        problems.sort_by_key(|problem| problem.severity);
        return problems
            .into_iter()
            .try_for_each(|problem| writer.problem(problem, out));
    }
    let groups = problem_groups(report, warnings == Warnings::Folded);
    for group in &groups {
        writer.group(group, out)?;
    }
    if groups.iter().any(|group| group.count > 1) {
        writeln!(out, "`--verbose` shows each of these with its lines")?;
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
        let seen = match root.coverage.coverage {
            Coverage::Seen => String::new(),
            hidden => format!(", {}", coverage::words(hidden)),
        };
        let input = root.input.as_str();
        let facts = format!("{input}, {}, {resources}{seen}", escape(region));
        writeln!(out, "{}: {facts}", name.style(style.strong()))?;
        for obstacle in &root.coverage.hidden_by {
            writeln!(out, "  {}", escape(&coverage::cause(obstacle)))?;
        }
    }
    Ok(())
}

/// Writes one line: what was checked and how many findings and problems there are.
pub fn summary(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let found = coverage::found(report, &faults(report));
    let roots = counted(report.roots.len(), "root module");
    write!(out, "{} in {roots}", found.style(style.strong()))?;
    let ignored = report.findings.len() - report.counting().count();
    if ignored > 0 {
        write!(out, ", {ignored} ignored")?;
    }
    for (severity, counted) in problem_counts(report) {
        write!(out, ", {}", counted.style(style.problem(severity)))?;
    }
    writeln!(out)
}

/// Writes one line: how many networks were seen, and what would show the others; nothing if all were.
pub fn coverage(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let Some(line) = coverage::line(report) else {
        return Ok(());
    };
    let wrapped = wrap(&escape(&line), "", "  ", style.width);
    let severity = coverage::remarks(report).map(|remark| remark.severity);
    match severity.min() {
        Some(severity) => writeln!(out, "{}", wrapped.style(style.problem(severity))),
        None => writeln!(out, "{wrapped}"),
    }
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
struct FindingWriter<'a> {
    report: &'a Report,
    style: &'a Style,
    excerpts: Excerpts<'a>,
    /// The rules whose pages were named: once is enough.
    named_rules: BTreeSet<&'a str>,
}

impl<'a> FindingWriter<'a> {
    fn new(report: &'a Report, style: &'a Style) -> Self {
        Self {
            report,
            style,
            excerpts: Excerpts::new(&report.sources, style),
            named_rules: BTreeSet::new(),
        }
    }

    fn finding(&mut self, fault: &Fault<'a>, out: &mut dyn Write) -> io::Result<()> {
        let reported = fault.shown;
        let finding = &reported.finding;
        let severity = self.style.severity(finding.severity);
        let name = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        let message = format!("{}: {}", confidence(finding), escape(&finding.message));
        self.headline(&name, severity, &message, out)?;
        self.snippets(finding, out)?;
        if finding.span.is_none() {
            let place = self.report.place(reported).location.file;
            let subject = finding.subject.to_string();
            writeln!(out, "  at {} in {}", escape(&subject), escape(&place))?;
        }
        path::write(&finding.path, &self.report.sources, self.style, out)?;
        for (heading, names) in fault.further(self.report) {
            self.note(&heading, &names, out)?;
        }
        if let Some(help) = &finding.help {
            self.note("help: ", help, out)?;
        }
        if self.named_rules.insert(finding.rule) {
            self.note("more: ", &format!("tfvpc explain {}", finding.rule), out)?;
        }
        writeln!(out)
    }

    /// A line for problems with one cause, and below the last group of a cause what to do.
    fn group(&mut self, group: &ProblemGroup, out: &mut dyn Write) -> io::Result<()> {
        let severity = group.first.severity;
        let message = format!(": {}", escape(&group.line(self.report)));
        let ink = self.style.problem(severity);
        self.headline(severity_word(severity), ink, &message, out)?;
        match &group.first.help {
            Some(help) if !group.shares_help => self.note("help: ", help, out),
            _ => Ok(()),
        }
    }

    fn problem(&mut self, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
        let severity = self.style.problem(problem.severity);
        let message = format!(": {}", escape(&problem.message));
        self.headline(severity_word(problem.severity), severity, &message, out)?;
        if let Some(span) = problem.span {
            let text = String::new();
            let excerpt = self
                .excerpts
                .marked(span.file, &[SnippetMark { span, text }]);
            out.write_all(excerpt.as_bytes())?;
        }
        if let Some(help) = &problem.help {
            self.note("help: ", help, out)?;
        }
        writeln!(out)
    }

    /// The name in its colour, then the message in bold.
    fn headline(
        &self,
        name: &str,
        ink: owo_colors::Style,
        message: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        // Colours are added after wrapping: their escape sequences would count as columns.
        let wrapped = wrap(&format!("{name}{message}"), "", "  ", self.style.width);
        let wrapped_message = wrapped.strip_prefix(name).unwrap_or(&wrapped);
        let strong = self.style.strong();
        writeln!(out, "{}{}", name.style(ink), wrapped_message.style(strong))
    }

    /// One snippet a file, that of the line to change first.
    fn snippets(&mut self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let (marks, hidden) = snippet::marks(finding);
        let mut files: Vec<FileId> = Vec::new();
        for mark in &marks {
            if !files.contains(&mark.span.file) {
                files.push(mark.span.file);
            }
        }
        for file in files {
            let of_file = |mark: &&SnippetMark| mark.span.file == file;
            let marks_of_file: Vec<SnippetMark> = marks.iter().filter(of_file).cloned().collect();
            let excerpt = self.excerpts.marked(file, &marks_of_file);
            out.write_all(excerpt.as_bytes())?;
        }
        if hidden > 0 {
            let hidden = counted(hidden, "more place");
            self.note("", &format!("and {hidden}, all in the JSON report"), out)?;
        }
        Ok(())
    }

    /// A line below the message, such as `help: …`; lines that can be pasted keep their breaks.
    fn note(&self, name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let indent = " ".repeat(name.len() + 2);
        let mut prefix = format!("  {name}");
        for line in text.lines() {
            let wrapped = wrap(&escape(line), &prefix, &indent, self.style.width);
            let wrapped = wrapped.strip_prefix(&prefix).unwrap_or(&wrapped);
            writeln!(out, "{}{wrapped}", prefix.style(self.style.help()))?;
            prefix.clone_from(&indent);
        }
        Ok(())
    }
}
