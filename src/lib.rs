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

use std::collections::BTreeSet;

use rayon::prelude::*;

use aws::data::AwsData;
use aws::network;
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
use terraform::load::{Document, Loaded, RootModule};
use terraform::resource::World;

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
}

/// Stack of the threads that evaluate: expressions and modules nest as deeply as users write them.
const STACK_BYTES: usize = 512 << 20;

/// From root modules to a report: the whole line.
pub fn check(
    files: &Files,
    mut loaded: Loaded,
    options: &Options,
    selection: &Selection,
) -> Report {
    let (checked, read) = in_parallel(files, &loaded, options, |root, world, problems| {
        let network = network::build(&world, &options.aws);
        let (aws, rules) = (&options.aws, &options.rules);
        let findings = rules::run(&world, &network, aws, &loaded.sources, rules, selection);
        let findings = findings
            .into_iter()
            .map(|finding| in_variant(finding, root));
        let placed = |finding| (ignore::places(&finding, &world), finding);
        let description = described(files, root, &world);
        let checked = Checked {
            identity: description.identity.clone(),
            module: root.module,
            findings: findings.map(placed).collect(),
        };
        (checked, (description, problems))
    });
    loaded.keep_files_of(&read);
    let (checked, roots): (Vec<Checked>, Vec<_>) = checked.into_iter().unzip();
    let problems = roots.iter().flat_map(|(_, problems)| problems);
    let mut problems = problems.chain(&loaded.problems);
    let is_partial = problems.any(|problem| problem.severity == ProblemSeverity::Error);
    let (judged, unclear) =
        ignore::judge(&loaded, checked, is_partial, &options.ignores, selection);
    let entries = judged.into_iter().map(|one| Entry {
        root: one.root,
        finding: one.finding,
        ignored: one.ignored,
    });
    report(files, loaded, unclear, roots, entries.collect())
}

/// What the root modules describe, and a report of the problems on the way.
pub fn show(files: &Files, mut loaded: Loaded, options: &Options) -> (Vec<World>, Report) {
    let (evaluated, read) = in_parallel(files, &loaded, options, |root, world, problems| {
        let described = described(files, root, &world);
        (world, (described, problems))
    });
    loaded.keep_files_of(&read);
    let (worlds, roots) = evaluated.into_iter().unzip();
    let report = report(files, loaded, Vec::new(), roots, Vec::new());
    (worlds, report)
}

fn report(
    files: &Files,
    loaded: Loaded,
    unclear: Vec<Problem>,
    roots: Vec<(Root, Vec<Problem>)>,
    entries: Vec<Entry>,
) -> Report {
    let mut problems = loaded.problems;
    problems.extend(unclear);
    problems.extend(loaded.documents.iter().map(unread));
    let mut report = Report::of_entries(loaded.sources, problems, roots, entries);
    report.repository = Repository::new(files);
    report
}

fn unread(document: &Document) -> Problem {
    let name = match document {
        Document::StandardInput => "-".into(),
        Document::File(path) => path.to_string_lossy(),
    };
    Problem::error(
        format!("`{name}` is neither a directory nor a file of a configuration"),
        None,
    )
}

fn described(files: &Files, root: &RootModule, world: &World) -> Root {
    let boundary = files.boundary(&root.directory);
    let identity = files.relative(&root.directory, &boundary);
    Root::new(world, identity, root.variant.clone())
}

/// A fault of one environment is not that of another.
fn in_variant(finding: Finding, root: &RootModule) -> Finding {
    match &root.variant {
        Some(variant) => finding.about(variant),
        None => finding,
    }
}

/// Evaluates the root modules that were asked for, and runs `work` for each with what it describes, on
/// threads with room for deep recursion. The results are in the order of the roots; beside them are
/// the roots that were read for them.
fn in_parallel<T: Send>(
    files: &Files,
    loaded: &Loaded,
    options: &Options,
    work: impl Fn(&RootModule, World, Vec<Problem>) -> T + Sync + Send,
) -> (Vec<T>, BTreeSet<usize>) {
    let all = || {
        let evaluated = terraform::evaluate_roots(loaded, &options.evaluation, &AwsProvider, files);
        let roots = evaluated.roots.into_par_iter();
        let work = |(root, world, problems)| work(&loaded.roots[root], world, problems);
        (roots.map(work).collect(), evaluated.read)
    };
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES);
    match threads.build() {
        Ok(threads) => threads.install(all),
        Err(_) => all(),
    }
}
