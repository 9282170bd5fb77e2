//! Ignores that match nothing, or whose last day has passed.

use std::collections::BTreeSet;

use super::date::Date;
use super::{Comment, Ignores, Used};
use crate::finding::{Confidence, Finding};
use crate::ignore::entry::Entry;
use crate::rules::selection::Selection;
use crate::rules::{self, Rule};
use crate::source::{FileId, Span};
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};

/// What is known about a run when ignores are judged.
#[derive(Debug)]
pub(super) struct Unused<'a> {
    /// The rule that says it.
    pub(super) rule: &'static Rule,
    /// Which rules have run.
    pub(super) selection: &'a Selection,
    /// The files whose every reader has been checked.
    pub(super) checked: &'a BTreeSet<FileId>,
    /// Whether something could not be read or evaluated: then nothing is known to be unused.
    pub(super) is_partial: bool,
}

/// The findings of unused and expired ignores, each with the file that holds it.
pub(super) fn unused(ignores: &Ignores, run: &Unused) -> Vec<(FileId, Finding)> {
    let mut findings = Vec::new();
    for comment in &ignores.comments {
        let file = comment.directive.what.span.file;
        if run.checked.contains(&file) {
            let found = of_comment(comment, ignores.today, run).into_iter();
            findings.extend(found.map(|finding| (file, finding)));
        }
    }
    for entry in &ignores.entries {
        let file = entry.what.span.file;
        if run.checked.contains(&file) {
            let found = of_entry(entry, ignores.today, run).into_iter();
            findings.extend(found.map(|finding| (file, finding)));
        }
    }
    findings
}

fn of_comment(comment: &Comment, today: Date, run: &Unused) -> Vec<Finding> {
    let directive = &comment.directive.what;
    let mut findings = Vec::new();
    for rule in &directive.rules {
        let is_used = comment.directive.rules.contains(&rule.as_str());
        let over = directive.until.filter(|_| directive.is_over(today));
        if let Some((message, help)) = verdict(rule, over, is_used, run) {
            let finding = finding(run.rule, rule, message, help, directive.span);
            let finding = finding.about(&*comment.coverage.header);
            findings.push(finding.about(&*directive.reason));
        }
    }
    findings
}

fn of_entry(entry: &Used<Entry>, today: Date, run: &Unused) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in &entry.what.rules {
        let is_used = entry.rules.contains(rule);
        let over = entry.what.until.filter(|_| entry.what.is_over(today));
        if let Some((message, help)) = verdict(rule, over, is_used, run) {
            let finding = finding(run.rule, rule, message, help, entry.what.span);
            let finding = finding.about(entry.what.address.clone().unwrap_or_default());
            findings.push(finding.about(&*entry.what.reason));
        }
    }
    findings
}

/// What is wrong with an ignore of a rule, and what to do about it.
fn verdict(
    rule: &str,
    over: Option<Date>,
    is_used: bool,
    run: &Unused,
) -> Option<(String, &'static str)> {
    let known = match rules::find(rule) {
        Ok(known) => known,
        Err(unknown) => return Some((unknown.to_string(), "name a rule of `tfvpc rules`")),
    };
    // Whether this rule finds anything depends on the answer.
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

/// The subject is named like a resource, so that it can be told from others and be ignored.
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
