//! Findings that do not count, and the ignores that nothing needs.
//!
//! Three things ignore a finding, asked in this order:
//!
//! ```text
//! # tfvpc: ignore[s3_via_nat_only] until=2027-01-31 moves in January        a comment
//! [[ignore]] rule = "s3_via_nat_only", address = "module.sandbox"           an entry of tfvpc.toml
//! { "fingerprint": "5f0c…", … }                                             a line of the baseline
//! ```
//!
//! What comes in are the findings of all root modules of a run, each with the places where it belongs
//! (its line, its resource, the module calls above it). What goes out is a [`Judged`] for each: the
//! finding, and why it does not count if so. Ignored findings are kept, because reports show them.
//!
//! An ignore is checked as well. It is a finding of the rule `unused_ignore` if no finding needed it, if
//! its last day has passed, or if its rule does not exist. Whether a finding needed it is only known
//! after everything that it may cover was checked: a module that two roots call may need its comment for
//! the second root. [`IgnoreOptions`] says how much was checked; when in doubt nothing is reported.
//!
//! Each finding is judged exactly once, since judging counts: an ignore remembers the rules that it was
//! used for, and a line of the baseline covers one finding only.
//!
//! Begin reading with [`judge()`], then `comment` and `coverage` (what a comment covers).

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
use entry::IgnoreEntry;

pub use judge::{Checked, IgnoreOptions, Judged, judge};
use unused::{UnusedCheck, unused};

/// Everything that can ignore findings in a run.
#[derive(Debug)]
struct Ignores {
    comments: Vec<IgnoreComment>,
    entries: Vec<Tracked<IgnoreEntry>>,
    baseline: Baseline,
    today: Date,
}

/// A comment and what it covers.
#[derive(Debug)]
struct IgnoreComment {
    directive: Tracked<Directive>,
    coverage: Coverage,
}

/// An ignore, and the rules for which it ignored a finding so far.
#[derive(Debug)]
struct Tracked<T> {
    ignore: T,
    used_for: Vec<&'static str>,
}

impl Ignores {
    /// The comments of all files that were read, and problems with those that are not well formed.
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

    /// Adds the entries of the settings.
    #[must_use]
    fn with_entries(self, entries: Vec<IgnoreEntry>) -> Self {
        let entries = entries.into_iter().map(Tracked::new).collect();
        Self { entries, ..self }
    }

    /// Adds the findings that were there before.
    #[must_use]
    fn with_baseline(self, baseline: Baseline) -> Self {
        Self { baseline, ..self }
    }

    /// Why a finding does not count, if so. `root` is the path of its root relative to the boundary,
    /// `places` are where it belongs.
    fn judge(&mut self, root: &str, finding: &Finding, places: &[Span]) -> Option<Ignored> {
        // The baseline is asked last, so that a line of it is left for a finding that nothing else covers.
        self.by_comment(finding, places)
            .or_else(|| self.by_entry(finding))
            .or_else(|| {
                let is_known = self.baseline.takes(&finding.fingerprint(root));
                is_known.then(|| Ignored {
                    by: IgnoredBy::Baseline,
                    reason: String::new(),
                })
            })
    }

    /// The first comment that covers the finding; every comment that does counts as used.
    fn by_comment(&mut self, finding: &Finding, places: &[Span]) -> Option<Ignored> {
        let today = self.today;
        let mut reason = None;
        for comment in &mut self.comments {
            let tracked = &mut comment.directive;
            let directive = &tracked.ignore;
            let is_meant = directive.names(finding.rule) && !directive.is_over(today);
            if is_meant && places.iter().any(|place| comment.coverage.holds(*place)) {
                reason.get_or_insert_with(|| directive.reason.clone());
                tracked.use_for(finding.rule);
            }
        }
        let by = IgnoredBy::Comment;
        reason.map(|reason| Ignored { by, reason })
    }

    /// The first entry that covers the finding; every entry that does counts as used.
    fn by_entry(&mut self, finding: &Finding) -> Option<Ignored> {
        let today = self.today;
        let mut reason = None;
        for entry in &mut self.entries {
            if entry.ignore.covers(finding) && !entry.ignore.is_over(today) {
                reason.get_or_insert_with(|| entry.ignore.reason.clone());
                entry.use_for(finding.rule);
            }
        }
        let by = IgnoredBy::Config;
        reason.map(|reason| Ignored { by, reason })
    }
}

impl<T> Tracked<T> {
    fn new(ignore: T) -> Self {
        let used_for = Vec::new();
        Self { ignore, used_for }
    }

    fn use_for(&mut self, rule: &'static str) {
        if !self.used_for.contains(&rule) {
            self.used_for.push(rule);
        }
    }
}

/// Where a finding belongs: its line, its subject, and the module calls that create it.
pub fn places(finding: &Finding, resource_set: &ResourceSet) -> Vec<Span> {
    let resource = resource_set.resource(&finding.subject);
    let calls = resource.into_iter().flat_map(|resource| &resource.calls);
    let header = resource.and_then(|resource| resource.span);
    let in_module = finding.span.into_iter().chain(header);
    in_module.chain(calls.copied()).collect()
}

/// A line with its white space made even, so that a fingerprint survives formatting.
fn header(sources: &Sources, file: FileId, line: usize) -> String {
    let words = sources.file(file).line(line).split_whitespace();
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
