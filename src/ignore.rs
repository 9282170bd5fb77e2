//! Findings that do not count: by a comment, by an entry of the settings, or because they were
//! there before; and the ignores that nothing needs.

mod address;
pub mod baseline;
mod comment;
mod coverage;
pub mod date;
pub mod entry;
mod judge;
mod unused;

use crate::finding::{Finding, Ignored, IgnoredBy};
use crate::source::{FileId, Problem, Sources, Span};
use crate::terraform::load::Loaded;
use crate::terraform::resource::ResourceSet;

use baseline::Baseline;
use comment::Directive;
use coverage::Coverage;
use date::Date;
use entry::Entry;

pub use judge::{Checked, IgnoreOptions, Judged, judge};
use unused::{Unused, unused};

/// What says that findings do not count.
#[derive(Debug)]
struct Ignores {
    comments: Vec<Comment>,
    entries: Vec<Used<Entry>>,
    baseline: Baseline,
    today: Date,
}

/// A comment and what it covers.
#[derive(Debug)]
struct Comment {
    directive: Used<Directive>,
    coverage: Coverage,
}

/// Something that ignores rules, and which of them had findings.
#[derive(Debug)]
struct Used<T> {
    what: T,
    /// Names of rules.
    rules: Vec<&'static str>,
}

impl Ignores {
    /// The comments of all files that were read, and problems with those that say nothing clear.
    fn of_comments(loaded: &Loaded, today: Date) -> (Self, Vec<Problem>) {
        let (directives, problems) = comment::directives(&loaded.comments);
        let comments = coverage::of_all(directives, loaded);
        let ignores = Self {
            comments,
            entries: Vec::new(),
            baseline: Baseline::default(),
            today,
        };
        (ignores, problems)
    }

    /// No ignore at all.
    fn none(today: Date) -> Self {
        Self {
            comments: Vec::new(),
            entries: Vec::new(),
            baseline: Baseline::default(),
            today,
        }
    }

    /// The same with entries of the settings.
    #[must_use]
    fn with_entries(self, entries: Vec<Entry>) -> Self {
        let entries = entries.into_iter().map(Used::new).collect();
        Self { entries, ..self }
    }

    /// The same with what was there before.
    #[must_use]
    fn with_baseline(self, baseline: Baseline) -> Self {
        Self { baseline, ..self }
    }

    /// Why a finding does not count, if so. `root` is the path of its root relative to the
    /// boundary, `places` where it belongs.
    fn judge(&mut self, root: &str, finding: &Finding, places: &[Span]) -> Option<Ignored> {
        let by_comment = self.by_comment(finding, places);
        let by_comment = by_comment.or_else(|| self.by_entry(finding));
        by_comment.or_else(|| {
            let known = self.baseline.takes(&finding.fingerprint(root));
            known.then(|| Ignored {
                by: IgnoredBy::Baseline,
                reason: String::new(),
            })
        })
    }

    fn by_comment(&mut self, finding: &Finding, places: &[Span]) -> Option<Ignored> {
        let today = self.today;
        let mut reason = None;
        for comment in &mut self.comments {
            let directive = &mut comment.directive;
            let is_meant = directive.what.names(finding.rule) && !directive.what.is_over(today);
            if is_meant && places.iter().any(|place| comment.coverage.holds(*place)) {
                directive.use_for(finding.rule);
                reason.get_or_insert_with(|| directive.what.reason.clone());
            }
        }
        let by = IgnoredBy::Comment;
        reason.map(|reason| Ignored { by, reason })
    }

    fn by_entry(&mut self, finding: &Finding) -> Option<Ignored> {
        let today = self.today;
        let mut reason = None;
        for entry in &mut self.entries {
            if entry.what.covers(finding) && !entry.what.is_over(today) {
                entry.use_for(finding.rule);
                reason.get_or_insert_with(|| entry.what.reason.clone());
            }
        }
        let by = IgnoredBy::Config;
        reason.map(|reason| Ignored { by, reason })
    }
}

impl<T> Used<T> {
    fn new(what: T) -> Self {
        let rules = Vec::new();
        Self { what, rules }
    }

    fn use_for(&mut self, rule: &'static str) {
        if !self.rules.contains(&rule) {
            self.rules.push(rule);
        }
    }
}

/// Where a finding belongs: its line, its subject, and the module calls that create it.
pub fn places(finding: &Finding, resource_set: &ResourceSet) -> Vec<Span> {
    let resource = resource_set.resource(&finding.subject);
    let calls = resource.into_iter().flat_map(|resource| &resource.calls);
    let header = resource.and_then(|resource| resource.span);
    let own = finding.span.into_iter().chain(header);
    own.chain(calls.copied()).collect()
}

fn header(sources: &Sources, file: FileId, line: usize) -> String {
    let words = sources.file(file).line(line).split_whitespace();
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
