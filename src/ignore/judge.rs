//! Judges every finding of a run once, and then the ignores themselves.

use std::collections::BTreeMap;

use super::baseline::Baseline;
use super::date::Date;
use super::entry::IgnoreEntry;
use super::{Ignores, UnusedCheck, unused};
use crate::finding::{Finding, Ignored, Severity};
use crate::rules;
use crate::rules::selection::Selection;
use crate::source::{FileId, Problem, Span};
use crate::terraform::load::Loaded;
use crate::terraform::load::module::ModuleId;

/// What may ignore findings, and how much of the repository the run checks.
#[derive(Debug, Clone)]
pub struct IgnoreOptions {
    /// Whether comments ignore findings.
    pub comments: bool,
    /// The entries of the settings.
    pub entries: Vec<IgnoreEntry>,
    /// The findings of an earlier run.
    pub baseline: Baseline,
    /// The day on which ignores are judged.
    pub today: Date,
    /// Whether this run checks every root module that may need a comment in a module that it calls. If
    /// not, only comments in the root modules' own files are reported as unused.
    pub is_whole: bool,
    /// Whether this run checks every root module that the entries are meant for. If not, no entry is
    /// reported as unused.
    pub has_all_of_entries: bool,
    /// The severity of an unused ignore, if not the default of its rule.
    pub severity: Option<Severity>,
}

/// A root module, plan or state that was checked.
#[derive(Debug)]
pub struct Checked {
    /// Its path relative to the boundary.
    pub identity: String,
    /// The module of its configuration; none for a plan or state without one.
    pub module: Option<ModuleId>,
    /// Its findings, each with the places where it belongs.
    pub findings: Vec<(Vec<Span>, Finding)>,
}

/// A finding after the ignores were asked.
#[derive(Debug)]
pub struct Judged {
    /// The root module that has it, as an index into what was checked.
    pub root: usize,
    /// The finding.
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
/// with comments that are not well formed. `is_partial` says that something could not be read.
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
    for (root, root_module) in checked.into_iter().enumerate() {
        for (places, finding) in root_module.findings {
            judged.push(ignores.judged(root, &root_module.identity, finding, &places));
        }
        identities.push(root_module.identity);
    }
    // After all other findings: only now it is known which ignores were used.
    for (root, finding) in of_ignores(&ignores, &readers, is_partial, options, selection) {
        let places: Vec<Span> = finding.span.into_iter().collect();
        judged.push(ignores.judged(root, &identities[root], finding, &places));
    }
    // Last, so that an ignore of a finding that is not shown counts as used.
    judged.retain(|judged| selection.shows(&judged.finding));
    (judged, unclear)
}

/// The findings about ignores, each with the root module that it is reported for.
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
    let run = UnusedCheck {
        rule,
        selection,
        checked: &readers.keys().copied().collect(),
        is_partial,
    };
    let unused_ignores = unused(ignores, &run).into_iter();
    let with_root = unused_ignores.map(|(file, finding)| {
        let severity = options.severity.unwrap_or(finding.severity);
        let with_severity = Finding {
            severity,
            ..finding
        };
        (readers[&file], with_severity)
    });
    with_root.collect()
}

/// The files whose ignores can be judged, each with the first root module that reads it.
fn readers(
    loaded: &Loaded,
    checked: &[Checked],
    options: &IgnoreOptions,
) -> BTreeMap<FileId, usize> {
    let mut readers = BTreeMap::new();
    for (root, root_module) in checked.iter().enumerate() {
        let mut modules = Vec::from_iter(root_module.module);
        if options.is_whole {
            let root_modules = root_module.module.into_iter();
            modules.extend(root_modules.flat_map(|module| loaded.modules.reachable(module)));
        }
        let files = modules
            .iter()
            .flat_map(|module| &loaded.modules.outline(*module).files);
        // Nobody can remove a comment from an installed module.
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
