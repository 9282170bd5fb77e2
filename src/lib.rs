//! `tfvpc` reads Terraform, works out how traffic travels through the AWS network that it
//! describes, and says what is broken, exposed, fragile or needlessly paid for.

pub mod aws;
pub mod cli;
pub mod finding;
pub mod ignore;
pub mod reachability;
pub mod report;
pub mod rules;
pub mod settings;
pub mod source;
pub mod terraform;

use rayon::prelude::*;

use aws::data::AwsData;
use aws::network::{self, Network};
use aws::provider::AwsProvider;
use finding::Finding;
use ignore::{Checked, IgnoreOptions};
use report::repository::Repository;
use report::{Entry, Report, Root};
use rules::options::RuleOptions;
use rules::selection::Selection;
use source::{Problem, ProblemSeverity};
use terraform::EvaluateOptions;
use terraform::files::Files;
use terraform::load::Loaded;
use terraform::read_inputs::{DocumentOptions, ReadInput, RunSummary, read_inputs};
use terraform::resource::ResourceSet;

/// The values that evaluation starts from.
#[derive(Debug, Default)]
pub struct Options {
    /// What the user says about variables, the workspace and the Region.
    pub evaluation: EvaluateOptions,
    /// What is known about AWS.
    pub aws: AwsData,
    /// What the user tells rules.
    pub rules: RuleOptions,
    /// Which findings do not count.
    pub ignores: IgnoreOptions,
    /// What the user says about plans and states.
    pub documents: DocumentOptions,
}

/// Stack of the threads that evaluate: expressions and modules nest as deeply as users write them.
const STACK_BYTES: usize = 512 << 20;

/// From root modules, plans and states to a report: the whole line.
pub fn check(
    files: &Files,
    mut loaded: Loaded,
    options: &Options,
    selection: &Selection,
) -> Report {
    let (checked, rest) = in_parallel(files, &loaded, options, |described| {
        let resource_set = described.resource_set;
        let network = network::build(&resource_set, &options.aws);
        let (aws, rules) = (&options.aws, &options.rules);
        let findings = rules::run(
            &resource_set,
            &network,
            aws,
            &loaded.sources,
            rules,
            selection,
        );
        let findings = findings
            .into_iter()
            .map(|finding| in_variant(finding, described.variant.as_deref()));
        let placed = |finding| (ignore::places(&finding, &resource_set), finding);
        let checked = Checked {
            identity: described.identity.clone(),
            module: described.root.map(|root| loaded.roots[root].module),
            findings: findings.map(placed).collect(),
        };
        let root = Root::new(&resource_set, described.identity, described.variant);
        (checked, (root, described.problems))
    });
    loaded.keep_files_of(&rest.read);
    loaded.problems.extend(rest.unread);
    let (checked, roots): (Vec<Checked>, Vec<_>) = checked.into_iter().unzip();
    let problems = roots.iter().flat_map(|(_, problems)| problems);
    let mut problems = problems.chain(&loaded.problems);
    let is_partial = problems.any(|problem| problem.severity == ProblemSeverity::Error);
    let (judged, unclear) =
        ignore::judge(&loaded, checked, is_partial, &options.ignores, selection);
    loaded.problems.extend(unclear);
    let entries = judged.into_iter().map(|one| Entry {
        root: one.root,
        finding: one.finding,
        ignored: one.ignored,
    });
    report(files, loaded, roots, entries.collect())
}

/// What root modules, plans and states describe, and a report of the problems on the way.
pub fn show(files: &Files, loaded: Loaded, options: &Options) -> (Vec<ResourceSet>, Report) {
    each(files, loaded, options, |resource_set| resource_set)
}

/// The networks that root modules, plans and states describe, and a report of the problems on the way.
pub fn networks(files: &Files, loaded: Loaded, options: &Options) -> (Vec<Network>, Report) {
    each(files, loaded, options, |resource_set| {
        network::build(&resource_set, &options.aws)
    })
}

fn each<T: Send>(
    files: &Files,
    mut loaded: Loaded,
    options: &Options,
    of: impl Fn(ResourceSet) -> T + Sync + Send,
) -> (Vec<T>, Report) {
    let (read, rest) = in_parallel(files, &loaded, options, |described| {
        let root = Root::new(
            &described.resource_set,
            described.identity,
            described.variant,
        );
        (of(described.resource_set), (root, described.problems))
    });
    loaded.keep_files_of(&rest.read);
    loaded.problems.extend(rest.unread);
    let (described, roots) = read.into_iter().unzip();
    let report = report(files, loaded, roots, Vec::new());
    (described, report)
}

fn report(
    files: &Files,
    loaded: Loaded,
    roots: Vec<(Root, Vec<Problem>)>,
    entries: Vec<Entry>,
) -> Report {
    let mut report = Report::of_entries(loaded.sources, loaded.problems, roots, entries);
    report.repository = Repository::new(files);
    report
}

/// A fault of one environment is not that of another.
fn in_variant(finding: Finding, variant: Option<&str>) -> Finding {
    match variant {
        Some(variant) => finding.about(variant),
        None => finding,
    }
}

/// Evaluates and reads what was asked for, and runs `work` for each with what it describes, on
/// threads with room for deep recursion. The results are in the order of the paths.
fn in_parallel<T: Send>(
    files: &Files,
    loaded: &Loaded,
    options: &Options,
    work: impl Fn(ReadInput) -> T + Sync + Send,
) -> (Vec<T>, RunSummary) {
    let all = || {
        let (documents, evaluation) = (&options.documents, &options.evaluation);
        let (described, rest) = read_inputs(loaded, documents, evaluation, &AwsProvider, files);
        (described.into_par_iter().map(&work).collect(), rest)
    };
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES);
    match threads.build() {
        Ok(threads) => threads.install(all),
        Err(_) => all(),
    }
}
