//! Findings about ignores that no finding needs, whose last day has passed, or whose rule does not exist.

use std::collections::BTreeSet;

use super::date::Date;
use super::{IgnoreComment, Ignores, Tracked};
use crate::finding::{Confidence, Finding};
use crate::ignore::entry::IgnoreEntry;
use crate::rules::selection::Selection;
use crate::rules::{self, Rule};
use crate::source::{FileId, Span};
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};

/// What the run knows when its ignores are judged.
#[derive(Debug)]
pub(super) struct UnusedCheck<'a> {
    /// The rule `unused_ignore`.
    pub(super) rule: &'static Rule,
    /// Which rules have run.
    pub(super) selection: &'a Selection,
    /// The files for which every root module that reads them has been checked.
    pub(super) checked: &'a BTreeSet<FileId>,
    /// Whether something could not be read or evaluated: then no ignore is reported as unused.
    pub(super) is_partial: bool,
}

/// The findings of unused and expired ignores, each with the file that holds it.
pub(super) fn unused(ignores: &Ignores, run: &UnusedCheck) -> Vec<(FileId, Finding)> {
    let mut findings = Vec::new();
    for comment in &ignores.comments {
        let file = comment.directive.ignore.span.file;
        if run.checked.contains(&file) {
            let found = of_comment(comment, ignores.today, run).into_iter();
            findings.extend(found.map(|finding| (file, finding)));
        }
    }
    for entry in &ignores.entries {
        let file = entry.ignore.span.file;
        if run.checked.contains(&file) {
            let found = of_entry(entry, ignores.today, run).into_iter();
            findings.extend(found.map(|finding| (file, finding)));
        }
    }
    findings
}

fn of_comment(comment: &IgnoreComment, today: Date, run: &UnusedCheck) -> Vec<Finding> {
    let directive = &comment.directive.ignore;
    let mut findings = Vec::new();
    for rule in &directive.rules {
        let is_used = comment.directive.used_for.contains(&rule.as_str());
        let over = directive.until.filter(|_| directive.is_over(today));
        if let Some((message, help)) = verdict(rule, over, is_used, run) {
            let finding = finding(run.rule, rule, message, help, directive.span);
            let finding = finding.about(&*comment.coverage.header);
            findings.push(finding.about(&*directive.reason));
        }
    }
    findings
}

fn of_entry(entry: &Tracked<IgnoreEntry>, today: Date, run: &UnusedCheck) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in &entry.ignore.rules {
        let is_used = entry.used_for.contains(rule);
        let over = entry.ignore.until.filter(|_| entry.ignore.is_over(today));
        if let Some((message, help)) = verdict(rule, over, is_used, run) {
            let finding = finding(run.rule, rule, message, help, entry.ignore.span);
            let finding = finding.about(entry.ignore.address.clone().unwrap_or_default());
            findings.push(finding.about(&*entry.ignore.reason));
        }
    }
    findings
}

/// What is wrong with the ignore of a rule, and what to do about it; none if nothing is.
fn verdict(
    rule: &str,
    over: Option<Date>,
    is_used: bool,
    run: &UnusedCheck,
) -> Option<(String, &'static str)> {
    let known = match rules::find(rule) {
        Ok(known) => known,
        Err(unknown) => return Some((unknown.to_string(), "name a rule of `tfvpc rules`")),
    };
    // A rule that did not run found nothing, which says nothing about its ignores. And the findings of
    // `unused_ignore` itself are only made here, so that its own ignores cannot be judged.
    if !run.selection.runs(known) || known.name == run.rule.name {
        return None;
    }
    if let Some(date) = over {
        let message = format!("the ignore of `{rule}` has expired: it held until {date}");
        return Some((
            message,
            "mend the fault and remove the ignore, or give it a later date",
        ));
    }
    let message = || format!("no finding of `{rule}` is ignored here");
    (!is_used && !run.is_partial).then(|| (message(), "remove the ignore"))
}

/// A finding needs a resource as its subject: `tfvpc.ignore["rule_name"]` stands for the ignore, so that
/// it can be ignored by its address too.
fn finding(unused: &Rule, rule: &str, message: String, help: &str, span: Span) -> Finding {
    let subject = Address {
        module: ModuleAddress::root(),
        mode: Mode::Managed,
        kind: "tfvpc".into(),
        name: "ignore".into(),
        key: Key::Name(rule.into()),
    };
    let finding = unused.finding(&subject, Confidence::Certain, message);
    finding.at(span).help(help)
}
