//! Every finding of a run is judged once, and then the ignores themselves.

use std::collections::BTreeMap;

use super::baseline::Baseline;
use super::date::Date;
use super::entry::Entry;
use super::{Ignores, Unused, unused};
use crate::finding::{Finding, Ignored, Severity};
use crate::rules;
use crate::rules::selection::Selection;
use crate::source::{FileId, Problem, Span};
use crate::terraform::load::Loaded;
use crate::terraform::load::module::ModuleId;

/// What may ignore findings, and which ignores can be told to be unused.
#[derive(Debug, Clone)]
pub struct IgnoreOptions {
    /// Whether comments ignore findings.
    pub comments: bool,
    /// The entries of the settings.
    pub entries: Vec<Entry>,
    /// What was there before.
    pub baseline: Baseline,
    /// The day on which ignores are judged.
    pub today: Date,
    /// Whether every root module is checked that may need a comment in a module that it calls.
    pub is_whole: bool,
    /// Whether every root module is checked that the entries are meant for.
    pub has_all_of_entries: bool,
    /// How bad an unused ignore is, if not as bad as the page of its rule says.
    pub severity: Option<Severity>,
}

/// A root module, plan or state that was checked.
#[derive(Debug)]
pub struct Checked {
    /// Its path relative to the boundary.
    pub identity: String,
    /// What the root module declares, if it was read.
    pub module: Option<ModuleId>,
    /// What was found in it, and where that belongs.
    pub findings: Vec<(Vec<Span>, Finding)>,
}

/// A finding after the ignores were asked.
#[derive(Debug)]
pub struct Judged {
    /// The root module that has it, in the order in which they were given.
    pub root: usize,
    /// What was found.
    pub finding: Finding,
    /// Why it does not count, if it does not.
    pub ignored: Option<Ignored>,
}

impl Default for IgnoreOptions {
    /// Comments ignore findings until their last day.
    fn default() -> Self {
        Self {
            comments: true,
            entries: Vec::new(),
            baseline: Baseline::default(),
            today: Date::today(),
            is_whole: false,
            has_all_of_entries: false,
            severity: None,
        }
    }
}

/// The findings of all root modules that `selection` shows, those about ignores included, and problems
/// with comments that say nothing clear. `is_partial` says that something could not be read.
pub fn judge(
    loaded: &Loaded,
    checked: Vec<Checked>,
    is_partial: bool,
    options: &IgnoreOptions,
    selection: &Selection,
) -> (Vec<Judged>, Vec<Problem>) {
    let (mut ignores, unclear) = Ignores::new(loaded, options);
    let readers = readers(loaded, &checked, options);
    let mut identities = Vec::new();
    let mut judged = Vec::new();
    for (root, one) in checked.into_iter().enumerate() {
        for (places, finding) in one.findings {
            judged.push(ignores.judged(root, &one.identity, finding, &places));
        }
        identities.push(one.identity);
    }
    for (root, finding) in of_ignores(&ignores, &readers, is_partial, options, selection) {
        let places: Vec<Span> = finding.span.into_iter().collect();
        judged.push(ignores.judged(root, &identities[root], finding, &places));
    }
    judged.retain(|one| selection.shows(&one.finding));
    (judged, unclear)
}

/// What is said about the ignores, and the root module that it is said about.
fn of_ignores(
    ignores: &Ignores,
    readers: &BTreeMap<FileId, usize>,
    is_partial: bool,
    options: &IgnoreOptions,
    selection: &Selection,
) -> Vec<(usize, Finding)> {
    let Some(rule) = rules::find("unused_ignore")
        .ok()
        .filter(|rule| selection.runs(rule))
    else {
        return Vec::new();
    };
    let run = Unused {
        rule,
        selection,
        checked: &readers.keys().copied().collect(),
        is_partial,
    };
    let findings = unused(ignores, &run).into_iter();
    let findings = findings.map(|(file, finding)| {
        let severity = options.severity.unwrap_or(finding.severity);
        let finding = Finding {
            severity,
            ..finding
        };
        (readers[&file], finding)
    });
    findings.collect()
}

/// The files whose ignores can be judged, each with the first root module that reads it.
fn readers(
    loaded: &Loaded,
    checked: &[Checked],
    options: &IgnoreOptions,
) -> BTreeMap<FileId, usize> {
    let mut readers = BTreeMap::new();
    for (root, one) in checked.iter().enumerate() {
        let mut modules = Vec::from_iter(one.module);
        if options.is_whole {
            modules.extend(
                one.module
                    .into_iter()
                    .flat_map(|module| loaded.modules.reachable(module)),
            );
        }
        let files = modules
            .iter()
            .flat_map(|module| &loaded.modules.get(*module).files);
        for file in files.filter(|file| !loaded.sources.is_installed(**file)) {
            readers.entry(*file).or_insert(root);
        }
    }
    if options.has_all_of_entries && !checked.is_empty() {
        readers.extend(options.entries.iter().map(|entry| (entry.span.file, 0)));
    }
    readers
}

impl Ignores {
    fn new(loaded: &Loaded, options: &IgnoreOptions) -> (Self, Vec<Problem>) {
        let (ignores, unclear) = if options.comments {
            Self::of_comments(loaded, options.today)
        } else {
            (Self::none(options.today), Vec::new())
        };
        let ignores = ignores.with_entries(options.entries.clone());
        (ignores.with_baseline(options.baseline.clone()), unclear)
    }

    fn judged(&mut self, root: usize, identity: &str, finding: Finding, places: &[Span]) -> Judged {
        let ignored = self.judge(identity, &finding, places);
        Judged {
            root,
            finding,
            ignored,
        }
    }
}
